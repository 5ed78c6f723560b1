//! How a tab takes the lease, shows that it is at work, and gives it back. Owns the reading and
//! writing around `tabs.rs`. Every write of the lease expects what was read before it: of two tabs
//! that reach for it, one gets it (I3).

use alloc::string::String;

use super::Engine;
use super::context::Owner;
use super::defect::Defect;
use super::effect::{Batch, Durability, Effect};
use super::error::StoreError;
use super::health::Survives;
use super::hint::Hint;
use super::ids::{Instant, StoreId, Token};
use super::notice::Notice;
use super::tabs::{Expected, Found, Held, Sign, Slot, Todo};
use crate::record::{self, Body, Digest, Drawer, Entry, Header, Key, Kind, Lease, Prefix};

impl Engine {
    /// Whether this tab asks the server what has changed on behalf of all tabs of the workspace.
    /// Where no store can decide that, every tab asks for itself, and none leads.
    pub fn leads(&self) -> bool {
        self.tabs.leads(self.now.instant)
    }

    /// Whether the server is asked by the clock: by who does so for all, and by a tab that has a
    /// save which no attempt has brought there, to know when it can be reached again.
    pub(super) fn polls(&self) -> bool {
        let can_lead = self.lease_store().is_some() && !self.tabs.is_barred();
        let has_parked = || self.documents.values().any(|it| it.saver.is_parked);
        self.leads() || !can_lead || has_parked()
    }

    /// Where the lease lies: in the best store that tabs share and that refuses the slower of two.
    fn lease_store(&self) -> Option<StoreId> {
        let is_fit = |store: &StoreId| {
            let options = self.stores.options(*store);
            options.expects && options.survives == Survives::Device && self.stores.is_open(*store)
        };
        self.stores.ids().find(is_fit)
    }

    /// When there is something to do about the lease.
    pub(super) fn lease_due(&self) -> Option<Instant> {
        self.lease_store().and_then(|_| self.tabs.due(self.wants_lease()))
    }

    /// Whether this tab would ask the server for all.
    pub(super) fn wants_lease(&self) -> bool {
        let can_ask = self.net.has_remote() && !self.feed.is_paused();
        can_ask && self.lease_store().is_some() && !self.tabs.is_barred()
    }

    /// Does what is due about the lease.
    pub(super) fn tend_lease(&mut self) {
        let Some(store) = self.lease_store() else { return };
        match self.tabs.todo(self.now.instant, self.wants_lease()) {
            Todo::Nothing => {}
            Todo::Look => {
                let token = self.effects.token();
                self.awaited.insert(token, Owner::Tabs);
                let prefix = Prefix::Record(lease_key());
                self.effects.push(Effect::Read { token, store, prefix });
                self.tabs.on_looking(token);
            }
            Todo::Beat => self.beat(),
        }
    }

    /// The lease was read.
    pub(super) fn on_lease_read(&mut self, token: Token, entries: &[Entry]) {
        let slot = entries.iter().find(|entry| entry.key == lease_key());
        let slot = slot.map_or(Slot::Empty, |entry| slot_of(&self.config.workspace, &entry.bytes));
        let news = match &slot {
            Slot::Lease { sign, .. } => sign.news,
            Slot::Empty | Slot::Rubbish(_) | Slot::Newer => 0,
        };
        let before = self.tabs.seen_news();
        let found = self.tabs.on_slot(token, slot, &self.config.writer, self.now.instant);
        if before.is_some_and(|before| before < news) {
            // The sign that told of it did not arrive.
            self.feed.on_news();
        }
        self.on_found(found);
    }

    pub(super) fn on_lease_writers(&mut self, token: Token, alive: &[String]) {
        let found = self.tabs.on_writers(token, alive);
        self.on_found(found);
    }

    fn on_found(&mut self, found: Found) {
        let Some(store) = self.lease_store() else { return };
        let now = self.now.instant;
        match found {
            Found::Taken => {}
            Found::Doubt(slot) => {
                let token = self.effects.token();
                self.awaited.insert(token, Owner::Tabs);
                self.effects.push(Effect::ListWriters { token });
                self.tabs.on_listing(token, slot);
            }
            Found::Free(..) if !self.wants_lease() => {}
            Found::Free(sign, expected) => {
                let mut held = Held::new(store, sign, expected, now);
                let token = self.write_lease(&mut held, true);
                self.tabs.on_claiming(token, held);
            }
            Found::Own(sign, checksum) => {
                self.tabs.resume(store, sign, checksum, now);
                self.effects.push(Effect::Notify(Notice::LeaderChanged { leads: true }));
            }
        }
    }

    /// Shows that this tab is at work.
    fn beat(&mut self) {
        let Some(mut held) = self.tabs.held_mut().cloned() else { return };
        held.sign.beat += 1;
        self.write_lease(&mut held, true);
        self.announce_beat(held.sign);
        if let Some(own) = self.tabs.held_mut() {
            *own = held;
        }
    }

