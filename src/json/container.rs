//! Opening containers and going from one member or element to the next. White space between
//! tokens, which canonical text has not, is noticed here.

use core::num::NonZeroU32;

use super::fault::Fault;
use super::pass::{Frame, Next, Pass, Span, next};
use super::work::Part;
use super::{JsonErrorKind, byte};

impl Pass<'_> {
    /// Opens the container that begins at `start`.
    #[inline(always)]
    pub(crate) fn enter(&mut self, start: usize, array: bool) -> Option<Frame> {
        if self.work.depth() >= self.depth_max {
            return self.refuse(Fault::new(JsonErrorKind::TooDeep, start));
        }
        self.work.enter(array);
        let (sorted, dirty, spaced) = (true, false, false);
        Some(Frame { start, end: 0, count: 0, region: 0, sorted, dirty, spaced })
    }

    /// Where the first element begins, if there is one.
    #[inline(always)]
    pub(crate) fn first_element(&mut self, frame: &mut Frame) -> Next {
        frame.region = frame.start + 1;
        let at = self.skip(frame.region);
        if byte(self.text, at) != b']' {
            return next(at);
        }
        frame.spaced = at != frame.region;
        frame.end = at + 1;
        None
    }

    /// Notes the element at `at`, which was passed over: where the next begins, if there is one.
    #[inline(always)]
    pub(crate) fn next_element(&mut self, frame: &mut Frame, at: NonZeroU32, span: Span) -> Next {
        let at = at.get() as usize;
        let end = self.skip(span.end());
        if span.node() != 0 || at != frame.region || end != span.end() {
            frame.dirty |= self.keep;
            self.element(frame.region, end, (at, span));
        }
        match byte(self.text, end) {
            b',' => {
                frame.region = end + 1;
                next(self.skip(end + 1))
            }
            b']' => {
                frame.end = end + 1;
                None
            }
            _ => self.unexpected(end),
        }
    }

    /// Notes that the region of an element is written otherwise.
    #[inline(never)]
    fn element(&mut self, start: usize, end: usize, (at, span): (usize, Span)) {
        if !self.keep {
            return;
        }
        let node = match span.node() {
            0 => self.work.rewrite.raw(at, span.end()),
            node => node,
        };
        let (start, end) = (start as u32, end as u32);
        self.work.parts.push(Part { start, key_end: start, end, node });
        self.settle_if_heavy();
    }

    #[inline(always)]
    pub(crate) fn close_array(&mut self, frame: &Frame) -> Option<Span> {
        let base = self.work.leave();
        let range = (frame.start, frame.end);
        if frame.dirty && frame.is_complete() {
            return Span::new(frame.end, self.work.close_array(base, range));
        }
        match frame.spaced && self.keep {
            true => Span::new(frame.end, self.spaced_empty_array(range)),
            false => Span::new(frame.end, 0),
        }
    }

    #[cold]
    fn spaced_empty_array(&mut self, range: (usize, usize)) -> u32 {
        let rewrite = &mut self.work.rewrite;
        let from = rewrite.side.len();
        rewrite.side.extend_from_slice(b"[]");
        rewrite.leaf(range, from)
    }

    /// Where the first member's name begins, if there is one.
    #[inline(always)]
    pub(crate) fn first_key(&mut self, frame: &mut Frame) -> Next {
        let at = self.skip(frame.start + 1);
        frame.spaced = at != frame.start + 1;
        if byte(self.text, at) != b'}' {
            return next(at);
        }
        frame.end = at + 1;
        None
    }

    /// Where the next member's name begins, if there is one.
    #[inline(always)]
    pub(crate) fn next_key(&mut self, frame: &mut Frame, end: usize) -> Next {
        let at = self.skip(end);
        frame.spaced |= at != end;
        match byte(self.text, at) {
            b',' => {
                let name = self.skip(at + 1);
                frame.spaced |= name != at + 1;
                next(name)
            }
            b'}' => {
                frame.end = at + 1;
                None
            }
            _ => self.unexpected(at),
        }
    }
}
