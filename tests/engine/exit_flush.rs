//! The page goes while a write is on its way. Waiting for its answer is too late, and a delta that
//! builds on it is worthless if it fails. Here everything unwritten goes into one write at once,
//! built on the last record that is known to be committed, and a small copy of it into the store
//! that is written synchronously.

use crate::disk::{DEVICE, Disk, TAB};
use crate::shorthand::{draft_keys, reloaded, replayed};
use crate::tab::Tab;
use keepfast::engine::{DocumentId, Event, Notice, StoreError};
use keepfast::record::Drawer;

/// A tab with a stored edit, one on its way, and one that waits.
fn half_written(disk: &Disk) -> (Tab, DocumentId) {
    let mut tab = Tab::new(disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"one":0,"three":0,"two":0}"#);
    tab.put(doc, "/one", "1");
    tab.wait(5_000);
    tab.hold();
    tab.put(doc, "/two", "1");
    assert_eq!(tab.held(), 1);
    tab.put(doc, "/three", "1");
    (tab, doc)
}

const ALL: &str = r#"{"one":1,"three":1,"two":1}"#;

fn exits(tab: &Tab) -> usize {
    tab.writes.iter().filter(|write| write.1.is_none() && write.0 == DEVICE).count()
}

#[test]
fn the_exit_write_does_not_need_the_one_in_flight() {
    let disk = Disk::default();
    let (mut tab, _) = half_written(&disk);
    tab.send(Event::Hidden);
    assert_eq!(exits(&tab), 1);
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), ALL);
}

#[test]
fn it_does_not_mind_the_one_in_flight_either() {
    let disk = Disk::default();
    let (mut tab, _) = half_written(&disk);
    tab.send(Event::Hidden);
    tab.kill_after_writing();
    assert_eq!(reloaded(&disk, "a").unwrap(), ALL);
}

#[test]
fn a_page_that_lives_on_goes_on_whatever_became_of_the_write_in_flight() {
    for outcome in 0..3 {
        let disk = Disk::default();
        let (mut tab, doc) = half_written(&disk);
        tab.send(Event::Hidden);
        match outcome {
            0 => tab.release(),
            1 => tab.fail_held(StoreError::Aborted, false),
            _ => tab.fail_held(StoreError::ConnectionLost, true),
        }
        tab.send(Event::Shown);
        tab.put(doc, "/one", "2");
        tab.wait(60_000);
        let (accepted, stored, flushed) = tab.numbers(doc);
        assert_eq!((stored, flushed), (accepted, accepted), "outcome {outcome}");
        assert_eq!(tab.status(doc).error, None);
        tab.kill();
        let all = ALL.replace(r#""one":1"#, r#""one":2"#);
        assert_eq!(reloaded(&disk, "a").unwrap(), all, "outcome {outcome}");
    }
}

#[test]
fn the_tail_stands_in_for_an_exit_write_that_never_arrives() {
    let disk = Disk::default();
    let (mut tab, _) = half_written(&disk);
    tab.lose_exits(DEVICE);
    tab.send(Event::Hidden);
    let tails = disk.keys(TAB, Drawer::Tail);
    assert_eq!(tails.len(), 1);
    assert_eq!(tails[0].writer, "writer-a-0001");
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), ALL);
}

#[test]
fn a_tail_that_was_overtaken_brings_nothing_back() {
    let disk = Disk::default();
    let (mut tab, doc) = half_written(&disk);
    tab.send(Event::Hidden);
    let tail = disk.entries(TAB).remove(0);
    tab.release();
    tab.send(Event::Shown);
    tab.put(doc, "/one", "7");
    tab.wait(5_000);
    tab.kill();
    let stale = keepfast::engine::Batch { put: vec![tail], ..Default::default() };
    disk.write(TAB, &stale).unwrap();
    let newest = ALL.replace(r#""one":1"#, r#""one":7"#);
    assert_eq!(reloaded(&disk, "a").unwrap(), newest);
}

#[test]
fn a_large_record_goes_to_the_device_alone() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    tab.put(doc, "/text", "1");
    let large = format!("\"{}\"", "x".repeat(100_000));
    tab.put(doc, "/text", &large);
    tab.send(Event::Hidden);
    assert_eq!(disk.keys(TAB, Drawer::Tail), []);
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), format!(r#"{{"text":{large}}}"#));
}

#[test]
fn hiding_twice_writes_once() {
    let disk = Disk::default();
    let (mut tab, _) = half_written(&disk);
    for _ in 0..3 {
        tab.send(Event::Hidden);
    }
    assert_eq!(exits(&tab), 1);
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), ALL);
}

#[test]
fn hiding_twice_writes_once_also_while_the_first_is_on_its_way() {
    let disk = Disk::default();
    let (mut tab, _) = half_written(&disk);
    tab.lose_exits(DEVICE);
    for _ in 0..3 {
        tab.send(Event::Hidden);
    }
    assert_eq!(exits(&tab), 1);
}

#[test]
fn all_documents_leave_in_one_write() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let docs = ["a", "b", "c"].map(|id| tab.saved_document(id, r#"{"text":0}"#));
    for doc in &docs[..2] {
        tab.put(*doc, "/text", "1");
        tab.put(*doc, "/text", "2");
    }
    tab.send(Event::Hidden);
    assert_eq!(exits(&tab), 1);
    let batch = &tab.writes.iter().rfind(|it| it.1.is_none() && it.0 == DEVICE).unwrap().2;
    let names: Vec<_> = batch.put.iter().map(|entry| &entry.key.document[..]).collect();
    assert_eq!(names, ["a", "b"], "the clean one has nothing to write");
    tab.kill();
    for (id, text) in [("a", 2), ("b", 2), ("c", 0)] {
        assert_eq!(reloaded(&disk, id).unwrap(), format!(r#"{{"text":{text}}}"#));
    }
}

#[test]
fn a_value_that_was_mutated_in_place_leaves_too() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":0}"#);
    tab.mutate(doc, "/text", "1");
    tab.send(Event::Hidden);
    assert!(tab.notices.contains(&Notice::MutatedInPlace { document: doc }));
    assert!(tab.status(doc).dirty);
    let dead = replayed(&tab.writes);
    assert_eq!(reloaded(&dead, "a").unwrap(), r#"{"text":1}"#);
    tab.wait(5_000);
    assert_eq!(tab.numbers(doc).2, tab.numbers(doc).0, "and is flushed if the page lives on");
}

#[test]
fn of_a_large_document_what_changed_leaves_with_its_tail() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let large = format!(r#"{{"large":"{}","text":0}}"#, "x".repeat(500_000));
    let doc = tab.saved_document("a", &large);
    tab.put(doc, "/text", "1");
    tab.wait(5_000);
    tab.put(doc, "/text", "2");
    tab.put(doc, "/text", "3");
    tab.lose_exits(DEVICE);
    tab.send(Event::Hidden);
    let exit = tab.writes.iter().rfind(|it| it.1.is_none() && it.0 == DEVICE).unwrap();
    assert!(exit.2.put[0].bytes.len() < 1_000, "{} bytes", exit.2.put[0].bytes.len());
    tab.kill();
    assert!(reloaded(&disk, "a").unwrap().ends_with(r#","text":3}"#));
}

#[test]
fn a_page_without_edits_leaves_without_a_write() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(5_000);
    let writes = tab.writes.len();
    tab.send(Event::Hidden);
    assert_eq!(tab.writes.len(), writes);
    assert_eq!(draft_keys(&disk).iter().filter(|key| key.drawer == Drawer::Tail).count(), 0);
}
