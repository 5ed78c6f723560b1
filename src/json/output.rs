//! Where canonical text is written to. Knows nothing of JSON: it is a list of bytes that takes
//! short runs quickly.

use alloc::vec;
use alloc::vec::Vec;

/// Text of a bounded length, written in blocks: the bytes past `len` are scratch.
pub(crate) struct Output {
    bytes: Vec<u8>,
    len: usize,
}

/// Bytes that a short copy moves at once, however few are wanted.
const SHORT: usize = 32;

impl Output {
    pub(crate) const fn new() -> Self {
        Output { bytes: Vec::new(), len: 0 }
    }

    /// Starts anew, with room for `capacity` bytes.
    pub(crate) fn restart(&mut self, capacity: usize) {
        self.len = 0;
        if self.bytes.len() < capacity + SHORT {
            // Dropped first, so that the old and the new never stand side by side.
            self.bytes = Vec::new();
            self.bytes = vec![0; capacity + SHORT];
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn text(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    pub(crate) fn into_text(mut self) -> Vec<u8> {
        self.bytes.truncate(self.len);
        self.bytes
    }

    /// Makes this text the output.
    #[cfg(feature = "module")]
    pub(crate) fn set(&mut self, text: Vec<u8>) {
        self.len = text.len();
        self.bytes = text;
    }

    #[inline(always)]
    pub(crate) fn byte(&mut self, byte: u8) {
        if self.len >= self.bytes.len() {
            self.grow(1);
        }
        self.bytes[self.len] = byte;
        self.len += 1;
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, by: usize) {
        self.bytes.resize(self.len + by + SHORT, 0);
    }

    #[inline(always)]
    pub(crate) fn copy(&mut self, text: &[u8], start: usize, end: usize) {
        let len = end.wrapping_sub(start);
        if len <= SHORT
            && let Some(from) = text.get(start..).and_then(|from| from.first_chunk::<SHORT>())
            && let Some(to) = self.bytes.get_mut(self.len..)
            && let Some(to) = to.first_chunk_mut::<SHORT>()
        {
            *to = *from;
            self.len += len;
        } else {
            self.copy_long(text, start, end);
        }
    }

    #[inline(never)]
    fn copy_long(&mut self, text: &[u8], start: usize, end: usize) {
        let from = text.get(start..end).unwrap_or_default();
        let end = self.len + from.len();
        if end > self.bytes.len() {
            self.grow(from.len());
        }
        self.bytes[self.len..end].copy_from_slice(from);
        self.len = end;
    }
}
