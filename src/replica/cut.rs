//! Where leaves and nodes end. Owns the rules, which look at nothing but the bytes of what they
//! end: so a change is felt up to the next end that stays, and what lies before a leaf or node
//! never decides about it. Must not know what children mean.

use alloc::rc::Rc;
use alloc::vec::Vec;

use super::node::{Inner, Leaf, Node, Parts};
use super::value::Value;
use crate::json::tree;

/// Cuts children that come in their order into leaves.
pub(super) struct Cutter {
    keyed: bool,
    leaves: Vec<Rc<Node>>,
    /// The leaf that is open: its text, which may end within a child that is being pushed.
    text: Vec<u8>,
    small_end: usize,
    count: usize,
}

impl Cutter {
    pub fn new(keyed: bool) -> Self {
        Cutter { keyed, leaves: Vec::new(), text: Vec::new(), small_end: 0, count: 0 }
    }

    /// Takes a child with less than `SLICE_MIN` bytes of value: its name and its value.
    pub fn push_small(&mut self, child: &[u8]) {
        self.begin(child);
        self.end_small(child.len());
    }

    /// The same in two texts.
    pub fn push_named(&mut self, name: &[u8], value: &[u8]) {
        self.begin(name);
        self.text.extend_from_slice(value);
        self.end_small(name.len() + value.len());
    }

    /// Takes a child of its own. It ends its leaf.
    pub fn push_tail(&mut self, name: &[u8], value: Value) {
        self.begin(name);
        self.close(true, Some(value));
    }

    /// Takes some of the children of a leaf: those whose index is in the range.
    pub fn push_some(&mut self, leaf: &Leaf, start: usize, end: usize) {
        let small = leaf.small(self.keyed).take(leaf.small_count()).take(end).skip(start);
        for child in small {
            self.push_small(leaf.text.get(child.start..child.end).unwrap_or_default());
        }
        if let Some(tail) = &leaf.tail
            && (start..end).contains(&leaf.small_count())
        {
            self.push_tail(leaf.tail_name(), tail.clone());
        }
    }

    /// Takes all children of a leaf.
    pub fn push_leaf(&mut self, leaf: &Leaf) {
        self.push_some(leaf, 0, usize::MAX);
    }

    /// The leaves. The last one is open unless the rule ends it.
    pub fn finish(mut self) -> Vec<Rc<Node>> {
        if self.count > 0 {
            self.close(false, None);
        }
        self.leaves
    }

    fn begin(&mut self, text: &[u8]) {
        if self.count > 0 {
            self.text.push(b',');
        }
        self.text.extend_from_slice(text);
        self.count += 1;
    }

    fn end_small(&mut self, child_len: usize) {
        self.small_end = self.text.len();
        if ends_leaf(&self.text, child_len) {
            self.close(true, None);
        }
    }

    fn close(&mut self, closed: bool, tail: Option<Value>) {
        let (text, small_end, count) = (&self.text[..], self.small_end, self.count);
        let leaf = Leaf::new(Parts { text, small_end, count, tail }, closed);
        self.leaves.push(Rc::new(Node::Leaf(leaf)));
        self.text.clear();
        (self.small_end, self.count) = (0, 0);
    }
}

/// Whether a leaf ends behind its last child.
///
/// Long children end leaves more often than short ones, so that leaves are about as long whatever
/// is in them. What is hashed lies within the leaf, whose text is longer by then. It reaches back
/// beyond a short child: in an array of few different elements the neighbours differ.
fn ends_leaf(text: &[u8], child_len: usize) -> bool {
    if text.len() < LEAF_MIN || text.len() >= LEAF_MAX {
        return text.len() >= LEAF_MAX;
    }
    let seen = child_len.max(WINDOW).min(text.len());
    let hash = tree::hash(&text[text.len() - seen..]) as u32;
    u64::from(hash) < ((child_len as u64 + 1) << 32) / LEAF_MEAN
}

/// The level above some nodes of one level.
pub(super) fn group(nodes: Vec<Rc<Node>>) -> Vec<Rc<Node>> {
    let mut groups = Vec::new();
    let mut open = Vec::new();
    for node in nodes {
        let is_end = ends_node(open.len() + 1, &node);
        // An open node is to be joined with the next one, if there is one: so is the node above.
        let is_closed = is_end && node.is_closed();
        open.push(node);
        if is_end {
            let full = core::mem::take(&mut open).into_boxed_slice();
            groups.push(Rc::new(Node::Inner(Inner::new(full, is_closed))));
        }
    }
    if !open.is_empty() {
        groups.push(Rc::new(Node::Inner(Inner::new(open.into_boxed_slice(), false))));
    }
    groups
}

/// Whether a node ends behind the last of this number of nodes.
fn ends_node(len: usize, last: &Node) -> bool {
    len >= NODE_MAX || len >= NODE_MIN && last.digest()[0] < NODE_END
}

