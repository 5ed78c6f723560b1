//! P2 over a server: a document is deleted, and two seconds later the save that was waiting brings
//! it back. Here a discard withdraws what was to be saved and was never sent, in the tab that asked
//! for it and in the outbox that it left behind.

use crate::disk::{DEVICE, Disk};
use crate::line::{Fault, Line};
use crate::steps::{A, B, C, autosaving, discard_draft, draft_of, saved_on_line};
use crate::tab::{Tab, options};
use keepfast::engine::{Answer, Autosave, EngineError, Event};
use keepfast::record::Drawer;

#[test]
fn a_save_that_waits_for_the_network_is_not_sent_any_more() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.send(Event::Offline);
    tab.put(doc, "/text", "1");
    let save = tab.save(doc);
    assert_eq!(disk.keys(DEVICE, Drawer::Outbox).len(), 1);
    let discard = tab.discard(doc);
    assert!(tab.is_done(discard));
    let answer = tab.answer(save);
    assert!(matches!(answer, Some(Answer::Failed(_) | Answer::Queued(_))), "{answer:?}");
    assert_eq!(disk.keys(DEVICE, Drawer::Outbox), []);
    tab.send(Event::Online);
    tab.wait(60_000);
    assert_eq!((line.revision("a"), tab.value(doc)), (1, r#"{"text":0}"#.into()));
    assert!(!tab.status(doc).dirty);
}

#[test]
fn an_autosave_that_was_due_is_not_made() {
    let line = Line::new();
    let every = Autosave::Debounced { debounce_ms: 2_000, max_wait_ms: 10_000 };
    let mut tab = Tab::on_line_with(&Disk::default(), &line, autosaving(A, every));
    let new = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.put(new, "/text", "1");
    tab.wait(1_000);
    tab.discard(new);
    tab.wait(60_000);
    assert_eq!((line.stored("a"), line.writes()), (None, Vec::new()));
}

#[test]
fn a_save_that_waits_for_its_outbox_record_is_not_sent_either() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(1_000);
    tab.hold();
    let save = tab.save(doc);
    let discard = tab.discard(doc);
    tab.release();
    tab.wait(60_000);
    assert!(tab.is_done(discard));
    assert_eq!(tab.answer(save), Some(&Answer::Failed(EngineError::NoChanges)));
    assert_eq!((line.revision("a"), line.writes().len()), (1, 1));
    assert_eq!(disk.keys(DEVICE, Drawer::Outbox), []);
}

#[test]
fn a_draft_that_is_dropped_from_the_list_takes_its_queued_save_along() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.send(Event::Offline);
    tab.put(doc, "/text", "1");
    tab.save(doc);
    tab.wait(2_000);
    tab.kill();
    let mut next = Tab::offline(&disk, &line, options(B));
    let discard = discard_draft(&mut next, draft_of(A, "a"));
    assert!(next.is_done(discard));
    assert_eq!(disk.keys(DEVICE, Drawer::Outbox), []);
    next.send(Event::Online);
    next.wait(60_000);
    next.kill();
    Tab::on_line(&disk, &line, C).wait(60_000);
    assert_eq!((line.revision("a"), line.writes().len()), (1, 1));
}

#[test]
fn what_was_sent_is_not_sent_again_and_what_arrived_is_shown_as_the_servers() {
    for (fault, revision, text) in [(Fault::LoseRequest, 1, "0"), (Fault::LoseResponse, 2, "1")] {
        let line = Line::new();
        let mut tab = Tab::on_line(&Disk::default(), &line, A);
        let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
        tab.put(doc, "/text", "1");
        line.strike([fault]);
        tab.save(doc);
        let discard = tab.discard(doc);
        assert!(tab.is_done(discard));
        tab.wait(15_000);
        let status = tab.status(doc);
        assert_eq!((status.revision, status.dirty), (Some(revision), false));
        assert_eq!((line.writes().len(), line.revision("a")), (2, revision));
        assert_eq!(tab.value(doc), format!(r#"{{"text":{text}}}"#));
    }
}

#[test]
fn a_closed_document_that_is_dropped_from_the_list_takes_its_queued_save_along() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.send(Event::Offline);
    tab.put(doc, "/text", "1");
    tab.save(doc);
    let close = tab.close(doc);
    assert!(tab.is_done(close));
    let drafts = tab.drafts();
    assert_eq!(drafts.len(), 1);
    let discard = discard_draft(&mut tab, drafts[0].name.clone());
    assert!(tab.is_done(discard));
    tab.send(Event::Online);
    tab.wait(60_000);
    assert_eq!((line.revision("a"), line.writes().len()), (1, 1));
    assert_eq!(disk.keys(DEVICE, Drawer::Outbox), []);
}
