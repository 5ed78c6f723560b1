//! What a user does, in one word each.

use crate::disk::{DEVICE, Disk, MEMORY, TAB};
use crate::line::Line;
use crate::tab::{Tab, options};
use keepfast::engine::{
    Answer, Autosave, Choice, CollectionOptions, DocumentId, DraftName, EngineError, Event, Opened,
    Options, Request,
};
use keepfast::record::{Drawer, Entry, Key};

/// The writers of the scenarios, in the order in which their tabs are opened.
pub const A: &str = "writer-a-0001";
pub const B: &str = "writer-b-0002";
pub const C: &str = "writer-c-0003";

pub fn discard_draft(tab: &mut Tab, draft: DraftName) -> Request {
    tab.ask(|request| Event::DiscardDraft { request, draft })
}

pub fn rename(tab: &mut Tab, document: DocumentId, title: &str) {
    tab.send(Event::Renamed { document, title: title.into() });
}

pub fn describe(tab: &mut Tab, document: DocumentId, description: Option<&str>) {
    tab.send(Event::Described { document, description: description.map(String::from) });
}

/// A document that was saved as revision 1 and is clean, with its draft gone.
pub fn saved(tab: &mut Tab, id: &str, text: &str) -> DocumentId {
    let document = tab.create(id, "Plan", text);
    tab.saved(document, 1, "Plan");
    tab.wait(2_000);
    assert!(!tab.status(document).dirty);
    assert_eq!(tab.disk.keys(DEVICE, Drawer::Draft), []);
    document
}

/// The name of a writer's draft of a document.
pub fn draft_of(writer: &str, document: &str) -> DraftName {
    DraftName { collection: "notes".into(), document: document.into(), writer: writer.into() }
}

/// The content as the app was given it.
pub fn text_of(opened: &Opened) -> &str {
    std::str::from_utf8(&opened.text).expect("canonical text is UTF-8")
}

/// The content that a new tab opens, with no app running.
pub fn text_after(disk: &Disk, writer: &str, id: &str) -> String {
    let mut tab = Tab::new(disk, writer);
    let opened = tab.load(id).expect("the document is there");
    text_of(&opened).into()
}

/// Every draft record of a writer in a store, tails included.
pub fn records_of(disk: &Disk, store: keepfast::engine::StoreId, writer: &str) -> Vec<Entry> {
    let entries = disk.entries(store).into_iter();
    let is_its = |key: &Key| key.writer == writer && key.drawer != Drawer::Base;
    entries.filter(|entry| is_its(&entry.key)).collect()
}

/// Every draft record of all stores.
pub fn all_drafts(disk: &Disk) -> Vec<Key> {
    let entries = [DEVICE, TAB, MEMORY].into_iter().flat_map(|store| disk.entries(store));
    let is_draft = |key: &Key| !matches!(key.drawer, Drawer::Base | Drawer::Lease);
    entries.map(|entry| entry.key).filter(is_draft).collect()
}

/// A document that is saved on the server as revision 1, quiet.
pub fn saved_on_line(tab: &mut Tab, id: &str, text: &str) -> DocumentId {
    let document = tab.create(id, "Plan", text);
    tab.wait(1_000);
    let save = tab.save(document);
    let answer = tab.answer(save);
    assert!(matches!(answer, Some(Answer::Saved { revision: 1, .. })), "{answer:?}");
    tab.wait(2_000);
    document
}

/// The revision that a save led to.
pub fn revision_of(tab: &Tab, save: Request) -> u64 {
    match tab.answer(save) {
        Some(Answer::Saved { revision, .. }) => *revision,
        other => panic!("it was not saved: {other:?}"),
    }
}

/// Why a save is not done yet and goes on all the same.
pub fn queued(tab: &Tab, save: Request) -> EngineError {
    match tab.answer(save) {
        Some(Answer::Queued(error)) => error.clone(),
        other => panic!("it does not wait: {other:?}"),
    }
}

pub fn resolve(tab: &mut Tab, document: DocumentId, choice: Choice) -> Request {
    tab.ask(|request| Event::Resolve { request, document, choice })
}

pub fn sync(tab: &mut Tab) -> Request {
    tab.ask(|request| Event::Sync { request })
}

/// Another device that has opened a document.
pub fn elsewhere(line: &Line, id: &str) -> (Tab, DocumentId) {
    let mut tab = Tab::on_line(&Disk::default(), line, "writer-elsewhere-1");
    let document = tab.load_from_server(id);
    (tab, document)
}

/// Another device puts a value into a document and saves it.
pub fn put_elsewhere(line: &Line, id: &str, at: &str, text: &str) {
    let (mut tab, document) = elsewhere(line, id);
    tab.put(document, at, text);
    let save = tab.save(document);
    revision_of(&tab, save);
}

/// Another device renames a document.
pub fn rename_elsewhere(line: &Line, id: &str, title: &str) {
    let (mut tab, document) = elsewhere(line, id);
    rename(&mut tab, document, title);
    let save = tab.save(document);
    revision_of(&tab, save);
}

/// Options with these rules for the notes.
pub fn with_notes(writer: &str, notes: CollectionOptions) -> Options {
    Options { collections: [("notes".to_string(), notes)].into(), ..options(writer) }
}

/// Options with notes that save themselves.
pub fn autosaving(writer: &str, autosave: Autosave) -> Options {
    with_notes(writer, CollectionOptions { autosave: Some(autosave), ..Default::default() })
}
