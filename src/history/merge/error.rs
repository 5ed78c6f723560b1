//! Why two states cannot be merged at all. Owns the reasons; a conflict is none of them. It must
//! not know how merging is done.

use core::fmt;

use crate::json::JsonError;

/// A text that is no content, so that there is nothing to merge. Nothing was changed; correct or
/// load that text again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeError {
    /// Which text.
    pub part: Part,
    /// What is wrong with it.
    pub error: JsonError,
}

/// One of the texts of a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What both sides grew from.
    Base,
    /// One side.
    Mine,
    /// The other side.
    Theirs,
    /// What they were merged to; it is too large.
    Merged,
}

impl fmt::Display for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = match self.part {
            Part::Base => "the base",
            Part::Mine => "my side",
            Part::Theirs => "their side",
            Part::Merged => "the merged content",
        };
        write!(f, "{part} cannot be merged: {}", self.error)
    }
}

impl core::error::Error for MergeError {}
