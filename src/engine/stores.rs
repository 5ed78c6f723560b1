//! The ladder of stores: which are open, which one drafts are written to, when a better one is
//! tried again. Owns their states; it must not know what is written. Results of opening and
//! writing come from the adapters.

use alloc::vec::Vec;

use super::config::StoreOptions;
use super::effect::{Effect, Effects};
use super::error::StoreError;
use super::health::{Health, Survives};
use super::ids::{Instant, StoreId};

/// The ladder of stores.
#[derive(Debug)]
pub(crate) struct Stores {
    rungs: Vec<Rung>,
    active: Option<StoreId>,
    evicted: bool,
}

#[derive(Debug)]
struct Rung {
    options: StoreOptions,
    state: State,
    /// Writes that failed since the last one that did not.
    failures: u32,
    /// Times that it was tried again since it last worked.
    probes: u32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    /// Asked for the first time; nothing is known of it.
    Opening,
    Open,
    /// It does not work; it is tried again at the instant.
    Failed(StoreError, Instant),
    /// As `Failed`, and being tried again.
    Probing(StoreError),
}

/// That drafts go to another store from here on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Switch {
    pub(crate) from: Option<StoreId>,
    pub(crate) to: Option<StoreId>,
    pub(crate) error: Option<StoreError>,
}

impl Stores {
    /// Asks for every store to be opened.
    pub(crate) fn new(options: &[StoreOptions], effects: &mut Effects) -> Stores {
        let rung = |options: &StoreOptions| Rung {
            options: *options,
            state: State::Opening,
            failures: 0,
            probes: 0,
        };
        let stores =
            Stores { rungs: options.iter().map(rung).collect(), active: None, evicted: false };
        for store in stores.ids() {
            effects.push(Effect::OpenStore { store });
        }
        stores
    }

    /// All stores, best first.
    pub(crate) fn ids(&self) -> impl Iterator<Item = StoreId> + use<> {
        (0..self.rungs.len() as u8).map(StoreId)
    }

    /// The store that drafts are written to.
    pub(crate) fn active(&self) -> Option<StoreId> {
        self.active
    }

    /// The best store of all, while it is the one that is written to.
    pub(crate) fn best(&self) -> Option<StoreId> {
        self.active.filter(|store| self.ids().next() == Some(*store))
    }

    pub(crate) fn is_open(&self, store: StoreId) -> bool {
        self.rung(store).is_some_and(|rung| rung.state == State::Open)
    }

    /// Whether each store has once been opened or failed to: only then is it known what there is.
    pub(crate) fn are_settled(&self) -> bool {
        self.rungs.iter().all(|rung| rung.state != State::Opening)
    }

    /// Stores that may hold records and cannot be read.
    pub(crate) fn unread(&self) -> Vec<StoreId> {
        self.ids().filter(|store| !self.is_open(*store)).collect()
    }

    pub(crate) fn options(&self, store: StoreId) -> StoreOptions {
        let nothing = StoreOptions { survives: Survives::None, expects: false, takes_tail: false };
        self.rung(store).map_or(nothing, |rung| rung.options)
    }

    /// Whether what one store holds survives as much as what another holds.
    pub(crate) fn is_as_firm(&self, store: StoreId, other: StoreId) -> bool {
        self.options(store).survives >= self.options(other).survives
    }

    /// The open store that takes tails, when it is not the one that drafts are written to.
    pub(crate) fn tail(&self) -> Option<StoreId> {
        self.ids().find(|store| {
            self.options(*store).takes_tail && self.is_open(*store) && self.active != Some(*store)
        })
    }

    pub(crate) fn on_opened(&mut self, store: StoreId) -> Option<Switch> {
        let rung = self.rung_mut(store)?;
        rung.state = State::Open;
        rung.failures = 0;
        self.choose(None)
    }

    pub(crate) fn on_failed(
        &mut self,
        store: StoreId,
        error: StoreError,
        now: Instant,
    ) -> Option<Switch> {
        let rung = self.rung_mut(store)?;
        rung.state = State::Failed(error, now.after(rung.probe_ms()));
        self.choose(Some(error))
    }

    pub(crate) fn on_wrote(&mut self, store: StoreId) {
        if let Some(rung) = self.rung_mut(store) {
            rung.failures = 0;
            rung.probes = 0;
        }
    }

    /// Counts a failed write. A full store, or one that fails twice in a row, is left for the next
    /// one of the ladder if there is one.
    pub(crate) fn on_write_failed(
        &mut self,
        store: StoreId,
        error: StoreError,
        now: Instant,
    ) -> Option<Switch> {
        let has_next = self.ids().any(|other| other > store && self.is_open(other));
        let rung = self.rung_mut(store)?;
        let is_over = match error {
            StoreError::Moved => false,
            StoreError::Quota | StoreError::Unavailable | StoreError::Blocked => true,
            StoreError::ConnectionLost | StoreError::Aborted => {
                rung.failures += 1;
                rung.failures >= FAILURES_MAX
            }
        };
        if !is_over || !has_next || rung.state != State::Open {
            return None;
        }
        self.on_failed(store, error, now)
    }

    pub(crate) fn on_evicted(&mut self) {
        self.evicted = true;
    }

