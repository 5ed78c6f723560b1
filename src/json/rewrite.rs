//! What the pass remembers of the text: only what must be written otherwise than it stands. A
//! container that is already canonical leaves no trace; `write` copies it whole. Positions and
//! lengths are bytes. Knows nothing of schemas, limits or errors.

use alloc::vec::Vec;

use super::output::Output;
use super::work::Leaf;

/// A part of a container: a member of an object that is written anew, or a region of the text
/// that is replaced by a node.
#[derive(Clone, Copy)]
pub(crate) struct Piece {
    /// Where the member's name, or the region, begins. With [`SIDE`]: the name is in `keys`.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// 0: the text as it stands; otherwise 1 + the index of a node.
    pub(crate) node: u32,
}

/// Marks a position that lies in `keys`.
pub(crate) const SIDE: u32 = 1 << 31;

/// A value whose canonical text is not its text.
#[derive(Clone, Copy)]
pub(crate) struct Node {
    /// The value's range in the text.
    start: u32,
    end: u32,
    first: u32,
    /// Kind in the upper three bits, length in the rest.
    len: u32,
}

/// How a node is written.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    /// An object: its pieces are members, in order.
    Object,
    /// The text with its pieces replaced.
    Patched,
    /// A range of `side`.
    Leaf,
    /// A range of the text.
    Raw,
}

const KIND_SHIFT: u32 = 29;

impl Node {
    fn kind(self) -> Kind {
        match self.len >> KIND_SHIFT {
            0 => Kind::Object,
            1 => Kind::Patched,
            2 => Kind::Leaf,
            _ => Kind::Raw,
        }
    }
    fn range(self) -> core::ops::Range<usize> {
        let first = self.first as usize;
        first..first + (self.len & ((1 << KIND_SHIFT) - 1)) as usize
    }
}

/// Everything that must be written otherwise.
pub(crate) struct Rewrite {
    pieces: Vec<Piece>,
    nodes: Vec<Node>,
    /// Tokens in their canonical spelling, and canonical text of settled parts.
    pub(crate) side: Vec<u8>,
    /// Names in their canonical spelling, where the text has another; before each, in four
    /// little-endian bytes, where it stands in the text.
    pub(crate) keys: Vec<u8>,
    /// By how many bytes canonical text can be longer than the text: what respelling has added.
    pub(crate) growth: usize,
    /// The first so many nodes are settled: leaves that stay as they are.
    pub(crate) settled: u32,
}

impl Rewrite {
    pub(crate) const fn new() -> Self {
        Rewrite {
            pieces: Vec::new(),
            nodes: Vec::new(),
            side: Vec::new(),
            keys: Vec::new(),
            growth: 0,
            settled: 0,
        }
    }

    pub(crate) fn clear(&mut self) {
        self.pieces.clear();
        self.nodes.clear();
        self.side.clear();
        self.keys.clear();
        self.growth = 0;
        self.settled = 0;
    }

    /// Bytes held besides `side`.
    pub(crate) fn index_bytes(&self) -> usize {
        self.pieces.len() * size_of::<Piece>() + self.nodes.len() * size_of::<Node>()
    }

    /// Adds a node over `start..end` of the text and returns its number.
    #[inline]
    fn add(&mut self, (start, end): (usize, usize), kind: Kind, first: usize, len: usize) -> u32 {
        let len = len as u32 | (kind as u32) << KIND_SHIFT;
        let (start, end, first) = (start as u32, end as u32, first as u32);
        self.nodes.push(Node { start, end, first, len });
        self.nodes.len() as u32
    }

    /// A value that stands in the text as it must be written, but not where it stands.
    pub(crate) fn raw(&mut self, start: usize, end: usize) -> u32 {
        self.add((start, end), Kind::Raw, start, end - start)
    }

    /// The text that was appended to `side` since it was `from` long.
    pub(crate) fn leaf(&mut self, range: (usize, usize), from: usize) -> u32 {
        let len = self.side.len() - from;
        self.growth += len.saturating_sub(range.1 - range.0);
        self.add(range, Kind::Leaf, from, len)
    }

    /// An object with these members, in order, or a value with these regions replaced.
    #[inline]
    pub(crate) fn container(
        &mut self,
        range: (usize, usize),
        kind: Kind,
        pieces: impl Iterator<Item = Piece>,
    ) -> u32 {
        let first = self.pieces.len();
        self.pieces.extend(pieces);
        let len = self.pieces.len() - first;
        self.add(range, kind, first, len)
    }

