//! W28, W35, W37, W38: polls that a cache answers, that overlap, that come with every focus and go
//! on while the page is hidden. Here the feed is asked every ten seconds while the page is visible,
//! one request at a time, at once on return, and at most once a second.

use crate::disk::Disk;
use crate::line::{Fault, Line};
use crate::steps::{A, B, saved_on_line};
use crate::tab::Tab;
use keepfast::engine::{Answer, Event, SyncTrack};
use keepfast::protocol::Problem;

#[test]
fn a_change_elsewhere_arrives_within_twelve_seconds() {
    let line = Line::new();
    let mut one = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut one, "a", r#"{"text":0}"#);
    let mut two = Tab::on_line(&Disk::default(), &line, B);
    let other = two.load_from_server("a");
    two.put(other, "/text", "1");
    two.save(other);
    one.wait(12_000);
    assert_eq!(one.value(doc), r#"{"text":1}"#);
    let status = one.status(doc);
    assert_eq!((status.dirty, status.revision, status.sync), (false, Some(2), SyncTrack::Ok));
}

#[test]
fn nothing_is_asked_while_the_page_is_hidden_and_at_once_when_it_is_back() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.send(Event::Hidden);
    assert_eq!(tab.status(doc).sync, SyncTrack::Paused);
    let before = line.polls();
    tab.wait(600_000);
    assert_eq!(line.polls(), before);
    tab.send(Event::Shown);
    assert_eq!(line.polls(), before + 1);
    for _ in 0..20 {
        tab.send(Event::Hidden);
        tab.send(Event::Shown);
    }
    assert_eq!(line.polls(), before + 1, "no storm of requests");
    tab.wait(1_000);
    assert_eq!(line.polls(), before + 2);
}

#[test]
fn in_ten_minutes_sixty_requests_are_made_give_or_take_a_fifth() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    tab.wait(600_000);
    assert!((50..=75).contains(&line.polls()), "{}", line.polls());
}

#[test]
fn a_server_that_fails_is_left_alone_longer_and_longer() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    line.strike((0..1_000).map(|_| Fault::Status(500)));
    tab.wait(600_000);
    assert!((18..=32).contains(&line.polls()), "{}", line.polls());
}

#[test]
fn the_wait_that_the_server_asks_for_is_kept() {
    let (disk, line) = (Disk::default(), Line::new());
    line.strike([Fault::Refuse(Problem::RateLimited { wait_s: 120 })]);
    let mut tab = Tab::on_line(&disk, &line, A);
    assert_eq!(line.polls(), 1);
    tab.wait(119_000);
    assert_eq!(line.polls(), 1);
    tab.wait(2_000);
    assert_eq!(line.polls(), 2);
}

#[test]
fn somebody_who_waits_is_answered_even_while_the_page_is_hidden() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    tab.send(Event::Hidden);
    tab.wait(60_000);
    let before = line.polls();
    let sync = tab.ask(|request| Event::Sync { request });
    assert_eq!((tab.answer(sync), line.polls()), (Some(&Answer::Done), before + 1));
}
