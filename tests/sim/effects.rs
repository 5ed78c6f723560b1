//! What effects do: stores are opened, read and written with the faults that are drawn for them,
//! and the shell answers what it can at once. Owns the way from an effect to the event that
//! answers it.

use keepfast::engine::{
    Batch, DocumentId, Durability, Effect, Event, Notice, StoreError, StoreId, Survives, Token,
};
use keepfast::record::{Body, Drawer, Prefix, decode};

use crate::faults::{Fault, Rates};
use crate::ledger::State;
use crate::value::Value;
use crate::versions::is_version;
use crate::workload::upgrade;
use crate::world::{Checked, Due, World};

/// A write on its way.
#[derive(Clone, Debug)]
pub struct Commit {
    /// For the answer.
    pub token: Token,
    /// Where.
    pub store: StoreId,
    /// What.
    pub batch: Batch,
    /// Whether it reaches the disk.
    pub is_strict: bool,
    /// Whether it was started for a page that is being left.
    pub is_exit: bool,
    /// The fault that strikes it.
    pub fault: Option<Fault>,
}

/// A read on its way.
#[derive(Clone, Debug)]
pub struct Look {
    token: Token,
    store: StoreId,
    prefix: Prefix,
    fails: bool,
}

impl World {
    /// Does what an effect asks for.
    pub fn execute(&mut self, number: u32, effect: Effect) -> Checked {
        match effect {
            Effect::OpenStore { store } => self.open_store(number, store),
            Effect::Read { token, store, prefix } => self.read(number, token, store, prefix),
            Effect::Write { token, store, batch, durability } => {
                let is_strict = durability == Durability::Strict;
                let fault = None;
                let commit = Commit { token, store, batch, is_strict, is_exit: false, fault };
                return self.write(number, commit);
            }
            Effect::WriteNow { token, store, batch } => {
                let (is_strict, is_exit, fault) = (false, true, None);
                let commit = Commit { token, store, batch, is_strict, is_exit, fault };
                return self.write(number, commit);
            }
            Effect::ListWriters { token } => {
                let alive = self.alive();
                let after = self.random.below(4);
                self.begin(number);
                self.schedule(number, after, Due::Answer(Event::WritersListed { token, alive }));
            }
            Effect::Capture { document, token, whole } => {
                return self.capture(number, document, token, whole);
            }
            Effect::Announce { hint } => self.announce(number, hint),
            Effect::Send { token, request } => return self.send(number, token, request),
            Effect::RenewToken { token } => self.renew_token(number, token),
            Effect::Migrate { token, to, text, .. } => self.migrate(number, token, to, &text),
            Effect::Apply { document, title, description, text } => {
                return self.apply(number, document, (title, description), text);
            }
            Effect::Copied { request, .. } => {
                return self.fail("api: nobody asked for a copy", format!("{request:?}"));
            }
            Effect::Answer { request, answer } => return self.settle(number, request, answer),
            Effect::StatusChanged { document, status } => {
                return self.take_status(number, document, status);
            }
            Effect::HealthChanged { health } => {
                if let Some(tab) = self.tab(number) {
                    tab.was_storeless |= health.store.is_none() && health.reason.is_some();
                }
            }
            Effect::Notify(notice) => return self.hear(number, notice),
        }
        Ok(())
    }

    fn open_store(&mut self, number: u32, store: StoreId) {
        let index = store.0 as usize;
        if self.is_memory(store) {
            self.schedule(number, 0, Due::Event(Event::StoreOpened { store }));
            return;
        }
        let mut after = self.latency();
        let mut error = (!self.stores[index].up).then_some(StoreError::Unavailable);
        if self.stores[index].survives == Survives::Tab {
            after = 0;
        }
        if error.is_none() && self.draws(self.parameters.rates.open) {
            let fault =
                self.random.pick(&[Fault::OpenFailed, Fault::OpenBlocked, Fault::OpenHangs]);
            self.strike(fault);
            error = Some(match fault {
                Fault::OpenBlocked => StoreError::Blocked,
                _ => StoreError::Unavailable,
            });
            if fault == Fault::OpenHangs {
                after += self.random.between(3_000, 10_000);
                error = error.filter(|_| self.random.per_mille(500));
            }
        }
        match error {
            Some(error) => {
                self.trouble(number);
                let failed = Event::StoreFailed { store, error };
                self.schedule(number, after, Due::Event(failed));
                if self.stores[index].up && self.random.per_mille(300) {
                    let later = after + self.random.between(10, 4_000);
                    self.schedule(number, later, Due::Event(Event::StoreOpened { store }));
                }
            }
            None => {
                self.schedule(number, after, Due::Event(Event::StoreOpened { store }));
                if std::mem::take(&mut self.stores[index].eviction_untold) {
                    self.schedule(number, after, Due::Event(Event::Evicted { store }));
                }
            }
        }
    }

