//! What a store has of a document's versions, made of its records; and the records of a version
//! that is added. Owns their keys and what counts as sound. It changes nothing: what is read and
//! written when is `archiving.rs`'s.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use super::archive::{Piece, Reading};
use super::draft::key_of;
use super::effect::Batch;
use super::ids::StoreId;
use super::tracker::State;
use crate::history::{self, About, Added, Kind, VersionError, Versions};
use crate::json::{Digest, digest, hex};
use crate::record::{Drawer, Entry, Key, RecordError};

/// Collection and id of a document.
type Name<'n> = (&'n str, &'n str);

/// What a store has of a document's versions.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) store: StoreId,
    /// The versions of all stores, with the slices of this one that are sound.
    versions: Versions,
    /// The newest entry of this store that can be read.
    newest: Option<Anchor>,
    /// Its content can be, too.
    is_newest_sound: bool,
    /// Slices whose bytes are not those of their name.
    doubtful: BTreeMap<Digest, Vec<u8>>,
    /// The greatest sequence under which a slice lies.
    last_aside: u64,
    /// A store could not be read: it may have versions of any number.
    is_partial: bool,
}

impl Known {
    /// What these records of a store say, beside the entries of other stores: a number is given
    /// once, wherever its version lies. Also names the entries that cannot be read.
    pub(crate) fn of(store: StoreId, reading: &Reading, seen: u64) -> (Known, Vec<Unreadable>) {
        let found = &reading.found[..];
        let here = || found.iter().filter(|(at, _)| *at == store).map(|(_, entry)| entry);
        let slices = slices_of(here());
        let sound = sound_in(&slices);
        let (mut versions, unreadable) = Versions::load(in_order(found), sound.iter().copied());
        versions.skip_to(seen);
        let own = here().filter(|entry| entry.key.drawer == Drawer::Version);
        let newest = own.filter_map(Anchor::of).max_by_key(|anchor| anchor.entry.number);
        let number = newest.as_ref().map_or(0, |anchor| anchor.entry.number);
        let is_newest_sound = read(store, number, found).is_ok();
        let doubtful = slices.into_iter().filter(|(name, _)| !sound.contains(name));
        let doubtful = doubtful.map(|(name, bytes)| (name, bytes.to_vec())).collect();
        let asides = here().filter(|entry| entry.key.drawer == Drawer::Slice);
        let last_aside = asides.map(|entry| entry.key.sequence).max().unwrap_or(0);
        let is_partial = !reading.unread.is_empty();
        let known =
            Known { store, versions, newest, is_newest_sound, doubtful, last_aside, is_partial };
        let is_bad = |entry: &&Entry| {
            let number = entry.key.sequence;
            entry.key.drawer == Drawer::Version && unreadable.iter().any(|(it, _)| *it == number)
        };
        let reason_of = |number: u64| {
            let known = unreadable.iter().find(|(it, _)| *it == number);
            known.map_or(RecordError::NotARecord, |(_, reason)| reason.clone())
        };
        let bad = here().filter(is_bad).map(|it| (it.key.clone(), reason_of(it.key.sequence)));
        (known, bad.collect())
    }

    /// The number of the newest version, if it lies in this store and is this state: there is
    /// nothing to be kept then. A save is a version of its own, whatever else was kept.
    pub(crate) fn number_of(&self, piece: &Piece) -> Option<u64> {
        let entry = &self.newest.as_ref()?.entry;
        let is_newest = self.versions.newest() == entry.number && self.is_newest_sound;
        let about = &entry.about;
        let is_save = matches!(about.kind, Kind::Save | Kind::LocalSave);
        let says_more = !piece.message.is_empty() && piece.message != about.message
            || !piece.author.is_empty() && piece.author != about.author;
        let is_enough = piece.is_given_up() || is_save && !says_more;
        (is_newest && is_enough && is_of(entry, &piece.state)).then_some(entry.number)
    }