    /// Replaces everything but the settled nodes by leaves with this text, which becomes `side`
    /// from `from` on.
    pub(crate) fn settle(&mut self, from: usize, text: &[u8], leaves: &[Leaf]) {
        self.pieces = Vec::new();
        self.nodes.truncate(self.settled as usize);
        self.side.truncate(from);
        self.side.reserve_exact(text.len());
        self.side.extend_from_slice(text);
        for Leaf { range, side } in leaves {
            self.settled = self.add(*range, Kind::Leaf, side.0, side.1 - side.0);
        }
        self.nodes = self.nodes.to_vec();
    }

    /// Where the text of a leaf ends in `side`.
    pub(crate) fn side_end(&self, node: u32) -> usize {
        self.nodes.get(node as usize - 1).map_or(0, |node| node.range().end)
    }

    /// Where the value of a node begins in the text.
    pub(crate) fn place(&self, node: u32) -> usize {
        self.nodes.get(node as usize - 1).map_or(0, |node| node.start as usize)
    }

    /// Where a name stands in the text.
    pub(crate) fn key_place(&self, start: u32) -> usize {
        let Some(key) = start.checked_sub(SIDE) else { return start as usize };
        let place = self.keys.get(..key as usize).and_then(|keys| keys.last_chunk());
        place.map_or(0, |place| u32::from_le_bytes(*place) as usize)
    }

    /// The rewritten token of a leaf.
    pub(crate) fn token(&self, node: u32) -> &[u8] {
        self.nodes.get(node as usize - 1).and_then(|n| self.side.get(n.range())).unwrap_or_default()
    }

    /// Writes the canonical text of the whole document.
    pub(crate) fn write_document(&self, text: &[u8], document: Piece, out: &mut Output) {
        out.restart(text.len() + self.growth);
        self.write(text, document, out);
    }

    /// Writes the canonical text of a value: of its node, or of its text when that is clean.
    pub(crate) fn write(&self, text: &[u8], piece: Piece, out: &mut Output) {
        let writer = Writer { text, rewrite: self };
        match piece.node {
            0 => out.copy(text, piece.start as usize, piece.end as usize),
            node => writer.node(node, out),
        }
    }
}

/// The rewrite together with the text it speaks of.
#[derive(Clone, Copy)]
struct Writer<'a> {
    text: &'a [u8],
    rewrite: &'a Rewrite,
}

impl Writer<'_> {
    fn node(self, number: u32, out: &mut Output) {
        let node = self.rewrite.nodes[number as usize - 1];
        match node.kind() {
            Kind::Object => self.object(&self.rewrite.pieces[node.range()], out),
            Kind::Patched => self.patched(node, out),
            Kind::Leaf => out.copy(&self.rewrite.side, node.range().start, node.range().end),
            Kind::Raw => out.copy(self.text, node.range().start, node.range().end),
        }
    }

    fn object(self, members: &[Piece], out: &mut Output) {
        let mut before = b'{';
        for member in members {
            out.byte(before);
            before = b',';
            if member.node == 0 {
                out.copy(self.text, member.start as usize, member.end as usize);
            } else {
                self.key(*member, out);
                self.node(member.node, out);
            }
        }
        if before == b'{' {
            out.byte(before);
        }
        out.byte(b'}');
    }

    /// The name of a member and its colon.
    #[inline]
    fn key(self, member: Piece, out: &mut Output) {
        let value = self.rewrite.nodes[member.node as usize - 1].start as usize;
        let start = member.start as usize;
        let compact = value >= 2 && self.text[value - 1] == b':' && self.text[value - 2] == b'"';
        if compact && member.start & SIDE == 0 {
            out.copy(self.text, start, value);
        } else {
            self.distant_key(member, value, out);
        }
    }

    /// A name that was rewritten, or stands away from its colon or value.
    #[cold]
    fn distant_key(self, member: Piece, value: usize, out: &mut Output) {
        let (text, start) = match member.start & SIDE {
            0 => (self.text, member.start as usize),
            _ => (&self.rewrite.keys[..], (member.start & !SIDE) as usize),
        };
        let limit = if member.start & SIDE == 0 { value } else { text.len() };
        let end = super::string::find_end(text, start + 1).unwrap_or(limit);
        out.copy(text, start, end);
        out.byte(b':');
    }

    /// The text of a node with its pieces replaced.
    fn patched(self, node: Node, out: &mut Output) {
        let mut at = node.start as usize;
        for piece in &self.rewrite.pieces[node.range()] {
            out.copy(self.text, at, piece.start as usize);
            self.node(piece.node, out);
            at = piece.end as usize;
        }
        out.copy(self.text, at, node.end as usize);
    }
}
