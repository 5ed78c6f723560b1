//! The tree as slices of bytes that are stored one by one and shared by content: how a node is
//! spelled, which nodes another place does not have, and how content is put together again. The
//! bytes are those that the digest of a node is made of. Must not know where slices lie.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::Replica;
use super::node::{INNER, LEAF, LEAF_WITH_TAIL, Leaf, Node};
use super::value::{ARRAY, OBJECT, Value, WHOLE};
use crate::json::{Digest, digest, tree};

/// A slice as it is stored: its digest and its bytes.
pub type StoredSlice = (Digest, Vec<u8>);

/// Why content cannot be put together from slices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SliceError {
    /// There is no slice of this digest.
    Missing(Digest),
    /// The bytes of this slice are not those that were stored.
    Damaged(Digest),
    /// The slices spell a longer text than was asked for.
    TooLong,
}

impl Replica {
    /// The slices of this content that are not known yet, each behind those that it names, none
    /// twice. The last one is that of [`digest`](Self::digest).
    ///
    /// What lies below a known slice is taken as known. The SHA-256 of a slice's bytes is its
    /// digest, but for those of [`LONG_MIN`] bytes and more: they are stored in pieces, and under
    /// their digest is the list of those. An edit makes few slices new: those on one path.
    pub fn slices_beyond(&self, is_known: impl Fn(&Digest) -> bool) -> Vec<StoredSlice> {
        let mut gathering = Gathering { is_known, new: Vec::new(), seen: BTreeSet::new() };
        gathering.value(&self.root);
        gathering.new
    }
}

/// Slices that are gathered from a tree.
struct Gathering<F> {
    is_known: F,
    new: Vec<StoredSlice>,
    seen: BTreeSet<Digest>,
}

impl<F: Fn(&Digest) -> bool> Gathering<F> {
    /// Whether a slice is not known and was not met before.
    fn is_new(&mut self, digest: &Digest) -> bool {
        !(self.is_known)(digest) && self.seen.insert(*digest)
    }

    fn value(&mut self, value: &Value) {
        let digest = value.digest();
        if !self.is_new(&digest) {
            return;
        }
        match value {
            Value::Whole(whole) => self.put(digest, spelled(WHOLE, &[&whole.text])),
            Value::Slice(slice) => {
                let root = slice.root.as_ref();
                if let Some(node) = root {
                    self.node(node);
                }
                let below = root.map_or(&[][..], |node| &node.digest()[..]);
                let kind = if slice.keyed { OBJECT } else { ARRAY };
                self.put(digest, spelled(kind, &[below]));
            }
        }
    }

    fn node(&mut self, node: &Node) {
        let digest = *node.digest();
        if !self.is_new(&digest) {
            return;
        }
        let bytes = match node {
            Node::Leaf(Leaf { text, tail: None, .. }) => spelled(LEAF, &[text]),
            Node::Leaf(Leaf { text, tail: Some(value), .. }) => {
                self.value(value);
                spelled(LEAF_WITH_TAIL, &[&value.digest(), text])
            }
            Node::Inner(inner) => {
                inner.nodes.iter().for_each(|node| self.node(node));
                let names: Vec<&[u8]> = inner.nodes.iter().map(|node| &node.digest()[..]).collect();
                spelled(INNER, &names)
            }
        };
        self.put(digest, bytes);
    }

    fn put(&mut self, name: Digest, bytes: Vec<u8>) {
        if bytes.len() >= LONG_MIN {
            return self.put_long(name, &bytes);
        }
        self.new.push((name, bytes));
    }

    /// Puts in a long slice, in pieces that end where their bytes say so: an edit makes one or two
    /// new, also where it moves the end of the slice.
    fn put_long(&mut self, name: Digest, bytes: &[u8]) {
        let mut names = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(piece_end(rest));
            let piece = spelled(PIECE, &[piece]);
            let digest = digest(&piece);
            names.push(digest);
            if self.is_new(&digest) {
                self.new.push((digest, piece));
            }
            rest = after;
        }
        let mut list = spelled(LONG, &[names.as_flattened()]);
        // The name is the digest of all pieces: the list needs one of its own.
        list.extend_from_slice(&digest(&list));
        self.new.push((name, list));
    }
}

