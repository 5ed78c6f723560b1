//! Replaces, inserts and removes one child of a slice. Makes anew the leaf it stands in, what must
//! be cut anew behind it, and the nodes above. Must not know pointers.

use alloc::rc::Rc;
use alloc::vec::Vec;

use super::cut::{Cutter, group, rise};
use super::node::{Leaf, Node};
use super::value::{Piece, Slice};
use crate::json::Digest;

/// What becomes of one child.
pub(super) struct Change<'c> {
    /// Its index, or that of the child before which one is put.
    pub index: usize,
    /// Whether the child goes away.
    pub takes: bool,
    /// What is put there: name, if it is a member, and value.
    pub puts: Option<(&'c [u8], Piece)>,
}

impl Slice {
    /// The slice after a change.
    pub fn spliced(&self, change: &Change) -> Slice {
        let mut splicer = Splicer { keyed: self.keyed, joins: Vec::new() };
        let nodes = match &self.root {
            Some(root) => splicer.spliced(root, change.index, change),
            None => {
                let mut cutter = Cutter::new(self.keyed);
                cutter.put(change);
                cutter.finish()
            }
        };
        Slice { keyed: self.keyed, root: rise(nodes) }
    }
}

impl Cutter {
    fn put(&mut self, change: &Change) {
        match &change.puts {
            None => {}
            Some((name, Piece::Small(text))) => self.push_named(name, text),
            Some((name, Piece::Large(value))) => self.push_tail(name, value.clone()),
        }
    }
}

/// One change of one slice.
struct Splicer {
    keyed: bool,
    /// The last joins of leaves. Where an array repeats itself nothing but length ends a leaf, so
    /// that a change is felt up to the end of the repetition; there the same joins come again.
    joins: Vec<Join>,
}

/// Two neighbours, of which the first is open, and the leaves that stand for them.
struct Join {
    a: Digest,
    b: Digest,
    joined: Vec<Rc<Node>>,
}

impl Splicer {
    /// The nodes that stand for a node after a change at this index of it.
    fn spliced(&mut self, node: &Node, index: usize, change: &Change) -> Vec<Rc<Node>> {
        let inner = match node {
            Node::Leaf(leaf) => return self.spliced_leaf(leaf, index, change),
            Node::Inner(inner) => inner,
        };
        let (at, rest) = inner.node_at(index);
        let (before, after) = inner.nodes.split_at(at);
        let mut row = before.to_vec();
        if let Some((changed, after)) = after.split_first() {
            let nodes = self.spliced(changed, rest, change);
            nodes.iter().chain(after).for_each(|node| self.push(&mut row, node));
        }
        group(row)
    }

    fn spliced_leaf(&self, leaf: &Leaf, index: usize, change: &Change) -> Vec<Rc<Node>> {
        let mut cutter = Cutter::new(self.keyed);
        cutter.push_some(leaf, 0, index);
        cutter.put(change);
        cutter.push_some(leaf, index + usize::from(change.takes), usize::MAX);
        cutter.finish()
    }

    /// Appends a node to nodes of its level; joins it with the last one if that is open.
    ///
    /// Invariant: only the last node of a level is open. So what stands before a change is never
    /// cut anew.
    fn push(&mut self, row: &mut Vec<Rc<Node>>, node: &Rc<Node>) {
        match row.pop_if(|last| !last.is_closed()) {
            Some(last) => row.extend(self.joined(&last, node)),
            None => row.push(node.clone()),
        }
    }

