//! What is to be done: the only way out of the engine. Imperative. Every effect says which event
//! answers it.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

use super::error::EngineError;
use super::event::DraftSummary;
use super::health::Health;
use super::hint::Hint;
use super::ids::{DocumentId, Request, StoreId, Token};
use super::notice::Notice;
use super::parts::PartStatus;
use super::status::Status;
use crate::history;
use crate::protocol;
use crate::record::{Entry, Key, Prefix};

/// How firmly a transaction is to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Complete when the store has it; the disk may follow.
    Relaxed,
    /// Complete when the disk has it, and everything written to this store before it.
    Strict,
}

/// Records that are written and removed together, all or nothing.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Batch {
    /// Records to store.
    pub put: Vec<Entry>,
    /// Records to take away; those that are not there do no harm.
    pub remove: Vec<Key>,
    /// Records that must be there with this checksum at their end, or must not be there, or
    /// nothing is done and the write fails with `StoreError::Moved`.
    pub expect: Vec<(Key, Option<crate::record::Digest>)>,
}

/// Something to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Open a store. Answered by `StoreOpened` or `StoreFailed`; the adapter brings the timeout.
    OpenStore {
        /// Which.
        store: StoreId,
    },
    /// Read records. Answered by `ReadDone` or `ReadFailed`.
    Read {
        /// For the answer.
        token: Token,
        /// Where.
        store: StoreId,
        /// Which.
        prefix: Prefix,
    },
    /// Write a batch. Answered by `Wrote` or `WriteFailed`. Batches of one store take effect in
    /// the order of their effects.
    Write {
        /// For the answer.
        token: Token,
        /// Where.
        store: StoreId,
        /// What.
        batch: Batch,
        /// How firmly.
        durability: Durability,
    },
    /// Start a relaxed write at once, without waiting for anything: the page may be gone when this
    /// returns. Has no expectations. Answered by `Wrote` or `WriteFailed` if the page lives.
    WriteNow {
        /// For the answer.
        token: Token,
        /// Where.
        store: StoreId,
        /// What.
        batch: Batch,
    },
    /// Say which writers are alive. Answered by `WritersListed`.
    ListWriters {
        /// For the answer.
        token: Token,
    },
    /// Send a request to the server, with whatever token there is, past every cache. Answered by
    /// `Responded` or `SendFailed`; the adapter brings the timeout.
    Send {
        /// For the answer.
        token: Token,
        /// The request.
        request: protocol::Request,
    },
    /// Get another token from the app: the one in use was refused. Answered by `TokenRenewed` or
    /// `TokenRefused`.
    RenewToken {
        /// For the answer.
        token: Token,
    },
    /// Tell the other tabs of the workspace. Not answered; nothing is lost when it does not arrive.
    Announce {
        /// What.
        hint: Hint,
    },
    /// Say what has changed in the app's value since the last capture. Answered by `Captured` or
    /// `CaptureFailed`, before the handler of the event returns.
    Capture {
        /// Which document.
        document: DocumentId,
        /// For the answer.
        token: Token,
        /// The whole value is wanted, as well or alone.
        whole: bool,
    },
    /// Bring content from one schema version to the next. Answered by `Migrated` or
    /// `MigrateFailed`.
    Migrate {
        /// For the answer.
        token: Token,
        /// Collection of the document.
        collection: String,
        /// The version that the result follows: one above that of the text.
        to: u32,
        /// Canonical text.
        text: Vec<u8>,
    },
    /// Give the app this in place of its own: its document went to another base.
    Apply {
        /// Which document.
        document: DocumentId,
        /// Title.
        title: String,
        /// Description.
        description: Option<String>,
        /// Canonical text of the content; nothing when the content stays the app's own.
        text: Option<Vec<u8>>,
    },
    /// A copy is open: have its content at hand, for it is captured like any other. It is saved
    /// next; what becomes of that is the answer to its request. When that is a failure the copy is
    /// closed by then, and nothing of it is left.
    Copied {
        /// Of `SaveAs`.
        request: Request,
        /// The copy.
        opened: Opened,
    },
    /// Settle what the app asked for. The only answer to its request.
    Answer {
        /// Which request.
        request: Request,
        /// What became of it.
        answer: Answer,
    },
    /// Show this status. Emitted only when it differs from the last one.
    StatusChanged {
        /// Which document.
        document: DocumentId,
        /// The status; the same reference is given by `Engine::status` until the next change.
        status: Rc<Status>,
    },
    /// Show this health. Emitted only when it differs from the last one.
    HealthChanged {
        /// The health.
        health: Health,
    },
    /// Tell listeners and the log.
    Notify(Notice),
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Of `Create`, `Load` and `Recover`.
    Opened(Opened),
    /// Of `Flush`, `Discard`, `Revert`, `Close` and `DiscardDraft`: done, and stored. Of `Sync`:
    /// everything that has changed is known.
    Done,
    /// Of `Save`, `SaveAs` and `Resolve`: the base has everything that was asked for.
    Saved {
        /// Its revision.
        revision: u64,
        /// Digest of its content.
        digest: crate::record::Digest,
    },
    /// Of `Save`, `SaveAs` and `Resolve`: not saved yet. It is kept, and sent again when the
    /// network or the page comes back, when somebody signs in, and at the next start.
    Queued(EngineError),
    /// Of `ListDrafts`.
    Drafts {
        /// The drafts, in the order of their names.
        drafts: Vec<DraftSummary>,
        /// Stores that could not be read: what they hold is unknown.
        unread: Vec<StoreId>,
    },
    /// Of `ExportDraft`: every record of the draft as it lies in the stores.
    Exported(Vec<Entry>),
    /// Of `ListVersions`.
    Versions {
        /// What is known of each without its content, the newest first.
        entries: Vec<history::Entry>,
        /// Where the next page begins; nothing when this was the last.
        cursor: Option<u64>,
        /// Numbers of versions of which only that can be said: their entries cannot be read. On
        /// every page all of them.
        unreadable: Vec<u64>,
        /// Stores that could not be read: what they hold is unknown.
        unread: Vec<StoreId>,
    },
    /// Of `ReadVersion`: the version, byte for byte as it was kept.
    Version(Box<history::Version>),
    /// Of any request.
    Failed(EngineError),
}

/// An open document.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// Its number from here on. The number of a document that was open already is given again.
    pub document: DocumentId,
    /// Writer of the draft of this opening: the engine's id, with a number behind it when the
    /// document was open before.
    pub writer: String,
    /// Title.
    pub title: String,
    /// Description.
    pub description: Option<String>,
    /// Canonical text of the content.
    pub text: Vec<u8>,
    /// Change number of that content.
    pub change: u64,
    /// The content was adopted from a draft.
    pub recovered: bool,
    /// A newer version of the app wrote it: it is shown and never written.
    pub read_only: bool,
    /// The pieces with their own schema.
    pub parts: Vec<PartStatus>,
}

/// Where sub-machines put what is to be done, in order.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    queue: VecDeque<Effect>,
    tokens: u64,
}

impl Effects {
    pub(crate) fn push(&mut self, effect: Effect) {
        self.queue.push_back(effect);
    }
    pub(crate) fn pop(&mut self) -> Option<Effect> {
        self.queue.pop_front()
    }
    pub(crate) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }
    /// A token that was never given before.
    pub(crate) fn token(&mut self) -> Token {
        self.tokens += 1;
        Token(self.tokens)
    }
    pub(crate) fn answer(&mut self, request: Request, answer: Answer) {
        self.push(Effect::Answer { request, answer });
    }
}
