//! Why bytes of a store are no usable record. Owns the reasons and how they are told; it must not
//! know where in the store the bytes lie.

use core::fmt;

/// Why bytes of a store are no usable record. Whatever the reason, they stay where they are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecordError {
    /// They end before the record does.
    Truncated,
    /// They do not begin as a record does.
    NotARecord,
    /// A later version of Keepfast wrote them.
    NewerFormat {
        /// Number of that format.
        format: u16,
    },
    /// They are not the bytes that were written.
    ChecksumMismatch,
    /// They verify, yet break a rule of the format; the place says which field.
    Malformed(&'static str),
    /// They are another record than their key says.
    KeyMismatch,
    /// The record that they build on is not there.
    PredecessorMissing,
    /// Replaying them does not lead to the content that was written.
    ResultMismatch,
}

impl RecordError {
    /// Stable code in the form `area/what`; one of [`CODES`](crate::error::CODES).
    pub fn code(&self) -> &'static str {
        match self {
            RecordError::NewerFormat { .. } => "record/newer-format",
            RecordError::Truncated
            | RecordError::NotARecord
            | RecordError::ChecksumMismatch
            | RecordError::Malformed(_)
            | RecordError::KeyMismatch
            | RecordError::PredecessorMissing
            | RecordError::ResultMismatch => "record/corrupt",
        }
    }

    /// Stable word for it.
    pub fn reason(&self) -> &'static str {
        match self {
            RecordError::Truncated => "truncated",
            RecordError::NotARecord => "not-a-record",
            RecordError::NewerFormat { .. } => "newer-format",
            RecordError::ChecksumMismatch => "checksum-mismatch",
            RecordError::Malformed(_) => "malformed",
            RecordError::KeyMismatch => "key-mismatch",
            RecordError::PredecessorMissing => "predecessor-missing",
            RecordError::ResultMismatch => "result-mismatch",
        }
    }

    /// What is wrong, for people.
    pub fn message(&self) -> &'static str {
        match self {
            RecordError::Truncated => "the record is cut off",
            RecordError::NotARecord => "the bytes are no record",
            RecordError::NewerFormat { .. } => "a later version wrote the record",
            RecordError::ChecksumMismatch => "the record is damaged",
            RecordError::Malformed(_) => "the record breaks the format",
            RecordError::KeyMismatch => "the record is stored under another's name",
            RecordError::PredecessorMissing => "the record builds on one that is not there",
            RecordError::ResultMismatch => {
                "the record does not lead to the content that was written"
            }
        }
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())?;
        match self {
            RecordError::NewerFormat { format } => write!(f, " (format {format})"),
            RecordError::Malformed(field) => write!(f, " ({field})"),
            RecordError::Truncated
            | RecordError::NotARecord
            | RecordError::ChecksumMismatch
            | RecordError::KeyMismatch
            | RecordError::PredecessorMissing
            | RecordError::ResultMismatch => Ok(()),
        }
    }
}

impl core::error::Error for RecordError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::CODES;
    use crate::record::decode;

    const ALL: [RecordError; 8] = [
        RecordError::Truncated,
        RecordError::NotARecord,
        RecordError::NewerFormat { format: 7 },
        RecordError::ChecksumMismatch,
        RecordError::Malformed("title"),
        RecordError::KeyMismatch,
        RecordError::PredecessorMissing,
        RecordError::ResultMismatch,
    ];

    #[test]
    fn each_error_has_words_and_a_reason_of_its_own() {
        let told = |tell: fn(&RecordError) -> String| -> std::collections::BTreeSet<String> {
            ALL.iter().map(tell).collect()
        };
        assert_eq!(told(|error| error.to_string()).len(), ALL.len());
        assert_eq!(told(|error| error.message().into()).len(), ALL.len());
        assert_eq!(told(|error| error.reason().into()).len(), ALL.len());
    }

    #[test]
    fn what_is_wrong_is_said_with_the_number_or_the_field() {
        assert!(ALL[2].to_string().contains('7'), "{}", ALL[2]);
        assert!(ALL[4].to_string().contains("title"), "{}", ALL[4]);
    }

    #[test]
    fn every_record_error_has_a_code_from_the_table() {
        let corrupt = decode(b"1").unwrap_err();
        for error in ALL.into_iter().chain([corrupt]) {
            assert!(CODES.iter().any(|row| row.0 == error.code()), "{}", error.code());
        }
    }
}
