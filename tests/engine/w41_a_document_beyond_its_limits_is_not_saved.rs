//! W41, W42: the size is checked in one way and not in the other, the length of a title in the form
//! only. Here every save passes the same check before anything is sent: equal is allowed, one more
//! is refused with both numbers, and the draft is stored whatever the limits say.

use crate::disk::Disk;
use crate::line::Line;
use crate::shorthand::reloaded;
use crate::steps::{A, describe, rename, revision_of, saved_on_line, with_notes};
use crate::tab::Tab;
use keepfast::engine::{
    Answer, CollectionOptions, DocumentId, DraftTrack, EngineError, Excess, Limited, Limits,
    SaveTrack,
};

/// A saved document of a collection that allows 20 bytes.
fn limited() -> (Disk, Line, Tab, DocumentId) {
    let (disk, line) = (Disk::default(), Line::new());
    let limits = Limits { content_bytes_max: 20, ..Limits::default() };
    let notes = CollectionOptions { limits, ..CollectionOptions::default() };
    let mut tab = Tab::on_line_with(&disk, &line, with_notes(A, notes));
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    (disk, line, tab, doc)
}

fn beyond(what: Limited, actual: u64, limit: u64) -> EngineError {
    EngineError::OutOfLimits(Excess { what, actual, limit })
}

#[test]
fn as_many_bytes_as_allowed_are_saved_and_one_more_is_refused_with_both_numbers() {
    let (disk, line, mut tab, doc) = limited();
    tab.put(doc, "/text", r#""123456789""#);
    let save = tab.save(doc);
    assert_eq!((revision_of(&tab, save), line.text("a").unwrap().len()), (2, 20));
    tab.put(doc, "/text", r#""1234567890""#);
    let save = tab.save(doc);
    let error = beyond(Limited::Content, 21, 20);
    assert_eq!(tab.answer(save), Some(&Answer::Failed(error.clone())));
    assert_eq!((line.revision("a"), line.writes().len()), (2, 2), "it was not even sent");
    tab.wait(2_000);
    let status = tab.status(doc);
    assert_eq!((status.save, &status.error), (SaveTrack::Failed, &Some(error)));
    assert_eq!((status.draft, status.dirty), (DraftTrack::Stored, true));
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":"1234567890"}"#);
}

#[test]
fn titles_and_descriptions_are_checked_in_the_same_place() {
    let (_disk, line, mut tab, doc) = limited();
    let titles = [
        ("", Some((Limited::Title, 0, 1))),
        ("é", None),
        (&"é".repeat(50), None),
        (&"é".repeat(51), Some((Limited::Title, 51, 50))),
    ];
    for (title, excess) in titles {
        rename(&mut tab, doc, title);
        let save = tab.save(doc);
        match excess {
            None => assert_eq!(line.stored("a").unwrap().standing.metadata.title, title),
            Some((what, actual, limit)) => {
                let error = beyond(what, actual, limit);
                assert_eq!(tab.answer(save), Some(&Answer::Failed(error)));
            }
        }
    }
    rename(&mut tab, doc, "Plan");
    describe(&mut tab, doc, Some(&"x".repeat(250)));
    let save = tab.save(doc);
    revision_of(&tab, save);
    describe(&mut tab, doc, Some(&"x".repeat(251)));
    let save = tab.save(doc);
    let error = beyond(Limited::Description, 251, 250);
    assert_eq!(tab.answer(save), Some(&Answer::Failed(error)));
    assert_eq!(line.stored("a").unwrap().standing.metadata.description.unwrap().len(), 250);
}

#[test]
fn a_new_document_passes_the_same_check() {
    let (_disk, line, mut tab, _) = limited();
    let new = tab.create("b", "", r#"{"text":0}"#);
    let save = tab.save(new);
    assert_eq!(tab.answer(save), Some(&Answer::Failed(beyond(Limited::Title, 0, 1))));
    assert_eq!(line.stored("b"), None);
    rename(&mut tab, new, "Plan");
    let save = tab.save(new);
    assert_eq!(revision_of(&tab, save), 1);
}

#[test]
fn what_is_within_the_limits_again_is_saved_and_the_failure_forgotten() {
    let (_disk, line, mut tab, doc) = limited();
    tab.put(doc, "/text", r#""1234567890""#);
    tab.save(doc);
    tab.put(doc, "/text", "1");
    let save = tab.save(doc);
    assert_eq!((revision_of(&tab, save), line.text("a").unwrap()), (2, r#"{"text":1}"#.into()));
    assert_eq!((tab.status(doc).save, &tab.status(doc).error), (SaveTrack::Saved, &None));
}