    /// The nodes that stand for two neighbours, of which the first is open.
    fn joined(&mut self, a: &Rc<Node>, b: &Rc<Node>) -> Vec<Rc<Node>> {
        match (&**a, &**b) {
            (Node::Leaf(x), Node::Leaf(y)) => {
                let same = |join: &&Join| join.a == *a.digest() && join.b == *b.digest();
                if let Some(join) = self.joins.iter().find(same) {
                    return join.joined.clone();
                }
                let joined = self.joined_leaves(x, y);
                if self.joins.len() == JOINS_MAX {
                    self.joins.remove(0);
                }
                let join = Join { a: *a.digest(), b: *b.digest(), joined: joined.clone() };
                self.joins.push(join);
                joined
            }
            (Node::Inner(x), Node::Inner(y)) => {
                let mut row = x.nodes.to_vec();
                y.nodes.iter().for_each(|node| self.push(&mut row, node));
                group(row)
            }
            // Neighbours are of one level, so this is never reached.
            _ => [a.clone(), b.clone()].into(),
        }
    }

    fn joined_leaves(&self, a: &Leaf, b: &Leaf) -> Vec<Rc<Node>> {
        let mut cutter = Cutter::new(self.keyed);
        cutter.push_leaf(a);
        cutter.push_leaf(b);
        cutter.finish()
    }
}

/// Joins that are remembered: as many as the rotations of what commonly repeats.
const JOINS_MAX: usize = 8;

#[cfg(test)]
mod tests {
    use super::super::node::Seen;
    use super::super::value::Found;
    use super::*;

    fn slice(elements: impl Iterator<Item = String>) -> Slice {
        let text = format!("[{}]", elements.collect::<Vec<_>>().join(","));
        Slice::of_text(text.as_bytes(), 0).unwrap()
    }

    fn change(index: usize, takes: bool, text: &str) -> Change<'static> {
        let puts = (!text.is_empty()).then(|| (&b""[..], Piece::of_text(text.as_bytes(), 1)));
        Change { index, takes, puts }
    }

    /// Bytes of the nodes of `after` that are not in `before`.
    fn made(before: &Slice, after: &Slice) -> usize {
        let mut seen = Seen::new();
        before.root.as_ref().unwrap().held(&mut seen);
        after.root.as_ref().unwrap().held(&mut seen)
    }

    #[test]
    fn a_change_makes_only_the_nodes_on_one_path_anew() {
        let count = 20_000;
        let before = slice((0..count).map(|i| format!("\"element {} {i}\"", i * 7919 % 10_007)));
        let mut sum = 0;
        for i in 0..300 {
            let index = i * 7919 % count;
            let put = if i % 2 == 0 { "\"other\"" } else { "" };
            let after = before.spliced(&change(index, i % 3 > 0, put));
            sum += made(&before, &after);
        }
        assert!(sum / 300 < 6_000, "{} bytes for a change, of {}", sum / 300, before.bytes());
    }

    #[test]
    fn a_change_of_an_array_that_repeats_itself_makes_few_nodes() {
        for period in [1, 2, 3, 4] {
            let before = slice((0..100_000).map(|i| (i % period).to_string()));
            for (index, takes, put) in [(0, false, "7"), (0, true, ""), (50_001, true, "77")] {
                let after = before.spliced(&change(index, takes, put));
                let made = made(&before, &after);
                assert!(made < 60_000, "{made} bytes for a change of {period} by turns");
                let text = Found::Slice(&after).text();
                let built = Slice::of_text(&text, 0).unwrap().root.unwrap();
                assert_eq!(after.root.unwrap().digest(), built.digest());
            }
        }
    }

    #[test]
    fn a_slice_grows_from_nothing_and_shrinks_to_nothing() {
        let mut grown = slice([].into_iter());
        for i in 0..3_000 {
            grown = grown.spliced(&change(i / 2, false, &format!("\"grown {i}\"")));
        }
        let text = Found::Slice(&grown).text();
        let built = Slice::of_text(&text, 0).unwrap();
        let digest = |slice: &Slice| *slice.root.as_ref().unwrap().digest();
        assert_eq!((grown.count(), digest(&grown)), (3_000, digest(&built)));
        for i in (0..3_000).rev() {
            grown = grown.spliced(&change(i / 3, true, ""));
        }
        assert!(grown.root.is_none());
    }
}
