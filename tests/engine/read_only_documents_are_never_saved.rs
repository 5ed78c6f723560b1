//! A newer version of the app has saved the document. An older one that saves what it can read of
//! it destroys the rest. Here such a document is shown, and no save of it is ever begun.

use crate::disk::Disk;
use crate::line::Line;
use crate::steps::{A, B, rename, saved_on_line, sync, with_notes};
use crate::tab::Tab;
use keepfast::engine::{Answer, Autosave, CollectionOptions, EngineError, Event, SyncTrack};

fn notes(schema_version: u32) -> CollectionOptions {
    let autosave = Some(Autosave::Debounced { debounce_ms: 2_000, max_wait_ms: 10_000 });
    CollectionOptions { schema_version, autosave, ..CollectionOptions::default() }
}

#[test]
fn one_that_is_loaded_is_shown_and_neither_saved_nor_autosaved() {
    let line = Line::new();
    let mut newer = Tab::on_line_with(&Disk::default(), &line, with_notes(A, notes(2)));
    saved_on_line(&mut newer, "a", r#"{"text":0}"#);
    let mut older = Tab::on_line_with(&Disk::default(), &line, with_notes(B, notes(1)));
    let doc = older.load_from_server("a");
    assert!(older.status(doc).read_only);
    older.put(doc, "/text", "1");
    rename(&mut older, doc, "Renamed");
    let save = older.save(doc);
    assert_eq!(older.answer(save), Some(&Answer::Failed(EngineError::ReadOnly)));
    older.send(Event::Hidden);
    older.send(Event::Shown);
    older.wait(60_000);
    assert_eq!((line.text("a").unwrap(), line.writes().len()), (r#"{"text":0}"#.into(), 1));
}

#[test]
fn one_that_a_newer_app_saves_meanwhile_is_not_overwritten() {
    let line = Line::new();
    let mut older = Tab::on_line_with(&Disk::default(), &line, with_notes(B, notes(1)));
    let doc = saved_on_line(&mut older, "a", r#"{"text":0}"#);
    let mut newer = Tab::on_line_with(&Disk::default(), &line, with_notes(A, notes(2)));
    let there = newer.load_from_server("a");
    newer.put(there, "/text", "2");
    newer.save(there);
    older.put(doc, "/text", "1");
    sync(&mut older);
    older.wait(60_000);
    let save = older.save(doc);
    assert_eq!(older.answer(save), Some(&Answer::Failed(EngineError::ReadOnly)));
    assert_eq!(line.text("a").unwrap(), r#"{"text":2}"#);
    assert_eq!((older.value(doc), older.status(doc).dirty), (r#"{"text":1}"#.into(), true));
    assert_ne!(older.status(doc).sync, SyncTrack::Gone);
}
