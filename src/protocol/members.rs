//! The JSON objects of messages: reading their members and writing them. Owns the difference
//! between a message and the content in it: a message is taken apart at its first level only, and
//! what stands in a member is judged by itself. So content may be as deep as anywhere else, and its
//! bytes are copied, never written anew. It must not know which members there are.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::json::pointer::push_decimal;
use crate::json::string::{find_end, to_text, unescape};
use crate::json::tree::{Children, Shape, shape, skip_value};
use crate::json::{JsonError, Options, canonicalize, escape};
use crate::limits::{INTEGER_MAX, TEXT_BYTES_MAX};

/// Why bytes are no message of this protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MessageError {
    /// The body is longer than [`BODY_BYTES_MAX`]. Nothing of it was read.
    TooLarge {
        /// Bytes that it has.
        bytes: usize,
    },
    /// The text is no JSON object, or has a member twice, or far more members than any message.
    NotAnObject,
    /// What stands in this member is no JSON text.
    NotJson {
        /// Name of the member.
        member: String,
        /// What is wrong with it.
        error: JsonError,
    },
    /// A member is missing, or holds something else than it must.
    Member(&'static str),
    /// The content, or title and description, are not those whose digest stands beside them.
    DigestMismatch,
    /// The answer is about something else than was sent.
    OtherThanSent,
}

impl fmt::Display for MessageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MessageError::TooLarge { bytes } => {
                write!(f, "the body has {bytes} bytes, the most is {BODY_BYTES_MAX}")
            }
            MessageError::NotAnObject => f.write_str("the body is not a JSON object"),
            MessageError::NotJson { member, error } => {
                write!(f, "the member {member:?} is not JSON: {error}")
            }
            MessageError::Member(name) => write!(f, "the member {name:?} is missing or wrong"),
            MessageError::DigestMismatch => {
                f.write_str("the content is not the one of the digest beside it; ask again")
            }
            MessageError::OtherThanSent => {
                f.write_str("the answer is about something else than was sent; send it again")
            }
        }
    }
}

impl core::error::Error for MessageError {}

/// The members of an object, each value as canonical text.
///
/// Names of more than the protocol knows are kept and do no harm: a newer server may say more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Members(Vec<(String, Vec<u8>)>);

impl Members {
    /// Takes a body apart.
    ///
    /// # Errors
    /// [`MessageError::TooLarge`], [`MessageError::NotAnObject`], [`MessageError::NotJson`].
    pub fn parse(body: &[u8]) -> Result<Members, MessageError> {
        if body.len() > BODY_BYTES_MAX {
            return Err(MessageError::TooLarge { bytes: body.len() });
        }
        let mut members: Vec<(String, Vec<u8>)> = Vec::new();
        for (name, value) in split(body).ok_or(MessageError::NotAnObject)? {
            let name = canonicalize(name, &Options::default());
            let name = name.map_err(|_| MessageError::NotAnObject)?;
            let name = text_of(&name).ok_or(MessageError::NotAnObject)?;
            if members.iter().any(|(own, _)| *own == name) {
                return Err(MessageError::NotAnObject);
            }
            match canonicalize(value, &Options::default()) {
                Ok(value) => members.push((name, value)),
                Err(error) => return Err(MessageError::NotJson { member: name, error }),
            }
        }
        Ok(Members(members))
    }

    /// The members of an object in canonical text; of any other value none.
    pub fn of_canonical(text: &[u8]) -> Members {
        let object = if shape(text) == Shape::Object { text } else { b"" };
        let named = |key: &[u8]| {
            let mut name = Vec::new();
            unescape(key, &mut name);
            to_text(&name)
        };
        Members(Children::new(object).map(|it| (named(it.key), it.value.into())).collect())
    }

    /// The canonical text of a member's value.
    pub fn raw(&self, name: &str) -> Option<&[u8]> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| &**value)
    }

    /// Takes a member's value out.
    pub fn take(&mut self, name: &str) -> Option<Vec<u8>> {
        let at = self.0.iter().position(|(own, _)| own == name)?;
        Some(self.0.swap_remove(at).1)
    }

    /// A string; nothing if the member is missing.
    pub fn optional_text(&self, name: &'static str) -> Result<Option<String>, MessageError> {
        let text = |value| text_of(value).ok_or(MessageError::Member(name));
        self.raw(name).map(text).transpose()
    }

    /// A string.
    pub fn text(&self, name: &'static str) -> Result<String, MessageError> {
        self.optional_text(name)?.ok_or(MessageError::Member(name))
    }

    /// A string, or `null`, which is nothing. Missing is neither.
    pub fn nullable_text(&self, name: &'static str) -> Result<Option<String>, MessageError> {
        if self.raw(name) == Some(b"null") { Ok(None) } else { self.text(name).map(Some) }
    }

    /// A whole number from 0 to 2^53 − 1; nothing if the member is missing.
    pub fn optional_number(&self, name: &'static str) -> Result<Option<u64>, MessageError> {
        let number = |value| number_of(value).ok_or(MessageError::Member(name));
        self.raw(name).map(number).transpose()
    }

    /// A whole number from 0 to 2^53 − 1.
    pub fn number(&self, name: &'static str) -> Result<u64, MessageError> {
        self.optional_number(name)?.ok_or(MessageError::Member(name))
    }

    /// `true` or `false`.
    pub fn truth(&self, name: &'static str) -> Result<bool, MessageError> {
        match self.raw(name) {
            Some(b"true") => Ok(true),
            Some(b"false") => Ok(false),
            _ => Err(MessageError::Member(name)),
        }
    }

    /// The objects in a list.
    pub fn objects(&self, name: &'static str) -> Result<Vec<Members>, MessageError> {
        let list = self.raw(name).filter(|value| shape(value) == Shape::Array);
        let list = Children::new(list.ok_or(MessageError::Member(name))?);
        let object = |it: crate::json::tree::Child| match shape(it.value) {
            Shape::Object => Ok(Members::of_canonical(it.value)),
            Shape::Array | Shape::Scalar => Err(MessageError::Member(name)),
        };
        list.map(object).collect()
    }
}

