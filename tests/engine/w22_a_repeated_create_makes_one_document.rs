//! W22: the create succeeds, its answer is lost, and Retry makes a second document. Here a save
//! has a key, and is told again in the same words: the server does it once.

use crate::disk::Disk;
use crate::line::{Fault, Line};
use crate::steps::{A, B, put_elsewhere, revision_of, saved_on_line};
use crate::tab::Tab;
use keepfast::engine::{Answer, EngineError, NetError, SaveTrack, SyncTrack};

#[test]
fn a_lost_answer_is_asked_for_again_and_nothing_is_stored_twice() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.wait(1_000);
    line.strike([Fault::LoseResponse]);
    let save = tab.save(doc);
    assert_eq!((tab.answer(save), line.revision("a")), (None, 1));
    assert_eq!(tab.status(doc).save, SaveTrack::Retrying);
    tab.wait(2_000);
    assert!(matches!(tab.answer(save), Some(Answer::Saved { revision: 1, .. })));
    let writes = line.writes();
    assert_eq!((writes.len(), &writes[0]), (2, &writes[1]), "the same request, to the byte");
    assert_eq!(line.with(|server| server.stores), 1);
}

#[test]
fn a_save_whose_answer_was_lost_is_told_again_by_the_next_tab() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    line.strike([Fault::LoseResponse]);
    tab.save(doc);
    tab.kill();
    let mut next = Tab::on_line(&disk, &line, B);
    next.wait(1_000);
    let opened = next.load("a").unwrap();
    next.wait(5_000);
    let status = next.status(opened.document);
    assert_eq!((status.dirty, status.revision), (false, Some(2)));
    assert_eq!(line.with(|server| server.stores), 2, "the create and one save");
}

#[test]
fn a_save_that_never_arrived_is_sent_by_the_next_tab() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    line.strike([Fault::LoseRequest]);
    tab.save(doc);
    tab.kill();
    assert_eq!(line.text("a").unwrap(), r#"{"text":0}"#);
    let mut next = Tab::on_line(&disk, &line, B);
    next.wait(1_000);
    assert_eq!(line.text("a").unwrap(), r#"{"text":1}"#);
    let opened = next.load("a").unwrap();
    assert!(!next.status(opened.document).dirty);
}

#[test]
fn after_three_attempts_whoever_waits_is_told_that_the_save_is_queued() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    line.strike((0..30).map(|_| Fault::LoseRequest));
    let save = tab.save(doc);
    tab.wait(10_000);
    let timeout = EngineError::Net(NetError::Timeout);
    assert_eq!(tab.answer(save), Some(&Answer::Queued(timeout)));
    assert_eq!(tab.status(doc).save, SaveTrack::Failed);
    line.heal();
    tab.send(keepfast::engine::Event::Online);
    tab.wait(3_000);
    assert_eq!(line.text("a").unwrap(), r#"{"text":1}"#);
    assert_eq!(tab.status(doc).save, SaveTrack::Saved);
}

#[test]
fn a_save_that_somebody_has_built_upon_before_its_answer_came_is_no_conflict() {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"left":0,"right":0}"#);
    tab.put(doc, "/left", "1");
    line.strike([Fault::LoseResponse]);
    let save = tab.save(doc);
    put_elsewhere(&line, "a", "/right", "2");
    tab.wait(15_000);
    assert_eq!(revision_of(&tab, save), 2);
    let status = tab.status(doc);
    assert_eq!((status.sync, status.dirty, status.revision), (SyncTrack::Ok, false, Some(3)));
    assert_eq!(tab.value(doc), r#"{"left":1,"right":2}"#);
    assert_eq!(line.revision("a"), 3);
}

#[test]
fn a_new_document_whose_answer_was_lost_is_not_in_conflict_with_itself() {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    line.strike([Fault::LoseResponse]);
    tab.save(doc);
    tab.put(doc, "/text", "1");
    let second = tab.save(doc);
    tab.wait(15_000);
    assert_eq!((revision_of(&tab, second), line.text("a").unwrap()), (2, r#"{"text":1}"#.into()));
    assert_eq!((tab.status(doc).sync, tab.status(doc).dirty), (SyncTrack::Ok, false));
}
