//! Single fields as a record spells them: numbers little-endian, texts behind their length. Owns
//! reading and writing of one field; it must not know which fields there are. What is read may be
//! any bytes: a length is compared with what is there before anything is allocated.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::RecordError;

/// Reads fields one after the other. Every way to read takes the name of the field, to say which
/// one breaks the format.
pub(crate) struct Fields<'b> {
    rest: &'b [u8],
}

impl<'b> Fields<'b> {
    pub fn new(bytes: &'b [u8]) -> Self {
        Fields { rest: bytes }
    }

    /// Checks that nothing is left.
    pub fn end(&self, field: &'static str) -> Result<(), RecordError> {
        if self.rest.is_empty() { Ok(()) } else { Err(RecordError::Malformed(field)) }
    }

    pub fn array<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], RecordError> {
        let (array, rest) = self.rest.split_first_chunk().ok_or(RecordError::Malformed(field))?;
        self.rest = rest;
        Ok(*array)
    }

    pub fn byte(&mut self, field: &'static str) -> Result<u8, RecordError> {
        self.array(field).map(|[byte]| byte)
    }

    pub fn short(&mut self, field: &'static str) -> Result<u16, RecordError> {
        self.array(field).map(u16::from_le_bytes)
    }

    pub fn word(&mut self, field: &'static str) -> Result<u32, RecordError> {
        self.array(field).map(u32::from_le_bytes)
    }

    pub fn long(&mut self, field: &'static str) -> Result<u64, RecordError> {
        self.array(field).map(u64::from_le_bytes)
    }

    /// Bytes behind their length.
    pub fn bytes(&mut self, field: &'static str) -> Result<&'b [u8], RecordError> {
        let length = usize::try_from(self.word(field)?);
        let split = length.ok().and_then(|length| self.rest.split_at_checked(length));
        let (bytes, rest) = split.ok_or(RecordError::Malformed(field))?;
        self.rest = rest;
        Ok(bytes)
    }

    /// A text behind its length.
    pub fn text(&mut self, field: &'static str) -> Result<String, RecordError> {
        let text = core::str::from_utf8(self.bytes(field)?);
        text.map(str::to_owned).map_err(|_| RecordError::Malformed(field))
    }
}

/// Appends a count or a length.
pub(crate) fn push_count(count: usize, out: &mut Vec<u8>) {
    let count = u32::try_from(count).expect("4 GiB of content do not fit into a module's memory");
    out.extend_from_slice(&count.to_le_bytes());
}

/// Appends bytes behind their length.
pub(crate) fn push_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    push_count(bytes.len(), out);
    out.extend_from_slice(bytes);
}

/// Appends an optional text: a byte that says whether it is there, and the text.
pub(crate) fn push_optional(text: Option<&str>, out: &mut Vec<u8>) {
    out.push(u8::from(text.is_some()));
    if let Some(text) = text {
        push_bytes(text.as_bytes(), out);
    }
}
