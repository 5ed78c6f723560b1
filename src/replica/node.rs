//! The nodes below a slice and what each knows of its text: digest, length, number of children.
//! Must not know where a node ends, which is `cut.rs`'s to decide, nor how it is changed.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::rc::Rc;

use super::value::Value;
use crate::json::tree::Children;
use crate::json::{Digest, Hasher};

/// Takes pieces of text in their order.
pub(super) type Sink<'s> = dyn FnMut(&[u8]) + 's;

/// Nodes that were counted.
pub(super) type Seen = BTreeSet<*const Node>;

/// A part of the children of a slice.
pub(super) enum Node {
    Leaf(Leaf),
    Inner(Inner),
}

/// Some small children as one text, and then perhaps a tail: one child of its own.
pub(super) struct Leaf {
    digest: Digest,
    /// The small children, joined by commas. When there is a tail: a comma behind them, if there
    /// are any, and the name of the tail, if it is a member.
    pub text: Box<[u8]>,
    /// Where the small children end in the text.
    small_end: usize,
    /// Children, with the tail.
    count: usize,
    closed: bool,
    pub tail: Option<Value>,
}

/// Nodes of the level below, at least one, all of the same level.
pub(super) struct Inner {
    digest: Digest,
    bytes: usize,
    count: usize,
    closed: bool,
    pub nodes: Box<[Rc<Node>]>,
}

/// What a leaf is made of.
pub(super) struct Parts<'t> {
    pub text: &'t [u8],
    pub small_end: usize,
    pub count: usize,
    pub tail: Option<Value>,
}

impl Node {
    /// Digest of the text and how it is cut.
    pub fn digest(&self) -> &Digest {
        match self {
            Node::Leaf(leaf) => &leaf.digest,
            Node::Inner(inner) => &inner.digest,
        }
    }

    /// Length of the text.
    pub fn bytes(&self) -> usize {
        match self {
            Node::Leaf(leaf) => leaf.text.len() + leaf.tail.as_ref().map_or(0, Value::bytes),
            Node::Inner(inner) => inner.bytes,
        }
    }

    /// Number of children of the slice in this node.
    pub fn count(&self) -> usize {
        match self {
            Node::Leaf(leaf) => leaf.count,
            Node::Inner(inner) => inner.count,
        }
    }

    /// Whether it ends where it ends, whatever follows. The last node of a level may be open.
    pub fn is_closed(&self) -> bool {
        match self {
            Node::Leaf(leaf) => leaf.closed,
            Node::Inner(inner) => inner.closed,
        }
    }

    /// The name of the first member in this node of an object, as it is spelled.
    pub fn first_key(&self) -> &[u8] {
        match self {
            Node::Leaf(leaf) => leaf.named(true).next().map_or(b"", |child| child.key),
            Node::Inner(inner) => inner.nodes.first().map_or(b"", |node| node.first_key()),
        }
    }

    /// Gives the text to a sink.
    pub fn write(&self, sink: &mut Sink) {
        match self {
            Node::Leaf(leaf) => {
                sink(&leaf.text);
                if let Some(tail) = &leaf.tail {
                    tail.write(sink);
                }
            }
            Node::Inner(inner) => {
                for (at, node) in inner.nodes.iter().enumerate() {
                    sink(if at > 0 { b"," } else { b"" });
                    node.write(sink);
                }
            }
        }
    }

    /// Bytes of memory of the node and what is below it; of nodes that were seen before, none.
    pub fn held(self: &Rc<Self>, seen: &mut Seen) -> usize {
        if !seen.insert(Rc::as_ptr(self)) {
            return 0;
        }
        let below = match &**self {
            Node::Leaf(leaf) => {
                leaf.text.len() + leaf.tail.as_ref().map_or(0, |value| value.held(seen))
            }
            Node::Inner(inner) => {
                let nodes = inner.nodes.iter();
                nodes.map(|node| size_of::<Rc<Node>>() + node.held(seen)).sum()
            }
        };
        below + COUNTS + size_of::<Node>()
    }
}

impl Leaf {
    pub fn new(parts: Parts, closed: bool) -> Self {
        let Parts { text, small_end, count, tail } = parts;
        let mut hasher = Hasher::new();
        match &tail {
            None => hasher.update(&[LEAF]),
            Some(value) => {
                hasher.update(&[LEAF_WITH_TAIL]);
                hasher.update(&value.digest());
            }
        }
        hasher.update(text);
        let digest = hasher.finish();
        Leaf { digest, text: text.into(), small_end, count, closed, tail }
    }

    /// The small children.
    pub fn small(&self, keyed: bool) -> Children<'_> {
        Children::joined(self.text.get(..self.small_end).unwrap_or_default(), keyed)
    }

    /// In an object, all members, the tail without its value. In an array, as `small`.
    pub fn named(&self, keyed: bool) -> Children<'_> {
        Children::joined(&self.text, keyed)
    }

    /// What stands before the value of the tail: its name in quotes and a colon, or nothing.
    pub fn tail_name(&self) -> &[u8] {
        let comma = usize::from(self.count > 1);
        self.text.get(self.small_end + comma..).unwrap_or_default()
    }

    /// Number of the small children.
    pub fn small_count(&self) -> usize {
        self.count - usize::from(self.tail.is_some())
    }
}

impl Inner {
    /// A node over some of the level below, which must not be none.
    pub fn new(nodes: Box<[Rc<Node>]>, closed: bool) -> Self {
        let mut hasher = Hasher::new();
        hasher.update(&[INNER]);
        let (mut bytes, mut count) = (nodes.len().saturating_sub(1), 0);
        for node in &nodes {
            hasher.update(node.digest());
            bytes += node.bytes();
            count += node.count();
        }
        Inner { digest: hasher.finish(), bytes, count, closed, nodes }
    }

    /// Which node has the child of this index, or else would take it at its end; and the index
    /// among the children of that node.
    pub fn node_at(&self, index: usize) -> (usize, usize) {
        let mut rest = index;
        let last = self.nodes.len().saturating_sub(1);
        for (at, node) in self.nodes.iter().enumerate() {
            if rest < node.count() || at == last {
                return (at, rest);
            }
            rest -= node.count();
        }
        (0, rest)
    }
}

/// The counts of strong and weak pointers in front of what is counted.
pub(super) const COUNTS: usize = 2 * size_of::<usize>();

// The first byte that is hashed says of what, so that no two kinds are confused.
const LEAF: u8 = 0;
const LEAF_WITH_TAIL: u8 = 1;
const INNER: u8 = 2;
