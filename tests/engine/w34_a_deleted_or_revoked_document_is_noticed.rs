//! W34: poll errors become "nothing", so a deleted or revoked document is never noticed. Here gone,
//! signed out and refused are states of their own, asking stops or asks for a token, and what is
//! here stays.

use crate::disk::Disk;
use crate::line::Line;
use crate::steps::{A, saved_on_line};
use crate::tab::Tab;
use keepfast::engine::{Answer, Choice, EngineError, Event, SyncTrack};

#[test]
fn a_document_that_was_deleted_elsewhere_is_gone_and_stays_here() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    line.delete("a");
    tab.wait(15_000);
    assert_eq!(tab.status(doc).sync, SyncTrack::Gone);
    assert_eq!(tab.value(doc), r#"{"text":1}"#);
    let save = tab.save(doc);
    assert_eq!(tab.answer(save), Some(&Answer::Failed(EngineError::Gone)));
    let mine = tab.ask(|request| Event::Resolve { request, document: doc, choice: Choice::Mine });
    assert!(
        matches!(tab.answer(mine), Some(Answer::Saved { revision: 3, .. })),
        "{:?}",
        tab.answer(mine)
    );
    assert_eq!(line.text("a").unwrap(), r#"{"text":1}"#);
    tab.wait(15_000);
    assert_eq!((tab.status(doc).sync, tab.status(doc).dirty), (SyncTrack::Ok, false));
}

#[test]
fn an_old_token_is_renewed_once_and_the_same_request_made_again() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    line.expire_token(true);
    let save = tab.save(doc);
    assert!(matches!(tab.answer(save), Some(Answer::Saved { revision: 2, .. })));
}

#[test]
fn without_a_new_token_nothing_is_sent_until_somebody_signs_in() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    line.expire_token(false);
    let save = tab.save(doc);
    assert_eq!(tab.answer(save), Some(&Answer::Queued(EngineError::Unauthorized)));
    assert_eq!(tab.status(doc).sync, SyncTrack::Unauthorized);
    let (polls, writes) = (line.polls(), line.writes().len());
    tab.wait(600_000);
    assert_eq!((line.polls(), line.writes().len()), (polls, writes));
    line.sign_in();
    tab.send(Event::SignedIn);
    assert_eq!(line.text("a").unwrap(), r#"{"text":1}"#);
    assert_eq!(tab.status(doc).sync, SyncTrack::Ok);
}
