//! W7: "save as" with the server down empties the original, makes it active again, and the next
//! save puts the emptiness over the server's copy. Here a copy is another document: the original is
//! not touched by making it, and a copy that failed is discarded alone.

use crate::disk::Disk;
use crate::line::{Fault, Line};
use crate::steps::{A, B, queued, revision_of, saved, saved_on_line};
use crate::tab::Tab;
use crate::versions::told;
use keepfast::engine::{
    Answer, DocumentId, EngineError, Event, NetError, NewCopy, Request, StoreError,
};
use keepfast::history::Kind;
use keepfast::record::Entry;

/// A document with unsaved edits, stored and quiet.
fn dirty() -> (Disk, Line, Tab, DocumentId) {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "original", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(5_000);
    (disk, line, tab, doc)
}

fn records(disk: &Disk, id: &str) -> Vec<Entry> {
    let entries = disk.entries(crate::disk::DEVICE).into_iter();
    entries.filter(|entry| entry.key.document == id).collect()
}

/// The original is as it was, here and on the server; of the copy nothing is left.
fn assert_untouched(before: &[Entry], (disk, line, tab): (&Disk, &Line, &Tab), doc: DocumentId) {
    assert_eq!(records(disk, "original"), before);
    assert_eq!(records(disk, "copy"), []);
    assert_eq!((tab.value(doc), tab.status(doc).dirty), (r#"{"text":1}"#.into(), true));
    assert_eq!(line.text("original").unwrap(), r#"{"text":0}"#);
    assert_eq!((line.revision("original"), line.stored("copy")), (1, None));
}

#[test]
fn a_copy_that_the_server_refuses_is_discarded_alone() {
    let (disk, line, mut tab, doc) = dirty();
    let before = records(&disk, "original");
    let copy = tab.create("copy", "Copy", r#"{"text":1}"#);
    line.strike([Fault::Status(422)]);
    let save = tab.save(copy);
    let refused = Answer::Failed(EngineError::Refused { status: 422 });
    assert_eq!(tab.answer(save), Some(&refused));
    let discard = tab.discard(copy);
    tab.wait(60_000);
    assert!(tab.is_done(discard));
    assert_untouched(&before, (&disk, &line, &tab), doc);
}

#[test]
fn a_copy_that_could_not_be_sent_is_not_sent_after_it_was_discarded() {
    let (disk, line, mut tab, doc) = dirty();
    let before = records(&disk, "original");
    tab.send(Event::Offline);
    let copy = tab.create("copy", "Copy", r#"{"text":1}"#);
    let save = tab.save(copy);
    tab.wait(1_000);
    let discard = tab.discard(copy);
    tab.wait(1_000);
    assert!(tab.is_done(discard) && tab.answer(save).is_some());
    tab.send(Event::Online);
    tab.wait(60_000);
    assert_untouched(&before, (&disk, &line, &tab), doc);
}

#[test]
fn a_copy_that_is_saved_while_offline_is_said_to_wait() {
    let (_disk, _line, mut tab, _) = dirty();
    tab.send(Event::Offline);
    let copy = tab.create("copy", "Copy", r#"{"text":1}"#);
    let save = tab.save(copy);
    tab.wait(60_000);
    assert_eq!(queued(&tab, save), EngineError::Net(NetError::Offline));
}

fn save_as(tab: &mut Tab, document: DocumentId, id: &str) -> Request {
    let copy = NewCopy {
        collection: None,
        document: id.into(),
        title: "Copy".into(),
        description: Some("of the plan".into()),
    };
    tab.ask(|request| Event::SaveAs { request, document, copy: Box::new(copy) })
}

/// The copy that was made for a request.
fn copy_of(tab: &Tab, request: Request) -> DocumentId {
    let copy = tab.copies.iter().find(|(of, _)| *of == request);
    copy.expect("the shell was told of a copy").1.document
}

#[test]
fn a_copy_is_a_saved_document_and_the_original_is_as_it_was() {
    let (disk, line, mut tab, doc) = dirty();
    let before = records(&disk, "original");
    let request = save_as(&mut tab, doc, "copy");
    assert_eq!(revision_of(&tab, request), 1);
    let copy = copy_of(&tab, request);
    let status = tab.status(copy);
    assert_eq!((status.dirty, status.revision), (false, Some(1)));
    assert_eq!((tab.value(copy), line.text("copy").unwrap()), (tab.value(doc), tab.value(doc)));
    assert_eq!(records(&disk, "original"), before);
    assert_eq!((tab.value(doc), tab.status(doc).dirty), (r#"{"text":1}"#.into(), true));
    assert_eq!(line.text("original").unwrap(), r#"{"text":0}"#);
    tab.put(copy, "/text", "2");
    tab.put(doc, "/text", "3");
    assert_eq!((tab.value(copy), tab.value(doc)), ("{\"text\":2}".into(), "{\"text\":3}".into()));
}

#[test]
fn a_value_that_was_changed_in_place_is_what_is_copied() {
    let (_disk, line, mut tab, doc) = dirty();
    tab.mutate(doc, "/text", "2");
    let request = save_as(&mut tab, doc, "copy");
    assert_eq!(revision_of(&tab, request), 1);
    assert_eq!(line.text("copy").unwrap(), r#"{"text":2}"#);
}

#[test]
fn of_a_copy_that_the_server_refuses_nothing_is_left_and_the_original_never_hears() {
    let (disk, line, mut tab, doc) = dirty();
    let (before, status) = (records(&disk, "original"), tab.status(doc));
    line.strike([Fault::Status(422)]);
    let request = save_as(&mut tab, doc, "copy");
    let refused = Answer::Failed(EngineError::Refused { status: 422 });
    assert_eq!(tab.answer(request), Some(&refused));
    let copy = copy_of(&tab, request);
    tab.wait(60_000);
    assert!(tab.engine.status(copy).is_none(), "it is closed");
    assert_eq!(tab.status(doc), status);
    assert_untouched(&before, (&disk, &line, &tab), doc);
}

#[test]
fn a_copy_under_an_id_that_somebody_has_is_refused() {
    let (disk, line, mut tab, doc) = dirty();
    let request = save_as(&mut tab, doc, "original");
    assert_eq!(tab.answer(request), Some(&Answer::Failed(EngineError::Exists)));
    let mut other = Tab::on_line(&Disk::default(), &line, B);
    saved_on_line(&mut other, "taken", r#"{"text":9}"#);
    let before = records(&disk, "original");
    let request = save_as(&mut tab, doc, "taken");
    assert_eq!(tab.answer(request), Some(&Answer::Failed(EngineError::Exists)));
    tab.wait(60_000);
    assert_eq!(records(&disk, "taken"), []);
    assert_eq!(line.text("taken").unwrap(), r#"{"text":9}"#);
    assert_untouched(&before, (&disk, &line, &tab), doc);
}

#[test]
fn a_copy_that_cannot_be_sent_waits_and_is_sent_later() {
    let (_disk, line, mut tab, doc) = dirty();
    tab.send(Event::Offline);
    let request = save_as(&mut tab, doc, "copy");
    tab.wait(60_000);
    assert_eq!(queued(&tab, request), EngineError::Net(NetError::Offline));
    let copy = copy_of(&tab, request);
    assert!(tab.status(copy).dirty);
    tab.send(Event::Online);
    tab.wait(60_000);
    assert_eq!((line.revision("copy"), tab.status(copy).dirty), (1, false));
}

#[test]
fn without_a_server_a_copy_is_saved_here_with_a_version() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "original", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(5_000);
    let before = records(&disk, "original");
    let request = save_as(&mut tab, doc, "copy");
    assert_eq!(revision_of(&tab, request), 1);
    let copy = copy_of(&tab, request);
    let version = (1, Kind::LocalSave, "Copy".to_string(), r#"{"text":1}"#.to_string());
    assert_eq!(told(&mut tab, copy), [version]);
    assert_eq!(told(&mut tab, doc), []);
    assert_eq!(records(&disk, "original"), before);
}

#[test]
fn of_a_copy_whose_version_or_base_cannot_be_stored_nothing_is_left() {
    for writes_before in 0..3 {
        let disk = Disk::default();
        let mut tab = Tab::new(&disk, A);
        let doc = saved(&mut tab, "original", r#"{"text":0}"#);
        tab.put(doc, "/text", "1");
        tab.wait(5_000);
        let before = records(&disk, "original");
        disk.strike(
            crate::disk::DEVICE,
            crate::disk::Fault {
                nth: 1 + writes_before,
                times: 1,
                error: StoreError::Aborted,
                only_writes: true,
                is_stored: false,
            },
        );
        let request = save_as(&mut tab, doc, "copy");
        tab.wait(60_000);
        assert_eq!(records(&disk, "original"), before);
        match tab.answer(request) {
            Some(Answer::Failed(EngineError::Store(StoreError::Aborted))) => {
                assert_eq!(records(&disk, "copy"), []);
                assert!(tab.engine.status(copy_of(&tab, request)).is_none());
            }
            Some(Answer::Saved { .. }) => {
                let copy = copy_of(&tab, request);
                let content = told(&mut tab, copy).remove(0).3;
                assert_eq!(content, r#"{"text":1}"#);
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(told(&mut tab, doc), []);
    }
}

#[test]
fn a_copy_that_breaks_a_limit_is_refused_and_gone() {
    let (disk, line, mut tab, doc) = dirty();
    let before = records(&disk, "original");
    let copy = NewCopy {
        collection: None,
        document: "copy".into(),
        title: "x".repeat(10_000),
        description: None,
    };
    let request = tab.ask(|request| Event::SaveAs { request, document: doc, copy: copy.into() });
    assert!(matches!(tab.answer(request), Some(Answer::Failed(EngineError::OutOfLimits(_)))));
    tab.wait(60_000);
    assert_untouched(&before, (&disk, &line, &tab), doc);
    let copy = NewCopy {
        collection: Some("unknown".into()),
        document: "copy".into(),
        title: "Copy".into(),
        description: None,
    };
    let request = tab.ask(|request| Event::SaveAs { request, document: doc, copy: copy.into() });
    assert_eq!(tab.answer(request), Some(&Answer::Failed(EngineError::UnknownCollection)));
}

#[test]
fn a_value_that_json_cannot_say_is_not_copied() {
    let (disk, _line, mut tab, doc) = dirty();
    tab.set_unspeakable(doc, Some("/text"));
    let request = save_as(&mut tab, doc, "copy");
    assert_eq!(tab.answer(request), Some(&Answer::Failed(EngineError::NotJson("/text".into()))));
    assert_eq!((records(&disk, "copy"), tab.copies.len()), (vec![], 0));
}

#[test]
fn a_document_in_conflict_can_be_saved_as_another() {
    let (_disk, line, mut tab, doc) = dirty();
    crate::steps::put_elsewhere(&line, "original", "/text", "9");
    crate::steps::sync(&mut tab);
    assert_eq!(tab.status(doc).sync, keepfast::engine::SyncTrack::Conflict);
    let request = save_as(&mut tab, doc, "copy");
    assert_eq!(revision_of(&tab, request), 1);
    assert_eq!(line.text("copy").unwrap(), r#"{"text":1}"#);
    assert_eq!(tab.status(doc).sync, keepfast::engine::SyncTrack::Conflict);
}
