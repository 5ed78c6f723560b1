//! W7: "save as" with the server down empties the original, makes it active again, and the next
//! save puts the emptiness over the server's copy. Here a copy is another document: the original is
//! not touched by making it, and a copy that failed is discarded alone.

use crate::disk::Disk;
use crate::line::{Fault, Line};
use crate::steps::{A, queued, saved_on_line};
use crate::tab::Tab;
use keepfast::engine::{Answer, DocumentId, EngineError, Event, NetError};
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