fn spelled(kind: u8, parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = [kind].to_vec();
    parts.iter().for_each(|part| bytes.extend_from_slice(part));
    bytes
}

/// Where the first piece of a long slice ends.
fn piece_end(bytes: &[u8]) -> usize {
    let max = bytes.len().min(PIECE_MAX);
    let hash = |end: usize| tree::hash(&bytes[end - PIECE_WINDOW..end]) as u32;
    let ends = |end: &usize| hash(*end).is_multiple_of(PIECE_MEAN);
    (PIECE_MIN..max).find(ends).unwrap_or(max)
}

/// What a slice spells, and what it names.
enum Spelled<'b> {
    /// Text, and then perhaps a value of its own.
    Leaf(&'b [u8], Option<Digest>),
    /// Nodes with a comma between two.
    Inner(&'b [Digest]),
    /// Brackets, and what is between them.
    Container([u8; 2], Option<Digest>),
}

impl<'b> Spelled<'b> {
    /// Reads the bytes of a slice. Nothing if no slice is spelled so.
    fn parse(bytes: &'b [u8]) -> Option<Self> {
        let (kind, rest) = bytes.split_first()?;
        let (names, tail) = rest.as_chunks();
        Some(match (*kind, tail) {
            // A piece is part of a slice; it names nothing.
            (LEAF | WHOLE | PIECE, _) => Spelled::Leaf(rest, None),
            (LEAF_WITH_TAIL, _) => {
                let (value, text) = rest.split_first_chunk()?;
                Spelled::Leaf(text, Some(*value))
            }
            (INNER, []) => Spelled::Inner(names),
            (ARRAY, []) if names.len() < 2 => Spelled::Container(*b"[]", names.first().copied()),
            (OBJECT, []) if names.len() < 2 => Spelled::Container(*b"{}", names.first().copied()),
            _ => return None,
        })
    }
}

/// The slice of a digest: its bytes, put together if they are stored in pieces, and the digests of
/// the pieces.
struct Sound<B> {
    bytes: Bytes<B>,
    pieces: Vec<Digest>,
}

enum Bytes<B> {
    Stored(B),
    PutTogether(Vec<u8>),
}

impl<B: AsRef<[u8]>> Sound<B> {
    /// Looks a slice up, of at most so many bytes, and checks it against its digest.
    fn look_up(
        name: &Digest,
        bytes_max: usize,
        lookup: &impl Fn(&Digest) -> Option<B>,
    ) -> Result<Self, SliceError> {
        let stored = lookup(name).ok_or(SliceError::Missing(*name))?;
        let Some(pieces) = pieces(stored.as_ref()) else {
            return match digest(stored.as_ref()) == *name {
                true => Ok(Sound { bytes: Bytes::Stored(stored), pieces: Vec::new() }),
                false => Err(SliceError::Damaged(*name)),
            };
        };
        let mut bytes = Vec::new();
        for piece in &pieces {
            let stored = lookup(piece).ok_or(SliceError::Missing(*piece))?;
            let sound = Some(stored.as_ref()).filter(|stored| digest(stored) == *piece);
            let text = sound.and_then(|stored| stored.strip_prefix(&[PIECE]));
            bytes.extend_from_slice(text.ok_or(SliceError::Damaged(*piece))?);
            if bytes.len() > bytes_max {
                return Err(SliceError::TooLong);
            }
        }
        match digest(&bytes) == *name {
            true => Ok(Sound { bytes: Bytes::PutTogether(bytes), pieces }),
            false => Err(SliceError::Damaged(*name)),
        }
    }

    fn spelled(&self) -> Option<Spelled<'_>> {
        Spelled::parse(match &self.bytes {
            Bytes::Stored(bytes) => bytes.as_ref(),
            Bytes::PutTogether(bytes) => bytes,
        })
    }
}

