//! S1.10: an indicator that follows the saves of the user alone says "saved" while an autosave
//! fails. Here every save goes through the same states, whoever began it.

use crate::disk::Disk;
use crate::line::{Fault, Line};
use crate::steps::{A, autosaving, saved_on_line};
use crate::tab::Tab;
use keepfast::engine::{Autosave, SaveTrack};

/// The states that are shown while an edit is autosaved, each once in a row.
fn shown(faults: impl IntoIterator<Item = Fault>) -> Vec<SaveTrack> {
    let line = Line::new();
    let every = Autosave::Debounced { debounce_ms: 2_000, max_wait_ms: 10_000 };
    let mut tab = Tab::on_line_with(&Disk::default(), &line, autosaving(A, every));
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    let before = tab.statuses.len();
    line.strike(faults);
    tab.put(doc, "/text", "1");
    tab.wait(6_500);
    let statuses = tab.statuses[before..].iter();
    let mut tracks: Vec<SaveTrack> = statuses.map(|(_, status)| status.save).collect();
    tracks.dedup();
    tracks
}

#[test]
fn an_autosave_is_shown_from_its_beginning_to_its_end() {
    assert_eq!(shown([]), [SaveTrack::Idle, SaveTrack::Saving, SaveTrack::Saved]);
}

#[test]
fn one_that_has_to_be_tried_again_is_retrying_and_one_that_fails_has_failed() {
    let lost = || Fault::LoseRequest;
    use SaveTrack::{Failed, Idle, Retrying, Saved, Saving};
    assert_eq!(shown([lost()]), [Idle, Saving, Retrying, Saved]);
    assert_eq!(shown((0..100).map(|_| lost())), [Idle, Saving, Retrying, Failed]);
    assert_eq!(shown([Fault::Status(422)]), [Idle, Saving, Failed]);
}
