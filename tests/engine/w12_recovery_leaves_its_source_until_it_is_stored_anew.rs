//! W12: a document is opened from a recovery copy, and the half-loaded state is written over that
//! copy before loading fails. Here nothing is written until the content is whole, a record is
//! never written over, and the old ones go when the new one was read back.

use crate::disk::{DEVICE, Disk};
use crate::steps::{A, B, C, draft_of, records_of, saved, text_after, text_of};
use crate::tab::{Tab, options};
use keepfast::engine::{Recovery, StoreError};

/// A disk with a dead tab's draft on a saved document.
fn crashed() -> Disk {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(2_000);
    tab.kill();
    disk
}

#[test]
fn the_source_stays_while_the_new_record_is_on_its_way_and_when_it_fails() {
    let disk = crashed();
    let source = records_of(&disk, DEVICE, A);
    let mut tab = Tab::new(&disk, B);
    tab.hold();
    let opened = tab.load("a").unwrap();
    assert_eq!(text_of(&opened), r#"{"text":1}"#);
    assert!(tab.held() > 0, "the adopted draft is written anew");
    assert_eq!(records_of(&disk, DEVICE, A), source);
    tab.fail_held(StoreError::Aborted, false);
    assert_eq!(records_of(&disk, DEVICE, A), source);
    tab.kill();
    assert_eq!(text_after(&disk, C, "a"), r#"{"text":1}"#);
}

#[test]
fn the_source_stays_until_the_new_record_was_read_back() {
    let disk = crashed();
    let source = records_of(&disk, DEVICE, A);
    let mut tab = Tab::new(&disk, B);
    tab.hold();
    tab.load("a").unwrap();
    disk.refuse_reading(DEVICE, Some(StoreError::ConnectionLost));
    tab.release();
    tab.wait(60_000);
    assert!(!records_of(&disk, DEVICE, B).is_empty());
    assert_eq!(records_of(&disk, DEVICE, A), source);
    disk.refuse_reading(DEVICE, None);
    tab.wait(60_000);
    assert_eq!(records_of(&disk, DEVICE, A), []);
    tab.kill();
    assert_eq!(text_after(&disk, C, "a"), r#"{"text":1}"#);
}

#[test]
fn the_source_stays_when_the_new_record_is_damaged() {
    let disk = crashed();
    let source = records_of(&disk, DEVICE, A);
    let mut tab = Tab::new(&disk, B);
    tab.hold();
    tab.load("a").unwrap();
    disk.refuse_reading(DEVICE, Some(StoreError::ConnectionLost));
    tab.release();
    for entry in records_of(&disk, DEVICE, B) {
        disk.damage(DEVICE, &entry.key, |bytes| bytes[60] ^= 1);
    }
    tab.kill();
    disk.refuse_reading(DEVICE, None);
    assert_eq!(records_of(&disk, DEVICE, A), source);
    assert_eq!(text_after(&disk, C, "a"), r#"{"text":1}"#);
}

#[test]
fn a_document_that_is_opened_beside_its_draft_does_not_touch_it() {
    let disk = crashed();
    let source = records_of(&disk, DEVICE, A);
    let mut tab =
        Tab::with(&disk, keepfast::engine::Options { recovery: Recovery::Ask, ..options(B) });
    let opened = tab.load("a").unwrap();
    assert_eq!((text_of(&opened), opened.recovered), (r#"{"text":0}"#, false));
    tab.put(opened.document, "/text", "5");
    tab.wait(2_000);
    tab.put(opened.document, "/text", "0");
    tab.wait(60_000);
    assert_eq!(records_of(&disk, DEVICE, A), source);
    assert_eq!(tab.drafts().len(), 1);
}

#[test]
fn a_draft_adopted_from_a_lesser_store_leaves_the_newer_one_that_was_out_of_reach() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    disk.refuse(DEVICE, Some(StoreError::Quota));
    tab.put(doc, "/text", "1");
    tab.wait(500);
    disk.refuse(DEVICE, None);
    disk.refuse_reading(DEVICE, Some(StoreError::ConnectionLost));
    tab.wait(30_000);
    tab.put(doc, "/text", "2");
    tab.wait(2_000);
    tab.kill();
    // The device has the second edit, and the lesser store still has the first.
    let source = records_of(&disk, DEVICE, A);
    disk.refuse(DEVICE, Some(StoreError::Blocked));
    let mut tab = Tab::new(&disk, B);
    assert_eq!(text_of(&tab.load("a").unwrap()), r#"{"text":1}"#);
    tab.wait(500);
    disk.refuse(DEVICE, None);
    disk.refuse_reading(DEVICE, None);
    tab.wait(60_000);
    assert_eq!(records_of(&disk, DEVICE, A), source);
    let recovered = {
        tab.kill();
        let mut next = Tab::new(&disk, C);
        next.recover(draft_of(A, "a")).unwrap()
    };
    assert_eq!(text_of(&recovered), r#"{"text":2}"#);
}

#[test]
fn a_load_that_finds_a_store_out_of_reach_writes_nothing_there() {
    let disk = crashed();
    let before = disk.entries(DEVICE);
    disk.refuse_reading(DEVICE, Some(StoreError::ConnectionLost));
    let mut tab = Tab::new(&disk, B);
    assert_eq!(tab.load("a"), Err(keepfast::engine::EngineError::Unavailable));
    tab.wait(60_000);
    assert_eq!(disk.entries(DEVICE), before);
}