    /// Whether a store is being opened for the tab.
    pub fn is_opening(&self, number: u32) -> bool {
        let opens = |due: &Due| {
            matches!(due, Due::Event(Event::StoreOpened { .. } | Event::StoreFailed { .. }))
        };
        self.queue.values().any(|(owner, due)| *owner == number && opens(due))
    }

    fn read(&mut self, number: u32, token: Token, store: StoreId, prefix: Prefix) {
        let fails = !self.is_memory(store) && self.draws(self.parameters.rates.read);
        let look = Look { token, store, prefix, fails };
        let after = self.delay(number, store);
        self.begin(number);
        self.schedule(number, after, Due::Look(look));
    }

    /// A read looks at the records as they are at this moment.
    pub fn look(&mut self, number: u32, look: Look) -> Checked {
        let Look { token, store, prefix, fails } = look;
        self.end(number);
        let is_up = self.stores[store.0 as usize].up;
        if fails && is_up {
            self.strike(Fault::ReadFailed);
        }
        if fails || !is_up {
            self.trouble(number);
            let error = if is_up { StoreError::ConnectionLost } else { StoreError::Unavailable };
            return self.deliver(number, Event::ReadFailed { token, error });
        }
        let is_memory = self.is_memory(store);
        let Some(tab) = self.tab(number) else { return Ok(()) };
        let entries = match is_memory {
            true => tab.memory.read(&prefix),
            false => self.stores[store.0 as usize].read(&prefix),
        };
        self.deliver(number, Event::ReadDone { token, entries })
    }

    fn write(&mut self, number: u32, mut commit: Commit) -> Checked {
        self.check_write(number, &commit)?;
        commit.fault = self.draw_write_fault(commit.store);
        let after = self.delay(number, commit.store);
        self.begin(number);
        match self.stores[commit.store.0 as usize].survives {
            Survives::Device => {
                self.schedule(number, after, Due::Commit(commit));
                Ok(())
            }
            // These are written before the call returns; only the answer comes later.
            Survives::Tab | Survives::None => {
                let token = commit.token;
                if self.is_memory(commit.store)
                    && let Some(tab) = self.tab(number)
                {
                    tab.memory_tokens.insert(token);
                }
                let event = match self.carry_out(number, &commit)? {
                    Ok(()) => Event::Wrote { token },
                    Err(error) => Event::WriteFailed { token, error },
                };
                let failed = matches!(event, Event::WriteFailed { .. });
                if let Some(tab) = self.tab(number) {
                    tab.exit_failed |= failed;
                }
                self.schedule(number, 0, Due::Answer(event));
                Ok(())
            }
        }
    }

    /// The answer to what was under way for the shell only.
    pub fn answered(&mut self, number: u32, event: Event) -> Checked {
        self.end(number);
        self.deliver(number, event)
    }

    /// A write takes effect, and its answer arrives.
    pub fn commit(&mut self, number: u32, commit: Commit) -> Checked {
        let token = commit.token;
        self.end(number);
        let event = match self.carry_out(number, &commit)? {
            Ok(()) => Event::Wrote { token },
            Err(error) => Event::WriteFailed { token, error },
        };
        self.deliver(number, event)
    }

