//! How a document writes itself: which record is next, what goes into it, and with which base.
//! Owns the choice between delta and checkpoint; when it is time is `document.rs`'s.

use alloc::vec::Vec;

use super::context::Context;
use super::defect::Defect;
use super::document::{Document, log_bytes_max};
use super::draft::{Committed, Root, Sent, Step, key_of};
use super::effect::{Batch, Durability};
use super::health::Survives;
use super::ids::StoreId;
use super::ledger::BaseTrace;
use super::tracker::Base;
use crate::record::{self, Body, Delta, Digest, Drawer, Entry, Header, Key, Kind, Whole};

/// A record that is ready to be stored.
pub(crate) struct Sealed {
    pub(crate) entry: Entry,
    pub(crate) committed: Committed,
    pub(crate) is_whole: bool,
}

impl Document {
    /// Writes what the committed record does not have; or, when the content is the base's, sees
    /// the draft off.
    pub(crate) fn write_draft(&mut self, store: StoreId, ctx: &mut Context) {
        if self.tracker.equals_base() && self.can_see_off(store, ctx) {
            return self.see_off(store, ctx);
        }
        if self.is_written(store, ctx) {
            return self.on_written_already(store, ctx);
        }
        let survives = ctx.stores.options(store).survives;
        let is_relaxed = self.debounce.is_leading() && survives == Survives::Device;
        let durability = if is_relaxed { Durability::Relaxed } else { Durability::Strict };
        let mut batch = Batch::default();
        let base = self.put_base(store, &mut batch, ctx);
        if let Some(committed) = self.draft.committed.as_ref() {
            batch.expect.push((committed.key.clone(), Some(committed.checksum)));
        }
        let sealed = self.seal(store, false, ctx);
        if sealed.is_whole {
            batch.expect.clear();
        }
        let expected = batch.expect.first().map(|(key, _)| key.clone());
        let bytes = sealed.entry.bytes.len();
        batch.put.push(sealed.entry);
        let token = ctx.write(self.id, store, batch, durability);
        self.debounce.on_taken(!is_relaxed);
        if ctx.has_defect(Defect::AcknowledgeBeforeComplete) {
            self.draft.stored = sealed.committed.change;
        }
        self.draft.step = Some(Step::Write(Sent {
            token,
            store,
            is_strict: !is_relaxed,
            base,
            expected,
            record: Some(sealed.committed),
            is_whole: sealed.is_whole,
            absences: self.draft.absences,
            bytes,
        }));
    }

    /// Whether the base can stand alone for the content. Where an older draft lies out of reach, a
    /// record with the base's content stands for it instead, so that it is not taken for newer
    /// work (I7); and where the base cannot be stored as firmly as a draft.
    fn can_see_off(&self, store: StoreId, ctx: &Context) -> bool {
        let ledger = &self.draft.ledger;
        let is_out_of_reach = ledger.has_drafts(|other| !ctx.stores.is_open(other));
        let Some(base) = &self.tracker.base else { return false };
        // A base of an older version cannot be written again: its record has to be in reach.
        let is_in_reach = ledger.records_of(&base.reference).any(|record| {
            ctx.stores.is_open(record.store) && ctx.stores.is_as_firm(record.store, store)
        });
        !ledger.has_named() && !is_out_of_reach && (is_in_reach || !base.is_migrated)
    }

    /// Whether the committed record leads to this state, as firmly as the active store can.
    fn is_written(&self, store: StoreId, ctx: &Context) -> bool {
        let can_flush = ctx.stores.options(store).survives == Survives::Device;
        self.draft.committed.as_ref().is_some_and(|committed| {
            self.draft.leads_to(committed, &self.tracker.state)
                && (!can_flush || committed.is_flushed)
        })
    }

    /// Edits that led back to what the committed record holds are as safe as it is.
    fn on_written_already(&mut self, store: StoreId, ctx: &Context) {
        self.debounce.clear();
        self.forget_store_error();
        let survives = ctx.stores.options(store).survives;
        self.draft.claim(self.tracker.captured, survives);
        if survives == Survives::Device {
            self.draft.flushed = self.tracker.captured;
        }
    }

    /// Whether the next record has to be a checkpoint.
    pub(crate) fn must_be_whole(&self, store: StoreId, ctx: &Context) -> bool {
        let draft = &self.draft;
        let Some(committed) = &draft.committed else { return true };
        let bytes_max = log_bytes_max(self.tracker.state.content.bytes());
        draft.is_suspect() && !committed.holds(&self.tracker.state)
            || draft.deltas >= DELTAS_MAX
            || draft.delta_bytes > bytes_max
            || !ctx.stores.options(store).expects
            || !draft.log.reaches(committed.position)
    }

