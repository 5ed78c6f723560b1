//! P2: an edit waits for its write, the user drops the document, and two seconds later the timer
//! writes it: it is back. Here a discard takes what waits, what is on its way and what lies in
//! any store with it, and says that it is done only when nothing can come back.

use crate::disk::{DEVICE, Disk, TAB};
use crate::shorthand::{draft_keys, reloaded};
use crate::tab::Tab;
use keepfast::engine::{EngineError, Event, Notice, StoreError};
use keepfast::record::Drawer;

#[test]
fn an_edit_that_waits_goes_with_the_draft() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    tab.put(doc, "/text", "1");
    tab.put(doc, "/text", "2");
    let discard = tab.discard(doc);
    assert!(tab.is_done(discard));
    assert_eq!(tab.value(doc), r#"{"text":""}"#, "the app is given the base");
    assert_eq!(draft_keys(&disk), []);
    let writes = tab.writes.len();
    tab.wait(120_000);
    assert_eq!(tab.writes.len(), writes, "no timer is left");
    assert!(!tab.status(doc).dirty);
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":""}"#);
}

#[test]
fn a_document_that_was_never_saved_is_gone_for_good() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.create("a", "Plan", r#"{"text":""}"#);
    tab.put(doc, "/text", "1");
    let discard = tab.discard(doc);
    assert!(tab.is_done(discard));
    assert!(tab.engine.status(doc).is_none(), "it is closed");
    tab.put(doc, "/text", "2");
    tab.wait(120_000);
    assert_eq!(draft_keys(&disk), []);
    tab.kill();
    assert_eq!(reloaded(&disk, "a"), Err(EngineError::NotFound));
}

#[test]
fn a_write_on_its_way_is_taken_back_before_the_discard_is_done() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    tab.hold();
    tab.put(doc, "/text", "1");
    assert_eq!(tab.held(), 1);
    let discard = tab.discard(doc);
    assert_eq!(tab.answer(discard), None, "the write may still arrive");
    tab.release();
    tab.wait(120_000);
    assert!(tab.is_done(discard));
    assert_eq!(draft_keys(&disk), []);
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":""}"#);
}

#[test]
fn a_capture_that_was_asked_for_before_the_discard_is_not_taken_after_it() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    tab.hold_captures();
    tab.put(doc, "/text", "1");
    let discard = tab.discard(doc);
    assert!(tab.is_done(discard));
    assert_eq!(tab.release_captures(), 1);
    tab.wait(120_000);
    assert!(!tab.status(doc).dirty);
    assert_eq!(draft_keys(&disk), []);
    assert!(tab.notices.contains(&Notice::Stray { count: 1 }), "it is counted and ignored");
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":""}"#);
}

#[test]
fn the_tail_of_a_hidden_page_goes_as_well() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    tab.put(doc, "/text", "1");
    tab.put(doc, "/text", "2");
    tab.send(Event::Hidden);
    assert_eq!(disk.keys(TAB, Drawer::Tail).len(), 1);
    tab.send(Event::Shown);
    let discard = tab.discard(doc);
    tab.wait(1_000);
    assert!(tab.is_done(discard));
    assert_eq!(draft_keys(&disk), []);
}

#[test]
fn a_second_discard_is_done_no_sooner_than_the_first() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    tab.put(doc, "/text", "1");
    tab.wait(1_000);
    tab.hold();
    let first = tab.discard(doc);
    let second = tab.discard(doc);
    assert_eq!((tab.answer(first), tab.answer(second)), (None, None));
    assert_ne!(draft_keys(&disk), [], "a crash at this moment would bring the draft back");
    tab.release();
    tab.wait(1_000);
    assert!(tab.is_done(first) && tab.is_done(second));
    assert_eq!(draft_keys(&disk), []);
}

#[test]
fn a_draft_in_a_store_that_is_away_is_not_said_to_be_gone() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.create("a", "Plan", r#"{"text":""}"#);
    tab.wait(1_000);
    disk.refuse(DEVICE, Some(StoreError::Unavailable));
    tab.put(doc, "/text", "1");
    tab.wait(1_000);
    let discard = tab.discard(doc);
    tab.wait(1_000);
    assert_eq!(tab.failure(discard), Some(EngineError::Store(StoreError::Unavailable)));
    disk.refuse(DEVICE, None);
    tab.wait(120_000);
    assert!(tab.status(doc).stored >= 2, "what was refused has not happened");
    let discard = tab.discard(doc);
    tab.wait(1_000);
    assert!(tab.is_done(discard));
    assert_eq!(draft_keys(&disk), []);
    tab.kill();
    assert_eq!(reloaded(&disk, "a"), Err(EngineError::NotFound));
}

#[test]
fn a_draft_whose_base_is_lost_does_not_come_back_either() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    tab.put(doc, "/text", "1");
    tab.wait(1_000);
    tab.send(Event::Evicted { store: DEVICE });
    tab.wait(1_000);
    tab.kill();
    for base in disk.keys(DEVICE, Drawer::Base) {
        disk.lose(DEVICE, &base);
    }
    let mut tab = Tab::new(&disk, "writer-b-0001");
    let opened = tab.load("a").unwrap();
    assert_eq!((opened.recovered, &opened.text[..]), (true, &br#"{"text":1}"#[..]));
    tab.wait(5_000);
    let discard = tab.discard(opened.document);
    tab.wait(120_000);
    assert!(tab.is_done(discard));
    assert_eq!(draft_keys(&disk), []);
    tab.kill();
    assert_eq!(reloaded(&disk, "a"), Err(EngineError::NotFound));
}
