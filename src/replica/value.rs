//! Values in the tree: text that is left whole, and slices. Owns how a text becomes a value and
//! back. Must not know edits.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::vec::Vec;

use super::cut::{Cutter, rise};
use super::node::{COUNTS, Node, Seen, Sink};
use crate::json::tree::{Children, Shape, shape};
use crate::json::{Digest, Hasher};
use crate::limits::DEPTH_MAX;

/// A value that stands in the tree on its own.
#[derive(Clone)]
pub(super) enum Value {
    /// A scalar; at the root also a small container.
    Whole(Rc<Whole>),
    Slice(Slice),
}

/// A text that is hashed as a whole.
pub(super) struct Whole {
    digest: Digest,
    pub text: Box<[u8]>,
}

/// An array or object as a tree.
#[derive(Clone)]
pub(super) struct Slice {
    /// It is an object.
    pub keyed: bool,
    /// None when it is empty.
    pub root: Option<Rc<Node>>,
}

/// A value on its way into the tree.
#[derive(Clone)]
pub(super) enum Piece {
    /// Text that lies among its neighbours.
    Small(Vec<u8>),
    /// At least [`SLICE_MIN`] bytes.
    Large(Value),
}

/// A value where it stands in the tree.
#[derive(Clone, Copy)]
pub(super) enum Found<'n> {
    Text(&'n [u8]),
    Slice(&'n Slice),
    /// A text with its digest.
    Whole(&'n Rc<Whole>),
}

impl Value {
    /// The value that this text spells, at a level of the content: a slice if it is large.
    pub fn of_text(text: &[u8], level: usize) -> Self {
        if text.len() >= SLICE_MIN
            && level < DEPTH_MAX
            && let Some(slice) = Slice::of_text(text, level)
            && slice.root.is_some()
        {
            return Value::Slice(slice);
        }
        Value::whole(text.into())
    }

    fn whole(text: Box<[u8]>) -> Self {
        let mut hasher = Hasher::new();
        hasher.update(&[WHOLE]);
        hasher.update(&text);
        Value::Whole(Rc::new(Whole { digest: hasher.finish(), text }))
    }

    pub fn digest(&self) -> Digest {
        match self {
            Value::Whole(whole) => whole.digest,
            Value::Slice(slice) => {
                let mut hasher = Hasher::new();
                hasher.update(&[if slice.keyed { OBJECT } else { ARRAY }]);
                hasher.update(slice.root.as_ref().map_or(&[], |node| &node.digest()[..]));
                hasher.finish()
            }
        }
    }

    /// Length of the text.
    pub fn bytes(&self) -> usize {
        match self {
            Value::Whole(whole) => whole.text.len(),
            Value::Slice(slice) => slice.bytes(),
        }
    }

    /// Gives the text to a sink.
    pub fn write(&self, sink: &mut Sink) {
        match self {
            Value::Whole(whole) => sink(&whole.text),
            Value::Slice(slice) => slice.write(sink),
        }
    }

    pub fn text(&self) -> Vec<u8> {
        self.found().text()
    }

    pub fn found(&self) -> Found<'_> {
        match self {
            Value::Whole(whole) => Found::Whole(whole),
            Value::Slice(slice) => Found::Slice(slice),
        }
    }

    /// Bytes of memory that it points to, but for nodes that were seen before.
    pub fn held(&self, seen: &mut Seen) -> usize {
        match self {
            Value::Whole(whole) => COUNTS + size_of::<Whole>() + whole.text.len(),
            Value::Slice(slice) => slice.root.as_ref().map_or(0, |node| node.held(seen)),
        }
    }
}

impl Slice {
    /// The tree of a container, however short it is; nothing for a scalar.
    pub fn of_text(text: &[u8], level: usize) -> Option<Self> {
        let shape = shape(text);
        let keyed = shape == Shape::Object;
        if shape == Shape::Scalar {
            return None;
        }
        let mut cutter = Cutter::new(keyed);
        for child in Children::new(text) {
            let child_text = text.get(child.start..child.end).unwrap_or_default();
            if child.value.len() < SLICE_MIN {
                cutter.push_small(child_text);
            } else {
                let name = &child_text[..child_text.len() - child.value.len()];
                cutter.push_tail(name, Value::of_text(child.value, level + 1));
            }
        }
        Some(Slice { keyed, root: rise(cutter.finish()) })
    }

    /// Length of the text.
    pub fn bytes(&self) -> usize {
        2 + self.root.as_ref().map_or(0, |node| node.bytes())
    }

    /// Gives the text to a sink.
    pub fn write(&self, sink: &mut Sink) {
        sink(if self.keyed { b"{" } else { b"[" });
        if let Some(root) = &self.root {
            root.write(sink);
        }
        sink(if self.keyed { b"}" } else { b"]" });
    }
}

impl Piece {
    /// The value that this text spells, at a level of the content.
    pub fn of_text(text: &[u8], level: usize) -> Self {
        match text.len() < SLICE_MIN {
            true => Piece::Small(text.to_vec()),
            false => Piece::Large(Value::of_text(text, level)),
        }
    }

    /// A slice as what its length makes of it.
    pub fn of_slice(slice: Slice) -> Self {
        match slice.bytes() < SLICE_MIN {
            true => Piece::Small(Found::Slice(&slice).text()),
            false => Piece::Large(Value::Slice(slice)),
        }
    }

    /// The same as the root of a tree.
    pub fn into_value(self) -> Value {
        match self {
            Piece::Small(text) => Value::whole(text.into()),
            Piece::Large(value) => value,
        }
    }
}

impl Found<'_> {
    pub fn text(self) -> Vec<u8> {
        match self {
            Found::Text(text) => text.to_vec(),
            Found::Whole(whole) => whole.text.to_vec(),
            Found::Slice(slice) => {
                let mut text = Vec::with_capacity(slice.bytes());
                slice.write(&mut |piece| text.extend_from_slice(piece));
                text
            }
        }
    }

    pub fn shape(&self) -> Shape {
        match self {
            Found::Text(text) => shape(text),
            Found::Whole(whole) => shape(&whole.text),
            Found::Slice(slice) if slice.keyed => Shape::Object,
            Found::Slice(_) => Shape::Array,
        }
    }

    /// The same for another place in a tree, at a level of the content.
    pub fn piece(self, level: usize) -> Piece {
        match self {
            Found::Text(text) => Piece::of_text(text, level),
            Found::Whole(whole) if whole.text.len() < SLICE_MIN => {
                Piece::Small(whole.text.to_vec())
            }
            Found::Whole(whole) => Piece::Large(Value::Whole(whole.clone())),
            Found::Slice(slice) => Piece::Large(Value::Slice(slice.clone())),
        }
    }

    /// The tree of the container that it is, at a level of the content; nothing for a scalar.
    pub fn slice(self, level: usize) -> Option<Slice> {
        match self {
            Found::Text(text) => Slice::of_text(text, level),
            Found::Whole(whole) => Slice::of_text(&whole.text, level),
            Found::Slice(slice) => Some(slice.clone()),
        }
    }
}