/// The spellings of names, with their quotes, and of values in the first level of an object;
/// nothing if the text is none. The values may still be anything that ends where a value must.
fn split(text: &[u8]) -> Option<Vec<(&[u8], &[u8])>> {
    let mut members = Vec::new();
    let mut at = expect(text, 0, b'{')?;
    if text.get(at) == Some(&b'}') {
        return (space(text, at + 1) == text.len()).then_some(members);
    }
    loop {
        let name = text.get(at).filter(|&&byte| byte == b'"').and(find_end(text, at + 1))?;
        let value = expect(text, space(text, name), b':')?;
        let end = skip_value(text, value);
        members.push((text.get(at..name)?, text.get(value..end)?));
        if members.len() > MEMBERS_MAX {
            return None;
        }
        let next = space(text, end);
        match text.get(next)? {
            b',' => at = space(text, next + 1),
            b'}' => return (space(text, next + 1) == text.len()).then_some(members),
            _ => return None,
        }
    }
}

/// The place of the next byte that is no white space, behind this byte.
fn expect(text: &[u8], at: usize, byte: u8) -> Option<usize> {
    let at = space(text, at);
    (text.get(at) == Some(&byte)).then(|| space(text, at + 1))
}

/// The place of the next byte that is no white space (RFC 8259 section 2).
fn space(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| b" \t\n\r".contains(byte)).count()
}

/// What a string in canonical text says.
fn text_of(value: &[u8]) -> Option<String> {
    let spelling = value.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    let mut text = Vec::new();
    unescape(spelling, &mut text);
    String::from_utf8(text).ok()
}

/// The whole number that canonical text spells. One beyond 2^53 − 1 may not be the one that was
/// meant.
fn number_of(value: &[u8]) -> Option<u64> {
    let text = core::str::from_utf8(value).ok()?;
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| is_digits && *number <= INTEGER_MAX)
}

/// Writes an object as canonical text, whatever the order in which its members come.
pub(super) struct Writer<'v> {
    members: Vec<(&'static str, Cow<'v, [u8]>)>,
}

impl<'v> Writer<'v> {
    pub fn new() -> Writer<'v> {
        Writer { members: Vec::new() }
    }

    /// A member whose value is spelled by this canonical text.
    pub fn raw(mut self, name: &'static str, value: impl Into<Cow<'v, [u8]>>) -> Writer<'v> {
        self.members.push((name, value.into()));
        self
    }

    pub fn text(self, name: &'static str, value: &str) -> Writer<'v> {
        self.raw(name, quoted(value))
    }

    /// A string, or `null` for nothing.
    pub fn nullable_text(self, name: &'static str, value: Option<&str>) -> Writer<'v> {
        self.raw(name, value.map_or(b"null".to_vec(), quoted))
    }

    pub fn number(self, name: &'static str, value: u64) -> Writer<'v> {
        let mut digits = Vec::new();
        push_number(&mut digits, value);
        self.raw(name, digits)
    }

    pub fn truth(self, name: &'static str, value: bool) -> Writer<'v> {
        self.raw(name, if value { &b"true"[..] } else { b"false" })
    }

    /// A list of values that these texts spell.
    pub fn list(self, name: &'static str, items: impl Iterator<Item = Vec<u8>>) -> Writer<'v> {
        let mut list = b"[".to_vec();
        for item in items {
            if list.len() > 1 {
                list.push(b',');
            }
            list.extend(item);
        }
        list.push(b']');
        self.raw(name, list)
    }

    /// The text: members in the order of their names, which are plain ASCII.
    pub fn finish(mut self) -> Vec<u8> {
        self.members.sort_by_key(|(name, _)| *name);
        let length = |(name, value): &(&str, Cow<[u8]>)| name.len() + value.len() + 4;
        let mut text = Vec::with_capacity(self.members.iter().map(length).sum::<usize>() + 2);
        text.push(b'{');
        for (name, value) in &self.members {
            if text.len() > 1 {
                text.push(b',');
            }
            text.push(b'"');
            text.extend_from_slice(name.as_bytes());
            text.extend_from_slice(b"\":");
            text.extend_from_slice(value);
        }
        text.push(b'}');
        text
    }
}

/// A string as canonical text spells it.
fn quoted(text: &str) -> Vec<u8> {
    let mut quoted = b"\"".to_vec();
    escape(text.as_bytes(), &mut quoted);
    quoted.push(b'"');
    quoted
}

/// Appends the digits of a number, which may be longer than a machine word of wasm.
fn push_number(out: &mut Vec<u8>, number: u64) {
    const PART: u64 = 1_000_000_000;
    if number < PART {
        return push_decimal(out, number as usize);
    }
    push_number(out, number / PART);
    let mut digits = Vec::new();
    push_decimal(&mut digits, (number % PART) as usize);
    out.extend(core::iter::repeat_n(b'0', 9 - digits.len()));
    out.extend(digits);
}

/// Longest body that is read, in bytes: the longest text of content, and as much besides it as no
/// message has. A server refuses sooner what its collections do not allow.
pub const BODY_BYTES_MAX: usize = TEXT_BYTES_MAX + (1 << 20);
/// Members of a message; none of this protocol has half as many.
const MEMBERS_MAX: usize = 64;
