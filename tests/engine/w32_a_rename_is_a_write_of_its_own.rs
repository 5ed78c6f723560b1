//! W32, W33, N8 over a server: a rename rewrites the whole document and undoes what was saved
//! elsewhere meanwhile; it has no precondition; and a description that was cleared comes back. Here
//! title and description are written by themselves, on their own base, and null is a value.

use crate::disk::Disk;
use crate::line::{Fault, Line};
use crate::steps::{
    A, B, describe, put_elsewhere, rename, rename_elsewhere, resolve, revision_of, saved_on_line,
    sync,
};
use crate::tab::Tab;
use keepfast::engine::{Answer, Choice, DocumentId, EngineError, SyncTrack};

fn saved() -> (Line, Tab, DocumentId) {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    (line, tab, doc)
}

/// Title, revision of the content and revision of the words on the server.
fn standing(line: &Line) -> (String, u64, u64) {
    let standing = line.stored("a").unwrap().standing;
    let position = standing.position;
    (standing.metadata.title, position.revision.value(), position.metadata_revision.value())
}

#[test]
fn a_rename_sends_no_content_and_names_the_base_of_the_words() {
    let (line, mut tab, doc) = saved();
    let before = line.stored("a").unwrap().standing.position;
    rename(&mut tab, doc, "Renamed");
    let save = tab.save(doc);
    assert_eq!(revision_of(&tab, save), 1, "the content is as it was");
    assert_eq!(standing(&line), ("Renamed".into(), 1, 2));
    let writes = line.writes();
    let rename = writes.last().unwrap();
    assert_eq!(
        (writes.len(), &rename.body[..]),
        (2, &br#"{"description":null,"title":"Renamed"}"#[..])
    );
    let tag = before.metadata_tag().to_string();
    assert_eq!(rename.headers.value("if-match"), Some(&tag[..]));
    assert!(!tab.status(doc).dirty);
}

#[test]
fn a_rename_does_not_undo_what_was_saved_elsewhere_meanwhile() {
    let (line, mut tab, doc) = saved();
    put_elsewhere(&line, "a", "/text", "1");
    rename(&mut tab, doc, "Renamed");
    let save = tab.save(doc);
    revision_of(&tab, save);
    assert_eq!(standing(&line), ("Renamed".into(), 2, 2));
    assert_eq!(line.text("a").unwrap(), r#"{"text":1}"#);
    tab.wait(15_000);
    let status = tab.status(doc);
    assert_eq!((status.sync, status.dirty, status.revision), (SyncTrack::Ok, false, Some(2)));
    assert_eq!(tab.value(doc), r#"{"text":1}"#);
}

#[test]
fn content_and_title_that_changed_in_two_places_are_both_kept() {
    let (line, mut tab, doc) = saved();
    rename_elsewhere(&line, "a", "Renamed");
    tab.put(doc, "/text", "1");
    let save = tab.save(doc);
    assert_eq!(revision_of(&tab, save), 2);
    assert_eq!(standing(&line), ("Renamed".into(), 2, 2));
    tab.wait(15_000);
    let status = tab.status(doc);
    assert_eq!((status.sync, status.dirty), (SyncTrack::Ok, false));
    assert_eq!(tab.applied.last().unwrap().1, "Renamed");
    assert_eq!(tab.value(doc), r#"{"text":1}"#);
}

#[test]
fn a_rename_on_an_old_title_is_a_conflict_and_overwrites_nothing() {
    let (line, mut tab, doc) = saved();
    rename_elsewhere(&line, "a", "Theirs");
    rename(&mut tab, doc, "Mine");
    let save = tab.save(doc);
    assert_eq!(tab.answer(save), Some(&Answer::Failed(EngineError::Conflict)));
    assert_eq!(standing(&line), ("Theirs".into(), 1, 2));
    assert_eq!((tab.status(doc).sync, tab.status(doc).dirty), (SyncTrack::Conflict, true));
}

#[test]
fn of_a_save_whose_title_is_contested_the_content_is_saved_and_the_title_to_be_decided() {
    let (line, mut tab, doc) = saved();
    rename_elsewhere(&line, "a", "Theirs");
    rename(&mut tab, doc, "Mine");
    tab.put(doc, "/text", "1");
    let save = tab.save(doc);
    assert_eq!(tab.answer(save), Some(&Answer::Failed(EngineError::Conflict)));
    assert_eq!(standing(&line), ("Theirs".into(), 2, 2));
    assert_eq!(line.text("a").unwrap(), r#"{"text":1}"#);
    let mine = resolve(&mut tab, doc, Choice::Mine);
    revision_of(&tab, mine);
    assert_eq!(standing(&line), ("Mine".into(), 2, 3));
    assert_eq!((tab.status(doc).sync, tab.status(doc).dirty), (SyncTrack::Ok, false));
}

#[test]
fn a_rename_whose_answer_was_lost_is_made_once() {
    let (line, mut tab, doc) = saved();
    rename(&mut tab, doc, "Renamed");
    line.strike([Fault::LoseResponse]);
    let save = tab.save(doc);
    tab.wait(5_000);
    assert_eq!((revision_of(&tab, save), standing(&line)), (1, ("Renamed".into(), 1, 2)));
    assert!(!tab.status(doc).dirty);
}

#[test]
fn content_that_was_accepted_is_not_sent_again_when_the_title_was_not() {
    let (line, mut tab, doc) = saved();
    tab.put(doc, "/text", "1");
    rename(&mut tab, doc, "Renamed");
    line.strike([Fault::Pass, Fault::LoseRequest]);
    let save = tab.save(doc);
    assert_eq!((standing(&line), tab.answer(save)), (("Plan".into(), 2, 1), None));
    tab.wait(5_000);
    assert_eq!((revision_of(&tab, save), standing(&line)), (2, ("Renamed".into(), 2, 2)));
    let parts = line.writes().into_iter().map(|it| it.path.ends_with("/metadata"));
    assert_eq!(parts.collect::<Vec<_>>(), [false, false, true, true]);
}

#[test]
fn a_tab_that_dies_between_content_and_title_leaves_the_title_to_the_next_one() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"left":0,"right":0}"#);
    tab.put(doc, "/left", "1");
    rename(&mut tab, doc, "Renamed");
    line.strike([Fault::Pass, Fault::LoseRequest]);
    tab.save(doc);
    tab.kill();
    put_elsewhere(&line, "a", "/right", "2");
    let mut next = Tab::on_line(&disk, &line, B);
    next.wait(15_000);
    assert_eq!(standing(&line), ("Renamed".into(), 3, 2));
    assert_eq!(line.text("a").unwrap(), r#"{"left":1,"right":2}"#, "nothing is undone");
    let doc = next.load("a").unwrap().document;
    let status = next.status(doc);
    assert_eq!((status.sync, status.dirty, status.revision), (SyncTrack::Ok, false, Some(3)));
    assert_eq!(next.value(doc), r#"{"left":1,"right":2}"#);
}

#[test]
fn the_same_rename_in_two_places_is_no_conflict() {
    let (line, mut tab, doc) = saved();
    rename_elsewhere(&line, "a", "Same");
    rename(&mut tab, doc, "Same");
    let save = tab.save(doc);
    revision_of(&tab, save);
    assert_eq!(standing(&line), ("Same".into(), 1, 2));
    assert_eq!((tab.status(doc).sync, tab.status(doc).dirty), (SyncTrack::Ok, false));
}

#[test]
fn a_description_is_given_cleared_and_emptied_and_the_server_tells_them_apart() {
    let (line, mut tab, doc) = saved();
    let (mut other, there) = crate::steps::elsewhere(&line, "a");
    for description in [Some("why"), None, Some("")] {
        describe(&mut tab, doc, description);
        let save = tab.save(doc);
        revision_of(&tab, save);
        let stored = line.stored("a").unwrap().standing.metadata.description;
        assert_eq!(stored.as_deref(), description);
        assert!(!tab.status(doc).dirty);
        sync(&mut other);
        other.wait(1_000);
        assert_eq!(other.applied.last().unwrap().2.as_deref(), description);
        assert!(!other.status(there).dirty);
    }
    assert_eq!(standing(&line), ("Plan".into(), 1, 4));
}
