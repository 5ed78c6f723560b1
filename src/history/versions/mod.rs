//! The versions of one document: numbered, immutable, and stored as slices that they share. Owns
//! which versions there are and which slices they need. Must not know the store: it hands out bytes
//! to be stored and is given bytes that were. `FORMAT.md` beside this file describes them.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

mod ends;
mod entry;
mod error;
mod slices;

use crate::json::{Digest, digest};
use crate::limits::{TEXT_BYTES_MAX, VERSION_TEXT_BYTES_MAX};
use crate::record::RecordError;
use crate::replica::Replica;
pub use entry::{About, Entry, Kind};
pub use error::VersionError;
use slices::{assemble, sliced, use_all};

/// The versions of one document, and the slices that are stored for them.
///
/// A version is stored as its [`Entry`] and those slices of its content that the store does not
/// have yet: after a small edit of a document of 1.5 MB, two to three kilobytes and eight at most.
/// Slices are stretches of the canonical text, and nodes that name them, under their SHA-256. A
/// version that is there never changes.
#[derive(Clone, Debug, Default)]
pub struct Versions {
    entries: BTreeMap<u64, Entry>,
    /// Numbers under which the store has entries that cannot be read.
    unreadable: BTreeSet<u64>,
    /// The greatest number that was ever seen, also of an entry that cannot be read.
    newest: u64,
    /// What the store has.
    slices: BTreeSet<Digest>,
}

/// A version on its way to the store.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a version is there once it is stored and confirmed"]
pub struct Added {
    /// What it will be listed as.
    pub entry: Entry,
    /// The entry, to be stored under its number.
    pub entry_bytes: Vec<u8>,
    /// Slices to be stored under their digests, each behind those that it names.
    pub slices: Vec<(Digest, Vec<u8>)>,
}

impl Added {
    /// Bytes of the entry and of the slices, with the digests under which these are stored.
    pub fn bytes(&self) -> usize {
        let slices = self.slices.iter();
        self.entry_bytes.len() + slices.map(|(name, bytes)| name.len() + bytes.len()).sum::<usize>()
    }
}

/// A version with its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// What is known of it without its content.
    pub entry: Entry,
    /// Canonical text of the content; its SHA-256 is the digest that the entry names.
    pub content: Vec<u8>,
}

/// Some versions, the newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<'v> {
    /// The entries.
    pub entries: Vec<&'v Entry>,
    /// The cursor for the versions that follow; none when there are no more.
    pub cursor: Option<u64>,
}

impl Versions {
    /// The versions that a store holds, from its entries, each with the number under which it is
    /// stored, and from the digests under which it has slices. No slice is read.
    ///
    /// Entries that cannot be read are told by their numbers and left out: their bytes stay in the
    /// store, their numbers are not given again, and the other versions can be used.
    pub fn load<'b>(
        entries: impl IntoIterator<Item = (u64, &'b [u8])>,
        slices: impl IntoIterator<Item = Digest>,
    ) -> (Versions, Vec<(u64, RecordError)>) {
        let mut versions = Versions { slices: slices.into_iter().collect(), ..Versions::default() };
        let mut unreadable = Vec::new();
        for (number, bytes) in entries {
            match Entry::decode(bytes) {
                Ok(entry) if entry.number == number => drop(versions.entries.insert(number, entry)),
                Ok(_) => unreadable.push((number, RecordError::KeyMismatch)),
                Err(error) => unreadable.push((number, error)),
            }
            versions.newest = versions.newest.max(number);
        }
        versions.unreadable = unreadable.iter().map(|(number, _)| *number).collect();
        (versions, unreadable)
    }

    /// The version that comes after the newest one, with this content. It is there only after
    /// [`confirm`](Self::confirm), when the store has its bytes: all of them in one transaction, or
    /// the slices in their order and then the entry.
    ///
    /// Hashes the whole content twice: as one, and slice by slice. Equal content has equal slices.
    ///
    /// # Errors
    /// A text of `about` is longer than [`VERSION_TEXT_BYTES_MAX`], or it names a version that is
    /// none.
    pub fn add(&self, about: About, content: &Replica) -> Result<Added, VersionError> {
        let texts = [("author", &about.author), ("message", &about.message)];
        let description = about.description.iter().map(|text| ("description", text));
        for (field, text) in texts.into_iter().chain([("title", &about.title)]).chain(description) {
            if text.len() > VERSION_TEXT_BYTES_MAX {
                let (bytes, bytes_max) = (text.len(), VERSION_TEXT_BYTES_MAX);
                return Err(VersionError::TextTooLong { field, bytes, bytes_max });
            }
        }
        let restored = if let Kind::Revert { of } = about.kind { Some(of) } else { None };
        // A parent may have been removed since; its number was given all the same.
        let unknown = |number: &u64| *number == 0 || *number > self.newest;
        if let Some(number) = about.parent.into_iter().chain(restored).find(unknown) {
            return Err(VersionError::UnknownParent { number });
        }
        let text = content.canonical();
        let (root, slices) = sliced(&text, |name| self.slices.contains(name));
        let (number, bytes) = (self.newest.saturating_add(1), text.len() as u64);
        let entry = Entry { number, about, digest: digest(&text), bytes, root };
        Ok(Added { entry_bytes: entry.encode(), entry, slices })
    }

