//! T5: a write is acknowledged before the disk has it, and the power goes. Here two numbers are
//! shown: `stored` is what the store took, `flushed` what the disk has. The first is raised by any
//! write, the second by a strict one to a store that survives the browser.

use crate::disk::{DEVICE, Disk, TAB};
use crate::shorthand::reloaded;
use crate::tab::Tab;
use keepfast::engine::{Durability, Event, StoreError};

/// What the disk has when the power goes: everything up to the last strict write.
fn after_power_loss(tab: &Tab) -> Disk {
    let is_strict = |write: &(_, Option<Durability>, _)| write.1 == Some(Durability::Strict);
    let kept = tab.writes.iter().rposition(is_strict).map_or(0, |at| at + 1);
    let disk = Disk::default();
    for (store, _, batch) in tab.writes[..kept].iter().filter(|write| write.0 == DEVICE) {
        disk.write(*store, batch).expect("it was stored once");
    }
    disk
}

#[test]
fn after_every_edit_the_disk_has_at_least_what_is_flushed() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":0}"#);
    let before = tab.numbers(doc).0;
    let mut was_behind = false;
    for edit in 1..=300_u64 {
        tab.put(doc, "/text", &edit.to_string());
        tab.wait(edit * 37 % 400);
        let (accepted, stored, flushed) = tab.numbers(doc);
        assert!(accepted >= stored && stored >= flushed);
        was_behind |= stored > flushed;
        let text = reloaded(&after_power_loss(&tab), "a").expect("the base at least is there");
        let number = text.trim_start_matches(r#"{"text":"#).trim_end_matches('}');
        let kept: u64 = number.parse().expect("the content is a number");
        assert!(kept + before >= flushed, "flushed {flushed}, kept {text}");
    }
    assert!(was_behind, "the two numbers are not the same");
}

#[test]
fn the_leading_write_is_stored_and_the_one_after_the_pause_is_flushed() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":0}"#);
    let clean = tab.numbers(doc).0;
    tab.put(doc, "/text", "1");
    assert_eq!(tab.numbers(doc), (clean + 1, clean + 1, clean));
    assert_eq!(reloaded(&after_power_loss(&tab), "a").unwrap(), r#"{"text":0}"#);
    tab.wait(200);
    assert_eq!(tab.numbers(doc), (clean + 1, clean + 1, clean + 1));
    assert_eq!(reloaded(&after_power_loss(&tab), "a").unwrap(), r#"{"text":1}"#);
}

#[test]
fn an_exit_write_flushes_nothing_until_a_strict_one_follows() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(1_000);
    tab.put(doc, "/text", "2");
    tab.put(doc, "/text", "3");
    tab.send(Event::Hidden);
    let (accepted, stored, flushed) = tab.numbers(doc);
    assert_eq!((stored, flushed), (accepted, accepted - 2));
    tab.wait(1_000);
    assert_eq!(tab.numbers(doc), (accepted, accepted, accepted));
}

#[test]
fn a_store_that_survives_the_tab_alone_never_flushes() {
    let disk = Disk::default();
    disk.refuse(DEVICE, Some(StoreError::Unavailable));
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    let flush = tab.flush(doc);
    assert!(tab.is_done(flush));
    assert_eq!(tab.numbers(doc), (2, 2, 0));
    assert_eq!(tab.engine.health().store, Some(TAB));
}
