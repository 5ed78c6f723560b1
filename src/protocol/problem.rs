//! Why a server refuses a request: a stable code, what to do next, and what explains it. Owns the
//! table of codes; it must not know which rule was broken where, nor how a problem is spelled. What
//! a client makes of an answer that is none of these is `advice.rs`'s.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::document::Position;
use super::http::Method;
use super::limits::Excess;
use super::number::Epoch;
use crate::json::Digest;
use crate::schema::Issue;

/// What a client does after a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// The same request is refused again, and nobody but a programmer can change that.
    Never,
    /// The same request, under the same key, after a while.
    Later,
    /// Another request at once: on the state that is there now, under a new key. Whether it may be
    /// made without asking is a question of what has changed.
    Rebase,
    /// Another request at once: the same content, whole, on the same base, under a new key.
    Whole,
    /// The same request with a new token, at once; if that is refused too, after signing in.
    SignIn,
    /// Another request, after a person has done something.
    AfterUser,
    /// The feed from its beginning, at once.
    Reset,
}

impl Retry {
    const ALL: [Retry; 7] = [
        Retry::Never,
        Retry::Later,
        Retry::Rebase,
        Retry::Whole,
        Retry::SignIn,
        Retry::AfterUser,
        Retry::Reset,
    ];

    /// As problems spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Retry::Never => "never",
            Retry::Later => "later",
            Retry::Rebase => "rebase",
            Retry::Whole => "whole",
            Retry::SignIn => "sign-in",
            Retry::AfterUser => "after-user",
            Retry::Reset => "reset",
        }
    }

    /// Reads what problems spell; nothing for a word that is not known.
    pub(super) fn parse(text: &str) -> Option<Retry> {
        Retry::ALL.into_iter().find(|retry| retry.as_str() == text)
    }
}

/// What content violates in its schema, as [`Issue`] has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// JSON Pointer to the value that is wrong.
    pub instance_path: String,
    /// JSON Pointer into the schema to the rule that it breaks.
    pub schema_path: String,
    /// What is wrong, for people.
    pub message: String,
}

impl From<&Issue> for Violation {
    fn from(issue: &Issue) -> Self {
        Violation {
            instance_path: issue.instance_path.clone(),
            schema_path: issue.schema_path.clone(),
            message: issue.message.into(),
        }
    }
}

/// Why a request is refused. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The request breaks the form of the protocol in this member, header or parameter.
    Malformed {
        /// Its name.
        field: String,
    },
    /// Nobody is signed in, or no longer.
    Unauthorized,
    /// Whoever is signed in may see this and not change it. What they may not see is not found.
    Forbidden,
    /// There is no such document, workspace or path, or it is not theirs; nobody is told which.
    NotFound,
    /// The path is none for this method.
    Method {
        /// The methods that it is for.
        allowed: Vec<Method>,
    },
    /// Another request was accepted under this key.
    KeyReused,
    /// The document was deleted.
    Gone {
        /// Its deletion.
        position: Position,
    },
    /// The feed cannot go on from this cursor.
    CursorReset {
        /// Of the feed that there is; nothing where that was not looked at.
        epoch: Option<Epoch>,
    },
    /// The document is in another state than the write builds on.
    Conflict {
        /// That state; nothing if there has never been such a document.
        position: Option<Position>,
    },
    /// The content is larger than its collection allows.
    TooLarge(Excess),
    /// The body is of another media type than JSON.
    MediaType,
    /// The content is not JSON, or not within the limits of every content.
    NotJson {
        /// JSON Pointer to the place.
        pointer: String,
        /// Stable word; see [`JsonErrorKind::reason`](crate::json::JsonErrorKind::reason).
        reason: String,
    },
    /// The content breaks rules of its collection's schema.
    Invalid {
        /// The first of them, at most [`ISSUES_MAX`](crate::limits::ISSUES_MAX).
        issues: Vec<Violation>,
    },
    /// The content that arrived is not the one whose digest arrived with it.
    DigestMismatch {
        /// Of the content that arrived.
        actual: Digest,
    },
    /// The patch does not lead from the base to the content whose digest it names.
    PatchMismatch,
    /// The document follows a newer schema than the content that would replace it.
    SchemaOlder {
        /// Version that the document follows.
        current: u32,
    },
    /// Title or description is too long or too short.
    OutOfLimits(Excess),
    /// A write without `If-Match` or `If-None-Match: *`.
    BaseRequired,
    /// Too many requests; `Retry-After` says how long to wait.
    RateLimited {
        /// Seconds to wait.
        wait_s: u32,
    },
    /// The server failed. Whether the request had an effect is not known.
    Server,
    /// The server rests; `Retry-After` says how long to wait.
    Unavailable {
        /// Seconds to wait.
        wait_s: u32,
    },
    /// The space has no room left.
    SpaceFull(Excess),
    /// A code that a newer server gives. Only read, never decided.
    Other {
        /// The code.
        code: String,
        /// Status code of the response.
        status: u16,
        /// What the server says is to be done.
        retry: Retry,
    },
}

