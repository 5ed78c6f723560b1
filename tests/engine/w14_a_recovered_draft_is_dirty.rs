//! W14: a recovered document looks clean, so that nobody is asked before it is closed, and the
//! recovery copy is gone. Here dirty means that the content differs from the base, wherever it
//! came from.

use crate::disk::{DEVICE, Disk};
use crate::steps::{A, B, C, draft_of, records_of, saved, text_after};
use crate::tab::{Tab, options};
use keepfast::engine::{DraftTrack, Options, Recovery, SaveTrack};

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
fn a_draft_that_load_adopted_is_dirty_and_survives_closing() {
    let disk = crashed();
    let mut tab = Tab::new(&disk, B);
    let opened = tab.load("a").unwrap();
    assert!(opened.recovered);
    let status = tab.status(opened.document);
    assert_eq!((status.dirty, status.save), (true, SaveTrack::Idle));
    assert_eq!(status.revision, Some(1));
    tab.close(opened.document);
    tab.wait(60_000);
    tab.kill();
    assert_eq!(text_after(&disk, C, "a"), r#"{"text":1}"#);
}

#[test]
fn a_draft_that_the_user_chose_is_dirty_in_the_open_document() {
    let disk = crashed();
    let mut tab = Tab::with(&disk, Options { recovery: Recovery::Ask, ..options(B) });
    let doc = tab.load("a").unwrap().document;
    assert!(!tab.status(doc).dirty);
    let recovered = tab.recover(draft_of(A, "a")).unwrap();
    assert_eq!((recovered.document, recovered.recovered), (doc, true));
    assert_eq!(tab.value(doc), r#"{"text":1}"#);
    assert!(tab.status(doc).dirty);
    tab.kill();
    assert_eq!(text_after(&disk, C, "a"), r#"{"text":1}"#);
}

#[test]
fn a_recovered_draft_that_is_undone_is_clean_and_gone() {
    let disk = crashed();
    let mut tab = Tab::new(&disk, B);
    let doc = tab.load("a").unwrap().document;
    tab.wait(2_000);
    tab.put(doc, "/text", "0");
    tab.wait(60_000);
    assert_eq!((tab.status(doc).dirty, tab.status(doc).draft), (false, DraftTrack::Clean));
    assert_eq!(records_of(&disk, DEVICE, A), []);
    assert_eq!(records_of(&disk, DEVICE, B), []);
}

#[test]
fn a_document_that_was_never_saved_is_dirty_when_it_returns() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    tab.create("a", "Plan", r#"{"text":0}"#);
    tab.kill();
    let mut tab = Tab::new(&disk, B);
    let doc = tab.load("a").unwrap().document;
    assert_eq!((tab.status(doc).dirty, tab.status(doc).revision), (true, None));
}
