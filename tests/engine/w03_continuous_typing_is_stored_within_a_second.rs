//! W3, P6: somebody types without a pause. A debounce that every keystroke starts anew never
//! fires, and the crash takes all of it. Here the first edit is written at once, and the others
//! within a second of the first that waits.

use crate::disk::Disk;
use crate::tab::Tab;

#[test]
fn continuous_typing_is_stored_within_a_second() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.create("a", "Plan", r#"{"text":""}"#);
    tab.wait(5_000);
    for key in 1..=100_u64 {
        tab.put(doc, "/text", &key.to_string());
        assert!(tab.status(doc).dirty);
        tab.wait(100);
        let status = tab.status(doc);
        assert!(status.accepted - status.stored <= 10, "edit {key}: {status:?}");
    }
    tab.wait(200);
    let status = tab.status(doc);
    assert_eq!((status.stored, status.flushed), (status.accepted, status.accepted));
}

#[test]
fn a_single_edit_is_written_at_once_and_sealed_after_the_pause() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.create("a", "Plan", r#"{"text":""}"#);
    tab.wait(5_000);
    tab.put(doc, "/text", "1");
    let status = tab.status(doc);
    assert_eq!((status.accepted, status.stored, status.flushed), (2, 2, 1));
    tab.wait(200);
    assert_eq!(tab.status(doc).flushed, 2);
}
