//! A document under change. A value stays the range of text that spells it until an operation goes
//! into it; then its children are listed, each a range of text in turn. Must not know operations.

use super::error::PatchErrorKind as Kind;
use crate::json::order::compare_keys;
use crate::json::pointer::{Index, parse_index, split_first};
use crate::json::tree::{self, Children, Shape};
use crate::limits::DEPTH_MAX;
use alloc::vec::Vec;

/// The texts that a document under change is made of. A position counts through all of them.
pub(super) struct Texts<'t> {
    doc: &'t [u8],
    patch: &'t [u8],
    /// Names of new members, and values that were copied after they had changed.
    own: Vec<u8>,
}

/// A range of positions in one of the texts.
///
/// Invariant: 32 bits hold them, as each text keeps to the limit of a text.
#[derive(Clone, Copy)]
pub(super) struct Range {
    start: u32,
    end: u32,
}

/// A value of the document.
pub(super) enum Node {
    Text(Range),
    List { shape: Shape, items: Vec<Item> },
}

/// A member of an object, in canonical order, or an element of an array, which has no key.
pub(super) struct Item {
    key: Range,
    value: Node,
}

impl<'t> Texts<'t> {
    /// The texts, and the document as one value.
    pub fn new(doc: &'t [u8], patch: &'t [u8]) -> (Self, Node) {
        (Self { doc, patch, own: Vec::new() }, Node::Text(Range::new(0, doc.len())))
    }

    /// A value of the patch.
    pub fn of_patch(&self, start: usize, len: usize) -> Node {
        let start = self.doc.len() + start;
        Node::Text(Range::new(start, start + len))
    }

    /// Keeps a text that is in neither document.
    pub fn keep(&mut self, text: &[u8]) -> Range {
        let start = self.doc.len() + self.patch.len() + self.own.len();
        self.own.extend_from_slice(text);
        Range::new(start, start + text.len())
    }

    #[inline(never)]
    fn text(&self, range: Range) -> &[u8] {
        let mut start = range.start as usize;
        let len = (range.end - range.start) as usize;
        let mut text = self.doc;
        if start >= text.len() {
            start -= text.len();
            text = self.patch;
            if start >= text.len() {
                start -= text.len();
                text = &self.own;
            }
        }
        text.get(start..start + len).unwrap_or_default()
    }

    /// Lists the children of a value, unless that was done before or it has none.
    fn open(&self, node: &mut Node) {
        let Node::Text(range) = *node else { return };
        let text = self.text(range);
        let shape = tree::shape(text);
        if shape == Shape::Scalar {
            return;
        }
        let start = range.start as usize;
        let mut items = Vec::new();
        for child in Children::new(text) {
            let key = start + child.start + 1;
            let key = Range::new(key, key + child.key.len());
            let end = start + child.end;
            items.push(Item { key, value: Node::Text(Range::new(end - child.value.len(), end)) });
        }
        *node = Node::List { shape, items };
    }

    /// The place to which a pointer leads; nothing if it is empty, which means the whole document.
    fn seek<'n>(&self, root: &'n mut Node, pointer: &[u8]) -> Result<Option<Place<'n>>, Kind> {
        let (mut node, mut rest, mut level) = (root, pointer, 0);
        while let Some((token, after)) = split_first(rest) {
            level += 1;
            if level > DEPTH_MAX {
                return Err(Kind::NotFound);
            }
            let place = self.place(node, token)?;
            if after.is_empty() {
                return Ok(Some(place));
            }
            (node, rest) = (place.child()?, after);
        }
        Ok(None)
    }

    /// The place among the children of a value to which a token leads.
    fn place<'n>(&self, node: &'n mut Node, token: Vec<u8>) -> Result<Place<'n>, Kind> {
        self.open(node);
        let Node::List { shape, items } = node else { return Err(Kind::NotFound) };
        let len = items.len();
        let at = if *shape == Shape::Object {
            items.binary_search_by(|item| compare_keys(self.text(item.key), &token))
        } else {
            match parse_index(&token).ok_or(Kind::BadIndex)? {
                Index::At(at) if at < len => Ok(at),
                Index::At(at) if at > len => return Err(Kind::BadIndex),
                _ => Err(len),
            }
        };
        Ok(Place { shape: *shape, items, at, token })
    }

    /// The value to which a pointer leads.
    pub fn find<'n>(&self, root: &'n mut Node, pointer: &[u8]) -> Result<&'n mut Node, Kind> {
        if pointer.is_empty() {
            return Ok(root);
        }
        self.seek(root, pointer)?.ok_or(Kind::NotFound)?.child()
    }

    /// Takes the value to which a pointer leads out of the document.
    pub fn take(&self, root: &mut Node, pointer: &[u8]) -> Result<Node, Kind> {
        let place = self.seek(root, pointer)?.ok_or(Kind::RootRemoved)?;
        Ok(place.items.remove(place.at.map_err(|_| Kind::NotFound)?).value)
    }

    /// Puts a value before the element, behind the last one, or under the name, to which a pointer
    /// leads; or in the place of the document.
    pub fn put(&mut self, root: &mut Node, pointer: &[u8], value: Node) -> Result<(), Kind> {
        let Some(place) = self.seek(root, pointer)? else {
            *root = value;
            return Ok(());
        };
        match place.at {
            Ok(at) if place.shape == Shape::Object => place.items[at].value = value,
            Ok(at) | Err(at) => {
                let key = self.keep(&place.token);
                place.items.insert(at, Item { key, value });
            }
        }
        Ok(())
    }

    /// The canonical text of a value, unless it is longer than the limit.
    pub fn write(&self, node: &Node, limit: usize) -> Option<Vec<u8>> {
        let mut text = Limited { text: Vec::new(), limit, fits: true };
        self.append(node, &mut text);
        text.fits.then_some(text.text)
    }

    fn append(&self, node: &Node, text: &mut Limited) {
        let (shape, items) = match node {
            Node::Text(range) => return text.push(self.text(*range)),
            Node::List { shape, items } => (*shape, items),
        };
        let is_object = shape == Shape::Object;
        text.push(if is_object { b"{" } else { b"[" });
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                text.push(b",");
            }
            if is_object {
                text.push(b"\"");
                text.push(self.text(item.key));
                text.push(b"\":");
            }
            self.append(&item.value, text);
        }
        text.push(if is_object { b"}" } else { b"]" });
    }
}

/// A text that does not grow beyond a limit.
struct Limited {
    text: Vec<u8>,
    limit: usize,
    fits: bool,
}

impl Limited {
    #[inline(never)]
    fn push(&mut self, piece: &[u8]) {
        self.fits &= piece.len() <= self.limit - self.text.len();
        if self.fits {
            self.text.extend_from_slice(piece);
        }
    }
}

impl Range {
    fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }
}

/// Where a pointer leads among the children of a value.
struct Place<'n> {
    shape: Shape,
    items: &'n mut Vec<Item>,
    /// The child, or else where it would have to be.
    at: Result<usize, usize>,
    token: Vec<u8>,
}

impl<'n> Place<'n> {
    fn child(self) -> Result<&'n mut Node, Kind> {
        let at = self.at.map_err(|_| Kind::NotFound)?;
        Ok(&mut self.items[at].value)
    }
}
