//! W24: content is brought in step by step and a step fails midway. A system that fills the live
//! object leaves it half filled; the next backup stores that, and the next save spreads it. Here
//! everything is prepared aside: when a step fails, nothing is open, applied or written.

use crate::disk::{DEVICE, Disk};
use crate::steps::{A, B, C, draft_of, saved, text_of};
use crate::tab::{Tab, options};
use keepfast::engine::{CollectionOptions, DocumentId, EngineError, Options, Recovery};

fn open(disk: &Disk, writer: &str, migrate: fn(u32, &str) -> Option<String>) -> Tab {
    let rules = CollectionOptions { schema_version: 3, ..CollectionOptions::default() };
    let collections = [("notes".to_string(), rules)].into();
    let options = Options { collections, recovery: Recovery::Ask, ..options(writer) };
    let mut tab = Tab::with(disk, options);
    tab.migrate = migrate;
    tab
}

/// A disk with a version 1 base and a version 1 draft on it.
fn old() -> Disk {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(2_000);
    tab.kill();
    disk
}

#[test]
fn a_step_that_throws_opens_nothing_and_writes_nothing() {
    let throwing: [fn(u32, &str) -> Option<String>; 2] =
        [|_, _| None, |to, text| (to == 2).then(|| text.replace("text", "halfway"))];
    for migrate in throwing {
        let disk = old();
        let before = disk.entries(DEVICE);
        let mut tab = open(&disk, B, migrate);
        let failed = Err(EngineError::MigrationFailed("it threw".into()));
        assert_eq!(tab.load("a"), failed);
        assert_eq!(tab.recover(draft_of(A, "a")), failed);
        tab.wait(60_000);
        assert_eq!(disk.entries(DEVICE), before);
        assert!(tab.writes.is_empty());
        assert_eq!(tab.engine.status(DocumentId(1)), None);
    }
}

#[test]
fn a_step_whose_result_is_no_json_opens_nothing() {
    let disk = old();
    let before = disk.entries(DEVICE);
    let mut tab = open(&disk, B, |_, _| Some("{\"text\":".into()));
    assert!(matches!(tab.load("a"), Err(EngineError::Json(_))));
    tab.wait(60_000);
    assert_eq!(disk.entries(DEVICE), before);
}

#[test]
fn the_same_document_opens_when_the_migration_works_again() {
    let disk = old();
    let mut tab = open(&disk, B, |_, _| None);
    assert!(tab.load("a").is_err());
    tab.migrate = |to, text| Some(text.replace("\":", &format!("{to}\":")));
    let opened = tab.load("a").unwrap();
    assert_eq!(text_of(&opened), r#"{"text23":0}"#);
    let recovered = tab.recover(draft_of(A, "a")).unwrap();
    assert_eq!(text_of(&recovered), r#"{"text23":1}"#);
}

#[test]
fn an_open_document_is_as_it_was_when_recovering_into_it_fails() {
    let disk = old();
    let mut tab = open(&disk, B, |_, text| Some(text.into()));
    let doc = tab.load("a").unwrap().document;
    tab.wait(2_000);
    let (status, entries) = (tab.status(doc), disk.entries(DEVICE));
    tab.migrate = |_, _| None;
    assert!(tab.recover(draft_of(A, "a")).is_err());
    tab.wait(60_000);
    assert_eq!(tab.value(doc), r#"{"text":0}"#);
    assert_eq!(tab.status(doc), status);
    assert_eq!(disk.entries(DEVICE), entries);
    tab.kill();
    let drafts = Tab::new(&disk, C).drafts();
    assert_eq!(drafts.iter().map(|draft| &draft.name).collect::<Vec<_>>(), [&draft_of(A, "a")]);
}