/// The one node above all of these: the lowest one, as high as it must be.
pub(super) fn rise(mut nodes: Vec<Rc<Node>>) -> Option<Rc<Node>> {
    while nodes.len() > 1 {
        nodes = group(nodes);
    }
    let mut root = nodes.pop()?;
    while let Node::Inner(Inner { nodes, .. }) = &*root
        && let [only] = &nodes[..]
    {
        root = only.clone();
    }
    Some(root)
}

/// Text of a leaf that does not end yet.
const LEAF_MIN: usize = 256;
/// Text of a leaf that ends in any case.
const LEAF_MAX: usize = 4096;
/// Mean distance of the ends that the hash finds.
const LEAF_MEAN: u64 = 1024;
/// Least bytes that are hashed. Invariant: at most `LEAF_MIN`, so that they lie within the leaf.
const WINDOW: usize = 32;

/// Nodes in a node that does not end yet. At least two, or trees would not end.
const NODE_MIN: usize = 4;
/// Nodes in a node that ends in any case.
const NODE_MAX: usize = 64;
/// First bytes of a digest below this end a node: one in sixteen.
const NODE_END: u8 = 16;

#[cfg(test)]
mod tests {
    use super::super::value::SLICE_MIN;
    use super::*;

    fn leaves(elements: impl Iterator<Item = String>) -> Vec<Rc<Node>> {
        let mut cutter = Cutter::new(false);
        elements.for_each(|element| cutter.push_small(element.as_bytes()));
        cutter.finish()
    }

    fn lengths(nodes: &[Rc<Node>]) -> Vec<usize> {
        nodes.iter().map(|node| node.bytes()).collect()
    }

    #[test]
    fn leaves_are_about_as_long_whatever_is_in_them() {
        for len in [1, 2, 8, 30, 100, 400, 900] {
            let mut random = 1_u64;
            let element = |_| {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                format!("{:0len$}", (random >> 40) % 10_u64.pow(len.min(6) as u32))
            };
            let nodes = leaves((0..2_000_000 / (len + 1)).map(element));
            let lengths = lengths(&nodes);
            let (_, whole) = lengths.split_last().unwrap();
            let mean = whole.iter().sum::<usize>() / whole.len();
            assert!((800..2_000).contains(&mean), "{len} bytes each: {mean}");
            assert!(whole.iter().all(|&bytes| (LEAF_MIN..LEAF_MAX + SLICE_MIN).contains(&bytes)));
            assert!(nodes.iter().rev().skip(1).all(|node| node.is_closed()));
        }
    }

    #[test]
    fn an_array_of_one_element_again_and_again_is_cut_by_length() {
        for element in ["0", "null", "\"\"", "{\"a\":1}"] {
            let nodes = leaves((0..20_000).map(|_| element.to_string()));
            let lengths = lengths(&nodes);
            let (_, whole) = lengths.split_last().unwrap();
            assert!(whole.iter().all(|bytes| *bytes == whole[0]), "{element}");
            assert!((LEAF_MIN..=LEAF_MAX + element.len()).contains(&whole[0]), "{element}");
        }
    }

    #[test]
    fn a_large_value_ends_its_leaf() {
        let mut cutter = Cutter::new(true);
        cutter.push_small(b"\"a\":1");
        cutter.push_tail(b"\"b\":", Value::of_text(&[b'1'; 2000], 1));
        cutter.push_tail(b"\"c\":", Value::of_text(&[b'2'; 2000], 1));
        cutter.push_small(b"\"d\":1");
        let nodes = cutter.finish();
        let closed: Vec<bool> = nodes.iter().map(|node| node.is_closed()).collect();
        assert_eq!((lengths(&nodes), closed), (vec![2010, 2004, 5], vec![true, true, false]));
        let keys: Vec<&[u8]> = nodes.iter().map(|node| node.first_key()).collect();
        assert_eq!(keys, [b"a", b"c", b"d"]);
    }

    #[test]
    fn nodes_hold_some_sixteen_nodes_and_trees_are_as_low_as_can_be() {
        let nodes = leaves((0..200_000).map(|i| (i * 7919 % 100_003).to_string()));
        let count = nodes.len();
        let groups = group(nodes.clone());
        assert!((count / 25..count / 12).contains(&groups.len()), "{} of {count}", groups.len());
        let root = rise(nodes).unwrap();
        assert_eq!(root.count(), 200_000);
        let (mut height, mut node) = (0, &root);
        while let Node::Inner(inner) = &**node {
            assert!(inner.nodes.len() > 1 || height > 0);
            (height, node) = (height + 1, &inner.nodes[0]);
        }
        assert!((2..=4).contains(&height), "{height} levels over {count} leaves");
        assert!(rise(Vec::new()).is_none());
    }

    #[test]
    fn one_node_needs_no_node_above() {
        let leaf = leaves(["1".to_string()].into_iter());
        let alone = group(group(leaf.clone()));
        assert!(Rc::ptr_eq(&rise(alone).unwrap(), &leaf[0]));
    }
}
