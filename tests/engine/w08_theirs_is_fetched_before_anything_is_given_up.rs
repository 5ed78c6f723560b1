//! W8: the server has something newer, the user wants it, and the local edits are dropped before it
//! is here; then the network fails, and both are gone. Here what the server has is fetched first,
//! and what is here stays where it is until somebody decides with both at hand.

use crate::disk::Disk;
use crate::line::{Fault, Line};
use crate::shorthand::reloaded;
use crate::steps::{A, put_elsewhere, resolve, revision_of, saved_on_line, sync};
use crate::tab::Tab;
use keepfast::engine::{Answer, Choice, DocumentId, EngineError, SyncTrack};

/// A document with unsaved edits that somebody else has saved meanwhile.
fn behind() -> (Disk, Line, Tab, DocumentId) {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(2_000);
    put_elsewhere(&line, "a", "/text", "2");
    (disk, line, tab, doc)
}

#[test]
fn as_long_as_it_cannot_be_fetched_what_is_here_stays() {
    let (disk, line, mut tab, doc) = behind();
    line.strike([Fault::Pass, Fault::LoseRequest, Fault::LoseResponse]);
    sync(&mut tab);
    let theirs = resolve(&mut tab, doc, Choice::Theirs);
    assert_eq!(tab.answer(theirs), Some(&Answer::Failed(EngineError::NoConflict)));
    let status = tab.status(doc);
    assert_eq!((status.sync, status.dirty), (SyncTrack::Behind, true));
    assert_eq!(tab.value(doc), r#"{"text":1}"#);
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":1}"#);
}

#[test]
fn when_it_is_here_both_are_and_nothing_is_chosen_yet() {
    let (disk, line, mut tab, doc) = behind();
    line.strike([Fault::Pass, Fault::LoseRequest, Fault::LoseResponse]);
    sync(&mut tab);
    tab.wait(8_000);
    let status = tab.status(doc);
    assert_eq!((status.sync, status.dirty), (SyncTrack::Conflict, true));
    assert_eq!((tab.value(doc), tab.applied.len()), (r#"{"text":1}"#.into(), 0));
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":1}"#);
}

#[test]
fn theirs_is_taken_without_another_look_at_the_server() {
    let (disk, line, mut tab, doc) = behind();
    sync(&mut tab);
    line.strike((0..100).map(|_| Fault::LoseRequest));
    let theirs = resolve(&mut tab, doc, Choice::Theirs);
    assert_eq!(revision_of(&tab, theirs), 2);
    assert_eq!((tab.value(doc), tab.status(doc).dirty), (r#"{"text":2}"#.into(), false));
    tab.wait(5_000);
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":2}"#);
}
