//! The stores that outlive a tab: what lies in them, what of it the disk has, and what a kill or a
//! fault does to it. Owns records and their past; it must not know engines or documents' content.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use keepfast::engine::{Batch, StoreError, Survives};
use keepfast::record::{Entry, Key, Prefix};

use crate::random::Random;

/// A document of a workspace: collection and id.
pub type Name = (String, String);

/// Which document a record belongs to.
pub fn name(key: &Key) -> Name {
    (key.collection.clone(), key.document.clone())
}

/// A store.
#[derive(Clone, Debug)]
pub struct Store {
    /// What it survives.
    pub survives: Survives,
    /// Whether operations work.
    pub up: bool,
    /// Bytes it takes.
    pub quota: usize,
    /// It was emptied, and the next opening will tell.
    pub eviction_untold: bool,
    records: BTreeMap<Key, Rc<[u8]>>,
    /// Batches that the disk may not have, oldest first.
    unsynced: Vec<Undo>,
    /// Bytes that a fault has changed, with the moment at which it did.
    corrupt: BTreeMap<Key, Corrupt>,
    /// Counts up with every change of a document's records.
    generations: BTreeMap<Name, u64>,
}

/// Bytes that a fault has changed.
#[derive(Clone, Debug)]
pub struct Corrupt {
    /// What lies there.
    pub bytes: Rc<[u8]>,
    /// Number of the event before it happened.
    pub since: u64,
    /// What had lain there.
    sound: Rc<[u8]>,
}

/// How a batch is taken back.
#[derive(Clone, Debug)]
struct Undo {
    at_ms: u64,
    before: Vec<(Key, Option<Rc<[u8]>>)>,
}

impl Store {
    /// An empty one.
    pub fn new(survives: Survives, quota: usize) -> Store {
        Store {
            survives,
            up: true,
            quota,
            eviction_untold: false,
            records: BTreeMap::new(),
            unsynced: Vec::new(),
            corrupt: BTreeMap::new(),
            generations: BTreeMap::new(),
        }
    }

    /// Every record that the prefix covers, in the order of keys.
    pub fn read(&self, prefix: &Prefix) -> Vec<Entry> {
        self.entries(|key| prefix.covers(key))
    }

    /// The records of a document, as they are after the kill of a tab.
    pub fn of_document(&self, name: &Name) -> Vec<Entry> {
        self.entries(|key| key.collection == name.0 && key.document == name.1)
    }

    fn entries(&self, wanted: impl Fn(&Key) -> bool) -> Vec<Entry> {
        let found = self.records.iter().filter(|(key, _)| wanted(key));
        found.map(|(key, bytes)| Entry { key: key.clone(), bytes: bytes.to_vec() }).collect()
    }

    /// The records of a document, as they are after the worst kill of the browser.
    pub fn of_document_at_worst(&self, name: &Name) -> Vec<Entry> {
        let ours = |key: &Key| key.collection == name.0 && key.document == name.1;
        let now = self.records.iter().filter(|(key, _)| ours(key));
        let mut map: BTreeMap<&Key, &Rc<[u8]>> = now.collect();
        for undo in self.unsynced.iter().rev() {
            for (key, before) in undo.before.iter().rev().filter(|(key, _)| ours(key)) {
                match before {
                    Some(bytes) => map.insert(key, bytes),
                    None => map.remove(key),
                };
            }
        }
        map.into_iter().map(|(key, b)| Entry { key: key.clone(), bytes: b.to_vec() }).collect()
    }

    /// Names of the documents that have records here.
    pub fn names(&self) -> BTreeSet<Name> {
        self.records.keys().map(name).collect()
    }

    /// How many records a writer has for a document.
    pub fn count(&self, of: &Name, writer: &str) -> usize {
        self.records.keys().filter(|key| name(key) == *of && key.writer == writer).count()
    }

    /// Counts up with every change of the document's records.
    pub fn generation(&self, name: &Name) -> u64 {
        self.generations.get(name).copied().unwrap_or(0)
    }

    /// Counts up with every change of any record.
    pub fn changes(&self) -> u64 {
        self.generations.values().sum()
    }

    /// The record under a key.
    pub fn record(&self, key: &Key) -> Option<&Rc<[u8]>> {
        self.records.get(key)
    }

    /// When a fault has changed the record under this key, if that still lies there.
    pub fn corrupt_since(&self, key: &Key) -> Option<u64> {
        self.corrupt.get(key).map(|corrupt| corrupt.since)
    }

    /// Whether the batch would fit and its expectations hold.
    pub fn check(&self, batch: &Batch) -> Result<(), StoreError> {
        for (key, checksum) in &batch.expect {
            let there = self.records.get(key);
            let holds = match checksum {
                Some(checksum) => there.is_some_and(|bytes| bytes.ends_with(checksum)),
                None => there.is_none(),
            };
            if !holds {
                return Err(StoreError::Moved);
            }
        }
        let held: usize = self.records.values().map(|bytes| bytes.len()).sum();
        let put: usize = batch.put.iter().map(|entry| entry.bytes.len()).sum();
        if put > 0 && held + put > self.quota { Err(StoreError::Quota) } else { Ok(()) }
    }

