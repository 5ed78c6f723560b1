//! Finds children of a slice: by index, by name. Must not know what is done there. Tokens come
//! plain from a pointer; names are compared as canonical text spells them.

use alloc::vec::Vec;
use core::cmp::Ordering;

use super::node::Node;
use super::value::{Found, Slice, Value};
use crate::json::escape;
use crate::json::order::compare_keys;
use crate::json::pointer::{Index, parse_index};

/// Where a token leads among the children of a slice.
pub(super) struct Spot {
    /// The index of the child, or where it would have to be.
    pub index: usize,
    pub exists: bool,
    /// Name of the member in quotes and a colon; empty for an element.
    pub name: Vec<u8>,
}

impl Slice {
    /// Number of children.
    pub fn count(&self) -> usize {
        self.root.as_ref().map_or(0, |node| node.count())
    }

    /// Where a token of a pointer leads; nothing for an index beyond the end, or for none.
    pub fn seek(&self, token: &[u8]) -> Option<Spot> {
        if self.keyed {
            let key = spelled(token);
            let found = self.root.as_ref().map(|node| find_key(node, &key));
            let (index, exists) = found.unwrap_or((0, false));
            let name = [b"\"", &key[..], b"\":"].concat();
            return Some(Spot { index, exists, name });
        }
        let index = element(token)?;
        let count = self.count();
        (index <= count).then_some(Spot { index, exists: index < count, name: Vec::new() })
    }

    /// The child of an index.
    pub fn child(&self, index: usize) -> Option<Found<'_>> {
        let mut node = self.root.as_ref()?;
        let mut index = index;
        loop {
            match &**node {
                Node::Inner(inner) => {
                    let (at, rest) = inner.node_at(index);
                    (node, index) = (inner.nodes.get(at)?, rest);
                }
                Node::Leaf(leaf) if index < leaf.small_count() => {
                    let child = leaf.small(self.keyed).nth(index)?;
                    return Some(Found::Text(child.value));
                }
                Node::Leaf(leaf) => {
                    let is_tail = index == leaf.small_count();
                    return leaf.tail.as_ref().filter(|_| is_tail).map(Value::found);
                }
            }
        }
    }
}

/// A token as canonical text spells a name, without quotes.
pub(super) fn spelled(token: &[u8]) -> Vec<u8> {
    let mut key = Vec::with_capacity(token.len());
    escape(token, &mut key);
    key
}

/// The index that a token spells.
pub(super) fn element(token: &[u8]) -> Option<usize> {
    match parse_index(token)? {
        Index::At(index) => Some(index),
        Index::End => None,
    }
}

/// Index of the member of this name below a node, or where it would have to be, and whether it is
/// there.
fn find_key(node: &Node, key: &[u8]) -> (usize, bool) {
    let (mut node, mut before) = (node, 0);
    while let Node::Inner(inner) = node {
        let follows = |first: &[u8]| compare_keys(first, key) == Ordering::Greater;
        let at = inner.nodes.partition_point(|node| !follows(node.first_key())).saturating_sub(1);
        let Some(next) = inner.nodes.get(at) else { break };
        before += inner.nodes[..at].iter().map(|node| node.count()).sum::<usize>();
        node = next;
    }
    if let Node::Leaf(leaf) = node {
        for child in leaf.named(true) {
            match compare_keys(child.key, key) {
                Ordering::Less => before += 1,
                order => return (before, order == Ordering::Equal),
            }
        }
    }
    (before, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(len: usize) -> Slice {
        let value = |i: usize| format!("\"{}\"", "x".repeat(i * 7919 % 1500));
        let members = (0..len).map(|i| format!("\"name {:05}\":{}", 2 * i, value(i)));
        let text = format!("{{{}}}", members.collect::<Vec<_>>().join(","));
        Slice::of_text(text.as_bytes(), 0).unwrap()
    }

    #[test]
    fn members_are_found_by_name_and_others_have_their_place() {
        let len = 1000;
        let slice = object(len);
        for i in 0..2 * len {
            let name = format!("name {i:05}");
            let spot = slice.seek(name.as_bytes()).unwrap();
            assert_eq!((spot.index, spot.exists), (i.div_ceil(2), i % 2 == 0), "{name}");
            assert_eq!(spot.name, format!("\"{name}\":").into_bytes());
            let expected = format!("\"{}\"", "x".repeat(i / 2 * 7919 % 1500));
            if spot.exists {
                assert_eq!(slice.child(spot.index).unwrap().text(), expected.as_bytes());
            }
        }
        assert_eq!(slice.seek(b"").map(|spot| (spot.index, spot.exists)), Some((0, false)));
        assert_eq!(slice.seek(b"z").map(|spot| (spot.index, spot.exists)), Some((len, false)));
        assert!(slice.child(len).is_none());
    }

    #[test]
    fn elements_are_found_by_index_up_to_the_place_behind_the_last() {
        let text = format!("[{}]", (0..5000).map(|i| i.to_string()).collect::<Vec<_>>().join(","));
        let slice = Slice::of_text(text.as_bytes(), 0).unwrap();
        for index in [0, 1, 77, 2500, 4999] {
            assert!(slice.seek(index.to_string().as_bytes()).unwrap().exists);
            assert_eq!(slice.child(index).unwrap().text(), index.to_string().into_bytes());
        }
        let end = slice.seek(b"5000").unwrap();
        assert_eq!((end.index, end.exists, end.name), (5000, false, Vec::new()));
        for token in ["5001", "-", "01", "", "a"] {
            assert!(slice.seek(token.as_bytes()).is_none(), "{token}");
        }
    }

    #[test]
    fn an_empty_slice_has_no_children() {
        let slice = Slice::of_text(b"{}", 0).unwrap();
        let spot = slice.seek(b"a\n").unwrap();
        assert_eq!((spot.index, spot.exists), (0, false));
        assert_eq!(spot.name, b"\"a\\n\":");
        assert!(slice.child(0).is_none());
    }
}
