//! W20 over a server: a tab dies with a draft on revision 1, and revision 2 is saved elsewhere. A
//! system that recovers and saves without comparing puts the old work over the new. Here the server
//! is asked before a recovered draft is saved; if it cannot be asked, the save names its base.

use crate::disk::Disk;
use crate::line::{Fault, Line};
use crate::steps::{
    A, B, C, draft_of, put_elsewhere, queued, resolve, revision_of, saved_on_line, with_notes,
};
use crate::tab::Tab;
use keepfast::engine::{
    Answer, Choice, CollectionOptions, DocumentId, EngineError, Event, NetError, SyncTrack,
};

/// A device with a draft on revision 1 of a document that is at revision 2.
fn moved() -> (Disk, Line) {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"left":0,"right":0}"#);
    tab.put(doc, "/left", "1");
    tab.wait(2_000);
    tab.kill();
    put_elsewhere(&line, "a", "/right", "2");
    (disk, line)
}

#[test]
fn it_opens_as_a_conflict_with_the_draft_in_place() {
    let (disk, line) = moved();
    let mut tab = Tab::on_line(&disk, &line, B);
    let opened = tab.load("a").unwrap();
    assert!(opened.recovered);
    let status = tab.status(opened.document);
    assert_eq!((status.sync, status.dirty, status.revision), (SyncTrack::Conflict, true, Some(1)));
    assert_eq!(tab.value(opened.document), r#"{"left":1,"right":0}"#);
    let save = tab.save(opened.document);
    assert_eq!(tab.answer(save), Some(&Answer::Failed(EngineError::Conflict)));
    assert_eq!(line.text("a").unwrap(), r#"{"left":0,"right":2}"#);
}

#[test]
fn a_save_before_the_feed_was_heard_is_refused_by_its_base() {
    let (disk, line) = moved();
    line.strike([Fault::LoseRequest]);
    let mut tab = Tab::on_line(&disk, &line, B);
    let doc = tab.load("a").unwrap().document;
    assert_eq!(tab.status(doc).sync, SyncTrack::Ok, "nothing else is known");
    let save = tab.save(doc);
    assert_eq!(tab.answer(save), Some(&Answer::Failed(EngineError::Conflict)));
    assert_eq!(tab.status(doc).sync, SyncTrack::Conflict);
    assert_eq!(line.text("a").unwrap(), r#"{"left":0,"right":2}"#);
    let mine = resolve(&mut tab, doc, Choice::Mine);
    assert_eq!(revision_of(&tab, mine), 3);
    assert_eq!(line.text("a").unwrap(), r#"{"left":1,"right":0}"#);
}

#[test]
fn a_draft_that_says_the_same_as_the_server_is_clean() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(2_000);
    tab.kill();
    put_elsewhere(&line, "a", "/text", "1");
    let mut tab = Tab::on_line(&disk, &line, B);
    let doc = tab.load("a").unwrap().document;
    let status = tab.status(doc);
    assert_eq!((status.sync, status.dirty, status.revision), (SyncTrack::Ok, false, Some(2)));
}

/// A draft on revision 1 that was recovered without a network, on a device that has revision 2.
fn recovered_offline() -> (Line, Tab, DocumentId) {
    recovered_offline_by(1)
}

/// The same by an app with this version of the schema; all else was written by version 1.
fn recovered_offline_by(schema_version: u32) -> (Line, Tab, DocumentId) {
    let (disk, line) = (Disk::default(), Line::new());
    let mut one = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut one, "a", r#"{"left":0,"right":0}"#);
    let mut two = Tab::on_line(&disk, &line, B);
    let other = two.load("a").unwrap().document;
    one.put(doc, "/left", "1");
    one.wait(2_000);
    one.kill();
    two.put(other, "/right", "2");
    two.save(other);
    two.wait(5_000);
    two.kill();
    let notes = CollectionOptions { schema_version, ..CollectionOptions::default() };
    let mut next = Tab::offline(&disk, &line, with_notes(C, notes));
    let doc = next.recover(draft_of(A, "a")).unwrap().document;
    assert_eq!(next.status(doc).sync, SyncTrack::Conflict);
    (line, next, doc)
}

#[test]
fn mine_that_is_decided_without_a_network_waits_and_overwrites_what_was_known() {
    let (line, mut tab, doc) = recovered_offline();
    let mine = resolve(&mut tab, doc, Choice::Mine);
    assert_eq!(queued(&tab, mine), EngineError::Net(NetError::Offline));
    tab.send(Event::Online);
    tab.wait(5_000);
    assert_eq!(line.text("a").unwrap(), r#"{"left":1,"right":0}"#);
    assert_eq!((tab.status(doc).sync, tab.status(doc).dirty), (SyncTrack::Ok, false));
}

#[test]
fn theirs_that_is_decided_without_a_network_is_what_this_device_has() {
    let (line, mut tab, doc) = recovered_offline();
    let theirs = resolve(&mut tab, doc, Choice::Theirs);
    assert_eq!(revision_of(&tab, theirs), 2);
    assert_eq!(tab.value(doc), r#"{"left":0,"right":2}"#);
    let status = tab.status(doc);
    assert_eq!((status.dirty, status.revision, line.writes().len()), (false, Some(2), 2));
}

#[test]
fn theirs_that_an_older_version_of_the_app_wrote_is_migrated_without_a_network() {
    let (_line, mut tab, doc) = recovered_offline_by(2);
    let theirs = resolve(&mut tab, doc, Choice::Theirs);
    assert_eq!(revision_of(&tab, theirs), 2);
    assert_eq!(tab.value(doc), r#"{"left":0,"right":2}"#);
}
