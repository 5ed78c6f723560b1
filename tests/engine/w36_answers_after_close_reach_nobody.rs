//! W36 over a server: a document is closed while it is being saved or fetched, and the late answer
//! writes into it. Here what comes after the close calls nobody back; what was on its way to the
//! server is brought there all the same.

use crate::disk::{DEVICE, Disk};
use crate::line::Line;
use crate::steps::{A, put_elsewhere, queued, saved_on_line, sync};
use crate::tab::Tab;
use keepfast::engine::{Answer, EngineError, Event, NetError, Notice, StoreError};
use keepfast::record::{Drawer, Entry};

fn is_about_a_document(notice: &Notice) -> bool {
    !matches!(notice, Notice::Polled { .. } | Notice::Stray { .. })
}

#[test]
fn a_save_that_is_answered_after_the_close_is_saved_and_tells_nobody() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.hold_answers();
    let save = tab.save(doc);
    let close = tab.close(doc);
    assert!(tab.is_done(close));
    assert_eq!(queued(&tab, save), EngineError::Closed);
    let (statuses, notices) = (tab.statuses.len(), tab.notices.len());
    tab.release_answers();
    tab.wait(60_000);
    assert_eq!((tab.statuses.len(), tab.applied.len()), (statuses, 0));
    assert!(!tab.notices[notices..].iter().any(is_about_a_document), "{:?}", tab.notices);
    assert_eq!(line.text("a").unwrap(), r#"{"text":1}"#);
    assert_eq!(line.with(|server| server.stores), 2, "the create and one save");
    assert_eq!(disk.keys(DEVICE, Drawer::Outbox), []);
    let again = tab.load("a").unwrap();
    let status = tab.status(again.document);
    assert_eq!((status.dirty, status.revision), (false, Some(2)));
}

#[test]
fn a_fetch_that_is_answered_after_the_close_changes_nothing() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    put_elsewhere(&line, "a", "/text", "1");
    tab.hold_answers();
    sync(&mut tab);
    tab.release_answers();
    tab.hold_answers();
    put_elsewhere(&line, "a", "/text", "2");
    tab.wait(12_000);
    let close = tab.close(doc);
    assert!(tab.is_done(close));
    let (statuses, applied) = (tab.statuses.len(), tab.applied.len());
    let before = of_documents(&disk);
    tab.release_answers();
    tab.wait(60_000);
    assert_eq!((tab.statuses.len(), tab.applied.len()), (statuses, applied));
    assert_eq!(of_documents(&disk), before);
}

#[test]
fn a_save_that_was_not_begun_is_refused_and_stays_in_the_draft() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.hold_answers();
    tab.save(doc);
    tab.put(doc, "/text", "2");
    let second = tab.save(doc);
    let close = tab.close(doc);
    assert!(tab.is_done(close));
    assert_eq!(tab.answer(second), Some(&Answer::Failed(EngineError::Closed)));
    tab.release_answers();
    tab.wait(60_000);
    assert_eq!(line.text("a").unwrap(), r#"{"text":1}"#);
    let again = tab.load("a").unwrap();
    assert_eq!((again.recovered, tab.value(again.document)), (true, r#"{"text":2}"#.into()));
}

#[test]
fn a_save_whose_outbox_record_is_on_its_way_is_not_sent_before_it_is_stored() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(2_000);
    tab.hold();
    tab.save(doc);
    let close = tab.close(doc);
    tab.wait(10_000);
    assert_eq!(line.writes().len(), 1);
    tab.release();
    tab.wait(10_000);
    assert!(tab.is_done(close));
    assert_eq!(line.text("a").unwrap(), r#"{"text":1}"#);
    assert_eq!(disk.keys(DEVICE, Drawer::Outbox), []);
}

#[test]
fn a_save_that_no_store_has_is_brought_after_the_close_as_well() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(2_000);
    tab.send(Event::Offline);
    disk.fail_at(DEVICE, 1, 1, StoreError::Aborted);
    let save = tab.save(doc);
    // No store has it, so nobody is told that it would be sent after a restart as well.
    let offline = EngineError::Net(NetError::Offline);
    assert_eq!(tab.answer(save), Some(&Answer::Failed(offline)));
    let close = tab.close(doc);
    tab.wait(10_000);
    assert!(tab.is_done(close));
    tab.send(Event::Online);
    tab.wait(10_000);
    assert_eq!(line.text("a").unwrap(), r#"{"text":1}"#);
}

/// What is stored, but for the lease.
fn of_documents(disk: &Disk) -> Vec<Entry> {
    let entries = disk.entries(DEVICE).into_iter();
    entries.filter(|entry| entry.key.drawer != Drawer::Lease).collect()
}
