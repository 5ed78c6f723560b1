//! W28: six polls, one request, because a cache answers the others; a change is seen after a minute
//! instead of ten seconds, and coming back to the page does not help. Here every interval is one
//! request to the server, and coming back asks at once.

use crate::disk::Disk;
use crate::line::Line;
use crate::steps::{A, put_elsewhere, saved_on_line};
use crate::tab::{Tab, options};
use keepfast::engine::{Event, Options, RemoteOptions};

/// A tab that asks this often, with a clean document.
fn asking(line: &Line, poll_ms: u64) -> (Tab, keepfast::engine::DocumentId) {
    let options = Options { remote: Some(RemoteOptions { poll_ms }), ..options(A) };
    let mut tab = Tab::on_line_with(&Disk::default(), line, options);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    (tab, doc)
}

#[test]
fn whatever_the_interval_a_change_arrives_within_it() {
    for poll_ms in [1_500, 10_000, 300_000] {
        for phase in [0, poll_ms / 3, poll_ms / 2, poll_ms - 1] {
            let line = Line::new();
            let (mut tab, doc) = asking(&line, poll_ms);
            tab.wait(phase);
            put_elsewhere(&line, "a", "/text", "1");
            tab.wait(poll_ms * 6 / 5);
            assert_eq!(tab.value(doc), r#"{"text":1}"#, "{poll_ms} {phase}");
        }
    }
}

#[test]
fn coming_back_to_the_page_asks_the_server_at_once() {
    let line = Line::new();
    let (mut tab, doc) = asking(&line, 10_000);
    tab.send(Event::Hidden);
    put_elsewhere(&line, "a", "/text", "1");
    tab.wait(3_000);
    assert_eq!(tab.value(doc), r#"{"text":0}"#);
    tab.send(Event::Shown);
    assert_eq!(tab.value(doc), r#"{"text":1}"#);
}
