//! What a draft's records are: a checkpoint or the base, deltas that each build on the last record
//! known to be committed, and, when these have outgrown it, another checkpoint. Writing the whole
//! for each keystroke costs megabytes; deltas for ever cost as much to keep and to replay.

use crate::disk::{DEVICE, Disk};
use crate::shorthand::{draft_keys, reloaded};
use crate::tab::Tab;
use keepfast::engine::{Notice, StoreError};
use keepfast::record::{self, Body, Drawer, Kind};

/// Kinds of the draft records in the device store, in order.
fn kinds(disk: &Disk) -> Vec<Kind> {
    let drafts = disk.entries(DEVICE).into_iter().filter(|it| it.key.drawer == Drawer::Draft);
    drafts.map(|entry| record::decode(&entry.bytes).unwrap().header.kind).collect()
}

#[test]
fn an_edit_of_a_large_document_writes_a_small_delta() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let large = format!(r#"{{"large":"{}","text":""}}"#, "x".repeat(500_000));
    let doc = tab.saved_document("a", &large);
    let before = tab.writes.len();
    for edit in 0..20 {
        tab.put(doc, "/text", &edit.to_string());
        tab.wait(1_000);
    }
    let sizes = tab.writes[before..].iter().flat_map(|write| &write.2.put);
    let largest = sizes.map(|entry| entry.bytes.len()).max().unwrap();
    assert!(largest < 1_000, "{largest} bytes");
    assert!(kinds(&disk).iter().all(|kind| *kind == Kind::Delta), "they build on the base");
    tab.kill();
    assert!(reloaded(&disk, "a").unwrap().ends_with(r#","text":19}"#));
}

#[test]
fn each_delta_names_the_record_before_it_and_one_that_failed_is_not_built_upon() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.create("a", "Plan", r#"{"text":""}"#);
    tab.wait(1_000);
    for edit in 1..=5 {
        if edit == 3 {
            disk.fail_at(DEVICE, 1, 1, StoreError::Aborted);
        }
        tab.put(doc, "/text", &edit.to_string());
        tab.wait(5_000);
    }
    let mut last = None;
    for entry in disk.entries(DEVICE) {
        let record = record::decode(&entry.bytes).unwrap();
        match &record.body {
            Body::Whole(_) => assert_eq!(last, None, "the chain begins with the checkpoint"),
            Body::Delta(delta) => assert_eq!(Some(delta.predecessor), last),
            Body::Outbox(_) | Body::Head | Body::Lease(_) => panic!("nothing is saved"),
        }
        last = Some(record.checksum);
    }
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":5}"#);
}

#[test]
fn when_deltas_outgrow_it_a_checkpoint_follows_and_the_old_chain_goes_after_it_was_read_back() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.create("a", "Plan", r#"{"text":""}"#);
    tab.wait(1_000);
    let is_checkpoint = |notice: &Notice| matches!(notice, Notice::DraftStored { whole: true, .. });
    while tab.notices.iter().filter(|it| is_checkpoint(it)).count() < 2 {
        let old = disk.entries(DEVICE);
        disk.refuse_reading(DEVICE, Some(StoreError::Aborted));
        let edit = tab.numbers(doc).0;
        tab.put(doc, "/text", &edit.to_string());
        tab.wait(200);
        assert!(old.iter().all(|entry| disk.entries(DEVICE).contains(entry)), "edit {edit}");
    }
    assert!(kinds(&disk).len() > 60);
    disk.refuse_reading(DEVICE, None);
    tab.wait(60_000);
    assert_eq!(kinds(&disk)[0], Kind::Checkpoint);
    assert!(kinds(&disk).len() <= 2, "{:?}", kinds(&disk));
}

#[test]
fn edits_as_large_as_the_document_are_written_whole() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.create("a", "Plan", r#"{"text":""}"#);
    tab.wait(1_000);
    for edit in 0..20 {
        let text = format!("\"{edit}{}\"", "x".repeat(40_000));
        tab.put(doc, "/text", &text);
        tab.wait(1_000);
        let bytes: usize = disk.entries(DEVICE).iter().map(|entry| entry.bytes.len()).sum();
        assert!(bytes < 300_000, "{bytes} bytes for a draft of 40 000");
    }
    tab.kill();
    assert!(reloaded(&disk, "a").unwrap().starts_with(r#"{"text":"19x"#));
}

#[test]
fn ten_thousand_edits_leave_a_bounded_number_of_records() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    let mut most = 0;
    for edit in 0..10_000 {
        tab.put(doc, "/text", &edit.to_string());
        tab.wait(250);
        most = most.max(disk.entries(DEVICE).len());
    }
    assert!(most > 10, "{most}: the test writes deltas");
    assert!(most <= 140, "{most} records");
    let bytes: usize = disk.entries(DEVICE).iter().map(|entry| entry.bytes.len()).sum();
    assert!(bytes < 100_000, "{bytes} bytes");
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":9999}"#);
    assert!(draft_keys(&disk).len() <= 140);
}
