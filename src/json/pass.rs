//! The one pass over a text: checks it (foreign text) or trusts it (our own), and notes in the
//! rewrite what canonical text moves or respells. Recursive over containers, no tree. The tokens
//! are in `token.rs`, what opens and goes on in `container.rs`, what closes in `close.rs`; the
//! schema checker drives the same steps along a schema, see `schema/check.rs`.

use core::num::{NonZeroU32, NonZeroU64};

use super::fault::Fault;
use super::rewrite::Piece;
use super::work::Work;
use super::{Duplicates, Options, Source, byte};
use crate::limits::DEPTH_MAX;

/// A value that was passed over: the index past its end, and its node in the rewrite (0: clean).
/// One word, so that it is handed on in a register.
#[derive(Clone, Copy)]
pub(crate) struct Span(NonZeroU64);

impl Span {
    #[inline(always)]
    pub(crate) fn new(end: usize, node: u32) -> Option<Self> {
        NonZeroU64::new(end as u64 | u64::from(node) << 32).map(Span)
    }
    #[inline(always)]
    pub(crate) fn end(self) -> usize {
        self.0.get() as u32 as usize
    }
    #[inline(always)]
    pub(crate) fn node(self) -> u32 {
        (self.0.get() >> 32) as u32
    }
}

/// Where the next member or element begins. There is none at the end of the container, which the
/// frame then knows, or after a fault, which the pass then knows.
pub(crate) type Next = Option<NonZeroU32>;

/// A container that is open: where it begins, and what has been seen of it.
#[derive(Clone, Copy)]
pub(crate) struct Frame {
    pub(crate) start: usize,
    /// The index past its end; 0 while that has not been found.
    pub(super) end: usize,
    /// Members so far.
    pub(super) count: u32,
    /// Where the region of the element at hand begins: behind the bracket or comma before it.
    pub(super) region: usize,
    /// Members so far stand in canonical order, without a name twice.
    pub(super) sorted: bool,
    /// A part must be written otherwise than it stands.
    pub(super) dirty: bool,
    /// White space stands between its tokens.
    pub(super) spaced: bool,
}

impl Frame {
    /// Whether the end of the container has been found.
    #[inline(always)]
    pub(crate) fn is_complete(&self) -> bool {
        self.end != 0
    }
}

/// A member's name, quotes included: in the text, or in the rewrite's `keys` when it was respelled.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Key {
    /// A name that stands at `start..end` of the text as it must be written.
    #[inline(always)]
    pub(crate) fn at(start: usize, end: usize) -> Self {
        Key { start: start as u32, end: end as u32 }
    }
}

/// One pass over one text.
pub(crate) struct Pass<'t> {
    pub(crate) text: &'t [u8],
    pub(crate) work: Work,
    pub(super) duplicates: Duplicates,
    pub(super) exact_integers: bool,
    pub(super) depth_max: usize,
    /// The strict door: every byte is checked.
    pub(super) foreign: bool,
    /// Whether canonical text is wanted; otherwise the rewrite stays empty.
    pub(super) keep: bool,
    pub(super) index_max: usize,
    pub(crate) fault: Option<Fault>,
}

/// Index bytes below which nothing is settled, however short the text.
const INDEX_MIN: usize = 64 << 10;

/// The part of so many bytes of text that the index may take. A list that grows holds its entries
/// twice for a moment, and settling holds settled text twice: all in all, less than twice the text.
pub(super) fn share(bytes: usize) -> usize {
    (bytes / 16 * 7).max(INDEX_MIN)
}

impl<'t> Pass<'t> {
    /// A pass over `text`; `work` lends its buffers. `keep`: canonical text is wanted.
    pub(crate) fn new(text: &'t [u8], mut work: Work, options: &Options, keep: bool) -> Self {
        work.clear();
        let index_max = share(text.len());
        let foreign = options.source == Source::Foreign;
        Pass {
            text,
            work,
            duplicates: options.duplicates,
            exact_integers: options.exact_integers,
            depth_max: options.depth_max.min(DEPTH_MAX),
            foreign,
            keep,
            index_max,
            fault: None,
        }
    }

    /// Where the document's value begins.
    pub(crate) fn begin(&self) -> usize {
        self.skip(0)
    }

    /// The document as a piece, when its value was passed over and nothing follows.
    pub(crate) fn finish(&self, span: Option<Span>) -> Result<Piece, Fault> {
        let start = self.begin();
        let Some(span) = span else {
            return Err(self.fault.unwrap_or_else(|| Fault::unexpected(self.text, start)));
        };
        let end = self.skip(span.end());
        if end != self.text.len() {
            return Err(Fault::unexpected(self.text, end));
        }
        Ok(Piece { start: start as u32, end: span.end() as u32, node: span.node() })
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn refuse<T>(&mut self, fault: Fault) -> Option<T> {
        self.fault = Some(fault);
        None
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn unexpected<T>(&mut self, at: usize) -> Option<T> {
        self.refuse(Fault::unexpected(self.text, at))
    }

    /// As `skip_space`; our own text has none.
    #[inline(always)]
    pub(crate) fn skip(&self, at: usize) -> usize {
        if self.foreign && byte(self.text, at) <= b' ' { skip_space(self.text, at) } else { at }
    }

    /// Passes over any value.
    pub(crate) fn any(&mut self, at: usize) -> Option<Span> {
        match byte(self.text, at) {
            b'"' => self.string(at),
            b'{' => self.any_object(at),
            b'[' => self.any_array(at),
            b'-' | b'0'..=b'9' => self.number(at),
            _ => self.literal(at),
        }
    }

    pub(crate) fn any_array(&mut self, start: usize) -> Option<Span> {
        let mut frame = self.enter(start, true)?;
        let mut next = self.first_element(&mut frame);
        while let Some(at) = next {
            let span = self.any(at.get() as usize)?;
            next = self.next_element(&mut frame, at, span);
        }
        self.close_array(&frame)
    }

    pub(crate) fn any_object(&mut self, start: usize) -> Option<Span> {
        let mut frame = self.enter(start, false)?;
        let mut next = self.first_key(&mut frame);
        while let Some(at) = next {
            let key = self.key(at.get() as usize)?;
            let value = self.colon(key)?;
            let span = self.any(value)?;
            self.member(&mut frame, key, value, span);
            self.compare_last(&mut frame)?;
            next = self.next_key(&mut frame, span.end());
        }
        self.close_object(frame)
    }
}

/// Index of the next byte that is no white space (RFC 8259 section 2).
#[inline(never)]
pub(crate) fn skip_space(text: &[u8], mut at: usize) -> usize {
    while matches!(byte(text, at), b' ' | b'\n' | b'\r' | b'\t') {
        at += 1;
    }
    at
}

/// A place that something begins at.
#[inline(always)]
pub(super) fn next(at: usize) -> Next {
    NonZeroU32::new(at as u32)
}
