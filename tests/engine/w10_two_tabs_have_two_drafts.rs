//! W10: two tabs edit one document, and one of them closes or undoes. With one key for both, the
//! last writer wins and the first to leave takes the other's work along. Here a draft belongs to a
//! document and a writer; a tab touches only its own, and a return lists both.

use crate::disk::{DEVICE, Disk};
use crate::steps::{A, B, C, discard_draft, draft_of, records_of, saved, text_of};
use crate::tab::Tab;
use keepfast::engine::{Answer, DocumentId, DraftState, EngineError};
use keepfast::record::Drawer;

/// Two tabs with a draft each of one saved document.
fn two_tabs(disk: &Disk) -> ((Tab, DocumentId), (Tab, DocumentId)) {
    let mut first = Tab::new(disk, A);
    let in_first = saved(&mut first, "a", r#"{"text":0}"#);
    let mut second = Tab::new(disk, B);
    let in_second = second.load("a").unwrap().document;
    first.put(in_first, "/text", "1");
    second.put(in_second, "/text", "2");
    first.wait(2_000);
    second.wait(2_000);
    ((first, in_first), (second, in_second))
}

#[test]
fn both_drafts_are_listed_when_both_tabs_are_gone() {
    let disk = Disk::default();
    let ((first, _), (second, _)) = two_tabs(&disk);
    first.kill();
    second.kill();
    let mut next = Tab::new(&disk, C);
    let drafts = next.drafts();
    let names: Vec<_> = drafts.iter().map(|draft| (draft.name.clone(), draft.state)).collect();
    let recoverable = DraftState::Recoverable;
    assert_eq!(names, [(draft_of(A, "a"), recoverable), (draft_of(B, "a"), recoverable)]);
    let opened = next.load("a").unwrap();
    assert_eq!((text_of(&opened), opened.recovered), (r#"{"text":0}"#, false));
    let recovered = next.recover(draft_of(A, "a")).unwrap();
    assert_eq!(text_of(&recovered), r#"{"text":1}"#);
    next.wait(2_000);
    let rest = next.drafts();
    assert_eq!(rest.iter().map(|draft| &draft.name).collect::<Vec<_>>(), [&draft_of(B, "a")]);
}

#[test]
fn a_tab_that_ends_its_draft_leaves_the_other_one() {
    type Ending = fn(&mut Tab, DocumentId);
    let endings: [Ending; 4] = [
        |tab, doc| tab.put(doc, "/text", "0"),
        |tab, doc| tab.saved(doc, 2, "Plan"),
        |tab, doc| {
            tab.discard(doc);
        },
        |tab, doc| {
            tab.close(doc);
        },
    ];
    for ending in endings {
        let disk = Disk::default();
        let ((first, _), (mut second, doc)) = two_tabs(&disk);
        let before = records_of(&disk, DEVICE, A);
        ending(&mut second, doc);
        second.wait(60_000);
        assert_eq!(records_of(&disk, DEVICE, A), before);
        second.kill();
        first.kill();
        let drafts = Tab::new(&disk, C).drafts();
        assert!(drafts.iter().any(|draft| draft.name == draft_of(A, "a")));
    }
}

#[test]
fn the_draft_of_a_living_tab_is_neither_offered_nor_taken_nor_discarded() {
    let disk = Disk::default();
    let ((_first, _), (mut second, doc)) = two_tabs(&disk);
    assert_eq!(second.drafts(), []);
    let before = records_of(&disk, DEVICE, A);
    second.discard(doc);
    let taken = second.recover(draft_of(A, "a"));
    assert_eq!(taken, Err(EngineError::WriterAlive));
    let dropped = discard_draft(&mut second, draft_of(A, "a"));
    let refused = Answer::Failed(EngineError::WriterAlive);
    assert_eq!(second.answer(dropped), Some(&refused));
    assert_eq!(records_of(&disk, DEVICE, A), before);
}

#[test]
fn a_document_that_only_a_living_tab_has_is_refused_and_not_called_missing() {
    let disk = Disk::default();
    let mut first = Tab::new(&disk, A);
    first.create("a", "Plan", r#"{"text":0}"#);
    let mut second = Tab::new(&disk, B);
    assert_eq!(second.load("a"), Err(EngineError::WriterAlive));
    first.kill();
    assert_eq!(text_of(&second.load("a").unwrap()), r#"{"text":0}"#);
}

#[test]
fn a_base_that_the_other_tab_has_removed_is_not_built_upon() {
    let disk = Disk::default();
    let mut first = Tab::new(&disk, A);
    let doc = saved(&mut first, "a", r#"{"text":0}"#);
    let mut second = Tab::new(&disk, B);
    let other = second.load("a").unwrap().document;
    second.put(other, "/text", "1");
    second.wait(2_000);
    // Where there are no locks, a tab that sleeps may count as dead.
    disk.set_alive(A, false);
    second.saved(other, 2, "Plan");
    second.wait(60_000);
    assert_eq!(disk.keys(DEVICE, Drawer::Base).len(), 1, "the old base is gone");
    first.put(doc, "/text", "9");
    first.wait(2_000);
    assert_eq!(first.status(doc).flushed, first.status(doc).accepted);
    first.kill();
    second.kill();
    let recovered = Tab::new(&disk, C).recover(draft_of(A, "a")).unwrap();
    assert_eq!(text_of(&recovered), r#"{"text":9}"#);
}

/// A tab that saved went through the drafts, found none that needed the old base, and removed it
/// while another living tab was about to write its first delta on it: stored, flushed, and lost.
#[test]
fn a_base_stays_as_long_as_another_living_tab_may_build_on_it() {
    let disk = Disk::default();
    let mut first = Tab::new(&disk, A);
    let doc = saved(&mut first, "a", r#"{"text":0}"#);
    let mut second = Tab::new(&disk, B);
    let other = second.load("a").unwrap().document;
    second.put(other, "/text", "1");
    second.wait(2_000);
    second.saved(other, 2, "Plan");
    second.wait(60_000);
    assert_eq!(disk.keys(DEVICE, Drawer::Base).len(), 2);
    first.put(doc, "/text", "9");
    first.wait(2_000);
    assert_eq!(first.status(doc).flushed, first.status(doc).accepted);
    first.kill();
    second.kill();
    let recovered = Tab::new(&disk, C).recover(draft_of(A, "a")).unwrap();
    assert_eq!(text_of(&recovered), r#"{"text":9}"#);
}

#[test]
fn discarding_one_of_two_drafts_leaves_the_other() {
    let disk = Disk::default();
    let ((first, _), (second, _)) = two_tabs(&disk);
    first.kill();
    second.kill();
    let mut next = Tab::new(&disk, C);
    let dropped = discard_draft(&mut next, draft_of(A, "a"));
    assert!(next.is_done(dropped));
    let opened = next.load("a").unwrap();
    assert_eq!((text_of(&opened), opened.recovered), (r#"{"text":2}"#, true));
}
