//! W21: the user discards a draft while work on it is under way; the work finishes later and
//! writes the draft again. Here an answer to work that was given up counts for nothing, and a
//! discard is done when no store has anything left.

use crate::disk::{DEVICE, Disk, TAB};
use crate::steps::{A, B, all_drafts, discard_draft, draft_of, saved, text_of};
use crate::tab::Tab;
use keepfast::engine::{Answer, Capture, Effect, EngineError, Event, StoreError};
use keepfast::record::Drawer;
use keepfast::replica::Edit;

/// Nothing of the discarded draft is found by the next tab.
fn assert_gone(tab: Tab) {
    let disk = tab.disk.clone();
    tab.kill();
    let mut next = Tab::new(&disk, B);
    assert_eq!(next.drafts(), []);
    let opened = next.load("a").unwrap();
    assert_eq!((text_of(&opened), opened.recovered), (r#"{"text":0}"#, false));
}

#[test]
fn a_write_in_flight_does_not_bring_it_back() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.hold();
    tab.put(doc, "/text", "1");
    let discarded = tab.discard(doc);
    assert_eq!(tab.value(doc), r#"{"text":0}"#);
    assert_eq!(tab.answer(discarded), None, "a record may still be on its way");
    tab.release();
    assert!(tab.is_done(discarded));
    tab.wait(60_000);
    assert_eq!(all_drafts(&disk), []);
    assert_gone(tab);
}

#[test]
fn a_write_that_failed_and_was_stored_all_the_same_does_not_bring_it_back() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.hold();
    tab.put(doc, "/text", "1");
    tab.discard(doc);
    tab.fail_held(StoreError::ConnectionLost, true);
    tab.wait(60_000);
    assert_eq!(all_drafts(&disk), []);
    assert_gone(tab);
}

#[test]
fn a_capture_that_was_asked_for_before_the_discard_does_not_bring_it_back() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    let asked = tab.effects_of(Event::Changed { document: doc });
    let token = asked.iter().find_map(|effect| match effect {
        Effect::Capture { token, .. } => Some(*token),
        _ => None,
    });
    let token = token.expect("the edit is captured at once");
    let discarded = tab.discard(doc);
    assert!(tab.is_done(discarded));
    let edit = Edit::Put { at: "/text".into(), text: b"1"[..].into() };
    let capture = Capture::Edits(vec![edit]);
    tab.send(Event::Captured { document: doc, token, capture });
    tab.wait(60_000);
    assert!(!tab.status(doc).dirty);
    assert_eq!(all_drafts(&disk), []);
    assert_gone(tab);
}

#[test]
fn an_exit_write_on_its_way_does_not_bring_it_back() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.put(doc, "/text", "2");
    tab.send(Event::Hidden);
    tab.send(Event::Shown);
    assert_eq!(disk.keys(TAB, Drawer::Tail).len(), 1);
    assert!(!disk.keys(DEVICE, Drawer::Draft).is_empty());
    let discarded = tab.discard(doc);
    assert!(tab.is_done(discarded));
    assert_eq!(all_drafts(&disk), []);
    assert_gone(tab);
}

#[test]
fn hiding_the_page_after_the_discard_does_not_bring_it_back() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(2_000);
    tab.hold();
    tab.discard(doc);
    tab.send(Event::Hidden);
    tab.release();
    tab.send(Event::Hidden);
    tab.wait(60_000);
    assert_eq!(all_drafts(&disk), []);
    assert_gone(tab);
}

#[test]
fn a_discard_is_not_done_while_a_store_out_of_reach_has_the_draft() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(2_000);
    disk.refuse(DEVICE, Some(StoreError::Unavailable));
    tab.put(doc, "/text", "2");
    tab.wait(500);
    assert!(!disk.entries(TAB).is_empty(), "drafts go to the lesser store");
    tab.discard(doc);
    disk.refuse(DEVICE, None);
    tab.wait(60_000);
    assert!(!tab.status(doc).dirty);
    assert_eq!(all_drafts(&disk), []);
    assert_gone(tab);
}

#[test]
fn a_discard_before_a_crash_holds_even_where_the_draft_is_out_of_reach() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(2_000);
    disk.refuse(DEVICE, Some(StoreError::Unavailable));
    tab.put(doc, "/text", "2");
    tab.wait(500);
    let discarded = tab.discard(doc);
    assert!(tab.is_done(discarded));
    disk.refuse(DEVICE, None);
    assert_gone(tab);
}

#[test]
fn an_edit_made_after_the_discard_is_kept() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(2_000);
    tab.hold();
    let discarded = tab.discard(doc);
    tab.put(doc, "/text", "5");
    tab.release();
    assert!(tab.is_done(discarded));
    tab.wait(2_000);
    assert_eq!(tab.status(doc).flushed, tab.status(doc).accepted);
    tab.kill();
    let opened = Tab::new(&disk, B).load("a").unwrap();
    assert_eq!((text_of(&opened), opened.recovered), (r#"{"text":5}"#, true));
}

#[test]
fn a_never_saved_document_that_was_discarded_is_closed_and_gone() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.hold();
    tab.put(doc, "/text", "1");
    let discarded = tab.discard(doc);
    tab.release();
    assert!(tab.is_done(discarded));
    assert_eq!(tab.engine.status(doc), None);
    tab.wait(60_000);
    assert_eq!(disk.entries(DEVICE), []);
    assert_eq!(tab.load("a"), Err(EngineError::NotFound));
}

#[test]
fn a_discarded_draft_does_not_bring_back_the_one_that_it_carried_on() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-z-0000");
    tab.create("a", "Plan", r#"{"text":0}"#);
    tab.wait(2_000);
    tab.kill();
    // The next tab adopts the draft and dies before the old records are gone.
    let mut tab = Tab::new(&disk, A);
    tab.hold();
    tab.load("a").unwrap();
    tab.kill_after_writing();
    let mut tab = Tab::new(&disk, B);
    assert_eq!(tab.drafts().len(), 1);
    let dropped = discard_draft(&mut tab, draft_of(A, "a"));
    assert!(tab.is_done(dropped));
    assert_eq!(tab.drafts(), []);
    assert_eq!(tab.load("a"), Err(EngineError::NotFound));
    let again = discard_draft(&mut tab, draft_of(A, "a"));
    assert_eq!(tab.answer(again), Some(&Answer::Failed(EngineError::NoSuchDraft)));
}