/// Least length of the text of a value that stands on its own (design: slices of 1 kB and more).
pub(super) const SLICE_MIN: usize = 1024;

// The first byte that is hashed says of what, as in `node.rs`, which has the numbers below.
const WHOLE: u8 = 3;
const ARRAY: u8 = 4;
const OBJECT: u8 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    fn element(len: usize) -> String {
        format!("[\"{}\"]", "x".repeat(len - 4))
    }

    #[test]
    fn containers_are_slices_from_one_kilobyte_on() {
        let is_slice = |text: &str| matches!(Value::of_text(text.as_bytes(), 1), Value::Slice(_));
        assert!(!is_slice(&element(SLICE_MIN - 1)));
        assert!(is_slice(&element(SLICE_MIN)));
        assert!(!is_slice(&format!("\"{}\"", element(SLICE_MIN))));
    }

    #[test]
    fn a_slice_that_has_shrunk_is_text_again() {
        for len in [SLICE_MIN - 1, SLICE_MIN] {
            let text = element(len);
            let slice = Slice::of_text(text.as_bytes(), 1).unwrap();
            match Piece::of_slice(slice) {
                Piece::Small(small) => assert_eq!((small, len), (text.into(), SLICE_MIN - 1)),
                Piece::Large(value) => assert_eq!((value.bytes(), len), (SLICE_MIN, SLICE_MIN)),
            }
        }
    }

    #[test]
    fn lengths_and_counts_are_those_of_the_text() {
        let members: Vec<String> =
            (0..900).map(|i| format!("\"{i:04}\":{}", element(i + 300))).collect();
        let text = format!("{{{}}}", members.join(","));
        let slice = Slice::of_text(text.as_bytes(), 0).unwrap();
        assert_eq!((slice.bytes(), slice.count()), (text.len(), 900));
        assert_eq!(Value::Slice(slice).text(), text.as_bytes());
    }

    #[test]
    fn small_members_cost_little_more_than_their_text() {
        let record = |i: usize| format!("{{\"done\":false,\"id\":{i},\"title\":\"title of {i}\"}}");
        let text = format!("[{}]", (0..20_000).map(record).collect::<Vec<_>>().join(","));
        let held = Value::of_text(text.as_bytes(), 0).held(&mut Seen::new());
        assert!(held < text.len() * 120 / 100, "{held} bytes for {} of text", text.len());
    }
}
