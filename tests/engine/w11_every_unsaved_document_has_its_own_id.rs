//! W11: a tab crashes with a document that was never saved, and the user begins a new one. With
//! one key for all unsaved documents the new one overwrites the other before anyone was asked.
//! Here each has its own id, and an id that is taken is refused.

use crate::disk::{DEVICE, Disk, TAB};
use crate::steps::{A, B, records_of, text_after};
use crate::tab::Tab;
use keepfast::engine::{Answer, EngineError, Event, StoreError};

fn create(tab: &mut Tab, id: &str) -> Option<Answer> {
    let request = tab.ask(|request| Event::Create {
        request,
        collection: "notes".into(),
        document: id.into(),
        title: "Another".into(),
        description: None,
        text: br#"{"text":"another"}"#.to_vec(),
    });
    tab.answer(request).cloned()
}

/// A disk with the draft of a document that was never saved, and whose tab died.
fn crashed() -> Disk {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = tab.create("a", "Plan", r#"{"text":"work"}"#);
    tab.put(doc, "/more", "1");
    tab.wait(2_000);
    tab.kill();
    disk
}

#[test]
fn a_new_document_leaves_the_unsaved_one_of_the_crash_as_it_was() {
    let disk = crashed();
    let before = records_of(&disk, DEVICE, A);
    let mut tab = Tab::new(&disk, B);
    let doc = tab.create("b", "Plan", r#"{"text":"new"}"#);
    tab.put(doc, "/more", "2");
    tab.wait(60_000);
    assert_eq!(records_of(&disk, DEVICE, A), before);
    tab.kill();
    assert_eq!(text_after(&disk, "writer-c-000a", "a"), r#"{"more":1,"text":"work"}"#);
    assert_eq!(text_after(&disk, "writer-c-000b", "b"), r#"{"more":2,"text":"new"}"#);
}

#[test]
fn an_id_that_has_a_draft_is_refused() {
    let disk = crashed();
    let before = disk.entries(DEVICE);
    let mut tab = Tab::new(&disk, B);
    assert_eq!(create(&mut tab, "a"), Some(Answer::Failed(EngineError::Exists)));
    tab.wait(60_000);
    assert_eq!(disk.entries(DEVICE), before);
}

#[test]
fn an_id_whose_draft_is_unreadable_is_refused_as_well() {
    let disk = crashed();
    for entry in disk.entries(DEVICE) {
        disk.damage(DEVICE, &entry.key, |bytes| bytes[40] ^= 1);
    }
    let before = disk.entries(DEVICE);
    let mut tab = Tab::new(&disk, B);
    assert_eq!(create(&mut tab, "a"), Some(Answer::Failed(EngineError::Exists)));
    tab.wait(60_000);
    assert_eq!(disk.entries(DEVICE), before);
}

#[test]
fn a_document_begun_while_its_namesake_cannot_be_seen_overwrites_nothing() {
    let disk = crashed();
    let before = records_of(&disk, DEVICE, A);
    disk.refuse(DEVICE, Some(StoreError::Blocked));
    let mut tab = Tab::new(&disk, B);
    create(&mut tab, "a");
    tab.wait(500);
    assert!(!records_of(&disk, TAB, B).is_empty());
    disk.refuse(DEVICE, None);
    tab.wait(60_000);
    assert_eq!(records_of(&disk, DEVICE, A), before);
    tab.kill();
    let drafts = Tab::new(&disk, "writer-c-0003").drafts();
    assert_eq!(drafts.iter().map(|draft| &draft.name.writer[..]).collect::<Vec<_>>(), [A, B]);
}

#[test]
fn two_documents_begun_in_one_tab_do_not_share_an_id() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = tab.create("a", "Plan", r#"{"text":"one"}"#);
    assert_eq!(create(&mut tab, "a"), Some(Answer::Failed(EngineError::Exists)));
    assert_eq!(tab.value(doc), r#"{"text":"one"}"#);
}
