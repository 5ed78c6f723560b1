//! The app is used without a network, saves, and the tab is closed or dies. A system that keeps the
//! queue in memory loses it. Here what is to be sent lies in the outbox before it is sent, and the
//! next tab that has a network sends it, once.

use crate::disk::{DEVICE, Disk};
use crate::line::Line;
use crate::steps::{A, B, C, put_elsewhere, revision_of, saved_on_line};
use crate::tab::{Tab, options};
use keepfast::engine::{Answer, EngineError, Event, NetError, StoreError, SyncTrack};
use keepfast::record::Drawer;

/// A device on which two documents were saved without a network, by a tab that is dead.
fn saved_offline() -> (Disk, Line) {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.send(Event::Offline);
    tab.put(doc, "/text", "1");
    tab.save(doc);
    let new = tab.create("b", "New", r#"{"text":2}"#);
    tab.save(new);
    tab.wait(5_000);
    tab.kill();
    assert_eq!(disk.keys(DEVICE, Drawer::Outbox).len(), 2);
    (disk, line)
}

#[test]
fn what_was_saved_offline_is_saved_by_the_next_tab_that_is_online() {
    let (disk, line) = saved_offline();
    let mut next = Tab::offline(&disk, &line, options(B));
    next.wait(60_000);
    assert_eq!((line.revision("a"), line.stored("b")), (1, None));
    next.send(Event::Online);
    next.wait(1_000);
    assert_eq!(line.text("a").unwrap(), r#"{"text":1}"#);
    assert_eq!(line.text("b").unwrap(), r#"{"text":2}"#);
    assert_eq!(disk.keys(DEVICE, Drawer::Outbox), []);
    next.wait(120_000);
    assert_eq!(line.with(|server| server.stores), 3, "once each, after the create");
    for (id, revision) in [("a", 2), ("b", 1)] {
        let doc = next.load(id).unwrap().document;
        let status = next.status(doc);
        assert_eq!((status.dirty, status.revision), (false, Some(revision)));
    }
}

#[test]
fn what_was_saved_offline_is_told_in_one_request_each() {
    let (disk, line) = saved_offline();
    let mut next = Tab::offline(&disk, &line, options(B));
    next.send(Event::Online);
    next.wait(60_000);
    assert_eq!(line.writes().len(), 3);
}

#[test]
fn two_tabs_that_find_it_send_it_with_one_effect() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.send(Event::Offline);
    tab.put(doc, "/text", "1");
    tab.save(doc);
    tab.wait(5_000);
    tab.kill();
    let mut two = [B, C].map(|writer| Tab::offline(&disk, &line, options(writer)));
    for tab in &mut two {
        tab.hold_answers();
        tab.send(Event::Online);
        tab.wait(1_000);
    }
    for tab in &mut two {
        tab.release_answers();
        tab.wait(30_000);
        let doc = tab.load("a").unwrap().document;
        assert_eq!((tab.status(doc).sync, tab.status(doc).dirty), (SyncTrack::Ok, false));
    }
    assert_eq!((line.revision("a"), line.with(|server| server.stores)), (2, 2));
}

#[test]
fn the_record_is_stored_before_the_request_is_sent_and_goes_with_the_answer() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(2_000);
    tab.hold();
    tab.hold_answers();
    tab.save(doc);
    tab.wait(60_000);
    assert_eq!((tab.held(), line.writes().len()), (1, 1), "it is not stored, and not sent");
    let (_, _, batch) = tab.writes.last().unwrap();
    assert_eq!(batch.put[0].key.drawer, Drawer::Outbox);
    let key = batch.put[0].key.clone();
    tab.release();
    assert_eq!((line.writes().len(), disk.keys(DEVICE, Drawer::Outbox)), (2, vec![key.clone()]));
    let sent = tab.writes.len();
    tab.release_answers();
    assert!(tab.writes[sent..].iter().any(|(_, _, batch)| batch.remove == [key.clone()]));
    assert_eq!(disk.keys(DEVICE, Drawer::Outbox), []);
}

#[test]
fn a_device_without_room_keeps_no_save_from_the_server() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(2_000);
    disk.fail_at(DEVICE, 1, 1, StoreError::Quota);
    let save = tab.save(doc);
    tab.wait(5_000);
    assert_eq!((revision_of(&tab, save), line.text("a").unwrap()), (2, r#"{"text":1}"#.into()));
}

#[test]
fn a_save_that_no_store_would_take_at_first_is_sent_by_the_next_tab_all_the_same() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(2_000);
    tab.send(Event::Offline);
    disk.fail_at(DEVICE, 1, 2, StoreError::Aborted);
    let save = tab.save(doc);
    let offline = EngineError::Net(NetError::Offline);
    assert_eq!(tab.answer(save), Some(&Answer::Failed(offline)), "nothing says it would be sent");
    assert_eq!(disk.keys(DEVICE, Drawer::Outbox), []);
    tab.wait(10_000);
    assert_eq!(disk.keys(DEVICE, Drawer::Outbox).len(), 1);
    tab.kill();
    let mut next = Tab::on_line(&disk, &line, B);
    next.wait(1_000);
    assert_eq!(line.text("a").unwrap(), r#"{"text":1}"#);
    assert_eq!(disk.keys(DEVICE, Drawer::Outbox), []);
}

#[test]
fn two_documents_are_saved_at_the_same_time() {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let docs = ["a", "b"].map(|id| saved_on_line(&mut tab, id, r#"{"text":0}"#));
    tab.hold_answers();
    let saves = docs.map(|doc| {
        tab.put(doc, "/text", "1");
        tab.save(doc)
    });
    assert_eq!(tab.late_answers(), 2, "neither waits for the other");
    tab.release_answers_backwards();
    assert_eq!(saves.map(|save| revision_of(&tab, save)), [2, 2]);
    assert!(docs.iter().all(|doc| !tab.status(*doc).dirty));
}

#[test]
fn a_document_that_was_closed_and_opened_again_saves_after_what_it_had_queued() {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.send(Event::Offline);
    tab.put(doc, "/text", "1");
    tab.save(doc);
    tab.close(doc);
    let doc = tab.load("a").unwrap().document;
    assert_eq!(tab.value(doc), r#"{"text":1}"#);
    tab.put(doc, "/text", "2");
    let save = tab.save(doc);
    tab.wait(5_000);
    tab.send(Event::Online);
    tab.wait(15_000);
    assert!(tab.answer(save).is_some());
    assert_eq!((line.text("a").unwrap(), line.revision("a")), (r#"{"text":2}"#.into(), 3));
    assert_eq!((tab.status(doc).sync, tab.status(doc).dirty), (SyncTrack::Ok, false));
}

#[test]
fn edits_after_an_offline_save_are_in_the_next_one_and_conflict_with_nobody() {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.send(Event::Offline);
    let saves = ["1", "2", "3"].map(|text| {
        tab.put(doc, "/text", text);
        tab.save(doc)
    });
    tab.wait(60_000);
    assert!(saves.iter().all(|save| tab.answer(*save).is_some()), "nobody is kept waiting");
    tab.send(Event::Online);
    tab.wait(15_000);
    let status = tab.status(doc);
    assert_eq!((status.sync, status.dirty), (SyncTrack::Ok, false));
    assert_eq!(line.text("a").unwrap(), r#"{"text":3}"#);
}

#[test]
fn a_queued_save_whose_base_has_moved_overwrites_nothing_and_its_draft_is_a_conflict() {
    let (disk, line) = saved_offline();
    put_elsewhere(&line, "a", "/text", "9");
    let mut next = Tab::on_line(&disk, &line, B);
    next.wait(15_000);
    assert_eq!((line.text("a").unwrap(), line.revision("a")), (r#"{"text":9}"#.into(), 2));
    assert_eq!(disk.keys(DEVICE, Drawer::Outbox), []);
    let doc = next.load("a").unwrap().document;
    let status = next.status(doc);
    assert_eq!((status.sync, status.dirty), (SyncTrack::Conflict, true));
    assert_eq!(next.value(doc), r#"{"text":1}"#);
}

#[test]
fn a_queued_save_waits_for_a_token_and_for_somebody_to_sign_in() {
    for can_renew in [true, false] {
        let (disk, line) = saved_offline();
        line.expire_token(can_renew);
        let mut next = Tab::on_line(&disk, &line, B);
        next.wait(60_000);
        if !can_renew {
            assert_eq!((line.revision("a"), line.stored("b")), (1, None));
            line.sign_in();
            next.send(Event::SignedIn);
        }
        next.wait(1_000);
        assert_eq!((line.revision("a"), line.revision("b")), (2, 1));
        assert_eq!(disk.keys(DEVICE, Drawer::Outbox), []);
    }
}

#[test]
fn a_document_that_the_server_cannot_name_is_refused_and_stays_here() {
    let line = Line::new();
    let disk = Disk::default();
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = tab.create("a/b c", "Plan", r#"{"text":0}"#);
    tab.wait(2_000);
    let save = tab.save(doc);
    assert_eq!(tab.answer(save), Some(&Answer::Failed(EngineError::Unnamable)));
    assert_eq!((line.writes().len(), tab.status(doc).dirty), (0, true));
    assert_eq!(tab.status(doc).error, Some(EngineError::Unnamable));
}

#[test]
fn a_queued_save_whose_store_was_evicted_is_sent_from_memory() {
    let line = Line::new();
    let disk = Disk::default();
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.send(Event::Offline);
    tab.put(doc, "/text", "1");
    tab.save(doc);
    tab.wait(2_000);
    disk.evict(DEVICE);
    tab.send(Event::Evicted { store: DEVICE });
    tab.wait(2_000);
    tab.send(Event::Online);
    tab.wait(2_000);
    assert_eq!((line.text("a").unwrap(), line.revision("a")), (r#"{"text":1}"#.into(), 2));
    assert!(!tab.status(doc).dirty);
}
