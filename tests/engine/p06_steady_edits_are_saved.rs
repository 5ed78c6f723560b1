//! P6: with an edit every second, a save that waits for two quiet seconds is never made. Here an
//! autosave is put off by edits, and not beyond its maximum.

use crate::disk::Disk;
use crate::line::{Fault, Line};
use crate::steps::{A, saved_on_line, with_notes};
use crate::tab::Tab;
use keepfast::engine::{CollectionOptions, DocumentId, Event, Preset};

fn of_preset(line: &Line, preset: Preset) -> (Tab, DocumentId) {
    let notes = CollectionOptions { preset, ..CollectionOptions::default() };
    let mut tab = Tab::on_line_with(&Disk::default(), line, with_notes(A, notes));
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    (tab, doc)
}

/// Seconds at which the server got something, with an edit every second.
fn saved_at(tab: &mut Tab, line: &Line, doc: DocumentId, seconds: u64) -> Vec<u64> {
    let mut at = Vec::new();
    for second in 1..=seconds {
        let before = line.revision("a");
        tab.put(doc, "/text", &second.to_string());
        tab.wait(1_000);
        at.extend((before < line.revision("a")).then_some(second));
    }
    at
}

#[test]
fn a_project_under_steady_edits_is_saved_every_ten_seconds() {
    let line = Line::new();
    let (mut tab, doc) = of_preset(&line, Preset::Project);
    assert_eq!(saved_at(&mut tab, &line, doc, 35), [10, 20, 30]);
    tab.wait(3_000);
    assert_eq!(line.text("a").unwrap(), r#"{"text":35}"#);
    assert!(!tab.status(doc).dirty);
}

#[test]
fn a_project_at_rest_is_saved_two_seconds_after_the_edit() {
    let line = Line::new();
    let (mut tab, doc) = of_preset(&line, Preset::Project);
    tab.put(doc, "/text", "1");
    tab.wait(1_999);
    assert_eq!(line.revision("a"), 1);
    tab.wait(1);
    assert_eq!(line.revision("a"), 2);
    tab.wait(600_000);
    assert_eq!((line.revision("a"), line.writes().len()), (2, 2), "and not again");
}

#[test]
fn an_autosave_takes_what_was_mutated_in_place_after_the_page_was_hidden() {
    let line = Line::new();
    let (mut tab, doc) = of_preset(&line, Preset::Notebook);
    tab.put(doc, "/text", "1");
    // The page is hidden, and the whole value looked at; that says nothing of what comes later.
    tab.send(Event::Hidden);
    tab.send(Event::Shown);
    tab.mutate(doc, "/text", "2");
    tab.wait(60_000);
    assert_eq!((line.text("a").unwrap(), line.revision("a")), (r#"{"text":2}"#.into(), 2));
}

#[test]
fn a_notebook_is_saved_every_half_minute_and_a_session_only_when_asked() {
    let line = Line::new();
    let (mut tab, doc) = of_preset(&line, Preset::Notebook);
    assert_eq!(saved_at(&mut tab, &line, doc, 65), [30, 60]);
    let line = Line::new();
    let (mut tab, doc) = of_preset(&line, Preset::Session);
    assert_eq!(saved_at(&mut tab, &line, doc, 65), [0_u64; 0]);
    assert!(tab.status(doc).dirty);
}

#[test]
fn tasks_are_saved_every_five_minutes_and_an_error_ends_nothing() {
    let line = Line::new();
    let (mut tab, doc) = of_preset(&line, Preset::Tasks);
    tab.put(doc, "/text", "1");
    tab.wait(299_999);
    assert_eq!(line.revision("a"), 1);
    tab.wait(1);
    assert_eq!(line.revision("a"), 2);
    tab.put(doc, "/text", "2");
    tab.wait(299_000);
    line.strike((0..3).map(|_| Fault::Status(500)));
    tab.wait(60_000);
    assert_eq!(line.revision("a"), 3);
    tab.put(doc, "/text", "3");
    tab.wait(300_000);
    assert_eq!((line.revision("a"), tab.status(doc).dirty), (4, false));
}
