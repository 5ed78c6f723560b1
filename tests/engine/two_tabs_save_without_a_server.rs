//! Two tabs that save the same document on one device: with nothing between them, the second one
//! writes over what the first one has saved, and both say "saved" (W2, W10). Here the head of the
//! document names the newest base, the store refuses the slower of two, and that tab has a conflict
//! or follows.

use crate::browser::Browser;
use crate::disk::{DEVICE, Disk};
use crate::shorthand::{reloaded, to_later_format};
use crate::steps::{A, B, resolve, revision_of};
use crate::tab::{Tab, options};
use keepfast::engine::{
    Answer, Choice, DocumentId, EngineError, Event, Options, StoreError, StoreOptions, SyncTrack,
};
use keepfast::record::{Body, Drawer, Key, decode};

const C: &str = "writer-c-0001";

/// Two tabs with the same document, saved once.
fn two() -> (Browser, [DocumentId; 2]) {
    two_with(options)
}

fn two_with(options: fn(&str) -> Options) -> (Browser, [DocumentId; 2]) {
    let mut browser = Browser::new();
    let disk = browser.disk.clone();
    browser.tabs.push(Tab::with(&disk, options(A)));
    let in_one = browser.tabs[0].create("a", "Plan", r#"{"text":0}"#);
    browser.wait(2_000);
    let save = browser.tabs[0].save(in_one);
    assert_eq!(revision_of(&browser.tabs[0], save), 1);
    browser.wait(2_000);
    browser.tabs.push(Tab::with(&disk, options(B)));
    let in_two = browser.tabs[1].load("a").unwrap().document;
    browser.wait(2_000);
    (browser, [in_one, in_two])
}

fn save_in(browser: &mut Browser, number: usize, doc: DocumentId, text: &str) -> Answer {
    browser.tabs[number].put(doc, "/text", text);
    let save = browser.tabs[number].save(doc);
    browser.tabs[number].answer(save).cloned().expect("a save on the device is answered at once")
}

fn head(disk: &Disk) -> (Key, u64) {
    let entries = disk.entries(DEVICE).into_iter();
    let entry = entries.into_iter().find(|entry| entry.key.drawer == Drawer::Head).unwrap();
    let record = decode(&entry.bytes).unwrap();
    assert!(matches!(record.body, Body::Head));
    (entry.key, record.header.base.unwrap().revision)
}

#[test]
fn what_one_saves_the_other_follows_at_once_while_it_is_clean() {
    let (mut browser, docs) = two();
    for text in 1..6_u64 {
        let saving = usize::from(text % 2 == 0);
        let answer = save_in(&mut browser, saving, docs[saving], &text.to_string());
        assert!(matches!(answer, Answer::Saved { revision, .. } if revision == text + 1));
        browser.share();
        let (other, doc) = (&browser.tabs[1 - saving], docs[1 - saving]);
        assert_eq!(other.value(doc), format!(r#"{{"text":{text}}}"#));
        assert_eq!((other.status(doc).dirty, other.status(doc).revision), (false, Some(text + 1)));
    }
    assert_eq!(head(&browser.disk).1, 6);
}

#[test]
fn the_second_of_two_dirty_tabs_is_in_conflict_and_both_works_are_there() {
    let (mut browser, docs) = two();
    browser.is_deaf = true;
    browser.tabs[1].put(docs[1], "/text", "2");
    assert!(matches!(save_in(&mut browser, 0, docs[0], "1"), Answer::Saved { revision: 2, .. }));
    let answer = save_in(&mut browser, 1, docs[1], "2");
    assert_eq!(answer, Answer::Failed(EngineError::Conflict));
    assert_eq!(browser.tabs[1].status(docs[1]).sync, SyncTrack::Conflict);
    assert_eq!(browser.tabs[1].value(docs[1]), r#"{"text":2}"#);
    assert_eq!(reloaded(&browser.disk, "a").unwrap(), r#"{"text":1}"#);
    let decided = resolve(&mut browser.tabs[1], docs[1], Choice::Mine);
    browser.wait(2_000);
    let answer = browser.tabs[1].answer(decided);
    assert!(matches!(answer, Some(Answer::Saved { revision: 3, .. })), "{answer:?}");
    assert_eq!(head(&browser.disk).1, 3);
}

#[test]
fn a_save_that_heard_nothing_of_another_is_refused_by_the_store_and_follows_when_it_may() {
    let (mut browser, docs) = two();
    browser.is_deaf = true;
    assert!(matches!(save_in(&mut browser, 0, docs[0], "1"), Answer::Saved { revision: 2, .. }));
    let answer = save_in(&mut browser, 1, docs[1], "1");
    let is_told = matches!(
        answer,
        Answer::Saved { revision: 2, .. } | Answer::Failed(EngineError::NoChanges)
    );
    assert!(is_told, "both have the same content: {answer:?}");
    let status = browser.tabs[1].status(docs[1]);
    assert_eq!((status.dirty, status.revision, status.sync), (false, Some(2), SyncTrack::Off));
    assert_eq!(head(&browser.disk).1, 2);
}

#[test]
fn what_was_saved_while_the_page_was_hidden_is_there_on_return() {
    let (mut browser, docs) = two();
    browser.is_deaf = true;
    browser.tabs[1].send(Event::Hidden);
    save_in(&mut browser, 0, docs[0], "1");
    browser.tabs[1].send(Event::Shown);
    assert_eq!(browser.tabs[1].value(docs[1]), r#"{"text":1}"#);
}

#[test]
fn a_store_that_refuses_nothing_is_read_before_each_save() {
    let weak = |writer: &str| {
        let stores = Disk::ladder().into_iter();
        let stores = stores.map(|store| StoreOptions { expects: false, ..store }).collect();
        Options { stores, ..options(writer) }
    };
    let (mut browser, docs) = two_with(weak);
    browser.is_deaf = true;
    assert!(matches!(save_in(&mut browser, 0, docs[0], "1"), Answer::Saved { revision: 2, .. }));
    let answer = save_in(&mut browser, 1, docs[1], "2");
    assert_eq!(answer, Answer::Failed(EngineError::Conflict));
    assert_eq!(browser.tabs[1].value(docs[1]), r#"{"text":2}"#);
}

#[test]
fn a_head_that_cannot_be_read_refuses_the_save_and_the_next_attempt_goes_through() {
    let (mut browser, docs) = two();
    browser.send(1, Event::Shown);
    browser.disk.refuse_reading(DEVICE, Some(StoreError::Aborted));
    browser.send(1, Event::Hidden);
    browser.send(1, Event::Shown);
    browser.tabs[1].put(docs[1], "/text", "1");
    let save = browser.tabs[1].save(docs[1]);
    browser.wait(30_000);
    let error = EngineError::Store(StoreError::Aborted);
    assert_eq!(browser.tabs[1].answer(save), Some(&Answer::Failed(error)));
    assert!(browser.tabs[1].status(docs[1]).dirty);
    browser.disk.refuse_reading(DEVICE, None);
    let save = browser.tabs[1].save(docs[1]);
    browser.wait(60_000);
    assert_eq!(revision_of(&browser.tabs[1], save), 2);
}

#[test]
fn a_head_that_is_rubbish_keeps_nobody_from_saving() {
    let (mut browser, docs) = two();
    let (key, _) = head(&browser.disk);
    browser.disk.damage(DEVICE, &key, |bytes| bytes.truncate(10));
    browser.tabs[1].send(Event::Hidden);
    browser.tabs[1].send(Event::Shown);
    assert!(matches!(save_in(&mut browser, 1, docs[1], "1"), Answer::Saved { revision: 2, .. }));
    assert_eq!(head(&browser.disk).1, 2);
}

#[test]
fn a_head_of_a_newer_version_of_the_app_makes_the_document_read_only() {
    let (mut browser, docs) = two();
    let (key, _) = head(&browser.disk);
    browser.disk.damage(DEVICE, &key, |bytes| to_later_format(bytes));
    let before = browser.disk.entries(DEVICE);
    browser.tabs[1].send(Event::Hidden);
    browser.tabs[1].send(Event::Shown);
    let answer = save_in(&mut browser, 1, docs[1], "1");
    assert_eq!(answer, Answer::Failed(EngineError::ReadOnly));
    let head_of = |disk: &Disk| disk.entries(DEVICE).into_iter().find(|entry| entry.key == key);
    assert_eq!(head_of(&browser.disk), before.into_iter().find(|entry| entry.key == key));
}

#[test]
fn a_base_that_nobody_can_read_any_more_is_followed_by_a_later_one() {
    let (mut browser, docs) = two();
    browser.is_deaf = true;
    save_in(&mut browser, 0, docs[0], "1");
    let newest = browser.disk.keys(DEVICE, Drawer::Base).into_iter().next_back().unwrap();
    browser.tabs.remove(0).kill();
    for key in browser.disk.keys(DEVICE, Drawer::Base) {
        if key.writer == newest.writer {
            browser.disk.damage(DEVICE, &key, |bytes| bytes.truncate(30));
        }
    }
    browser.tabs[0].put(docs[1], "/text", "2");
    let save = browser.tabs[0].save(docs[1]);
    browser.wait(120_000);
    let revision = revision_of(&browser.tabs[0], save);
    assert!(revision >= 3, "{revision}: numbers are given once");
    assert_eq!(head(&browser.disk).1, revision);
}

#[test]
fn a_document_that_is_opened_while_another_tab_saves_it_has_the_newest_base() {
    let (mut browser, docs) = two();
    browser.open_local(C);
    let request = browser.tabs[2].request();
    let (collection, document) = ("notes".to_string(), "a".to_string());
    let effects = browser.tabs[2].effects_of(Event::Load { request, collection, document });
    save_in(&mut browser, 0, docs[0], "1");
    browser.share();
    browser.tabs[2].carry_on(effects);
    let Some(Answer::Opened(opened)) = browser.tabs[2].answer(request).cloned() else {
        panic!("it is there")
    };
    browser.wait(1_000);
    assert_eq!(browser.tabs[2].value(opened.document), r#"{"text":1}"#);
    assert_eq!(browser.tabs[2].status(opened.document).revision, Some(2));
}

#[test]
fn a_lesser_store_takes_the_draft_and_no_save() {
    let (mut browser, docs) = two();
    browser.disk.refuse(DEVICE, Some(StoreError::Unavailable));
    browser.tabs[1].put(docs[1], "/text", "2");
    browser.wait(10_000);
    let save = browser.tabs[1].save(docs[1]);
    let error = EngineError::Store(StoreError::Unavailable);
    assert_eq!(browser.tabs[1].answer(save), Some(&Answer::Failed(error)));
    let status = browser.tabs[1].status(docs[1]);
    assert_eq!((status.dirty, status.stored), (true, status.accepted));
    browser.disk.refuse(DEVICE, None);
    browser.wait(70_000);
    let save = browser.tabs[1].save(docs[1]);
    browser.wait(1_000);
    assert_eq!(revision_of(&browser.tabs[1], save), 2);
}

/// The simulator found it (seed 3094): a discard while a save was being stored took the content of
/// before; the save then became the base, and the discard was never answered.
#[test]
fn a_discard_while_a_save_is_being_stored_goes_back_to_what_was_saved() {
    let (mut browser, docs) = two();
    let tab = &mut browser.tabs[0];
    tab.put(docs[0], "/text", "1");
    tab.wait(2_000);
    tab.hold();
    let save = tab.save(docs[0]);
    tab.release_one(); // the version, which comes first
    tab.put(docs[0], "/text", "2");
    let discard = tab.discard(docs[0]);
    assert_eq!(tab.answer(discard), None);
    tab.release();
    tab.wait(5_000);
    assert_eq!(revision_of(tab, save), 2);
    assert!(tab.is_done(discard));
    assert_eq!((tab.value(docs[0]), tab.status(docs[0]).dirty), (r#"{"text":1}"#.into(), false));
}

/// The simulator found it (seed 302050): a document was closed while its save was being stored; the
/// app heard that the save had failed, and the other tab heard nothing.
#[test]
fn a_close_while_a_save_is_being_stored_waits_for_it() {
    let (mut browser, docs) = two();
    let tab = &mut browser.tabs[0];
    tab.put(docs[0], "/text", "1");
    tab.wait(2_000);
    tab.hold();
    let save = tab.save(docs[0]);
    let close = tab.close(docs[0]);
    assert_eq!((tab.answer(save), tab.answer(close)), (None, None));
    tab.release();
    tab.wait(2_000);
    assert_eq!(revision_of(tab, save), 2);
    assert!(tab.is_done(close));
    browser.share();
    assert_eq!(browser.tabs[1].value(docs[1]), r#"{"text":1}"#);
}
