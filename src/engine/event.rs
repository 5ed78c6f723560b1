//! What happened: the only way into the engine. Past tense. Texts and bytes cross as such; the
//! engine sees no live value of the app.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::error::{NetError, StoreError};
use super::hint::Hint;
use super::ids::{DocumentId, Request, StoreId, Token};
use crate::protocol::Response;
use crate::record::{BaseRef, Entry};
use crate::replica::Edit;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Answers `OpenStore`; or a store that had failed works again.
    StoreOpened {
        /// Which.
        store: StoreId,
    },
    /// Answers `OpenStore`, or arrives by itself when the store is gone for good.
    StoreFailed {
        /// Which.
        store: StoreId,
        /// Why.
        error: StoreError,
    },
    /// The store was found empty although it had held records: the browser evicted it.
    Evicted {
        /// Which.
        store: StoreId,
    },
    /// Answers `Read`.
    ReadDone {
        /// Of the effect.
        token: Token,
        /// Every record that the prefix covers, in the order of keys.
        entries: Vec<Entry>,
    },
    /// Answers `Read`. Could not read is never "nothing there".
    ReadFailed {
        /// Of the effect.
        token: Token,
        /// Why.
        error: StoreError,
    },
    /// Answers `Write` and `WriteNow`: the transaction is complete.
    Wrote {
        /// Of the effect.
        token: Token,
    },
    /// Answers `Write` and `WriteNow`. The batch may all the same have been stored, whole or not
    /// at all.
    WriteFailed {
        /// Of the effect.
        token: Token,
        /// Why.
        error: StoreError,
    },
    /// Answers `ListWriters`.
    WritersListed {
        /// Of the effect.
        token: Token,
        /// Ids of the writers that are alive: they hold their lock, frozen or not.
        alive: Vec<String>,
    },
    /// The timer set for `next_wakeup` fired; early, late and needless ones do no harm.
    TimerFired,
    /// The page was hidden, is being left, or is about to be frozen: everything must be on its way
    /// to the store before the handler returns.
    Hidden,
    /// The page is visible again, was resumed, or came back from the back/forward cache.
    Shown,
    /// The app asked for a new document.
    Create {
        /// For the answer.
        request: Request,
        /// Its collection.
        collection: String,
        /// Its id.
        document: String,
        /// Its title.
        title: String,
        /// Its description.
        description: Option<String>,
        /// Its content, as `JSON.stringify` wrote it.
        text: Vec<u8>,
    },
    /// The app asked for a document: from its base record, a draft, or both.
    Load {
        /// For the answer.
        request: Request,
        /// Its collection.
        collection: String,
        /// Its id.
        document: String,
    },
    /// A save was confirmed, or newer content came from where documents are saved. Becomes the
    /// base unless that would be a conflict; if the local content is clean, it becomes that too.
    BaseArrived {
        /// Which document.
        document: DocumentId,
        /// The whole base.
        base: Box<ArrivedBase>,
    },
    /// The app handed over an edit; its value is captured when the engine asks for it.
    Changed {
        /// Which document.
        document: DocumentId,
    },
    /// Answers `Capture`, before any later `Changed` of the document.
    Captured {
        /// Which document.
        document: DocumentId,
        /// Of the effect.
        token: Token,
        /// What has changed since the last capture.
        capture: Capture,
    },
    /// Answers `Capture`: the app's value is no JSON content.
    CaptureFailed {
        /// Which document.
        document: DocumentId,
        /// Of the effect.
        token: Token,
        /// JSON Pointer to what JSON cannot say.
        pointer: String,
    },
    /// The app changed the title. An edit like any other.
    Renamed {
        /// Which document.
        document: DocumentId,
        /// The new title.
        title: String,
    },
    /// The app changed the description. An edit like any other.
    Described {
        /// Which document.
        document: DocumentId,
        /// The new description; nothing takes it away.
        description: Option<String>,
    },
    /// The app wants every edit made so far to be stored.
    Flush {
        /// For the answer.
        request: Request,
        /// Which document.
        document: DocumentId,
    },
    /// The user drops the draft for good: the content goes back to the base, and a document that
    /// was never saved, or whose base no store has, is closed.
    Discard {
        /// For the answer.
        request: Request,
        /// Which document.
        document: DocumentId,
    },
    /// The app is done with the document. Its draft is stored and stays.
    Close {
        /// For the answer.
        request: Request,
        /// Which document.
        document: DocumentId,
    },
    /// The app wants what it has handed over so far to be saved: on the server, or without one on
    /// this device.
    Save {
        /// For the answer.
        request: Request,
        /// Which document.
        document: DocumentId,
    },
    /// The user has decided a conflict, or what becomes of a document that the server has no more.
    /// The side that gives way is kept as a version first.
    Resolve {
        /// For the answer.
        request: Request,
        /// Which document.
        document: DocumentId,
        /// How.
        choice: Choice,
    },
    /// The user goes back to the base. What is given up is kept as a version first: other than
    /// after `Discard`, it can be read again.
    Revert {
        /// For the answer.
        request: Request,
        /// Which document.
        document: DocumentId,
    },
    /// The user saves what is here as another document ("save as"). Whatever becomes of that, this
    /// document stays as it is and hears nothing of it.
    SaveAs {
        /// For the answer, which tells what became of the copy.
        request: Request,
        /// Which document.
        document: DocumentId,
        /// The other document.
        copy: Box<NewCopy>,
    },
    /// The app wants to know which versions this device has of a document, the newest first.
    ListVersions {
        /// For the answer.
        request: Request,
        /// Which document.
        document: DocumentId,
        /// Which of them.
        page: PageOf,
    },
    /// The app wants a version with its content.
    ReadVersion {
        /// For the answer.
        request: Request,
        /// Of which document.
        document: DocumentId,
        /// Its number.
        number: u64,
    },
    /// The app wants to know what has changed on the server, whether the page is visible or not.
    Sync {
        /// For the answer.
        request: Request,
    },
    /// Answers `Send`.
    Responded {
        /// Of the effect.
        token: Token,
        /// The response.
        response: Box<Response>,
    },
    /// Answers `Send`: no response came. The request may have had its effect all the same.
    SendFailed {
        /// Of the effect.
        token: Token,
        /// Why.
        error: NetError,
    },
    /// Answers `RenewToken`: the requests that follow have another token.
    TokenRenewed {
        /// Of the effect.
        token: Token,
    },
    /// Answers `RenewToken`: the app has no other token.
    TokenRefused {
        /// Of the effect.
        token: Token,
    },
    /// Somebody signed in.
    SignedIn,
    /// The network is gone. What is under way is answered all the same.
    Offline,
    /// The network may be there again.
    Online,
    /// Another tab of the workspace announced something.
    Heard {
        /// What.
        hint: Hint,
    },
    /// The app wants to see the drafts that no open document holds.
    ListDrafts {
        /// For the answer.
        request: Request,
    },
    /// The user chose a draft to go on with.
    Recover {
        /// For the answer.
        request: Request,
        /// Which, as `ListDrafts` named it.
        draft: DraftName,
    },
    /// The user drops a draft that no open document holds.
    DiscardDraft {
        /// For the answer.
        request: Request,
        /// Which, as `ListDrafts` named it.
        draft: DraftName,
    },
    /// The user wants the bytes of a draft, readable or not.
    ExportDraft {
        /// For the answer.
        request: Request,
        /// Which, as `ListDrafts` named it.
        draft: DraftName,
    },
    /// Answers `Migrate`.
    Migrated {
        /// Of the effect.
        token: Token,
        /// The migrated content, as `JSON.stringify` wrote it.
        text: Vec<u8>,
    },
    /// Answers `Migrate`: the app's function threw, or its result is no JSON content.
    MigrateFailed {
        /// Of the effect.
        token: Token,
        /// What it said.
        reason: String,
    },
}

