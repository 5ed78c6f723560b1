//! W23: a save is asked for while one is under way, and refused with "save in progress"; the newer
//! content is not queued. Here it becomes one save after the first, for everybody who asked, and
//! what becomes of the first says nothing of the second.

use crate::disk::Disk;
use crate::line::{Fault, Line};
use crate::steps::{A, revision_of, saved_on_line};
use crate::tab::Tab;
use keepfast::engine::{Answer, DocumentId, EngineError, Request, SaveTrack};

/// A save of 1 is in flight, and a save of 2 was asked for.
fn two() -> (Line, Tab, DocumentId, [Request; 2]) {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.hold_requests();
    let first = tab.save(doc);
    tab.put(doc, "/text", "2");
    let second = tab.save(doc);
    assert_eq!((tab.answer(first), tab.answer(second)), (None, None));
    (line, tab, doc, [first, second])
}

#[test]
fn each_is_answered_with_the_revision_that_has_its_content() {
    let (line, mut tab, doc, [first, second]) = two();
    tab.release_requests();
    assert_eq!((revision_of(&tab, first), revision_of(&tab, second)), (2, 3));
    assert_eq!(line.text("a").unwrap(), r#"{"text":2}"#);
    assert_eq!((tab.status(doc).dirty, tab.status(doc).save), (false, SaveTrack::Saved));
}

#[test]
fn a_save_of_what_is_being_saved_already_sends_nothing_more() {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.hold_requests();
    let saves = [tab.save(doc), tab.save(doc), tab.save(doc)];
    tab.release_requests();
    tab.wait(60_000);
    assert_eq!(saves.map(|save| revision_of(&tab, save)), [2, 2, 2]);
    assert_eq!((line.revision("a"), line.writes().len()), (2, 2), "the create and one save");
}

#[test]
fn the_second_is_made_after_the_answer_to_the_first_was_lost() {
    let (line, mut tab, _, [first, second]) = two();
    line.strike([Fault::LoseResponse]);
    tab.release_requests();
    tab.wait(5_000);
    assert_eq!((revision_of(&tab, first), revision_of(&tab, second)), (2, 3));
    assert_eq!(line.text("a").unwrap(), r#"{"text":2}"#);
}

#[test]
fn the_second_is_made_after_the_first_was_refused() {
    let (line, mut tab, _, [first, second]) = two();
    line.strike([Fault::Status(422)]);
    tab.release_requests();
    let refused = Answer::Failed(EngineError::Refused { status: 422 });
    assert_eq!(tab.answer(first), Some(&refused));
    assert_eq!(revision_of(&tab, second), 2);
    assert_eq!(line.text("a").unwrap(), r#"{"text":2}"#);
}
