//! W10 over a server: two tabs of one browser have one document and one outbox. A system with one
//! key for both sends the other's work as its own, or twice. Here each tab brings its own saves,
//! and brings those of another only when that one is dead.

use crate::disk::{DEVICE, Disk};
use crate::line::Line;
use crate::steps::{A, B, revision_of, saved_on_line};
use crate::tab::Tab;
use keepfast::engine::{Answer, DocumentId, EngineError, Event, SyncTrack};
use keepfast::record::Drawer;

/// Two tabs with the same saved document.
fn two() -> (Disk, Line, (Tab, DocumentId), (Tab, DocumentId)) {
    let (disk, line) = (Disk::default(), Line::new());
    let mut one = Tab::on_line(&disk, &line, A);
    let in_one = saved_on_line(&mut one, "a", r#"{"text":0}"#);
    let mut two = Tab::on_line(&disk, &line, B);
    let in_two = two.load("a").unwrap().document;
    (disk, line, (one, in_one), (two, in_two))
}

#[test]
fn what_one_saves_the_other_follows_while_it_is_clean() {
    let (_disk, line, (mut one, in_one), (mut two, in_two)) = two();
    for text in 1..6 {
        let (saving, doc, other, there) = match text % 2 {
            0 => (&mut one, in_one, &mut two, in_two),
            _ => (&mut two, in_two, &mut one, in_one),
        };
        saving.put(doc, "/text", &text.to_string());
        let save = saving.save(doc);
        assert_eq!(revision_of(saving, save), text + 1);
        other.wait(15_000);
        assert_eq!(other.value(there), format!(r#"{{"text":{text}}}"#));
        assert_eq!((other.status(there).sync, other.status(there).dirty), (SyncTrack::Ok, false));
    }
    assert_eq!(line.revision("a"), 6);
}

#[test]
fn the_second_of_two_dirty_tabs_is_refused() {
    let (_disk, line, (mut one, in_one), (mut two, in_two)) = two();
    one.put(in_one, "/text", "1");
    two.put(in_two, "/text", "2");
    one.save(in_one);
    let save = two.save(in_two);
    assert_eq!(two.answer(save), Some(&Answer::Failed(EngineError::Conflict)));
    assert_eq!(
        (line.text("a").unwrap(), two.value(in_two)),
        (r#"{"text":1}"#.into(), r#"{"text":2}"#.into())
    );
}

#[test]
fn the_queued_save_of_a_living_tab_is_left_to_it_and_that_of_a_dead_one_is_brought() {
    let (disk, line, (mut one, in_one), (mut two, in_two)) = two();
    one.send(Event::Offline);
    one.put(in_one, "/text", "1");
    one.save(in_one);
    assert_eq!(disk.keys(DEVICE, Drawer::Outbox).len(), 1);
    two.send(Event::Shown);
    two.wait(120_000);
    assert_eq!(line.revision("a"), 1, "it is the other tab's");
    one.kill();
    two.wait(60_000);
    assert_eq!((line.text("a").unwrap(), line.revision("a")), (r#"{"text":1}"#.into(), 2));
    assert_eq!(disk.keys(DEVICE, Drawer::Outbox), []);
    let status = two.status(in_two);
    assert_eq!((status.sync, status.dirty, status.revision), (SyncTrack::Ok, false, Some(2)));
    assert_eq!(two.value(in_two), r#"{"text":1}"#);
}

#[test]
fn a_dead_tabs_save_that_is_brought_while_this_one_has_edits_is_a_conflict_here() {
    let (_disk, line, (mut one, in_one), (mut two, in_two)) = two();
    one.send(Event::Offline);
    one.put(in_one, "/text", "1");
    one.save(in_one);
    one.kill();
    two.put(in_two, "/text", "2");
    two.wait(60_000);
    assert_eq!((line.text("a").unwrap(), line.revision("a")), (r#"{"text":1}"#.into(), 2));
    let status = two.status(in_two);
    assert_eq!((status.sync, status.dirty), (SyncTrack::Conflict, true));
    assert_eq!(two.value(in_two), r#"{"text":2}"#);
}