    /// The next record, numbered and entered in the ledger.
    pub(crate) fn seal(&mut self, store: StoreId, is_exit: bool, ctx: &mut Context) -> Sealed {
        self.draft.sequence += 1;
        self.draft.is_base_seen = false;
        let sequence = self.draft.sequence;
        let name = (&self.collection[..], &self.name[..]);
        let key = key_of(Drawer::Draft, name, &self.writer, sequence);
        // An exit write has no expectations: what it builds on must be known to be there.
        let is_unsure = is_exit
            && (self.draft.is_suspect()
                || self.draft.committed.as_ref().is_some_and(|it| it.root == Root::Base));
        let delta = match is_unsure || self.must_be_whole(store, ctx) {
            true => None,
            false => self.delta(is_exit, ctx),
        };
        let is_whole = delta.is_none();
        let kind = if is_whole { Kind::Checkpoint } else { Kind::Delta };
        let body = delta.map_or_else(|| Body::Whole(self.whole()), Body::Delta);
        let header = self.header(kind, sequence, ctx);
        let (bytes, checksum) = record::encode(&header, &body);
        let root = match self.draft.committed.as_ref().map(|committed| committed.root) {
            Some(Root::Base | Root::BaseInUse) if !is_whole => Root::BaseInUse,
            Some(root) if !is_whole => root,
            Some(_) | None => Root::Checkpoint(sequence, checksum),
        };
        let committed = Committed {
            key: key.clone(),
            checksum,
            change: self.tracker.captured,
            digest: self.tracker.state.content.digest(),
            position: self.draft.log.end(),
            title: self.tracker.state.title.clone(),
            description: self.tracker.state.description.clone(),
            root,
            is_flushed: false,
        };
        self.draft.log.mark_sent();
        self.draft.trace(store, key.clone(), sequence);
        Sealed { entry: Entry { key, bytes }, committed, is_whole }
    }

    /// Everything that changed since the committed record.
    fn delta(&self, is_exit: bool, ctx: &Context) -> Option<Delta> {
        let in_flight = match &self.draft.step {
            Some(Step::Write(Sent { record: Some(record), .. }))
                if is_exit && ctx.has_defect(Defect::ChainExitToInFlight) =>
            {
                Some(record)
            }
            Some(
                Step::Write(_)
                | Step::Verify { .. }
                | Step::Survey { .. }
                | Step::Census { .. }
                | Step::Clean { .. },
            )
            | None => None,
        };
        let from = in_flight.or(self.draft.committed.as_ref())?;
        let state = &self.tracker.state;
        let is_described = state.description != from.description;
        Some(Delta {
            predecessor: from.checksum,
            result: state.content.digest(),
            title: (state.title != from.title).then(|| state.title.clone()),
            description: is_described.then(|| state.description.clone()),
            edits: self.draft.log.since(from.position)?,
        })
    }

    fn whole(&self) -> Whole {
        let state = &self.tracker.state;
        Whole {
            title: state.title.clone(),
            description: state.description.clone(),
            content: state.content.canonical(),
            adopted: self.draft.ledger.adopted(),
        }
    }

    pub(crate) fn header(&self, kind: Kind, sequence: u64, ctx: &Context) -> Header {
        Header {
            kind,
            workspace: ctx.config.workspace.clone(),
            collection: self.collection.clone(),
            document: self.name.clone(),
            writer: self.writer.clone(),
            sequence,
            change: self.tracker.captured,
            base: self.tracker.base.as_ref().map(|base| base.reference),
            schema_version: ctx.collection.schema_version,
            wall_ms: ctx.now.wall,
        }
    }

    /// Puts the base into the batch, ahead of what grew from it, unless a store that survives as
    /// much has it.
    pub(crate) fn put_base(
        &mut self,
        store: StoreId,
        batch: &mut Batch,
        ctx: &mut Context,
    ) -> Option<BaseTrace> {
        let base = self.tracker.base.as_ref()?;
        let is_open = |other| ctx.stores.is_open(other);
        let is_firm = |other| ctx.stores.is_as_firm(other, store);
        if self.draft.ledger.is_base_safe(&base.reference, is_firm, is_open) {
            return None;
        }
        self.put_base_again(store, batch, ctx)
    }

    /// Puts the base into the batch, whatever lies elsewhere.
    pub(crate) fn put_base_again(
        &mut self,
        store: StoreId,
        batch: &mut Batch,
        ctx: &mut Context,
    ) -> Option<BaseTrace> {
        let base = self.tracker.base.clone()?;
        let (trace, entry) = self.base_entry(&base, store, ctx)?;
        batch.put.push(entry);
        Some(trace)
    }

    /// A record of a base, numbered, and what the ledger has to know of it once it is stored;
    /// nothing when the content of the base is not at hand.
    pub(crate) fn base_entry(
        &mut self,
        base: &Base,
        store: StoreId,
        ctx: &Context,
    ) -> Option<(BaseTrace, Entry)> {
        let (key, checksum, bytes) = self.base_record(base, ctx)?;
        let words = base.words()?;
        self.draft.sequence += 1;
        let trace = BaseTrace {
            store,
            key: key.clone(),
            checksum,
            digest: base.reference.digest,
            revision: base.reference.revision,
            metadata_revision: base.reference.metadata_revision,
            is_verified: false,
            is_flushed: false,
            is_needed: false,
            words,
        };
        Some((trace, Entry { key, bytes }))
    }

    /// The record of the base; nothing when its content is not at hand.
    fn base_record(&self, base: &Base, ctx: &Context) -> Option<(Key, Digest, Vec<u8>)> {
        let state = base.state.as_ref().filter(|_| !base.is_migrated)?;
        let sequence = self.draft.sequence + 1;
        let name = (&self.collection[..], &self.name[..]);
        let key = key_of(Drawer::Base, name, &self.writer, sequence);
        let mut header = self.header(Kind::Base, sequence, ctx);
        header.base = Some(base.reference);
        let body = Body::Whole(Whole {
            title: state.title.clone(),
            description: state.description.clone(),
            content: state.content.canonical(),
            adopted: Vec::new(),
        });
        let (bytes, checksum) = record::encode(&header, &body);
        Some((key, checksum, bytes))
    }
}

/// Deltas after which a checkpoint is due.
const DELTAS_MAX: u32 = 64;
