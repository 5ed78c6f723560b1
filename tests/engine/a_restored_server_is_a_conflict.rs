//! The server is restored from a backup: it gives numbers a second time, and knows less than the
//! devices. A system that follows the server takes everybody's work back with it. Here what is here
//! and newer is never given up without a decision, clean or not.

use crate::disk::Disk;
use crate::line::Line;
use crate::steps::{A, B, C, put_elsewhere, resolve, revision_of, saved_on_line, sync};
use crate::tab::Tab;
use keepfast::engine::{Answer, Choice, DocumentId, EngineError, Event, SyncTrack};

/// A device with revision 2, and a server that is back at revision 1.
fn restored() -> (Line, Tab, DocumentId) {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    let backup = line.with(|server| server.backup());
    tab.put(doc, "/text", "1");
    tab.save(doc);
    tab.wait(15_000);
    line.with(|server| server.restore(&backup, "life-2"));
    (line, tab, doc)
}

#[test]
fn a_clean_document_that_is_newer_is_in_conflict_and_stays() {
    let (line, mut tab, doc) = restored();
    sync(&mut tab);
    tab.wait(60_000);
    assert_eq!(tab.status(doc).sync, SyncTrack::Conflict);
    assert_eq!((tab.value(doc), tab.applied.len()), (r#"{"text":1}"#.into(), 0));
    let mine = resolve(&mut tab, doc, Choice::Mine);
    assert_eq!(revision_of(&tab, mine), 2);
    assert_eq!(line.text("a").unwrap(), r#"{"text":1}"#);
    tab.wait(60_000);
    assert_eq!((tab.status(doc).sync, tab.status(doc).dirty), (SyncTrack::Ok, false));
}

#[test]
fn a_save_before_it_is_known_is_refused_although_the_number_may_be_the_same() {
    let (line, mut tab, doc) = restored();
    put_elsewhere(&line, "a", "/text", "9");
    assert_eq!(line.revision("a"), 2, "the number of the base here, with other content");
    tab.put(doc, "/text", "2");
    let save = tab.save(doc);
    assert_eq!(tab.answer(save), Some(&Answer::Failed(EngineError::Conflict)));
    assert_eq!(
        (line.text("a").unwrap(), tab.value(doc)),
        (r#"{"text":9}"#.into(), r#"{"text":2}"#.into())
    );
}

#[test]
fn theirs_goes_back_when_the_user_wants_it() {
    let (line, mut tab, doc) = restored();
    sync(&mut tab);
    let theirs = resolve(&mut tab, doc, Choice::Theirs);
    assert_eq!(revision_of(&tab, theirs), 1);
    tab.wait(60_000);
    let status = tab.status(doc);
    assert_eq!((status.sync, status.dirty, status.revision), (SyncTrack::Ok, false, Some(1)));
    assert_eq!((tab.value(doc), line.writes().len()), (r#"{"text":0}"#.into(), 2));
}

/// The simulator found it (seed 5019): a server that was restored gave the same numbers to the same
/// content under another title, and the device went on with its own for ever.
#[test]
fn a_title_under_numbers_that_were_given_before_is_followed_and_stored() {
    let (disk, line) = (Disk::default(), Line::new());
    let nothing = line.with(|server| server.backup());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    line.with(|server| server.restore(&nothing, "life-2"));
    let mut other = Tab::on_line(&Disk::default(), &line, B);
    let there = other.create("a", "Another title", r#"{"text":0}"#);
    other.wait(1_000);
    let save = other.save(there);
    assert_eq!(revision_of(&other, save), 1);
    tab.wait(60_000);
    assert_eq!(tab.applied.last().unwrap().1, "Another title");
    let status = tab.status(doc);
    assert_eq!((status.sync, status.dirty, status.revision), (SyncTrack::Ok, false, Some(1)));
    tab.kill();
    let mut next = Tab::new(&disk, C);
    assert_eq!(next.load("a").unwrap().title, "Another title");
}

/// The simulator found it (seed 610819): a clean document in conflict was compared whenever
/// anything happened, each time with a look at the app's value; a revert asked for that for ever.
#[test]
fn a_clean_document_in_conflict_is_compared_once_and_can_be_reverted() {
    let (_line, mut tab, doc) = restored();
    sync(&mut tab);
    tab.wait(60_000);
    let before = tab.carried_out;
    let revert = tab.ask(|request| Event::Revert { request, document: doc });
    tab.wait(1_000);
    assert_eq!(tab.answer(revert), Some(&Answer::Done));
    assert!(tab.carried_out - before < 50, "{}", tab.carried_out - before);
    assert_eq!(tab.value(doc), r#"{"text":1}"#);
}
