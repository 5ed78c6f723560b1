//! Without a server, a "save" that only marks the document as clean promises what nobody has done.
//! Here it stores a base on this device, firmly, under the next revision, and says so when it is
//! there.

use crate::disk::{DEVICE, Disk, MEMORY, TAB};
use crate::shorthand::reloaded;
use crate::steps::{A, B, rename, revision_of, sync};
use crate::tab::Tab;
use keepfast::engine::{Answer, Durability, EngineError, SaveTrack, StoreError, SyncTrack};
use keepfast::record::Drawer;

#[test]
fn it_is_answered_when_the_base_is_stored_and_the_document_is_clean() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.wait(2_000);
    tab.hold();
    let save = tab.save(doc);
    assert_eq!((tab.answer(save), tab.status(doc).save), (None, SaveTrack::Saving));
    tab.release_one(); // the version, which comes first
    assert_eq!((tab.answer(save), tab.status(doc).save), (None, SaveTrack::Saving));
    let (_, durability, batch) = tab.writes.last().unwrap();
    assert_eq!((batch.put[0].key.drawer, *durability), (Drawer::Base, Some(Durability::Strict)));
    tab.release();
    assert_eq!(revision_of(&tab, save), 1);
    let status = tab.status(doc);
    assert_eq!((status.dirty, status.sync, status.save), (false, SyncTrack::Off, SaveTrack::Saved));
    tab.put(doc, "/text", "1");
    let save = tab.save(doc);
    assert_eq!(revision_of(&tab, save), 2);
    rename(&mut tab, doc, "Renamed");
    let save = tab.save(doc);
    assert_eq!(revision_of(&tab, save), 2, "the content is as it was");
    let save = tab.save(doc);
    assert_eq!(tab.answer(save), Some(&Answer::Failed(EngineError::NoChanges)));
    tab.wait(5_000);
    tab.kill();
    let mut next = Tab::new(&disk, B);
    let opened = next.load("a").unwrap();
    assert_eq!((&opened.title[..], opened.recovered), ("Renamed", false));
    assert_eq!(next.status(opened.document).revision, Some(2));
}

#[test]
fn an_edit_made_while_it_is_being_kept_stays_dirty() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.wait(2_000);
    tab.hold();
    let save = tab.save(doc);
    tab.release_one(); // the version, which comes first
    tab.put(doc, "/text", "1");
    tab.release();
    assert_eq!(revision_of(&tab, save), 1);
    assert!(tab.status(doc).dirty);
    tab.wait(2_000);
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":1}"#);
}

#[test]
fn one_that_no_store_takes_has_failed_and_the_document_is_dirty() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.wait(2_000);
    for store in [DEVICE, TAB, MEMORY] {
        disk.refuse(store, Some(StoreError::Quota));
    }
    let save = tab.save(doc);
    tab.wait(5_000);
    let answer = tab.answer(save);
    assert!(matches!(answer, Some(Answer::Failed(EngineError::Store(_)))), "{answer:?}");
    assert_eq!((tab.status(doc).save, tab.status(doc).dirty), (SaveTrack::Failed, true));
}

#[test]
fn there_is_nobody_to_ask_what_has_changed() {
    let mut tab = Tab::new(&Disk::default(), A);
    let look = sync(&mut tab);
    assert_eq!(tab.answer(look), Some(&Answer::Failed(EngineError::NoRemote)));
}
