//! The stores of the scenarios: maps that do at once what they are asked, or what the test has
//! told them. Shared by the tabs of one browser.

use keepfast::engine::{Batch, StoreError, StoreId, StoreOptions, Survives};
use keepfast::record::{Drawer, Entry, Key, Prefix};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// IndexedDB: survives the browser.
pub const DEVICE: StoreId = StoreId(0);
/// localStorage: survives the tab.
pub const TAB: StoreId = StoreId(1);
/// Memory: survives nothing.
pub const MEMORY: StoreId = StoreId(2);

/// The stores of one browser.
#[derive(Clone, Default)]
pub struct Disk {
    inner: Rc<RefCell<Inner>>,
}

/// What strikes a store from its n-th operation on.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// The first operation that it strikes, counting openings, readings and writes from 1.
    pub nth: u32,
    /// How many it strikes, harmless ones in between included.
    pub times: u32,
    /// What the store answers.
    pub error: StoreError,
    /// Openings and readings work.
    pub only_writes: bool,
    /// A write takes effect all the same.
    pub is_stored: bool,
}

#[derive(Default, Clone)]
struct Inner {
    stores: BTreeMap<StoreId, Shelf>,
    alive: Vec<String>,
}

#[derive(Default, Clone)]
struct Shelf {
    records: BTreeMap<Key, Vec<u8>>,
    refusal: Option<StoreError>,
    read_refusal: Option<StoreError>,
    fault: Option<Fault>,
    operations: u32,
    /// Takes so many more writes and keeps rubbish.
    rot: u32,
}

impl Disk {
    pub fn ladder() -> Vec<StoreOptions> {
        let store = |survives, takes_tail| StoreOptions { survives, expects: true, takes_tail };
        vec![
            store(Survives::Device, false),
            store(Survives::Tab, true),
            store(Survives::None, false),
        ]
    }

    /// From here on the store answers every opening and write with this, or works again.
    pub fn refuse(&self, store: StoreId, refusal: Option<StoreError>) {
        self.inner.borrow_mut().stores.entry(store).or_default().refusal = refusal;
    }

    /// From here on the store answers every reading with this, or works again.
    pub fn refuse_reading(&self, store: StoreId, refusal: Option<StoreError>) {
        self.inner.borrow_mut().stores.entry(store).or_default().read_refusal = refusal;
    }

    /// Fails so many operations of the store, from the n-th on.
    pub fn fail_at(&self, store: StoreId, nth: u32, times: u32, error: StoreError) {
        self.strike(store, Fault { nth, times, error, only_writes: false, is_stored: false });
    }

    /// Lets a fault strike the store, counting operations from here on.
    pub fn strike(&self, store: StoreId, fault: Fault) {
        let mut inner = self.inner.borrow_mut();
        let shelf = inner.stores.entry(store).or_default();
        shelf.fault = Some(fault);
        shelf.operations = 0;
    }

    /// From here on the store works.
    pub fn heal(&self, store: StoreId) {
        self.inner.borrow_mut().stores.entry(store).or_default().fault = None;
    }

    /// The same stores and locks apart: what happens to one does not show in the other.
    pub fn copy(&self) -> Disk {
        Disk { inner: Rc::new(RefCell::new(self.inner.borrow().clone())) }
    }

    /// Operations since a fault was set.
    pub fn operations(&self, store: StoreId) -> u32 {
        self.inner.borrow().stores.get(&store).map_or(0, |shelf| shelf.operations)
    }

    pub fn can_open(&self, store: StoreId) -> Result<(), StoreError> {
        let mut inner = self.inner.borrow_mut();
        let shelf = inner.stores.entry(store).or_default();
        shelf.count(false).or(shelf.refusal).map_or(Ok(()), Err)
    }

