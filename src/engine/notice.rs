//! Structured events for listeners and the log: sizes, numbers, places and durations, never
//! content.

use alloc::string::String;

use super::error::{EngineError, StoreError};
use super::ids::{DocumentId, StoreId};
use super::parts::PartState;
use crate::record::{Key, RecordError};

/// Something that listeners may want to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A draft record is stored.
    DraftStored {
        /// Of which document.
        document: DocumentId,
        /// Up to this edit.
        change: u64,
        /// Bytes of the record.
        bytes: usize,
        /// It is a checkpoint.
        whole: bool,
    },
    /// A draft record could not be stored; the content stays in memory and is tried again.
    DraftFailed {
        /// Of which document.
        document: DocumentId,
        /// Why.
        error: EngineError,
    },
    /// The draft went away, because the content equals the base or the user discarded it.
    DraftRemoved {
        /// Of which document.
        document: DocumentId,
    },
    /// A save was confirmed.
    Saved {
        /// Of which document.
        document: DocumentId,
        /// Up to this edit.
        change: u64,
        /// The revision of the base from here on.
        revision: u64,
    },
    /// A save failed, or is still waiting for the server after several attempts.
    SaveFailed {
        /// Of which document.
        document: DocumentId,
        /// Why.
        error: EngineError,
    },
    /// A state was kept as a version.
    VersionKept {
        /// Of which document.
        document: DocumentId,
        /// Its number.
        number: u64,
        /// Bytes that were new with it.
        bytes: usize,
    },
    /// The document went to a newer state of the server.
    FastForwarded {
        /// Which document.
        document: DocumentId,
        /// The revision of the base from here on.
        revision: u64,
    },
    /// The server has a state that the edits here did not grow from.
    Conflict {
        /// Of which document.
        document: DocumentId,
        /// Its revision.
        revision: u64,
    },
    /// The server has no such document any more.
    Gone {
        /// Which document.
        document: DocumentId,
    },
    /// The server was asked what has changed.
    Polled {
        /// Documents that are in another state than was known.
        changes: usize,
    },
    /// A draft was adopted.
    Recovered {
        /// By which document.
        document: DocumentId,
        /// Its writer.
        writer: String,
        /// Change number of its content.
        change: u64,
    },
    /// Bytes that do not verify were met; they stay where they are, listed and exportable.
    Quarantined {
        /// Where they are.
        key: Key,
        /// What is wrong with them.
        reason: RecordError,
    },
    /// A value differs from what its edits made of it: it was mutated in place. The value counts.
    MutatedInPlace {
        /// Of which document.
        document: DocumentId,
    },
    /// A piece with its own schema is doing otherwise than before.
    PartChanged {
        /// Of which document.
        document: DocumentId,
        /// JSON Pointer into the content.
        pointer: String,
        /// How it is doing.
        state: PartState,
    },
    /// Drafts are written to a lesser store.
    SteppedDown {
        /// From.
        from: StoreId,
        /// To.
        to: StoreId,
        /// Why.
        error: StoreError,
    },
    /// Drafts are written to a better store again.
    SteppedUp {
        /// From.
        from: StoreId,
        /// To.
        to: StoreId,
    },
    /// A store was found empty although it had held records.
    Evicted {
        /// Which.
        store: StoreId,
    },
    /// Another tab asks the server for all from here on, or this one does.
    LeaderChanged {
        /// This tab does.
        leads: bool,
    },
    /// An event came that answers nothing that is awaited; it was ignored.
    Stray {
        /// How many so far.
        count: u64,
    },
}
