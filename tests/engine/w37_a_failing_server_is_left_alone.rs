//! W37: a server that fails is asked every ten seconds for ever, by all tabs in step, whether there
//! is a network or not, and whatever it says of when to come back. Here waits grow and are spread,
//! nothing is sent without a network, and what the server says wins over everything else.

use crate::disk::Disk;
use crate::line::{Fault, Line};
use crate::steps::{A, B, queued, saved_on_line, sync};
use crate::tab::Tab;
use keepfast::engine::{Answer, EngineError, Event, NetError, SyncTrack};
use keepfast::protocol::Problem;

/// When the feed is asked in the next milliseconds.
fn poll_times(tab: &mut Tab, line: &Line, ms: u64) -> Vec<u64> {
    let mut times = Vec::new();
    for at in (0..ms).step_by(100) {
        let before = line.polls();
        tab.wait(100);
        times.extend((before..line.polls()).map(|_| at));
    }
    times
}

#[test]
fn the_waits_grow_up_to_half_a_minute_and_begin_anew_when_it_works() {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    line.strike((0..8).map(|_| Fault::Status(500)));
    let times = poll_times(&mut tab, &line, 300_000);
    let waits: Vec<u64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    for (wait, wanted) in waits.iter().zip([1, 2, 4, 8, 16, 30, 30, 30, 10, 10]) {
        let (least, most) = (wanted * 800 - 100, wanted * 1_200 + 100);
        assert!((least..=most).contains(wait), "{waits:?}");
    }
}

#[test]
fn two_tabs_do_not_keep_step() {
    let times = |writer: &str| {
        let line = Line::new();
        let mut tab = Tab::on_line(&Disk::default(), &line, writer);
        poll_times(&mut tab, &line, 60_000)
    };
    assert_ne!(times(A), times(B));
}

#[test]
fn without_a_network_nothing_is_sent_and_with_one_at_once() {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.send(Event::Offline);
    assert_eq!(tab.status(doc).sync, SyncTrack::Offline);
    let before = (line.polls(), line.writes().len());
    let look = sync(&mut tab);
    tab.wait(3_600_000);
    assert_eq!((line.polls(), line.writes().len()), before);
    tab.send(Event::Online);
    assert_eq!((line.polls(), tab.status(doc).sync), (before.0 + 1, SyncTrack::Ok));
    assert!(tab.answer(look).is_some());
}

#[test]
fn a_look_without_a_network_is_answered() {
    let mut tab = Tab::on_line(&Disk::default(), &Line::new(), A);
    tab.send(Event::Offline);
    let look = sync(&mut tab);
    let offline = EngineError::Net(NetError::Offline);
    assert_eq!(tab.answer(look), Some(&Answer::Failed(offline)));
}

#[test]
fn a_save_is_not_made_again_before_the_server_wants_it() {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    line.strike([Fault::Refuse(Problem::Unavailable { wait_s: 120 })]);
    let save = tab.save(doc);
    let resting = EngineError::Problem(Problem::Unavailable { wait_s: 120 }.into());
    assert_eq!(queued(&tab, save), resting, "nobody is kept waiting for two minutes");
    tab.wait(119_000);
    assert_eq!((line.writes().len(), tab.status(doc).dirty), (2, true));
    tab.wait(2_000);
    assert_eq!((line.writes().len(), tab.status(doc).dirty), (3, false));
}

#[test]
fn nothing_that_happens_here_shortens_the_wait_that_the_server_asks_for() {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    let limited = || Fault::Refuse(Problem::RateLimited { wait_s: 120 });
    line.strike([limited(), limited()]);
    sync(&mut tab);
    tab.save(doc);
    let before = (line.polls(), line.writes().len());
    for event in [Event::Hidden, Event::Shown, Event::Offline, Event::Online] {
        tab.send(event);
        tab.wait(5_000);
    }
    tab.put(doc, "/text", "2");
    let save = tab.save(doc);
    sync(&mut tab);
    tab.wait(60_000);
    assert_eq!((line.polls(), line.writes().len()), before);
    tab.wait(60_000);
    assert_eq!(line.text("a").unwrap(), r#"{"text":2}"#);
    assert!(tab.answer(save).is_some());
}

#[test]
fn whoever_waits_for_a_server_that_fails_is_told_after_the_last_attempt() {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    line.strike((0..100).map(|_| Fault::Status(503)));
    let save = tab.save(doc);
    tab.wait(20_000);
    assert_eq!(queued(&tab, save), EngineError::Refused { status: 503 });
}
