//! A save that makes no version leaves nothing to go back to; an autosave that makes one buries
//! those of the user. Here a save that somebody asked for is a version before it is the base, and
//! one that cannot be a version is no save.

use crate::disk::{DEVICE, Disk, MEMORY, TAB};
use crate::steps::{A, B, autosaving, rename, revision_of};
use crate::tab::Tab;
use crate::versions::{one, told, versions};
use keepfast::engine::{Answer, Autosave, EngineError, Event, SaveTrack, StoreError};
use keepfast::history::Kind;
use keepfast::record::Drawer;

#[test]
fn each_is_one_of_its_own_and_grew_from_the_one_before() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.save(doc);
    tab.put(doc, "/text", "1");
    tab.save(doc);
    rename(&mut tab, doc, "Renamed");
    tab.save(doc);
    let first = one(1, Kind::LocalSave, r#"{"text":0}"#);
    let second = one(2, Kind::LocalSave, r#"{"text":1}"#);
    let third = (3, Kind::LocalSave, "Renamed".to_string(), r#"{"text":1}"#.to_string());
    assert_eq!(told(&mut tab, doc), [first, second, third]);
    let parents: Vec<_> = versions(&mut tab, doc).iter().map(|it| it.about.parent).collect();
    assert_eq!(parents, [None, Some(1), Some(2)]);
}

#[test]
fn what_is_saved_twice_is_one_version() {
    let mut tab = Tab::new(&Disk::default(), A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.save(doc);
    let save = tab.save(doc);
    assert_eq!(tab.answer(save), Some(&Answer::Failed(EngineError::NoChanges)));
    assert_eq!(versions(&mut tab, doc).len(), 1);
}

#[test]
fn an_autosave_makes_none_and_a_save_after_it_does() {
    let autosave = Autosave::Debounced { debounce_ms: 1_000, max_wait_ms: 5_000 };
    let mut tab = Tab::with(&Disk::default(), autosaving(A, autosave));
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(10_000);
    assert_eq!((tab.status(doc).dirty, tab.status(doc).revision), (false, Some(1)));
    assert_eq!(versions(&mut tab, doc), []);
    let save = tab.save(doc);
    assert_eq!(revision_of(&tab, save), 1, "the base is as it was");
    assert_eq!(told(&mut tab, doc), [one(1, Kind::LocalSave, r#"{"text":1}"#)]);
    let save = tab.save(doc);
    assert_eq!(tab.answer(save), Some(&Answer::Failed(EngineError::NoChanges)));
}

#[test]
fn without_its_version_it_is_not_saved() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.wait(5_000);
    tab.hold();
    let save = tab.save(doc);
    tab.fail_held(StoreError::Aborted, false);
    let failed = Answer::Failed(EngineError::Store(StoreError::Aborted));
    assert_eq!(tab.answer(save), Some(&failed));
    let status = tab.status(doc);
    assert_eq!((status.save, status.dirty, status.revision), (SaveTrack::Failed, true, None));
    assert_eq!(disk.keys(DEVICE, Drawer::Base), []);
    let save = tab.save(doc);
    assert_eq!(revision_of(&tab, save), 1);
    assert_eq!(versions(&mut tab, doc).len(), 1);
}

#[test]
fn one_that_is_stored_although_the_store_says_no_is_not_made_again() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.wait(5_000);
    tab.hold();
    tab.save(doc);
    tab.fail_held(StoreError::ConnectionLost, true);
    let save = tab.save(doc);
    assert_eq!(revision_of(&tab, save), 1);
    assert_eq!(told(&mut tab, doc), [one(1, Kind::LocalSave, r#"{"text":0}"#)]);
}

#[test]
fn an_edit_made_while_the_version_is_written_is_not_in_it_and_stays_dirty() {
    let mut tab = Tab::new(&Disk::default(), A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.wait(5_000);
    tab.hold();
    let save = tab.save(doc);
    tab.put(doc, "/text", "1");
    tab.wait(5_000);
    assert_eq!((tab.answer(save), tab.status(doc).save), (None, SaveTrack::Saving));
    tab.release();
    assert_eq!((revision_of(&tab, save), tab.status(doc).dirty), (1, true));
    assert_eq!(told(&mut tab, doc), [one(1, Kind::LocalSave, r#"{"text":0}"#)]);
}

#[test]
fn a_save_asked_for_meanwhile_follows_with_a_version_of_its_own() {
    let mut tab = Tab::new(&Disk::default(), A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.wait(5_000);
    tab.hold();
    let first = tab.save(doc);
    tab.put(doc, "/text", "1");
    let second = tab.save(doc);
    tab.release();
    tab.wait(1_000);
    assert_eq!((revision_of(&tab, first), revision_of(&tab, second)), (1, 2));
    assert_eq!(versions(&mut tab, doc).len(), 2);
}

#[test]
fn one_that_is_discarded_while_its_version_is_written_is_not_saved() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.save(doc);
    tab.put(doc, "/text", "1");
    tab.wait(5_000);
    tab.hold();
    let save = tab.save(doc);
    let discard = tab.discard(doc);
    assert_eq!(tab.answer(save), Some(&Answer::Failed(EngineError::NoChanges)));
    tab.release();
    tab.wait(5_000);
    assert!(tab.is_done(discard));
    assert_eq!((tab.value(doc), tab.status(doc).revision), (r#"{"text":0}"#.into(), Some(1)));
}

#[test]
fn closing_while_it_is_written_waits_for_the_save() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.wait(5_000);
    tab.hold();
    let save = tab.save(doc);
    let close = tab.close(doc);
    assert_eq!((tab.answer(save), tab.answer(close)), (None, None));
    tab.release();
    tab.wait(2_000);
    assert!(tab.is_done(close));
    assert_eq!(revision_of(&tab, save), 1);
    let opened = tab.load("a").unwrap();
    assert!(!opened.recovered && !tab.status(opened.document).dirty);
}

#[test]
fn where_no_store_opens_it_fails_at_once() {
    let disk = Disk::default();
    for store in [DEVICE, TAB, MEMORY] {
        disk.refuse(store, Some(StoreError::Unavailable));
    }
    let mut tab = Tab::new(&disk, A);
    let request = tab.ask(|request| Event::Create {
        request,
        collection: "notes".into(),
        document: "a".into(),
        title: "Plan".into(),
        description: None,
        text: b"{}".to_vec(),
    });
    let Some(Answer::Opened(opened)) = tab.answer(request).cloned() else { panic!("not opened") };
    let save = tab.save(opened.document);
    let failed = Answer::Failed(EngineError::Store(StoreError::Unavailable));
    assert_eq!(tab.answer(save), Some(&failed));
}

#[test]
fn a_version_that_could_not_be_read_stops_no_other_tab_from_saving() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.save(doc);
    let key = disk.keys(DEVICE, Drawer::Version).remove(0);
    disk.damage(DEVICE, &key, |bytes| bytes[20] ^= 1);
    tab.kill();
    let mut tab = Tab::new(&disk, B);
    let doc = tab.load("a").unwrap().document;
    tab.put(doc, "/text", "1");
    let save = tab.save(doc);
    assert_eq!(revision_of(&tab, save), 2);
    assert_eq!(told(&mut tab, doc), [one(2, Kind::LocalSave, r#"{"text":1}"#)]);
}
