//! The buffers of a pass, and what happens when a container closes: its members are put in order
//! and move from the list of open parts into the rewrite. Also the bound on memory: `settle`.

use alloc::vec::Vec;
use core::cmp::Ordering;

use super::order;
use super::output::Output;
use super::rewrite::{Kind, Piece, Rewrite, SIDE};
use super::sort::sort;

/// A member or element of an open container, until the container closes.
#[derive(Clone, Copy)]
pub(crate) struct Part {
    /// Where the member's name, with its quote, or the element's region begins.
    pub(crate) start: u32,
    /// Past the closing quote of the name.
    pub(crate) key_end: u32,
    pub(crate) end: u32,
    /// Node of its value in the rewrite; 0 when the value is clean.
    pub(crate) node: u32,
}

impl Part {
    #[inline(always)]
    fn piece(self) -> Piece {
        Piece { start: self.start, end: self.end, node: self.node }
    }
}

/// An open container.
#[derive(Clone, Copy)]
pub(crate) struct Open {
    /// Where its parts begin.
    pub(crate) base: u32,
    pub(crate) array: bool,
}

/// Buffers that outlive a pass.
pub(crate) struct Work {
    pub(crate) rewrite: Rewrite,
    pub(crate) parts: Vec<Part>,
    open: Vec<Open>,
}

impl Work {
    pub(crate) const fn new() -> Self {
        Work { rewrite: Rewrite::new(), parts: Vec::new(), open: Vec::new() }
    }

    pub(crate) fn clear(&mut self) {
        self.rewrite.clear();
        self.parts.clear();
        self.open.clear();
    }

    /// Bytes that the pass holds to find its way, besides respelled and settled text.
    #[inline]
    pub(crate) fn index_bytes(&self) -> usize {
        self.parts.len() * size_of::<Part>() + self.rewrite.index_bytes()
    }

    /// How many containers are open.
    #[inline(always)]
    pub(crate) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Opens a container.
    #[inline(always)]
    pub(crate) fn enter(&mut self, array: bool) {
        let base = self.parts.len() as u32;
        self.open.push(Open { base, array });
    }

    /// Where the parts of the innermost open container begin.
    #[inline(always)]
    pub(crate) fn innermost(&self) -> usize {
        self.open.last().map_or(0, |open| open.base as usize)
    }

    /// Closes the innermost container and returns where its parts begin.
    #[inline(always)]
    pub(crate) fn leave(&mut self) -> usize {
        self.open.pop().map_or(0, |open| open.base as usize)
    }

    /// The name of a member, without quotes.
    #[inline(always)]
    pub(crate) fn name<'a>(&'a self, text: &'a [u8], part: Part) -> &'a [u8] {
        let (text, mask) = match part.start & SIDE {
            0 => (text, !0),
            _ => (&self.rewrite.keys[..], !SIDE),
        };
        let (start, end) = ((part.start & mask) as usize + 1, (part.key_end & mask) as usize - 1);
        text.get(start..end).unwrap_or_default()
    }

    /// Moves the elements from `base` into the rewrite.
    pub(crate) fn close_array(&mut self, base: usize, range: (usize, usize)) -> u32 {
        let pieces = self.parts[base..].iter().map(|part| part.piece());
        let node = self.rewrite.container(range, Kind::Patched, pieces);
        self.parts.truncate(base);
        node
    }

    /// Moves the members from `base`, which are in order, into the rewrite.
    #[inline]
    pub(crate) fn close_object(&mut self, base: usize, range: (usize, usize)) -> u32 {
        let pieces = self.parts[base..].iter().map(|part| part.piece());
        let node = self.rewrite.container(range, Kind::Object, pieces);
        self.parts.truncate(base);
        node
    }

    /// As `close_object`, taking the members in the order of `places`.
    #[inline]
    pub(crate) fn close_permuted(
        &mut self,
        base: usize,
        range: (usize, usize),
        places: &[u32],
    ) -> u32 {
        let parts = &self.parts[base..];
        let pieces = places.iter().map(|&place| parts[place as usize].piece());
        let node = self.rewrite.container(range, Kind::Object, pieces);
        self.parts.truncate(base);
        node
    }

    /// Sorts the members from `base` by name, equal names by place.
    pub(crate) fn sort(&mut self, text: &[u8], base: usize) {
        let mut parts = core::mem::take(&mut self.parts);
        sort(&mut parts[base..], |a, b| self.compare(text, a, b));
        self.parts = parts;
    }

