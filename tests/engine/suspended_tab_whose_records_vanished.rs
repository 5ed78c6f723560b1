//! A tab is frozen, its lock is taken for free, and another tab recovers or drops its draft. When
//! it wakes it appends a delta to a record that is not there: nobody can ever read it. Here a
//! write names the record it builds on, and a writer whose records vanished writes a whole one.

use crate::disk::{DEVICE, Disk};
use crate::shorthand::reloaded;
use crate::tab::Tab;
use keepfast::engine::{DocumentId, Event};
use keepfast::record::Drawer;

const WRITER: &str = "writer-a-0001";

/// A tab that was frozen, and whose draft another tab dropped meanwhile.
fn woken(disk: &Disk) -> (Tab, DocumentId) {
    let mut frozen = Tab::new(disk, WRITER);
    let doc = frozen.saved_document("a", r#"{"other":0,"text":0}"#);
    frozen.put(doc, "/text", "1");
    frozen.wait(1_000);
    frozen.send(Event::Hidden);
    disk.set_alive(WRITER, false);
    let mut other = Tab::new(disk, "writer-b-0001");
    let name = other.drafts()[0].name.clone();
    let discard = other.ask(|request| Event::DiscardDraft { request, draft: name });
    assert!(other.is_done(discard));
    assert_eq!(disk.keys(DEVICE, Drawer::Draft), []);
    other.kill();
    disk.set_alive(WRITER, true);
    (frozen, doc)
}

#[test]
fn the_next_edit_after_waking_is_stored_whole() {
    let disk = Disk::default();
    let (mut tab, doc) = woken(&disk);
    tab.put(doc, "/other", "7");
    tab.wait(1_000);
    let (accepted, stored, flushed) = tab.numbers(doc);
    assert_eq!((stored, flushed), (accepted, accepted));
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"other":7,"text":1}"#);
}

#[test]
fn waking_without_an_edit_sees_that_the_records_are_gone() {
    let disk = Disk::default();
    let (mut tab, doc) = woken(&disk);
    tab.send(Event::Shown);
    tab.wait(1_000);
    assert_eq!(tab.numbers(doc).1, tab.numbers(doc).0);
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"other":0,"text":1}"#);
}

#[test]
fn leaving_again_without_having_been_shown_is_stored_whole_too() {
    let disk = Disk::default();
    let (mut tab, doc) = woken(&disk);
    tab.put(doc, "/other", "7");
    tab.put(doc, "/other", "8");
    tab.send(Event::Hidden);
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"other":8,"text":1}"#);
}

#[test]
fn what_was_confirmed_and_is_gone_is_not_shown_as_stored() {
    let disk = Disk::default();
    let (mut tab, doc) = woken(&disk);
    let before = tab.statuses.len();
    tab.hold();
    tab.send(Event::Shown);
    tab.wait(1_000);
    tab.release();
    tab.hold();
    tab.wait(1_000);
    let shown = tab.statuses[before..].iter().map(|(_, status)| status.stored);
    let (accepted, ..) = tab.numbers(doc);
    assert!(shown.min().is_some_and(|stored| stored < accepted), "{:?}", tab.statuses.last());
    tab.release();
    tab.wait(1_000);
    assert_eq!(tab.numbers(doc).1, accepted);
}

#[test]
fn a_draft_that_another_tab_carries_on_is_still_the_work_of_the_one_that_wakes() {
    let disk = Disk::default();
    let mut frozen = Tab::new(&disk, WRITER);
    let doc = frozen.saved_document("a", r#"{"other":0,"text":0}"#);
    frozen.put(doc, "/text", "1");
    frozen.wait(1_000);
    frozen.send(Event::Hidden);
    disk.set_alive(WRITER, false);
    let mut other = Tab::new(&disk, "writer-b-0001");
    let theirs = other.load("a").unwrap().document;
    other.put(theirs, "/other", "2");
    other.wait(5_000);
    disk.set_alive(WRITER, true);
    frozen.send(Event::Shown);
    frozen.put(doc, "/other", "3");
    frozen.wait(5_000);
    frozen.kill();
    other.kill();
    let mut later = Tab::new(&disk, "writer-c-0001");
    let drafts = later.drafts();
    assert_eq!(drafts.len(), 2, "neither has replaced the other: {drafts:?}");
    let text = later.recover(drafts[0].name.clone()).unwrap().text;
    assert_eq!(text, br#"{"other":3,"text":1}"#);
    later.kill();
    let mut later = Tab::new(&disk, "writer-d-0001");
    let text = later.recover(drafts[1].name.clone()).unwrap().text;
    assert_eq!(text, br#"{"other":2,"text":1}"#);
}