    pub fn read(&self, store: StoreId, prefix: &Prefix) -> Result<Vec<Entry>, StoreError> {
        let mut inner = self.inner.borrow_mut();
        let shelf = inner.stores.entry(store).or_default();
        if let Some(error) = shelf.count(false).or(shelf.read_refusal).or(shelf.refusal) {
            return Err(error);
        }
        let covered = shelf.records.iter().filter(|(key, _)| prefix.covers(key));
        Ok(covered.map(|(key, bytes)| Entry { key: key.clone(), bytes: bytes.clone() }).collect())
    }

    pub fn write(&self, store: StoreId, batch: &Batch) -> Result<(), StoreError> {
        let mut inner = self.inner.borrow_mut();
        let shelf = inner.stores.entry(store).or_default();
        let struck = shelf.count(true);
        let is_stored = struck.is_some() && shelf.fault.is_some_and(|fault| fault.is_stored);
        if let Some(error) = struck.filter(|_| !is_stored).or(shelf.refusal) {
            return Err(error);
        }
        let holds = |(key, checksum): &(Key, Option<[u8; 32]>)| match checksum {
            Some(checksum) => shelf.records.get(key).is_some_and(|it| it.ends_with(checksum)),
            None => !shelf.records.contains_key(key),
        };
        if !batch.expect.iter().all(holds) {
            return Err(StoreError::Moved);
        }
        let is_rotten = shelf.rot > 0 && !batch.put.is_empty();
        shelf.rot -= u32::from(is_rotten);
        for entry in &batch.put {
            let mut bytes = entry.bytes.clone();
            let middle = bytes.len() / 2;
            bytes[middle] ^= u8::from(is_rotten);
            shelf.records.insert(entry.key.clone(), bytes);
        }
        for key in &batch.remove {
            shelf.records.remove(key);
        }
        struck.map_or(Ok(()), Err)
    }

    /// Every record of a store.
    pub fn entries(&self, store: StoreId) -> Vec<Entry> {
        let inner = self.inner.borrow();
        let records = inner.stores.get(&store).into_iter().flat_map(|shelf| &shelf.records);
        records.map(|(key, bytes)| Entry { key: key.clone(), bytes: bytes.clone() }).collect()
    }

    /// The keys of a drawer in a store.
    pub fn keys(&self, store: StoreId, drawer: Drawer) -> Vec<Key> {
        let entries = self.entries(store).into_iter();
        entries.map(|entry| entry.key).filter(|key| key.drawer == drawer).collect()
    }

    /// Changes the bytes of a record, as rot would.
    pub fn damage(&self, store: StoreId, key: &Key, change: impl FnOnce(&mut Vec<u8>)) {
        let mut inner = self.inner.borrow_mut();
        let shelf = inner.stores.get_mut(&store).expect("the store has records");
        change(shelf.records.get_mut(key).expect("the record is there"));
    }

    /// Acknowledges so many more writes of records and keeps rubbish in their place.
    pub fn rot(&self, store: StoreId, writes: u32) {
        self.inner.borrow_mut().stores.entry(store).or_default().rot = writes;
    }

    /// Takes a record away behind everybody's back.
    pub fn lose(&self, store: StoreId, key: &Key) {
        let mut inner = self.inner.borrow_mut();
        inner.stores.entry(store).or_default().records.remove(key);
    }

    /// Takes everything away, as the browser does when it needs room.
    pub fn evict(&self, store: StoreId) {
        self.inner.borrow_mut().stores.entry(store).or_default().records.clear();
    }

    pub fn set_alive(&self, writer: &str, is_alive: bool) {
        let mut inner = self.inner.borrow_mut();
        inner.alive.retain(|known| known != writer);
        if is_alive {
            inner.alive.push(writer.into());
        }
    }

    pub fn alive(&self) -> Vec<String> {
        self.inner.borrow().alive.clone()
    }
}

impl Shelf {
    /// Counts an operation, and says whether it is to fail.
    fn count(&mut self, is_write: bool) -> Option<StoreError> {
        self.operations += 1;
        let fault = self.fault?;
        let is_hit = self.operations >= fault.nth && self.operations - fault.nth < fault.times;
        (is_hit && (is_write || !fault.only_writes)).then_some(fault.error)
    }
}
