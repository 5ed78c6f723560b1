//! Why a text was refused: what is wrong, at which byte, and where in the document. Knows nothing
//! of codes, which `error.rs` at the root gives.

use alloc::string::String;
use core::fmt;

/// A text that is not JSON content, or is more than the limits allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// What is wrong.
    pub kind: JsonErrorKind,
    /// Byte of the text at which it shows: the first byte that cannot continue a valid text, or
    /// the first byte of the token that is refused; the length of the text where it ends too soon.
    pub offset: usize,
    /// JSON Pointer (RFC 6901) to the value that holds that byte; empty for the whole document.
    pub pointer: String,
}

/// What is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonErrorKind {
    /// A byte that no JSON text can have at this place (RFC 8259 section 2).
    Syntax,
    /// The text ends before the value does.
    Truncated,
    /// Bytes that are not UTF-8 (RFC 8259 section 8.1, RFC 3629).
    Utf8,
    /// A control character that must be escaped (RFC 8259 section 7).
    Control,
    /// A backslash that begins no escape sequence (RFC 8259 section 7).
    Escape,
    /// Half of a surrogate pair, which no Unicode text contains (RFC 7493 section 2.1).
    LoneSurrogate,
    /// A number beyond the range of a double (RFC 7493 section 2.2).
    NumberRange,
    /// An integer beyond ±(2^53 − 1), refused because exact integers were asked for.
    InexactInteger,
    /// A member name that its object already has (RFC 7493 section 2.3).
    DuplicateKey,
    /// More than [`limits::DEPTH_MAX`](crate::limits::DEPTH_MAX) levels, or those asked for.
    TooDeep,
    /// More bytes than the limit. Nothing was read.
    TooLarge,
}

impl JsonErrorKind {
    /// Stable word for programs: `duplicate-key`, `lone-surrogate` …
    pub fn reason(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Truncated => "truncated",
            Self::Utf8 => "utf-8",
            Self::Control => "control-character",
            Self::Escape => "escape",
            Self::LoneSurrogate => "lone-surrogate",
            Self::NumberRange => "number-range",
            Self::InexactInteger => "inexact-integer",
            Self::DuplicateKey => "duplicate-key",
            Self::TooDeep => "too-deep",
            Self::TooLarge => "too-large",
        }
    }

    /// What is wrong, for people.
    pub fn message(self) -> &'static str {
        match self {
            Self::Syntax => "this byte cannot stand here in a JSON text",
            Self::Truncated => "the text ends before the value is complete",
            Self::Utf8 => "the text is not UTF-8",
            Self::Control => "a control character in a string must be escaped",
            Self::Escape => "this is no escape sequence of JSON",
            Self::LoneSurrogate => "a string contains half of a surrogate pair",
            Self::NumberRange => "a number lies outside the range of a double",
            Self::InexactInteger => "an integer lies outside the range that a double holds exactly",
            Self::DuplicateKey => "an object has two members of one name",
            Self::TooDeep => "arrays and objects are nested too deeply",
            Self::TooLarge => "the text is larger than the limit",
        }
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, offset, pointer } = self;
        write!(f, "{} (byte {offset}, at \"{pointer}\")", kind.message())
    }
}

impl core::error::Error for JsonError {}
