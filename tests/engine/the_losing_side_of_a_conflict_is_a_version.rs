//! Somebody decides a conflict, and finds out a day later that the other side was the better one.
//! Most systems have overwritten it by then. Here the side that gives way is a version that was
//! read back before it gives way; as long as it is not, nothing is decided.

use crate::disk::{DEVICE, Disk, MEMORY, TAB};
use crate::line::Line;
use crate::steps::{
    A, B, put_elsewhere, rename, rename_elsewhere, resolve, revision_of, saved_on_line, sync,
};
use crate::tab::Tab;
use crate::versions::{one, told, versions};
use keepfast::engine::{Answer, Choice, DocumentId, EngineError, StoreError, SyncTrack};
use keepfast::history::Kind;
use keepfast::record::Drawer;

/// A document with `mine` here and `theirs` on the server.
fn contested() -> (Disk, Line, Tab, DocumentId) {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", r#""mine""#);
    tab.wait(5_000);
    put_elsewhere(&line, "a", "/text", r#""theirs""#);
    sync(&mut tab);
    assert_eq!(tab.status(doc).sync, SyncTrack::Conflict);
    (disk, line, tab, doc)
}

const MINE: &str = r#"{"text":"mine"}"#;
const THEIRS: &str = r#"{"text":"theirs"}"#;

#[test]
fn when_mine_is_kept_theirs_is_a_version() {
    let (_disk, line, mut tab, doc) = contested();
    let mine = resolve(&mut tab, doc, Choice::Mine);
    assert_eq!(revision_of(&tab, mine), 3);
    assert_eq!(line.text("a").unwrap(), MINE);
    assert_eq!(told(&mut tab, doc), [one(1, Kind::ConflictSide, THEIRS)]);
}

#[test]
fn when_theirs_is_taken_mine_is_a_version() {
    let (_disk, _line, mut tab, doc) = contested();
    let theirs = resolve(&mut tab, doc, Choice::Theirs);
    assert_eq!((revision_of(&tab, theirs), tab.value(doc)), (2, THEIRS.into()));
    assert_eq!(told(&mut tab, doc), [one(1, Kind::ConflictSide, MINE)]);
}

#[test]
fn when_something_else_is_chosen_both_are() {
    let (_disk, line, mut tab, doc) = contested();
    let both = resolve(&mut tab, doc, Choice::Content(br#"{"text":"both"}"#.to_vec()));
    assert_eq!(revision_of(&tab, both), 3);
    let text = r#"{"text":"both"}"#;
    assert_eq!((line.text("a").unwrap(), tab.value(doc)), (text.into(), text.into()));
    let sides = [one(1, Kind::ConflictSide, MINE), one(2, Kind::ConflictSide, THEIRS)];
    assert_eq!(told(&mut tab, doc), sides);
}

#[test]
fn what_is_chosen_is_no_version_when_it_is_one_of_the_sides() {
    let (_disk, _line, mut tab, doc) = contested();
    let mine = resolve(&mut tab, doc, Choice::Content(MINE.as_bytes().to_vec()));
    assert_eq!(revision_of(&tab, mine), 3);
    assert_eq!(told(&mut tab, doc), [one(1, Kind::ConflictSide, THEIRS)]);
}

#[test]
fn a_title_that_gives_way_is_in_the_version() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    rename(&mut tab, doc, "Mine");
    rename_elsewhere(&line, "a", "Theirs");
    sync(&mut tab);
    resolve(&mut tab, doc, Choice::Theirs);
    let mine = (1, Kind::ConflictSide, "Mine".to_string(), r#"{"text":0}"#.to_string());
    assert_eq!(told(&mut tab, doc), [mine]);
}

#[test]
fn an_edit_that_nobody_has_captured_yet_is_in_the_version() {
    let (_disk, _line, mut tab, doc) = contested();
    tab.mutate(doc, "/text", r#""newest""#);
    resolve(&mut tab, doc, Choice::Theirs);
    assert_eq!(tab.value(doc), THEIRS);
    assert_eq!(told(&mut tab, doc), [one(1, Kind::ConflictSide, r#"{"text":"newest"}"#)]);
}

#[test]
fn an_edit_made_while_the_version_is_written_is_kept_as_another() {
    let (_disk, _line, mut tab, doc) = contested();
    tab.hold();
    let theirs = resolve(&mut tab, doc, Choice::Theirs);
    tab.put(doc, "/text", r#""newest""#);
    assert_eq!(tab.answer(theirs), None);
    tab.release();
    tab.wait(1_000);
    assert_eq!((revision_of(&tab, theirs), tab.value(doc)), (2, THEIRS.into()));
    let sides =
        [one(1, Kind::ConflictSide, MINE), one(2, Kind::ConflictSide, r#"{"text":"newest"}"#)];
    assert_eq!(told(&mut tab, doc), sides);
}

#[test]
fn a_newer_state_that_comes_meanwhile_is_kept_as_well() {
    let (_disk, line, mut tab, doc) = contested();
    tab.hold();
    let mine = resolve(&mut tab, doc, Choice::Mine);
    put_elsewhere(&line, "a", "/text", r#""later""#);
    tab.wait(15_000);
    assert_eq!(tab.answer(mine), None);
    tab.release();
    assert_eq!(revision_of(&tab, mine), 4);
    let sides =
        [one(1, Kind::ConflictSide, THEIRS), one(2, Kind::ConflictSide, r#"{"text":"later"}"#)];
    assert_eq!(told(&mut tab, doc), sides);
}

#[test]
fn as_long_as_it_cannot_be_kept_nothing_is_decided() {
    for choice in [Choice::Mine, Choice::Theirs, Choice::Content(b"{}".to_vec())] {
        for error in [StoreError::Quota, StoreError::Aborted, StoreError::ConnectionLost] {
            let (_disk, line, mut tab, doc) = contested();
            tab.hold();
            let decision = resolve(&mut tab, doc, choice.clone());
            tab.fail_held(error, false);
            let failed = Answer::Failed(EngineError::Store(error));
            assert_eq!(tab.answer(decision), Some(&failed), "{choice:?}");
            tab.wait(60_000);
            assert_eq!((tab.value(doc), line.text("a").unwrap()), (MINE.into(), THEIRS.into()));
            assert_eq!((tab.status(doc).sync, tab.status(doc).dirty), (SyncTrack::Conflict, true));
            let decision = resolve(&mut tab, doc, choice.clone());
            revision_of(&tab, decision);
        }
    }
}

#[test]
fn what_does_not_read_back_is_written_again_before_anything_is_given_up() {
    let (disk, _line, mut tab, doc) = contested();
    disk.rot(DEVICE, 1);
    let theirs = resolve(&mut tab, doc, Choice::Theirs);
    assert_eq!((revision_of(&tab, theirs), tab.value(doc)), (2, THEIRS.into()));
    assert_eq!(told(&mut tab, doc), [one(2, Kind::ConflictSide, MINE)], "1 cannot be read");
}

#[test]
fn a_store_that_keeps_nothing_but_rubbish_decides_nothing() {
    let (disk, line, mut tab, doc) = contested();
    disk.rot(DEVICE, 1_000);
    let theirs = resolve(&mut tab, doc, Choice::Theirs);
    assert!(matches!(tab.answer(theirs), Some(Answer::Failed(EngineError::Version(_)))));
    assert_eq!((tab.value(doc), line.text("a").unwrap()), (MINE.into(), THEIRS.into()));
    assert_eq!(tab.status(doc).sync, SyncTrack::Conflict);
}

#[test]
fn what_cannot_be_read_back_is_not_given_up() {
    let (disk, _line, mut tab, doc) = contested();
    tab.hold();
    let theirs = resolve(&mut tab, doc, Choice::Theirs);
    disk.refuse_reading(DEVICE, Some(StoreError::Aborted));
    tab.release();
    assert_eq!(tab.answer(theirs), Some(&Answer::Failed(EngineError::Unavailable)));
    assert_eq!((tab.value(doc), tab.status(doc).sync), (MINE.into(), SyncTrack::Conflict));
}

#[test]
fn slices_that_others_damaged_are_written_again_and_their_bytes_kept_aside() {
    let (disk, _line, mut tab, doc) = contested();
    resolve(&mut tab, doc, Choice::Theirs);
    let slice = disk.keys(DEVICE, Drawer::Slice).remove(0);
    disk.damage(DEVICE, &slice, |bytes| bytes[1] ^= 1);
    tab.kill();
    let mut tab = Tab::new(&disk, B);
    let doc = tab.load("a").unwrap().document;
    tab.put(doc, "/text", r#""mine""#);
    tab.wait(1_000);
    crate::versions::revert(&mut tab, doc);
    assert_eq!(versions(&mut tab, doc).len(), 2);
    let read = crate::versions::version(&mut tab, doc, 2).unwrap();
    assert_eq!(read.content, MINE.as_bytes());
    let beside = disk.keys(DEVICE, Drawer::Slice).into_iter();
    assert_eq!(beside.filter(|key| key.sequence > 0 && key.writer == slice.writer).count(), 1);
}

#[test]
fn where_only_memory_is_left_it_is_kept_there() {
    let (disk, _line, mut tab, doc) = contested();
    for store in [DEVICE, TAB] {
        disk.refuse(store, Some(StoreError::Quota));
    }
    tab.put(doc, "/text", r#""newest""#);
    tab.wait(5_000);
    let theirs = resolve(&mut tab, doc, Choice::Theirs);
    assert_eq!((revision_of(&tab, theirs), tab.value(doc)), (2, THEIRS.into()));
    assert_eq!(disk.keys(MEMORY, Drawer::Version).len(), 1);
}

#[test]
fn closing_leaves_the_conflict_as_it_is() {
    let (disk, line, mut tab, doc) = contested();
    tab.hold();
    let theirs = resolve(&mut tab, doc, Choice::Theirs);
    let close = tab.close(doc);
    assert!(tab.is_done(close));
    assert_eq!(tab.answer(theirs), Some(&Answer::Failed(EngineError::Closed)));
    tab.release();
    tab.kill();
    assert_eq!(crate::shorthand::reloaded(&disk, "a").unwrap(), MINE);
    assert_eq!(line.text("a").unwrap(), THEIRS);
}

#[test]
fn what_is_no_json_is_refused_before_anything_is_kept() {
    let (disk, _line, mut tab, doc) = contested();
    let decision = resolve(&mut tab, doc, Choice::Content(b"[".to_vec()));
    assert!(matches!(tab.answer(decision), Some(Answer::Failed(EngineError::Json(_)))));
    assert_eq!(disk.keys(DEVICE, Drawer::Version), []);
}
