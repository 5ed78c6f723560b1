//! W19: the app is updated, and drafts of the version before no longer fit; or an older tab meets
//! a draft of a newer one. A system that drops what it cannot read leaves them unlisted for ever.
//! Here old drafts are migrated step by step, newer ones are shown and never written, and what
//! cannot be read at all is listed and can be exported.

use crate::disk::{DEVICE, Disk};
use crate::shorthand::to_later_format;
use crate::steps::{A, B, C, all_drafts, discard_draft, draft_of, records_of, saved, text_of};
use crate::tab::{Tab, options};
use keepfast::engine::{
    Answer, CollectionOptions, DraftState, EngineError, Event, Notice, Options, Token,
};
use keepfast::record::{RecordError, decode};

/// Options of an app whose collection has this schema version.
fn version(writer: &str, schema_version: u32) -> Options {
    let rules = CollectionOptions { schema_version, ..CollectionOptions::default() };
    Options { collections: [("notes".to_string(), rules)].into(), ..options(writer) }
}

/// What the app does: each version adds its number to the list `v`.
fn migrate(to: u32, text: &str) -> Option<String> {
    Some(text.replace("],\"v\":[", &format!("],\"v\":[{to},")))
}

/// A disk with a version 1 draft of a dead tab.
fn old() -> Disk {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"t":[0],"v":[1]}"#);
    tab.put(doc, "/t/0", "1");
    tab.wait(2_000);
    tab.kill();
    disk
}

fn open(disk: &Disk, writer: &str, schema_version: u32) -> Tab {
    let mut tab = Tab::with(disk, version(writer, schema_version));
    tab.migrate = migrate;
    tab
}