    /// The version of this state that comes after the newest. Where another tab may take the same
    /// number and nobody would refuse it, each writer has a place of its own in a range of numbers.
    pub(crate) fn add(
        &self,
        piece: &Piece,
        at_ms: u64,
        unrefused: Option<&str>,
    ) -> Result<Added, VersionError> {
        let all = self.versions.list(usize::MAX, None).entries;
        let parent = all.iter().find(|entry| Some(entry.digest) == piece.grew_from);
        let about = About {
            kind: piece.kind,
            parent: parent.map(|entry| entry.number),
            at_ms,
            author: piece.author.clone(),
            message: piece.message.clone(),
            title: piece.state.title.clone(),
            description: piece.state.description.clone(),
        };
        let Some(writer) = unrefused else { return self.versions.add(about, &piece.state.content) };
        let [low, high, ..] = digest(writer.as_bytes());
        let place = u64::from(u16::from_le_bytes([low, high]));
        let mut versions = self.versions.clone();
        versions.skip_to((versions.newest() / PLACES + 1) * PLACES + place - 1);
        versions.add(about, &piece.state.content)
    }

    /// The greatest number that was ever seen.
    pub(crate) fn newest(&self) -> u64 {
        self.versions.newest()
    }

    /// Whether a store could not be read.
    pub(crate) fn is_partial(&self) -> bool {
        self.is_partial
    }

    /// The records of a version, and what is expected of a store that can: that nobody has taken
    /// the number, and that what was known is still there. Bytes that are not what their name says
    /// are kept aside before they are replaced (I4).
    pub(crate) fn batch(&self, name: Name, added: &Added, expects: bool) -> Batch {
        let mut batch = Batch::default();
        for (at, (digest, bytes)) in added.slices.iter().enumerate() {
            let lies_there = self.doubtful.get(digest).filter(|old| *old != bytes);
            if let Some(old) = lies_there {
                let key = slice_key(name, digest, self.last_aside + 1 + at as u64);
                batch.put.push(Entry { key, bytes: old.clone() });
            }
            let key = slice_key(name, digest, 0);
            batch.put.push(Entry { key, bytes: bytes.clone() });
        }
        let key = version_key(name, added.entry.number);
        if expects {
            let newest = self.newest.iter().map(|it| (it.key.clone(), Some(it.checksum)));
            batch.expect = [(key.clone(), None)].into_iter().chain(newest).collect();
        }
        batch.put.push(Entry { key, bytes: added.entry_bytes.clone() });
        batch
    }

    /// The store has this version.
    pub(crate) fn on_added(&mut self, name: Name, added: &Added) {
        self.versions.confirm(added);
        let key = version_key(name, added.entry.number);
        self.newest = Anchor::of(&Entry { key, bytes: added.entry_bytes.clone() });
        self.is_newest_sound = true;
        for (digest, _) in &added.slices {
            self.last_aside += u64::from(self.doubtful.remove(digest).is_some());
        }
    }
}

/// An entry that can be read, where it lies, and the checksum that it ends with.
#[derive(Debug)]
struct Anchor {
    key: Key,
    checksum: Digest,
    entry: history::Entry,
}

/// An entry that cannot be read.
pub(crate) type Unreadable = (Key, RecordError);

/// Where the records of a version lie that were new with it.
pub(crate) fn keys_of(name: Name, added: &Added) -> Vec<Key> {
    let slices = added.slices.iter().map(|(digest, _)| slice_key(name, digest, 0));
    slices.chain([version_key(name, added.entry.number)]).collect()
}

/// Which versions there are, in all stores; also the numbers of entries that cannot be read.
pub(crate) fn listed(found: &[(StoreId, Entry)]) -> (Versions, Vec<u64>) {
    let (versions, unreadable) = Versions::load(in_order(found), []);
    (versions, unreadable.into_iter().map(|(number, _)| number).collect())
}

