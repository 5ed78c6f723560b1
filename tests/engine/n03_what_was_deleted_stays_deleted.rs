//! N3: a document is deleted while a save of it is on its way, and the save brings it back. Here a
//! deletion is a state that a write has to name; one that does not know of it is refused, and only
//! the user brings a document back.

use crate::disk::Disk;
use crate::line::{Fault, Line};
use crate::shorthand::reloaded;
use crate::steps::{A, B, autosaving, resolve, revision_of, saved_on_line, sync, with_notes};
use crate::tab::Tab;
use keepfast::engine::{
    Answer, Autosave, Choice, CollectionOptions, DocumentId, EngineError, SyncTrack,
};

fn saved() -> (Disk, Line, Tab, DocumentId) {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    (disk, line, tab, doc)
}

#[test]
fn a_save_in_flight_does_not_bring_it_back() {
    let (disk, line, mut tab, doc) = saved();
    tab.put(doc, "/text", "1");
    tab.hold_requests();
    let save = tab.save(doc);
    line.delete("a");
    tab.release_requests();
    assert_eq!(tab.answer(save), Some(&Answer::Failed(EngineError::Gone)));
    tab.wait(60_000);
    assert_eq!((line.text("a"), line.revision("a")), (None, 2));
    assert_eq!((tab.status(doc).sync, tab.status(doc).dirty), (SyncTrack::Gone, true));
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":1}"#, "what was typed is here");
}

#[test]
fn a_save_that_is_told_by_the_next_tab_does_not_either() {
    let (disk, line, mut tab, doc) = saved();
    tab.put(doc, "/text", "1");
    line.strike([Fault::LoseRequest]);
    tab.save(doc);
    tab.kill();
    line.delete("a");
    let mut next = Tab::on_line(&disk, &line, B);
    next.wait(60_000);
    assert_eq!((line.text("a"), line.revision("a")), (None, 2));
    let doc = next.load("a").unwrap().document;
    assert_eq!(next.value(doc), r#"{"text":1}"#);
    assert_eq!((next.status(doc).sync, next.status(doc).dirty), (SyncTrack::Gone, true));
}

#[test]
fn an_answer_that_was_lost_before_the_deletion_does_not_either() {
    let (_disk, line, mut tab, doc) = saved();
    tab.put(doc, "/text", "1");
    line.strike([Fault::LoseResponse]);
    let save = tab.save(doc);
    line.delete("a");
    tab.wait(60_000);
    assert!(tab.answer(save).is_some());
    assert_eq!((line.text("a"), line.revision("a")), (None, 3));
    assert_eq!(tab.status(doc).sync, SyncTrack::Gone);
}

#[test]
fn an_autosave_leaves_a_deleted_document_alone() {
    let line = Line::new();
    let every = Autosave::Debounced { debounce_ms: 2_000, max_wait_ms: 10_000 };
    let mut tab = Tab::on_line_with(&Disk::default(), &line, autosaving(A, every));
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    line.delete("a");
    sync(&mut tab);
    assert_eq!(tab.status(doc).sync, SyncTrack::Gone);
    for text in ["1", "2", "3"] {
        tab.put(doc, "/text", text);
        tab.wait(15_000);
    }
    assert_eq!((line.text("a"), line.writes().len()), (None, 1));
    let mine = resolve(&mut tab, doc, Choice::Mine);
    assert_eq!(revision_of(&tab, mine), 3, "revisions go on where they were");
    assert_eq!(line.text("a").unwrap(), r#"{"text":3}"#);
}

#[test]
fn a_document_that_is_made_again_under_its_old_id_is_not_taken_for_the_deleted_one() {
    let (_disk, line, mut tab, _) = saved();
    line.delete("a");
    let mut other = Tab::on_line(&Disk::default(), &line, B);
    let doc = other.create("a", "Other", r#"{"text":9}"#);
    let save = other.save(doc);
    assert_eq!(other.answer(save), Some(&Answer::Failed(EngineError::Gone)));
    assert_eq!(line.text("a"), None);
    let mine = resolve(&mut other, doc, Choice::Mine);
    assert_eq!(revision_of(&other, mine), 3);
    tab.wait(15_000);
    assert_eq!(line.text("a").unwrap(), r#"{"text":9}"#);
}

/// The simulator found it (seed 6969): a newer version of the app brought the document back, and an
/// older one said for ever that it was gone.
#[test]
fn what_a_newer_version_of_the_app_has_brought_back_is_not_gone() {
    let (_disk, line, mut tab, doc) = saved();
    tab.put(doc, "/text", "1");
    line.delete("a");
    sync(&mut tab);
    assert_eq!(tab.status(doc).sync, SyncTrack::Gone);
    let newer = CollectionOptions { schema_version: 2, ..CollectionOptions::default() };
    let mut other = Tab::on_line_with(&Disk::default(), &line, with_notes(B, newer));
    let there = other.create("a", "Plan", r#"{"text":3}"#);
    other.wait(1_000);
    other.save(there);
    other.wait(30_000);
    resolve(&mut other, there, Choice::Mine);
    other.wait(30_000);
    assert_eq!(line.stored("a").unwrap().standing.schema_version, 2);
    tab.wait(60_000);
    assert_eq!(tab.status(doc).sync, SyncTrack::Behind);
    assert_eq!(tab.value(doc), r#"{"text":1}"#);
}
