//! Going back to what was saved is the quickest way to lose an hour of work. Here what is given up
//! is a version before the base takes its place; only discarding is for good.

use crate::disk::{DEVICE, Disk};
use crate::shorthand::reloaded;
use crate::steps::{A, rename, saved};
use crate::tab::Tab;
use crate::versions::{one, revert, told, versions};
use keepfast::engine::{Answer, EngineError, StoreError};
use keepfast::history::Kind;
use keepfast::record::Drawer;

#[test]
fn the_content_is_a_version_and_the_base_is_back() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    rename(&mut tab, doc, "Renamed");
    let back = revert(&mut tab, doc);
    tab.wait(5_000);
    assert!(tab.is_done(back) && !tab.status(doc).dirty);
    assert_eq!(tab.applied.last().unwrap().1, "Plan");
    assert_eq!(tab.value(doc), r#"{"text":0}"#);
    let given_up = (1, Kind::Discarded, "Renamed".to_string(), r#"{"text":1}"#.to_string());
    assert_eq!(told(&mut tab, doc), [given_up]);
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":0}"#);
}

#[test]
fn a_value_that_was_changed_in_place_is_in_the_version() {
    let mut tab = Tab::new(&Disk::default(), A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.mutate(doc, "/text", "1");
    revert(&mut tab, doc);
    assert_eq!(tab.value(doc), r#"{"text":0}"#);
    assert_eq!(told(&mut tab, doc), [one(1, Kind::Discarded, r#"{"text":1}"#)]);
}

#[test]
fn what_equals_the_base_makes_no_version() {
    let mut tab = Tab::new(&Disk::default(), A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    let back = revert(&mut tab, doc);
    tab.wait(5_000);
    assert!(tab.is_done(back));
    assert_eq!(versions(&mut tab, doc), []);
}

#[test]
fn giving_the_same_up_twice_is_one_version() {
    let mut tab = Tab::new(&Disk::default(), A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    for _ in 0..2 {
        tab.put(doc, "/text", "1");
        revert(&mut tab, doc);
        tab.wait(5_000);
    }
    assert_eq!(told(&mut tab, doc), [one(1, Kind::Discarded, r#"{"text":1}"#)]);
}

#[test]
fn what_cannot_be_kept_is_not_given_up() {
    for error in [StoreError::Quota, StoreError::Aborted, StoreError::Unavailable] {
        let disk = Disk::default();
        let mut tab = Tab::new(&disk, A);
        let doc = saved(&mut tab, "a", r#"{"text":0}"#);
        tab.put(doc, "/text", "1");
        tab.wait(5_000);
        tab.hold();
        let back = revert(&mut tab, doc);
        tab.fail_held(error, false);
        assert_eq!(tab.answer(back), Some(&Answer::Failed(EngineError::Store(error))));
        assert_eq!((tab.value(doc), tab.status(doc).dirty), (r#"{"text":1}"#.into(), true));
        tab.kill();
        assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":1}"#);
    }
}

#[test]
fn a_value_that_json_cannot_say_is_not_given_up() {
    let mut tab = Tab::new(&Disk::default(), A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.set_unspeakable(doc, Some("/text"));
    let back = revert(&mut tab, doc);
    assert_eq!(tab.answer(back), Some(&Answer::Failed(EngineError::NotJson("/text".into()))));
    assert_eq!(tab.value(doc), r#"{"text":1}"#);
}

#[test]
fn without_a_base_there_is_nothing_to_go_back_to() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    let back = revert(&mut tab, doc);
    assert_eq!(tab.answer(back), Some(&Answer::Failed(EngineError::NoBase)));
    assert_eq!(tab.value(doc), r#"{"text":0}"#);
    assert_eq!(disk.keys(DEVICE, Drawer::Version), []);
}

#[test]
fn somebody_who_never_stops_typing_is_told_that_it_cannot_be_done_now() {
    let mut tab = Tab::new(&Disk::default(), A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.hold();
    let back = revert(&mut tab, doc);
    for text in 2..20 {
        tab.put(doc, "/text", &text.to_string());
        tab.release();
        tab.hold();
        tab.put(doc, "/text", &format!("-{text}"));
    }
    tab.release();
    tab.wait(5_000);
    assert!(tab.answer(back).is_some());
}

#[test]
fn while_a_save_is_being_stored_it_waits_and_goes_back_to_that() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.hold();
    tab.save(doc);
    tab.release_one(); // the version, which comes first
    tab.put(doc, "/text", "2");
    let back = revert(&mut tab, doc);
    assert_eq!((tab.answer(back), tab.value(doc)), (None, r#"{"text":2}"#.into()));
    tab.release();
    tab.wait(5_000);
    assert!(tab.is_done(back));
    assert_eq!((tab.value(doc), tab.status(doc).dirty), (r#"{"text":1}"#.into(), false));
    let kept = [one(1, Kind::LocalSave, r#"{"text":1}"#), one(2, Kind::Discarded, r#"{"text":2}"#)];
    assert_eq!(told(&mut tab, doc), kept);
}
