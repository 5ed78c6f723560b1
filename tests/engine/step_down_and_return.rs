//! The device store fails while somebody works. A system that stops there loses the work; one that
//! moves to another store and stays there leaves two copies and a guess. Here the drafts go to the
//! next store of the ladder, the health says so, and they come back when the better one works.

use crate::disk::{DEVICE, Disk, MEMORY, TAB};
use crate::shorthand::reloaded;
use crate::tab::Tab;
use keepfast::engine::{EngineError, Notice, StoreError, Survives};
use keepfast::record::Drawer;

#[test]
fn drafts_go_to_the_next_store_and_come_back() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(1_000);
    disk.refuse(DEVICE, Some(StoreError::Quota));
    tab.put(doc, "/text", "2");
    let health = tab.engine.health();
    assert_eq!((health.store, health.survives), (Some(TAB), Survives::Tab));
    assert_eq!(health.reason, Some(StoreError::Quota));
    let (accepted, stored, flushed) = tab.numbers(doc);
    assert_eq!((stored, flushed), (accepted, accepted - 1), "stored, and not on the disk");
    assert_eq!(disk.keys(TAB, Drawer::Draft).len(), 1);
    disk.refuse(DEVICE, None);
    tab.wait(120_000);
    let health = tab.engine.health();
    assert_eq!((health.store, health.reason), (Some(DEVICE), None));
    assert!(tab.notices.contains(&Notice::SteppedUp { from: TAB, to: DEVICE }));
    assert_eq!(tab.numbers(doc), (accepted, accepted, accepted));
    assert_eq!(disk.keys(TAB, Drawer::Draft), []);
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":2}"#);
}

#[test]
fn a_store_that_fails_once_is_tried_again_before_it_is_left() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":0}"#);
    disk.fail_at(DEVICE, 1, 1, StoreError::Aborted);
    tab.put(doc, "/text", "1");
    assert_eq!(tab.engine.health().store, Some(DEVICE));
    tab.wait(5_000);
    assert_eq!(tab.engine.health().store, Some(DEVICE));
    assert_eq!(tab.numbers(doc).1, tab.numbers(doc).0);
    disk.fail_at(DEVICE, 1, 2, StoreError::Aborted);
    tab.put(doc, "/text", "2");
    tab.wait(1_001);
    assert_eq!(tab.engine.health().store, Some(TAB));
}

#[test]
fn a_tab_that_dies_while_stepped_down_leaves_the_newest_in_the_lesser_store() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(1_000);
    disk.refuse(DEVICE, Some(StoreError::Unavailable));
    for edit in 2..=20 {
        tab.put(doc, "/text", &edit.to_string());
        tab.wait(1_000);
    }
    tab.kill();
    let mut blind = Tab::new(&disk, "writer-b-0001");
    let seen = blind.load("a").map(|opened| String::from_utf8(opened.text).unwrap());
    assert_eq!(seen, Ok(r#"{"text":20}"#.to_string()), "without the device the draft is there");
    blind.kill();
    disk.refuse(DEVICE, None);
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":20}"#);
}

#[test]
fn with_every_store_gone_the_work_stays_in_memory_until_one_is_back() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":0}"#);
    for store in [DEVICE, TAB, MEMORY] {
        disk.refuse(store, Some(StoreError::Unavailable));
    }
    for edit in 1..=50 {
        tab.put(doc, "/text", &edit.to_string());
        tab.wait(1_000);
    }
    let (accepted, stored, _) = tab.numbers(doc);
    assert_eq!(stored, accepted - 50);
    assert!(matches!(tab.status(doc).error, Some(EngineError::Store(_))));
    disk.refuse(TAB, None);
    tab.wait(120_000);
    assert_eq!(tab.numbers(doc).1, accepted);
    assert_eq!(tab.engine.health().store, Some(TAB));
    disk.refuse(DEVICE, None);
    tab.wait(120_000);
    assert_eq!(tab.numbers(doc), (accepted, accepted, accepted));
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":50}"#);
}

#[test]
fn a_base_that_was_stored_while_stepped_down_is_stored_again_where_the_draft_goes() {
    let disk = Disk::default();
    disk.refuse(DEVICE, Some(StoreError::Unavailable));
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":0}"#);
    assert_eq!(disk.keys(TAB, Drawer::Base).len(), 1);
    disk.refuse(DEVICE, None);
    tab.wait(120_000);
    tab.put(doc, "/text", "1");
    tab.wait(1_000);
    tab.put(doc, "/text", "0");
    tab.wait(1_000);
    assert!(!tab.status(doc).dirty);
    assert_eq!(tab.numbers(doc).2, tab.numbers(doc).0, "the base is on the disk");
    tab.kill();
    disk.evict(TAB);
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":0}"#);
}

/// A document was saved while only memory worked, closed, and opened again as clean. When the
/// better stores came back nothing was dirty, so nothing was written, and the saved state went
/// with the tab.
#[test]
fn a_base_that_only_memory_has_is_written_when_a_better_store_works() {
    let disk = Disk::default();
    disk.refuse(DEVICE, Some(StoreError::Unavailable));
    disk.refuse(TAB, Some(StoreError::Unavailable));
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":0}"#);
    tab.close(doc);
    tab.load("a").unwrap();
    disk.refuse(DEVICE, None);
    disk.refuse(TAB, None);
    tab.wait(120_000);
    assert_eq!(tab.engine.health().store, Some(DEVICE));
    tab.kill();
    disk.evict(MEMORY);
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":0}"#);
}