/// The digests of the pieces, if the bytes are a sound list of such.
fn pieces(bytes: &[u8]) -> Option<Vec<Digest>> {
    let (list, checksum) = bytes.split_last_chunk()?;
    let (names, []) = list.strip_prefix(&[LONG])?.as_chunks() else { return None };
    (digest(list) == *checksum).then(|| names.to_vec())
}

/// The digests of all slices that the slice of a digest names, and of its pieces if it has any.
///
/// # Errors
/// The slice, or one of its pieces, is missing or damaged.
pub fn named_by<B: AsRef<[u8]>>(
    name: &Digest,
    lookup: impl Fn(&Digest) -> Option<B>,
) -> Result<Vec<Digest>, SliceError> {
    let mut sound = Sound::look_up(name, usize::MAX, &lookup)?;
    let mut names = core::mem::take(&mut sound.pieces);
    match sound.spelled().ok_or(SliceError::Damaged(*name))? {
        Spelled::Leaf(_, below) | Spelled::Container(_, below) => names.extend(below),
        Spelled::Inner(below) => names.extend_from_slice(below),
    }
    Ok(names)
}

/// The canonical text of the content whose tree has this digest, put together from slices.
///
/// The bytes of each slice are checked against its digest before they count, and no more than
/// `bytes_max` are written: slices that name each other many times cannot fill the memory.
///
/// # Errors
/// A slice is missing or damaged, or the text is longer.
pub fn assemble<B: AsRef<[u8]>>(
    root: &Digest,
    bytes_max: usize,
    lookup: impl Fn(&Digest) -> Option<B>,
) -> Result<Vec<u8>, SliceError> {
    let mut text = Vec::new();
    let mut todo = [Todo::Slice(*root)].to_vec();
    while let Some(next) = todo.pop() {
        match next {
            Todo::Text(byte) => text.push(byte),
            Todo::Slice(name) => {
                let sound = Sound::look_up(&name, bytes_max.saturating_add(LONG_MIN), &lookup)?;
                let spelled = sound.spelled().ok_or(SliceError::Damaged(name))?;
                place(&spelled, &mut text, &mut todo);
            }
        }
        if text.len() > bytes_max {
            return Err(SliceError::TooLong);
        }
    }
    Ok(text)
}

/// What is still to be done for a text; the last comes first. A list of our own, not the call
/// stack: how deep slices lie is not known before they are read.
#[derive(Clone, Copy)]
enum Todo {
    Slice(Digest),
    Text(u8),
}

/// Writes the text that a slice begins with, and puts in front what follows.
fn place(spelled: &Spelled, text: &mut Vec<u8>, todo: &mut Vec<Todo>) {
    match spelled {
        Spelled::Leaf(leaf, tail) => {
            text.extend_from_slice(leaf);
            todo.extend(tail.map(Todo::Slice));
        }
        Spelled::Container([open, close], below) => {
            text.push(*open);
            todo.push(Todo::Text(*close));
            todo.extend(below.map(Todo::Slice));
        }
        Spelled::Inner(names) => {
            for (at, name) in names.iter().enumerate().rev() {
                todo.push(Todo::Slice(*name));
                todo.extend((at > 0).then_some(Todo::Text(b',')));
            }
        }
    }
}

/// Bytes of a slice from which on it is stored in pieces: long strings, and the longest leaves.
pub const LONG_MIN: usize = 2560;

// The kinds of stored slices that no node has; `node.rs` and `value.rs` have those below.
const LONG: u8 = 6;
const PIECE: u8 = 7;