    /// Tries those again whose time has come.
    pub(crate) fn on_timer(&mut self, now: Instant, effects: &mut Effects) {
        for (index, rung) in self.rungs.iter_mut().enumerate() {
            if let State::Failed(error, at) = rung.state
                && at <= now
            {
                rung.state = State::Probing(error);
                rung.probes = rung.probes.saturating_add(1);
                effects.push(Effect::OpenStore { store: StoreId(index as u8) });
            }
        }
    }

    pub(crate) fn next_wakeup(&self) -> Option<Instant> {
        let times = self.rungs.iter().filter_map(|rung| match rung.state {
            State::Failed(_, at) => Some(at),
            State::Opening | State::Open | State::Probing(_) => None,
        });
        times.min()
    }

    pub(crate) fn health(&self) -> Health {
        let reason =
            self.ids().take_while(|store| Some(*store) != self.active).find_map(|store| match self
                .rung(store)?
                .state
            {
                State::Failed(error, _) | State::Probing(error) => Some(error),
                State::Opening | State::Open => None,
            });
        let survives = self.active.map_or(Survives::None, |store| self.options(store).survives);
        Health { store: self.active, survives, reason, evicted: self.evicted }
    }

    /// Takes the best store that works, once nothing better is still being opened.
    fn choose(&mut self, error: Option<StoreError>) -> Option<Switch> {
        let best = self.ids().find(|store| {
            matches!(self.rungs[store.0 as usize].state, State::Open | State::Opening)
        });
        let next = best.filter(|store| self.is_open(*store));
        if next == self.active {
            return None;
        }
        let from = core::mem::replace(&mut self.active, next);
        Some(Switch { from, to: next, error })
    }

    fn rung(&self, store: StoreId) -> Option<&Rung> {
        self.rungs.get(store.0 as usize)
    }

    fn rung_mut(&mut self, store: StoreId) -> Option<&mut Rung> {
        self.rungs.get_mut(store.0 as usize)
    }
}

impl Rung {
    /// Milliseconds until it is tried again: longer each time it is in vain.
    fn probe_ms(&self) -> u64 {
        (PROBE_FIRST_MS << self.probes.min(8)).min(PROBE_MAX_MS)
    }
}

/// Failed writes in a row after which a store is left. The adapter has tried each of them twice.
const FAILURES_MAX: u32 = 2;
const PROBE_FIRST_MS: u64 = 1_000;
const PROBE_MAX_MS: u64 = 60_000;

#[cfg(test)]
mod tests {
    use super::*;

    const DEVICE: StoreId = StoreId(0);
    const TAB: StoreId = StoreId(1);

    fn ladder() -> Stores {
        let store = |survives, takes_tail| StoreOptions { survives, expects: true, takes_tail };
        let options = [store(Survives::Device, false), store(Survives::Tab, true)];
        Stores::new(&options, &mut Effects::default())
    }

    #[test]
    fn a_lesser_store_is_not_taken_while_a_better_one_is_being_opened() {
        let mut stores = ladder();
        assert_eq!(stores.on_opened(TAB), None);
        assert!(!stores.are_settled());
        stores.on_opened(DEVICE);
        assert_eq!(stores.active(), Some(DEVICE));
        assert_eq!(stores.tail(), Some(TAB));
    }

    #[test]
    fn a_store_that_fails_twice_is_left_and_tried_again() {
        let mut stores = ladder();
        stores.on_opened(TAB);
        stores.on_opened(DEVICE);
        let aborted = StoreError::Aborted;
        assert_eq!(stores.on_write_failed(DEVICE, aborted, Instant(0)), None);
        let switch = stores.on_write_failed(DEVICE, aborted, Instant(0));
        let down = Switch { from: Some(DEVICE), to: Some(TAB), error: Some(aborted) };
        assert_eq!(switch, Some(down));
        assert_eq!(stores.health().reason, Some(aborted));
        assert_eq!(stores.next_wakeup(), Some(Instant(PROBE_FIRST_MS)));
        let mut effects = Effects::default();
        stores.on_timer(Instant(PROBE_FIRST_MS), &mut effects);
        assert_eq!(effects.pop(), Some(Effect::OpenStore { store: DEVICE }));
        stores.on_opened(DEVICE);
        assert_eq!(stores.active(), Some(DEVICE));
        assert_eq!(stores.health().reason, None);
    }

    #[test]
    fn the_last_store_is_kept_however_often_it_fails() {
        let mut stores = ladder();
        stores.on_failed(DEVICE, StoreError::Blocked, Instant(0));
        stores.on_opened(TAB);
        for _ in 0..9 {
            assert_eq!(stores.on_write_failed(TAB, StoreError::Quota, Instant(0)), None);
        }
        assert_eq!(stores.active(), Some(TAB));
    }

    #[test]
    fn a_store_that_stays_away_is_tried_less_and_less_often() {
        let mut stores = ladder();
        stores.on_opened(TAB);
        let mut waits = Vec::new();
        let mut now = Instant(0);
        for _ in 0..8 {
            stores.on_failed(DEVICE, StoreError::Unavailable, now);
            let at = stores.next_wakeup().unwrap();
            waits.push(at.0 - now.0);
            now = at;
            stores.on_timer(now, &mut Effects::default());
        }
        assert_eq!(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    }
}
