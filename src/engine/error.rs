//! What can go wrong around the engine, as its events and answers say it. Owns the leaf errors of
//! the engine; `crate::error` gives them their public codes.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::history::VersionError;
use crate::json::JsonError;
use crate::protocol::{Excess, Problem, Refusal};
use crate::schema::Issue;

/// Why a store did not do what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no room.
    Quota,
    /// There is no such store here, or it cannot be opened.
    Unavailable,
    /// Another connection keeps the store from opening.
    Blocked,
    /// The connection broke; what was under way may or may not have been stored.
    ConnectionLost,
    /// A record that was expected is not there or is another: nothing was written.
    Moved,
    /// The transaction was rolled back.
    Aborted,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            StoreError::Quota => "the store is full",
            StoreError::Unavailable => "the store cannot be opened here",
            StoreError::Blocked => "another tab keeps the store from opening",
            StoreError::ConnectionLost => "the connection to the store broke",
            StoreError::Moved => "a record that the write builds on is gone or changed",
            StoreError::Aborted => "the store rolled the write back",
        })
    }
}

/// Why a request was refused or a track shows a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EngineError {
    /// A store failed.
    Store(StoreError),
    /// No store that could be read has the document.
    NotFound,
    /// A document of that id exists.
    Exists,
    /// A store that may have the document could not be read.
    Unavailable,
    /// The collection is not configured.
    UnknownCollection,
    /// The number names no open document.
    NotOpen,
    /// The document is shown only: a newer version of the app wrote it.
    ReadOnly,
    /// The app's text is no JSON content.
    Json(JsonError),
    /// The app's value has something at this pointer that JSON cannot say.
    NotJson(String),
    /// The app's report of what changed does not fit the content; the whole value is asked for.
    EditMisplaced(String),
    /// The app's migration failed; the old copy is untouched.
    MigrationFailed(String),
    /// Nothing of the draft verifies.
    Unreadable,
    /// There is no such draft, or an open document holds it.
    NoSuchDraft,
    /// The writer of the draft is alive in another tab.
    WriterAlive,
    /// There is no base, and more than one draft: one of them has to be chosen.
    SeveralDrafts,
    /// The open document has edits of its own, which the draft would replace.
    Dirty,
    /// The document was closed before the request could be done.
    Closed,
    /// The content is the base's: there is nothing to save.
    NoChanges,
    /// Content, title or description are beyond a limit of the collection.
    OutOfLimits(Excess),
    /// The content breaks the schema of the collection.
    Invalid(Vec<Issue>),
    /// The server has another state than the one that the edits grew from.
    Conflict,
    /// There is nothing to decide.
    NoConflict,
    /// The server has no such document any more.
    Gone,
    /// Nobody is signed in.
    Unauthorized,
    /// The server refused the request and said why, in words of the protocol: the limit, the place
    /// in the content, the time to wait.
    Problem(Box<Problem>),
    /// The server, or something on the way to it, refused the request with this status code and
    /// nothing more.
    Refused {
        /// The status code.
        status: u16,
    },
    /// The server did not answer.
    Net(NetError),
    /// The server can have no document of this name.
    Unnamable,
    /// No server is configured.
    NoRemote,
    /// The document was never saved: there is nothing to go back to.
    NoBase,
    /// A version cannot be made or read.
    Version(VersionError),
}

/// Why a request was not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NetError {
    /// There is no network, or no way to the server.
    Offline,
    /// No answer came in time.
    Timeout,
}

impl fmt::Display for NetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NetError::Offline => "the server cannot be reached",
            NetError::Timeout => "the server did not answer in time",
        })
    }
}

impl From<Refusal> for EngineError {
    fn from(refusal: Refusal) -> Self {
        let Refusal { status, problem, .. } = refusal;
        problem.map_or(EngineError::Refused { status }, |it| EngineError::Problem(Box::new(it)))
    }
}

