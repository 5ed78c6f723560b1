//! W19 over a server: the server has a document of an older version of the app. A system that takes
//! the migrated content for the server's sends patches that do not fit, or is dirty before anybody
//! has edited; one that follows the server without migrating gives the app what it cannot read.
//! Here the base is the server's own, and whatever comes from there is migrated on its way in.

use crate::disk::Disk;
use crate::line::Line;
use crate::steps::{A, B, revision_of, saved_on_line, sync, with_notes};
use crate::tab::Tab;
use keepfast::engine::{Answer, CollectionOptions, DocumentId, EngineError, SyncTrack};

/// A tab of this version of the app, which numbers its content.
fn open(line: &Line, writer: &str, schema_version: u32) -> Tab {
    let notes = CollectionOptions { schema_version, ..CollectionOptions::default() };
    let mut tab = Tab::on_line_with(&Disk::default(), line, with_notes(writer, notes));
    tab.migrate = |to, text| Some(text.replace(r#""v":1"#, &format!(r#""v":{to}"#)));
    tab
}

fn content(text: u32, version: u32) -> String {
    format!(r#"{{"long":"{}","text":{text},"v":{version}}}"#, "x".repeat(9_000))
}

/// A document that the older app has saved, opened by both.
fn two() -> (Line, (Tab, DocumentId), (Tab, DocumentId)) {
    let line = Line::new();
    let mut older = open(&line, A, 1);
    let there = saved_on_line(&mut older, "a", &content(0, 1));
    let mut newer = open(&line, B, 2);
    let doc = newer.load_from_server("a");
    (line, (older, there), (newer, doc))
}

#[test]
fn it_is_clean_as_long_as_nobody_edits_it() {
    let (line, _, (mut newer, doc)) = two();
    assert_eq!(newer.value(doc), content(0, 2));
    newer.wait(60_000);
    let status = newer.status(doc);
    assert_eq!((status.dirty, status.sync, status.revision), (false, SyncTrack::Ok, Some(1)));
    let save = newer.save(doc);
    assert_eq!(newer.answer(save), Some(&Answer::Failed(EngineError::NoChanges)));
    assert_eq!(line.writes().len(), 1);
}

#[test]
fn an_edit_of_it_is_saved_with_the_migration_on_the_base_it_came_from() {
    let (line, (mut older, there), (mut newer, doc)) = two();
    newer.put(doc, "/text", "1");
    let save = newer.save(doc);
    assert_eq!((revision_of(&newer, save), line.text("a").unwrap()), (2, content(1, 2)));
    assert_eq!(line.stored("a").unwrap().standing.schema_version, 2);
    assert!(!newer.status(doc).dirty);
    older.put(there, "/text", "9");
    let save = older.save(there);
    assert!(matches!(older.answer(save), Some(Answer::Failed(_))), "{:?}", older.answer(save));
    assert_eq!(line.text("a").unwrap(), content(1, 2));
}

#[test]
fn what_the_older_app_saves_meanwhile_is_migrated_before_it_is_shown() {
    let (_line, (mut older, there), (mut newer, doc)) = two();
    older.put(there, "/text", "9");
    older.save(there);
    sync(&mut newer);
    newer.wait(15_000);
    assert!(newer.value(doc).ends_with(r#""text":9,"v":2}"#));
    assert_eq!((newer.status(doc).dirty, newer.status(doc).revision), (false, Some(2)));
}
