//! A2: a version is put into a list in the document, the database does not notice, and the version
//! is gone. A3: each version holds all earlier ones. Here versions are records of their own, of
//! which each costs what has changed.

use crate::disk::{DEVICE, Disk};
use crate::steps::{A, B};
use crate::tab::Tab;
use crate::versions::{one, told, version};
use keepfast::engine::{EngineError, Notice};
use keepfast::history::{Kind, VersionError};
use keepfast::record::Drawer;

#[test]
fn a_later_tab_lists_and_reads_it() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.save(doc);
    tab.kill();
    let mut tab = Tab::new(&disk, B);
    let doc = tab.load("a").unwrap().document;
    assert_eq!(told(&mut tab, doc), [one(1, Kind::LocalSave, r#"{"text":0}"#)]);
}

#[test]
fn a_hundred_versions_of_a_large_document_cost_a_fraction_of_it_each() {
    let mut tab = Tab::new(&Disk::default(), A);
    let cells: Vec<String> = (0..2_000).map(|n| format!(r#"{{"id":{n},"text":"cell"}}"#)).collect();
    let doc = tab.create("a", "Plan", &format!("[{}]", cells.join(",")));
    tab.save(doc);
    for n in 1..100 {
        tab.put(doc, &format!("/{}/text", n * 17), &format!("\"edit {n}\""));
        tab.save(doc);
    }
    let costs = tab.notices.iter().filter_map(|notice| match notice {
        Notice::VersionKept { bytes, .. } => Some(*bytes),
        _ => None,
    });
    let costs: Vec<usize> = costs.collect();
    assert_eq!(costs.len(), 100);
    assert!(costs[1..].iter().all(|bytes| *bytes < 8_000), "{costs:?}");
    let read = version(&mut tab, doc, 50).unwrap();
    let text = String::from_utf8(read.content).unwrap();
    assert!(text.contains("edit 49") && !text.contains("edit 50"));
}

#[test]
fn one_that_was_damaged_is_said_to_be_and_the_others_are_read() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.save(doc);
    let slice = disk.keys(DEVICE, Drawer::Slice).remove(0);
    tab.put(doc, "/text", "1");
    tab.save(doc);
    disk.damage(DEVICE, &slice, |bytes| bytes[1] ^= 1);
    let error = version(&mut tab, doc, 1).unwrap_err();
    let EngineError::Version(VersionError::DamagedSlice { number: 1, .. }) = error else {
        panic!("{error:?}")
    };
    assert_eq!(version(&mut tab, doc, 2).unwrap().content, br#"{"text":1}"#);
    disk.lose(DEVICE, &slice);
    let error = version(&mut tab, doc, 1).unwrap_err();
    assert!(matches!(error, EngineError::Version(VersionError::MissingSlice { number: 1, .. })));
}
