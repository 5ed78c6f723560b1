//! The browser needs room and takes a store away. Nothing fails; what was confirmed is gone, and
//! the next delta builds on nothing. Here the engine is told, says so, takes back what it claimed,
//! and writes what it holds.

use crate::disk::{DEVICE, Disk, TAB};
use crate::shorthand::reloaded;
use crate::tab::{Tab, options};
use keepfast::engine::{DraftTrack, Event, Notice, StoreError};
use keepfast::record::Drawer;

#[test]
fn what_is_in_memory_is_written_at_once_and_the_health_says_evicted() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"other":0,"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(5_000);
    disk.evict(DEVICE);
    tab.hold();
    tab.send(Event::Evicted { store: DEVICE });
    assert!(tab.engine.health().evicted);
    assert!(tab.notices.contains(&Notice::Evicted { store: DEVICE }));
    assert_eq!(tab.numbers(doc).1, 0, "nothing that was confirmed is there");
    tab.release();
    let (accepted, stored, _) = tab.numbers(doc);
    assert_eq!(stored, accepted);
    assert_eq!(disk.keys(DEVICE, Drawer::Base).len(), 1, "and the base is with it");
    tab.kill();
    let mut tab = Tab::new(&disk, "writer-b-0001");
    let opened = tab.load("a").unwrap();
    assert_eq!((opened.recovered, &opened.text[..]), (true, &br#"{"other":0,"text":1}"#[..]));
    let discard = tab.discard(opened.document);
    assert!(tab.is_done(discard));
    assert_eq!(tab.value(opened.document), r#"{"other":0,"text":0}"#);
}

#[test]
fn a_clean_document_that_is_open_is_written_again() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":0}"#);
    disk.evict(DEVICE);
    tab.send(Event::Evicted { store: DEVICE });
    tab.wait(5_000);
    assert!(!tab.status(doc).dirty);
    tab.kill();
    let mut tab = Tab::new(&disk, "writer-b-0001");
    let opened = tab.load("a").unwrap();
    assert_eq!((opened.recovered, &opened.text[..]), (false, &br#"{"text":0}"#[..]));
}

#[test]
fn an_eviction_that_nobody_tells_is_found_by_the_next_write() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"other":0,"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(5_000);
    disk.evict(DEVICE);
    tab.put(doc, "/other", "1");
    tab.wait(1_000);
    assert_eq!(tab.numbers(doc).1, tab.numbers(doc).0);
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"other":1,"text":1}"#);
}

#[test]
fn a_base_that_was_evicted_while_drafts_are_elsewhere_is_not_taken_for_a_copy() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":0}"#);
    disk.refuse(DEVICE, Some(StoreError::Unavailable));
    tab.put(doc, "/text", "1");
    tab.wait(500);
    assert_eq!(disk.keys(TAB, Drawer::Draft).len(), 1);
    disk.evict(DEVICE);
    tab.send(Event::Evicted { store: DEVICE });
    tab.put(doc, "/text", "0");
    tab.wait(60_000);
    assert!(!tab.status(doc).dirty, "it is the base's content again");
    tab.kill();
    disk.refuse(DEVICE, None);
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":0}"#, "the only copy was not removed");
}

/// The base was read back once, then an eviction took it silently, and undoing removed the draft
/// that alone still had the content: nothing was left of a document that was said to be clean.
#[test]
fn a_draft_stays_until_the_base_beside_it_was_seen_again() {
    let disk = Disk::default();
    let mut options = options("writer-a-0001");
    // Where no write can expect a record to be there, nothing tells that it is not.
    options.stores.iter_mut().for_each(|store| store.expects = false);
    let mut tab = Tab::with(&disk, options);
    let doc = tab.saved_document("a", r#"{"text":0}"#);
    disk.evict(DEVICE);
    tab.put(doc, "/text", "1");
    tab.wait(5_000);
    tab.put(doc, "/text", "0");
    tab.wait(5_000);
    assert_eq!(tab.status(doc).draft, DraftTrack::Clean);
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":0}"#);
}

#[test]
fn a_discard_leaves_the_base_readable_although_it_was_evicted() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(5_000);
    for key in disk.keys(DEVICE, Drawer::Base) {
        disk.lose(DEVICE, &key);
    }
    let discard = tab.discard(doc);
    tab.wait(5_000);
    assert!(tab.is_done(discard));
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":0}"#);
}
