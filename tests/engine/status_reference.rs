//! What the app shows. A view that compares references draws again whenever it gets a new one, and
//! a number that is ahead of the disk is a lie. Here the status is one object until something
//! differs, and claims no more than the weakest layer below it.

use crate::disk::{DEVICE, Disk, MEMORY, TAB};
use crate::tab::Tab;
use keepfast::engine::{DraftTrack, Event, SaveTrack, StoreError, SyncTrack};
use std::rc::Rc;

#[test]
fn it_is_the_same_reference_while_nothing_changes() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let a = tab.saved_document("a", r#"{"text":0}"#);
    let b = tab.saved_document("b", r#"{"text":0}"#);
    let (status, shown) = (tab.status(a), tab.statuses.len());
    tab.put(b, "/text", "1");
    tab.wait(60_000);
    tab.drafts();
    tab.load("a").unwrap();
    tab.send(Event::Hidden);
    tab.send(Event::Shown);
    tab.send(Event::Renamed { document: a, title: "Plan".into() });
    assert!(Rc::ptr_eq(&status, &tab.status(a)));
    assert!(tab.statuses[shown..].iter().all(|(document, _)| *document == b));
    tab.put(a, "/text", "1");
    assert!(!Rc::ptr_eq(&status, &tab.status(a)));
    assert!(!status.dirty, "the old one stays what it was");
}

#[test]
fn each_one_that_is_sent_differs_from_the_last_and_is_the_one_that_is_given() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":0}"#);
    for edit in 0..50 {
        tab.put(doc, "/text", &(edit / 2).to_string());
        tab.wait(130);
    }
    for pair in tab.statuses.windows(2) {
        assert_ne!(pair[0].1, pair[1].1);
    }
    let last = tab.statuses.last().expect("statuses were sent");
    assert!(Rc::ptr_eq(&last.1, &tab.status(doc)));
}

#[test]
fn its_tracks_tell_the_draft_the_save_and_the_sync() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    let tracks = |tab: &Tab| {
        let status = tab.status(doc);
        (status.draft, status.save, status.sync)
    };
    assert_eq!(tracks(&tab), (DraftTrack::Stored, SaveTrack::Idle, SyncTrack::Off));
    tab.saved(doc, 1, "Plan");
    assert_eq!(tracks(&tab), (DraftTrack::Clean, SaveTrack::Saved, SyncTrack::Off));
    assert_eq!(tab.status(doc).acknowledged, tab.status(doc).accepted);
    tab.wait(5_000);
    tab.put(doc, "/text", "1");
    tab.put(doc, "/text", "2");
    assert_eq!(tracks(&tab), (DraftTrack::Pending, SaveTrack::Idle, SyncTrack::Off));
    tab.wait(1_000);
    assert_eq!(tracks(&tab), (DraftTrack::Stored, SaveTrack::Idle, SyncTrack::Off));
    tab.base(doc, false, 2, ("Plan", r#"{"text":9}"#));
    assert_eq!(tracks(&tab), (DraftTrack::Stored, SaveTrack::Idle, SyncTrack::Conflict));
    for store in [DEVICE, TAB, MEMORY] {
        disk.refuse(store, Some(StoreError::Quota));
    }
    tab.put(doc, "/text", "3");
    tab.wait(1_000);
    assert_eq!(tracks(&tab).0, DraftTrack::Failed);
}

#[test]
fn its_numbers_never_claim_more_than_a_tab_that_dies_leaves() {
    for hold_from in 0..40 {
        let disk = Disk::default();
        let mut tab = Tab::new(&disk, "writer-a-0001");
        let doc = tab.create("a", "Plan", r#"{"text":1}"#);
        tab.wait(1_000);
        for edit in 0..40_u64 {
            if edit == hold_from {
                tab.hold();
            }
            tab.put(doc, "/text", &(edit + 2).to_string());
            tab.wait(edit * 53 % 300);
            let status = tab.status(doc);
            assert_eq!(status.accepted, edit + 2);
            assert!(status.accepted >= status.stored && status.stored >= status.flushed);
        }
        let stored = tab.numbers(doc).1;
        tab.kill();
        let mut later = Tab::new(&disk, "writer-b-0001");
        let opened = later.load("a").unwrap();
        assert!(opened.change >= stored, "held from {hold_from}");
        assert_eq!(opened.text, format!(r#"{{"text":{}}}"#, opened.change).as_bytes());
    }
}
