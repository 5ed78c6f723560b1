//! Content as slices of bytes that are stored one by one and shared by versions: how a slice is
//! spelled, which ones the store does not have, and how content is put together again. `ends.rs`
//! says where a slice ends. Must not know where slices lie, nor what the text means: it is cut
//! alike whatever is nested in it.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::ends::{self, End};
use crate::json::{Digest, digest};

/// A slice as it is stored: its digest, which is the SHA-256 of its bytes, and these.
type StoredSlice = (Digest, Vec<u8>);

/// Why content cannot be put together from slices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SliceError {
    /// There is no slice of this digest.
    Missing(Digest),
    /// The bytes of this slice are not those that were stored, or no slice is spelled so.
    Damaged(Digest),
    /// The slices spell a longer text than was asked for.
    TooLong,
}

/// The digest of the topmost slice of a text, and those of its slices that are not known yet, each
/// behind those that it names, none twice.
///
/// Equal texts have equal slices, and an edit makes few new: one or two texts, and on each level
/// above them one or two nodes.
pub(super) fn sliced(
    text: &[u8],
    is_known: impl Fn(&Digest) -> bool,
) -> (Digest, Vec<StoredSlice>) {
    let mut gathering = Gathering { is_known, new: Vec::new(), seen: BTreeSet::new() };
    let mut ends = ends::of_text(text);
    let mut names: Vec<Digest> =
        pieces(text, &ends).map(|piece| gathering.put(TEXT, piece)).collect();
    let mut level = TEXT;
    loop {
        if let [root] = names[..] {
            return (root, gathering.new);
        }
        level += 1;
        ends = ends::of_nodes(&ends);
        let nodes = pieces(&names, &ends);
        names = nodes.map(|names| gathering.put(level, names.as_flattened())).collect();
    }
}

/// What lies between ends.
fn pieces<'a, T>(all: &'a [T], ends: &[End]) -> impl Iterator<Item = &'a [T]> {
    let mut start = 0;
    ends.iter().map(move |end| &all[core::mem::replace(&mut start, end.at)..end.at])
}

/// Slices that are gathered from a text.
struct Gathering<F> {
    is_known: F,
    new: Vec<StoredSlice>,
    seen: BTreeSet<Digest>,
}

impl<F: Fn(&Digest) -> bool> Gathering<F> {
    /// Takes a slice, unless it is known or there already; its digest.
    fn put(&mut self, level: u8, piece: &[u8]) -> Digest {
        let bytes = [&[level], piece].concat();
        let name = digest(&bytes);
        if !(self.is_known)(&name) && self.seen.insert(name) {
            self.new.push((name, bytes));
        }
        name
    }
}