    /// Carries the batch out, whole. A strict one brings everything before it to the disk too.
    pub fn apply(&mut self, batch: &Batch, strict: bool, at_ms: u64) {
        let mut undo = Undo { at_ms, before: Vec::new() };
        for entry in &batch.put {
            let bytes = Rc::from(entry.bytes.as_slice());
            self.change(&entry.key, Some(bytes), &mut undo);
        }
        for key in &batch.remove {
            self.change(key, None, &mut undo);
        }
        self.unsynced.push(undo);
        match self.survives {
            Survives::Device if strict => self.sync(u64::MAX),
            Survives::Device => self.sync(at_ms.saturating_sub(DEVICE_SYNC_MS)),
            Survives::Tab | Survives::None => self.sync(at_ms.saturating_sub(TAB_SYNC_MS)),
        }
    }

    /// Everything written up to this moment is on the disk.
    fn sync(&mut self, up_to_ms: u64) {
        let all = std::mem::take(&mut self.unsynced);
        let (synced, rest) = all.into_iter().partition(|undo| undo.at_ms <= up_to_ms);
        self.unsynced = rest;
        let synced: Vec<Undo> = synced;
        for (key, _) in synced.iter().flat_map(|undo| &undo.before) {
            *self.generations.entry(name(key)).or_default() += 1;
        }
    }

    fn change(&mut self, key: &Key, to: Option<Rc<[u8]>>, undo: &mut Undo) {
        let before = match to {
            Some(bytes) => self.records.insert(key.clone(), bytes),
            None => self.records.remove(key),
        };
        self.corrupt.remove(key);
        *self.generations.entry(name(key)).or_default() += 1;
        undo.before.push((key.clone(), before));
    }

    /// Takes back the newest batches that the disk does not have, so many of them.
    fn roll_back(&mut self, batches: usize) {
        for _ in 0..batches {
            let Some(undo) = self.unsynced.pop() else { break };
            for (key, before) in undo.before.into_iter().rev() {
                *self.generations.entry(name(&key)).or_default() += 1;
                match before {
                    Some(bytes) => self.records.insert(key, bytes),
                    None => self.records.remove(&key),
                };
            }
        }
        let records = &self.records;
        self.corrupt.retain(|key, corrupt| records.get(key) == Some(&corrupt.bytes));
    }

    /// The browser is killed: everything written in the last `loss_ms` is gone, the newest of it
    /// first. Gives back how many batches went.
    pub fn lose_since(&mut self, now_ms: u64, loss_ms: u64) -> usize {
        let lost = self.unsynced.iter().filter(|undo| undo.at_ms + loss_ms > now_ms).count();
        self.roll_back(lost);
        self.unsynced.clear();
        lost
    }

    /// The browser is killed: some of the newest batches that the disk does not have are gone.
    pub fn lose_some(&mut self, random: &mut Random) -> usize {
        let lost = random.index(self.unsynced.len() + 1);
        self.roll_back(lost);
        self.unsynced.clear();
        lost
    }

    /// Keys whose values changed within the last seconds.
    pub fn young(&self, now_ms: u64) -> BTreeSet<Key> {
        let young = self.unsynced.iter().filter(|undo| undo.at_ms + TAB_SYNC_MS > now_ms);
        let keys = young.flat_map(|undo| undo.before.iter().map(|(key, _)| key.clone()));
        keys.filter(|key| self.records.contains_key(key)).collect()
    }

    /// Everything is gone, from the disk too.
    pub fn evict(&mut self) -> usize {
        let count = self.records.len();
        for name in self.names() {
            *self.generations.entry(name).or_default() += 1;
        }
        self.records.clear();
        self.corrupt.clear();
        self.unsynced.clear();
        count
    }

    /// One bit of a record changes, on the disk too. Gives back which record it was.
    pub fn corrupt_one(&mut self, random: &mut Random, since: u64) -> Option<Key> {
        let key = self.records.keys().nth(random.index(self.records.len())).cloned()?;
        self.rot(&key, random, since);
        Some(key)
    }

    /// A record is cut off.
    pub fn tear(&mut self, key: &Key, random: &mut Random, since: u64) {
        let Some(bytes) = self.records.get(key) else { return };
        let kept = bytes[..random.index(bytes.len())].to_vec();
        self.damage(key, kept, since);
    }

    /// One bit of this record changes.
    pub fn rot(&mut self, key: &Key, random: &mut Random, since: u64) {
        let Some(bytes) = self.records.get(key) else { return };
        let mut bytes = bytes.to_vec();
        let at = random.index(bytes.len());
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= 1 << random.below(8);
        }
        self.damage(key, bytes, since);
    }

    fn damage(&mut self, key: &Key, bytes: Vec<u8>, since: u64) {
        let bytes: Rc<[u8]> = bytes.into();
        let before = self.records.insert(key.clone(), Rc::clone(&bytes));
        let sound = self.corrupt.get(key).map(|corrupt| Rc::clone(&corrupt.sound)).or(before);
        for undo in &mut self.unsynced {
            undo.before.retain(|(other, _)| other != key);
        }
        *self.generations.entry(name(key)).or_default() += 1;
        match sound {
            Some(sound) if sound != bytes => {
                drop(self.corrupt.insert(key.clone(), Corrupt { bytes, since, sound }));
            }
            // The same bit changed twice.
            Some(_) | None => drop(self.corrupt.remove(key)),
        }
    }
}

/// How long a browser holds localStorage writes back at most, in milliseconds (measured: 5.6 s).
pub const TAB_SYNC_MS: u64 = 6_000;
/// How long an operating system holds a relaxed write back, in milliseconds.
const DEVICE_SYNC_MS: u64 = 30_000;
