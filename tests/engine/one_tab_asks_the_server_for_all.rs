//! Twenty tabs that each ask the server every ten seconds ask for one user as twenty do. A leader
//! chosen by a lock alone keeps that lock while it is frozen, and nobody hears of changes any more.
//! Here the leader shows that it is at work; one that is silent is replaced, and learns from the
//! epoch that it was. Nothing but requests depends on any of it.

use crate::browser::Browser;
use crate::disk::{DEVICE, Disk};
use crate::shorthand::to_later_format;
use crate::steps::{A, B, put_elsewhere, saved_on_line};
use crate::tab::{Tab, options};
use keepfast::engine::{Event, Hint, Notice, Options, StoreError, StoreOptions};
use keepfast::record::{Body, Drawer, Entry, decode};

const C: &str = "writer-c-0001";

/// A browser with two tabs that show the same document of the server.
fn two() -> (Browser, [keepfast::engine::DocumentId; 2]) {
    let mut browser = Browser::new();
    browser.open(A);
    let in_one = saved_on_line(&mut browser.tabs[0], "a", r#"{"text":0}"#);
    browser.open(B);
    let in_two = browser.tabs[1].load("a").unwrap().document;
    browser.wait(20_000);
    (browser, [in_one, in_two])
}

/// The lease as it lies there.
fn lease(disk: &Disk) -> (String, u64, u64, bool) {
    let entries = disk.entries(DEVICE).into_iter();
    let entry = entries.into_iter().find(|entry| entry.key.drawer == Drawer::Lease).unwrap();
    let record = decode(&entry.bytes).unwrap();
    let Body::Lease(lease) = record.body else { panic!("another record lies there") };
    (record.header.writer, record.header.sequence, record.header.change, lease.is_held)
}

fn changes_of_leader(tab: &Tab) -> Vec<bool> {
    let leads = |notice: &Notice| match notice {
        Notice::LeaderChanged { leads } => Some(*leads),
        _ => None,
    };
    tab.notices.iter().filter_map(leads).collect()
}

#[test]
fn two_tabs_ask_as_often_as_one_and_both_hear_of_a_change() {
    let (mut browser, docs) = two();
    assert_eq!(browser.leaders(), [0]);
    let before = browser.line.polls();
    browser.wait(600_000);
    let polls = browser.line.polls() - before;
    assert!((50..=75).contains(&polls), "{polls}");
    put_elsewhere(&browser.line, "a", "/text", "1");
    browser.wait(12_000);
    for (tab, doc) in browser.tabs.iter().zip(docs) {
        assert_eq!(tab.value(doc), r#"{"text":1}"#);
    }
    assert_eq!(changes_of_leader(&browser.tabs[0]), [true]);
    assert_eq!(changes_of_leader(&browser.tabs[1]), []);
}

#[test]
fn a_frozen_leader_is_replaced_and_steps_down_when_it_goes_on() {
    let (mut browser, docs) = two();
    browser.frozen = vec![0];
    browser.wait(30_000);
    assert_eq!(browser.leaders(), [1], "the other one has not shown itself for long");
    put_elsewhere(&browser.line, "a", "/text", "1");
    browser.wait(15_000);
    assert_eq!(browser.tabs[1].value(docs[1]), r#"{"text":1}"#);
    let (holder, epoch, beat, _) = lease(&browser.disk);
    assert_eq!(holder, B);
    browser.thaw(0);
    browser.wait(500);
    assert_eq!(browser.leaders(), [1]);
    let (holder, now_epoch, now_beat, _) = lease(&browser.disk);
    assert_eq!((&holder[..], now_epoch), (B, epoch), "what the old one wrote is refused");
    assert!(now_beat >= beat);
    browser.wait(12_000);
    assert_eq!(browser.tabs[0].value(docs[0]), r#"{"text":1}"#);
    assert_eq!(changes_of_leader(&browser.tabs[0]), [true, false]);
}

#[test]
fn a_frozen_leader_that_hears_nothing_is_refused_by_the_store() {
    let (mut browser, _) = two();
    browser.is_deaf = true;
    browser.frozen = vec![0];
    browser.wait(40_000);
    assert_eq!(browser.leaders(), [1]);
    browser.thaw(0);
    browser.wait(1_000);
    assert_eq!(browser.leaders(), [1]);
    assert_eq!(lease(&browser.disk).0, B);
}

#[test]
fn a_leader_that_is_hidden_gives_the_lease_back_at_once() {
    let (mut browser, _) = two();
    browser.send(0, Event::Hidden);
    assert_eq!(browser.leaders(), [1]);
    browser.send(1, Event::Hidden);
    assert_eq!(browser.leaders(), [] as [usize; 0], "nobody looks, nobody asks");
    assert!(!lease(&browser.disk).3);
    let before = browser.line.polls();
    browser.wait(60_000);
    assert_eq!(browser.line.polls(), before);
    browser.send(0, Event::Shown);
    browser.wait(500);
    assert_eq!(browser.leaders(), [0]);
}

#[test]
fn a_tab_that_opens_takes_over_from_a_dead_one_without_waiting() {
    let mut browser = Browser::new();
    browser.open(A);
    assert_eq!(browser.leaders(), [0]);
    browser.tabs.remove(0).kill();
    browser.open(B);
    assert_eq!(browser.leaders(), [0]);
    assert_eq!((&lease(&browser.disk).0[..], lease(&browser.disk).1), (B, 2));
}

#[test]
fn lost_messages_cost_time_and_nothing_else() {
    let (mut browser, docs) = two();
    browser.is_deaf = true;
    put_elsewhere(&browser.line, "a", "/text", "1");
    browser.wait(35_000);
    assert_eq!(browser.leaders(), [0], "the store says that it is at work");
    assert_eq!(browser.tabs[1].value(docs[1]), r#"{"text":1}"#);
    let before = browser.line.polls();
    browser.wait(600_000);
    assert!(browser.line.polls() - before <= 75, "{}", browser.line.polls() - before);
}

#[test]
fn late_and_repeated_messages_of_an_older_holder_change_nothing() {
    let (mut browser, _) = two();
    browser.send(0, Event::Hidden);
    browser.wait(10_000);
    let before = (lease(&browser.disk).1, browser.line.polls());
    for _ in 0..3 {
        for hint in [Hint::Beat { epoch: 1, beat: 9, news: 90 }, Hint::Resigned { epoch: 1 }] {
            browser.send(1, Event::Heard { hint });
        }
    }
    assert_eq!(browser.leaders(), [1]);
    assert_eq!((lease(&browser.disk).1, browser.line.polls()), before);
}

#[test]
fn three_tabs_that_open_at_once_have_one_leader() {
    let mut browser = Browser::new();
    for writer in [A, B, C] {
        browser.open(writer);
    }
    browser.wait(1_000);
    assert_eq!(browser.leaders().len(), 1);
}

#[test]
fn where_no_store_refuses_the_slower_of_two_every_tab_asks_for_itself() {
    let weak = |writer: &str| {
        let stores = Disk::ladder().into_iter();
        let stores = stores.map(|store| StoreOptions { expects: false, ..store }).collect();
        Options { stores, ..options(writer) }
    };
    let mut browser = Browser::new();
    browser.open_with(weak(A));
    browser.open_with(weak(B));
    browser.wait(600_000);
    assert_eq!(browser.leaders(), [] as [usize; 0]);
    assert!((100..=150).contains(&browser.line.polls()), "{}", browser.line.polls());
    assert!(browser.disk.keys(DEVICE, Drawer::Lease).is_empty());
}

#[test]
fn a_lease_of_a_newer_version_of_the_app_is_left_alone() {
    let (browser, _) = two();
    let key = browser.disk.keys(DEVICE, Drawer::Lease)[0].clone();
    browser.disk.damage(DEVICE, &key, |bytes| to_later_format(bytes));
    let before = browser.disk.entries(DEVICE);
    let of_lease = |entries: Vec<Entry>| entries.into_iter().find(|it| it.key == key).unwrap();
    let mut later = Browser::over(&browser.disk);
    later.open(C);
    later.wait(60_000);
    assert_eq!(later.leaders(), [] as [usize; 0]);
    assert!(later.line.polls() >= 5, "it asks for itself");
    assert_eq!(of_lease(later.disk.entries(DEVICE)), of_lease(before));
}

#[test]
fn rubbish_in_place_of_the_lease_is_written_over() {
    let (browser, _) = two();
    let key = browser.disk.keys(DEVICE, Drawer::Lease)[0].clone();
    browser.disk.damage(DEVICE, &key, |bytes| bytes.truncate(20));
    let mut later = Browser::over(&browser.disk);
    later.open(C);
    later.wait(1_000);
    assert_eq!(later.leaders(), [0]);
    assert_eq!(lease(&later.disk).0, C);
}

#[test]
fn a_leader_whose_store_refuses_every_sign_leads_no_longer_than_its_last_one_counts() {
    let (mut browser, _) = two();
    browser.disk.refuse(DEVICE, Some(StoreError::Aborted));
    browser.wait(30_000);
    assert_eq!(browser.leaders(), [] as [usize; 0]);
    browser.disk.refuse(DEVICE, None);
    browser.wait(120_000);
    assert_eq!(browser.leaders().len(), 1);
}
