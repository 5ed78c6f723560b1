//! A store in memory that keeps the contract of stores: batches are written whole or not at all,
//! and refused when an expectation does not hold. It fails for no other reason. What it holds does
//! not count as the engine's memory.

use crate::counting::uncounted;
use keepfast::engine::{Batch, StoreError};
use keepfast::record::{Digest, Entry, Key, Prefix};
use std::collections::BTreeMap;

#[derive(Default)]
pub struct Store {
    records: BTreeMap<Key, Vec<u8>>,
}

impl Store {
    /// Every record that the prefix covers, in the order of keys.
    pub fn read(&self, prefix: &Prefix) -> Vec<Entry> {
        let covered = self.records.iter().filter(|(key, _)| prefix.covers(key));
        covered.map(|(key, bytes)| Entry { key: key.clone(), bytes: bytes.clone() }).collect()
    }

    /// Whether the record with this checksum lies under the key, or none where none is expected.
    fn holds(&self, key: &Key, checksum: Option<&Digest>) -> bool {
        match (self.records.get(key), checksum) {
            (Some(bytes), Some(checksum)) => bytes.ends_with(checksum),
            (found, wanted) => found.is_none() && wanted.is_none(),
        }
    }

    /// Carries out a batch; returns how many bytes it stored.
    ///
    /// # Errors
    /// An expectation that does not hold.
    pub fn write(&mut self, batch: &Batch) -> Result<usize, StoreError> {
        if !batch.expect.iter().all(|(key, checksum)| self.holds(key, checksum.as_ref())) {
            return Err(StoreError::Moved);
        }
        uncounted(|| {
            for key in &batch.remove {
                self.records.remove(key);
            }
            for entry in &batch.put {
                self.records.insert(entry.key.clone(), entry.bytes.clone());
            }
        });
        Ok(batch.put.iter().map(|entry| entry.bytes.len()).sum())
    }
}

impl Drop for Store {
    /// Frees what was allocated without being counted.
    fn drop(&mut self) {
        uncounted(|| drop(std::mem::take(&mut self.records)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::live;
    use keepfast::record::Drawer;

    fn key(sequence: u64) -> Key {
        let [collection, document, writer] = ["c", "d", "w"].map(str::to_string);
        Key { drawer: Drawer::Draft, collection, document, writer, sequence }
    }

    fn entry(sequence: u64, bytes: &[u8]) -> Entry {
        Entry { key: key(sequence), bytes: bytes.to_vec() }
    }

    #[test]
    fn what_the_store_holds_does_not_count() {
        let before = live();
        let mut store = Store::default();
        let batch = Batch { put: vec![entry(1, &[7; 400])], ..Batch::default() };
        assert_eq!(store.write(&batch), Ok(400));
        drop(batch);
        assert_eq!(live(), before);
        drop(store);
        assert_eq!(live(), before);
    }

    #[test]
    fn a_batch_whose_expectation_does_not_hold_changes_nothing() {
        let mut store = Store::default();
        let first = Batch { put: vec![entry(1, &[7; 40])], ..Batch::default() };
        assert_eq!(store.write(&first), Ok(40));
        let next = |checksum: [u8; 32]| Batch {
            put: vec![entry(2, b"next")],
            remove: vec![key(1)],
            expect: vec![(key(1), Some(checksum))],
        };
        let all = Prefix::Drawer(Drawer::Draft);
        assert_eq!(store.write(&next([8; 32])), Err(StoreError::Moved));
        assert_eq!(store.read(&all), [entry(1, &[7; 40])]);
        assert_eq!(store.write(&next([7; 32])), Ok(4));
        assert_eq!(store.read(&all), [entry(2, b"next")]);
    }
}
