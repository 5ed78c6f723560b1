//! T6: import, cleanup and delete swallow the error of their save and report success. Here what
//! was asked for is answered with success when a store has confirmed it, and with the reason when
//! it has not; the work goes on all the same.

use crate::disk::{DEVICE, Disk, MEMORY, TAB};
use crate::shorthand::{draft_keys, reloaded};
use crate::tab::Tab;
use keepfast::engine::{DraftTrack, EngineError, Event, StoreError};

const ALL: [keepfast::engine::StoreId; 3] = [DEVICE, TAB, MEMORY];

fn refuse_all(disk: &Disk, refusal: Option<StoreError>) {
    for store in ALL {
        disk.refuse(store, refusal);
    }
}

#[test]
fn flush_close_and_discard_are_answered_with_the_failure() {
    for error in [StoreError::Quota, StoreError::Aborted, StoreError::ConnectionLost] {
        let disk = Disk::default();
        let mut tab = Tab::new(&disk, "writer-a-0001");
        let doc = tab.saved_document("a", r#"{"text":""}"#);
        tab.put(doc, "/text", "1");
        tab.wait(1_000);
        refuse_all(&disk, Some(error));
        tab.put(doc, "/text", "2");
        let flush = tab.flush(doc);
        tab.wait(30_000);
        assert!(matches!(tab.failure(flush), Some(EngineError::Store(_))), "{error}");
        let status = tab.status(doc);
        assert_eq!(status.draft, DraftTrack::Failed, "{error}");
        assert!(matches!(status.error, Some(EngineError::Store(_))), "{error}");
        assert!(status.stored < status.accepted);
        let close = tab.close(doc);
        tab.wait(30_000);
        assert!(matches!(tab.failure(close), Some(EngineError::Store(_))), "{error}");
        let discard = tab.discard(doc);
        tab.wait(30_000);
        assert!(matches!(tab.failure(discard), Some(EngineError::Store(_))), "{error}");
        assert_ne!(draft_keys(&disk), []);
        refuse_all(&disk, None);
        tab.wait(120_000);
        assert_eq!(draft_keys(&disk), [], "the discard is carried out as soon as it can be");
        assert_eq!(tab.status(doc).error, None);
    }
}

#[test]
fn without_any_store_the_status_says_failed() {
    let disk = Disk::default();
    refuse_all(&disk, Some(StoreError::Unavailable));
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.create("a", "Plan", r#"{"text":""}"#);
    tab.put(doc, "/text", "1");
    let flush = tab.flush(doc);
    tab.wait(5_000);
    let unavailable = EngineError::Store(StoreError::Unavailable);
    assert_eq!(tab.failure(flush), Some(unavailable.clone()));
    let status = tab.status(doc);
    assert_eq!((status.draft, status.error.clone()), (DraftTrack::Failed, Some(unavailable)));
    refuse_all(&disk, None);
    tab.wait(120_000);
    let status = tab.status(doc);
    assert_eq!((status.draft, status.error.clone()), (DraftTrack::Stored, None));
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":1}"#);
}

#[test]
fn a_draft_that_cannot_be_removed_is_not_said_to_be_discarded() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    tab.put(doc, "/text", "1");
    tab.wait(1_000);
    tab.kill();
    let mut tab = Tab::new(&disk, "writer-b-0001");
    let name = tab.drafts()[0].name.clone();
    // Four drawers are read twice: before and after it is asked which writers are alive.
    disk.fail_at(DEVICE, 9, 1, StoreError::Aborted);
    let discard = tab.ask(|request| Event::DiscardDraft { request, draft: name.clone() });
    assert_eq!(tab.failure(discard), Some(EngineError::Store(StoreError::Aborted)));
    assert_eq!(tab.drafts().len(), 1);
    let discard = tab.ask(|request| Event::DiscardDraft { request, draft: name.clone() });
    assert!(tab.is_done(discard));
    disk.refuse(DEVICE, Some(StoreError::Unavailable));
    let again = tab.ask(|request| Event::DiscardDraft { request, draft: name });
    assert!(tab.failure(again).is_some(), "what cannot be looked at is not said to be gone");
}

#[test]
fn a_write_that_failed_is_tried_again_without_being_asked() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    tab.put(doc, "/text", "1");
    tab.put(doc, "/text", "2");
    disk.fail_at(DEVICE, 1, 1, StoreError::Aborted);
    tab.wait(200);
    assert_eq!(disk.operations(DEVICE), 1);
    assert_eq!(tab.status(doc).draft, DraftTrack::Failed);
    tab.wait(5_000);
    let status = tab.status(doc);
    assert_eq!((status.draft, status.error.clone()), (DraftTrack::Stored, None));
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":2}"#);
}

#[test]
fn a_write_that_failed_and_was_stored_all_the_same_is_told_as_failed_and_tried_again() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    tab.hold();
    tab.put(doc, "/text", "1");
    let flush = tab.flush(doc);
    tab.fail_held(StoreError::ConnectionLost, true);
    assert_eq!(tab.failure(flush), Some(EngineError::Store(StoreError::ConnectionLost)));
    assert!(tab.numbers(doc).1 < tab.numbers(doc).0);
    tab.wait(5_000);
    assert_eq!(tab.numbers(doc).1, tab.numbers(doc).0);
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":1}"#);
}
