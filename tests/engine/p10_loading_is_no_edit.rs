//! P10: showing a document counts as an edit of it, so every load saves, and of two tabs that show
//! it the later one wins. Here loading changes nothing, and each writer has records of its own.

use crate::disk::{DEVICE, Disk};
use crate::shorthand::draft_keys;
use crate::tab::Tab;
use keepfast::engine::DraftTrack;

#[test]
fn loading_writes_nothing_and_leaves_no_timer() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    tab.saved_document("a", r#"{"text":""}"#);
    tab.kill();
    let before = disk.entries(DEVICE);
    let mut tab = Tab::new(&disk, "writer-b-0001");
    let doc = tab.load("a").unwrap().document;
    let status = tab.status(doc);
    assert!(!status.dirty);
    assert_eq!((status.draft, status.last_modified), (DraftTrack::Clean, None));
    assert_eq!(tab.engine.next_wakeup(), None);
    tab.wait(600_000);
    assert!(tab.writes.is_empty(), "{:?}", tab.writes);
    assert_eq!(disk.entries(DEVICE), before);
}

#[test]
fn two_tabs_that_edit_a_document_have_a_draft_each() {
    let disk = Disk::default();
    let mut first = Tab::new(&disk, "writer-a-0001");
    let a = first.saved_document("a", r#"{"text":""}"#);
    let mut second = Tab::new(&disk, "writer-b-0001");
    let b = second.load("a").unwrap().document;
    for edit in 0..100 {
        first.put(a, "/text", &format!("\"first {edit}\""));
        second.put(b, "/text", &format!("\"second {edit}\""));
        first.wait(300);
        second.wait(300);
    }
    first.kill();
    second.kill();
    let mut later = Tab::new(&disk, "writer-c-0001");
    let drafts = later.drafts();
    let writers: Vec<_> = drafts.iter().map(|draft| &draft.name.writer[..]).collect();
    assert_eq!(writers, ["writer-a-0001", "writer-b-0001"]);
    let text = later.recover(drafts[0].name.clone()).unwrap().text;
    assert_eq!(text, br#"{"text":"first 99"}"#);
    later.kill();
    let mut later = Tab::new(&disk, "writer-d-0001");
    let text = later.recover(drafts[1].name.clone()).unwrap().text;
    assert_eq!(text, br#"{"text":"second 99"}"#);
}

#[test]
fn what_one_tab_sees_off_leaves_the_draft_of_the_other() {
    let disk = Disk::default();
    let mut first = Tab::new(&disk, "writer-a-0001");
    let a = first.saved_document("a", r#"{"text":""}"#);
    let mut second = Tab::new(&disk, "writer-b-0001");
    let b = second.load("a").unwrap().document;
    first.put(a, "/text", "1");
    first.wait(1_000);
    second.put(b, "/text", "2");
    second.wait(1_000);
    first.put(a, "/text", "\"\"");
    first.wait(1_000);
    let left = draft_keys(&disk);
    assert!(!left.is_empty() && left.iter().all(|key| key.writer == "writer-b-0001"), "{left:?}");
    second.kill();
    let drafts = first.drafts();
    assert_eq!(drafts.len(), 1);
    assert_eq!(first.recover(drafts[0].name.clone()).unwrap().text, br#"{"text":2}"#);
}
