//! How records go: after a verified checkpoint, when the content is the base's again, and when the
//! user discards. Owns the order "write, read back, remove" (I8); which records may go is
//! `ledger.rs`'s to say.

use alloc::string::String;
use alloc::vec::Vec;

use super::context::Context;
use super::defect::Defect;
use super::document::Document;
use super::draft::{Committed, Root, Sent, Step, Target, key_of};
use super::effect::{Answer, Batch, Durability, Effect};
use super::error::{EngineError, StoreError};
use super::health::Survives;
use super::ids::{StoreId, Token};
use super::ledger::{BaseTrace, Extent, Stage};
use super::notice::Notice;
use crate::record::{BaseRef, Body, Digest, Drawer, Entry, Key, Prefix, decode};

impl Document {
    /// The content is the base's: once the base is known to be readable, from a store that survives
    /// as much as the active one, the draft goes.
    pub(crate) fn see_off(&mut self, active: StoreId, ctx: &mut Context) {
        let Some(base) = self.tracker.base.as_ref().map(|base| base.reference) else { return };
        if self.has_waste(ctx) {
            return;
        }
        let records = self.draft.ledger.records_of(&base);
        let firm = records.filter(|record| ctx.stores.is_as_firm(record.store, active));
        let records: Vec<BaseTrace> = firm.cloned().collect();
        // What was read back before the draft was written may be gone by now.
        let is_seen = self.draft.is_base_seen || !self.draft.ledger.has_drafts(|_| true);
        if !is_seen || !records.iter().any(|record| record.is_verified) {
            let here = records.into_iter().find(|record| ctx.stores.is_open(record.store));
            return match here {
                Some(record) => self.verify_base(record, ctx),
                None => self.write_base(ctx),
            };
        }
        if !self.clear_drafts(ctx) {
            self.on_seen_off(&base, ctx);
        }
    }

    /// Removes the next share of all draft records from a store that is open, if there is any.
    fn clear_drafts(&mut self, ctx: &mut Context) -> bool {
        for stage in Stage::ALL {
            for store in ctx.stores.ids().filter(|it| ctx.stores.is_open(*it)) {
                let keys = self.draft.ledger.clear_next(store, stage);
                if !keys.is_empty() {
                    self.clean(store, Extent::All, keys, ctx);
                    return true;
                }
            }
        }
        false
    }

    /// No draft is left: a later one builds on the base.
    fn on_seen_off(&mut self, base: &BaseRef, ctx: &Context) {
        self.debounce.clear();
        self.forget_store_error();
        self.rest_on(base, ctx);
    }

    /// The base alone stands for what was captured last, and a later draft builds on it.
    fn rest_on(&mut self, base: &BaseRef, ctx: &Context) {
        let records = self.draft.ledger.records_of(base);
        let survives = records.map(|record| ctx.stores.options(record.store).survives).max();
        self.draft.claim(self.tracker.captured, survives.unwrap_or(Survives::None));
        let is_on_disk = |record: &BaseTrace| {
            record.is_flushed && ctx.stores.options(record.store).survives == Survives::Device
        };
        if self.draft.ledger.records_of(base).any(is_on_disk) {
            self.draft.flushed = self.draft.flushed.max(self.tracker.captured);
        }
        self.build_on_base(ctx.stores.active());
    }

    /// Lets the next delta build on the record of the base, which equals the content.
    pub(crate) fn build_on_base(&mut self, store: Option<StoreId>) {
        let base = self.tracker.base.as_ref().filter(|base| !base.is_migrated);
        let record = store
            .zip(base)
            .and_then(|(store, base)| self.draft.ledger.base_in(store, &base.reference).cloned());
        let state = &self.tracker.state;
        (self.draft.deltas, self.draft.delta_bytes) = (0, 0);
        self.draft.committed = record.map(|base| Committed {
            key: base.key,
            checksum: base.checksum,
            change: self.tracker.captured,
            digest: state.content.digest(),
            position: self.draft.log.end(),
            title: state.title.clone(),
            description: state.description.clone(),
            root: Root::Base,
            is_flushed: false,
        });
        self.draft.log.forget_before(self.draft.log.end());
    }

    fn write_base(&mut self, ctx: &mut Context) {
        let Some(store) = ctx.stores.active() else { return };
        let mut batch = Batch::default();
        let base = self.put_base_again(store, &mut batch, ctx);
        let token = ctx.write(self.id, store, batch, Durability::Strict);
        self.draft.step = Some(Step::Write(Sent {
            token,
            store,
            is_strict: true,
            base,
            expected: None,
            record: None,
            is_whole: true,
            absences: 0,
            bytes: 0,
        }));
    }

