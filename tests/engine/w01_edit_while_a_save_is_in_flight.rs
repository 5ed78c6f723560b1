//! W1, A8, W25: v1 is saved; while the request hangs, v2 is typed; the answer comes. A system that
//! marks the current state as saved drops v2's backup: it is gone with the tab. Here what is
//! acknowledged is what was sent; v2 stays dirty, in the draft, and is saved after it.

use crate::disk::Disk;
use crate::line::{Fault, Line};
use crate::shorthand::reloaded;
use crate::steps::{A, B, saved_on_line};
use crate::tab::{Tab, options};
use keepfast::engine::{Answer, DocumentId, Event, SaveTrack, SyncTrack};

#[test]
fn the_newer_edit_stays_dirty_and_in_the_draft() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.hold_requests();
    let save = tab.save(doc);
    assert_eq!(tab.status(doc).save, SaveTrack::Saving);
    tab.put(doc, "/text", "2");
    tab.wait(300);
    tab.release_requests();
    assert!(matches!(tab.answer(save), Some(Answer::Saved { revision: 2, .. })));
    let status = tab.status(doc);
    assert!(status.dirty);
    assert!(status.acknowledged < status.accepted && status.stored == status.accepted);
    assert_eq!(line.text("a").unwrap(), r#"{"text":1}"#);
    tab.wait(60_000);
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":2}"#);
}

#[test]
fn a_save_that_is_asked_for_meanwhile_follows_and_has_the_newer_edit() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.hold_requests();
    let first = tab.save(doc);
    tab.put(doc, "/text", "2");
    let second = tab.save(doc);
    tab.put(doc, "/text", "3");
    let third = tab.save(doc);
    assert_eq!(line.writes().len(), 1, "one save is in flight");
    tab.release_requests();
    let revision = |request| match tab.answer(request) {
        Some(Answer::Saved { revision, .. }) => *revision,
        other => panic!("{other:?}"),
    };
    assert_eq!((revision(first), revision(second), revision(third)), (2, 3, 3));
    assert_eq!(line.text("a").unwrap(), r#"{"text":3}"#);
    assert!(!tab.status(doc).dirty);
}

/// A device whose tab has died with a save of 1 under way and 2 in its draft.
fn dead(fault: Fault) -> (Disk, Line) {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    line.strike([fault]);
    tab.save(doc);
    tab.put(doc, "/text", "2");
    tab.wait(500);
    tab.kill();
    (disk, line)
}

/// The newer edit is here, on top of what was saved.
fn assert_goes_on(tab: &Tab, doc: DocumentId) {
    let status = tab.status(doc);
    assert_eq!((status.sync, status.dirty, status.revision), (SyncTrack::Ok, true, Some(2)));
    assert_eq!(tab.value(doc), r#"{"text":2}"#);
}

#[test]
fn a_tab_that_dies_meanwhile_leaves_both_and_the_next_one_goes_on() {
    for fault in [Fault::LoseRequest, Fault::LoseResponse] {
        let (disk, line) = dead(fault);
        let mut next = Tab::offline(&disk, &line, options(B));
        let doc = next.load("a").unwrap().document;
        next.send(Event::Online);
        next.wait(15_000);
        assert_goes_on(&next, doc);
        assert_eq!(line.text("a").unwrap(), r#"{"text":1}"#);
    }
}

#[test]
fn the_next_tab_goes_on_as_well_when_it_is_opened_after_the_save_was_told() {
    for fault in [Fault::LoseRequest, Fault::LoseResponse] {
        let (disk, line) = dead(fault);
        let mut next = Tab::on_line(&disk, &line, B);
        next.wait(5_000);
        let doc = next.load("a").unwrap().document;
        assert_goes_on(&next, doc);
    }
}
