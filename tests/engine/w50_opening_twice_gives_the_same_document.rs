//! W50: a component is mounted twice, as React's strict mode does, and each mount opens the
//! document. A system that makes a new engine each time has two writers in one tab. Here the
//! document has one number in a tab for as long as it is open, whoever asks and when.

use crate::disk::{DEVICE, Disk};
use crate::steps::{A, B, C, saved, text_after, text_of};
use crate::tab::{Tab, options};
use keepfast::engine::{Answer, CollectionOptions, Effect, Event, Opened, Options, Request};

fn ask(tab: &mut Tab) -> (Request, Vec<Effect>) {
    let request = tab.request();
    let load = Event::Load { request, collection: "notes".into(), document: "a".into() };
    (request, tab.effects_of(load))
}

fn opened(tab: &Tab, request: Request) -> Opened {
    match tab.answer(request) {
        Some(Answer::Opened(opened)) => opened.clone(),
        other => panic!("not opened: {other:?}"),
    }
}

#[test]
fn a_document_that_is_open_is_given_again_with_what_it_holds() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    let sent = tab.writes.len();
    let again = tab.load("a").unwrap();
    assert_eq!((again.document, text_of(&again)), (doc, r#"{"text":1}"#));
    assert_eq!(tab.writes.len(), sent);
}

#[test]
fn two_loads_at_once_open_one_document() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    saved(&mut tab, "a", r#"{"text":0}"#);
    tab.kill();
    let mut tab = Tab::new(&disk, B);
    let (first, mut effects) = ask(&mut tab);
    let (second, more) = ask(&mut tab);
    effects.extend(more);
    tab.carry_on(effects);
    assert_eq!(opened(&tab, first).document, opened(&tab, second).document);
}

#[test]
fn a_load_that_was_still_migrating_does_not_replace_what_the_other_one_opened() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(2_000);
    tab.kill();
    let rules = CollectionOptions { schema_version: 2, ..CollectionOptions::default() };
    let collections = [("notes".to_string(), rules)].into();
    let mut tab = Tab::with(&disk, Options { collections, ..options(B) });
    let (slow, effects) = ask(&mut tab);
    let (answers, held) = tab.carry_on_until_migration(effects);
    assert!(!held.is_empty() && answers > 0, "the first load waits for the app");
    let (fast, effects) = ask(&mut tab);
    tab.carry_on(effects);
    assert_eq!(tab.answer(fast), None, "the second load waits for the first");
    tab.carry_on(held);
    let (slow, fast) = (opened(&tab, slow), opened(&tab, fast));
    assert_eq!(slow.document, fast.document);
    tab.put(fast.document, "/text", "2");
    assert_eq!(tab.value(slow.document), r#"{"text":2}"#);
    tab.wait(2_000);
    tab.kill();
    let rules = CollectionOptions { schema_version: 2, ..CollectionOptions::default() };
    let collections = [("notes".to_string(), rules)].into();
    let mut tab = Tab::with(&disk, Options { collections, ..options(C) });
    assert_eq!(text_of(&tab.load("a").unwrap()), r#"{"text":2}"#);
}

#[test]
fn mount_unmount_mount_ends_with_a_document_that_stores_its_edits() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    saved(&mut tab, "a", r#"{"text":0}"#);
    tab.kill();
    let mut tab = Tab::new(&disk, B);
    for round in 1..=3_u32 {
        let first = tab.load("a").unwrap();
        tab.put(first.document, "/text", &round.to_string());
        // The store is slow: the document is still on its way out when it is opened again.
        tab.hold();
        tab.put(first.document, "/text", &(round * 10).to_string());
        let closed = tab.close(first.document);
        assert_eq!(tab.answer(closed), None);
        let (second, effects) = ask(&mut tab);
        tab.carry_on(effects);
        tab.release();
        assert!(tab.is_done(closed));
        let second = opened(&tab, second);
        assert_eq!(text_of(&second), format!(r#"{{"text":{}}}"#, round * 10));
        tab.put(second.document, "/text", &(round * 100).to_string());
        tab.wait(2_000);
        let status = tab.status(second.document);
        assert_eq!((status.dirty, status.flushed), (true, status.accepted));
    }
    tab.kill();
    assert_eq!(text_after(&disk, C, "a"), r#"{"text":300}"#);
}

#[test]
fn a_load_during_a_close_that_fails_gives_the_document_that_stayed_open() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.hold();
    tab.put(doc, "/text", "2");
    let closed = tab.close(doc);
    let (again, effects) = ask(&mut tab);
    tab.carry_on(effects);
    assert_eq!(tab.answer(again), None);
    tab.fail_held(keepfast::engine::StoreError::Aborted, false);
    assert!(matches!(tab.answer(closed), Some(Answer::Failed(_))));
    assert_eq!(opened(&tab, again).document, doc);
    tab.wait(60_000);
    assert_eq!(tab.status(doc).flushed, tab.status(doc).accepted);
}

#[test]
fn records_of_a_document_that_is_opened_again_never_take_the_name_of_earlier_ones() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let mut seen = Vec::new();
    tab.create("a", "Plan", r#"{"text":0}"#);
    for round in 0..5_u32 {
        let doc = tab.load("a").unwrap().document;
        tab.put(doc, "/text", &round.to_string());
        tab.wait(2_000);
        tab.close(doc);
    }
    for (store, _, batch) in tab.writes.iter().filter(|(store, ..)| *store == DEVICE) {
        for entry in &batch.put {
            assert!(!seen.contains(&entry.key), "{store:?} {:?}", entry.key);
            seen.push(entry.key.clone());
        }
    }
    assert!(seen.len() >= 5);
}
