//! W13: somebody edits right after a document was opened, and then stops. A system that is deaf
//! while it starts never notices that edit. Here there is no such window: the edit is dirty at
//! once and stored like any other.

use crate::disk::Disk;
use crate::steps::{A, B, saved, text_after};
use crate::tab::Tab;
use keepfast::engine::{DocumentId, DraftTrack};

fn assert_kept(mut tab: Tab, document: DocumentId) {
    tab.put(document, "/text", "1");
    assert!(tab.status(document).dirty);
    tab.wait(2_000);
    let status = tab.status(document);
    assert_eq!((status.draft, status.flushed), (DraftTrack::Stored, status.accepted));
    let disk = tab.disk.clone();
    tab.kill();
    assert_eq!(text_after(&disk, "writer-z-0009", "a"), r#"{"text":1}"#);
}

#[test]
fn an_edit_right_after_creating_is_kept() {
    let mut tab = Tab::new(&Disk::default(), A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    assert_kept(tab, doc);
}

#[test]
fn an_edit_right_after_loading_a_clean_document_is_kept() {
    let disk = Disk::default();
    let mut first = Tab::new(&disk, A);
    saved(&mut first, "a", r#"{"text":0}"#);
    first.kill();
    let mut tab = Tab::new(&disk, B);
    let doc = tab.load("a").unwrap().document;
    assert!(!tab.status(doc).dirty);
    assert_kept(tab, doc);
}

#[test]
fn an_edit_while_the_adopted_draft_is_still_being_written_is_kept() {
    let disk = Disk::default();
    let mut first = Tab::new(&disk, A);
    first.create("a", "Plan", r#"{"text":0}"#);
    first.wait(2_000);
    first.kill();
    let mut tab = Tab::new(&disk, B);
    tab.hold();
    let doc = tab.load("a").unwrap().document;
    tab.put(doc, "/text", "1");
    assert_eq!(tab.status(doc).draft, DraftTrack::Pending);
    tab.release();
    assert_kept(tab, doc);
}
