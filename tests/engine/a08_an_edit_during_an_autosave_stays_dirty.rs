//! A8, A9: an edit made while an autosave runs is marked as saved with it, and the autosave sends
//! the state of the moment at which the view was mounted. Here a save takes the value when it
//! begins, and what is edited afterwards is the next one's.

use crate::disk::Disk;
use crate::line::Line;
use crate::steps::{A, autosaving, saved_on_line};
use crate::tab::Tab;
use keepfast::engine::{Autosave, DocumentId};

fn autosaved() -> (Line, Tab, DocumentId) {
    let line = Line::new();
    let every = Autosave::Interval { interval_ms: 30_000 };
    let mut tab = Tab::on_line_with(&Disk::default(), &line, autosaving(A, every));
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    (line, tab, doc)
}

#[test]
fn the_edit_stays_dirty_and_is_in_the_next_autosave() {
    let (line, mut tab, doc) = autosaved();
    tab.put(doc, "/text", "1");
    tab.hold_answers();
    tab.wait(31_000);
    tab.put(doc, "/text", "2");
    tab.wait(1_000);
    tab.release_answers();
    assert_eq!(line.text("a").unwrap(), r#"{"text":1}"#);
    let status = tab.status(doc);
    assert_eq!((status.dirty, status.revision), (true, Some(2)));
    assert!(status.acknowledged < status.accepted);
    tab.wait(30_000);
    assert_eq!(line.text("a").unwrap(), r#"{"text":2}"#);
    assert!(!tab.status(doc).dirty);
}

#[test]
fn a_save_takes_the_value_of_the_moment_at_which_it_begins() {
    let (line, mut tab, doc) = autosaved();
    tab.put(doc, "/text", "1");
    tab.wait(20_000);
    tab.put(doc, "/text", "2");
    tab.wait(9_999);
    assert_eq!(line.revision("a"), 1);
    tab.mutate(doc, "/text", "3");
    tab.wait(1);
    assert_eq!((line.revision("a"), line.text("a").unwrap()), (2, r#"{"text":3}"#.into()));
    assert!(!tab.status(doc).dirty);
}
