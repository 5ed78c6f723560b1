//! Why a version cannot be made or read, and what is to be done then. Owns the reasons; it must not
//! know where versions lie.

use core::fmt;

use super::slices::SliceError;
use crate::json::{Digest, hex};

/// Why a version cannot be made or read. Whatever the reason, nothing that is stored has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VersionError {
    /// There is no version of this number. List the versions again.
    Unknown {
        /// The number that was asked for.
        number: u64,
    },
    /// A slice of the content is not in the store. Read the version from another store or from the
    /// server; other versions may still be whole. Before the next version is made, call
    /// [`forget_all_slices`](super::Versions::forget_all_slices).
    MissingSlice {
        /// Number of the version.
        number: u64,
        /// Digest of the slice.
        slice: Digest,
    },
    /// A slice of the content is not what was stored. Its bytes are to be kept. For the rest, do as
    /// with a missing one.
    DamagedSlice {
        /// Number of the version.
        number: u64,
        /// Digest of the slice.
        slice: Digest,
    },
    /// The slices are sound, and yet are not the content that the entry names. Read the version
    /// from another store or from the server.
    DigestMismatch {
        /// Number of the version.
        number: u64,
    },
    /// A text that describes the version is too long. Shorten it.
    TextTooLong {
        /// Which text.
        field: &'static str,
        /// Its length in bytes.
        bytes: usize,
        /// The limit; equal is allowed.
        bytes_max: usize,
    },
    /// The version names another one, as parent or as what it restores, that is none. Look up the
    /// number again.
    UnknownParent {
        /// The number that it names.
        number: u64,
    },
    /// The entry of a version cannot be read, so nobody knows which slices it needs. Keep it, or
    /// have the user discard the version.
    UnreadableEntry {
        /// Number of the version.
        number: u64,
    },
    /// The newest version cannot be removed: its number would be given again.
    NewestStays {
        /// Number of the newest version.
        number: u64,
    },
}

impl VersionError {
    /// What it means for a version that its slices cannot be used.
    pub(super) fn of_slice(number: u64, error: SliceError) -> VersionError {
        match error {
            SliceError::Missing(slice) => VersionError::MissingSlice { number, slice },
            SliceError::Damaged(slice) => VersionError::DamagedSlice { number, slice },
            SliceError::TooLong => VersionError::DigestMismatch { number },
        }
    }
}

impl fmt::Display for VersionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { number } => write!(f, "there is no version {number}"),
            Self::MissingSlice { number, slice } => {
                write!(f, "version {number} lacks its slice {}", hex(slice))
            }
            Self::DamagedSlice { number, slice } => {
                write!(f, "slice {} of version {number} is damaged", hex(slice))
            }
            Self::DigestMismatch { number } => {
                write!(f, "the slices of version {number} are not the content that it names")
            }
            Self::TextTooLong { field, bytes, bytes_max } => {
                write!(f, "the {field} has {bytes} bytes; the most is {bytes_max}")
            }
            Self::UnknownParent { number } => {
                write!(f, "the version grows from version {number}, which there is not")
            }
            Self::UnreadableEntry { number } => {
                write!(f, "the entry of version {number} cannot be read")
            }
            Self::NewestStays { number } => {
                write!(f, "version {number} is the newest one and stays")
            }
        }
    }
}

impl core::error::Error for VersionError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_of_which_version_and_of_which_slice_it_is() {
        let (number, slice) = (7, [0xab; 32]);
        let name = "ab".repeat(32);
        let (bytes, bytes_max) = (20, 16);
        for (error, told) in [
            (VersionError::Unknown { number }, "there is no version 7".to_owned()),
            (
                VersionError::of_slice(number, SliceError::Missing(slice)),
                format!("version 7 lacks its slice {name}"),
            ),
            (
                VersionError::of_slice(number, SliceError::Damaged(slice)),
                format!("slice {name} of version 7 is damaged"),
            ),
            (
                VersionError::of_slice(number, SliceError::TooLong),
                "the slices of version 7 are not the content that it names".to_owned(),
            ),
            (
                VersionError::TextTooLong { field: "title", bytes, bytes_max },
                "the title has 20 bytes; the most is 16".to_owned(),
            ),
            (
                VersionError::UnknownParent { number },
                "the version grows from version 7, which there is not".to_owned(),
            ),
            (
                VersionError::UnreadableEntry { number },
                "the entry of version 7 cannot be read".to_owned(),
            ),
            (
                VersionError::NewestStays { number },
                "version 7 is the newest one and stays".to_owned(),
            ),
        ] {
            assert_eq!(error.to_string(), told);
        }
    }
}
