//! P7 over a server: the view goes away two seconds before the autosave, and the cleanup cancels
//! it. Here the edit is in the draft when the close is done, and what saves itself is saved when
//! the document is opened again.

use crate::disk::Disk;
use crate::line::Line;
use crate::shorthand::reloaded;
use crate::steps::{A, B, autosaving, saved_on_line};
use crate::tab::Tab;
use keepfast::engine::Autosave;

const EVERY: Autosave = Autosave::Debounced { debounce_ms: 2_000, max_wait_ms: 10_000 };

/// A device on which a document was closed before its edit was saved.
fn closed() -> (Disk, Line) {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line_with(&disk, &line, autosaving(A, EVERY));
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.put(doc, "/text", "2");
    let close = tab.close(doc);
    assert!(tab.is_done(close));
    tab.wait(60_000);
    assert_eq!(line.revision("a"), 1);
    tab.kill();
    (disk, line)
}

#[test]
fn the_last_edit_is_in_the_draft() {
    let (disk, _) = closed();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":2}"#);
}

#[test]
fn what_saves_itself_is_saved_when_it_is_opened_again() {
    let (disk, line) = closed();
    let mut tab = Tab::on_line_with(&disk, &line, autosaving(B, EVERY));
    let opened = tab.load("a").unwrap();
    assert!(opened.recovered);
    tab.wait(15_000);
    assert_eq!(line.text("a").unwrap(), r#"{"text":2}"#);
}

#[test]
fn a_new_document_saves_itself_as_well() {
    let line = Line::new();
    let mut tab = Tab::on_line_with(&Disk::default(), &line, autosaving(A, EVERY));
    tab.create("a", "Plan", r#"{"text":0}"#);
    tab.wait(15_000);
    assert_eq!(line.text("a").unwrap(), r#"{"text":0}"#);
}
