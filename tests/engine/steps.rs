//! What a user does, in one word each.

use crate::disk::{DEVICE, Disk, MEMORY, TAB};
use crate::tab::Tab;
use keepfast::engine::{DocumentId, DraftName, Event, Opened, Request};
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
    entries.map(|entry| entry.key).filter(|key| key.drawer != Drawer::Base).collect()
}
