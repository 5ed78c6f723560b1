//! N1: the model of a request has no expected revision, and reads do not return one, so that the
//! lock is never tried. Here no write leaves without its precondition, and every answer brings the
//! revision that the next one builds on.

use crate::disk::Disk;
use crate::line::{Fault, Line};
use crate::steps::{A, B, describe, put_elsewhere, rename, resolve, saved_on_line};
use crate::tab::Tab;
use keepfast::engine::{Choice, Event};
use keepfast::protocol::{Method, Request};

/// What a write says of the state that it builds on.
fn base(request: &Request) -> String {
    let names = ["if-match", "if-none-match"];
    let values: Vec<String> = names
        .iter()
        .filter_map(|name| Some(format!("{name}: {}", request.headers.value(name)?)))
        .collect();
    assert_eq!(values.len(), 1, "{request:?}");
    values.concat()
}

#[test]
fn creating_editing_patching_renaming_deciding_and_sending_again_all_name_it() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let long = format!(r#"{{"long":"{}","text":0}}"#, "x".repeat(9_000));
    let doc = saved_on_line(&mut tab, "a", &long);
    tab.put(doc, "/text", "1");
    tab.save(doc);
    tab.put(doc, "/long", "0");
    tab.save(doc);
    rename(&mut tab, doc, "Renamed");
    tab.save(doc);
    put_elsewhere(&line, "a", "/text", "2");
    tab.put(doc, "/text", "3");
    describe(&mut tab, doc, Some("why"));
    tab.save(doc);
    resolve(&mut tab, doc, Choice::Mine);
    line.delete("a");
    tab.put(doc, "/text", "4");
    tab.save(doc);
    resolve(&mut tab, doc, Choice::Mine);
    tab.put(doc, "/text", "5");
    line.strike([Fault::LoseRequest]);
    tab.save(doc);
    tab.kill();
    let mut next = Tab::on_line(&disk, &line, B);
    next.send(Event::Shown);
    next.wait(5_000);
    assert_eq!(line.text("a").unwrap(), r#"{"long":0,"text":5}"#);
    let writes = line.writes();
    let bases: Vec<String> = writes.iter().map(base).collect();
    assert_eq!(bases[0], "if-none-match: *");
    assert!(bases[1..].iter().all(|base| base.starts_with("if-match: \"")), "{bases:?}");
    assert!(writes.iter().any(|it| it.method == Method::Patch));
    assert!(writes.iter().all(|it| it.headers.has("idempotency-key")));
}

#[test]
fn every_answer_brings_the_revision_that_the_next_write_builds_on() {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    for revision in 2..6 {
        let tag = line.stored("a").unwrap().standing.position.content_tag();
        tab.put(doc, "/text", &revision.to_string());
        tab.save(doc);
        assert_eq!(base(line.writes().last().unwrap()), format!("if-match: {tag}"));
        assert_eq!(tab.status(doc).revision, Some(revision));
    }
    assert_eq!(line.reads(), 0, "no second request is needed to know it");
}
