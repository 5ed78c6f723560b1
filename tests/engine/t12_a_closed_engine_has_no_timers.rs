//! T12: an autosave thread cannot be stopped, and a second scheduler doubles it. Here the engine
//! asks to be woken while something waits, and not once its documents are closed; a second engine
//! writes what was edited in it and nothing else.

use crate::disk::{DEVICE, Disk};
use crate::tab::Tab;
use keepfast::engine::{Event, StoreError};

#[test]
fn nothing_is_due_when_all_documents_are_closed() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let docs = ["a", "b", "c"].map(|id| tab.create(id, "Plan", r#"{"text":""}"#));
    for doc in docs {
        tab.put(doc, "/text", "1");
        tab.put(doc, "/text", "2");
    }
    assert_ne!(tab.engine.next_wakeup(), None);
    for doc in docs {
        let close = tab.close(doc);
        assert!(tab.is_done(close));
    }
    assert_eq!(tab.engine.next_wakeup(), None);
    let effects = tab.carried_out;
    tab.wait(600_000);
    for event in [Event::TimerFired, Event::Hidden, Event::Shown] {
        tab.send(event);
    }
    assert_eq!(tab.carried_out, effects);
}

#[test]
fn a_closed_document_leaves_no_retry_behind() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    disk.fail_at(DEVICE, 1, 1, StoreError::Aborted);
    tab.put(doc, "/text", "1");
    assert_ne!(tab.engine.next_wakeup(), None, "the write is tried again");
    let close = tab.close(doc);
    assert!(tab.is_done(close), "{:?}", tab.answer(close));
    assert_eq!(tab.engine.next_wakeup(), None);
}

#[test]
fn a_quiet_document_needs_no_timer_either() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    tab.put(doc, "/text", "1");
    tab.wait(5_000);
    assert_eq!(tab.engine.next_wakeup(), None);
}

#[test]
fn a_second_engine_doubles_nothing() {
    let disk = Disk::default();
    let mut first = Tab::new(&disk, "writer-a-0001");
    let a = first.saved_document("a", r#"{"text":""}"#);
    let mut second = Tab::new(&disk, "writer-b-0001");
    second.load("a").unwrap();
    first.put(a, "/text", "1");
    first.wait(60_000);
    second.wait(60_000);
    assert!(second.writes.is_empty(), "{:?}", second.writes);
}
