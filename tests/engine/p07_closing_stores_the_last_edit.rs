//! P7: the view goes away, its cleanup cancels the timer, and the last edit goes with it. Here a
//! close takes what waits to the store at once and answers when it is there; where it cannot, it
//! says so and the document stays open.

use crate::disk::{DEVICE, Disk, MEMORY, TAB};
use crate::shorthand::reloaded;
use crate::tab::Tab;
use keepfast::engine::{EngineError, Notice, StoreError};

#[test]
fn the_edit_that_waits_is_stored_before_the_close_is_done() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    tab.put(doc, "/text", "1");
    tab.put(doc, "/text", "2");
    assert_eq!(tab.numbers(doc).1 + 1, tab.numbers(doc).0, "the second edit waits");
    tab.hold();
    let close = tab.close(doc);
    assert_eq!(tab.answer(close), None);
    tab.release();
    assert!(tab.is_done(close));
    assert!(tab.engine.status(doc).is_none());
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":2}"#);
}

#[test]
fn a_document_that_was_never_saved_keeps_its_draft() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.create("a", "Plan", r#"{"text":""}"#);
    tab.put(doc, "/text", "1");
    tab.put(doc, "/text", "2");
    let close = tab.close(doc);
    tab.wait(60_000);
    assert!(tab.is_done(close));
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":2}"#);
}

#[test]
fn an_edit_made_while_the_close_is_on_its_way_is_stored_too() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    tab.put(doc, "/text", "1");
    tab.put(doc, "/text", "2");
    tab.hold();
    let close = tab.close(doc);
    tab.put(doc, "/text", "3");
    tab.release();
    tab.wait(1_000);
    assert!(tab.is_done(close));
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":3}"#);
}

#[test]
fn a_value_that_was_mutated_in_place_is_found_by_the_close() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    tab.put(doc, "/text", "1");
    tab.wait(5_000);
    tab.mutate(doc, "/text", "2");
    let close = tab.close(doc);
    assert!(tab.is_done(close));
    assert!(tab.notices.contains(&Notice::MutatedInPlace { document: doc }));
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":2}"#);
}

#[test]
fn a_close_that_cannot_store_says_so_and_loses_nothing() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    for store in [DEVICE, TAB, MEMORY] {
        disk.refuse(store, Some(StoreError::Quota));
    }
    tab.put(doc, "/text", "1");
    tab.wait(5_000);
    let close = tab.close(doc);
    tab.wait(60_000);
    assert!(matches!(tab.failure(close), Some(EngineError::Store(_))), "{:?}", tab.answer(close));
    assert!(tab.status(doc).dirty, "the document is open and its content in memory");
    for store in [DEVICE, TAB, MEMORY] {
        disk.refuse(store, None);
    }
    tab.wait(120_000);
    let close = tab.close(doc);
    assert!(tab.is_done(close));
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":1}"#);
}

#[test]
fn a_clean_document_closes_without_a_write() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    let writes = tab.writes.len();
    let close = tab.close(doc);
    assert!(tab.is_done(close));
    assert_eq!(tab.writes.len(), writes);
}
