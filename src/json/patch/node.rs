//! A document under change. A value stays the range of text that spells it until an operation goes
//! into it; then its children are listed, each a range of text in turn. Must not know operations.

use super::error::PatchErrorKind as Kind;
use crate::json::order::compare_keys;
use crate::json::pointer::{Index, parse_index, split_first};
use crate::json::tree::{self, Children, Shape};
use crate::limits::DEPTH_MAX;
use alloc::vec::Vec;
use core::cmp::Ordering;

/// A document under change, made of texts. A position counts through all of them.
pub(super) struct Document<'t> {
    texts: Texts<'t>,
    /// The values; a number of a node is its index here. The first is an object around the
    /// document, so that the document too is a member of something.
    nodes: Vec<Node>,
    /// The last token of the pointer that was followed last.
    token: Vec<u8>,
}

struct Texts<'t> {
    doc: &'t [u8],
    patch: &'t [u8],
    /// Names of new members, and values that were copied after they had changed.
    own: Vec<u8>,
}

/// A range of positions in one of the texts.
///
/// Invariant: 32 bits hold them, as each text keeps to the limit of a text.
#[derive(Clone, Copy)]
struct Range {
    start: u32,
    end: u32,
}

/// A value of the document.
struct Node {
    /// The name of a member; of an element it means nothing.
    key: Range,
    text: Range,
    /// A scalar's, unless the children are listed: then these count, and not the text.
    shape: Shape,
    /// The nodes of the members, in canonical order, or of the elements.
    items: Vec<u32>,
}

/// Where a pointer leads among the children of a node.
#[derive(Clone, Copy)]
struct Place {
    parent: usize,
    /// The index of the child, or else where it would have to be.
    at: usize,
    exists: bool,
}

impl<'t> Texts<'t> {
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

    /// Keeps a text that is in neither document.
    #[inline(never)]
    fn keep(&mut self, text: &[u8]) -> Range {
        let start = self.doc.len() + self.patch.len() + self.own.len();
        self.own.extend_from_slice(text);
        Range::new(start, text.len())
    }
}

impl<'t> Document<'t> {
    pub fn new(doc: &'t [u8], patch: &'t [u8]) -> Self {
        let texts = Texts { doc, patch, own: Vec::new() };
        let mut document = Self { texts, nodes: Vec::new(), token: Vec::new() };
        let text = Range::new(0, doc.len());
        for _ in 0..2 {
            document.node(text, text);
        }
        document.nodes[0].shape = Shape::Object;
        document.nodes[0].items.push(1);
        document
    }

    /// A value of the patch as a node.
    pub fn of_patch(&mut self, start: usize, len: usize) -> usize {
        let text = Range::new(self.texts.doc.len() + start, len);
        self.node(text, text)
    }

    /// A value that is in neither document as a node.
    pub fn of_text(&mut self, text: &[u8]) -> usize {
        let text = self.texts.keep(text);
        self.node(text, text)
    }

    #[inline(never)]
    fn node(&mut self, key: Range, text: Range) -> usize {
        self.nodes.push(Node { key, text, shape: Shape::Scalar, items: Vec::new() });
        self.nodes.len() - 1
    }

    /// Lists the children of a node, unless that was done before or it has none.
    fn open(&mut self, node: usize) {
        let Node { text: range, shape, .. } = self.nodes[node];
        let text = self.texts.text(range);
        if shape != Shape::Scalar || tree::shape(text) == Shape::Scalar {
            return;
        }
        let start = range.start as usize;
        let mut items = Vec::new();
        for child in Children::new(text) {
            items.push(self.nodes.len() as u32);
            let key = Range::new(start + child.start + 1, child.key.len());
            let text = Range::new(start + child.end - child.value.len(), child.value.len());
            self.nodes.push(Node { key, text, shape: Shape::Scalar, items: Vec::new() });
        }
        self.nodes[node].shape = tree::shape(text);
        self.nodes[node].items = items;
    }

