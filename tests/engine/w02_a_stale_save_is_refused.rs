//! W2, N1, A7: two devices open version 3; one saves version 4, then the other saves. Without a
//! precondition the first one's work is gone. Here every write names its base; the later one is a
//! conflict, shows both sides, and overwrites nothing until somebody decides.

use crate::disk::Disk;
use crate::line::Line;
use crate::steps::{A, B, autosaving, put_elsewhere, resolve, revision_of, saved_on_line, sync};
use crate::tab::Tab;
use keepfast::engine::{
    Answer, Autosave, Choice, DocumentId, EngineError, Event, Notice, SaveTrack, SyncTrack,
};

/// Two devices with the same document, of which the second is in conflict.
fn two() -> (Line, Tab, Tab, DocumentId) {
    let line = Line::new();
    let mut one = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut one, "a", r#"{"left":0,"right":0}"#);
    let mut two = Tab::on_line(&Disk::default(), &line, B);
    let other = two.load_from_server("a");
    one.put(doc, "/left", "1");
    one.save(doc);
    two.put(other, "/left", "2");
    let save = two.save(other);
    assert_eq!(two.answer(save), Some(&Answer::Failed(EngineError::Conflict)));
    (line, one, two, other)
}

#[test]
fn nothing_is_overwritten_and_the_conflict_is_shown() {
    let (line, _one, two, doc) = two();
    assert_eq!(line.text("a").unwrap(), r#"{"left":1,"right":0}"#);
    let status = two.status(doc);
    assert_eq!((status.sync, status.dirty), (SyncTrack::Conflict, true));
    assert_eq!(two.value(doc), r#"{"left":2,"right":0}"#);
}

#[test]
fn mine_is_a_new_write_on_the_newest_base() {
    let (line, mut one, mut two, doc) = two();
    let resolve =
        two.ask(|request| Event::Resolve { request, document: doc, choice: Choice::Mine });
    assert!(matches!(two.answer(resolve), Some(Answer::Saved { revision: 3, .. })));
    assert_eq!(line.text("a").unwrap(), r#"{"left":2,"right":0}"#);
    assert_eq!((two.status(doc).sync, two.status(doc).dirty), (SyncTrack::Ok, false));
    one.wait(30_000);
    assert_eq!(one.value(doc), r#"{"left":2,"right":0}"#, "the other device follows");
}

#[test]
fn theirs_takes_the_place_of_what_is_here() {
    let (line, _one, mut two, doc) = two();
    let resolve =
        two.ask(|request| Event::Resolve { request, document: doc, choice: Choice::Theirs });
    assert!(matches!(two.answer(resolve), Some(Answer::Saved { revision: 2, .. })));
    assert_eq!(two.value(doc), r#"{"left":1,"right":0}"#);
    two.wait(5_000);
    assert!(!two.status(doc).dirty);
    assert_eq!(line.revision("a"), 2, "nothing was written");
}

#[test]
fn other_content_can_be_given_instead() {
    let (line, _one, mut two, doc) = two();
    let choice = Choice::Content(br#"{"left":3,"right":3}"#.to_vec());
    let resolve = two.ask(|request| Event::Resolve { request, document: doc, choice });
    assert!(matches!(two.answer(resolve), Some(Answer::Saved { revision: 3, .. })));
    assert_eq!(line.text("a").unwrap(), r#"{"left":3,"right":3}"#);
    assert_eq!(two.value(doc), r#"{"left":3,"right":3}"#);
}

#[test]
fn two_saves_of_the_same_content_are_no_conflict() {
    let line = Line::new();
    let mut one = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut one, "a", r#"{"text":0}"#);
    let mut two = Tab::on_line(&Disk::default(), &line, B);
    let other = two.load_from_server("a");
    for (tab, id) in [(&mut one, doc), (&mut two, other)] {
        tab.put(id, "/text", "1");
        let save = tab.save(id);
        assert!(matches!(tab.answer(save), Some(Answer::Saved { revision: 2, .. })));
    }
    assert_eq!(two.status(other).sync, SyncTrack::Ok);
}

#[test]
fn a_new_document_under_an_id_that_somebody_else_has_used_overwrites_nothing() {
    let line = Line::new();
    let mut one = Tab::on_line(&Disk::default(), &line, A);
    saved_on_line(&mut one, "a", r#"{"text":1}"#);
    let mut two = Tab::on_line(&Disk::default(), &line, B);
    let doc = two.create("a", "Mine", r#"{"text":2}"#);
    let save = two.save(doc);
    assert_eq!(two.answer(save), Some(&Answer::Failed(EngineError::Conflict)));
    assert_eq!((line.text("a").unwrap(), line.revision("a")), (r#"{"text":1}"#.into(), 1));
    assert_eq!(two.status(doc).sync, SyncTrack::Conflict);
}

#[test]
fn a_decision_on_a_state_that_has_moved_again_is_another_conflict() {
    let (line, _one, mut two, doc) = two();
    put_elsewhere(&line, "a", "/right", "3");
    let mine = resolve(&mut two, doc, Choice::Mine);
    assert_eq!(two.answer(mine), Some(&Answer::Failed(EngineError::Conflict)));
    assert_eq!(line.text("a").unwrap(), r#"{"left":1,"right":3}"#);
    let mine = resolve(&mut two, doc, Choice::Mine);
    assert_eq!(revision_of(&two, mine), 4);
    assert_eq!(line.text("a").unwrap(), r#"{"left":2,"right":0}"#);
}

#[test]
fn a_discard_in_a_conflict_takes_what_the_server_has() {
    let (line, _one, mut two, doc) = two();
    let discard = two.discard(doc);
    two.wait(5_000);
    assert!(two.is_done(discard));
    assert_eq!(two.value(doc), r#"{"left":1,"right":0}"#);
    let status = two.status(doc);
    assert_eq!((status.sync, status.dirty, status.revision), (SyncTrack::Ok, false, Some(2)));
    assert_eq!(line.revision("a"), 2);
}

#[test]
fn a_conflict_is_told_once_however_often_the_server_is_asked() {
    let (_line, _one, mut two, doc) = two();
    for _ in 0..5 {
        sync(&mut two);
        two.put(doc, "/left", "4");
        two.wait(60_000);
    }
    let conflicts = two.notices.iter().filter(|it| matches!(it, Notice::Conflict { .. }));
    assert_eq!(conflicts.count(), 1);
}

#[test]
fn a_failure_that_a_decision_has_settled_is_not_shown_any_more() {
    for choice in [Choice::Mine, Choice::Theirs] {
        let line = Line::new();
        let every = Autosave::Debounced { debounce_ms: 2_000, max_wait_ms: 10_000 };
        let mut tab = Tab::on_line_with(&Disk::default(), &line, autosaving(A, every));
        let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
        put_elsewhere(&line, "a", "/text", "1");
        tab.put(doc, "/text", "2");
        tab.wait(5_000);
        tab.put(doc, "/text", "3");
        tab.wait(5_000);
        let status = tab.status(doc);
        assert_eq!(
            (status.sync, &status.error),
            (SyncTrack::Conflict, &Some(EngineError::Conflict))
        );
        let decided = resolve(&mut tab, doc, choice);
        revision_of(&tab, decided);
        let status = tab.status(doc);
        assert_eq!((status.sync, &status.error), (SyncTrack::Ok, &None));
        assert_eq!(status.save, SaveTrack::Saved);
    }
}

#[test]
fn an_autosave_on_a_base_that_moved_harmlessly_is_made_again() {
    let line = Line::new();
    let every = Autosave::Debounced { debounce_ms: 2_000, max_wait_ms: 10_000 };
    let mut tab = Tab::on_line_with(&Disk::default(), &line, autosaving(A, every));
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    put_elsewhere(&line, "a", "/text", "1");
    put_elsewhere(&line, "a", "/text", "0");
    tab.put(doc, "/text", "2");
    tab.wait(60_000);
    assert_eq!((line.text("a").unwrap(), line.revision("a")), (r#"{"text":2}"#.into(), 4));
    assert_eq!((tab.status(doc).sync, tab.status(doc).dirty), (SyncTrack::Ok, false));
}
