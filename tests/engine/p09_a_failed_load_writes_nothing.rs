//! P9: a load meets bytes it cannot read, makes a blank document in their place, and saves that
//! over them. Here a load that fails answers why, and touches nothing, however long one waits.

use crate::disk::{DEVICE, Disk, MEMORY, TAB};
use crate::shorthand::reloaded;
use crate::tab::{Tab, options};
use keepfast::engine::{CollectionOptions, EngineError, Options, StoreError};
use keepfast::record::Drawer;

/// A document of which the base and a draft are stored.
fn stored() -> Disk {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    tab.put(doc, "/text", "1");
    tab.wait(5_000);
    tab.kill();
    disk
}

/// Loads, waits, and gives back the error after seeing that nothing was written.
fn load_in_vain(disk: &Disk, tab: &mut Tab) -> EngineError {
    let before = disk.entries(DEVICE);
    let error = tab.load("a").expect_err("the load fails");
    tab.wait(600_000);
    assert!(tab.writes.is_empty(), "{:?}", tab.writes);
    assert_eq!(disk.entries(DEVICE), before);
    assert!(disk.entries(TAB).is_empty() && disk.entries(MEMORY).is_empty());
    error
}

#[test]
fn bytes_that_do_not_verify_stay_as_they_are() {
    let disk = stored();
    for entry in disk.entries(DEVICE) {
        disk.damage(DEVICE, &entry.key, |bytes| bytes[20] ^= 1);
    }
    let mut tab = Tab::new(&disk, "writer-b-0001");
    assert_eq!(load_in_vain(&disk, &mut tab), EngineError::Unreadable);
}

#[test]
fn a_store_that_cannot_be_read_is_not_an_empty_one() {
    let disk = stored();
    disk.refuse_reading(DEVICE, Some(StoreError::Aborted));
    let mut tab = Tab::new(&disk, "writer-b-0001");
    assert_eq!(load_in_vain(&disk, &mut tab), EngineError::Unavailable);
    disk.refuse_reading(DEVICE, None);
    let opened = tab.load("a").expect("it is read as soon as it can be");
    assert_eq!(opened.text, br#"{"text":1}"#);
}

#[test]
fn a_store_that_cannot_be_opened_is_not_an_empty_one() {
    let disk = stored();
    disk.refuse(DEVICE, Some(StoreError::Blocked));
    let mut tab = Tab::new(&disk, "writer-b-0001");
    assert_eq!(load_in_vain(&disk, &mut tab), EngineError::Unavailable);
}

#[test]
fn a_document_that_is_not_there_is_not_made() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-b-0001");
    assert_eq!(load_in_vain(&disk, &mut tab), EngineError::NotFound);
}

#[test]
fn a_migration_that_throws_leaves_the_old_records() {
    let disk = stored();
    let notes = CollectionOptions { schema_version: 2, ..CollectionOptions::default() };
    let collections = [("notes".to_string(), notes)].into();
    let mut tab = Tab::with(&disk, Options { collections, ..options("writer-b-0001") });
    tab.migrate = |_, _| None;
    let error = load_in_vain(&disk, &mut tab);
    assert_eq!(error, EngineError::MigrationFailed("it threw".into()));
}

#[test]
fn a_base_that_does_not_verify_costs_the_draft_nothing() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    for edit in 1..=70 {
        tab.put(doc, "/text", &edit.to_string());
        tab.wait(1_000);
    }
    tab.kill();
    for key in disk.keys(DEVICE, Drawer::Base) {
        disk.damage(DEVICE, &key, |bytes| bytes[20] ^= 1);
    }
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":70}"#);
    assert_eq!(disk.keys(DEVICE, Drawer::Base).len(), 1, "and it stays where it is");
}
