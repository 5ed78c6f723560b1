//! W5: a dirty document is torn down: a component unmounts, the document is closed, the page is
//! reloaded. A system that clears up behind itself deletes the recovery copy with it. Here closing
//! stores the draft and leaves it; it goes when the user discards it or a save has its content.

use crate::disk::{DEVICE, Disk, TAB};
use crate::steps::{A, B, records_of, saved, text_after, text_of};
use crate::tab::Tab;
use keepfast::engine::StoreError;

#[test]
fn closing_a_dirty_document_stores_its_newest_edit_and_keeps_it() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.put(doc, "/text", "2");
    let closed = tab.close(doc);
    assert!(tab.is_done(closed));
    tab.wait(60_000);
    tab.kill();
    let mut next = Tab::new(&disk, B);
    let opened = next.load("a").unwrap();
    assert_eq!((text_of(&opened), opened.recovered), (r#"{"text":2}"#, true));
}

#[test]
fn a_document_that_is_closed_and_opened_again_goes_on_where_it_was_left() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.close(doc);
    let opened = tab.load("a").unwrap();
    assert_eq!((text_of(&opened), opened.recovered), (r#"{"text":1}"#, true));
    assert!(tab.status(opened.document).dirty);
    tab.put(opened.document, "/text", "2");
    tab.wait(2_000);
    tab.kill();
    assert_eq!(text_after(&disk, B, "a"), r#"{"text":2}"#);
}

#[test]
fn a_never_saved_document_that_is_closed_can_be_opened_again_in_the_same_tab() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    for round in 0..20_u64 {
        let doc = match round {
            0 => tab.create("a", "Plan", r#"{"text":0}"#),
            _ => tab.load("a").expect("the draft of a closed document is nobody's").document,
        };
        tab.put(doc, "/text", &round.to_string());
        let closed = tab.close(doc);
        assert!(tab.is_done(closed));
    }
    assert!(tab.drafts().len() == 1, "the draft of a closed document is listed");
    tab.kill();
    assert_eq!(text_after(&disk, B, "a"), r#"{"text":19}"#);
}

#[test]
fn a_save_of_other_content_keeps_the_draft_and_one_of_its_content_ends_it() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    let sent = tab.value(doc);
    tab.put(doc, "/text", "2");
    tab.base(doc, true, 2, ("Plan", &sent));
    tab.wait(60_000);
    assert!(tab.status(doc).dirty);
    assert!(!records_of(&disk, DEVICE, A).is_empty());
    tab.saved(doc, 3, "Plan");
    tab.wait(60_000);
    assert!(!tab.status(doc).dirty);
    assert_eq!(records_of(&disk, DEVICE, A), []);
}

#[test]
fn a_save_that_is_confirmed_while_a_draft_is_being_written_leaves_no_draft_behind() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.hold();
    tab.put(doc, "/text", "1");
    tab.saved(doc, 2, "Plan");
    tab.release();
    tab.wait(60_000);
    assert!(!tab.status(doc).dirty);
    assert_eq!(records_of(&disk, DEVICE, A), []);
    tab.kill();
    assert_eq!(text_after(&disk, B, "a"), r#"{"text":1}"#);
}

#[test]
fn closing_looks_at_the_whole_value_for_what_nobody_told() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.mutate(doc, "/text", "7");
    let closed = tab.close(doc);
    assert!(tab.is_done(closed));
    tab.kill();
    assert_eq!(text_after(&disk, B, "a"), r#"{"text":7}"#);
}

#[test]
fn a_document_reopened_after_a_step_down_goes_on_with_its_newest_copy() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(2_000);
    disk.refuse(DEVICE, Some(StoreError::Quota));
    tab.put(doc, "/text", "2");
    let closed = tab.close(doc);
    assert!(tab.is_done(closed));
    disk.refuse(DEVICE, None);
    tab.wait(60_000);
    let opened = tab.load("a").unwrap();
    assert_eq!(text_of(&opened), r#"{"text":2}"#);
    tab.wait(60_000);
    assert_eq!(records_of(&disk, TAB, A), []);
    tab.kill();
    let mut next = Tab::new(&disk, B);
    assert_eq!(text_of(&next.load("a").unwrap()), r#"{"text":2}"#);
    assert_eq!(next.drafts(), []);
}

#[test]
fn a_discard_ends_the_draft_for_good() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(2_000);
    let discarded = tab.discard(doc);
    assert!(tab.is_done(discarded));
    assert_eq!(tab.value(doc), r#"{"text":0}"#);
    tab.kill();
    assert_eq!(text_after(&disk, B, "a"), r#"{"text":0}"#);
}