    fn carry_out(
        &mut self,
        number: u32,
        commit: &Commit,
    ) -> Result<Result<(), StoreError>, crate::world::Failure> {
        let now_ms = self.now_ms;
        let is_memory = self.is_memory(commit.store);
        let Some(tab) = self.tab(number) else { return Ok(Ok(())) };
        let store = match is_memory {
            true => &mut tab.memory,
            false => &mut self.stores[commit.store.0 as usize],
        };
        let fits = if store.up { store.check(&commit.batch) } else { Err(StoreError::Unavailable) };
        let outcome = match (fits, commit.fault) {
            (Err(error), _) => Err(error),
            (Ok(()), Some(Fault::WriteAborted)) => Err(StoreError::Aborted),
            (Ok(()), Some(Fault::RottenWrite)) => Ok(()),
            (Ok(()), Some(_)) => Err(StoreError::ConnectionLost),
            (Ok(()), None) => Ok(()),
        };
        let keeps = |fault| matches!(fault, Fault::LostAfterWrite | Fault::RottenWrite);
        let is_stored = fits.is_ok() && commit.fault.is_none_or(keeps);
        if is_stored {
            self.check_batch(number, commit)?;
            let Some(tab) = self.tab(number) else { return Ok(outcome) };
            let store = match is_memory {
                true => &mut tab.memory,
                false => &mut self.stores[commit.store.0 as usize],
            };
            store.apply(&commit.batch, commit.is_strict, now_ms);
            if !is_memory {
                self.renew(number, &commit.batch);
            }
            if commit.fault == Some(Fault::RottenWrite) {
                self.spoil(number, commit);
            }
        }
        match (outcome, commit.fault) {
            (Err(StoreError::Quota), _) => self.strike(Fault::Quota),
            (Err(_), Some(fault)) if fits.is_ok() => self.strike(fault),
            _ => {}
        }
        if outcome.is_err() {
            let put = commit.batch.put.iter().map(|entry| &entry.key);
            let saves = put.filter(|key| key.drawer == Drawer::Outbox);
            self.net.unstored.extend(saves.map(crate::disk::name));
            self.trouble(number);
        }
        Ok(outcome)
    }

    /// Notes whole records that are written after a fault: when the engine hears of one, the claims
    /// that the fault excused count again.
    fn renew(&mut self, number: u32, batch: &Batch) {
        let Some(writer) = self.tab(number).map(|tab| tab.writer.clone()) else { return };
        let drafts = batch.put.iter().filter(|entry| entry.key.drawer == Drawer::Draft);
        for entry in drafts {
            let book = self.ledger.book(&crate::disk::name(&entry.key));
            let Some(line) = book.open_line(&writer).filter(|line| line.excused) else { continue };
            line.rewritten.extend(change_of_whole(&entry.bytes));
        }
    }

    /// One of the records that were just written is not what was written.
    fn spoil(&mut self, number: u32, commit: &Commit) {
        let count = commit.batch.put.len();
        let Some(entry) = commit.batch.put.get(self.random.index(count)) else { return };
        let name = crate::disk::name(&entry.key);
        let Some(engine) = self.tab(number).map(|tab| tab.writer.clone()) else { return };
        self.strike(Fault::RottenWrite);
        self.trouble(number);
        let events = self.events;
        let store = &mut self.stores[commit.store.0 as usize];
        store.rot(&entry.key, &mut self.random, events);
        let view = self.view(&name);
        let writer = self.ledger.book(&name).open_line(&engine).map(|line| line.writer.clone());
        if writer.is_none()
            && let Some(tab) = self.tab(number)
        {
            tab.spoiled.insert(name.clone());
        }
        let floor = writer.and_then(|writer| view.draft(&writer).map(|draft| draft.change));
        if !is_version(&entry.key) {
            self.ledger.excuse_write(&name, &engine, floor);
        }
    }

    fn draw_write_fault(&mut self, store: StoreId) -> Option<Fault> {
        if self.is_memory(store) {
            return None;
        }
        let Rates { abort, lost, rot, .. } = self.parameters.rates;
        if self.draws(rot) {
            return Some(Fault::RottenWrite);
        }
        if self.draws(abort) {
            return Some(Fault::WriteAborted);
        }
        if self.stores[store.0 as usize].survives == Survives::Device && self.draws(lost) {
            return Some(self.random.pick(&[Fault::LostAfterWrite, Fault::LostBeforeWrite]));
        }
        None
    }

