//! W4: somebody types, and within the debounce the page is hidden and killed. A system that only
//! waits for its timer, or only asks "leave this page?", has not written the last edit. Here it is
//! captured, encoded and sent before the handler of the event returns, whatever else is under way.

use crate::disk::{DEVICE, Disk, TAB};
use crate::steps::{A, B, C, saved, text_after, text_of};
use crate::tab::Tab;
use keepfast::engine::{Effect, Event, Notice};
use keepfast::record::Drawer;

#[test]
fn an_edit_within_the_debounce_is_stored_when_the_page_is_hidden() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.wait(5_000);
    tab.put(doc, "/text", "1");
    tab.put(doc, "/text", "2");
    assert!(tab.status(doc).stored < tab.status(doc).accepted);
    tab.send(Event::Hidden);
    assert_eq!(tab.status(doc).stored, tab.status(doc).accepted);
    tab.kill();
    assert_eq!(text_after(&disk, B, "a"), r#"{"text":2}"#);
}

#[test]
fn the_exit_write_does_not_wait_for_the_write_in_flight() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.wait(5_000);
    tab.hold();
    tab.put(doc, "/text", "1");
    assert_eq!(tab.held(), 1);
    tab.put(doc, "/text", "2");
    tab.send(Event::Hidden);
    tab.kill();
    assert_eq!(text_after(&disk, B, "a"), r#"{"text":2}"#);
}

#[test]
fn a_page_that_is_hidden_while_its_first_write_is_in_flight_keeps_everything() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    tab.hold();
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.send(Event::Hidden);
    tab.kill();
    assert_eq!(text_after(&disk, B, "a"), r#"{"text":1}"#);
}

#[test]
fn every_dirty_document_goes_into_one_write() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let docs = ["a", "b", "c"].map(|id| tab.create(id, "Plan", r#"{"text":0}"#));
    tab.wait(5_000);
    tab.hold();
    for doc in docs {
        tab.put(doc, "/text", "1");
        tab.put(doc, "/text", "2");
    }
    let sent = tab.writes.len();
    tab.send(Event::Hidden);
    let exits = tab.writes[sent..].iter().filter(|(store, ..)| *store == DEVICE);
    let sizes: Vec<_> = exits.map(|(_, strict, batch)| (*strict, batch.put.len())).collect();
    assert_eq!(sizes, [(None, 3)]);
    tab.kill();
    for (id, writer) in [("a", "writer-b-000a"), ("b", "writer-b-000b"), ("c", "writer-b-000c")] {
        assert_eq!(text_after(&disk, writer, id), r#"{"text":2}"#);
    }
}

#[test]
fn a_value_mutated_behind_our_back_is_found_before_the_page_goes() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.wait(5_000);
    tab.mutate(doc, "/text", "7");
    tab.send(Event::Hidden);
    assert!(tab.notices.contains(&Notice::MutatedInPlace { document: doc }));
    let status = tab.status(doc);
    assert_eq!((status.dirty, status.stored), (true, status.accepted));
    tab.kill();
    assert_eq!(text_after(&disk, B, "a"), r#"{"text":7}"#);
}

#[test]
fn what_was_mutated_in_a_document_that_nobody_edited_reaches_the_disk_when_the_page_lives() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    saved(&mut tab, "a", r#"{"text":0}"#);
    tab.kill();
    let mut tab = Tab::new(&disk, B);
    let doc = tab.load("a").unwrap().document;
    tab.mutate(doc, "/text", "7");
    tab.send(Event::Hidden);
    tab.wait(2_000);
    let status = tab.status(doc);
    assert_eq!((status.dirty, status.flushed), (true, status.accepted));
}

#[test]
fn the_tail_has_the_last_edit_when_the_device_loses_the_exit_write() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.wait(5_000);
    tab.hold();
    tab.put(doc, "/text", "1");
    tab.put(doc, "/text", "2");
    disk.fail_at(DEVICE, 1, 1, keepfast::engine::StoreError::ConnectionLost);
    tab.send(Event::Hidden);
    tab.kill();
    assert_eq!(disk.keys(TAB, Drawer::Tail).len(), 1);
    let mut next = Tab::new(&disk, B);
    assert_eq!(text_of(&next.load("a").unwrap()), r#"{"text":2}"#);
    next.wait(60_000);
    assert_eq!(disk.keys(TAB, Drawer::Tail), [], "the device has it again");
    next.kill();
    assert_eq!(text_after(&disk, C, "a"), r#"{"text":2}"#);
}

#[test]
fn a_page_that_is_left_unchanged_is_looked_at_whole_and_writes_nothing() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.wait(5_000);
    let sent = tab.writes.len();
    let captures = tab.effects_of(Event::Hidden);
    let is_capture = |effect: &Effect| matches!(effect, Effect::Capture { whole: true, .. });
    assert_eq!(captures.iter().filter(|effect| is_capture(effect)).count(), 1);
    tab.carry_on(captures);
    assert_eq!(tab.writes.len(), sent);
    assert_eq!(tab.status(doc).flushed, tab.status(doc).accepted);
}
