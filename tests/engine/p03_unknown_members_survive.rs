//! P3: a newer version of the app has added members, the older one loads the document, keeps what
//! its schema names, and saves the rest away. Here content is what the app gave, whatever the
//! schema says of it: what is unknown is told of, and kept.

use crate::disk::Disk;
use crate::line::Line;
use crate::steps::{elsewhere, revision_of, saved_on_line, with_notes};
use crate::tab::{Tab, options};
use keepfast::engine::{Answer, CollectionOptions, EngineError, Options};

/// A schema that knows `text` and nothing else.
fn strict(writer: &str) -> Options {
    let schema = br#"{"properties":{"text":{"type":"string"}}}"#.to_vec();
    let notes = CollectionOptions { schema: Some(schema), ..CollectionOptions::default() };
    Options { collections: [("notes".to_string(), notes)].into(), ..options(writer) }
}

const NEWER: &str = r#"{"colour":{"r":1},"tags":["x",null],"text":"a"}"#;

#[test]
fn unknown_members_survive_loading() {
    let disk = Disk::default();
    let mut tab = Tab::with(&disk, strict("writer-a-0001"));
    let doc = tab.create("a", "Plan", NEWER);
    tab.saved(doc, 1, "Plan");
    tab.wait(5_000);
    tab.kill();
    let mut tab = Tab::with(&disk, strict("writer-b-0001"));
    let opened = tab.load("a").unwrap();
    assert_eq!(String::from_utf8(opened.text).unwrap(), NEWER);
    assert!(!opened.recovered);
}

#[test]
fn unknown_members_survive_edits_drafts_and_checkpoints() {
    let disk = Disk::default();
    let mut tab = Tab::with(&disk, strict("writer-a-0001"));
    let doc = tab.create("a", "Plan", NEWER);
    tab.saved(doc, 1, "Plan");
    tab.wait(5_000);
    for edit in 0..150 {
        tab.put(doc, "/text", &format!("\"{edit}\""));
        tab.wait(1_000);
    }
    tab.kill();
    let mut tab = Tab::with(&disk, strict("writer-b-0001"));
    let names = tab.drafts();
    let issues: Vec<_> = names[0].issues.iter().map(|issue| &issue.instance_path[..]).collect();
    assert_eq!(issues, ["/colour", "/tags"], "what the schema does not know is told");
    let opened = tab.load("a").unwrap();
    assert!(opened.recovered);
    let kept = r#"{"colour":{"r":1},"tags":["x",null],"text":"149"}"#;
    assert_eq!(String::from_utf8(opened.text).unwrap(), kept);
}

#[test]
fn unknown_members_survive_a_save_where_the_schema_allows_them() {
    let line = Line::new();
    let schema = br#"{"additionalProperties":true,"properties":{"text":{"type":"string"}}}"#;
    let schema = Some(schema.to_vec());
    let open = CollectionOptions { schema, ..CollectionOptions::default() };
    let mut tab = Tab::on_line_with(&Disk::default(), &line, with_notes("writer-a-0001", open));
    let doc = saved_on_line(&mut tab, "a", NEWER);
    tab.put(doc, "/text", r#""b""#);
    let save = tab.save(doc);
    assert_eq!(revision_of(&tab, save), 2);
    assert_eq!(line.text("a").unwrap(), NEWER.replace(r#""a""#, r#""b""#));
}

#[test]
fn where_it_does_not_the_save_is_refused_and_nothing_is_taken_away() {
    let line = Line::new();
    let mut newer = Tab::on_line(&Disk::default(), &line, "writer-a-0001");
    saved_on_line(&mut newer, "a", NEWER);
    let mut tab = Tab::on_line_with(&Disk::default(), &line, strict("writer-b-0001"));
    let doc = tab.load_from_server("a");
    tab.put(doc, "/text", r#""b""#);
    let save = tab.save(doc);
    assert!(matches!(tab.answer(save), Some(Answer::Failed(EngineError::Invalid(_)))));
    assert_eq!(tab.value(doc), NEWER.replace(r#""a""#, r#""b""#));
    let (other, there) = elsewhere(&line, "a");
    assert_eq!(other.value(there), NEWER);
}