impl From<StoreError> for EngineError {
    fn from(error: StoreError) -> Self {
        EngineError::Store(error)
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EngineError::Store(error) => error.fmt(f),
            EngineError::NotFound => f.write_str("there is no such document"),
            EngineError::Exists => f.write_str("a document with this id exists"),
            EngineError::Unavailable => {
                f.write_str("a store that may hold the document cannot be read; try again later")
            }
            EngineError::UnknownCollection => f.write_str("the collection is not configured"),
            EngineError::NotOpen => f.write_str("the document is not open"),
            EngineError::ReadOnly => {
                f.write_str("a newer version of the app wrote the document; update to edit it")
            }
            EngineError::Json(error) => error.fmt(f),
            EngineError::NotJson(at) => write!(f, "the value at {at:?} is nothing JSON can say"),
            EngineError::EditMisplaced(at) => write!(f, "there is nothing to edit at {at:?}"),
            EngineError::MigrationFailed(why) => write!(f, "the migration failed: {why}"),
            EngineError::Unreadable => f.write_str("nothing of the draft can be read"),
            EngineError::NoSuchDraft => f.write_str("there is no such draft to recover"),
            EngineError::WriterAlive => f.write_str("another tab is editing that draft"),
            EngineError::SeveralDrafts => {
                f.write_str("there are several drafts and no base; recover one of them")
            }
            EngineError::Dirty => {
                f.write_str("the open document has unsaved edits; save or discard them first")
            }
            EngineError::Closed => f.write_str("the document was closed"),
            EngineError::NoChanges => f.write_str("there is nothing to save"),
            EngineError::OutOfLimits(it) => it.fmt(f),
            EngineError::Invalid(issues) => {
                write!(f, "the content breaks its schema in {} places", issues.len())
            }
            EngineError::Conflict => {
                f.write_str("the server has newer content; choose what to keep")
            }
            EngineError::NoConflict => f.write_str("there is no conflict to resolve"),
            EngineError::Gone => f.write_str("the document is no longer on the server"),
            EngineError::Unauthorized => f.write_str("nobody is signed in; sign in to save"),
            EngineError::Problem(problem) => problem.fmt(f),
            EngineError::Refused { status } => {
                write!(f, "the server refused the request with status {status}")
            }
            EngineError::Net(error) => error.fmt(f),
            EngineError::Unnamable => {
                f.write_str("the server can have no document of this name; save it under another")
            }
            EngineError::NoRemote => f.write_str("no server is configured"),
            EngineError::NoBase => f.write_str("the document was never saved"),
            EngineError::Version(error) => error.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Options, canonicalize};
    use crate::protocol::Limited;

    #[test]
    fn each_error_says_in_words_of_its_own_what_happened() {
        let not_json = canonicalize(b"[", &Options::default()).unwrap_err();
        let stores = [
            StoreError::Quota,
            StoreError::Unavailable,
            StoreError::Blocked,
            StoreError::ConnectionLost,
            StoreError::Moved,
            StoreError::Aborted,
        ];
        let others = [
            EngineError::NotFound,
            EngineError::Exists,
            EngineError::Unavailable,
            EngineError::UnknownCollection,
            EngineError::NotOpen,
            EngineError::ReadOnly,
            EngineError::Json(not_json),
            EngineError::NotJson("/a".into()),
            EngineError::EditMisplaced("/a".into()),
            EngineError::MigrationFailed("it threw".into()),
            EngineError::Unreadable,
            EngineError::NoSuchDraft,
            EngineError::WriterAlive,
            EngineError::SeveralDrafts,
            EngineError::Dirty,
            EngineError::Closed,
            EngineError::NoChanges,
            EngineError::OutOfLimits(Excess { what: Limited::Content, actual: 2, limit: 1 }),
            EngineError::Invalid(Vec::new()),
            EngineError::Conflict,
            EngineError::NoConflict,
            EngineError::Gone,
            EngineError::Unauthorized,
            EngineError::Refused { status: 413 },
            EngineError::Problem(Box::new(Problem::SchemaOlder { current: 2 })),
            EngineError::Net(NetError::Offline),
            EngineError::Net(NetError::Timeout),
            EngineError::Unnamable,
            EngineError::NoRemote,
            EngineError::NoBase,
            EngineError::Version(VersionError::Unknown { number: 3 }),
        ];
        let all: Vec<EngineError> =
            stores.into_iter().map(EngineError::from).chain(others).collect();
        let words: std::collections::BTreeSet<String> =
            all.iter().map(|error| error.to_string()).collect();
        assert_eq!(words.len(), all.len());
        assert!(words.iter().all(|words| !words.is_empty() && !words.ends_with('.')));
        assert!(EngineError::NotJson("/a/b".into()).to_string().contains("/a/b"));
        assert!(EngineError::MigrationFailed("it threw".into()).to_string().contains("it threw"));
    }
}