    fn migrate(&mut self, number: u32, token: Token, to: u32, text: &[u8]) {
        let event = match Value::parse(text) {
            _ if self.draws(self.parameters.rates.migrate) => {
                self.strike(Fault::MigrationFailed);
                self.trouble(number);
                Event::MigrateFailed { token, reason: "the app's function threw".to_owned() }
            }
            Some(value) => Event::Migrated { token, text: upgrade(value, to).stringify() },
            None => Event::MigrateFailed { token, reason: "no such text".to_owned() },
        };
        self.schedule(number, 0, Due::Event(event));
    }

    fn capture(&mut self, number: u32, document: DocumentId, token: Token, whole: bool) -> Checked {
        let alone = self.random.per_mille(50);
        let becomes_unspeakable = self.draws(self.parameters.rates.not_json);
        let Some(tab) = self.tab(number) else { return Ok(()) };
        let Some(open) = tab.documents.get_mut(&document) else {
            return self
                .fail("I7: a capture of a document that is not open", format!("{document:?}"));
        };
        if becomes_unspeakable || open.is_unspeakable {
            open.is_unspeakable = true;
            let pointer = "/cells/0/n".to_owned();
            let (name, (change, state)) = (open.name.clone(), open.words_alone());
            let writer = tab.writer.clone();
            tab.answers.push_back(Event::CaptureFailed { document, token, pointer });
            self.strike(Fault::NotJson);
            self.note(&name, &writer, change, state);
            return Ok(());
        }
        let capture = open.capture(whole, alone);
        let (name, count, may_count) = (open.name.clone(), open.count, open.may_count);
        // With the capture of a whole value the number stands for that value as well.
        let state = if whole || alone { Some(open.state()) } else { None };
        let writer = tab.writer.clone();
        tab.answers.push_back(Event::Captured { document, token, capture });
        if let Some(state) = state {
            if may_count {
                self.ahead(&name, &writer, count + 1, state.clone());
            }
            self.note(&name, &writer, count, state);
        }
        Ok(())
    }

    /// The engine may count on by itself, and the tab may die before it says so.
    fn ahead(&mut self, name: &crate::disk::Name, engine: &str, change: u64, state: State) {
        if let Some(line) = self.ledger.book(name).open_line(engine) {
            line.note(change, state);
        }
    }

    fn hear(&mut self, number: u32, notice: Notice) -> Checked {
        let Some(tab) = self.tab(number) else { return Ok(()) };
        match notice {
            Notice::Recovered { document, writer, .. } => tab.recovered.push((document, writer)),
            Notice::DraftStored { document, change, .. } => {
                let status = tab.engine.status(document);
                let writer = tab.writer.clone();
                let Some(open) = tab.documents.get_mut(&document) else { return Ok(()) };
                open.is_calm = status.is_none_or(|status| status.error.is_none());
                let name = open.name.clone();
                if let Some(line) = self.ledger.book(&name).open_line(&writer) {
                    line.is_renewed |= line.rewritten.contains(&change);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Milliseconds until an operation of this store is done; later ones are done later.
    fn delay(&mut self, number: u32, store: StoreId) -> u64 {
        let latency = match self.stores[store.0 as usize].survives {
            Survives::Device => self.latency(),
            Survives::Tab | Survives::None => 0,
        };
        let now_ms = self.now_ms;
        let Some(tab) = self.tab(number) else { return latency };
        let busy = &mut tab.busy_until[store.0 as usize];
        *busy = (*busy).max(now_ms + latency);
        *busy - now_ms
    }

    fn latency(&mut self) -> u64 {
        if self.draws(self.parameters.rates.slow) {
            self.strike(Fault::Slow);
            return self.random.between(500, 3_000);
        }
        self.random.below(50)
    }

    pub fn trouble(&mut self, number: u32) {
        if let Some(tab) = self.tab(number) {
            tab.note_trouble();
        }
    }

    pub fn begin(&mut self, number: u32) {
        if let Some(tab) = self.tab(number) {
            tab.in_flight += 1;
        }
    }

    fn end(&mut self, number: u32) {
        if let Some(tab) = self.tab(number) {
            tab.in_flight -= 1;
        }
    }
}

/// The change number of a record that stands for itself.
fn change_of_whole(bytes: &[u8]) -> Option<u64> {
    let record = decode(bytes).ok()?;
    matches!(record.body, Body::Whole(_)).then_some(record.header.change)
}
