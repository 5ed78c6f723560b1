//! A session with modules, whose settings and view are parts: texts with a schema each.

use crate::disk::Disk;
use crate::tab::{Tab, options};
use keepfast::engine::{DocumentId, Notice, Opened, Options, PartState};

/// Settings of one number, views of one text.
pub fn session(writer: &str) -> Options {
    let mut options = options(writer);
    let notes = options.collections.get_mut("notes").expect("the collection of every scenario");
    let settings = br#"{"properties":{"size":{"type":"uint8"}}}"#.to_vec();
    let view = br#"{"properties":{"zoom":{"type":"string"}}}"#.to_vec();
    notes.parts = vec![
        ("/modules/*/settings".into(), settings, true),
        ("/modules/*/view".into(), view, true),
    ];
    options
}

/// What a module is: id, settings, view; the texts as they stand in the content.
pub fn module(id: &str, settings: &str, view: &str) -> String {
    format!(r#"{{"id":"{id}","settings":{settings},"view":{view}}}"#)
}

/// A tab with a session that was saved with these modules.
pub fn saved_session(disk: &Disk, writer: &str, modules: &[String]) -> (Tab, DocumentId) {
    let mut tab = Tab::with(disk, session(writer));
    let doc = tab.create("s", "Session", &content(modules, 0));
    tab.wait(1_000);
    tab.saved(doc, 1, "Session");
    tab.wait(1_000);
    assert!(!tab.status(doc).dirty);
    (tab, doc)
}

/// The content with these modules and a number that no part has to do with.
pub fn content(modules: &[String], camera: u32) -> String {
    format!(r#"{{"camera":{camera},"modules":[{}]}}"#, modules.join(","))
}

/// What the next session finds after this one has died.
pub fn found_after(tab: Tab) -> (Tab, Opened) {
    let disk = tab.disk.clone();
    tab.kill();
    let mut next = Tab::with(&disk, session("writer-z-0009"));
    let opened = next.load("s").expect("the session is stored");
    (next, opened)
}

pub fn text(opened: &Opened) -> String {
    String::from_utf8(opened.text.clone()).expect("canonical text is UTF-8")
}

/// The states of the parts, in order.
pub fn states(tab: &Tab, doc: DocumentId) -> Vec<PartState> {
    tab.engine.parts(doc).into_iter().map(|part| part.state).collect()
}

/// The changes of parts that listeners heard of.
pub fn changes(tab: &Tab) -> Vec<(String, PartState)> {
    let of = |notice: &Notice| match notice {
        Notice::PartChanged { pointer, state, .. } => Some((pointer.clone(), *state)),
        _ => None,
    };
    tab.notices.iter().filter_map(of).collect()
}

/// Whether the app was told that it mutates its value in place.
pub fn was_called_mutated(tab: &Tab) -> bool {
    tab.notices.iter().any(|notice| matches!(notice, Notice::MutatedInPlace { .. }))
}
