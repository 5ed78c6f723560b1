//! W16: somebody renames a document, and the tab crashes. A system that looks at the content alone
//! stores nothing and shows nothing. Here title and description are edits like any other.

use crate::disk::Disk;
use crate::steps::{A, B, describe, rename, saved};
use crate::tab::Tab;
use keepfast::engine::{DraftTrack, Event, Opened};

fn reopened(disk: &Disk) -> Opened {
    Tab::new(disk, B).load("a").expect("the document is there")
}

#[test]
fn a_new_title_is_dirty_at_once_and_survives_the_crash() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    let before = tab.status(doc).accepted;
    rename(&mut tab, doc, "Other");
    let status = tab.status(doc);
    assert_eq!((status.dirty, status.accepted), (true, before + 1));
    tab.wait(2_000);
    assert_eq!(tab.status(doc).draft, DraftTrack::Stored);
    tab.kill();
    let opened = reopened(&disk);
    assert_eq!((&opened.title[..], opened.recovered), ("Other", true));
}

#[test]
fn a_description_that_is_given_changed_and_taken_away_survives_the_crash_each_time() {
    for (steps, expected) in [
        (&[Some("one")][..], Some("one")),
        (&[Some("one"), Some("two")][..], Some("two")),
        (&[Some("one"), Some("")][..], Some("")),
        (&[Some("one"), None][..], None),
    ] {
        let disk = Disk::default();
        let mut tab = Tab::new(&disk, A);
        let doc = tab.create("a", "Plan", r#"{"text":0}"#);
        for step in steps {
            describe(&mut tab, doc, *step);
            tab.wait(2_000);
        }
        tab.kill();
        assert_eq!(reopened(&disk).description.as_deref(), expected);
    }
}

#[test]
fn a_title_within_the_debounce_goes_with_the_exit_write() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    rename(&mut tab, doc, "First");
    rename(&mut tab, doc, "Second");
    tab.send(Event::Hidden);
    tab.kill();
    assert_eq!(reopened(&disk).title, "Second");
}

#[test]
fn a_title_given_back_is_clean_again() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    rename(&mut tab, doc, "Other");
    tab.wait(2_000);
    rename(&mut tab, doc, "Plan");
    tab.wait(60_000);
    assert_eq!((tab.status(doc).dirty, tab.status(doc).draft), (false, DraftTrack::Clean));
    tab.kill();
    assert!(!reopened(&disk).recovered);
}
