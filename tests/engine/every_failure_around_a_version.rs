//! What is given up and what is kept instead are two writes and three readings, and each can fail:
//! not stored, stored although the store says no, once or from then on. Here, whichever fails, the
//! state is where it was or in a version that reads back, and never nowhere.

use crate::disk::{DEVICE, Disk, Fault};
use crate::line::Line;
use crate::steps::{A, B, put_elsewhere, saved, saved_on_line, sync};
use crate::tab::Tab;
use crate::versions::{told, versions};
use keepfast::engine::{
    Answer, Choice, DocumentId, EngineError, Event, NewCopy, Request, StoreError,
};

/// What somebody does with a document whose content is `MINE`, not saved.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Deed {
    Save,
    Revert,
    Theirs,
    Mine,
    SaveAs,
}

const DEEDS: [Deed; 5] = [Deed::Save, Deed::Revert, Deed::Theirs, Deed::Mine, Deed::SaveAs];
const MINE: &str = r#"{"text":"mine"}"#;
const THEIRS: &str = r#"{"text":"theirs"}"#;

struct Scene {
    disk: Disk,
    line: Option<Line>,
    tab: Tab,
    doc: DocumentId,
}

impl Deed {
    fn scene(self) -> Scene {
        let disk = Disk::default();
        let line = matches!(self, Deed::Theirs | Deed::Mine).then(Line::new);
        let (mut tab, doc) = match &line {
            Some(line) => {
                let mut tab = Tab::on_line(&disk, line, A);
                let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
                (tab, doc)
            }
            None => {
                let mut tab = Tab::new(&disk, A);
                let doc = saved(&mut tab, "a", r#"{"text":0}"#);
                (tab, doc)
            }
        };
        tab.put(doc, "/text", r#""mine""#);
        tab.wait(5_000);
        if let Some(line) = &line {
            put_elsewhere(line, "a", "/text", r#""theirs""#);
            sync(&mut tab);
        }
        Scene { disk, line, tab, doc }
    }

    fn event(self, request: Request, document: DocumentId) -> Event {
        match self {
            Deed::Save => Event::Save { request, document },
            Deed::Revert => Event::Revert { request, document },
            Deed::Theirs => Event::Resolve { request, document, choice: Choice::Theirs },
            Deed::Mine => Event::Resolve { request, document, choice: Choice::Mine },
            Deed::SaveAs => {
                let (document_id, title) = ("copy".to_string(), "Copy".to_string());
                let copy =
                    NewCopy { collection: None, document: document_id, title, description: None };
                Event::SaveAs { request, document, copy: Box::new(copy) }
            }
        }
    }

    /// The state that is kept before the deed is done.
    fn kept(self) -> Option<&'static str> {
        match self {
            Deed::Save | Deed::Revert | Deed::Theirs => Some(MINE),
            Deed::Mine => Some(THEIRS),
            Deed::SaveAs => None,
        }
    }
}

impl Scene {
    fn versions(&mut self) -> Vec<String> {
        let told = told(&mut self.tab, self.doc);
        told.into_iter().map(|version| version.3).collect()
    }

    /// Nothing is nowhere: what was given up, or would have been, is where it was or a version.
    fn check(&mut self, deed: Deed, what: &str) {
        let versions = self.versions();
        let is_kept = |state: &str| versions.iter().any(|version| version == state);
        let value = self.tab.value(self.doc);
        assert!(value == MINE || is_kept(MINE), "{what}: {value}, {versions:?}");
        if let Some(line) = &self.line {
            let there = line.text("a").unwrap();
            assert!(there == THEIRS || is_kept(THEIRS), "{what}: {there}, {versions:?}");
        }
        if deed == Deed::SaveAs {
            assert_eq!((&value[..], versions.len()), (MINE, 0), "{what}: the original");
        }
    }
}

#[test]
fn whatever_fails_the_state_is_where_it_was_or_in_a_version() {
    for deed in DEEDS {
        for nth in 1..=16 {
            for (error, is_stored) in [
                (StoreError::Aborted, false),
                (StoreError::ConnectionLost, true),
                (StoreError::Quota, false),
                (StoreError::Moved, false),
            ] {
                for times in [1, u32::MAX - 100] {
                    let what = format!("{deed:?}: {error:?} at {nth}, {times} times, {is_stored}");
                    let mut scene = deed.scene();
                    // Somebody was first; nobody always is.
                    let only_writes = error == StoreError::Moved;
                    let times = if only_writes { 1 } else { times };
                    let fault = Fault { nth, times, error, only_writes, is_stored };
                    scene.disk.strike(DEVICE, fault);
                    let doc = scene.doc;
                    let request = scene.tab.ask(|request| deed.event(request, doc));
                    scene.tab.wait(60_000);
                    scene.disk.heal(DEVICE);
                    scene.tab.wait(120_000);
                    assert!(scene.tab.answer(request).is_some(), "{what}: not answered");
                    scene.check(deed, &what);
                    finish(scene, deed, request, &what);
                }
            }
        }
    }
}

/// What failed is done once the store works, and a later tab reads every version.
fn finish(mut scene: Scene, deed: Deed, request: Request, what: &str) {
    let is_done = |answer: Option<&Answer>| {
        matches!(answer, Some(Answer::Saved { .. } | Answer::Done | Answer::Queued(_)))
    };
    if !is_done(scene.tab.answer(request)) {
        let doc = scene.doc;
        let again = scene.tab.ask(|request| deed.event(request, doc));
        scene.tab.wait(60_000);
        let answer = scene.tab.answer(again);
        // What the store had taken all the same was found there since.
        let is_there = match deed {
            Deed::Save => answer == Some(&Answer::Failed(EngineError::NoChanges)),
            Deed::SaveAs => answer == Some(&Answer::Failed(EngineError::Exists)),
            Deed::Revert | Deed::Theirs | Deed::Mine => false,
        };
        assert!(is_done(answer) || is_there, "{what}: {answer:?}");
    }
    scene.check(deed, what);
    let kept = scene.versions();
    if let Some(state) = deed.kept() {
        assert!(kept.iter().any(|version| version == state), "{what}: {kept:?}");
    }
    let mut later = Tab::new(&scene.disk, B);
    scene.tab.kill();
    let doc = later.load("a").expect("it is there").document;
    assert_eq!(versions(&mut later, doc).len(), kept.len(), "{what}");
    told(&mut later, doc);
}
