//! W25, W26: work on two states overlaps, and the older one finishes last. A system that takes
//! whatever arrives last shows the older state as the newer, or calls an edit stored that was made
//! after the write began. Here edits, records and bases are numbered, and a number never falls.

use crate::disk::{DEVICE, Disk};
use crate::steps::{A, B, saved, text_after};
use crate::tab::Tab;
use keepfast::engine::{Capture, DraftTrack, Effect, Event, Token};
use keepfast::record::Drawer;
use keepfast::replica::Edit;

#[test]
fn an_edit_made_while_a_write_is_in_flight_is_not_part_of_what_that_write_stored() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.hold();
    tab.put(doc, "/text", "1");
    let written = tab.status(doc).accepted;
    tab.put(doc, "/text", "2");
    tab.release();
    let status = tab.status(doc);
    assert_eq!((status.stored, status.draft), (written, DraftTrack::Pending));
    assert_eq!(status.accepted, written + 1);
    tab.wait(2_000);
    tab.kill();
    assert_eq!(text_after(&disk, B, "a"), r#"{"text":2}"#);
}

#[test]
fn a_write_that_completes_after_a_later_one_takes_nothing_back() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.hold();
    tab.put(doc, "/text", "1");
    tab.put(doc, "/text", "2");
    // The exit write has the second edit and is stored before the write of the first.
    tab.send(Event::Hidden);
    let newest = tab.status(doc).stored;
    assert_eq!(newest, tab.status(doc).accepted);
    tab.release();
    assert_eq!(tab.status(doc).stored, newest);
    tab.send(Event::Shown);
    tab.put(doc, "/text", "3");
    tab.wait(2_000);
    tab.kill();
    assert_eq!(text_after(&disk, B, "a"), r#"{"text":3}"#);
}

#[test]
fn the_record_of_a_later_exit_counts_although_an_earlier_write_was_stored_last() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.hold();
    tab.put(doc, "/text", "1");
    tab.put(doc, "/text", "2");
    tab.send(Event::Hidden);
    tab.kill_after_writing();
    assert_eq!(text_after(&disk, B, "a"), r#"{"text":2}"#);
}

#[test]
fn a_tail_that_is_older_than_the_draft_is_not_recovered() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.put(doc, "/text", "2");
    tab.send(Event::Hidden);
    assert_eq!(disk.keys(crate::disk::TAB, Drawer::Tail).len(), 1);
    tab.send(Event::Shown);
    for text in ["3", "4"] {
        tab.put(doc, "/text", text);
        tab.wait(2_000);
    }
    tab.kill();
    assert_eq!(text_after(&disk, B, "a"), r#"{"text":4}"#);
}

#[test]
fn a_capture_answered_a_second_time_changes_nothing() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    let mut tokens = Vec::new();
    for text in ["1", "2"] {
        tab.wait(5_000);
        let asked = tab.effects_of(Event::Changed { document: doc });
        let token = asked.iter().find_map(token_of).expect("the edit is captured at once");
        tokens.push(token);
        tab.send(Event::Captured { document: doc, token, capture: put(text) });
    }
    tab.wait(2_000);
    let status = tab.status(doc);
    tab.send(Event::Captured { document: doc, token: tokens[0], capture: put("1") });
    tab.wait(2_000);
    assert_eq!(tab.status(doc), status);
    tab.kill();
    assert_eq!(text_after(&disk, B, "a"), r#"{"text":2}"#);
}

fn token_of(effect: &Effect) -> Option<Token> {
    match effect {
        Effect::Capture { token, .. } => Some(*token),
        _ => None,
    }
}

fn put(text: &str) -> Capture {
    Capture::Edits(vec![Edit::Put { at: "/text".into(), text: text.as_bytes().into() }])
}

#[test]
fn a_base_that_arrives_late_does_not_move_the_document_back() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.base(doc, false, 5, ("Plan", r#"{"text":5}"#));
    assert_eq!(tab.value(doc), r#"{"text":5}"#);
    for is_own in [false, true] {
        tab.base(doc, is_own, 3, ("Old", r#"{"text":3}"#));
        tab.wait(2_000);
        let status = tab.status(doc);
        assert_eq!((status.revision, status.dirty), (Some(5), false));
        assert_eq!(tab.value(doc), r#"{"text":5}"#);
    }
    tab.kill();
    assert_eq!(text_after(&disk, B, "a"), r#"{"text":5}"#);
    assert_eq!(disk.keys(DEVICE, Drawer::Draft), []);
}

#[test]
fn the_answer_to_an_older_save_does_not_end_a_newer_draft() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    let sent = tab.value(doc);
    tab.put(doc, "/text", "2");
    tab.base(doc, true, 2, ("Plan", &sent));
    let status = tab.status(doc);
    assert_eq!((status.dirty, status.revision), (true, Some(2)));
    assert!(status.acknowledged < status.accepted);
    tab.wait(2_000);
    tab.kill();
    assert_eq!(text_after(&disk, B, "a"), r#"{"text":2}"#);
}
