//! N5: an update comes back to its author, and the text in the editor is replaced while it is being
//! typed. Here the echo of an own save changes nothing in the app, and content from elsewhere takes
//! the place of content that nobody has touched, and of no other.

use crate::disk::Disk;
use crate::line::Line;
use crate::steps::{A, put_elsewhere, rename_elsewhere, saved_on_line, sync};
use crate::tab::Tab;
use keepfast::engine::{DocumentId, SyncTrack};

fn saved() -> (Line, Tab, DocumentId) {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    (line, tab, doc)
}

#[test]
fn the_echo_of_an_own_save_changes_nothing_and_fetches_nothing() {
    let (line, mut tab, doc) = saved();
    for text in ["1", "2", "3"] {
        tab.put(doc, "/text", text);
        tab.save(doc);
        tab.put(doc, "/text", &format!("{text}0"));
        let status = tab.status(doc);
        sync(&mut tab);
        tab.wait(15_000);
        assert_eq!((tab.status(doc).dirty, tab.status(doc).sync), (true, SyncTrack::Ok));
        assert_eq!(tab.status(doc).revision, status.revision);
    }
    assert_eq!((tab.applied.len(), line.reads()), (0, 0));
    assert_eq!(tab.value(doc), r#"{"text":30}"#);
}

#[test]
fn an_edit_of_this_very_moment_counts_before_it_was_captured() {
    let (line, mut tab, doc) = saved();
    put_elsewhere(&line, "a", "/text", "9");
    tab.put(doc, "/text", "1");
    tab.put(doc, "/text", "2");
    assert!(tab.status(doc).accepted > tab.status(doc).stored);
    sync(&mut tab);
    assert_eq!((tab.value(doc), tab.applied.len()), (r#"{"text":2}"#.into(), 0));
    assert_eq!(tab.status(doc).sync, SyncTrack::Conflict);
}

#[test]
fn an_edit_made_while_it_is_being_fetched_is_not_replaced() {
    let (line, mut tab, doc) = saved();
    put_elsewhere(&line, "a", "/text", "9");
    tab.hold_answers();
    sync(&mut tab);
    tab.release_answers();
    assert_eq!(tab.value(doc), r#"{"text":9}"#);
    put_elsewhere(&line, "a", "/text", "10");
    sync(&mut tab);
    tab.hold_answers();
    tab.wait(1_100);
    tab.release_answers();
    tab.hold_answers();
    tab.put(doc, "/text", "1");
    tab.release_answers();
    tab.wait(5_000);
    assert_eq!((tab.value(doc), tab.status(doc).dirty), (r#"{"text":1}"#.into(), true));
    assert_eq!(line.text("a").unwrap(), r#"{"text":10}"#);
}

#[test]
fn a_rename_elsewhere_reaches_a_document_that_is_being_typed_in() {
    let (line, mut tab, doc) = saved();
    rename_elsewhere(&line, "a", "Renamed");
    tab.put(doc, "/text", "1");
    sync(&mut tab);
    assert_eq!((tab.applied.len(), &tab.applied[0].1[..]), (1, "Renamed"));
    assert_eq!((tab.value(doc), tab.status(doc).sync), (r#"{"text":1}"#.into(), SyncTrack::Ok));
    let save = tab.save(doc);
    assert_eq!(crate::steps::revision_of(&tab, save), 2);
    assert_eq!(line.stored("a").unwrap().standing.metadata.title, "Renamed");
}

#[test]
fn an_edit_that_was_undone_is_no_obstacle() {
    let (line, mut tab, doc) = saved();
    tab.put(doc, "/text", "1");
    put_elsewhere(&line, "a", "/text", "9");
    sync(&mut tab);
    assert_eq!(tab.status(doc).sync, SyncTrack::Conflict);
    tab.put(doc, "/text", "0");
    tab.wait(2_000);
    let status = tab.status(doc);
    assert_eq!((status.sync, status.dirty, status.revision), (SyncTrack::Ok, false, Some(2)));
    assert_eq!(tab.value(doc), r#"{"text":9}"#);
}

#[test]
fn what_was_mutated_in_place_without_a_word_is_not_replaced_either() {
    let (line, mut tab, doc) = saved();
    put_elsewhere(&line, "a", "/text", "9");
    tab.mutate(doc, "/text", "1");
    sync(&mut tab);
    assert_eq!((tab.value(doc), tab.applied.len()), (r#"{"text":1}"#.into(), 0));
    assert_eq!((tab.status(doc).sync, tab.status(doc).dirty), (SyncTrack::Conflict, true));
}