/// The best store that has a readable entry of this number.
pub(crate) fn store_of(number: u64, found: &[(StoreId, Entry)]) -> Option<StoreId> {
    let is_its = |entry: &Entry| {
        let decoded = history::Entry::decode(&entry.bytes);
        entry.key.sequence == number && decoded.is_ok_and(|it| it.number == number)
    };
    let stores = found.iter().filter(|(_, entry)| entry.key.drawer == Drawer::Version);
    stores.filter(|(_, entry)| is_its(entry)).map(|(store, _)| *store).min()
}

/// A version of a store with its content.
pub(crate) fn read(
    store: StoreId,
    number: u64,
    found: &[(StoreId, Entry)],
) -> Result<history::Version, VersionError> {
    let here = || found.iter().filter(|(at, _)| *at == store).map(|(_, entry)| entry);
    let entries = here().filter(|entry| entry.key.drawer == Drawer::Version);
    let entries = entries.map(|entry| (entry.key.sequence, &entry.bytes[..]));
    let slices = slices_of(here());
    Versions::load(entries, []).0.read(number, |name| slices.get(name).copied())
}

pub(crate) fn version_key(name: Name, number: u64) -> Key {
    key_of(Drawer::Version, name, "", number)
}

/// Where a slice lies: under its digest. Bytes that were found under it and are not its are kept
/// aside under a greater sequence.
fn slice_key(name: Name, digest: &Digest, sequence: u64) -> Key {
    key_of(Drawer::Slice, name, &hex(digest), sequence)
}

/// The entries of all stores with their numbers, those of better stores last: they are the ones
/// that count.
fn in_order(found: &[(StoreId, Entry)]) -> impl Iterator<Item = (u64, &[u8])> {
    let mut stores: Vec<StoreId> = found.iter().map(|(store, _)| *store).collect();
    stores.sort_unstable_by(|a, b| b.cmp(a));
    stores.dedup();
    let of = |store| found.iter().filter(move |(at, _)| *at == store).map(|(_, entry)| entry);
    let entries = stores.into_iter().flat_map(of);
    let entries = entries.filter(|entry| entry.key.drawer == Drawer::Version);
    entries.map(|entry| (entry.key.sequence, &entry.bytes[..]))
}

fn slices_of<'e>(entries: impl Iterator<Item = &'e Entry>) -> BTreeMap<Digest, &'e [u8]> {
    let slices = entries.filter(|it| it.key.drawer == Drawer::Slice && it.key.sequence == 0);
    slices.filter_map(|it| Some((digest_of(&it.key.writer)?, &it.bytes[..]))).collect()
}

/// The slices that are what their names say: only on those is another version built.
fn sound_in(slices: &BTreeMap<Digest, &[u8]>) -> BTreeSet<Digest> {
    slices.iter().filter(|(name, bytes)| digest(bytes) == **name).map(|(name, _)| *name).collect()
}

/// Whether a version that was read is this state.
pub(crate) fn holds(version: &history::Version, state: &State) -> bool {
    is_of(&version.entry, state) && version.content == state.content.canonical()
}

fn is_of(entry: &history::Entry, state: &State) -> bool {
    entry.about.title == state.title
        && entry.about.description == state.description
        && entry.digest == state.content.document_digest()
}

impl Anchor {
    fn of(entry: &Entry) -> Option<Anchor> {
        let (key, checksum) = (entry.key.clone(), *entry.bytes.last_chunk()?);
        let entry = history::Entry::decode(&entry.bytes).ok()?;
        (entry.number == key.sequence).then_some(Anchor { key, checksum, entry })
    }
}

/// The digest that these hex digits spell.
fn digest_of(text: &str) -> Option<Digest> {
    let mut found = Digest::default();
    let is_whole = text.len() == 2 * found.len() && text.is_ascii();
    let pairs = text.as_bytes().chunks(2).filter(|_| is_whole);
    for (byte, pair) in found.iter_mut().zip(pairs) {
        *byte = u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    (is_whole && hex(&found) == text).then_some(found)
}

/// How many writers can have a place of their own among the numbers.
const PLACES: u64 = 1 << 16;
