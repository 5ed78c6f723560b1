//! N7: a failed save clears the unsaved flag, and there is no local draft. Here dirty is what
//! differs from the confirmed base, whatever was tried; a failure of any kind leaves it, the draft,
//! and the way to try again.

use crate::disk::Disk;
use crate::line::{Fault, Line};
use crate::shorthand::reloaded;
use crate::steps::{A, put_elsewhere, revision_of, saved_on_line};
use crate::tab::Tab;
use keepfast::engine::{DocumentId, DraftTrack};
use keepfast::protocol::Problem;

fn faults(fault: Fault) -> impl Fn(&Line) {
    move |line| line.strike((0..100).map(|_| fault.clone()))
}

#[test]
fn whatever_a_save_fails_with_the_edit_is_dirty_and_in_the_draft() {
    let conflict = |line: &Line| put_elsewhere(line, "a", "/text", "9");
    let failures: [&dyn Fn(&Line); 8] = [
        &faults(Fault::LoseRequest),
        &faults(Fault::Status(500)),
        &faults(Fault::Status(422)),
        &faults(Fault::Refuse(Problem::Forbidden)),
        &faults(Fault::Refuse(Problem::Unavailable { wait_s: 60 })),
        &|line| line.expire_token(false),
        &|line| line.delete("a"),
        &conflict,
    ];
    for (number, fail) in failures.into_iter().enumerate() {
        let (disk, line) = (Disk::default(), Line::new());
        let mut tab = Tab::on_line(&disk, &line, A);
        let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
        tab.put(doc, "/text", "1");
        fail(&line);
        tab.save(doc);
        tab.wait(5_000);
        let status = tab.status(doc);
        assert_eq!((status.dirty, status.draft), (true, DraftTrack::Stored), "{number}");
        assert!(status.acknowledged < status.accepted);
        assert_eq!(status.revision, Some(1));
        tab.kill();
        assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":1}"#);
    }
}

/// The value was mutated in place, and the app only says that it wants to save.
fn mutated(tab: &mut Tab, doc: DocumentId) {
    tab.put(doc, "/text", "1");
    tab.mutate(doc, "/text", "2");
}

#[test]
fn what_is_saved_is_what_the_app_holds_and_not_what_it_has_told() {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    mutated(&mut tab, doc);
    let save = tab.save(doc);
    assert_eq!((revision_of(&tab, save), line.text("a").unwrap()), (2, r#"{"text":2}"#.into()));
}