    fn verify_base(&mut self, base: BaseTrace, ctx: &mut Context) {
        let BaseTrace { store, key, checksum, .. } = base;
        self.verify(store, (key, checksum), Target::Base, ctx);
    }

    fn verify(&mut self, store: StoreId, record: (Key, Digest), target: Target, ctx: &mut Context) {
        let (key, checksum) = record;
        let token = ctx.read(self.id, store, Prefix::Record(key.clone()));
        self.draft.step = Some(Step::Verify { token, store, key, checksum, target });
    }

    /// What is done while nothing is to be written: records are read back, and those that others
    /// stand for go.
    pub(crate) fn tidy_up(&mut self, store: StoreId, ctx: &mut Context) {
        let Some(committed) = &self.draft.committed else { return };
        let record = (committed.key.clone(), committed.checksum);
        if self.draft.is_unseen {
            return self.verify(store, record, Target::Committed, ctx);
        }
        match committed.root {
            Root::Checkpoint(sequence, _) if ctx.has_defect(Defect::RemoveChainUnverified) => {
                self.clean_before(sequence, ctx);
            }
            Root::Checkpoint(sequence, checksum) => {
                self.verify_checkpoint(store, sequence, checksum, ctx);
            }
            Root::Verified(sequence) => self.clean_before(sequence, ctx),
            Root::Base => self.survey_bases(store, ctx),
            Root::BaseInUse => {}
        }
    }

    /// Reads the checkpoint back that the chain of the committed record begins with. One of
    /// an exit may have been stored after it, and is another.
    fn verify_checkpoint(
        &mut self,
        store: StoreId,
        sequence: u64,
        checksum: Digest,
        ctx: &mut Context,
    ) {
        let name = (&self.collection[..], &self.name[..]);
        let key = key_of(Drawer::Draft, name, &self.writer, sequence);
        self.verify(store, (key, checksum), Target::Checkpoint, ctx);
    }

    /// Removes, store by store, what a verified checkpoint stands for; and bases that nothing
    /// needs. A copy in a better store stays.
    fn clean_before(&mut self, sequence: u64, ctx: &mut Context) {
        let Some(active) = ctx.stores.active() else { return };
        let survives = ctx.stores.options(active).survives;
        let extent = Extent::Before(sequence);
        let stores: Vec<StoreId> = ctx.stores.ids().collect();
        for store in stores {
            if !ctx.stores.is_open(store) || ctx.stores.options(store).survives > survives {
                continue;
            }
            let keys = self.draft.ledger.removable(store, extent);
            if !keys.is_empty() {
                return self.clean(store, extent, keys, ctx);
            }
        }
        self.survey_bases(active, ctx);
    }

    /// Looks for drafts that need a base other than the current one.
    fn survey_bases(&mut self, store: StoreId, ctx: &mut Context) {
        let Some(base) = &self.tracker.base else { return };
        let current = self.draft.ledger.base_in(store, &base.reference);
        let Some(current) = current.filter(|current| current.is_verified) else { return };
        let in_use = self.draft.committed.as_ref().map(|committed| &committed.key);
        if self.draft.ledger.spare_bases(current, in_use).next().is_none() {
            return;
        }
        self.survey(store, ctx);
    }

    /// Reads all drafts of the document in a store.
    fn survey(&mut self, store: StoreId, ctx: &mut Context) {
        let prefix = Prefix::Document {
            drawer: Drawer::Draft,
            collection: self.collection.clone(),
            document: self.name.clone(),
        };
        let token = ctx.read(self.id, store, prefix);
        self.draft.step = Some(Step::Survey { token, store });
    }

    /// Lets go of drafts whose writers were taken for dead and went on: to take away what they
    /// build on would make their records worthless (I3). Then removes the bases that no draft in
    /// the store grew from.
    pub(crate) fn on_surveyed(&mut self, store: StoreId, entries: &[Entry], ctx: &mut Context) {
        for entry in entries.iter().filter(|entry| decode(&entry.bytes).is_ok()) {
            self.draft.ledger.let_go_of(&entry.key);
        }
        self.draft.surveyed = Some(store);
        let Some(base) = &self.tracker.base else { return };
        let current = self.draft.ledger.base_in(store, &base.reference);
        if current.is_none_or(|current| !current.is_verified) {
            return;
        }
        let (mut grown_from, mut built_upon) = (Vec::new(), Vec::new());
        for entry in entries {
            // A draft that cannot be read may need any base.
            let Ok(record) = decode(&entry.bytes) else {
                return self.draft.ledger.mark_bases_needed(store, |_| true);
            };
            grown_from.extend(record.header.base.map(|base| base.digest));
            if let Body::Delta(delta) = record.body {
                built_upon.push(delta.predecessor);
            }
        }
        let is_needed = |base: &BaseTrace| {
            grown_from.contains(&base.digest) || built_upon.contains(&base.checksum)
        };
        let ledger = &mut self.draft.ledger;
        ledger.mark_bases_needed(store, is_needed);
        let Some(current) = ledger.base_in(store, &base.reference) else { return };
        let in_use = self.draft.committed.as_ref().map(|committed| &committed.key);
        let free = ledger.spare_bases(current, in_use);
        let keys: Vec<Key> = free.map(|other| other.key.clone()).collect();
        if !keys.is_empty() {
            let token = ctx.token(self.id);
            ctx.effects.push(Effect::ListWriters { token });
            self.draft.step = Some(Step::Census { token, store, keys });
        }
    }

