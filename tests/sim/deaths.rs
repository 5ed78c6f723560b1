//! How tabs and browsers die: what becomes of writes under way, what the stores lose, and what the
//! dead leave. Owns the moment from which a writer's records are those of the dead.

use std::collections::BTreeSet;

use keepfast::engine::Survives;

use crate::disk::Name;
use crate::effects::Commit;
use crate::faults::Fault;
use crate::ledger::{Line, Rest, Standing};
use crate::world::{Checked, Due, World};

impl World {
    /// The tab is gone at once. Each of its writes under way may still be stored or not.
    pub fn kill_tab(&mut self, number: u32) -> Checked {
        let Some(index) = self.tabs.iter().position(|tab| tab.number == number) else {
            return Ok(());
        };
        self.strike(Fault::TabKilled);
        let tab = self.tabs.remove(index);
        let all = std::mem::take(&mut self.queue);
        for (at, (owner, due)) in all {
            if owner != number {
                self.queue.insert(at, (owner, due));
            } else if let Due::Commit(commit) = due {
                self.die(commit);
            }
        }
        self.bury(&tab.writer)
    }

    fn die(&mut self, commit: Commit) {
        if self.random.per_mille(500) {
            self.strike(Fault::WriteDied);
            return;
        }
        let store = &mut self.stores[commit.store.0 as usize];
        if store.up && store.check(&commit.batch).is_ok() {
            store.apply(&commit.batch, commit.is_strict, self.now_ms);
            self.take_down_kept(&commit.batch.put);
        }
    }

    /// Notes what lies in the stores of an engine that is dead from here on.
    fn bury(&mut self, writer: &str) -> Checked {
        let names: Vec<Name> = self.ledger.books.keys().cloned().collect();
        for name in &names {
            let view = self.views.now(&self.stores, name);
            for line in &mut self.ledger.book(name).lines {
                if line.engine == writer && line.standing != Standing::Dead {
                    line.standing = Standing::Dead;
                    line.rest = view.rest_of(&line.writer).filter(|rest| owes(line, rest));
                }
            }
        }
        self.check_all()
    }

    /// The browser is gone at once, with every tab; stores lose what the disk does not have.
    pub fn kill_browser(&mut self) -> Checked {
        self.strike(Fault::BrowserKilled);
        for number in self.tabs.iter().map(|tab| tab.number).collect::<Vec<_>>() {
            self.kill_tab(number)?;
        }
        let loses_device = self.parameters.rates.device_tail;
        for index in 0..self.stores.len() {
            let loss_ms = self.random.between(0, crate::disk::TAB_SYNC_MS);
            let survives = self.stores[index].survives;
            let lost = match survives {
                Survives::Device if self.draws(loses_device) => {
                    let lost = self.stores[index].lose_some(&mut self.random);
                    if lost > 0 {
                        self.strike(Fault::DeviceTailLost);
                    }
                    0
                }
                Survives::Tab => {
                    self.tear(index);
                    self.stores[index].lose_since(self.now_ms, loss_ms)
                }
                Survives::Device | Survives::None => 0,
            };
            if lost > 0 {
                self.forgive_loss();
            }
        }
        self.settle_dead(None)
    }

    fn tear(&mut self, index: usize) {
        let young: BTreeSet<_> = self.stores[index].young(self.now_ms);
        for key in young {
            if self.draws(self.parameters.rates.torn) {
                self.strike(Fault::Torn);
                self.stores[index].tear(&key, &mut self.random, self.events);
                self.ledger.excuse(&crate::disk::name(&key), self.events);
            }
        }
    }

    /// A store that survives no browser kill lost its last seconds: a discarded draft may be back.
    fn forgive_loss(&mut self) {
        let names: Vec<Name> = self.ledger.books.keys().cloned().collect();
        for name in &names {
            let view = self.views.now(&self.stores, name);
            for line in &mut self.ledger.book(name).lines {
                if view.draft(&line.writer).is_some() {
                    line.discarded = None;
                }
            }
        }
    }

    /// What dead writers left is what lies there, after a fault that may take of it.
    pub fn settle_dead(&mut self, only: Option<&Name>) -> Checked {
        let names: Vec<Name> = self.ledger.books.keys().cloned().collect();
        for name in names.iter().filter(|name| only.is_none_or(|only| only == *name)) {
            let view = self.views.now(&self.stores, name);
            for line in &mut self.ledger.book(name).lines {
                if line.standing == Standing::Dead {
                    line.rest = view.rest_of(&line.writer).filter(|rest| owes(line, rest));
                }
            }
        }
        self.check_all()
    }
}

/// Whether what lies there is of this very line: a writer that opened a document twice has two.
fn owes(line: &Line, rest: &Rest) -> bool {
    line.was(rest.change, &rest.state)
}
