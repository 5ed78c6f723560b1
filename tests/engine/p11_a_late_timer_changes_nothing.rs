//! P11: a timer that was set for an earlier state fires late, and turns "saving" or "failed" into
//! "idle". Here a timer carries no state: it only lets the engine look at the time, so that an
//! early, a late and a needless one do nothing at all.

use crate::disk::{DEVICE, Disk, MEMORY, TAB};
use crate::tab::Tab;
use keepfast::engine::{DocumentId, DraftTrack, Event, StoreError};
use std::rc::Rc;

/// Fires timers that nobody wants, and sees that nothing follows.
fn fire_in_vain(tab: &mut Tab, doc: DocumentId) {
    let (status, effects) = (tab.status(doc), tab.carried_out);
    for _ in 0..3 {
        tab.send(Event::TimerFired);
    }
    assert_eq!(tab.carried_out, effects);
    assert!(Rc::ptr_eq(&status, &tab.status(doc)));
}

#[test]
fn a_timer_does_nothing_before_it_is_due() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    fire_in_vain(&mut tab, doc);
    tab.put(doc, "/text", "1");
    fire_in_vain(&mut tab, doc);
    tab.put(doc, "/text", "2");
    tab.wait(100);
    assert_eq!(tab.status(doc).draft, DraftTrack::Pending);
    fire_in_vain(&mut tab, doc);
}

#[test]
fn a_timer_does_nothing_while_a_write_is_on_its_way() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    tab.put(doc, "/text", "1");
    tab.put(doc, "/text", "2");
    tab.hold();
    tab.wait(200);
    assert_eq!((tab.held(), tab.status(doc).draft), (1, DraftTrack::Pending));
    tab.wait(10_000);
    fire_in_vain(&mut tab, doc);
    assert_eq!(tab.held(), 1);
    tab.release();
    assert_eq!(tab.status(doc).draft, DraftTrack::Stored);
    fire_in_vain(&mut tab, doc);
}

#[test]
fn a_timer_does_not_hide_a_failure() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    for store in [DEVICE, TAB, MEMORY] {
        disk.refuse(store, Some(StoreError::Quota));
    }
    tab.put(doc, "/text", "1");
    assert_eq!(tab.status(doc).draft, DraftTrack::Failed);
    fire_in_vain(&mut tab, doc);
    assert_eq!(tab.status(doc).draft, DraftTrack::Failed);
}

#[test]
fn a_retry_that_is_not_needed_any_more_leaves_no_timer() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    tab.put(doc, "/text", "1");
    tab.wait(5_000);
    disk.fail_at(DEVICE, 1, 1, StoreError::Aborted);
    tab.put(doc, "/text", "2");
    assert_eq!(tab.status(doc).draft, DraftTrack::Failed);
    tab.put(doc, "/text", "1");
    tab.wait(5_000);
    let status = tab.status(doc);
    assert_eq!((status.draft, status.stored), (DraftTrack::Stored, status.accepted));
    assert_eq!((status.error.clone(), tab.engine.next_wakeup()), (None, None));
}

#[test]
fn a_timer_after_the_close_does_nothing() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    tab.put(doc, "/text", "1");
    tab.put(doc, "/text", "2");
    tab.close(doc);
    let effects = tab.carried_out;
    tab.send(Event::TimerFired);
    assert_eq!(tab.carried_out, effects);
}
