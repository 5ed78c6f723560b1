//! T2: main file and backup are bad, so the list is taken for empty; minutes later the autosave
//! writes the empty list over both. Here what cannot be read is listed, can be exported, keeps its
//! id, and stays until the user discards it.

use crate::disk::{DEVICE, Disk};
use crate::shorthand::reloaded;
use crate::tab::Tab;
use keepfast::engine::{Answer, DraftName, DraftState, EngineError, Event};
use keepfast::record::{Drawer, Entry};

/// A never-saved document of which nothing verifies, and a good one beside it.
fn half_bad() -> (Disk, Vec<Entry>) {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    for id in ["a", "b"] {
        let doc = tab.create(id, "Plan", r#"{"tasks":[1,2]}"#);
        tab.put(doc, "/tasks/0", "7");
        tab.wait(5_000);
    }
    tab.kill();
    for entry in disk.entries(DEVICE).iter().filter(|entry| entry.key.document == "a") {
        disk.damage(DEVICE, &entry.key, |bytes| bytes.truncate(60));
    }
    let bad = disk.entries(DEVICE).into_iter().filter(|entry| entry.key.document == "a");
    let bad = bad.collect();
    (disk, bad)
}

fn name() -> DraftName {
    let writer = "writer-a-0001".into();
    DraftName { collection: "notes".into(), document: "a".into(), writer }
}

#[test]
fn minutes_of_other_work_leave_the_bad_bytes_alone() {
    let (disk, bad) = half_bad();
    let mut tab = Tab::new(&disk, "writer-b-0001");
    assert_eq!(tab.load("a"), Err(EngineError::Unreadable));
    let doc = tab.load("b").unwrap().document;
    for edit in 0..300 {
        tab.put(doc, "/tasks/1", &edit.to_string());
        tab.wait(1_000);
    }
    tab.close(doc);
    assert!(bad.iter().all(|entry| disk.entries(DEVICE).contains(entry)));
    tab.kill();
    assert_eq!(reloaded(&disk, "a"), Err(EngineError::Unreadable));
    assert_eq!(reloaded(&disk, "b").unwrap(), r#"{"tasks":[7,299]}"#);
}

#[test]
fn a_new_document_does_not_take_the_place_of_one_that_cannot_be_read() {
    let (disk, bad) = half_bad();
    let mut tab = Tab::new(&disk, "writer-b-0001");
    let create = tab.ask(|request| Event::Create {
        request,
        collection: "notes".into(),
        document: "a".into(),
        title: String::new(),
        description: None,
        text: b"[]".to_vec(),
    });
    tab.wait(600_000);
    assert_eq!(tab.failure(create), Some(EngineError::Exists));
    assert!(bad.iter().all(|entry| disk.entries(DEVICE).contains(entry)));
}

#[test]
fn the_user_can_take_the_bytes_out_and_then_drop_them() {
    let (disk, bad) = half_bad();
    let mut tab = Tab::new(&disk, "writer-b-0001");
    let drafts = tab.drafts();
    let states: Vec<_> =
        drafts.iter().map(|draft| (&draft.name.document[..], draft.state)).collect();
    assert_eq!(states, [("a", DraftState::Unreadable), ("b", DraftState::Recoverable)]);
    let export = tab.ask(|request| Event::ExportDraft { request, draft: name() });
    assert_eq!(tab.answer(export), Some(&Answer::Exported(bad)));
    let discard = tab.ask(|request| Event::DiscardDraft { request, draft: name() });
    assert!(tab.is_done(discard));
    assert!(disk.entries(DEVICE).iter().all(|entry| entry.key.document == "b"));
    assert_eq!(tab.load("a"), Err(EngineError::NotFound));
}

/// A later draft named an earlier one as carried on, of which one record had gone bad and was
/// listed on its own. Discarding the later draft removed the bad bytes as well, which nobody had
/// given up.
#[test]
fn discarding_a_draft_leaves_the_bytes_of_another_that_cannot_be_read() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.create("a", "Plan", r#"{"tasks":[1,2]}"#);
    tab.wait(5_000);
    tab.put(doc, "/tasks/0", "7");
    tab.wait(5_000);
    tab.kill();
    let keys = disk.keys(DEVICE, Drawer::Draft);
    let bad = keys.last().unwrap().clone();
    disk.damage(DEVICE, &bad, |bytes| bytes[70] ^= 1);
    let mut tab = Tab::new(&disk, "writer-b-0001");
    // It adopts what can be read and dies before the old records are gone.
    tab.hold();
    tab.load("a").unwrap();
    tab.kill_after_writing();
    let mut tab = Tab::new(&disk, "writer-c-0001");
    let later = DraftName { writer: "writer-b-0001".into(), ..name() };
    let discard = tab.ask(|request| Event::DiscardDraft { request, draft: later });
    assert!(tab.is_done(discard));
    assert_eq!(disk.keys(DEVICE, Drawer::Draft), [bad]);
}
