//! T1: recovery saves at once, and copies the corrupt main file over the good backup first. A
//! crash at that point leaves nothing. Here a new record is read back before an older one goes,
//! and one that does not verify stands for nothing.

use crate::disk::{DEVICE, Disk};
use crate::shorthand::{draft_keys, reloaded};
use crate::tab::Tab;
use keepfast::record;

/// A draft whose next record is a checkpoint.
fn before_the_checkpoint(disk: &Disk, tab: &mut Tab) -> keepfast::engine::DocumentId {
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.wait(1_000);
    while disk.keys(DEVICE, record::Drawer::Draft).len() < 65 {
        let edit = tab.numbers(doc).0;
        tab.put(doc, "/text", &edit.to_string());
        tab.wait(250);
    }
    doc
}

#[test]
fn a_checkpoint_that_rots_on_its_way_leaves_the_old_chain() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = before_the_checkpoint(&disk, &mut tab);
    let chain = disk.entries(DEVICE);
    disk.rot(DEVICE, 1);
    tab.put(doc, "/text", "\"rot\"");
    let here = disk.entries(DEVICE);
    assert!(chain.iter().all(|entry| here.contains(entry)), "the chain is as it was");
    assert!(tab.numbers(doc).1 < tab.numbers(doc).0, "rubbish is not said to be stored");
    tab.wait(5_000);
    assert_eq!(tab.numbers(doc).2, tab.numbers(doc).0, "another checkpoint is written");
    assert_eq!(draft_keys(&disk).len(), 1, "and it stands for what came before");
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":"rot"}"#);
}

#[test]
fn a_tab_that_dies_beside_a_rotten_checkpoint_leaves_the_chain_to_recover_from() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = before_the_checkpoint(&disk, &mut tab);
    let last = tab.value(doc);
    disk.rot(DEVICE, 1);
    tab.put(doc, "/text", "\"rot\"");
    tab.kill();
    let before = disk.entries(DEVICE);
    let mut tab = Tab::new(&disk, "writer-b-0001");
    let drafts = tab.drafts();
    assert_eq!(drafts[0].unusable.len(), 1, "the rubbish is listed");
    let rotten = drafts[0].unusable[0].0.clone();
    let opened = tab.load("a").unwrap();
    assert_eq!(String::from_utf8(opened.text).unwrap(), last);
    tab.put(opened.document, "/text", "\"on\"");
    tab.wait(60_000);
    let kept = before.iter().find(|entry| entry.key == rotten).unwrap();
    assert!(disk.entries(DEVICE).contains(kept), "and kept, byte for byte");
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":"on"}"#);
}

#[test]
fn a_store_that_keeps_nothing_but_rubbish_is_not_written_to_without_end() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = before_the_checkpoint(&disk, &mut tab);
    let chain = disk.entries(DEVICE);
    let writes = tab.writes.len();
    disk.rot(DEVICE, 1_000);
    tab.put(doc, "/text", "\"rot\"");
    tab.wait(10_000);
    let attempts = tab.writes.len() - writes;
    assert!((2..=20).contains(&attempts), "{attempts} attempts in ten seconds");
    let here = disk.entries(DEVICE);
    assert!(chain.iter().all(|entry| here.contains(entry)));
    assert!(tab.numbers(doc).1 < tab.numbers(doc).0);
    disk.rot(DEVICE, 0);
    tab.wait(60_000);
    assert_eq!(tab.numbers(doc).2, tab.numbers(doc).0);
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":"rot"}"#);
}