    fn announce_beat(&mut self, sign: Sign) {
        let Sign { epoch, beat, news } = sign;
        self.effects.push(Effect::Announce { hint: Hint::Beat { epoch, beat, news } });
    }

    fn write_lease(&mut self, held: &mut Held, is_held: bool) -> Token {
        let (bytes, checksum) = self.lease_record(held.sign, is_held);
        let put = [Entry { key: lease_key(), bytes }].into();
        let mut batch = Batch { put, ..Batch::default() };
        if !self.config.has_defect(Defect::IgnoreEpoch) {
            batch.expect.extend(held.expected.of(&lease_key()));
        }
        let token = self.effects.token();
        self.awaited.insert(token, Owner::Tabs);
        let (store, durability) = (held.store, Durability::Relaxed);
        self.effects.push(Effect::Write { token, store, batch, durability });
        held.on_writing(token, checksum, self.now.instant);
        token
    }

    fn lease_record(&self, sign: Sign, is_held: bool) -> (alloc::vec::Vec<u8>, Digest) {
        let header = Header {
            kind: Kind::Lease,
            workspace: self.config.workspace.clone(),
            collection: String::new(),
            document: String::new(),
            writer: self.config.writer.clone(),
            sequence: sign.epoch,
            change: sign.beat,
            base: None,
            schema_version: 1,
            wall_ms: self.now.wall,
        };
        record::encode(&header, &Body::Lease(Lease { news: sign.news, is_held }))
    }

    pub(super) fn on_lease_written(&mut self, token: Token) {
        if self.tabs.on_wrote(token, self.now.instant) {
            self.effects.push(Effect::Notify(Notice::LeaderChanged { leads: true }));
            self.beat();
        }
    }

    pub(super) fn on_lease_failed(&mut self, token: Token, error: StoreError) {
        let is_moved = error == StoreError::Moved;
        if self.tabs.on_write_failed(token, is_moved, self.now.instant) {
            self.effects.push(Effect::Notify(Notice::LeaderChanged { leads: false }));
        }
    }

    /// The page is hidden: another tab may ask the server from here on.
    pub(super) fn resign(&mut self) {
        let Some(mut held) = self.tabs.resign(self.now.instant) else { return };
        held.sign.beat += 1;
        self.write_lease(&mut held, false);
        let epoch = held.sign.epoch;
        self.effects.push(Effect::Announce { hint: Hint::Resigned { epoch } });
        self.effects.push(Effect::Notify(Notice::LeaderChanged { leads: false }));
    }

    /// Another tab has said something. It is a hint where to look, nothing more.
    pub(super) fn on_heard(&mut self, hint: Hint) {
        match hint {
            Hint::Saved { collection, document, revision, metadata_revision } => {
                self.on_saved_elsewhere((collection, document), (revision, metadata_revision));
            }
            Hint::Beat { epoch, beat, news } => {
                let is_fenced = !self.config.has_defect(Defect::IgnoreEpoch);
                let sign = Sign { epoch, beat, news };
                let heard = self.tabs.on_sign(sign, self.now.instant, is_fenced);
                if heard.is_news {
                    self.feed.on_news();
                }
                if heard.is_deposed {
                    self.effects.push(Effect::Notify(Notice::LeaderChanged { leads: false }));
                }
            }
            Hint::Resigned { epoch } => self.tabs.on_resigned(epoch),
        }
    }

    fn on_saved_elsewhere(&mut self, name: (String, String), revisions: (u64, u64)) {
        if let Some(&id) = self.names.get(&name) {
            self.with(id, |document, ctx| document.on_saved_elsewhere(revisions, ctx));
        } else if self.inquiries.values().any(|it| it.purpose.document().as_ref() == Some(&name)) {
            // What is being read for it may be from before.
            self.rumours.insert(name);
        }
    }
}

/// Where the lease of a workspace lies.
fn lease_key() -> Key {
    let (collection, document, writer) = Default::default();
    Key { drawer: Drawer::Lease, collection, document, writer, sequence: 0 }
}

fn slot_of(workspace: &str, bytes: &[u8]) -> Slot {
    match record::decode(bytes) {
        Ok(record) if record.header.workspace == workspace => match record.body {
            Body::Lease(Lease { news, is_held }) => Slot::Lease {
                holder: record.header.writer,
                is_held,
                sign: Sign { epoch: record.header.sequence, beat: record.header.change, news },
                checksum: record.checksum,
            },
            Body::Whole(_) | Body::Delta(_) | Body::Outbox(_) | Body::Head => {
                Slot::Rubbish(Expected::end_of(bytes))
            }
        },
        Err(record::RecordError::NewerFormat { .. }) => Slot::Newer,
        Ok(_) | Err(_) => Slot::Rubbish(Expected::end_of(bytes)),
    }
}
