//! What many scenarios ask of a tab and of a disk, in few words.

use crate::disk::{DEVICE, Disk, MEMORY, TAB};
use crate::tab::Tab;
use keepfast::engine::{
    Answer, Batch, DocumentId, Durability, EngineError, Event, Request, StoreId,
};
use keepfast::record::{Drawer, Key};

impl Tab {
    pub fn flush(&mut self, document: DocumentId) -> Request {
        self.ask(|request| Event::Flush { request, document })
    }

    pub fn close(&mut self, document: DocumentId) -> Request {
        self.ask(|request| Event::Close { request, document })
    }

    pub fn discard(&mut self, document: DocumentId) -> Request {
        self.ask(|request| Event::Discard { request, document })
    }

    /// Why a request failed, if it did.
    pub fn failure(&self, request: Request) -> Option<EngineError> {
        match self.answer(request) {
            Some(Answer::Failed(error)) => Some(error.clone()),
            _ => None,
        }
    }

    /// A document that is saved as revision 1 and has been quiet for a while.
    pub fn saved_document(&mut self, id: &str, text: &str) -> DocumentId {
        let document = self.create(id, "Plan", text);
        self.wait(5_000);
        self.saved(document, 1, "Plan");
        self.wait(5_000);
        assert!(!self.status(document).dirty);
        document
    }

    /// Numbers of the edits: accepted, stored, flushed.
    pub fn numbers(&self, document: DocumentId) -> (u64, u64, u64) {
        let status = self.status(document);
        (status.accepted, status.stored, status.flushed)
    }
}

/// What a tab that is opened later loads.
pub fn reloaded(disk: &Disk, id: &str) -> Result<String, EngineError> {
    let mut tab = Tab::new(disk, "writer-later-1");
    let opened = tab.load(id)?;
    Ok(String::from_utf8(opened.text).expect("canonical text is UTF-8"))
}

/// What the stores hold after these writes.
pub fn replayed(writes: &[(StoreId, Option<Durability>, Batch)]) -> Disk {
    let disk = Disk::default();
    for (store, _, batch) in writes {
        disk.write(*store, batch).expect("it was stored once");
    }
    disk
}

/// The records of drafts in all stores.
pub fn draft_keys(disk: &Disk) -> Vec<Key> {
    let stores = [DEVICE, TAB, MEMORY].into_iter();
    let drawers = [Drawer::Draft, Drawer::Tail];
    stores.flat_map(|store| drawers.iter().flat_map(move |it| disk.keys(store, *it))).collect()
}

/// Makes of a record one of format 9.
pub fn to_later_format(bytes: &mut [u8]) {
    bytes[8] = 9;
    let end = bytes.len() - 32;
    let checksum = keepfast::json::digest(&bytes[..end]);
    bytes[end..].copy_from_slice(&checksum);
}
