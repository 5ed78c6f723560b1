//! T4: requests and the autosave write through one temporary file without a lock, and mix. Here
//! one write of a document is on its way at a time, edits wait for the next, and no name is ever
//! used for two records.

use crate::disk::{DEVICE, Disk};
use crate::shorthand::reloaded;
use crate::tab::Tab;
use keepfast::engine::StoreError;
use keepfast::record::{Drawer, Key};
use std::collections::BTreeMap;

#[test]
fn edits_during_a_write_wait_for_the_next_one() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    tab.hold();
    for edit in 1..=50 {
        tab.put(doc, "/text", &edit.to_string());
        let _ = tab.flush(doc);
        tab.wait(100);
        assert_eq!(tab.held(), 1, "edit {edit}");
    }
    assert_eq!(tab.numbers(doc).1, tab.numbers(doc).0 - 50);
    tab.release();
    assert_eq!(tab.numbers(doc).1, tab.numbers(doc).0);
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":50}"#);
}

#[test]
fn no_key_is_written_twice_whatever_fails_and_whoever_writes() {
    let disk = Disk::default();
    let mut first = Tab::new(&disk, "writer-a-0001");
    let a = first.saved_document("a", r#"{"text":""}"#);
    let mut second = Tab::new(&disk, "writer-b-0001");
    let b = second.load("a").unwrap().document;
    for edit in 0..200_u32 {
        if edit % 7 == 0 {
            disk.fail_at(DEVICE, 1, 1 + edit % 3, StoreError::ConnectionLost);
        }
        first.put(a, "/text", &edit.to_string());
        second.put(b, "/text", &edit.to_string());
        first.wait(700);
        second.wait(700);
    }
    let mut names: BTreeMap<Key, Vec<u8>> = BTreeMap::new();
    for (_, _, batch) in first.writes.iter().chain(&second.writes) {
        for entry in batch.put.iter().filter(|entry| entry.key.drawer != Drawer::Tail) {
            let earlier = names.insert(entry.key.clone(), entry.bytes.clone());
            assert!(earlier.is_none_or(|bytes| bytes == entry.bytes), "{:?}", entry.key);
        }
    }
    assert!(names.len() > 200);
}
