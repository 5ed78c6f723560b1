//! S3.6, S3.7: limits that only a form checks are none; limits that stop a draft lose work. Here
//! "equal" is allowed, one more is told with both numbers, by one function for every way out, and
//! the draft is stored whatever it says.

use crate::disk::Disk;
use crate::shorthand::reloaded;
use crate::tab::Tab;
use keepfast::engine::{DraftTrack, Event, Excess, Limited, Limits};

#[test]
fn the_limits_of_a_session_are_those_of_the_workbench() {
    let limits = Limits::default();
    assert_eq!(limits.content_bytes_max, 1_572_864);
    assert_eq!((limits.title_min, limits.title_max, limits.description_max), (1, 50, 250));
}

#[test]
fn content_of_exactly_the_limit_is_allowed_and_one_byte_more_is_not() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let frame = r#"{"text":""}"#.len();
    let text = |bytes: usize| format!("\"{}\"", "x".repeat(bytes - frame));
    let doc = tab.create("a", "Plan", &format!(r#"{{"text":{}}}"#, text(1_572_864)));
    assert_eq!(tab.status(doc).content_bytes, 1_572_864);
    assert_eq!(tab.engine.excesses(doc), []);
    let large = text(1_572_865);
    tab.put(doc, "/text", &large);
    tab.wait(1_000);
    let excess = Excess { what: Limited::Content, actual: 1_572_865, limit: 1_572_864 };
    assert_eq!(tab.engine.excesses(doc), [excess]);
    assert_eq!(tab.status(doc).draft, DraftTrack::Stored, "the draft is stored all the same");
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), format!(r#"{{"text":{large}}}"#));
}

#[test]
fn bytes_are_those_of_the_text_as_it_is_stored() {
    let limits = Limits { content_bytes_max: 6, ..Limits::default() };
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.create("a", "Plan", r#"["€",1]"#);
    assert_eq!(tab.status(doc).content_bytes, r#"["€",1]"#.len());
    let excess = Excess { what: Limited::Content, actual: 9, limit: 6 };
    assert_eq!(limits.check(tab.status(doc).content_bytes, "Plan", None), [excess]);
}

#[test]
fn titles_and_descriptions_count_characters_and_not_bytes() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    let mut say = |title: &str, description: Option<String>| {
        tab.send(Event::Renamed { document: doc, title: title.into() });
        tab.send(Event::Described { document: doc, description });
        tab.wait(1_000);
        assert_eq!(tab.status(doc).draft, DraftTrack::Stored, "a draft is stored all the same");
        tab.engine.excesses(doc)
    };
    assert_eq!(say(&"😀".repeat(50), Some("ä".repeat(250))), []);
    assert_eq!(say("x", Some(String::new())), []);
    let excess = |what, actual, limit| Excess { what, actual, limit };
    assert_eq!(say(&"😀".repeat(51), None), [excess(Limited::Title, 51, 50)]);
    assert_eq!(say("", None), [excess(Limited::Title, 0, 1)]);
    let long = Some("ä".repeat(251));
    assert_eq!(say("Plan", long), [excess(Limited::Description, 251, 250)]);
    tab.kill();
    let mut tab = Tab::new(&disk, "writer-b-0001");
    let opened = tab.load("a").unwrap();
    assert_eq!(opened.description.map(|text| text.chars().count()), Some(251));
}

#[test]
fn every_limit_that_is_broken_is_told() {
    let told = Limits::default().check(1_572_865, "", Some(&"x".repeat(251)));
    let what: Vec<_> = told.iter().map(|excess| excess.what).collect();
    assert_eq!(what, [Limited::Content, Limited::Title, Limited::Description]);
}
