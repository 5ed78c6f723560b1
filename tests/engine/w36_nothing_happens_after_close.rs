//! W36: a document is closed, and work that was begun before finishes afterwards. A system that
//! does not look up from its work calls listeners of a document that nobody has open. Here an
//! event that finds no document is counted as a stray and does nothing.

use crate::disk::{DEVICE, Disk};
use crate::steps::{A, saved};
use crate::tab::Tab;
use keepfast::engine::{
    Answer, ArrivedBase, Capture, DocumentId, Effect, EngineError, Event, Notice, StoreError, Token,
};

/// Every event that speaks of a document.
fn events(document: DocumentId) -> Vec<Event> {
    let base = ArrivedBase {
        is_own: true,
        revision: 9,
        metadata_revision: 9,
        title: "Late".into(),
        description: None,
        text: b"9".to_vec(),
    };
    let token = Token(1);
    vec![
        Event::Changed { document },
        Event::Captured { document, token, capture: Capture::Whole(b"9".to_vec()) },
        Event::CaptureFailed { document, token, pointer: String::new() },
        Event::Renamed { document, title: "Late".into() },
        Event::Described { document, description: None },
        Event::BaseArrived { document, base: Box::new(base) },
        Event::Wrote { token },
        Event::WriteFailed { token, error: StoreError::Aborted },
        Event::ReadDone { token, entries: Vec::new() },
    ]
}

fn is_stray(effect: &Effect) -> bool {
    matches!(effect, Effect::Notify(Notice::Stray { .. }))
}

#[test]
fn every_event_after_the_close_is_a_stray_and_nothing_is_written() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    let closed = tab.close(doc);
    assert!(tab.is_done(closed));
    let before = disk.entries(DEVICE);
    for event in events(doc) {
        let effects = tab.effects_of(event.clone());
        assert!(!effects.is_empty() && effects.iter().all(is_stray), "{event:?}: {effects:?}");
    }
    for event in [Event::TimerFired, Event::Hidden, Event::Shown] {
        assert_eq!(tab.effects_of(event), []);
    }
    assert_eq!(tab.engine.next_wakeup(), None);
    assert_eq!(tab.engine.status(doc), None);
    assert_eq!(disk.entries(DEVICE), before);
}

#[test]
fn a_request_after_the_close_is_refused() {
    let mut tab = Tab::new(&Disk::default(), A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.close(doc);
    let refused = Answer::Failed(EngineError::NotOpen);
    let flushed = tab.flush(doc);
    assert_eq!(tab.answer(flushed), Some(&refused));
    let closed = tab.close(doc);
    assert_eq!(tab.answer(closed), Some(&refused));
}

#[test]
fn a_write_to_a_store_that_was_left_is_answered_after_the_close_and_nobody_hears_of_it() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.hold();
    tab.put(doc, "/text", "1");
    assert_eq!(tab.held(), 1);
    let sent = tab.writes.len();
    tab.send(Event::StoreFailed { store: DEVICE, error: StoreError::ConnectionLost });
    assert!(tab.writes.len() > sent, "the draft goes to the next store");
    let closed = tab.close(doc);
    tab.release();
    assert!(tab.is_done(closed));
    let shown = tab.statuses.len();
    let notices = tab.notices.len();
    tab.wait(60_000);
    assert_eq!(tab.statuses.len(), shown);
    let told = &tab.notices[notices..];
    assert!(told.iter().all(|notice| matches!(notice, Notice::SteppedUp { .. })), "{told:?}");
}
