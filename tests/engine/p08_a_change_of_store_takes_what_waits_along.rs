//! P8: an edit waits for its timer, the store is exchanged, and the write goes to the new store
//! alone: what the old one held is behind, and nobody knows which counts. Here the new store gets
//! the whole draft, the old copy stays until the new one was read back, and the newest counts.

use crate::disk::{DEVICE, Disk, TAB};
use crate::shorthand::reloaded;
use crate::tab::Tab;
use keepfast::engine::{Event, Notice, StoreError};
use keepfast::record::Drawer;

#[test]
fn an_edit_that_waits_goes_whole_to_the_store_that_took_over() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"kept":1,"text":""}"#);
    tab.put(doc, "/text", "1");
    tab.put(doc, "/text", "2");
    let old = disk.entries(DEVICE);
    disk.refuse(DEVICE, Some(StoreError::ConnectionLost));
    tab.send(Event::StoreFailed { store: DEVICE, error: StoreError::ConnectionLost });
    tab.wait(100);
    let (accepted, stored, flushed) = tab.numbers(doc);
    assert_eq!(stored, accepted, "the switch writes at once");
    assert!(flushed < accepted, "a store that survives the tab alone flushes nothing");
    assert_eq!(disk.entries(DEVICE), old, "the old copy is as it was");
    let error = StoreError::ConnectionLost;
    assert!(tab.notices.contains(&Notice::SteppedDown { from: DEVICE, to: TAB, error }));
    tab.kill();
    disk.refuse(DEVICE, None);
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"kept":1,"text":2}"#);
}

#[test]
fn the_copy_in_the_lesser_store_goes_only_after_the_better_one_was_read_back() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    disk.refuse(DEVICE, Some(StoreError::Unavailable));
    tab.send(Event::StoreFailed { store: DEVICE, error: StoreError::Unavailable });
    let doc = tab.create("a", "Plan", r#"{"text":""}"#);
    tab.put(doc, "/text", "1");
    tab.put(doc, "/text", "2");
    tab.wait(100);
    disk.refuse(DEVICE, None);
    disk.refuse_reading(DEVICE, Some(StoreError::Aborted));
    tab.send(Event::StoreOpened { store: DEVICE });
    tab.wait(20_000);
    assert_eq!(tab.numbers(doc), (3, 3, 3));
    assert_eq!(disk.keys(DEVICE, Drawer::Draft).len(), 1);
    assert_ne!(disk.keys(TAB, Drawer::Draft), [], "what was not read back stands for nothing");
    disk.refuse_reading(DEVICE, None);
    tab.wait(60_000);
    assert_eq!(disk.keys(TAB, Drawer::Draft), []);
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":2}"#);
}

#[test]
fn an_answer_from_the_store_that_was_left_does_not_count_for_the_new_one() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"text":""}"#);
    tab.hold();
    tab.put(doc, "/text", "1");
    disk.refuse(DEVICE, Some(StoreError::ConnectionLost));
    tab.send(Event::StoreFailed { store: DEVICE, error: StoreError::ConnectionLost });
    assert_eq!(tab.held(), 2, "the draft is sent again, to the other store");
    tab.release();
    let (accepted, stored, _) = tab.numbers(doc);
    assert_eq!(stored, accepted);
    tab.put(doc, "/text", "2");
    tab.wait(1_000);
    tab.kill();
    disk.refuse(DEVICE, None);
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":2}"#);
}
