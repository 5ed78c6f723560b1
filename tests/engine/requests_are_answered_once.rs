//! Whoever waits for an answer gets one, and only one: a promise that never settles stops an app as
//! surely as a crash, and one settled twice has lied once. The tab of these scenarios panics on a
//! second answer; here it is seen that there is a first.

use crate::disk::{DEVICE, Disk, MEMORY, TAB};
use crate::tab::Tab;
use keepfast::engine::{DraftName, EngineError, Event, Request, StoreError};

fn name(document: &str) -> DraftName {
    let (collection, writer) = ("notes".into(), "writer-x-0001".into());
    DraftName { collection, document: document.into(), writer }
}

/// One request of every kind that concerns an open document.
fn ask_all(tab: &mut Tab, doc: keepfast::engine::DocumentId, order: usize) -> Vec<Request> {
    let mut asked = Vec::new();
    for turn in 0..6 {
        asked.push(match (turn * 5 + order) % 6 {
            0 | 3 => tab.flush(doc),
            1 | 4 => tab.close(doc),
            _ => tab.discard(doc),
        });
        if turn == order % 4 {
            tab.put(doc, "/text", &order.to_string());
        }
    }
    asked
}

#[test]
fn in_any_order_with_writes_held_back_each_request_is_answered() {
    for order in 0..24 {
        for is_saved in [false, true] {
            let disk = Disk::default();
            let mut tab = Tab::new(&disk, "writer-a-0001");
            let doc = match is_saved {
                true => tab.saved_document("a", r#"{"text":0}"#),
                false => tab.create("a", "Plan", r#"{"text":0}"#),
            };
            tab.hold();
            tab.put(doc, "/text", "1");
            tab.put(doc, "/text", "2");
            let asked = ask_all(&mut tab, doc, order);
            match order / 6 {
                0 => tab.release(),
                1 => tab.fail_held(StoreError::Aborted, false),
                2 => tab.fail_held(StoreError::ConnectionLost, true),
                _ => tab.fail_held(StoreError::Quota, false),
            }
            tab.wait(120_000);
            for request in asked {
                assert!(tab.answer(request).is_some(), "order {order}, saved {is_saved}");
            }
        }
    }
}

#[test]
fn without_any_store_each_request_is_answered() {
    let disk = Disk::default();
    for store in [DEVICE, TAB, MEMORY] {
        disk.refuse(store, Some(StoreError::Unavailable));
    }
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    let mut asked = ask_all(&mut tab, doc, 0);
    asked.push(tab.ask(|request| Event::ListDrafts { request }));
    asked.push(tab.ask(|request| Event::Recover { request, draft: name("a") }));
    asked.push(tab.ask(|request| Event::DiscardDraft { request, draft: name("a") }));
    asked.push(tab.ask(|request| Event::ExportDraft { request, draft: name("a") }));
    assert_eq!(tab.load("b"), Err(EngineError::Unavailable));
    for store in [DEVICE, TAB, MEMORY] {
        disk.refuse(store, None);
    }
    tab.wait(120_000);
    for request in asked {
        assert!(tab.answer(request).is_some(), "{request:?}");
    }
}

#[test]
fn a_flush_that_a_discard_overtakes_is_told_so() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.hold();
    tab.put(doc, "/text", "1");
    tab.put(doc, "/text", "2");
    let flush = tab.flush(doc);
    let close = tab.close(doc);
    let discard = tab.discard(doc);
    tab.release();
    tab.wait(1_000);
    assert!(tab.is_done(discard));
    assert!(tab.is_done(close), "{:?}", tab.answer(close));
    assert_eq!(tab.failure(flush), Some(EngineError::Closed));
}

#[test]
fn what_is_asked_of_nothing_is_refused_at_once() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.close(doc);
    for request in [tab.flush(doc), tab.close(doc), tab.discard(doc)] {
        assert_eq!(tab.failure(request), Some(EngineError::NotOpen));
    }
    let load = tab.ask(|request| Event::Load {
        request,
        collection: "nothing".into(),
        document: "a".into(),
    });
    assert_eq!(tab.failure(load), Some(EngineError::UnknownCollection));
    for draft in [name("a"), name("b")] {
        let recover = tab.ask(|request| Event::Recover { request, draft: draft.clone() });
        let discard = tab.ask(|request| Event::DiscardDraft { request, draft: draft.clone() });
        let export = tab.ask(|request| Event::ExportDraft { request, draft });
        for request in [recover, discard, export] {
            assert_eq!(tab.failure(request), Some(EngineError::NoSuchDraft));
        }
    }
}

#[test]
fn a_second_close_ends_the_wait_of_the_first() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.hold();
    tab.put(doc, "/text", "1");
    let (first, second) = (tab.close(doc), tab.close(doc));
    tab.release();
    tab.wait(1_000);
    assert!(tab.answer(first).is_some());
    assert!(tab.is_done(second));
}