    /// The place to which a pointer leads.
    #[inline(never)]
    fn seek(&mut self, pointer: &[u8]) -> Result<Place, Kind> {
        let mut place = Place { parent: 0, at: 0, exists: true };
        let mut rest = pointer;
        for _ in 0..=DEPTH_MAX {
            let Some((token, after)) = split_first(rest) else { return Ok(place) };
            let parent = self.child(place)?;
            (self.token, rest) = (token, after);
            self.open(parent);
            let Node { shape, items, .. } = &self.nodes[parent];
            let len = items.len();
            let (mut at, mut exists) = (0, false);
            if *shape == Shape::Object {
                let mut end = len;
                while at < end && !exists {
                    let middle = (at + end) / 2;
                    let key = self.texts.text(self.nodes[items[middle] as usize].key);
                    match compare_keys(key, &self.token) {
                        Ordering::Less => at = middle + 1,
                        Ordering::Equal => (at, exists) = (middle, true),
                        Ordering::Greater => end = middle,
                    }
                }
            } else if *shape == Shape::Array {
                at = match parse_index(&self.token).ok_or(Kind::BadIndex)? {
                    Index::At(at) if at > len => return Err(Kind::BadIndex),
                    Index::At(at) => at,
                    Index::End => len,
                };
                exists = at < len;
            } else {
                return Err(Kind::NotFound);
            }
            place = Place { parent, at, exists };
        }
        Err(Kind::NotFound)
    }

    /// The node at a place.
    fn child(&self, place: Place) -> Result<usize, Kind> {
        if !place.exists {
            return Err(Kind::NotFound);
        }
        Ok(self.nodes[place.parent].items[place.at] as usize)
    }

    /// The node to which a pointer leads.
    #[inline(never)]
    pub fn find(&mut self, pointer: &[u8]) -> Result<usize, Kind> {
        let place = self.seek(pointer)?;
        self.child(place)
    }

    /// Takes the node to which a pointer leads out of the document.
    #[inline(never)]
    pub fn take(&mut self, pointer: &[u8]) -> Result<usize, Kind> {
        let place = self.seek(pointer)?;
        if place.parent == 0 {
            return Err(Kind::RootRemoved);
        }
        let node = self.child(place)?;
        self.nodes[place.parent].items.remove(place.at);
        Ok(node)
    }

    /// Puts a node before the element, behind the last one, or under the name, to which a pointer
    /// leads, or in the place of what it leads to.
    #[inline(never)]
    pub fn put(&mut self, pointer: &[u8], node: usize, replaces: bool) -> Result<(), Kind> {
        let Place { parent, at, exists } = self.seek(pointer)?;
        let key = self.texts.keep(&self.token);
        self.nodes[node].key = key;
        let Node { shape, items, .. } = &mut self.nodes[parent];
        if exists && (replaces || *shape == Shape::Object) {
            items[at] = node as u32;
        } else {
            items.insert(at, node as u32);
        }
        Ok(())
    }

    /// The canonical text of a node, unless it is longer than the limit.
    #[inline(never)]
    pub fn write(&self, node: usize, limit: usize) -> Option<Vec<u8>> {
        let mut text = Vec::new();
        self.append(node, &mut text, limit).then_some(text)
    }

    /// Appends the canonical text of a node; whether the limit holds.
    fn append(&self, node: usize, text: &mut Vec<u8>, limit: usize) -> bool {
        let node = &self.nodes[node];
        let is_object = node.shape == Shape::Object;
        if node.shape == Shape::Scalar {
            push(text, self.texts.text(node.text));
            return text.len() <= limit;
        }
        push(text, if is_object { b"{" } else { b"[" });
        for (at, &item) in node.items.iter().enumerate() {
            if at > 0 {
                push(text, b",");
            }
            if is_object {
                push(text, b"\"");
                push(text, self.texts.text(self.nodes[item as usize].key));
                push(text, b"\":");
            }
            if !self.append(item as usize, text, limit) {
                return false;
            }
        }
        push(text, if is_object { b"}" } else { b"]" });
        text.len() <= limit
    }
}

#[inline(never)]
fn push(text: &mut Vec<u8>, piece: &[u8]) {
    text.extend_from_slice(piece);
}

impl Range {
    fn new(start: usize, len: usize) -> Self {
        Self { start: start as u32, end: (start + len) as u32 }
    }
}
