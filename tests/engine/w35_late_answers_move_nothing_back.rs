//! W26, W35: requests overlap, an older answer comes last, and the state moves back. Here one look
//! at the feed is under way at a time, an answer that nobody waits for any more is passed over, and
//! what an old answer announces is fetched before it is believed.

use crate::disk::Disk;
use crate::line::Line;
use crate::steps::{A, put_elsewhere, revision_of, saved_on_line, sync};
use crate::tab::Tab;
use keepfast::engine::{Answer, DocumentId, Event, Notice, SyncTrack};

fn saved() -> (Line, Tab, DocumentId) {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    (line, tab, doc)
}

#[test]
fn no_second_look_at_the_feed_while_one_is_under_way() {
    let (line, mut tab, _) = saved();
    tab.hold_answers();
    let looks = [sync(&mut tab), sync(&mut tab)];
    let polls = line.polls();
    tab.wait(600_000);
    tab.send(Event::Hidden);
    tab.send(Event::Shown);
    tab.wait(60_000);
    assert_eq!((line.polls(), tab.late_answers()), (polls, 1));
    tab.release_answers();
    assert_eq!(looks.map(|look| tab.is_done(look)), [true, true]);
}

#[test]
fn a_look_from_before_an_own_save_that_is_told_after_it_moves_nothing_back() {
    let (line, mut tab, doc) = saved();
    put_elsewhere(&line, "a", "/text", "1");
    sync(&mut tab);
    tab.put(doc, "/text", "2");
    tab.wait(1_000);
    tab.hold_answers();
    sync(&mut tab);
    let save = tab.save(doc);
    assert_eq!(tab.late_answers(), 2, "the look and the save");
    tab.release_answers_backwards();
    tab.wait(30_000);
    assert_eq!(revision_of(&tab, save), 3);
    let status = tab.status(doc);
    assert_eq!((status.sync, status.dirty, status.revision), (SyncTrack::Ok, false, Some(3)));
    assert_eq!((tab.value(doc), tab.applied.len()), (r#"{"text":2}"#.into(), 1));
}

#[test]
fn an_announcement_that_an_own_save_has_overtaken_is_no_conflict() {
    let (line, mut tab, doc) = saved();
    tab.put(doc, "/text", "1");
    tab.save(doc);
    tab.hold_answers();
    sync(&mut tab);
    assert_eq!(tab.late_answers(), 1, "it announces revision 2");
    tab.put(doc, "/text", "2");
    let save = tab.save(doc);
    tab.release_answers_backwards();
    tab.wait(5_000);
    assert_eq!(revision_of(&tab, save), 3);
    assert_eq!((tab.value(doc), tab.applied.len()), (r#"{"text":2}"#.into(), 0));
    assert_eq!((tab.status(doc).sync, line.revision("a")), (SyncTrack::Ok, 3));
}

#[test]
fn an_answer_after_its_time_is_passed_over() {
    let (line, mut tab, doc) = saved();
    tab.put(doc, "/text", "1");
    tab.hold_answers();
    let save = tab.save(doc);
    tab.time_out();
    tab.put(doc, "/text", "2");
    tab.wait(2_000);
    assert_eq!(tab.answer(save), None);
    assert_eq!(tab.late_answers(), 2, "the same save was sent twice");
    tab.release_answers();
    tab.wait(2_000);
    assert!(matches!(tab.answer(save), Some(Answer::Saved { revision: 2, .. })));
    assert!(tab.notices.iter().any(|notice| matches!(notice, Notice::Stray { .. })));
    let status = tab.status(doc);
    assert_eq!((status.revision, status.dirty), (Some(2), true));
    assert_eq!(line.with(|server| server.stores), 2, "the create and one save");
}

#[test]
fn two_fetches_of_which_the_first_comes_last_lead_to_the_newest() {
    let (line, mut tab, doc) = saved();
    put_elsewhere(&line, "a", "/text", "1");
    let polls = line.polls();
    tab.hold_answers();
    sync(&mut tab);
    assert_eq!(line.polls(), polls + 1);
    tab.release_answers();
    put_elsewhere(&line, "a", "/text", "2");
    tab.hold_answers();
    tab.wait(2_000);
    sync(&mut tab);
    tab.time_out();
    put_elsewhere(&line, "a", "/text", "3");
    tab.wait(20_000);
    tab.release_answers_backwards();
    tab.wait(30_000);
    let status = tab.status(doc);
    assert_eq!((status.sync, status.revision), (SyncTrack::Ok, Some(4)));
    assert_eq!(tab.value(doc), r#"{"text":3}"#);
}
