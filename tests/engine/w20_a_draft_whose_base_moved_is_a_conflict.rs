//! W20: a draft grew from revision 1; meanwhile revision 3 was saved elsewhere. A system that never
//! compares the two lets the old work be saved over the new. Here the draft carries its base, and
//! recovering it opens as a conflict, over the base that it grew from.

use crate::disk::{DEVICE, Disk};
use crate::steps::{A, B, C, draft_of, records_of, saved, text_after, text_of};
use crate::tab::Tab;
use keepfast::engine::{DraftState, SyncTrack};
use keepfast::record::Drawer;

/// A dead tab's draft on revision 1, and another tab that saved revision 3.
fn moved() -> Disk {
    let disk = Disk::default();
    let mut first = Tab::new(&disk, A);
    let doc = saved(&mut first, "a", r#"{"text":0}"#);
    let mut second = Tab::new(&disk, B);
    let other = second.load("a").unwrap().document;
    first.put(doc, "/text", "1");
    first.wait(2_000);
    first.kill();
    second.put(other, "/text", "3");
    second.wait(2_000);
    second.saved(other, 3, "Plan");
    second.wait(60_000);
    second.kill();
    disk
}

#[test]
fn the_newer_base_is_opened_and_the_draft_is_listed_as_a_conflict() {
    let disk = moved();
    let mut tab = Tab::new(&disk, C);
    let opened = tab.load("a").unwrap();
    assert_eq!((text_of(&opened), opened.recovered), (r#"{"text":3}"#, false));
    let status = tab.status(opened.document);
    assert_eq!((status.dirty, status.revision, status.sync), (false, Some(3), SyncTrack::Off));
    tab.wait(60_000);
    let drafts = tab.drafts();
    assert_eq!((drafts.len(), drafts[0].state), (1, DraftState::Conflict));
    assert_eq!(drafts[0].base.map(|base| base.revision), Some(1));
}

#[test]
fn recovering_it_opens_as_a_conflict_on_its_own_base_until_it_is_saved() {
    let disk = moved();
    let mut tab = Tab::new(&disk, C);
    let opened = tab.recover(draft_of(A, "a")).unwrap();
    assert_eq!(text_of(&opened), r#"{"text":1}"#);
    let status = tab.status(opened.document);
    assert_eq!((status.dirty, status.revision), (true, Some(1)));
    assert_eq!(status.sync, SyncTrack::Conflict);
    tab.wait(60_000);
    tab.kill();
    let mut tab = Tab::new(&disk, "writer-d-0004");
    let drafts = tab.drafts();
    assert_eq!((drafts.len(), drafts[0].state), (1, DraftState::Conflict));
    let opened = tab.recover(drafts[0].name.clone()).unwrap();
    assert_eq!(text_of(&opened), r#"{"text":1}"#);
    tab.saved(opened.document, 4, "Plan");
    tab.wait(60_000);
    assert_eq!(tab.status(opened.document).sync, SyncTrack::Off);
    tab.kill();
    assert_eq!(text_after(&disk, "writer-e-0005", "a"), r#"{"text":1}"#);
}

#[test]
fn the_base_that_the_draft_grew_from_is_kept_as_long_as_the_draft() {
    let disk = moved();
    let revisions = |disk: &Disk| -> Vec<u64> {
        let keys = disk.entries(DEVICE).into_iter();
        let bases = keys.filter(|entry| entry.key.drawer == Drawer::Base);
        let headers = bases.map(|entry| keepfast::record::decode(&entry.bytes).unwrap().header);
        let mut revisions: Vec<u64> =
            headers.filter_map(|header| header.base).map(|base| base.revision).collect();
        revisions.sort_unstable();
        revisions
    };
    assert_eq!(revisions(&disk), [1, 3]);
    assert!(!records_of(&disk, DEVICE, A).is_empty());
}

#[test]
fn a_base_that_moves_under_open_edits_is_a_conflict_and_takes_nothing_away() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.base(doc, false, 2, ("Plan", r#"{"text":2}"#));
    let status = tab.status(doc);
    assert_eq!((status.sync, status.dirty), (SyncTrack::Conflict, true));
    assert_eq!(status.revision, Some(1), "the base is still the one that the edits grew from");
    assert_eq!(tab.value(doc), r#"{"text":1}"#);
    tab.wait(2_000);
    tab.kill();
    assert_eq!(text_after(&disk, B, "a"), r#"{"text":1}"#);
}
