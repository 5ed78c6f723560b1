//! W25: the state is serialized once to hash it and once more to send it, and an edit in between
//! makes the two differ: what was saved looks unsaved for ever. Here one text is captured; its
//! digest is told, and the text itself is sent.

use crate::disk::Disk;
use crate::line::Line;
use crate::steps::{A, describe, rename, revision_of, saved_on_line};
use crate::tab::Tab;
use keepfast::engine::Answer;
use keepfast::json::digest;

#[test]
fn the_server_has_the_text_of_the_digest_whatever_is_edited_meanwhile() {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.hold();
    let save = tab.save(doc);
    tab.put(doc, "/text", "2");
    tab.wait(500);
    tab.hold_requests();
    tab.release();
    tab.put(doc, "/text", "3");
    tab.wait(500);
    tab.hold_answers();
    tab.release_requests();
    tab.put(doc, "/text", "4");
    tab.wait(500);
    tab.release_answers();
    let expected = digest(br#"{"text":1}"#);
    let saved = Answer::Saved { revision: 2, digest: expected };
    assert_eq!(tab.answer(save), Some(&saved));
    assert_eq!(line.stored("a").unwrap().standing.position.digest, Some(expected));
    let status = tab.status(doc);
    let hex: String = expected.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((&status.base_digest, status.dirty), (&Some(hex), true));
    let save = tab.save(doc);
    assert_eq!(revision_of(&tab, save), 3);
    assert_eq!(line.text("a").unwrap(), r#"{"text":4}"#);
    assert!(!tab.status(doc).dirty);
}

#[test]
fn a_value_mutated_behind_our_back_is_part_of_the_digest_and_of_what_is_sent() {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"left":0,"right":0}"#);
    tab.put(doc, "/left", "1");
    tab.wait(2_000);
    tab.mutate(doc, "/right", "2");
    let save = tab.save(doc);
    let expected = digest(br#"{"left":1,"right":2}"#);
    assert_eq!(tab.answer(save), Some(&Answer::Saved { revision: 2, digest: expected }));
    assert_eq!(line.text("a").unwrap(), r#"{"left":1,"right":2}"#);
}

#[test]
fn title_and_description_are_those_of_the_same_moment() {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    rename(&mut tab, doc, "One");
    tab.hold_requests();
    let save = tab.save(doc);
    rename(&mut tab, doc, "Two");
    describe(&mut tab, doc, Some("later"));
    tab.release_requests();
    assert_eq!(revision_of(&tab, save), 2);
    let stored = line.stored("a").unwrap().standing.metadata;
    assert_eq!((&stored.title[..], stored.description), ("One", None));
    assert!(tab.status(doc).dirty);
}
