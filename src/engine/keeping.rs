//! How a document is saved where no server is configured: its base is stored in the best store,
//! under the next revision, and the head names it. Owns these revisions. Of two tabs that save at
//! once the store refuses one, which then looks at what the other saved (I3).

use super::context::Context;
use super::defect::Defect;
use super::document::Document;
use super::effect::{Answer, Batch, Durability};
use super::error::{EngineError, StoreError};
use super::ids::{StoreId, Token};
use super::ledger::BaseTrace;
use super::saver::{Saved, Stage};
use super::tabs::Expected;
use super::tracker::{Base, State};
use crate::record::{self, BaseRef, Body, Entry, Kind};

impl Document {
    /// Saves on this device, where no server is configured: the base is stored, under the next
    /// revision.
    pub(crate) fn keep(&mut self, saved: Saved, ctx: &mut Context) {
        let store = match self.store_for_base(ctx) {
            Ok(store) => store,
            Err(error) => return self.refuse_save(error, ctx),
        };
        let Some(expected) = self.head.expected_in(store) else {
            // Forgotten while the version was being written: it is looked at, and the save begins
            // anew.
            self.saver.is_wanted = true;
            return self.theirs.want();
        };
        let reference = self.next_reference(&saved.state);
        let base = Base { reference, state: Some(saved.state.clone()), is_migrated: false };
        let Some((trace, entry)) = self.base_entry(&base, store, ctx) else { return };
        let mut header = self.header(Kind::Head, entry.key.sequence, ctx);
        header.base = Some(reference);
        let (bytes, head) = record::encode(&header, &Body::Head);
        let key = self.head_key();
        let mut batch = Batch::default();
        if ctx.stores.options(store).expects && !ctx.has_defect(Defect::SkipHead) {
            batch.expect.extend(expected.of(&key));
        }
        batch.put.extend([entry, Entry { key, bytes }]);
        let token = ctx.write(self.id, store, batch, Durability::Strict);
        let saved = Saved { reference: Some(reference), ..saved };
        self.saver.stage = Stage::Keeping { token, trace, head, saved };
    }

    /// Where the next base is stored: in a lesser store it could not be told from older work when
    /// the best one is back.
    pub(crate) fn store_for_base(&self, ctx: &Context) -> Result<StoreId, EngineError> {
        let reason = ctx.stores.health().reason.unwrap_or(StoreError::Unavailable);
        ctx.stores.best().ok_or(EngineError::Store(reason))
    }

    /// Whether the head has to be looked at before the next base is written.
    pub(crate) fn must_look(&self, ctx: &Context) -> bool {
        let store = ctx.stores.best();
        !ctx.net.has_remote() && store.is_some_and(|it| self.head.expected_in(it).is_none())
    }

    /// Whether a save makes a version: one that the user asked for does. With a server that is the
    /// server's to make.
    pub(crate) fn makes_version(&self, ctx: &Context) -> bool {
        !ctx.net.has_remote() && !self.saver.requests.is_empty()
    }

    /// What is saved was kept as a version, or could not be.
    pub(crate) fn finish_save(
        &mut self,
        errand: u64,
        result: Result<bool, EngineError>,
        ctx: &mut Context,
    ) {
        let Some(saved) = self.saver.take_archived(errand) else { return };
        let base = self.tracker.base.as_ref();
        let base =
            base.filter(|base| base.state.as_ref().is_some_and(|it| it.equals(&saved.state)));
        // The record of a base that was migrated says something else.
        let base = base.filter(|base| !base.is_migrated);
        match (result, base.map(|base| base.reference)) {
            (Err(error), _) => self.refuse_save(error, ctx),
            // Saved by itself before the user asked for it.
            (Ok(true), Some(reference)) => {
                self.take_saved(saved.change, saved.state, reference, ctx);
            }
            (Ok(false), Some(_)) => {
                let answer = Answer::Failed(EngineError::NoChanges);
                self.settle_saves(saved.change, &answer, ctx);
                if !self.saver.requests.is_empty() {
                    self.want_save();
                }
            }
            (Ok(_), None) => self.keep(saved, ctx),
        }
    }

    /// The numbers that the state has once it is saved on this device.
    fn next_reference(&self, state: &State) -> BaseRef {
        let digest = state.content.document_digest();
        let lost = self.head.lost.map_or((0, 0), |it| (it.revision, it.metadata_revision));
        let Some(base) = &self.tracker.base else {
            return BaseRef {
                revision: lost.0.saturating_add(1),
                metadata_revision: lost.1.saturating_add(1),
                digest,
            };
        };
        let is_same_words = base.state.as_ref().is_some_and(|it| it.has_words_of(state));
        let BaseRef { revision, metadata_revision, digest: before } = base.reference;
        let is_same = before == digest && lost <= (revision, metadata_revision);
        BaseRef {
            revision: revision.max(lost.0).saturating_add(u64::from(!is_same)),
            metadata_revision: metadata_revision
                .max(lost.1)
                .saturating_add(u64::from(!is_same_words)),
            digest,
        }
    }

    /// The base that was to be kept is stored.
    pub(crate) fn on_kept(&mut self, token: Token, ctx: &mut Context) -> bool {
        let Some((trace, head, saved)) = self.saver.take_kept(token) else { return false };
        let reference = saved.reference.unwrap_or_else(|| self.next_reference(&saved.state));
        let expects = ctx.stores.options(trace.store).expects;
        self.head.on_written(trace.store, Expected::Record(head), expects);
        let trace = BaseTrace { is_flushed: true, ..trace };
        self.draft.ledger.add_base(trace);
        self.take_saved(saved.change, saved.state, reference, ctx);
        self.discard_after_save(ctx);
        true
    }

    /// The base could not be stored.
    pub(crate) fn on_keep_failed(
        &mut self,
        token: Token,
        error: StoreError,
        ctx: &mut Context,
    ) -> bool {
        if self.saver.take_kept(token).is_none() {
            return false;
        }
        // It may have been stored all the same.
        self.head.forget();
        if error == StoreError::Moved {
            self.saver.is_wanted = true;
            self.theirs.want();
        } else {
            self.refuse_save(EngineError::Store(error), ctx);
        }
        self.discard_after_save(ctx);
        true
    }
}
