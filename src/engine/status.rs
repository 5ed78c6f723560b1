//! What the app can show of a document: three tracks and the numbers behind them. Owns the shape
//! and keeps the reference while nothing changed; the facts come from the other sub-machines.

use alloc::rc::Rc;
use alloc::string::String;

use super::error::EngineError;

/// How the draft is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftTrack {
    /// The content is the base's; there is no draft.
    Clean,
    /// The newest edit is not stored yet.
    Pending,
    /// The newest edit is stored.
    Stored,
    /// The last attempt to store failed; another follows.
    Failed,
}

/// How saving is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaveTrack {
    /// Nothing to do.
    Idle,
    /// A save is under way.
    Saving,
    /// The newest edit is saved.
    Saved,
    /// The last attempt failed and is made again.
    Retrying,
    /// The last attempt failed.
    Failed,
}

/// How syncing is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncTrack {
    /// There is nothing to sync with.
    Off,
    /// Base and server are the same as far as is known.
    Ok,
    /// The server has something newer that is not here yet.
    Behind,
    /// There is no network.
    Offline,
    /// Nobody is signed in.
    Unauthorized,
    /// The server has no such document any more.
    Gone,
    /// The page is hidden: the server is not asked.
    Paused,
    /// The draft grew from an older base than the one that is known.
    Conflict,
}

/// What the app can show of a document.
///
/// Invariant: `accepted` ≥ `stored` ≥ `flushed` (I10). `accepted` never falls (I5); the others fall
/// only when a store lost what it had confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Content, title or description differ from the base, or there is no base.
    pub dirty: bool,
    /// How the draft is doing.
    pub draft: DraftTrack,
    /// How saving is doing.
    pub save: SaveTrack,
    /// How syncing is doing.
    pub sync: SyncTrack,
    /// Edits handed over so far.
    pub accepted: u64,
    /// The newest edit that a store has confirmed.
    pub stored: u64,
    /// The newest edit that a store has confirmed to be on disk.
    pub flushed: u64,
    /// The newest edit that is part of a confirmed base.
    pub acknowledged: u64,
    /// Revision of the base.
    pub revision: Option<u64>,
    /// Digest of the content, when it is known without hashing it anew.
    pub digest: Option<String>,
    /// Digest of the base.
    pub base_digest: Option<String>,
    /// Bytes of the content's canonical text.
    pub content_bytes: usize,
    /// Wall time of the last edit, milliseconds since 1970.
    pub last_modified: Option<u64>,
    /// Wall time at which a store last confirmed an edit.
    pub last_stored: Option<u64>,
    /// Wall time at which a base was last confirmed.
    pub last_saved: Option<u64>,
    /// The document is shown only.
    pub read_only: bool,
    /// The last failure that still matters.
    pub error: Option<EngineError>,
}

/// Keeps the last status, so that equal ones are the same reference.
#[derive(Debug, Default)]
pub(crate) struct StatusBoard {
    last: Option<Rc<Status>>,
}

impl StatusBoard {
    /// Takes the status of this moment; gives it back when it differs from the last one.
    pub(crate) fn update(&mut self, status: Status) -> Option<Rc<Status>> {
        if self.last.as_deref() == Some(&status) {
            return None;
        }
        let shared = Rc::new(status);
        self.last = Some(Rc::clone(&shared));
        Some(shared)
    }

    pub(crate) fn last(&self) -> Option<&Rc<Status>> {
        self.last.as_ref()
    }
}