impl Problem {
    /// The request breaks the form of the protocol in this field.
    pub(super) fn malformed(field: &str) -> Problem {
        Problem::Malformed { field: field.into() }
    }

    /// Code, status and what to do: a row of the table of codes.
    fn row(&self) -> (&str, u16, Retry) {
        match self {
            Problem::Malformed { .. } => ("request/malformed", 400, Retry::Never),
            Problem::Unauthorized => ("sync/unauthorized", 401, Retry::SignIn),
            Problem::Forbidden => ("sync/forbidden", 403, Retry::AfterUser),
            Problem::NotFound => ("document/not-found", 404, Retry::Never),
            Problem::Method { .. } => ("request/method", 405, Retry::Never),
            Problem::KeyReused => ("request/key-reused", 409, Retry::Rebase),
            Problem::Gone { .. } => ("sync/gone", 410, Retry::AfterUser),
            Problem::CursorReset { .. } => ("sync/cursor-reset", 410, Retry::Reset),
            Problem::Conflict { .. } => ("sync/conflict", 412, Retry::Rebase),
            Problem::TooLarge(_) => ("content/too-large", 413, Retry::AfterUser),
            Problem::MediaType => ("request/media-type", 415, Retry::Never),
            Problem::NotJson { .. } => ("content/not-json", 422, Retry::Never),
            Problem::Invalid { .. } => ("content/invalid", 422, Retry::AfterUser),
            Problem::DigestMismatch { .. } => ("content/digest-mismatch", 422, Retry::Later),
            Problem::PatchMismatch => ("content/patch-mismatch", 422, Retry::Whole),
            Problem::SchemaOlder { .. } => ("content/schema-older", 422, Retry::AfterUser),
            Problem::OutOfLimits(_) => ("metadata/out-of-limits", 422, Retry::AfterUser),
            Problem::BaseRequired => ("request/base-required", 428, Retry::Never),
            Problem::RateLimited { .. } => ("sync/rate-limited", 429, Retry::Later),
            Problem::Server => ("sync/server", 500, Retry::Later),
            Problem::Unavailable { .. } => ("sync/unavailable", 503, Retry::Later),
            Problem::SpaceFull(_) => ("sync/space-full", 507, Retry::AfterUser),
            Problem::Other { code, status, retry } => (code, *status, *retry),
        }
    }

    /// What is wrong, in the same words for every problem of this code.
    pub fn title(&self) -> &'static str {
        match self {
            Problem::Malformed { .. } => "the request breaks the protocol",
            Problem::Unauthorized => "nobody is signed in",
            Problem::Forbidden => "this may be seen and not changed",
            Problem::NotFound => "there is no such thing",
            Problem::Method { .. } => "the path is none for this method",
            Problem::KeyReused => "another request was accepted under this key",
            Problem::Gone { .. } => "the document was deleted",
            Problem::CursorReset { .. } => "the feed cannot go on from this cursor",
            Problem::Conflict { .. } => "the document is in another state than the write builds on",
            Problem::TooLarge(_) => "the content is too large",
            Problem::MediaType => "the body is not JSON",
            Problem::NotJson { .. } => "the content is not JSON",
            Problem::Invalid { .. } => "the content breaks its schema",
            Problem::DigestMismatch { .. } => "the content was damaged on its way",
            Problem::PatchMismatch => {
                "the patch does not lead to its result; send the content whole"
            }
            Problem::SchemaOlder { .. } => {
                "a newer version of the app wrote the document; update to save"
            }
            Problem::OutOfLimits(_) => "a text has a wrong length",
            Problem::BaseRequired => "a write names its base: If-Match, or If-None-Match: *",
            Problem::RateLimited { .. } => "too many requests",
            Problem::Server => "the server failed",
            Problem::Unavailable { .. } => "the server rests",
            Problem::SpaceFull(_) => "the space has no room left",
            Problem::Other { .. } => "the server refused the request",
        }
    }

    /// Stable code in the form `area/what`. Never renamed.
    pub fn code(&self) -> &str {
        self.row().0
    }

    /// The status code of the response.
    pub fn status(&self) -> u16 {
        self.row().1
    }

    /// What to do next.
    pub fn retry(&self) -> Retry {
        self.row().2
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())?;
        match self {
            Problem::Malformed { field } => write!(f, " in {field:?}"),
            Problem::TooLarge(excess)
            | Problem::OutOfLimits(excess)
            | Problem::SpaceFull(excess) => {
                write!(f, ": {excess}")
            }
            Problem::NotJson { pointer, reason } => write!(f, " at {pointer:?} ({reason})"),
            Problem::Invalid { issues } => write!(f, " in {} places", issues.len()),
            Problem::RateLimited { wait_s } | Problem::Unavailable { wait_s } => {
                write!(f, "; try again in {wait_s} seconds")
            }
            _ => Ok(()),
        }
    }
}

impl core::error::Error for Problem {}