/// What is to become of a document that is in conflict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// What is here is saved on the newest base. Brings a deleted document back.
    Mine,
    /// What the server has takes the place of what is here.
    Theirs,
    /// This content, as `JSON.stringify` wrote it, is saved on the newest base.
    Content(Vec<u8>),
}

/// Another document to be made of the content of an open one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCopy {
    /// Its collection; nothing for that of the document it is made of.
    pub collection: Option<String>,
    /// Its id.
    pub document: String,
    /// Its title.
    pub title: String,
    /// Its description.
    pub description: Option<String>,
}

/// Which of many are wanted, the newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageOf {
    /// At most so many.
    pub limit: usize,
    /// What the page before ended with; nothing for the first page.
    pub cursor: Option<u64>,
}

/// A base, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArrivedBase {
    /// It is what this document was saved as. Otherwise it came from elsewhere: a dirty document
    /// does not move to it, but is in conflict.
    pub is_own: bool,
    /// Its revision.
    pub revision: u64,
    /// Revision of title and description.
    pub metadata_revision: u64,
    /// Title.
    pub title: String,
    /// Description.
    pub description: Option<String>,
    /// Content: JSON text of any spelling.
    pub text: Vec<u8>,
}

/// What has changed in the app's value since the last capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Capture {
    /// These changes, in order; none when nothing changed. Texts as `JSON.stringify` wrote them.
    Edits(Vec<Edit>),
    /// The whole value, as `JSON.stringify` wrote it.
    Whole(Vec<u8>),
    /// Answers a `Capture` that asks for the whole value where the shell also knows the changes:
    /// if both disagree, the value was mutated in place, and the whole counts.
    Both {
        /// As in `Edits`.
        edits: Vec<Edit>,
        /// As in `Whole`.
        text: Vec<u8>,
    },
}

/// Names a draft in the store.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DraftName {
    /// Collection of the document.
    pub collection: String,
    /// Id of the document.
    pub document: String,
    /// Writer of the draft.
    pub writer: String,
}

/// What became of a draft's base since the draft grew from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftState {
    /// Its base is the newest base known, or it was never saved.
    Recoverable,
    /// A newer base than its own is known.
    Conflict,
    /// No content of it verifies.
    Unreadable,
    /// A newer version of the app wrote it; it can be read and exported, not changed.
    Newer,
}

/// A draft as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftSummary {
    /// Its name.
    pub name: DraftName,
    /// Title; empty when unreadable.
    pub title: String,
    /// Wall time of its newest record, milliseconds since 1970.
    pub changed_at: u64,
    /// Bytes of its records, all stores together.
    pub bytes: usize,
    /// Change number of its newest content that verifies.
    pub change: u64,
    /// The base it grew from.
    pub base: Option<BaseRef>,
    /// What it is.
    pub state: DraftState,
    /// Records of it that do not verify or lack their predecessor, with the reason.
    pub unusable: Vec<(crate::record::Key, crate::record::RecordError)>,
    /// What its content violates in the collection's schema.
    pub issues: Vec<crate::schema::Issue>,
}
