//! W6: a document is torn down while a write is in flight, and the write fails. A system that has
//! removed its recovery copy by then has neither. Here nothing is removed for the sake of a write
//! that has not succeeded, and whoever waits is told.

use crate::disk::{DEVICE, Disk};
use crate::steps::{A, B, saved, text_after};
use crate::tab::Tab;
use keepfast::engine::{Answer, EngineError, StoreError};

#[test]
fn a_close_is_not_answered_before_the_write_in_flight_is() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.hold();
    tab.put(doc, "/text", "1");
    let closed = tab.close(doc);
    assert_eq!(tab.answer(closed), None);
    tab.release();
    assert!(tab.is_done(closed));
}

#[test]
fn a_close_whose_write_fails_says_so_and_the_content_is_written_later() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(2_000);
    tab.hold();
    tab.put(doc, "/text", "2");
    let closed = tab.close(doc);
    tab.fail_held(StoreError::Aborted, false);
    let failed = Answer::Failed(EngineError::Store(StoreError::Aborted));
    assert_eq!(tab.answer(closed), Some(&failed));
    assert_eq!(tab.value(doc), r#"{"text":2}"#);
    tab.wait(60_000);
    assert_eq!(tab.status(doc).flushed, tab.status(doc).accepted);
    tab.kill();
    assert_eq!(text_after(&disk, B, "a"), r#"{"text":2}"#);
}

#[test]
fn a_close_whose_value_cannot_be_put_into_words_says_so_and_can_be_made_up_for() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(2_000);
    tab.set_unspeakable(doc, Some("/when"));
    tab.put(doc, "/text", "2");
    let closed = tab.close(doc);
    let failed = Answer::Failed(EngineError::NotJson("/when".into()));
    assert_eq!(tab.answer(closed), Some(&failed));
    assert!(tab.status(doc).dirty);
    tab.set_unspeakable(doc, None);
    let closed = tab.close(doc);
    assert!(tab.is_done(closed));
    tab.kill();
    assert_eq!(text_after(&disk, B, "a"), r#"{"text":2}"#);
}

#[test]
fn a_tab_that_dies_with_a_write_in_flight_leaves_what_was_stored_before() {
    for is_stored in [false, true] {
        let disk = Disk::default();
        let mut tab = Tab::new(&disk, A);
        let doc = saved(&mut tab, "a", r#"{"text":0}"#);
        tab.put(doc, "/text", "1");
        tab.wait(2_000);
        tab.hold();
        tab.put(doc, "/text", "2");
        tab.close(doc);
        match is_stored {
            true => tab.kill_after_writing(),
            false => tab.kill(),
        }
        let expected = if is_stored { r#"{"text":2}"# } else { r#"{"text":1}"# };
        assert_eq!(text_after(&disk, B, "a"), expected);
    }
}

#[test]
fn a_save_that_is_never_confirmed_leaves_the_draft() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(2_000);
    let closed = tab.close(doc);
    assert!(tab.is_done(closed));
    disk.refuse(DEVICE, Some(StoreError::Unavailable));
    tab.wait(60_000);
    disk.refuse(DEVICE, None);
    tab.kill();
    assert_eq!(text_after(&disk, B, "a"), r#"{"text":1}"#);
}