    /// Takes note that numbers up to this one may have been given where nobody here can see it: the
    /// next version comes after it.
    pub fn skip_to(&mut self, number: u64) {
        self.newest = self.newest.max(number);
    }

    /// Takes note that the store has a version.
    pub fn confirm(&mut self, added: &Added) {
        self.slices.extend(added.slices.iter().map(|(name, _)| *name));
        self.newest = self.newest.max(added.entry.number);
        self.entries.insert(added.entry.number, added.entry.clone());
    }

    /// Number of the newest version, readable or not; zero when there is none.
    pub fn newest(&self) -> u64 {
        self.newest
    }

    /// The version of this number without its content.
    pub fn entry(&self, number: u64) -> Option<&Entry> {
        self.entries.get(&number)
    }

    /// At most so many versions, from the newest one back, or from the cursor of the page before.
    ///
    /// A cursor stays good while versions come and go: no version is listed twice.
    pub fn list(&self, limit: usize, cursor: Option<u64>) -> Page<'_> {
        let older = self.entries.range(..cursor.unwrap_or(u64::MAX)).rev();
        let entries: Vec<&Entry> = older.map(|(_, entry)| entry).take(limit).collect();
        let last = entries.last().map(|entry| entry.number);
        let has_more = |number: &u64| self.entries.range(..*number).next().is_some();
        let cursor = last.filter(has_more);
        Page { entries, cursor }
    }

    /// A version with its content. `lookup` gives the bytes that are stored under a digest.
    ///
    /// Every slice is checked against its digest, and the whole against the digest and the length
    /// of the entry: what comes back is what was stored, byte for byte, or an error.
    ///
    /// # Errors
    /// There is no such version, or a slice is missing or damaged, of which the first one is named.
    pub fn read<B: AsRef<[u8]>>(
        &self,
        number: u64,
        lookup: impl Fn(&Digest) -> Option<B>,
    ) -> Result<Version, VersionError> {
        let entry = self.entry(number).ok_or(VersionError::Unknown { number })?;
        let bytes_max = usize::try_from(entry.bytes).unwrap_or(usize::MAX).min(TEXT_BYTES_MAX);
        let content = assemble(&entry.root, bytes_max, lookup)
            .map_err(|error| VersionError::of_slice(number, error))?;
        if digest(&content) != entry.digest {
            return Err(VersionError::DigestMismatch { number });
        }
        Ok(Version { entry: entry.clone(), content })
    }

    /// Takes a version out, readable or not. Its slices stay: what no version needs any more is
    /// what the store has beyond [`slices_in_use`](Self::slices_in_use).
    ///
    /// # Errors
    /// There is no such version, or it is the newest one.
    pub fn remove(&mut self, number: u64) -> Result<(), VersionError> {
        if number > 0 && number == self.newest {
            return Err(VersionError::NewestStays { number });
        }
        let is_there = self.entries.remove(&number).is_some() || self.unreadable.remove(&number);
        is_there.then_some(()).ok_or(VersionError::Unknown { number })
    }

    /// The digests of all slices that a version needs. No other slice of this document is needed.
    ///
    /// Reads every slice in use that names others once, and the topmost ones.
    ///
    /// # Errors
    /// Such a slice is missing or damaged, or an entry cannot be read, so that it is not known what
    /// they need. Nothing may be freed then.
    pub fn slices_in_use<B: AsRef<[u8]>>(
        &self,
        lookup: impl Fn(&Digest) -> Option<B>,
    ) -> Result<BTreeSet<Digest>, VersionError> {
        if let Some(&number) = self.unreadable.first() {
            return Err(VersionError::UnreadableEntry { number });
        }
        let mut used = BTreeSet::new();
        for (&number, entry) in &self.entries {
            use_all(&entry.root, &mut used, &lookup)
                .map_err(|error| VersionError::of_slice(number, error))?;
        }
        Ok(used)
    }

    /// Takes note that slices were freed in the store: those that [`slices_in_use`] does not name.
    ///
    /// [`slices_in_use`]: Self::slices_in_use
    pub fn forget_slices(&mut self, freed: &BTreeSet<Digest>) {
        self.slices.retain(|name| !freed.contains(name));
    }

    /// Takes note that the store cannot be relied on, as a slice was missing or damaged: the next
    /// version brings all of its slices, so that it is whole whatever else is lost. Bytes that are
    /// not what their digest says are to be kept aside before they are replaced.
    pub fn forget_all_slices(&mut self) {
        self.slices.clear();
    }
}
