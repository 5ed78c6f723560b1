//! Entity tags (RFC 9110 section 8.8.3) and the preconditions that name them. Owns their spelling
//! and when two are the same; it must not know what is written under a precondition.

use alloc::format;
use core::fmt;

use super::Problem;
use super::http::Headers;
use super::number::{MetadataRevision, Revision, parse_decimal};
use crate::json::{Digest, digest, hex};

/// Names one state of one document's content, or of its title and description: the number that it
/// has and the first 16 digits of its digest, as `"7-44136fa355b3678a"`.
///
/// Invariant: two tags are equal only for the same number of the same content. A server that was
/// restored from a backup gives numbers a second time; the digits tell which life a tag is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag {
    number: u64,
    digits: [u8; DIGEST_BYTES],
}

impl Tag {
    /// Of content; without a digest, of a document that was deleted at this revision. That has the
    /// digits of no bytes at all, which is no content's digest.
    pub fn of_content(revision: Revision, content: Option<&Digest>) -> Tag {
        let none = digest(b"");
        Tag::new(revision.value(), content.unwrap_or(&none))
    }

    /// Of title and description; see [`Metadata::digest`](super::Metadata::digest).
    pub fn of_metadata(revision: MetadataRevision, metadata: &Digest) -> Tag {
        Tag::new(revision.value(), metadata)
    }

    fn new(number: u64, digest: &Digest) -> Tag {
        let mut digits = [0; DIGEST_BYTES];
        digits.copy_from_slice(&digest[..DIGEST_BYTES]);
        Tag { number, digits }
    }

    /// The revision or metadata revision in it.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Reads a strong entity tag with its quotes; nothing if it is none of this protocol's.
    pub fn parse(text: &str) -> Option<Tag> {
        let inner = text.strip_prefix('"')?.strip_suffix('"')?;
        let (number, digits) = inner.split_once('-')?;
        Some(Tag { number: parse_decimal(number)?, digits: parse_hex(digits)? })
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut whole = [0; 32];
        whole[..DIGEST_BYTES].copy_from_slice(&self.digits);
        write!(f, "\"{}-{}\"", self.number, &hex(&whole)[..2 * DIGEST_BYTES])
    }
}

/// What a write builds on: its precondition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// `If-Match` with this tag: on exactly that state (RFC 9110 section 13.1.1).
    At(Tag),
    /// `If-None-Match: *`: on nothing, the document has never been (RFC 9110 section 13.1.2).
    Absent,
    /// `If-Match` with a tag that no state of this protocol has, or a weak one: `If-Match` compares
    /// strongly, so it names nothing.
    Elsewhere,
    /// None was named.
    Unnamed,
}

impl Base {
    /// Reads the precondition of a write.
    ///
    /// `If-Match: *`, "whatever is there", counts as none: no write without its base.
    ///
    /// # Errors
    /// [`Problem::Malformed`] for two preconditions at once, and for a field that is no
    /// precondition of this protocol, such as a list.
    pub(super) fn parse(headers: &Headers) -> Result<Base, Problem> {
        let base = match (headers.has("if-match"), headers.has("if-none-match")) {
            (false, false) => Some(Base::Unnamed),
            (true, false) => headers.value("if-match").and_then(Base::of_if_match),
            (false, true) => {
                headers.value("if-none-match").filter(|value| *value == "*").map(|_| Base::Absent)
            }
            (true, true) => None,
        };
        base.ok_or_else(|| Problem::malformed("if-match"))
    }

    fn of_if_match(value: &str) -> Option<Base> {
        if value == "*" {
            return Some(Base::Unnamed);
        }
        let quoted = value.strip_prefix("W/").unwrap_or(value);
        let inner = quoted.strip_prefix('"')?.strip_suffix('"')?;
        let is_tag = inner.bytes().all(|byte| byte > b' ' && byte != b'"' && byte != 0x7f);
        is_tag.then(|| Tag::parse(value).map_or(Base::Elsewhere, Base::At))
    }

