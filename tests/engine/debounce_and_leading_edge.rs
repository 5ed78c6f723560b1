//! When a draft is written: the first edit after a pause at once, the following ones together when
//! the typing rests, and at the latest a second after the first that waits. A debounce alone puts
//! the write off for as long as somebody types; writing each edit at once wears the disk.

use crate::disk::Disk;
use crate::tab::{Tab, options};
use keepfast::engine::{CollectionOptions, DraftTimes, Durability, Options};

fn with_times(disk: &Disk, draft: DraftTimes) -> Tab {
    let notes = CollectionOptions { draft, ..CollectionOptions::default() };
    let collections = [("notes".to_string(), notes)].into();
    Tab::with(disk, Options { collections, ..options("writer-a-0001") })
}

#[test]
fn a_burst_is_two_records_one_at_once_and_one_when_it_rests() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    let before = tab.writes.len();
    for edit in 1..=4 {
        tab.put(doc, "/text", &edit.to_string());
        tab.wait(100);
    }
    assert_eq!(tab.writes.len() - before, 1, "the first edit is written at once");
    tab.wait(99);
    assert_eq!(tab.writes.len() - before, 1);
    tab.wait(1);
    assert_eq!(tab.writes.len() - before, 2, "the rest 200 ms after the last");
    assert_eq!(tab.writes[before].1, Some(Durability::Relaxed));
    assert_eq!(tab.writes[before + 1].1, Some(Durability::Strict));
    let (accepted, stored, flushed) = tab.numbers(doc);
    assert_eq!((stored, flushed), (accepted, accepted));
    tab.wait(60_000);
    assert_eq!(tab.writes.len() - before, 2);
}

#[test]
fn an_edit_shortly_after_a_write_does_not_lead_again() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    tab.put(doc, "/text", "1");
    tab.wait(199);
    let before = tab.writes.len();
    tab.put(doc, "/text", "2");
    assert_eq!(tab.writes.len(), before);
    tab.wait(200);
    assert_eq!(tab.writes.len(), before + 1);
    tab.put(doc, "/text", "3");
    assert_eq!(tab.writes.len(), before + 2, "after a pause as long as the debounce it does");
}

#[test]
fn nothing_waits_for_more_than_the_maximum() {
    let disk = Disk::default();
    let times = DraftTimes { debounce_ms: 500, max_wait_ms: 2_000, leading: false };
    let mut tab = with_times(&disk, times);
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    let before = tab.writes.len();
    for edit in 0..20 {
        tab.put(doc, "/text", &edit.to_string());
        tab.wait(100);
        let is_due = edit == 19;
        assert_eq!(tab.writes.len() - before, usize::from(is_due), "edit {edit}");
    }
}

#[test]
fn without_the_leading_edge_the_first_edit_waits_for_the_pause() {
    let disk = Disk::default();
    let mut tab = with_times(&disk, DraftTimes { leading: false, ..DraftTimes::default() });
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    let before = tab.writes.len();
    tab.put(doc, "/text", "1");
    tab.wait(199);
    assert_eq!(tab.writes.len(), before);
    assert!(tab.status(doc).dirty, "dirty shows at once all the same");
    tab.wait(1);
    assert_eq!(tab.writes.len(), before + 1);
    assert_eq!(tab.writes[before].1, Some(Durability::Strict), "one record, stored and flushed");
}

#[test]
fn each_document_has_its_own_time() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let a = tab.saved_document("a", r#"{"text":""}"#);
    let b = tab.saved_document("b", r#"{"text":""}"#);
    tab.put(a, "/text", "1");
    tab.wait(150);
    tab.put(b, "/text", "1");
    assert_eq!(tab.numbers(b).1, tab.numbers(b).0, "the first edit of b leads");
    tab.wait(50);
    assert_eq!(tab.numbers(a).2, tab.numbers(a).0);
    assert!(tab.numbers(b).2 < tab.numbers(b).0);
    tab.wait(150);
    assert_eq!(tab.numbers(b).2, tab.numbers(b).0);
}

#[test]
fn a_new_document_is_stored_and_flushed_at_once() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.create("a", "Plan", r#"{"text":""}"#);
    assert_eq!(tab.numbers(doc), (1, 1, 1));
}
