//! Records of saves that are over, where they may still lie. Owns that they go: a removal that a
//! store refused is attempted again, for whoever finds such a record makes the save once more, and
//! what was discarded would be back (I7). It must not know what a record says.

use alloc::vec::Vec;

use super::effect::{Batch, Durability};
use super::ids::{Instant, StoreId, Token};
use super::retry::Retry;
use crate::record::Key;

/// What is to be removed.
#[derive(Debug, Default)]
pub(crate) struct Waste {
    loads: Vec<Load>,
    retry: Retry,
}

/// What is removed from a store at once, and put there in its place.
#[derive(Debug)]
struct Load {
    store: StoreId,
    batch: Batch,
    /// The save was never confirmed, and is not to be made.
    is_withdrawn: bool,
    /// It is on its way.
    sent: Option<Token>,
}

impl Waste {
    /// The record of a save that had its answer: told twice, it has the same answer.
    pub(crate) fn remove(&mut self, (store, key): (StoreId, Key)) {
        let batch = Batch { remove: [key].into(), ..Batch::default() };
        self.loads.push(Load { store, batch, is_withdrawn: false, sent: None });
    }

    /// The record of a save that is not to be made.
    pub(crate) fn withdraw(&mut self, (store, key): (StoreId, Key)) {
        let batch = Batch { remove: [key].into(), ..Batch::default() };
        self.loads.push(Load { store, batch, is_withdrawn: true, sent: None });
    }

    /// The record of a save goes together with what is stored in its place.
    pub(crate) fn replace(&mut self, store: StoreId, batch: Batch) {
        self.loads.push(Load { store, batch, is_withdrawn: false, sent: None });
    }

    /// The next write that can be made, sent under this token.
    pub(crate) fn ask(
        &mut self,
        token: Token,
        now: Instant,
        is_open: impl Fn(StoreId) -> bool,
    ) -> Option<(StoreId, Batch, Durability)> {
        if self.retry.is_waiting(now) {
            return None;
        }
        let load = self.loads.iter_mut().find(|it| it.sent.is_none() && is_open(it.store))?;
        load.sent = Some(token);
        let is_strict = load.is_withdrawn || !load.batch.put.is_empty();
        let durability = if is_strict { Durability::Strict } else { Durability::Relaxed };
        Some((load.store, load.batch.clone(), durability))
    }

    /// The answer to that; says whether it was waited for.
    pub(crate) fn on_answered(&mut self, token: Token, is_done: bool, now: Instant) -> bool {
        let Some(at) = self.loads.iter().position(|it| it.sent == Some(token)) else {
            return false;
        };
        if is_done {
            self.loads.remove(at);
            self.retry.clear();
        } else {
            self.loads[at].sent = None;
            self.retry.on_failure(now);
        }
        true
    }

    /// When the next attempt may be made, where a store is there to make it in.
    pub(crate) fn due(&self, is_open: impl Fn(StoreId) -> bool) -> Option<Instant> {
        let is_waiting = self.loads.iter().any(|it| it.sent.is_none() && is_open(it.store));
        is_waiting.then(|| self.retry.at().unwrap_or_default())
    }

    /// It is tried again at once: a store works again.
    pub(crate) fn hurry(&mut self) {
        self.retry.clear();
    }

    /// Whether a save of this document was withdrawn and may still lie in one of these stores.
    pub(crate) fn holds(&self, name: (&str, &str), is_meant: impl Fn(StoreId) -> bool) -> bool {
        let is_its = |key: &Key| (&key.collection[..], &key.document[..]) == name;
        let withdrawn = self.loads.iter().filter(|load| load.is_withdrawn);
        let mut keys = withdrawn.filter(|it| is_meant(it.store)).flat_map(|it| &it.batch.remove);
        keys.any(is_its)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Drawer;

    fn key(document: &str) -> Key {
        Key {
            drawer: Drawer::Outbox,
            collection: "notes".into(),
            document: document.into(),
            writer: "me".into(),
            sequence: 1,
        }
    }

    #[test]
    fn what_a_store_refuses_to_remove_is_removed_later() {
        let mut waste = Waste::default();
        waste.withdraw((StoreId(0), key("a")));
        let (first, second) = (Token(1), Token(2));
        assert!(waste.ask(first, Instant(0), |_| false).is_none());
        let (store, batch, _) = waste.ask(first, Instant(0), |_| true).unwrap();
        assert_eq!((store, &batch.remove[..]), (StoreId(0), &[key("a")][..]));
        assert_eq!(waste.due(|_| true), None);
        assert!(
            waste.on_answered(first, false, Instant(0)) && waste.holds(("notes", "a"), |_| true)
        );
        assert!(waste.ask(second, Instant(999), |_| true).is_none());
        assert_eq!(waste.due(|_| true), Some(Instant(1_000)));
        assert!(waste.ask(second, Instant(1_000), |_| true).is_some());
        assert!(!waste.on_answered(first, true, Instant(1_000)));
        assert!(
            waste.on_answered(second, true, Instant(1_000))
                && !waste.holds(("notes", "a"), |_| true)
        );
    }
}
