//! W39: the store is full. A system that logs it and goes on leaves an older backup behind, and
//! offers that as the latest. Here the failure is on the status with its reason, the content stays
//! in memory, the next store takes it, and when there is room again the better store has it first.

use crate::disk::{DEVICE, Disk, MEMORY, TAB};
use crate::steps::{A, B, records_of, saved, text_after};
use crate::tab::Tab;
use keepfast::engine::{Answer, DocumentId, DraftTrack, EngineError, Notice, StoreError, Survives};

/// An edit is on the device; then the device is full, and another edit is made.
fn full(disk: &Disk) -> (Tab, DocumentId) {
    let mut tab = Tab::new(disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(2_000);
    disk.refuse(DEVICE, Some(StoreError::Quota));
    tab.put(doc, "/text", "2");
    tab.wait(500);
    (tab, doc)
}

#[test]
fn the_next_store_takes_the_draft_and_the_reason_is_shown() {
    let disk = Disk::default();
    let (tab, doc) = full(&disk);
    let status = tab.status(doc);
    assert_eq!((status.draft, status.stored), (DraftTrack::Stored, status.accepted));
    assert!(status.flushed < status.accepted, "localStorage survives the tab, not the browser");
    let health = tab.engine.health();
    assert_eq!((health.store, health.survives), (Some(TAB), Survives::Tab));
    assert_eq!(health.reason, Some(StoreError::Quota));
    let told = Notice::SteppedDown { from: DEVICE, to: TAB, error: StoreError::Quota };
    assert!(tab.notices.contains(&told));
    let error = EngineError::Store(StoreError::Quota);
    assert!(tab.notices.contains(&Notice::DraftFailed { document: doc, error }));
}

#[test]
fn the_older_draft_in_the_full_store_is_not_offered_as_the_latest() {
    let disk = Disk::default();
    let (tab, _) = full(&disk);
    assert!(!records_of(&disk, DEVICE, A).is_empty());
    tab.kill();
    disk.refuse(DEVICE, None);
    assert_eq!(text_after(&disk, B, "a"), r#"{"text":2}"#);
}

#[test]
fn without_any_room_the_track_has_failed_and_the_content_is_kept_and_tried_again() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    for store in [DEVICE, TAB, MEMORY] {
        disk.refuse(store, Some(StoreError::Quota));
    }
    tab.put(doc, "/text", "1");
    tab.wait(30_000);
    let status = tab.status(doc);
    assert_eq!(status.draft, DraftTrack::Failed);
    assert_eq!(status.error, Some(EngineError::Store(StoreError::Quota)));
    assert!(status.stored < status.accepted);
    let request = tab.flush(doc);
    assert!(matches!(tab.answer(request), Some(Answer::Failed(EngineError::Store(_)))));
    assert_eq!(tab.value(doc), r#"{"text":1}"#);
    for store in [DEVICE, TAB, MEMORY] {
        disk.refuse(store, None);
    }
    tab.wait(120_000);
    let status = tab.status(doc);
    assert_eq!((status.draft, status.error.clone()), (DraftTrack::Stored, None));
    assert_eq!(status.flushed, status.accepted);
    tab.kill();
    assert_eq!(text_after(&disk, B, "a"), r#"{"text":1}"#);
}

#[test]
fn a_store_that_stays_full_does_not_take_the_draft_out_of_the_one_that_has_it() {
    let disk = Disk::default();
    let (mut tab, doc) = full(&disk);
    for text in 3..60_u32 {
        tab.put(doc, "/text", &text.to_string());
        tab.wait(1_000);
        let status = tab.status(doc);
        assert_eq!(status.stored, status.accepted, "edit {text}");
    }
    tab.kill();
    assert_eq!(text_after(&disk, B, "a"), r#"{"text":59}"#);
}

#[test]
fn when_there_is_room_again_the_better_store_has_it_and_the_lesser_one_is_emptied() {
    let disk = Disk::default();
    let (mut tab, doc) = full(&disk);
    disk.refuse(DEVICE, None);
    tab.wait(60_000);
    assert!(tab.notices.contains(&Notice::SteppedUp { from: TAB, to: DEVICE }));
    assert_eq!(tab.engine.health().reason, None);
    let status = tab.status(doc);
    assert_eq!(status.flushed, status.accepted);
    assert_eq!(records_of(&disk, TAB, A), []);
    tab.kill();
    assert_eq!(text_after(&disk, B, "a"), r#"{"text":2}"#);
}

#[test]
fn the_copy_in_the_lesser_store_stays_until_the_new_one_was_read_back() {
    let disk = Disk::default();
    let (mut tab, doc) = full(&disk);
    let copy = records_of(&disk, TAB, A);
    assert!(!copy.is_empty());
    disk.refuse(DEVICE, None);
    disk.refuse_reading(DEVICE, Some(StoreError::ConnectionLost));
    tab.wait(60_000);
    assert_eq!(tab.status(doc).flushed, tab.status(doc).accepted);
    assert_eq!(records_of(&disk, TAB, A), copy);
    disk.refuse_reading(DEVICE, None);
    tab.wait(60_000);
    assert_eq!(records_of(&disk, TAB, A), []);
}

#[test]
fn a_new_copy_that_was_damaged_does_not_take_the_place_of_the_old_one() {
    let disk = Disk::default();
    let (mut tab, _) = full(&disk);
    disk.refuse(DEVICE, None);
    disk.refuse_reading(DEVICE, Some(StoreError::ConnectionLost));
    tab.wait(60_000);
    for entry in records_of(&disk, DEVICE, A) {
        disk.damage(DEVICE, &entry.key, |bytes| bytes[90] ^= 1);
    }
    disk.refuse_reading(DEVICE, None);
    tab.wait(60_000);
    tab.kill();
    assert_eq!(text_after(&disk, B, "a"), r#"{"text":2}"#);
}