    /// Where the second of two equal names among the sorted members from `base` stands.
    pub(crate) fn repeated(&self, text: &[u8], base: usize) -> Option<usize> {
        let equal = |pair: &&[Part]| self.equal_names(text, pair[0], pair[1]);
        let repeated = self.parts[base..].windows(2).find(equal)?;
        Some(self.rewrite.key_place(repeated[1].start))
    }

    fn compare(&self, text: &[u8], a: &Part, b: &Part) -> Ordering {
        let names = order::compare_keys(self.name(text, *a), self.name(text, *b));
        names.then(a.end.cmp(&b.end))
    }

    fn equal_names(&self, text: &[u8], a: Part, b: Part) -> bool {
        self.name(text, a) == self.name(text, b)
    }

    /// Of members with equal names, which are neighbours from `base` on, keeps the last.
    pub(crate) fn keep_last(&mut self, text: &[u8], base: usize) {
        let mut kept = base;
        for i in base..self.parts.len() {
            let next = self.parts.get(i + 1).copied();
            let repeated = next.is_some_and(|next| self.equal_names(text, self.parts[i], next));
            if !repeated {
                self.parts[kept] = self.parts[i];
                kept += 1;
            }
        }
        self.parts.truncate(kept);
    }

    /// Writes the canonical text of what was noted since the last time, so that the index shrinks
    /// to one entry per member of an open object and one more per open array. Bounds the memory of
    /// a pass: called when the index has outgrown its share.
    #[cold]
    pub(crate) fn settle(&mut self, text: &[u8]) {
        let stable = self.parts.iter().take_while(|part| part.node <= self.rewrite.settled).count();
        let (old, new) = self.parts.split_at(stable);
        let place = |part: &Part| self.rewrite.key_place(part.start);
        let begin = new.first().map_or(0, place);
        let end = new.last().map_or(begin, |part| part.end as usize);
        let mut out = Output::new();
        out.restart(end - begin + self.rewrite.growth);
        let kept = old.iter().rev().find(|part| part.node != 0);
        let from = kept.map_or(0, |part| self.rewrite.side_end(part.node));
        let mut settled = Settled {
            text,
            rewrite: &self.rewrite,
            from,
            out,
            parts: Vec::new(),
            leaves: Vec::new(),
        };
        for i in 0..self.open.len() {
            let inner = self.open.get(i + 1);
            let end = inner.map_or(self.parts.len(), |open| open.base as usize);
            let open = &mut self.open[i];
            let parts = self.parts.get(stable.max(open.base as usize)..end).unwrap_or_default();
            open.base = open.base.min((stable + settled.parts.len()) as u32);
            match open.array {
                true => settled.elements(parts),
                false => settled.members(parts),
            }
        }
        let Settled { out, parts, leaves, .. } = settled;
        self.parts.truncate(stable);
        self.parts.extend(parts);
        // As long as it is: what it had grown to is given back.
        self.parts = self.parts.to_vec();
        self.rewrite.settle(from, out.text(), &leaves);
    }
}

/// Text of settled values and where it goes: the range in the text, and in `side`.
pub(crate) struct Leaf {
    pub(crate) range: (usize, usize),
    pub(crate) side: (usize, usize),
}

/// What `settle` has written so far.
struct Settled<'a> {
    text: &'a [u8],
    rewrite: &'a Rewrite,
    /// Where `out` will begin in `side`.
    from: usize,
    out: Output,
    parts: Vec<Part>,
    leaves: Vec<Leaf>,
}

impl Settled<'_> {
    /// The elements of an array become one region.
    fn elements(&mut self, parts: &[Part]) {
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return };
        let from = self.out.len();
        let mut at = first.start;
        for part in parts {
            self.out.copy(self.text, at as usize, part.start as usize);
            self.rewrite.write(self.text, part.piece(), &mut self.out);
            at = part.end;
        }
        let node = self.leaf((first.start as usize, last.end as usize), from);
        self.parts.push(Part { end: last.end, node, ..*first });
    }

    /// The value of every member becomes a leaf.
    fn members(&mut self, parts: &[Part]) {
        for part in parts {
            let mut part = *part;
            if part.node != 0 {
                let from = self.out.len();
                self.rewrite.write(self.text, part.piece(), &mut self.out);
                let range = (self.rewrite.place(part.node), part.end as usize);
                part.node = self.leaf(range, from);
            }
            self.parts.push(part);
        }
    }

    /// Notes that a value was written from `from` on, and returns its node.
    fn leaf(&mut self, range: (usize, usize), from: usize) -> u32 {
        let side = (self.from + from, self.from + self.out.len());
        self.leaves.push(Leaf { range, side });
        self.rewrite.settled + self.leaves.len() as u32
    }
}
