//! T3: an autosave copies and rewrites although nothing has changed, until backup and main are the
//! same and protect against nothing. Here a record is written when the content, the title or the
//! description differs from the last one, and at no other time.

use crate::disk::{DEVICE, Disk};
use crate::shorthand::{draft_keys, reloaded, replayed};
use crate::tab::Tab;
use keepfast::engine::{Event, Preset};
use keepfast::record::Drawer;

#[test]
fn a_stored_draft_is_left_alone_for_hours() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    tab.put(doc, "/text", "1");
    tab.wait(5_000);
    assert_eq!(tab.engine.next_wakeup(), None);
    let (writes, before) = (tab.writes.len(), disk.entries(DEVICE));
    tab.set_wall(0);
    tab.wait(10 * 3_600_000);
    assert_eq!((tab.writes.len(), disk.entries(DEVICE)), (writes, before));
    assert_eq!(Preset::Session.autosave(), keepfast::engine::Autosave::Off);
}

#[test]
fn an_edit_that_changes_nothing_writes_nothing() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    tab.put(doc, "/text", "1");
    tab.wait(5_000);
    let (writes, before) = (tab.writes.len(), disk.entries(DEVICE));
    for _ in 0..5 {
        tab.send(Event::Changed { document: doc });
        tab.put(doc, "/text", "1");
        tab.send(Event::Renamed { document: doc, title: "Plan".into() });
        tab.wait(1_000);
    }
    assert_eq!(disk.entries(DEVICE), before);
    assert_eq!(tab.writes.len(), writes);
    let (accepted, stored, flushed) = tab.numbers(doc);
    assert_eq!((stored, flushed), (accepted, accepted), "everything handed over is stored");
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":1}"#);
}

#[test]
fn an_edit_and_its_undo_within_the_debounce_write_nothing() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"other":0,"text":""}"#);
    tab.put(doc, "/text", "1");
    tab.wait(5_000);
    tab.put(doc, "/other", "1");
    tab.wait(5_000);
    tab.send(Event::Changed { document: doc });
    let before = disk.entries(DEVICE);
    tab.put(doc, "/text", "2");
    tab.put(doc, "/text", "1");
    tab.wait(5_000);
    assert_eq!(disk.entries(DEVICE), before);
    tab.put(doc, "/text", "3");
    tab.wait(5_000);
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"other":1,"text":3}"#);
}

#[test]
fn a_clean_document_that_is_touched_gets_no_draft() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    let before = disk.entries(DEVICE);
    tab.send(Event::Changed { document: doc });
    tab.send(Event::Hidden);
    tab.send(Event::Shown);
    tab.wait(5_000);
    assert_eq!(disk.entries(DEVICE), before);
    assert_eq!(draft_keys(&disk), []);
}

#[test]
fn every_record_of_a_draft_leads_to_another_content() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    for edit in 1..=20 {
        tab.put(doc, "/text", &edit.to_string());
        tab.wait(1_000);
    }
    let base = disk.keys(DEVICE, Drawer::Base).len();
    let mut reached = std::collections::BTreeSet::new();
    for count in 1..=tab.writes.len() {
        let disk = replayed(&tab.writes[..count]);
        reached.insert(reloaded(&disk, "a").expect("every moment can be recovered"));
    }
    assert_eq!((base, reached.len()), (1, 21));
}
