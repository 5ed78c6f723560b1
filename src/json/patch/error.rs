//! Why a patch was refused: what is wrong, with which operation, at which place. Knows nothing of
//! codes, which `error.rs` at the root gives.

use alloc::string::String;
use core::fmt;

/// A patch that is no JSON Patch, or does not apply to the document. The document stays as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatchError {
    /// What is wrong.
    pub kind: PatchErrorKind,
    /// Number of the operation in the patch, from 0.
    pub index: usize,
    /// The operation's member `path`, or `from` where that is at fault; empty if it has none.
    pub pointer: String,
}

/// What is wrong with a patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PatchErrorKind {
    /// The patch is not an array (RFC 6902 section 3).
    NotAnArray,
    /// An element of the patch is not an object (RFC 6902 section 3).
    NotAnObject,
    /// The member `op` names no operation of RFC 6902 section 4.
    UnknownOperation,
    /// An operation lacks a member that it must have (RFC 6902 sections 4 to 4.6).
    MissingMember,
    /// The member `path` or `from` is not a JSON Pointer (RFC 6901 section 3).
    NotAPointer,
    /// The document has no value at this place.
    NotFound,
    /// The token is no index of this array (RFC 6901 section 4), or one beyond its end.
    BadIndex,
    /// The value is not the one that the operation `test` expects (RFC 6902 section 4.6).
    TestFailed,
    /// A value was to be moved into itself (RFC 6902 section 4.4).
    IntoItself,
    /// The whole document was to be removed, which would leave no document.
    RootRemoved,
    /// The document would be nested deeper than [`DEPTH_MAX`](crate::limits::DEPTH_MAX).
    TooDeep,
    /// The document, or what the operations copy in all, would be longer than the limit.
    TooLarge,
}

impl PatchErrorKind {
    /// Whether the patch is wrong in itself, whatever the document is.
    pub fn is_malformed(self) -> bool {
        matches!(
            self,
            Self::NotAnArray
                | Self::NotAnObject
                | Self::UnknownOperation
                | Self::MissingMember
                | Self::NotAPointer
        )
    }

    /// Stable word for programs: `not-found`, `test-failed` …
    pub fn reason(self) -> &'static str {
        match self {
            Self::NotAnArray => "not-an-array",
            Self::NotAnObject => "not-an-object",
            Self::UnknownOperation => "unknown-operation",
            Self::MissingMember => "missing-member",
            Self::NotAPointer => "not-a-pointer",
            Self::NotFound => "not-found",
            Self::BadIndex => "bad-index",
            Self::TestFailed => "test-failed",
            Self::IntoItself => "into-itself",
            Self::RootRemoved => "root-removed",
            Self::TooDeep => "too-deep",
            Self::TooLarge => "too-large",
        }
    }

    /// What is wrong, for people.
    pub fn message(self) -> &'static str {
        match self {
            Self::NotAnArray => "the patch is not an array",
            Self::NotAnObject => "an operation is not an object",
            Self::UnknownOperation => "the operation is unknown",
            Self::MissingMember => "a member is missing",
            Self::NotAPointer => "a path is not a JSON Pointer",
            Self::NotFound => "there is no such value",
            Self::BadIndex => "there is no such index",
            Self::TestFailed => "the value is another one",
            Self::IntoItself => "a value cannot move into itself",
            Self::RootRemoved => "the document cannot be removed",
            Self::TooDeep => "the document would be nested too deeply",
            Self::TooLarge => "the document would be too large",
        }
    }
}

impl fmt::Display for PatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, index, pointer } = self;
        write!(f, "{} (operation {index}, at \"{pointer}\")", kind.message())
    }
}

impl core::error::Error for PatchError {}
