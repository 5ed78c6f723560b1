//! N6: updates have no numbers, and what happened during a reconnect is missed for good. Here the
//! feed goes on from a cursor; where the server cannot go on from it, everything is walked through,
//! and what was missed is found.

use crate::disk::Disk;
use crate::line::Line;
use crate::steps::{A, B, elsewhere, put_elsewhere, saved_on_line, sync};
use crate::tab::Tab;
use keepfast::engine::{DocumentId, Event, SyncTrack};
use keepfast::protocol::Workspace;

fn saved() -> (Line, Tab, DocumentId) {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    (line, tab, doc)
}

/// The feed tells no more of what was deleted up to now.
fn forget_deletions(line: &Line) {
    line.with(|server| server.forget_deletions(&Workspace::new("acme").unwrap()));
}

#[test]
fn what_happened_in_hours_of_absence_is_read_page_by_page() {
    let (line, mut tab, doc) = saved();
    tab.send(Event::Hidden);
    let mut other = Tab::on_line(&Disk::default(), &line, B);
    for number in 0..250 {
        let new = other.create(&format!("new-{number}"), "Plan", "0");
        other.save(new);
    }
    put_elsewhere(&line, "a", "/text", "1");
    let polls = line.polls();
    tab.send(Event::Shown);
    assert_eq!(line.polls(), polls + 3);
    assert_eq!((tab.value(doc), tab.status(doc).revision), (r#"{"text":1}"#.into(), Some(2)));
}

#[test]
fn a_cursor_that_the_server_cannot_go_on_from_leads_to_a_walk() {
    let (line, mut tab, doc) = saved();
    tab.send(Event::Hidden);
    put_elsewhere(&line, "a", "/text", "1");
    let mut other = Tab::on_line(&Disk::default(), &line, B);
    saved_on_line(&mut other, "b", "0");
    line.delete("b");
    forget_deletions(&line);
    let polls = line.polls();
    tab.send(Event::Shown);
    assert_eq!(line.polls(), polls + 2, "the refusal, and the walk");
    assert_eq!((tab.value(doc), tab.status(doc).sync), (r#"{"text":1}"#.into(), SyncTrack::Ok));
}

#[test]
fn a_deletion_that_the_feed_has_forgotten_is_found_by_the_walk() {
    let (line, mut tab, doc) = saved();
    tab.send(Event::Hidden);
    line.delete("a");
    forget_deletions(&line);
    tab.send(Event::Shown);
    tab.wait(15_000);
    assert_eq!(tab.status(doc).sync, SyncTrack::Gone);
}

#[test]
fn a_document_that_a_restored_server_never_had_is_noticed() {
    let line = Line::new();
    let empty = line.with(|server| server.backup());
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    line.with(|server| server.restore(&empty, "life-2"));
    sync(&mut tab);
    tab.wait(15_000);
    assert_eq!((tab.status(doc).sync, tab.value(doc)), (SyncTrack::Gone, r#"{"text":0}"#.into()));
}

#[test]
fn a_document_that_is_opened_later_knows_what_the_feed_has_said() {
    let line = Line::new();
    let disk = Disk::default();
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.close(doc);
    put_elsewhere(&line, "a", "/text", "1");
    sync(&mut tab);
    let polls = line.polls();
    let doc = tab.load("a").unwrap().document;
    assert_eq!((tab.value(doc), line.polls()), (r#"{"text":1}"#.into(), polls));
}

#[test]
fn two_devices_agree_after_whatever_was_missed() {
    let (line, mut tab, doc) = saved();
    let (mut other, there) = elsewhere(&line, "a");
    for text in 1..20 {
        let (tab, doc, away) = match text % 2 {
            0 => (&mut tab, doc, &mut other),
            _ => (&mut other, there, &mut tab),
        };
        away.send(Event::Offline);
        sync(tab);
        tab.wait(1_000);
        tab.put(doc, "/text", &text.to_string());
        tab.save(doc);
        away.send(Event::Online);
        away.wait(1_000);
    }
    tab.wait(15_000);
    other.wait(15_000);
    assert_eq!(
        (tab.value(doc), other.value(there)),
        (r#"{"text":19}"#.into(), r#"{"text":19}"#.into())
    );
    assert_eq!((tab.status(doc).sync, other.status(there).sync), (SyncTrack::Ok, SyncTrack::Ok));
}
