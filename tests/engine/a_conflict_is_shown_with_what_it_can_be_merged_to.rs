//! "Keep mine or take theirs" throws away half of the work where both sides wrote in different
//! places. Here a conflict comes with the state that both grew from, both sides, what they can be
//! merged to, and the places that are left to be decided.

use crate::disk::Disk;
use crate::line::Line;
use crate::steps::{
    A, put_elsewhere, rename, rename_elsewhere, resolve, revision_of, saved_on_line, sync,
    with_notes,
};
use crate::tab::Tab;
use keepfast::engine::{Choice, CollectionOptions, ConflictView, DocumentId};

const NOTE: &str = r#"{"body":"b","tags":["x"],"text":"t"}"#;

/// A document that was changed here and elsewhere.
fn contested(here: (&str, &str), there: (&str, &str)) -> (Line, Tab, DocumentId) {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", NOTE);
    tab.put(doc, here.0, here.1);
    tab.wait(2_000);
    put_elsewhere(&line, "a", there.0, there.1);
    sync(&mut tab);
    (line, tab, doc)
}

fn shown(tab: &Tab, document: DocumentId) -> ConflictView {
    tab.engine.conflict(document).expect("it is in conflict")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("canonical text is UTF-8")
}

#[test]
fn what_was_changed_in_different_places_is_merged_and_nothing_is_left_to_decide() {
    let (line, mut tab, doc) = contested(("/text", r#""mine""#), ("/body", r#""theirs""#));
    let view = shown(&tab, doc);
    assert_eq!(text(&view.base.unwrap().text), NOTE);
    assert_eq!(text(&view.mine.text), r#"{"body":"b","tags":["x"],"text":"mine"}"#);
    assert_eq!(text(&view.theirs.text), r#"{"body":"theirs","tags":["x"],"text":"t"}"#);
    assert_eq!(view.revision, 2);
    let merged = view.merged.unwrap();
    let both = r#"{"body":"theirs","tags":["x"],"text":"mine"}"#;
    assert_eq!((text(&merged.content), merged.conflicts.len(), merged.issues.len()), (both, 0, 0));
    let save = resolve(&mut tab, doc, Choice::Content(merged.content));
    assert_eq!(revision_of(&tab, save), 3);
    assert_eq!((line.text("a").unwrap(), tab.value(doc)), (both.into(), both.into()));
    assert_eq!(tab.engine.conflict(doc), None);
}

#[test]
fn what_both_changed_is_left_to_decide_with_all_three_values() {
    let (_line, tab, doc) = contested(("/text", r#""mine""#), ("/text", r#""theirs""#));
    let merged = shown(&tab, doc).merged.unwrap();
    assert_eq!(text(&merged.content), r#"{"body":"b","tags":["x"],"text":"mine"}"#);
    let [conflict] = &merged.conflicts[..] else { panic!("{:?}", merged.conflicts) };
    let value = |side: &Option<Vec<u8>>| side.as_deref().map(|bytes| text(bytes).to_string());
    assert_eq!(conflict.path, "/text");
    let values = [&conflict.base, &conflict.mine, &conflict.theirs].map(value);
    assert_eq!(values, [r#""t""#, r#""mine""#, r#""theirs""#].map(|it| Some(it.to_string())));
}

#[test]
fn a_merged_content_that_breaks_the_schema_is_said_to() {
    let schema = r#"{"discriminator":"kind","mapping":{
        "a":{"properties":{"n":{"type":"int32"}}},
        "b":{"properties":{"n":{"type":"string"}}}}}"#;
    let notes =
        CollectionOptions { schema: Some(schema.as_bytes().to_vec()), ..Default::default() };
    let line = Line::new();
    let mut tab = Tab::on_line_with(&Disk::default(), &line, with_notes(A, notes));
    let doc = saved_on_line(&mut tab, "a", r#"{"kind":"a","n":1}"#);
    tab.put(doc, "/n", "2");
    tab.wait(2_000);
    // Another version of the app, without the rule, has changed the kind alone.
    put_elsewhere(&line, "a", "/kind", r#""b""#);
    sync(&mut tab);
    let merged = shown(&tab, doc).merged.unwrap();
    assert_eq!(text(&merged.content), r#"{"kind":"b","n":2}"#);
    assert_eq!(merged.issues[0].instance_path, "/n");
}

#[test]
fn titles_are_part_of_both_sides() {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", NOTE);
    rename(&mut tab, doc, "Mine");
    rename_elsewhere(&line, "a", "Theirs");
    sync(&mut tab);
    let view = shown(&tab, doc);
    let base = view.base.unwrap();
    let titles = [&base.title, &view.mine.title, &view.theirs.title].map(|it| &it[..]);
    assert_eq!(titles, ["Plan", "Mine", "Theirs"]);
    assert_eq!(text(&view.merged.unwrap().content), NOTE);
}

#[test]
fn of_a_document_that_somebody_else_made_nothing_is_known_in_common() {
    let line = Line::new();
    let mut other = Tab::on_line(&Disk::default(), &line, "writer-other-1");
    saved_on_line(&mut other, "a", r#"{"text":"theirs"}"#);
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = tab.create("a", "Plan", r#"{"text":"mine"}"#);
    tab.save(doc);
    tab.wait(15_000);
    let view = shown(&tab, doc);
    assert_eq!(view.base, None);
    let merged = view.merged.unwrap();
    assert_eq!(text(&merged.content), r#"{"text":"mine"}"#);
    assert!(!merged.conflicts.is_empty());
}

#[test]
fn what_a_restored_server_has_is_not_merged_over_newer_work() {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":"old"}"#);
    let backup = line.with(|server| server.backup());
    tab.put(doc, "/text", r#""new""#);
    tab.save(doc);
    tab.wait(15_000);
    line.with(|server| server.restore(&backup, "life-2"));
    sync(&mut tab);
    let view = shown(&tab, doc);
    assert_eq!(view.base, None);
    let merged = view.merged.unwrap();
    assert_eq!(text(&merged.content), r#"{"text":"new"}"#);
    assert!(!merged.conflicts.is_empty());
}

#[test]
fn a_document_that_is_in_none_shows_none() {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", NOTE);
    assert_eq!(tab.engine.conflict(doc), None);
    assert_eq!(tab.engine.conflict(DocumentId(99)), None);
}
