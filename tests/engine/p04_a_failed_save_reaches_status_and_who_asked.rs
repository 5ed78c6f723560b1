//! P4: every save fails because the app's shape is not the schema's; the result is ignored, and
//! autosave errors never reach the status. Here the issues go to whoever asked and to the status,
//! which an autosave alone reaches as well; the draft is stored all the same.

use crate::disk::Disk;
use crate::line::Line;
use crate::shorthand::reloaded;
use crate::steps::{A, revision_of, saved_on_line, with_notes};
use crate::tab::Tab;
use keepfast::engine::{
    Answer, Autosave, CollectionOptions, DocumentId, DraftTrack, EngineError, Notice, SaveTrack,
};

/// A saved document of a collection with a schema.
fn checked(autosave: Autosave) -> (Disk, Line, Tab, DocumentId) {
    let (disk, line) = (Disk::default(), Line::new());
    let schema = br#"{"properties":{"text":{"type":"int32"}}}"#.to_vec();
    let (schema, autosave) = (Some(schema), Some(autosave));
    let notes = CollectionOptions { schema, autosave, ..CollectionOptions::default() };
    let mut tab = Tab::on_line_with(&disk, &line, with_notes(A, notes));
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    (disk, line, tab, doc)
}

/// The places that an error complains of.
fn places(error: &EngineError) -> Vec<&str> {
    match error {
        EngineError::Invalid(issues) => issues.iter().map(|it| &it.instance_path[..]).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn invalid_content_is_refused_with_its_issues_and_the_draft_is_stored() {
    let (disk, line, mut tab, doc) = checked(Autosave::Off);
    tab.put(doc, "/text", "true");
    let save = tab.save(doc);
    let Some(Answer::Failed(error)) = tab.answer(save) else { panic!("{:?}", tab.answer(save)) };
    assert_eq!(places(error), ["/text"]);
    assert_eq!(tab.status(doc).error.as_ref(), Some(error));
    assert_eq!(tab.status(doc).save, SaveTrack::Failed);
    tab.wait(2_000);
    assert_eq!(tab.status(doc).draft, DraftTrack::Stored);
    assert_eq!((line.revision("a"), line.writes().len()), (1, 1), "nothing was sent");
    tab.put(doc, "/text", "2");
    let save = tab.save(doc);
    assert_eq!(revision_of(&tab, save), 2);
    assert_eq!((tab.status(doc).save, &tab.status(doc).error), (SaveTrack::Saved, &None));
    tab.put(doc, "/text", "null");
    tab.wait(2_000);
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), r#"{"text":null}"#);
}

#[test]
fn an_autosave_that_fails_is_seen_in_the_status_and_the_next_edit_is_another_attempt() {
    let every = Autosave::Debounced { debounce_ms: 2_000, max_wait_ms: 10_000 };
    let (_disk, line, mut tab, doc) = checked(every);
    tab.put(doc, "/text", "true");
    tab.wait(3_000);
    let status = tab.status(doc);
    assert_eq!((status.save, status.dirty), (SaveTrack::Failed, true));
    assert_eq!(places(status.error.as_ref().unwrap()), ["/text"]);
    let failed = |notice: &&Notice| matches!(notice, Notice::SaveFailed { .. });
    assert_eq!(tab.notices.iter().filter(failed).count(), 1);
    tab.wait(60_000);
    assert_eq!(tab.notices.iter().filter(failed).count(), 1, "nothing else has changed");
    tab.put(doc, "/text", "1");
    tab.wait(3_000);
    assert_eq!((line.revision("a"), tab.status(doc).save), (2, SaveTrack::Saved));
    assert_eq!(tab.status(doc).error, None);
}

#[test]
fn a_value_that_json_cannot_say_reaches_whoever_asked() {
    let (_disk, line, mut tab, doc) = checked(Autosave::Off);
    tab.put(doc, "/text", "1");
    tab.set_unspeakable(doc, Some("/text"));
    let save = tab.save(doc);
    let unspeakable = EngineError::NotJson("/text".into());
    assert_eq!(tab.answer(save), Some(&Answer::Failed(unspeakable)));
    assert_eq!(line.revision("a"), 1);
    tab.set_unspeakable(doc, None);
    let save = tab.save(doc);
    assert_eq!(revision_of(&tab, save), 2);
}

#[test]
fn a_failure_that_an_undo_or_a_discard_has_settled_is_not_shown_any_more() {
    let settlements: [fn(&mut Tab, DocumentId); 2] = [
        |tab, doc| tab.put(doc, "/text", "0"),
        |tab, doc| {
            tab.discard(doc);
        },
    ];
    for settle in settlements {
        let (_disk, _line, mut tab, doc) = checked(Autosave::Off);
        tab.put(doc, "/text", "true");
        tab.save(doc);
        settle(&mut tab, doc);
        tab.wait(5_000);
        let status = tab.status(doc);
        assert_eq!((status.dirty, &status.error), (false, &None));
        assert_eq!(status.save, SaveTrack::Saved);
    }
}
