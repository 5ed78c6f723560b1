//! W9: the feed says that revision 2 is there, and a cache answers the fetch with revision 1; the
//! next save overwrites what nobody has seen. Here an answer that is older than what was announced
//! is none: it is asked again, and nothing is saved meanwhile.

use crate::disk::Disk;
use crate::line::{Fault, Line};
use crate::steps::{A, B, put_elsewhere, rename_elsewhere, saved_on_line, sync};
use crate::tab::Tab;
use keepfast::engine::{Answer, EngineError, SyncTrack};

#[test]
fn an_answer_older_than_the_announcement_is_asked_for_again() {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    put_elsewhere(&line, "a", "/text", "1");
    let old = line.reading("a");
    put_elsewhere(&line, "a", "/text", "2");
    let reads = line.reads();
    line.strike([Fault::Pass, Fault::Answer(old.clone()), Fault::Answer(old)]);
    sync(&mut tab);
    let status = tab.status(doc);
    assert_eq!((status.sync, status.revision), (SyncTrack::Behind, Some(1)));
    assert_eq!((tab.value(doc), line.reads()), (r#"{"text":0}"#.into(), reads + 1));
    tab.wait(4_000);
    assert_eq!(line.reads(), reads + 3);
    let status = tab.status(doc);
    assert_eq!((status.sync, status.revision), (SyncTrack::Ok, Some(3)));
    assert_eq!((tab.value(doc), tab.applied.len()), (r#"{"text":2}"#.into(), 1));
}

#[test]
fn an_answer_from_before_a_rename_is_none_either() {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    let old = line.reading("a");
    rename_elsewhere(&line, "a", "Renamed");
    line.strike([Fault::Pass, Fault::Answer(old)]);
    sync(&mut tab);
    assert_eq!(tab.applied, []);
    tab.wait(2_000);
    assert_eq!(tab.applied.len(), 1);
    assert_eq!(tab.applied[0].1, "Renamed");
}

#[test]
fn a_save_waits_for_what_was_announced_and_overwrites_nothing() {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    let old = line.reading("a");
    put_elsewhere(&line, "a", "/text", "1");
    line.strike([Fault::Pass, Fault::Answer(old)]);
    sync(&mut tab);
    tab.put(doc, "/text", "2");
    let writes = line.writes().len();
    let save = tab.save(doc);
    tab.wait(4_000);
    assert_eq!(tab.answer(save), Some(&Answer::Failed(EngineError::Conflict)));
    assert_eq!((line.writes().len(), line.text("a").unwrap()), (writes, r#"{"text":1}"#.into()));
}

#[test]
fn a_document_that_is_loaded_from_a_cache_is_brought_up_to_date() {
    let line = Line::new();
    let mut one = Tab::on_line(&Disk::default(), &line, A);
    saved_on_line(&mut one, "a", r#"{"text":0}"#);
    let old = line.reading("a");
    put_elsewhere(&line, "a", "/text", "1");
    let mut two = Tab::on_line(&Disk::default(), &line, B);
    line.strike([Fault::Answer(old)]);
    let doc = two.load_from_server("a");
    assert_eq!((two.value(doc), two.status(doc).revision), (r#"{"text":1}"#.into(), Some(2)));
    assert!(!two.status(doc).dirty);
}