    /// Removes the bases that nothing needs, if no other tab is alive: one that loaded such a base
    /// may be about to write the first draft on it.
    pub(crate) fn on_writers(&mut self, token: Token, alive: &[String], ctx: &mut Context) {
        let Some(Step::Census { store, keys, .. }) = self.draft.take_step(token) else { return };
        if alive.iter().any(|writer| *writer != ctx.config.writer) {
            self.draft.ledger.mark_bases_needed(store, |_| true);
        } else {
            self.clean(store, Extent::Before(0), keys, ctx);
        }
        self.advance(ctx);
    }

    /// Removes these records; where adopted ones are in the store, only after a look at what
    /// their writers have done since.
    fn clean(&mut self, store: StoreId, extent: Extent, keys: Vec<Key>, ctx: &mut Context) {
        let is_known = self.draft.surveyed.take() == Some(store);
        if !is_known && self.draft.ledger.has_foreign(store) {
            return self.survey(store, ctx);
        }
        if extent == Extent::All {
            // Nothing may build on a record that is about to go, nor be claimed for it.
            self.draft.committed = None;
            if !self.tracker.equals_base() {
                self.draft.claim_nothing();
            }
        }
        let batch = Batch { remove: keys.clone(), ..Batch::default() };
        let token = ctx.write(self.id, store, batch, Durability::Strict);
        self.draft.step = Some(Step::Clean { token, store, keys, extent });
    }

    /// Records are gone.
    pub(crate) fn on_cleaned(
        &mut self,
        store: StoreId,
        keys: &[Key],
        extent: Extent,
        ctx: &mut Context,
    ) {
        ctx.stores.on_wrote(store);
        self.draft.retry.clear();
        self.forget_store_error();
        self.draft.ledger.mark_flushed(store);
        self.draft.ledger.forget(store, keys);
        if extent == Extent::All && !self.draft.ledger.has_drafts(|it| ctx.stores.is_open(it)) {
            ctx.effects.push(Effect::Notify(Notice::DraftRemoved { document: self.id }));
        }
        let base = self.tracker.base.as_ref().map(|base| base.reference);
        let is_bare = extent == Extent::All && !self.draft.ledger.has_drafts(|_| true);
        let can_rest = |base: &BaseRef| {
            is_bare
                && self.tracker.equals_base()
                && self.draft.ledger.records_of(base).any(|record| record.is_verified)
        };
        if let Some(base) = base.filter(can_rest) {
            self.rest_on(&base, ctx);
        }
    }

    /// Removes every record of a discarded draft that has no base to go back to, and then the
    /// document. Records in a store that is away would come back with it: they are not said to be
    /// gone, and the document stays.
    pub(crate) fn clear_discarded(&mut self, ctx: &mut Context) {
        // What is sent after the drafts are gone would bring them back.
        if self.has_waste(ctx) || self.clear_drafts(ctx) {
            return;
        }
        self.requests.is_discarding = false;
        let is_away = self.draft.ledger.has_drafts(|_| true) || self.draft.ledger.has_named();
        let base = self.tracker.base.as_ref().and_then(|base| base.state.clone());
        // Nor is an edit kept that nobody has looked at yet.
        let is_beyond = !self.tracker.equals_base() || self.tracker.is_touched();
        if let Some(state) = base.clone().filter(|_| !is_away && is_beyond) {
            // It was saved while it was being discarded: that is what there is to go back to.
            self.put_in_place(state, ctx);
        }
        let failed = Answer::Failed(EngineError::Store(StoreError::Unavailable));
        let answer = if is_away { failed } else { Answer::Done };
        for (request, _) in core::mem::take(&mut self.requests.discards) {
            self.answer(request, answer.clone(), ctx);
        }
        if is_away && !self.is_abandoned || base.is_some() {
            self.debounce.on_returned(ctx.now.instant);
        } else {
            self.end(ctx);
        }
    }
}
