//! W27: the clocks of two machines, or of one machine on two days, differ by an hour. A system
//! that compares times shows its own save as somebody else's, or prefers an older draft. Here
//! times are shown; revisions, sequences and digests decide.

use crate::disk::Disk;
use crate::steps::{A, B, C, saved, text_of};
use crate::tab::Tab;
use keepfast::engine::{DraftState, SyncTrack};

const HOUR: i64 = 3_600_000;

/// What a session leads to, without its times.
#[derive(Debug, PartialEq)]
struct Verdicts {
    own_save: (bool, SyncTrack, Option<u64>),
    foreign_save: (bool, SyncTrack, Option<u64>),
    drafts: Vec<(String, u64, DraftState)>,
    loaded: (String, bool),
}

/// Two tabs work on a document; their clocks are wrong, each by its own, and jump in between.
fn session(first_off: i64, second_off: i64, jump: i64) -> Verdicts {
    let disk = Disk::default();
    let mut first = Tab::new(&disk, A);
    first.skew_wall(first_off);
    let doc = saved(&mut first, "a", r#"{"text":0}"#);
    let mut second = Tab::new(&disk, B);
    second.skew_wall(second_off);
    let other = second.load("a").unwrap().document;
    second.put(other, "/text", "1");
    second.wait(2_000);
    first.put(doc, "/text", "2");
    first.wait(2_000);
    first.skew_wall(jump);
    first.put(doc, "/text", "3");
    first.wait(2_000);
    first.saved(doc, 2, "Plan");
    let own = first.status(doc);
    second.skew_wall(jump);
    second.base(other, false, 2, ("Plan", r#"{"text":3}"#));
    let foreign = second.status(other);
    second.put(other, "/text", "4");
    second.wait(2_000);
    first.wait(2_000);
    first.kill();
    second.kill();
    let mut next = Tab::new(&disk, C);
    next.skew_wall(-jump);
    let drafts = next.drafts().into_iter();
    let drafts = drafts.map(|draft| (draft.name.writer, draft.change, draft.state)).collect();
    let opened = next.load("a").unwrap();
    Verdicts {
        own_save: (own.dirty, own.sync, own.revision),
        foreign_save: (foreign.dirty, foreign.sync, foreign.revision),
        drafts,
        loaded: (text_of(&opened).into(), opened.recovered),
    }
}

#[test]
fn a_clock_that_is_an_hour_off_in_either_direction_changes_no_verdict() {
    let right = session(0, 0, 0);
    assert_eq!(right.own_save, (false, SyncTrack::Off, Some(2)));
    assert_eq!(right.foreign_save, (true, SyncTrack::Conflict, Some(1)));
    assert_eq!(right.drafts, [(B.to_string(), 2, DraftState::Conflict)]);
    assert_eq!(right.loaded, (r#"{"text":3}"#.to_string(), false));
    for first in [-HOUR, 0, HOUR] {
        for second in [-HOUR, 0, HOUR] {
            for jump in [-24 * HOUR, -HOUR, 0, HOUR] {
                assert_eq!(session(first, second, jump), right, "{first} {second} {jump}");
            }
        }
    }
}

#[test]
fn the_newest_edit_is_recovered_although_its_record_has_an_older_time() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = tab.create("a", "Plan", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    tab.wait(2_000);
    tab.set_wall(1_000);
    tab.put(doc, "/text", "2");
    tab.wait(2_000);
    tab.kill();
    let mut next = Tab::new(&disk, B);
    assert!(next.drafts()[0].changed_at < 10_000);
    assert_eq!(text_of(&next.load("a").unwrap()), r#"{"text":2}"#);
}

#[test]
fn a_clock_that_jumps_does_not_put_a_write_off() {
    for wall in [0, u64::MAX / 2] {
        let disk = Disk::default();
        let mut tab = Tab::new(&disk, A);
        let doc = saved(&mut tab, "a", r#"{"text":0}"#);
        tab.put(doc, "/text", "1");
        tab.put(doc, "/text", "2");
        tab.set_wall(wall);
        tab.wait(200);
        assert_eq!(tab.status(doc).flushed, tab.status(doc).accepted);
    }
}
