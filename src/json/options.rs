//! How a text is read: which door, which limits, and what is done where JSON leaves a choice. The
//! values come from the caller, the defaults from `limits.rs`.

use super::locate;
use super::{JsonError, JsonErrorKind};
use crate::limits;

/// Where a text comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// `JSON.stringify` wrote it for us: no white space, canonical numbers and strings, no name
    /// twice. Anything else given as such yields an error or some other text, never a crash.
    Own,
    /// Anywhere else: every byte is checked.
    Foreign,
}

/// What becomes of a second member of the same name, which RFC 8259 section 4 leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duplicates {
    /// The text is refused, as I-JSON (RFC 7493 section 2.3) asks.
    Refuse,
    /// The last one counts, as with `JSON.parse`.
    LastWins,
}

/// How a text is read.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Which door.
    pub source: Source,
    /// Longest text, in bytes; equal is allowed.
    pub bytes_max: usize,
    /// Deepest nesting of arrays and objects; equal is allowed, and more than
    /// [`limits::DEPTH_MAX`] counts as that.
    pub depth_max: usize,
    /// What becomes of a name that its object already has.
    pub duplicates: Duplicates,
    /// Refuse integers, written without fraction and exponent, beyond ±(2^53 − 1).
    pub exact_integers: bool,
}

impl Default for Options {
    /// The strict door with the limits of [`limits`], refusing names twice.
    fn default() -> Self {
        Options {
            source: Source::Foreign,
            bytes_max: limits::TEXT_BYTES_MAX,
            depth_max: limits::DEPTH_MAX,
            duplicates: Duplicates::Refuse,
            exact_integers: false,
        }
    }
}

impl Options {
    /// The default options for text of this origin.
    pub fn for_source(source: Source) -> Self {
        Options { source, ..Options::default() }
    }

    /// Refuses a text that is longer than the limit.
    pub(crate) fn admit(&self, text: &[u8]) -> Result<(), JsonError> {
        if text.len() <= self.bytes_max.min(limits::POSITION_MAX) {
            return Ok(());
        }
        Err(locate::whole(JsonErrorKind::TooLarge, 0))
    }
}
