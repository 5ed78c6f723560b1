//! P1: a save of newer content while one runs returns the running promise: success is reported, and
//! the old content is stored. Here every save is answered with the digest of content that has all
//! its edits, or not with success.

use crate::disk::Disk;
use crate::line::{Fault, Line};
use crate::steps::{A, put_elsewhere, saved_on_line};
use crate::tab::Tab;
use keepfast::engine::{Answer, EngineError};
use keepfast::json::digest;

#[test]
fn a_slow_save_of_the_old_content_is_no_promise_for_the_new() {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", r#""old""#);
    tab.hold_answers();
    let old = tab.save(doc);
    tab.put(doc, "/text", r#""new""#);
    let new = tab.save(doc);
    tab.wait(5_000);
    assert_eq!((tab.answer(old), tab.answer(new)), (None, None));
    tab.release_answers();
    let saved = |revision, text: &[u8]| Answer::Saved { revision, digest: digest(text) };
    assert_eq!(tab.answer(old), Some(&saved(2, br#"{"text":"old"}"#)));
    assert_eq!(tab.answer(new), Some(&saved(3, br#"{"text":"new"}"#)));
    assert_eq!(line.text("a").unwrap(), r#"{"text":"new"}"#);
}

#[test]
fn a_success_that_speaks_of_other_content_is_none() {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", r#""old""#);
    tab.save(doc);
    let stale = line.reading("a");
    tab.put(doc, "/text", r#""new""#);
    line.strike([Fault::Answer(stale), Fault::Status(200)]);
    let save = tab.save(doc);
    assert_eq!(tab.answer(save), None);
    tab.wait(5_000);
    let digest = digest(br#"{"text":"new"}"#);
    assert_eq!(tab.answer(save), Some(&Answer::Saved { revision: 3, digest }));
}

#[test]
fn of_two_saves_whose_base_has_moved_neither_is_called_a_success() {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    put_elsewhere(&line, "a", "/text", "9");
    tab.put(doc, "/text", "1");
    tab.hold_answers();
    let first = tab.save(doc);
    tab.put(doc, "/text", "2");
    let second = tab.save(doc);
    tab.release_answers();
    let conflict = Answer::Failed(EngineError::Conflict);
    assert_eq!([tab.answer(first), tab.answer(second)], [Some(&conflict); 2]);
    assert_eq!(line.text("a").unwrap(), r#"{"text":9}"#);
}
