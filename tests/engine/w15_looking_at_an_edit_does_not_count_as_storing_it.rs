//! W15: an edit waits for its debounce, and something else looks at the content first: a save, a
//! snapshot, the page being hidden. A system that then finds "no change since the last look" never
//! stores it. Here what was seen and what was stored are separate facts.

use crate::disk::{DEVICE, Disk};
use crate::steps::{A, B, rename, saved, text_after};
use crate::tab::Tab;
use keepfast::engine::{DocumentId, Event, Notice, StoreError};

/// An edit that waits for its debounce.
fn waiting(disk: &Disk) -> (Tab, DocumentId) {
    let mut tab = Tab::new(disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.put(doc, "/text", "2");
    assert!(tab.status(doc).stored < tab.status(doc).accepted);
    (tab, doc)
}

fn assert_stored(mut tab: Tab, doc: DocumentId, disk: &Disk) {
    tab.wait(60_000);
    let status = tab.status(doc);
    assert!(status.dirty);
    assert_eq!(status.flushed, status.accepted);
    tab.kill();
    assert_eq!(text_after(disk, B, "a"), r#"{"text":2}"#);
}

#[test]
fn an_edit_that_an_exit_write_saw_and_lost_is_stored_when_the_page_lives() {
    let disk = Disk::default();
    let (mut tab, doc) = waiting(&disk);
    disk.fail_at(DEVICE, 1, 1, StoreError::Aborted);
    tab.send(Event::Hidden);
    assert!(disk.operations(DEVICE) > 1, "it failed, and was tried again");
    assert!(tab.notices.iter().any(|notice| matches!(notice, Notice::DraftFailed { .. })));
    tab.send(Event::Shown);
    assert_stored(tab, doc, &disk);
}

#[test]
fn an_edit_that_a_failed_flush_saw_is_stored_later() {
    let disk = Disk::default();
    let (mut tab, doc) = waiting(&disk);
    disk.fail_at(DEVICE, 1, 1, StoreError::Aborted);
    let request = tab.flush(doc);
    assert!(!tab.is_done(request));
    assert_stored(tab, doc, &disk);
}

#[test]
fn an_edit_that_a_save_of_older_content_passed_by_is_stored() {
    let disk = Disk::default();
    let (mut tab, doc) = waiting(&disk);
    tab.base(doc, true, 2, ("Plan", r#"{"text":1}"#));
    assert_stored(tab, doc, &disk);
}

#[test]
fn an_edit_that_a_rename_wrote_along_is_in_that_record() {
    let disk = Disk::default();
    let (mut tab, doc) = waiting(&disk);
    rename(&mut tab, doc, "Other");
    assert_stored(tab, doc, &disk);
}

#[test]
fn an_edit_that_a_lost_write_carried_is_written_again_without_another_edit() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.hold();
    tab.put(doc, "/text", "2");
    assert_eq!(tab.held(), 1);
    tab.fail_held(StoreError::ConnectionLost, false);
    assert_stored(tab, doc, &disk);
}