#[test]
fn an_old_draft_is_migrated_version_by_version_and_stays_until_it_is_saved() {
    let disk = old();
    let source = records_of(&disk, DEVICE, A);
    let mut tab = open(&disk, B, 3);
    let opened = tab.load("a").unwrap();
    assert_eq!((text_of(&opened), opened.recovered), (r#"{"t":[1],"v":[3,2,1]}"#, true));
    assert!(tab.status(opened.document).dirty);
    tab.wait(60_000);
    assert_eq!(records_of(&disk, DEVICE, A), source, "the old copy waits for the save");
    tab.saved(opened.document, 2, "Plan");
    tab.wait(60_000);
    assert_eq!(records_of(&disk, DEVICE, A), []);
    assert!(!tab.status(opened.document).dirty);
}

#[test]
fn a_migrated_draft_that_crashes_again_is_not_migrated_twice() {
    let disk = old();
    let source = records_of(&disk, DEVICE, A);
    let mut tab = open(&disk, B, 2);
    let doc = tab.load("a").unwrap().document;
    tab.put(doc, "/t/0", "2");
    tab.wait(2_000);
    tab.kill();
    let mut tab = open(&disk, C, 2);
    let opened = tab.load("a").unwrap();
    assert_eq!((text_of(&opened), opened.recovered), (r#"{"t":[2],"v":[2,1]}"#, true));
    assert_eq!(tab.drafts(), [], "the old copy is no draft of its own");
    tab.wait(60_000);
    assert_eq!(records_of(&disk, DEVICE, A), source, "the old copy still waits for the save");
    tab.saved(opened.document, 2, "Plan");
    tab.wait(60_000);
    assert_eq!(all_drafts(&disk), []);
}

#[test]
fn a_migrated_base_is_clean_and_writes_nothing_of_its_own() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    saved(&mut tab, "a", r#"{"t":[0],"v":[1]}"#);
    tab.kill();
    let mut tab = open(&disk, B, 2);
    let opened = tab.load("a").unwrap();
    assert_eq!(text_of(&opened), r#"{"t":[0],"v":[2,1]}"#);
    assert!(!tab.status(opened.document).dirty);
    tab.send(Event::Changed { document: opened.document });
    tab.wait(60_000);
    assert!(!tab.status(opened.document).dirty);
    assert_eq!(all_drafts(&disk), []);
    tab.put(opened.document, "/t/0", "5");
    tab.wait(2_000);
    tab.kill();
    let again = open(&disk, C, 2).load("a").unwrap();
    assert_eq!((text_of(&again), again.recovered), (r#"{"t":[5],"v":[2,1]}"#, true));
}

#[test]
fn a_draft_of_a_newer_version_is_shown_listed_and_never_written() {
    let disk = Disk::default();
    let mut tab = open(&disk, A, 2);
    tab.create("a", "Plan", r#"{"t":[0],"v":[2]}"#);
    tab.wait(2_000);
    tab.kill();
    let before = disk.entries(DEVICE);
    let mut tab = open(&disk, B, 1);
    let drafts = tab.drafts();
    assert_eq!(drafts.iter().map(|draft| draft.state).collect::<Vec<_>>(), [DraftState::Newer]);
    let opened = tab.load("a").unwrap();
    assert_eq!((text_of(&opened), opened.read_only), (r#"{"t":[0],"v":[2]}"#, true));
    tab.put(opened.document, "/t/0", "1");
    tab.send(Event::Renamed { document: opened.document, title: "Other".into() });
    tab.send(Event::Hidden);
    tab.wait(60_000);
    assert!(tab.status(opened.document).read_only);
    let discarded = tab.ask(|request| Event::Discard { request, document: opened.document });
    assert_eq!(tab.answer(discarded), Some(&Answer::Failed(EngineError::ReadOnly)));
    let closed = tab.close(opened.document);
    assert!(tab.is_done(closed));
    tab.wait(60_000);
    assert_eq!(disk.entries(DEVICE), before);
    assert!(tab.writes.is_empty());
}

#[test]
fn a_base_of_a_newer_version_is_shown_and_never_written() {
    let disk = Disk::default();
    let mut tab = open(&disk, A, 2);
    saved(&mut tab, "a", r#"{"t":[0],"v":[2]}"#);
    tab.kill();
    let before = disk.entries(DEVICE);
    let mut tab = open(&disk, B, 1);
    let opened = tab.load("a").unwrap();
    assert!(opened.read_only);
    tab.put(opened.document, "/t/0", "1");
    tab.send(Event::Hidden);
    tab.wait(60_000);
    assert_eq!(disk.entries(DEVICE), before);
}

#[test]
fn an_older_and_a_newer_app_take_turns_without_losing_anything() {
    let disk = old();
    let mut newer = open(&disk, B, 2);
    let doc = newer.load("a").unwrap().document;
    newer.put(doc, "/t/0", "2");
    newer.wait(2_000);
    newer.kill();
    let mut older = open(&disk, C, 1);
    let opened = older.load("a").unwrap();
    older.put(opened.document, "/t/0", "9");
    older.wait(60_000);
    older.kill();
    let mut newest = open(&disk, "writer-d-0004", 2);
    let texts: Vec<_> = newest.drafts().into_iter().map(|draft| draft.name.writer).collect();
    assert!(texts.contains(&B.to_string()), "{texts:?}");
    let recovered = newest.recover(draft_of(B, "a")).unwrap();
    assert_eq!(text_of(&recovered), r#"{"t":[2],"v":[2,1]}"#);
}

#[test]
fn an_unreadable_draft_is_listed_with_its_reason_exported_byte_for_byte_and_left_alone() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    tab.create("a", "Plan", r#"{"text":0}"#);
    tab.wait(2_000);
    tab.kill();
    for entry in disk.entries(DEVICE) {
        disk.damage(DEVICE, &entry.key, |bytes| bytes[80] ^= 1);
    }
    let before = disk.entries(DEVICE);
    let mut tab = Tab::new(&disk, B);
    let drafts = tab.drafts();
    assert_eq!((drafts.len(), drafts[0].state), (1, DraftState::Unreadable));
    assert_eq!(drafts[0].bytes, before.iter().map(|entry| entry.bytes.len()).sum::<usize>());
    let reasons = drafts[0].unusable.iter().map(|(_, reason)| reason);
    assert!(reasons.clone().all(|reason| *reason == RecordError::ChecksumMismatch));
    assert_eq!(reasons.count(), before.len());
    let is_told = |notice: &Notice| matches!(notice, Notice::Quarantined { .. });
    assert!(tab.notices.iter().any(is_told));
    assert_eq!(tab.load("a"), Err(EngineError::Unreadable));
    assert_eq!(tab.recover(draft_of(A, "a")), Err(EngineError::Unreadable));
    let draft = draft_of(A, "a");
    let exported = tab.ask(|request| Event::ExportDraft { request, draft });
    assert_eq!(tab.answer(exported), Some(&Answer::Exported(before.clone())));
    tab.wait(60_000);
    assert_eq!(disk.entries(DEVICE), before);
    let dropped = discard_draft(&mut tab, draft_of(A, "a"));
    assert!(tab.is_done(dropped));
    assert_eq!(disk.entries(DEVICE), []);
}

#[test]
fn an_unreadable_record_of_a_recovered_draft_stays_when_the_rest_goes() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    for text in ["1", "2"] {
        tab.put(doc, "/text", text);
        tab.wait(2_000);
    }
    let change = tab.status(doc).accepted;
    tab.kill();
    let newest = records_of(&disk, DEVICE, A).into_iter().filter(|entry| {
        let record = decode(&entry.bytes).expect("the record is whole");
        record.header.change == change
    });
    let newest: Vec<_> = newest.map(|entry| entry.key).collect();
    for key in &newest {
        disk.damage(DEVICE, key, |bytes| bytes[80] ^= 1);
    }
    let mut damaged = records_of(&disk, DEVICE, A);
    damaged.retain(|entry| newest.contains(&entry.key));
    assert!(!damaged.is_empty());
    let mut tab = Tab::new(&disk, B);
    let opened = tab.load("a").unwrap();
    assert_eq!((text_of(&opened), opened.recovered), (r#"{"text":1}"#, true));
    tab.wait(60_000);
    tab.saved(opened.document, 2, "Plan");
    tab.wait(60_000);
    assert_eq!(records_of(&disk, DEVICE, A), damaged);
    assert_eq!(tab.drafts()[0].state, DraftState::Unreadable);
}

#[test]
fn a_record_of_a_later_format_is_listed_and_kept() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    tab.create("a", "Plan", r#"{"text":0}"#);
    tab.wait(2_000);
    tab.kill();
    let key = disk.entries(DEVICE).pop().expect("a record").key;
    disk.damage(DEVICE, &key, |bytes| to_later_format(bytes));
    let bytes = disk.entries(DEVICE);
    assert!(matches!(decode(&bytes[0].bytes), Err(RecordError::NewerFormat { format: 9 })));
    let mut tab = Tab::new(&disk, B);
    let drafts = tab.drafts();
    assert_eq!(drafts[0].unusable[0].1, RecordError::NewerFormat { format: 9 });
    tab.wait(60_000);
    assert_eq!(disk.entries(DEVICE), bytes);
    tab.send(Event::Migrated { token: Token(999), text: b"1".to_vec() });
    assert_eq!(disk.entries(DEVICE), bytes);
}
