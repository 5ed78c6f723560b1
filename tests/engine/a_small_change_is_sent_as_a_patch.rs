//! A large document is changed in one place, and sent whole every time. Here a small change goes as
//! a patch that names the digest it must lead to; where it does not, the whole follows, on the same
//! base, and is never asked about.

use crate::disk::Disk;
use crate::line::{Fault, Line};
use crate::steps::{A, B, revision_of, saved_on_line};
use crate::tab::Tab;
use keepfast::engine::DocumentId;
use keepfast::protocol::{Method, Problem};

fn large(text: u32) -> String {
    format!(r#"{{"long":"{}","text":{text}}}"#, "x".repeat(20_000))
}

fn saved() -> (Disk, Line, Tab, DocumentId) {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", &large(0));
    (disk, line, tab, doc)
}

#[test]
fn a_small_change_in_a_large_document_is_a_patch() {
    let (_disk, line, mut tab, doc) = saved();
    tab.put(doc, "/text", "1");
    let save = tab.save(doc);
    assert_eq!((revision_of(&tab, save), line.text("a").unwrap()), (2, large(1)));
    let sent = line.writes().pop().unwrap();
    assert_eq!(sent.method, Method::Patch);
    assert!(sent.body.len() < 500, "{}", sent.body.len());
}

#[test]
fn a_large_change_and_a_small_document_are_sent_whole() {
    let (_disk, line, mut tab, doc) = saved();
    tab.put(doc, "/long", &format!("\"{}\"", "y".repeat(20_000)));
    tab.save(doc);
    let small = saved_on_line(&mut tab, "b", r#"{"text":0}"#);
    tab.put(small, "/text", "1");
    tab.save(small);
    assert!(line.writes().iter().all(|it| it.method == Method::Put));
    assert_eq!((line.revision("a"), line.revision("b")), (2, 2));
}

#[test]
fn a_patch_that_does_not_fit_is_followed_by_the_whole_on_the_same_base() {
    let (_disk, line, mut tab, doc) = saved();
    tab.put(doc, "/text", "1");
    line.strike([Fault::Refuse(Problem::PatchMismatch)]);
    let save = tab.save(doc);
    assert_eq!((revision_of(&tab, save), line.text("a").unwrap()), (2, large(1)));
    let writes = line.writes();
    let [_, patch, whole] = &writes[..] else { panic!("{writes:?}") };
    assert_eq!((patch.method, whole.method), (Method::Patch, Method::Put));
    let base = |it: &keepfast::protocol::Request| it.headers.value("if-match").map(String::from);
    assert_eq!(base(patch), base(whole));
    let key =
        |it: &keepfast::protocol::Request| it.headers.value("idempotency-key").map(String::from);
    assert_ne!(key(patch), key(whole), "the same key means the same bytes");
}

#[test]
fn a_patch_whose_answer_was_lost_is_told_whole_by_the_next_tab_and_stored_once() {
    let (disk, line, mut tab, doc) = saved();
    tab.put(doc, "/text", "1");
    line.strike([Fault::LoseResponse]);
    tab.save(doc);
    tab.kill();
    let mut next = Tab::on_line(&disk, &line, B);
    next.wait(5_000);
    assert_eq!((line.revision("a"), line.text("a").unwrap()), (2, large(1)));
    let doc = next.load("a").unwrap().document;
    assert_eq!((next.status(doc).dirty, next.status(doc).revision), (false, Some(2)));
}
