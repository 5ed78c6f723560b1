//! Invariants of the engine that no single scenario shows whole: the same inputs give the same
//! trace (I9), numbers only grow (I5, I10), what was unreadable stays (I4), and a writer whose
//! records vanished writes them anew (I1).

use crate::disk::{DEVICE, Disk};
use crate::steps::{A, B, C, records_of, rename, saved, text_after};
use crate::tab::Tab;
use keepfast::engine::{Event, Status, StoreError};
use std::rc::Rc;

/// A session with something of everything; gives back all that the tab wrote and showed.
fn session() -> String {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    let new = tab.create("b", "New", r#"[1,2,3]"#);
    for text in 1..30_u32 {
        tab.put(doc, "/text", &text.to_string());
        tab.put(new, "/0", &text.to_string());
        tab.wait(u64::from(text) * 37);
    }
    disk.refuse(DEVICE, Some(StoreError::Aborted));
    rename(&mut tab, doc, "Other");
    tab.send(Event::Hidden);
    tab.wait(5_000);
    disk.refuse(DEVICE, None);
    tab.send(Event::Shown);
    tab.flush(new);
    tab.saved(doc, 2, "Other");
    tab.wait(60_000);
    tab.put(doc, "/text", "77");
    tab.discard(doc);
    tab.close(new);
    tab.wait(60_000);
    let trace = format!("{:?} {:?} {:?}", tab.writes, tab.statuses, tab.notices);
    tab.kill();
    let mut next = Tab::new(&disk, B);
    trace + &format!("{:?} {:?} {:?}", next.load("a"), next.load("b"), next.writes)
}

#[test]
fn the_same_inputs_give_the_same_trace() {
    let trace = session();
    assert!(trace.len() > 10_000);
    assert_eq!(trace, session());
}

#[test]
fn numbers_only_grow_and_never_claim_more_than_the_layer_below() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    let errors = [StoreError::Aborted, StoreError::Quota, StoreError::ConnectionLost];
    for round in 1..60_u32 {
        if round % 7 == 0 {
            disk.fail_at(DEVICE, 1, round / 7, errors[round as usize % 3]);
        }
        tab.put(doc, "/text", &round.to_string());
        if round % 5 == 0 {
            tab.send(Event::Hidden);
        }
        if round % 11 == 0 {
            tab.saved(doc, u64::from(round), "Plan");
        }
        if round % 13 == 0 {
            tab.discard(doc);
        }
        tab.wait(u64::from(round) * 41);
    }
    let shown: Vec<Rc<Status>> = tab.statuses.iter().map(|(_, status)| status.clone()).collect();
    assert!(shown.len() > 100);
    for status in &shown {
        assert!(status.accepted >= status.stored, "{status:?}");
        assert!(status.stored >= status.flushed, "{status:?}");
        assert!(status.accepted >= status.acknowledged, "{status:?}");
    }
    for pair in shown.windows(2) {
        let numbers = |status: &Status| (status.accepted, status.stored, status.flushed);
        let (old, new) = (numbers(&pair[0]), numbers(&pair[1]));
        assert!(old.0 <= new.0 && old.1 <= new.1 && old.2 <= new.2, "{old:?} {new:?}");
        assert!(pair[0].revision <= pair[1].revision);
        assert!(pair[0].acknowledged <= pair[1].acknowledged);
    }
}

#[test]
fn a_writer_whose_records_vanished_writes_everything_anew_before_it_goes_on() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0,"more":[1,2]}"#);
    tab.put(doc, "/text", "1");
    tab.wait(2_000);
    disk.evict(DEVICE);
    tab.put(doc, "/text", "2");
    tab.wait(2_000);
    assert_eq!(tab.status(doc).flushed, tab.status(doc).accepted);
    tab.put(doc, "/text", "0");
    tab.wait(60_000);
    assert!(!tab.status(doc).dirty);
    tab.kill();
    assert_eq!(text_after(&disk, B, "a"), r#"{"more":[1,2],"text":0}"#);
}

#[test]
fn what_is_unreadable_stays_through_everything_but_its_own_discard() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(2_000);
    tab.kill();
    for entry in records_of(&disk, DEVICE, A) {
        disk.damage(DEVICE, &entry.key, |bytes| bytes[50] ^= 1);
    }
    let damaged = records_of(&disk, DEVICE, A);
    let mut tab = Tab::new(&disk, B);
    let doc = tab.load("a").unwrap().document;
    for text in ["2", "0", "3"] {
        tab.put(doc, "/text", text);
        tab.wait(5_000);
    }
    tab.saved(doc, 2, "Plan");
    tab.wait(60_000);
    tab.put(doc, "/text", "4");
    tab.discard(doc);
    tab.send(Event::Hidden);
    tab.close(doc);
    tab.wait(60_000);
    tab.kill();
    assert_eq!(records_of(&disk, DEVICE, A), damaged);
    assert_eq!(Tab::new(&disk, C).drafts().len(), 1);
}
