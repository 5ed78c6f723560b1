//! What befalls a world besides what the user does: tabs die and freeze, stores go away, are
//! emptied and decay. Owns how each of these is told to the engines, if it is told at all.

use keepfast::engine::{DocumentId, Event, StoreError, StoreId, Survives, Token};

use crate::channel::TABS_MAX;
use crate::faults::Fault;
use crate::workload::EditKind;
use crate::world::{Checked, Due, World};

impl World {
    /// The tab in front is killed; after so many effects of an event, if a number is given.
    pub fn kill_front(&mut self, after: Option<u8>) -> Checked {
        let Some(number) = self.front() else { return Ok(()) };
        if let Some(after) = after {
            let open = self.tab(number).and_then(|tab| tab.documents.keys().next().copied());
            self.kill_after = Some(after);
            match open {
                Some(id) if self.random.per_mille(500) => {
                    self.edit_now(number, id, EditKind::ReplaceField)?;
                }
                _ => self.deliver(number, Event::Hidden)?,
            }
            self.kill_after = None;
        }
        self.kill_tab(number)
    }

    /// The tab in front is frozen, and another one works.
    pub fn freeze(&mut self) -> Checked {
        let Some(number) = self.front() else { return Ok(()) };
        if self.tabs.len() >= TABS_MAX {
            return Ok(());
        }
        // Most browsers hide a page before they freeze it; a machine that sleeps does not ask.
        if self.random.per_mille(600) {
            self.deliver(number, Event::Hidden)?;
        }
        self.strike(Fault::Frozen);
        if let Some(tab) = self.tab(number) {
            tab.frozen = true;
        }
        self.need_front().map(|_| ())
    }

    /// A frozen tab goes on, so much later.
    pub fn resume(&mut self, after_ms: u64) -> Checked {
        let Some(index) = self.tabs.iter().position(|tab| tab.frozen) else { return Ok(()) };
        let number = self.tabs[index].number;
        if after_ms >= JUMP_MS {
            // The machine slept: nobody's timer fired, and both clocks went on.
            self.now_ms += after_ms;
        } else {
            self.advance(after_ms)?;
        }
        self.wake(number)
    }

    /// A frozen tab goes on, with everything that came for it meanwhile.
    pub fn wake(&mut self, number: u32) -> Checked {
        let Some(index) = self.tabs.iter().position(|tab| tab.number == number) else {
            return Ok(());
        };
        let mut tab = self.tabs.remove(index);
        tab.frozen = false;
        // Until they are handed over, the answers count as under way.
        tab.in_flight += 1;
        tab.note_trouble();
        let inbox = std::mem::take(&mut tab.inbox);
        self.tabs.push(tab);
        if self.random.per_mille(700) {
            self.deliver(number, Event::Shown)?;
        }
        for event in inbox {
            self.deliver(number, event)?;
        }
        if let Some(tab) = self.tab(number) {
            tab.in_flight -= 1;
        }
        Ok(())
    }

    fn outliving(&self, nth: u8) -> Option<usize> {
        let all = 0..self.stores.len();
        let outlive = all.filter(|index| self.stores[*index].survives != Survives::None);
        let list: Vec<usize> = outlive.collect();
        list.get(usize::from(nth) % list.len().max(1)).copied()
    }

    /// A store that outlives tabs fails.
    pub fn store_away(&mut self, nth: u8) -> Checked {
        let Some(index) = self.outliving(nth).filter(|index| self.stores[*index].up) else {
            return Ok(());
        };
        self.strike(Fault::StoreAway);
        self.stores[index].up = false;
        self.tell_all(Event::StoreFailed {
            store: StoreId(index as u8),
            error: StoreError::Unavailable,
        })
    }

    /// A store works again.
    pub fn store_back(&mut self, nth: u8) -> Checked {
        let Some(index) = self.outliving(nth).filter(|index| !self.stores[*index].up) else {
            return Ok(());
        };
        self.stores[index].up = true;
        let store = StoreId(index as u8);
        // The engine also finds out by itself.
        if self.random.per_mille(500) {
            self.tell_all(Event::StoreOpened { store })?;
        }
        Ok(())
    }

    fn tell_all(&mut self, event: Event) -> Checked {
        for number in self.tabs.iter().map(|tab| tab.number).collect::<Vec<_>>() {
            if let Some(tab) = self.tab(number) {
                tab.note_trouble();
            }
            self.schedule(number, 0, Due::Event(event.clone()));
        }
        self.advance(0)
    }

    /// A store is emptied; the engines are told or not.
    pub fn evict(&mut self, nth: u8, told: bool) -> Checked {
        let Some(index) = self.outliving(nth) else { return Ok(()) };
        if self.stores[index].evict() == 0 {
            return Ok(());
        }
        self.strike(if told { Fault::Evicted } else { Fault::EvictedSilently });
        self.ledger.excuse_all(self.events);
        if told && self.tabs.is_empty() {
            self.stores[index].eviction_untold = true;
        } else if told {
            self.tell_all(Event::Evicted { store: StoreId(index as u8) })?;
        }
        self.settle_dead(None)
    }

    /// A byte of a record changes where it lies.
    pub fn corrupt(&mut self, nth: u8) -> Checked {
        let Some(index) = self.outliving(nth) else { return Ok(()) };
        let events = self.events;
        let Some(key) = self.stores[index].corrupt_one(&mut self.random, events) else {
            return Ok(());
        };
        self.strike(Fault::Corrupted);
        self.trace.push(format!("damaged {}", crate::trace::of_key(&key, &[])));
        let name = crate::disk::name(&key);
        self.ledger.excuse(&name, self.events);
        self.settle_dead(Some(&name))
    }

    /// An event comes that answers nothing.
    pub fn stray(&mut self) -> Checked {
        let Some(number) = self.front() else { return Ok(()) };
        self.strike(Fault::StrayEvent);
        let token = Token(self.random.pick(&[0, 1, 2, 3, 900_000]));
        // A token that is awaited would be an answer, not a stray.
        let token = if token.0 < 900_000 { Token(u64::MAX - token.0) } else { token };
        let document = DocumentId(77_777);
        let event = match self.random.below(5) {
            0 => Event::Wrote { token },
            1 => Event::ReadFailed { token, error: StoreError::Aborted },
            2 => Event::Changed { document },
            3 => Event::TimerFired,
            _ => Event::WriteFailed { token, error: StoreError::Quota },
        };
        self.deliver(number, event)
    }
}

/// From here on a pause is a sleep of the machine.
const JUMP_MS: u64 = 60_000;
