//! W30, W31: an edit is made and taken back. A system that leaves its backup there asks at the
//! next start whether to recover nothing. Here a draft that equals the base goes, and one that a
//! crash left behind is never offered.

use crate::disk::{DEVICE, Disk, TAB};
use crate::steps::{A, B, all_drafts, rename, saved, text_of};
use crate::tab::Tab;
use keepfast::engine::{DraftTrack, Event, Notice, StoreError};
use keepfast::record::Drawer;

#[test]
fn a_draft_that_was_undone_is_gone_and_nothing_is_offered() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(2_000);
    assert!(!all_drafts(&disk).is_empty());
    tab.put(doc, "/text", "0");
    assert!(!tab.status(doc).dirty);
    tab.wait(2_000);
    let status = tab.status(doc);
    assert_eq!((status.draft, status.flushed), (DraftTrack::Clean, status.accepted));
    assert!(tab.notices.contains(&Notice::DraftRemoved { document: doc }));
    assert_eq!(all_drafts(&disk), []);
    tab.kill();
    let mut next = Tab::new(&disk, B);
    assert_eq!(next.drafts(), []);
    let opened = next.load("a").unwrap();
    assert_eq!((text_of(&opened), opened.recovered), (r#"{"text":0}"#, false));
}

#[test]
fn the_tail_goes_with_it() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.put(doc, "/text", "2");
    tab.send(Event::Hidden);
    tab.send(Event::Shown);
    assert_eq!(disk.keys(TAB, Drawer::Tail).len(), 1);
    tab.put(doc, "/text", "0");
    tab.wait(2_000);
    assert_eq!(all_drafts(&disk), []);
}

#[test]
fn a_draft_that_differs_in_its_title_alone_stays() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    rename(&mut tab, doc, "Other");
    tab.put(doc, "/text", "1");
    tab.wait(2_000);
    tab.put(doc, "/text", "0");
    tab.wait(60_000);
    assert!(tab.status(doc).dirty);
    tab.kill();
    assert_eq!(Tab::new(&disk, B).load("a").unwrap().title, "Other");
}

#[test]
fn a_draft_stays_while_the_base_cannot_be_read_back() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.wait(2_000);
    disk.refuse_reading(DEVICE, Some(StoreError::ConnectionLost));
    tab.saved(doc, 1, "Plan");
    tab.wait(60_000);
    assert!(!all_drafts(&disk).is_empty(), "nothing shows yet that the base is readable");
    disk.refuse_reading(DEVICE, None);
    tab.wait(60_000);
    assert_eq!(all_drafts(&disk), []);
    tab.kill();
    assert_eq!(text_of(&Tab::new(&disk, B).load("a").unwrap()), r#"{"text":0}"#);
}

#[test]
fn a_draft_stays_when_the_base_beside_it_is_damaged() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.wait(2_000);
    disk.refuse_reading(DEVICE, Some(StoreError::ConnectionLost));
    tab.saved(doc, 1, "Plan");
    for key in disk.keys(DEVICE, Drawer::Base) {
        disk.damage(DEVICE, &key, |bytes| bytes[70] ^= 1);
    }
    tab.kill();
    disk.refuse_reading(DEVICE, None);
    assert_eq!(text_of(&Tab::new(&disk, B).load("a").unwrap()), r#"{"text":0}"#);
}

#[test]
fn what_a_crash_left_of_an_undone_draft_is_not_offered_and_goes() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.put(doc, "/text", "0");
    // The page goes before the draft was removed; its last record equals the base.
    tab.hold();
    tab.send(Event::Hidden);
    tab.kill();
    assert!(!all_drafts(&disk).is_empty());
    let mut next = Tab::new(&disk, B);
    assert_eq!(next.drafts(), []);
    let opened = next.load("a").unwrap();
    assert!(!opened.recovered && !next.status(opened.document).dirty);
    next.wait(60_000);
    assert_eq!(all_drafts(&disk), []);
}
