//! Noting members and closing objects: whether their order is canonical, names that come twice,
//! and the bound on what the pass remembers.

use super::fault::Fault;
use super::pass::{Frame, Key, Pass, Span, share};
use super::rewrite::SIDE;
use super::work::Part;
use super::{Duplicates, JsonErrorKind, order};

impl Pass<'_> {
    /// Notes a member that was passed over.
    #[inline(always)]
    pub(crate) fn member(&mut self, frame: &mut Frame, key: Key, value: usize, span: Span) {
        let mut node = span.node();
        if key.start & SIDE != 0 || value != key.end as usize + 1 {
            frame.spaced = true;
            if node == 0 && self.keep {
                node = self.work.rewrite.raw(value, span.end());
            }
        }
        frame.dirty |= node != 0;
        frame.count += 1;
        let end = span.end() as u32;
        self.work.parts.push(Part { start: key.start, key_end: key.end, end, node });
        if node != 0 {
            self.settle_if_heavy();
        }
    }

    /// Notes whether the last member comes after the one before it. Our own text has no name
    /// twice, so that there the order matters to canonical text only.
    #[inline(always)]
    pub(crate) fn compare_last(&mut self, frame: &mut Frame) -> Option<()> {
        if frame.sorted
            && (self.keep || self.foreign)
            && frame.count > 1
            && let [.., a, b] = self.work.parts[..]
        {
            let (x, y) = (self.work.name(self.text, a), self.work.name(self.text, b));
            let order = order::compare_keys(x, y);
            frame.sorted = order.is_lt();
            if order.is_eq() {
                return self.repeated(frame, b);
            }
        }
        Some(())
    }

    /// The last member has the name of the one before it.
    #[cold]
    fn repeated(&mut self, frame: &mut Frame, last: Part) -> Option<()> {
        if self.duplicates == Duplicates::Refuse {
            if self.fault.is_none() {
                let place = self.work.rewrite.key_place(last.start);
                self.fault = Some(Fault::new(JsonErrorKind::DuplicateKey, place));
            }
            return None;
        }
        self.work.parts.pop();
        if let Some(part) = self.work.parts.last_mut() {
            *part = last;
        }
        frame.count -= 1;
        (frame.sorted, frame.spaced) = (true, true);
        Some(())
    }

    /// Closes an object whose members were compared one by one.
    #[inline(never)]
    pub(crate) fn close_object(&mut self, frame: Frame) -> Option<Span> {
        if !frame.sorted && frame.is_complete() {
            self.sort()?;
        }
        self.close_sorted(&frame)
    }

    /// Puts the members of an open object in order; of equal names refuses the second, or keeps
    /// the last.
    fn sort(&mut self) -> Option<()> {
        let base = self.work.innermost();
        self.work.sort(self.text, base);
        if !self.foreign {
            return Some(());
        }
        let Some(repeated) = self.work.repeated(self.text, base) else { return Some(()) };
        if self.duplicates == Duplicates::Refuse {
            return self.refuse(Fault::new(JsonErrorKind::DuplicateKey, repeated));
        }
        self.work.keep_last(self.text, base);
        Some(())
    }

    /// Closes an object whose parts are in canonical order.
    #[inline(always)]
    fn close_sorted(&mut self, frame: &Frame) -> Option<Span> {
        let base = self.work.leave();
        let clean = frame.sorted && !frame.spaced;
        if !self.keep || !frame.is_complete() || (clean && !frame.dirty) {
            self.work.parts.truncate(base);
            return Span::new(frame.end, 0);
        }
        let range = (frame.start, frame.end);
        let node = self.work.close_object(base, range);
        Span::new(frame.end, node)
    }

    /// Closes an object whose members were not compared.
    pub(crate) fn close_unsorted(&mut self, frame: Frame) -> Option<Span> {
        self.close_object(Frame { sorted: false, ..frame })
    }

    /// Closes an object whose members, in the order of `places`, are in canonical order and have
    /// different names.
    #[inline(always)]
    pub(crate) fn close_known(
        &mut self,
        frame: Frame,
        places: &[u32],
        as_written: bool,
    ) -> Option<Span> {
        if as_written || !self.keep || !frame.is_complete() {
            return self.close_sorted(&Frame { sorted: as_written, ..frame });
        }
        let base = self.work.leave();
        let range = (frame.start, frame.end);
        Span::new(frame.end, self.work.close_permuted(base, range, places))
    }

    /// Keeps the index within bounds; see `Work::settle`.
    #[inline(always)]
    pub(super) fn settle_if_heavy(&mut self) {
        if self.work.index_bytes() > self.index_max {
            self.settle();
        }
    }

    #[cold]
    #[inline(never)]
    fn settle(&mut self) {
        self.work.settle(self.text);
        // The members of an open object stay: without room for more of them, every further one
        // would settle them again.
        let rest = self.text.len().saturating_sub(self.work.rewrite.side.len());
        let held = self.work.index_bytes();
        self.index_max = share(rest).max(held + held / 2);
    }
}