/// What a slice spells.
#[derive(Clone, Copy)]
enum Spelled<'b> {
    Text(&'b [u8]),
    /// What the slices of these names spell, one after the other; they are of the level below.
    Names(u8, &'b [Digest]),
}

impl<'b> Spelled<'b> {
    /// What the bytes that are stored under a name spell.
    fn parse(name: &Digest, stored: &'b [u8]) -> Result<Self, SliceError> {
        let sound = Some(stored).filter(|stored| digest(stored) == *name);
        let parts = sound.and_then(|stored| stored.split_first());
        match parts.map(|(level, rest)| (*level, rest, rest.as_chunks())) {
            // An empty one spells nothing: slices could name it without end.
            None | Some((_, [], _)) => Err(SliceError::Damaged(*name)),
            Some((TEXT, text, _)) => Ok(Spelled::Text(text)),
            Some((level, _, (names, []))) => Ok(Spelled::Names(level, names)),
            Some(_) => Err(SliceError::Damaged(*name)),
        }
    }

    fn level(&self) -> u8 {
        match self {
            Spelled::Text(_) => TEXT,
            Spelled::Names(level, _) => *level,
        }
    }
}

/// Adds the digests of a slice and of all below it to those in use. What is in use already is not
/// looked up again, and texts are not looked up at all.
///
/// # Errors
/// A slice that names others is missing or damaged.
pub(super) fn use_all<B: AsRef<[u8]>>(
    root: &Digest,
    used: &mut BTreeSet<Digest>,
    lookup: impl Fn(&Digest) -> Option<B>,
) -> Result<(), SliceError> {
    let mut todo = [*root].to_vec();
    while let Some(name) = todo.pop() {
        if !used.insert(name) {
            continue;
        }
        let stored = lookup(&name).ok_or(SliceError::Missing(name))?;
        match Spelled::parse(&name, stored.as_ref())? {
            Spelled::Text(_) => {}
            Spelled::Names(FIRST, names) => used.extend(names),
            Spelled::Names(_, names) => todo.extend(names),
        }
    }
    Ok(())
}

/// The text whose topmost slice has this digest.
///
/// The bytes of each slice are checked against its digest before they count, and no more than
/// `bytes_max` are written: slices that name each other many times cannot fill the memory.
///
/// # Errors
/// A slice is missing or damaged, or the text is longer.
pub(super) fn assemble<B: AsRef<[u8]>>(
    root: &Digest,
    bytes_max: usize,
    lookup: impl Fn(&Digest) -> Option<B>,
) -> Result<Vec<u8>, SliceError> {
    let mut text = Vec::new();
    // What is still to be written, the last one first, each with the level that it must be of. A
    // list of our own, not the call stack: how deep slices lie is not known before they are read.
    let mut todo = [(None, *root)].to_vec();
    while let Some((level, name)) = todo.pop() {
        let stored = lookup(&name).ok_or(SliceError::Missing(name))?;
        let spelled = Spelled::parse(&name, stored.as_ref())?;
        if level.is_some_and(|level| level != spelled.level()) {
            return Err(SliceError::Damaged(name));
        }
        match spelled {
            Spelled::Text(piece) => text.extend_from_slice(piece),
            Spelled::Names(level, names) => {
                todo.extend(names.iter().rev().map(|name| (Some(level - 1), *name)));
            }
        }
        if text.len() > bytes_max {
            return Err(SliceError::TooLong);
        }
    }
    Ok(text)
}

/// The level of a slice, its first byte: texts, and what names texts. Above are further ones.
const TEXT: u8 = 0;
const FIRST: u8 = 1;

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;

    type Store = BTreeMap<Digest, Vec<u8>>;

    fn content() -> String {
        let record =
            |i: usize| format!("{{\"id\":{i},\"title\":\"title of {}\"}}", i * 7919 % 4001);
        let list: Vec<String> = (0..3000).map(record).collect();
        format!("{{\"list\":[{}]}}", list.join(","))
    }

    fn stored(text: &str) -> (Digest, Store) {
        let (root, slices) = sliced(text.as_bytes(), |_| false);
        (root, slices.into_iter().collect())
    }

    fn spelled(level: u8, parts: &[&[u8]]) -> StoredSlice {
        let bytes = [&[level], &parts.concat()[..]].concat();
        (digest(&bytes), bytes)
    }

    #[test]
    fn content_comes_back_from_its_slices() {
        for text in ["7", "[]", &content(), &content().repeat(3), &"0".repeat(100_000)] {
            let (root, store) = stored(text);
            let back = assemble(&root, text.len(), |name| store.get(name));
            assert_eq!(back.as_deref(), Ok(text.as_bytes()));
        }
    }

    #[test]
    fn a_slice_stands_behind_those_that_it_names_and_is_none_of_those_that_are_known() {
        let text = content();
        let mut known = Store::new();
        let (root, slices) = sliced(text.as_bytes(), |_| false);
        for (name, bytes) in slices {
            if let Spelled::Names(_, names) = Spelled::parse(&name, &bytes).expect("just made") {
                assert!(names.iter().all(|name| known.contains_key(name)));
            }
            assert_eq!(known.insert(name, bytes), None);
        }
        assert!(known.contains_key(&root));
        assert_eq!(sliced(text.as_bytes(), |name| known.contains_key(name)), (root, Vec::new()));
        let mut used = BTreeSet::new();
        assert_eq!(use_all(&root, &mut used, |name| known.get(name)), Ok(()));
        assert!(used.iter().eq(known.keys()));
    }

    #[test]
    fn slices_are_spelled_as_the_format_says() {
        let (root, store) = stored("null");
        assert_eq!(store[&root], b"\0null");
        assert_eq!((root, store.len()), (digest(b"\0null"), 1));
        let text = content();
        let (root, store) = stored(&text[..2000]);
        let (level, names) = store[&root].split_first().expect("no slice is empty");
        assert_eq!((*level, names.len() % 32), (1, 0));
        let texts = names.chunks(32).flat_map(|name| &store[name][1..]);
        assert!(texts.eq(&text.as_bytes()[..2000]));
    }

    #[test]
    fn a_missing_slice_is_named() {
        let text = content();
        let (root, store) = stored(&text);
        for name in store.keys().step_by(7) {
            let mut less = store.clone();
            less.remove(name);
            let read = assemble(&root, text.len(), |name| less.get(name));
            assert_eq!(read, Err(SliceError::Missing(*name)));
        }
    }

    #[test]
    fn damaged_bytes_are_found_whatever_they_are() {
        let text = content();
        let (root, mut store) = stored(&text);
        let names: Vec<Digest> = store.keys().copied().collect();
        for (at, name) in names.iter().cycle().take(10_000).enumerate() {
            let sound = store[name].clone();
            let mut bytes = sound.clone();
            let place = at * 7919 % bytes.len();
            match at % 4 {
                0 => bytes.truncate(place),
                1 => bytes.push(0),
                _ => bytes[place] ^= 1 << (at % 8),
            }
            assert_eq!(Spelled::parse(name, &bytes).err(), Some(SliceError::Damaged(*name)));
            // Under the digest that it has now, it is another slice, or none.
            let other = digest(&bytes);
            store.insert(other, bytes.clone());
            if let Ok(read) = assemble(&other, text.len(), |name| store.get(name)) {
                assert!(read.len() <= text.len() && other != *name);
            }
            store.remove(&other);
            store.insert(*name, bytes);
            if at % 100 == 0 {
                let read = assemble(&root, text.len(), |name| store.get(name));
                assert_eq!(read, Err(SliceError::Damaged(*name)), "change {at}");
            }
            store.insert(*name, sound);
        }
    }

    #[test]
    fn sound_slices_that_are_not_spelled_so_are_refused() {
        let text = spelled(TEXT, &[b"[]"]);
        let node = spelled(FIRST, &[&text.0]);
        let bad = [
            spelled(TEXT, &[]),
            spelled(FIRST, &[]),
            spelled(FIRST, &[&text.0, b"x"]),
            // Of another level than the one below.
            spelled(FIRST, &[&node.0]),
            spelled(FIRST + 1, &[&text.0]),
            spelled(u8::MAX, &[&node.0]),
            (digest(b""), Vec::new()),
        ];
        for root in bad {
            let store: Store = [text.clone(), node.clone(), root.clone()].into();
            let read = assemble(&root.0, 100, |name| store.get(name));
            assert!(matches!(read, Err(SliceError::Damaged(_))), "{:?}", root.1);
        }
        let store: Store = [text, node.clone()].into();
        assert_eq!(assemble(&node.0, 2, |name| store.get(name)).as_deref(), Ok(&b"[]"[..]));
    }

    #[test]
    fn slices_that_spell_too_much_are_cut_short() {
        let (mut name, bytes) = spelled(TEXT, &[b"x"]);
        let mut store: Store = [(name, bytes)].into();
        for level in FIRST..=u8::MAX {
            let (above, bytes) = spelled(level, &[&name[..]; 64]);
            store.insert(above, bytes);
            name = above;
        }
        assert_eq!(assemble(&name, 1000, |name| store.get(name)), Err(SliceError::TooLong));
        let mut used = BTreeSet::new();
        assert_eq!(use_all(&name, &mut used, |name| store.get(name)), Ok(()));
        assert_eq!(used.len(), 256);
    }
}
