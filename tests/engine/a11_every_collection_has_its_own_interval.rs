//! A11: one interval is shared by all documents, and the last caller's wins. Here each document
//! follows the rule of its collection and its own edits.

use crate::disk::Disk;
use crate::line::Line;
use crate::steps::A;
use crate::tab::{Tab, options};
use keepfast::engine::{Autosave, CollectionOptions, Options};
use keepfast::protocol::Request;

fn rule(autosave: Autosave) -> CollectionOptions {
    CollectionOptions { autosave: Some(autosave), ..CollectionOptions::default() }
}

/// How often a document was written to.
fn writes(line: &Line, id: &str) -> usize {
    let is_its = |request: &&Request| request.path.contains(&format!("/{id}"));
    line.writes().iter().filter(is_its).count()
}

#[test]
fn each_document_is_saved_by_its_own_rule() {
    let line = Line::new();
    let quick = Autosave::Debounced { debounce_ms: 2_000, max_wait_ms: 10_000 };
    let slow = Autosave::Interval { interval_ms: 30_000 };
    let collections = [
        ("quick".to_string(), rule(quick)),
        ("slow".to_string(), rule(slow)),
        ("never".to_string(), rule(Autosave::Off)),
    ];
    let options = Options { collections: collections.into(), ..options(A) };
    let mut tab = Tab::on_line_with(&Disk::default(), &line, options);
    let of = ["never", "slow", "quick"];
    let docs = of.map(|name| tab.create_in(name, name, "Plan", r#"{"text":0}"#));
    let counts = |line: &Line| of.map(|name| writes(line, name));
    for doc in docs {
        tab.put(doc, "/text", "1");
    }
    tab.wait(2_000);
    assert_eq!(counts(&line), [0, 0, 1]);
    tab.wait(27_999);
    assert_eq!(counts(&line), [0, 0, 1]);
    tab.wait(1);
    assert_eq!(counts(&line), [0, 1, 1]);
    tab.put(docs[1], "/text", "2");
    tab.wait(15_000);
    tab.put(docs[2], "/text", "2");
    tab.wait(2_000);
    assert_eq!(counts(&line), [0, 1, 2]);
    tab.wait(13_000);
    assert_eq!(counts(&line), [0, 2, 2]);
}

#[test]
fn two_documents_of_one_collection_have_a_time_each() {
    let line = Line::new();
    let quick = Autosave::Debounced { debounce_ms: 2_000, max_wait_ms: 10_000 };
    let options = crate::steps::autosaving(A, quick);
    let mut tab = Tab::on_line_with(&Disk::default(), &line, options);
    let docs = ["one", "two"].map(|id| tab.create(id, "Plan", r#"{"text":0}"#));
    tab.put(docs[0], "/text", "1");
    tab.wait(1_500);
    tab.put(docs[1], "/text", "1");
    tab.wait(500);
    assert_eq!((line.revision("one"), line.revision("two")), (1, 0));
    tab.wait(1_500);
    assert_eq!((line.revision("one"), line.revision("two")), (1, 1));
}