/// A piece does not end before. Invariant: at least `PIECE_WINDOW`.
const PIECE_MIN: usize = 256;
/// Bytes from there to where the hash ends a piece, in the mean.
const PIECE_MEAN: u32 = 768;
/// A piece ends in any case.
const PIECE_MAX: usize = 2048;
/// Bytes that are hashed to end a piece.
const PIECE_WINDOW: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;

    type Store = BTreeMap<Digest, Vec<u8>>;

    fn content() -> String {
        let record =
            |i: usize| format!("{{\"id\":{i},\"title\":\"title of {}\"}}", i * 7919 % 4001);
        let list: Vec<String> = (0..3000).map(record).collect();
        let long: String =
            (0..9000_u32).map(|i| (i.wrapping_mul(40_503) % 97).to_string()).collect();
        let list = list.join(",");
        format!("{{\"a\":{{}},\"list\":[{list}],\"long\":\"{long}\",\"nested\":[[[{list}]]]}}")
    }

    fn stored(replica: &Replica) -> Store {
        replica.slices_beyond(|_| false).into_iter().collect()
    }

    fn read(replica: &Replica, store: &Store) -> Result<Vec<u8>, SliceError> {
        assemble(&replica.digest(), replica.bytes(), |name| store.get(name))
    }

    #[test]
    fn content_comes_back_from_its_slices() {
        for text in ["7", "[]", "{}", "\"x\"", r#"{"a":[1,2]}"#, &content()] {
            let replica = Replica::from_canonical(text.as_bytes());
            assert_eq!(read(&replica, &stored(&replica)).unwrap(), text.as_bytes());
        }
    }

    #[test]
    fn a_slice_stands_behind_those_that_it_names() {
        let replica = Replica::from_canonical(content().as_bytes());
        let mut known = Store::new();
        for (name, bytes) in replica.slices_beyond(|_| false) {
            assert_eq!(known.insert(name, bytes), None);
            let below = named_by(&name, |name| known.get(name));
            assert!(below.unwrap().iter().all(|below| known.contains_key(below)));
        }
        assert!(known.contains_key(&replica.digest()));
        assert!(replica.slices_beyond(|name| known.contains_key(name)).is_empty());
    }

    #[test]
    fn a_missing_slice_is_named() {
        let replica = Replica::from_canonical(content().as_bytes());
        let store = stored(&replica);
        for name in store.keys().step_by(17) {
            let mut less = store.clone();
            less.remove(name);
            assert_eq!(read(&replica, &less), Err(SliceError::Missing(*name)));
        }
    }

    #[test]
    fn a_damaged_slice_is_found_whatever_byte_it_is() {
        let replica = Replica::from_canonical(content().as_bytes());
        let store = stored(&replica);
        for (name, bytes) in store.iter().step_by(29) {
            for at in (0..bytes.len()).step_by(97) {
                let mut damaged = store.clone();
                damaged.get_mut(name).unwrap()[at] ^= 1 << (at % 8);
                let refused = read(&replica, &damaged);
                assert_eq!(refused, Err(SliceError::Damaged(*name)), "byte {at}");
                assert!(named_by(name, |name| damaged.get(name)).is_err());
            }
            let mut cut = store.clone();
            cut.insert(*name, Vec::new());
            assert_eq!(read(&replica, &cut), Err(SliceError::Damaged(*name)));
        }
    }

    #[test]
    fn slices_that_spell_too_much_are_cut_short() {
        let mut store = Store::new();
        let mut name = digest(&[LEAF]);
        store.insert(name, vec![LEAF]);
        for _ in 0..60 {
            let bytes = spelled(INNER, &[&name[..]; 64]);
            name = digest(&bytes);
            store.insert(name, bytes);
        }
        assert_eq!(assemble(&name, 1000, |name| store.get(name)), Err(SliceError::TooLong));
    }

    #[test]
    fn an_edit_of_a_long_string_makes_few_pieces_new() {
        let random = |i: u64| i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
        let words: Vec<String> = (0..20_000).map(|i| format!("{:x}", random(i))).collect();
        let text = format!("{{\"text\":\"{}\"}}", words.join(" "));
        let store = stored(&Replica::from_canonical(text.as_bytes()));
        let edited = text.replacen(&words[9000], "an edit", 1);
        let new = Replica::from_canonical(edited.as_bytes())
            .slices_beyond(|name| store.contains_key(name));
        let bytes: usize = new.iter().map(|(_, bytes)| bytes.len()).sum();
        assert!(bytes < 12_000, "{bytes} bytes, {} slices of {}", new.len(), text.len());
    }
}
