//! A list of versions that leaves out what it cannot read tells a user that it never was. Here each
//! version is listed, said to be unreadable, or in a store that is said to be unread; and what is
//! read is what was kept, byte for byte, or an error.

use crate::disk::{DEVICE, Disk, MEMORY, TAB};
use crate::steps::{A, B, saved, with_notes};
use crate::tab::Tab;
use crate::versions::{revert, version};
use keepfast::engine::{
    Answer, CollectionOptions, DocumentId, EngineError, Event, PageOf, StoreError,
};
use keepfast::history::VersionError;
use keepfast::record::Drawer;

/// A document with the versions 1 to 5.
fn with_five() -> (Disk, Tab, DocumentId) {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    for text in 1..=5 {
        tab.put(doc, "/text", &text.to_string());
        tab.save(doc);
    }
    (disk, tab, doc)
}

fn page(tab: &mut Tab, document: DocumentId, limit: usize, cursor: Option<u64>) -> Answer {
    let page = PageOf { limit, cursor };
    let list = tab.ask(|request| Event::ListVersions { request, document, page });
    tab.answer(list).expect("it is answered").clone()
}

/// Numbers of a page, its cursor, numbers that cannot be read.
fn numbers(answer: &Answer) -> (Vec<u64>, Option<u64>, Vec<u64>) {
    match answer {
        Answer::Versions { entries, cursor, unreadable, .. } => {
            (entries.iter().map(|it| it.number).collect(), *cursor, unreadable.clone())
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn page_by_page_the_newest_first_and_none_twice() {
    let (_disk, mut tab, doc) = with_five();
    let first = page(&mut tab, doc, 2, None);
    assert_eq!(numbers(&first), (vec![5, 4], Some(4), vec![]));
    tab.put(doc, "/text", "6");
    tab.save(doc);
    let second = page(&mut tab, doc, 2, Some(4));
    assert_eq!(numbers(&second), (vec![3, 2], Some(2), vec![]));
    let last = page(&mut tab, doc, 2, Some(2));
    assert_eq!(numbers(&last), (vec![1], None, vec![]));
    assert_eq!(numbers(&page(&mut tab, doc, 0, None)).0, Vec::<u64>::new());
}

#[test]
fn each_says_when_and_of_what_it_was_made() {
    let (_disk, mut tab, doc) = with_five();
    let Answer::Versions { entries, .. } = page(&mut tab, doc, 9, None) else { panic!("no list") };
    let newest = &entries[0];
    assert_eq!((newest.about.parent, newest.bytes), (Some(4), 10));
    assert_eq!(newest.digest, keepfast::json::digest(br#"{"text":5}"#));
    assert!(newest.about.at_ms >= 1_700_000_000_000);
}

#[test]
fn an_unreadable_entry_is_named_and_the_others_are_listed() {
    let (disk, mut tab, doc) = with_five();
    let keys = disk.keys(DEVICE, Drawer::Version);
    disk.damage(DEVICE, &keys[2], |bytes| bytes[30] ^= 1);
    assert_eq!(numbers(&page(&mut tab, doc, 9, None)), (vec![5, 4, 2, 1], None, vec![3]));
    let error = EngineError::Version(VersionError::UnreadableEntry { number: 3 });
    assert_eq!(version(&mut tab, doc, 3), Err(error));
    assert_eq!(version(&mut tab, doc, 2).unwrap().content, br#"{"text":2}"#);
}

#[test]
fn one_that_never_was_is_unknown() {
    let (_disk, mut tab, doc) = with_five();
    for number in [0, 6, u64::MAX] {
        let error = EngineError::Version(VersionError::Unknown { number });
        assert_eq!(version(&mut tab, doc, number), Err(error));
    }
}

#[test]
fn a_store_that_cannot_be_read_is_named_and_nothing_is_said_to_be_absent() {
    let (disk, mut tab, doc) = with_five();
    disk.refuse_reading(DEVICE, Some(StoreError::Aborted));
    let Answer::Versions { entries, unread, .. } = page(&mut tab, doc, 9, None) else {
        panic!("no list")
    };
    assert_eq!((entries.len(), unread), (0, vec![DEVICE]));
    assert_eq!(version(&mut tab, doc, 5), Err(EngineError::Unavailable));
    disk.refuse_reading(DEVICE, None);
    assert_eq!(version(&mut tab, doc, 5).unwrap().content, br#"{"text":5}"#);
}

#[test]
fn those_of_all_stores_are_listed_and_read() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    revert(&mut tab, doc);
    disk.refuse(DEVICE, Some(StoreError::Quota));
    tab.put(doc, "/text", "2");
    tab.wait(5_000);
    revert(&mut tab, doc);
    disk.refuse(DEVICE, None);
    tab.wait(120_000);
    let (listed, _, _) = numbers(&page(&mut tab, doc, 9, None));
    assert_eq!(listed.len(), 2);
    assert_eq!(version(&mut tab, doc, listed[0]).unwrap().content, br#"{"text":2}"#);
    assert_eq!(version(&mut tab, doc, listed[1]).unwrap().content, br#"{"text":1}"#);
    assert_eq!(disk.keys(TAB, Drawer::Version).len(), 1);
}

#[test]
fn a_document_that_is_only_shown_shows_its_versions_too() {
    let (disk, tab, _) = with_five();
    tab.kill();
    let newer = CollectionOptions { schema_version: 2, ..Default::default() };
    let mut tab = Tab::with(&disk, with_notes(B, newer));
    let doc = tab.load("a").unwrap().document;
    tab.put(doc, "/text", "6");
    tab.save(doc);
    tab.wait(5_000);
    tab.kill();
    let mut tab = Tab::new(&disk, "writer-older-1");
    let doc = tab.load("a").unwrap();
    assert!(doc.read_only);
    assert_eq!(numbers(&page(&mut tab, doc.document, 9, None)).0.len(), 6);
    assert_eq!(version(&mut tab, doc.document, 6).unwrap().content, br#"{"text":6}"#);
    let back = revert(&mut tab, doc.document);
    assert_eq!(tab.answer(back), Some(&Answer::Failed(EngineError::ReadOnly)));
}

#[test]
fn what_is_asked_of_a_document_that_is_not_open_is_refused() {
    let (disk, mut tab, doc) = with_five();
    tab.close(doc);
    let answer = page(&mut tab, doc, 9, None);
    assert_eq!(answer, Answer::Failed(EngineError::NotOpen));
    assert_eq!(disk.keys(MEMORY, Drawer::Version), []);
}
