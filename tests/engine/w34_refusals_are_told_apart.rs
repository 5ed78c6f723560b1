//! W34: every failure of a poll becomes "nothing", so that gone, forbidden and "try later" look the
//! same. Here each has a state of its own; and only the server's own word, never a status that any
//! gateway may give, says that a document is gone or not there.

use crate::disk::Disk;
use crate::line::{Fault, Line};
use crate::shorthand::reloaded;
use crate::steps::{A, B, put_elsewhere, revision_of, saved_on_line, sync};
use crate::tab::Tab;
use keepfast::engine::{Answer, DocumentId, EngineError, SaveTrack, SyncTrack};
use keepfast::protocol::Problem;

/// A document with an edit that is not saved.
fn edited() -> (Disk, Line, Tab, DocumentId) {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    (disk, line, tab, doc)
}

#[test]
fn a_forbidden_save_is_refused_with_its_status_and_the_draft_stays() {
    let in_words = EngineError::Problem(Problem::Forbidden.into());
    let bare = EngineError::Refused { status: 403 };
    let faults = [(Fault::Refuse(Problem::Forbidden), in_words), (Fault::Status(403), bare)];
    for (fault, refused) in faults {
        let (disk, line, mut tab, doc) = edited();
        line.strike([fault]);
        let save = tab.save(doc);
        assert_eq!(tab.answer(save), Some(&Answer::Failed(refused.clone())));
        let status = tab.status(doc);
        assert_eq!((status.save, status.dirty), (SaveTrack::Failed, true));
        assert_eq!(status.error, Some(refused));
        let writes = line.writes().len();
        tab.wait(600_000);
        assert_eq!(line.writes().len(), writes, "nobody insists");
        tab.kill();
        assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":1}"#);
    }
}

#[test]
fn a_status_404_or_410_from_anywhere_is_a_reason_to_try_again_and_no_more() {
    for status in [404, 410, 502] {
        let (_disk, line, mut tab, doc) = edited();
        line.strike([Fault::Status(status)]);
        let save = tab.save(doc);
        let shown = tab.status(doc);
        assert_eq!((shown.save, shown.sync), (SaveTrack::Retrying, SyncTrack::Ok), "{status}");
        tab.wait(3_000);
        assert_eq!(revision_of(&tab, save), 2);
    }
}

#[test]
fn not_found_and_gone_in_the_servers_own_words_stop_the_save() {
    let (_disk, line, mut tab, doc) = edited();
    line.strike([Fault::Refuse(Problem::NotFound)]);
    let save = tab.save(doc);
    assert_eq!(tab.answer(save), Some(&Answer::Failed(EngineError::Gone)));
    assert_eq!(tab.status(doc).sync, SyncTrack::Gone);

    let (_disk, line, mut tab, doc) = edited();
    line.delete("a");
    let save = tab.save(doc);
    assert_eq!(tab.answer(save), Some(&Answer::Failed(EngineError::Gone)));
    assert_eq!((tab.status(doc).sync, tab.value(doc)), (SyncTrack::Gone, r#"{"text":1}"#.into()));
}

#[test]
fn a_fetch_that_a_gateway_answers_with_404_does_not_make_a_document_gone() {
    let (_disk, line, mut tab, doc) = edited();
    tab.save(doc);
    put_elsewhere(&line, "a", "/text", "2");
    line.strike([Fault::Pass, Fault::Status(404)]);
    sync(&mut tab);
    assert_eq!(tab.status(doc).sync, SyncTrack::Behind);
    tab.wait(2_000);
    assert_eq!((tab.status(doc).sync, tab.value(doc)), (SyncTrack::Ok, r#"{"text":2}"#.into()));
}

#[test]
fn loading_tells_absent_gone_forbidden_and_unreachable_apart() {
    let line = Line::new();
    let mut one = Tab::on_line(&Disk::default(), &line, A);
    saved_on_line(&mut one, "a", "0");
    saved_on_line(&mut one, "b", "0");
    line.delete("b");
    let mut two = Tab::on_line(&Disk::default(), &line, B);
    assert_eq!(two.load("c").unwrap_err(), EngineError::NotFound);
    assert_eq!(two.load("b").unwrap_err(), EngineError::Gone);
    for fault in [Fault::Status(404), Fault::Status(500), Fault::Status(403)] {
        line.strike([fault]);
        assert_eq!(two.load("a").unwrap_err(), EngineError::Unavailable);
    }
    line.strike([Fault::LoseRequest]);
    assert!(matches!(two.load("a"), Err(EngineError::Net(_))));
    line.expire_token(false);
    assert_eq!(two.load("a").unwrap_err(), EngineError::Unauthorized);
}

#[test]
fn a_poll_that_is_refused_changes_no_document() {
    let (_disk, line, mut tab, doc) = edited();
    for status in [403, 404, 410, 500] {
        let shown = tab.status(doc);
        line.strike([Fault::Status(status)]);
        sync(&mut tab);
        assert_eq!(tab.status(doc), shown, "{status}");
        tab.wait(60_000);
    }
}
