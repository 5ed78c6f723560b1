//! The numbers and names by which client and server speak of the same state: revisions, sequences,
//! epochs. Owns the types and their limits; it must not know when they rise.

use alloc::string::String;
use core::fmt;

use crate::limits::INTEGER_MAX;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
        pub struct $name(u64);

        impl $name {
            /// Before the first accepted write.
            pub const ZERO: $name = $name(0);

            /// This number, if JSON can say it exactly: at most 2^53 − 1 (RFC 7493 section 2.2).
            pub fn new(number: u64) -> Option<$name> {
                (number <= INTEGER_MAX).then_some($name(number))
            }

            /// The number itself.
            pub const fn value(self) -> u64 {
                self.0
            }

            /// The next number; nothing after 2^53 − 1.
            pub fn next(self) -> Option<$name> {
                $name::new(self.0 + 1)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number! {
    /// The server's number for the content of a document: one more with every accepted write of
    /// content and with its deletion, never back. The first is 1.
    Revision
}

number! {
    /// The server's number for title and description: one more with every accepted write of them,
    /// never back. The first is 1.
    MetadataRevision
}

number! {
    /// The place of a change in its space: one more with every accepted write of anything in it.
    Sequence
}

/// One life of a space. A server that was restored from a backup begins another one, so that nobody
/// takes its numbers for those that went before: 1 to 32 of `A-Z a-z 0-9 _ -`, drawn at random.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Epoch(String);

impl Epoch {
    /// Reads an epoch; nothing if it has other characters, none, or too many.
    pub fn parse(text: &str) -> Option<Epoch> {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
        let is_epoch = (1..=EPOCH_MAX).contains(&text.len()) && text.bytes().all(is_part);
        is_epoch.then(|| Epoch(text.into()))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads decimal digits without a sign or a leading zero, as numbers are spelled in tags, cursors
/// and queries: one spelling for each number.
pub(super) fn parse_decimal(text: &str) -> Option<u64> {
    let is_plain = text == "0" || !text.is_empty() && !text.starts_with('0');
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| is_plain && is_digits && *number <= INTEGER_MAX)
}

/// Characters of an epoch.
const EPOCH_MAX: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_ends_where_json_can_no_longer_say_it_exactly() {
        assert_eq!(Revision::ZERO.next(), Revision::new(1));
        let last = Revision::new(INTEGER_MAX).unwrap();
        assert_eq!((last.next(), Revision::new(INTEGER_MAX + 1)), (None, None));
    }

    #[test]
    fn a_number_has_one_spelling() {
        assert_eq!(parse_decimal("0"), Some(0));
        assert_eq!(parse_decimal("9007199254740991"), Some(INTEGER_MAX));
        for text in ["", "-1", "+1", "01", "1.0", "1e3", " 1", "9007199254740992", "١"] {
            assert_eq!(parse_decimal(text), None, "{text:?}");
        }
    }

    #[test]
    fn an_epoch_is_a_short_plain_word() {
        assert!(Epoch::parse("mVx-2_k").is_some());
        assert!(Epoch::parse(&"e".repeat(EPOCH_MAX)).is_some());
        for text in ["", "a.b", "ä", &"e".repeat(EPOCH_MAX + 1)] {
            assert_eq!(Epoch::parse(text), None, "{text:?}");
        }
    }
}