    /// The field that says it, if one does.
    pub(super) fn push_to(&self, headers: &mut Headers) {
        match self {
            Base::At(tag) => headers.push("if-match", format!("{tag}")),
            Base::Absent => headers.push("if-none-match", "*"),
            Base::Elsewhere => headers.push("if-match", "\"\""),
            Base::Unnamed => {}
        }
    }
}

/// Reads a digest of 64 lower-case hexadecimal digits.
pub(super) fn parse_digest(text: &str) -> Option<Digest> {
    parse_hex(text)
}

/// Reads exactly so many bytes from lower-case hexadecimal digits.
fn parse_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks();
    let mut bytes = [0; N];
    if pairs.len() != N || !rest.is_empty() {
        return None;
    }
    for (byte, &[high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(high)? << 4 | digit(low)?;
    }
    Some(bytes)
}

/// Bytes of the digest in a tag: 16 digits.
const DIGEST_BYTES: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn content(revision: u64, text: &[u8]) -> Tag {
        Tag::of_content(Revision::new(revision).unwrap(), Some(&digest(text)))
    }

    fn base(fields: &[(&str, &str)]) -> Result<Base, Problem> {
        let mut headers = Headers::default();
        fields.iter().for_each(|(name, value)| headers.push(name, *value));
        Base::parse(&headers)
    }

    #[test]
    fn a_tag_is_the_number_and_sixteen_digits_of_the_digest() {
        assert_eq!(content(7, b"{}").to_string(), "\"7-44136fa355b3678a\"");
        assert_eq!(Tag::parse("\"7-44136fa355b3678a\""), Some(content(7, b"{}")));
        assert_eq!(content(7, b"{}").number(), 7);
    }

    #[test]
    fn the_number_alone_or_the_content_alone_is_another_tag() {
        assert_ne!(content(7, b"{}"), content(8, b"{}"));
        assert_ne!(content(7, b"{}"), content(7, b"[]"));
        let deleted = Tag::of_content(Revision::new(7).unwrap(), None);
        assert_eq!(deleted.to_string(), "\"7-e3b0c44298fc1c14\"");
    }

    #[test]
    fn what_is_spelled_otherwise_is_no_tag() {
        for text in [
            "7-44136fa355b3678a",
            "W/\"7-44136fa355b3678a\"",
            "\"07-44136fa355b3678a\"",
            "\"7-44136FA355B3678A\"",
            "\"7-44136fa355b3678\"",
            "\"7-44136fa355b3678a0\"",
            "\"7-44136fa355b3678a-gzip\"",
            "\"-1-44136fa355b3678a\"",
            "\"9007199254740992-44136fa355b3678a\"",
            "\"\"",
            "\"",
            "",
        ] {
            assert_eq!(Tag::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_precondition_names_a_base_or_that_there_is_none() {
        let tag = content(7, b"{}");
        assert_eq!(base(&[("If-Match", &tag.to_string())]), Ok(Base::At(tag)));
        assert_eq!(base(&[("if-none-match", " * ")]), Ok(Base::Absent));
        assert_eq!(base(&[]), Ok(Base::Unnamed));
    }

    #[test]
    fn whatever_is_there_is_no_base() {
        assert_eq!(base(&[("if-match", "*")]), Ok(Base::Unnamed));
    }

    #[test]
    fn a_weak_or_foreign_tag_names_nothing() {
        for value in ["W/\"7-44136fa355b3678a\"", "\"abc\"", "\"7-44136fa355b3678a-gzip\"", "\"\""]
        {
            assert_eq!(base(&[("if-match", value)]), Ok(Base::Elsewhere), "{value}");
        }
    }

    #[test]
    fn two_preconditions_a_list_and_bare_words_are_malformed() {
        let tag = content(7, b"{}").to_string();
        let list = format!("{tag}, {tag}");
        for fields in [
            &[("if-match", &*tag), ("if-none-match", "*")][..],
            &[("if-match", &tag), ("if-match", &tag)],
            &[("if-match", &list)],
            &[("if-match", "7")],
            &[("if-match", "")],
            &[("if-none-match", &tag)],
        ] {
            assert_eq!(base(fields), Err(Problem::malformed("if-match")), "{fields:?}");
        }
    }
}
