//! P5: "exponential" retries come after one second and two, never four, and the indicator says
//! "retry in progress" after the last one has failed. Here each distance is twice the one before,
//! give or take a fifth, and the status says what is really happening.

use crate::disk::Disk;
use crate::line::{Fault, Line};
use crate::steps::{A, queued, revision_of, saved_on_line};
use crate::tab::{Tab, options};
use keepfast::engine::{
    DocumentId, EngineError, Event, NetError, Options, Request, RetryOptions, SaveTrack,
};

/// A save that does not get through, of a tab that tells after so many attempts.
fn failing(attempts: u32) -> (Line, Tab, DocumentId, Request) {
    let line = Line::new();
    let retry = RetryOptions { attempts, ..RetryOptions::default() };
    let options = Options { retry, ..options(A) };
    let mut tab = Tab::on_line_with(&Disk::default(), &line, options);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    line.strike((0..1_000).map(|_| Fault::LoseRequest));
    let save = tab.save(doc);
    (line, tab, doc, save)
}

/// Milliseconds between the attempts of this time.
fn distances(tab: &mut Tab, line: &Line, ms: u64) -> Vec<u64> {
    let (mut distances, mut last) = (Vec::new(), 0);
    for at in (10..=ms).step_by(10) {
        let before = line.writes().len();
        tab.wait(10);
        if line.writes().len() > before {
            distances.push(at - last);
            last = at;
        }
    }
    distances
}

#[test]
fn one_second_two_four_eight_and_so_on_within_a_fifth() {
    let (line, mut tab, doc, save) = failing(6);
    let distances = distances(&mut tab, &line, 60_000);
    assert_eq!(distances.len(), 5, "{distances:?}");
    for (distance, wanted) in distances.iter().zip([1_000, 2_000, 4_000, 8_000, 16_000]) {
        assert!((wanted * 8 / 10..=wanted * 12 / 10 + 10).contains(distance), "{distances:?}");
    }
    assert_eq!(queued(&tab, save), EngineError::Net(NetError::Timeout));
    assert_eq!(tab.status(doc).save, SaveTrack::Failed);
}

#[test]
fn the_status_is_retrying_until_the_last_attempt_and_failed_after_it() {
    let (line, mut tab, doc, save) = failing(3);
    assert_eq!((tab.status(doc).save, tab.answer(save)), (SaveTrack::Retrying, None));
    let attempts = line.writes().len();
    tab.wait(1_250);
    assert_eq!((line.writes().len(), tab.status(doc).save), (attempts + 1, SaveTrack::Retrying));
    tab.wait(2_400);
    assert_eq!((line.writes().len(), tab.status(doc).save), (attempts + 2, SaveTrack::Failed));
    assert_eq!(tab.status(doc).error, Some(EngineError::Net(NetError::Timeout)));
    queued(&tab, save);
    let attempts = line.writes().len();
    tab.wait(600_000);
    assert_eq!(line.writes().len(), attempts, "not by the clock alone");
    assert_eq!(tab.status(doc).save, SaveTrack::Failed);
}

#[test]
fn it_goes_on_when_something_has_changed() {
    let somethings: [fn(&mut Tab, DocumentId); 4] = [
        |tab, _| tab.send(Event::Shown),
        |tab, _| tab.send(Event::Online),
        |tab, _| tab.wait(60_000),
        |tab, doc| {
            tab.save(doc);
        },
    ];
    for something in somethings {
        let (line, mut tab, doc, _) = failing(3);
        tab.wait(10_000);
        line.heal();
        something(&mut tab, doc);
        tab.wait(1_000);
        assert_eq!(line.text("a").unwrap(), r#"{"text":1}"#);
        assert_eq!((tab.status(doc).save, tab.status(doc).dirty), (SaveTrack::Saved, false));
    }
}

#[test]
fn the_next_failure_begins_with_a_second_again() {
    let (line, mut tab, doc, _) = failing(3);
    tab.wait(3_000);
    line.heal();
    tab.wait(5_000);
    tab.put(doc, "/text", "2");
    line.strike([Fault::LoseRequest]);
    let save = tab.save(doc);
    tab.wait(1_250);
    assert_eq!(revision_of(&tab, save), 3);
}
