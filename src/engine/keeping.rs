//! How a document is saved where no server is configured: its base is stored in the best store,
//! under the next revision, and the head names it. Owns these revisions. Of two tabs that save at
//! once the store refuses one, which then looks at what the other saved (I3).

use super::context::Context;
use super::defect::Defect;
use super::document::Document;
use super::effect::{Batch, Durability};
use super::error::{EngineError, StoreError};
use super::ids::Token;
use super::ledger::BaseTrace;
use super::saver::Stage;
use super::tabs::Expected;
use super::tracker::Base;
use crate::record::{self, BaseRef, Body, Entry, Kind};

impl Document {
    /// Saves on this device, where no server is configured: the base is stored, under the next
    /// revision.
    pub(crate) fn keep(&mut self, ctx: &mut Context) {
        // In a lesser store it could not be told from older work when the best one is back.
        let Some(store) = ctx.stores.best() else {
            let reason = ctx.stores.health().reason.unwrap_or(StoreError::Unavailable);
            return self.refuse_save(EngineError::Store(reason), ctx);
        };
        let Some(expected) = self.head.expected_in(store) else { return };
        let reference = self.next_reference();
        let base = Base { reference, state: Some(self.tracker.state.clone()), is_migrated: false };
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
        let saved = self.saved(Some(reference));
        self.saver.stage = Stage::Keeping { token, trace, head, saved };
    }

    /// Whether the head has to be looked at before the next base is written.
    pub(crate) fn must_look(&self, ctx: &Context) -> bool {
        let store = ctx.stores.best();
        !ctx.net.has_remote() && store.is_some_and(|it| self.head.expected_in(it).is_none())
    }

    /// The numbers that the state has once it is saved on this device.
    fn next_reference(&self) -> BaseRef {
        let state = &self.tracker.state;
        let digest = state.content.document_digest();
        let lost = self.head.lost.map_or((0, 0), |it| (it.revision, it.metadata_revision));
        let Some(base) = &self.tracker.base else {
            return BaseRef { revision: lost.0 + 1, metadata_revision: lost.1 + 1, digest };
        };
        let is_same_words = base.state.as_ref().is_some_and(|it| it.has_words_of(state));
        let BaseRef { revision, metadata_revision, digest: before } = base.reference;
        let is_same = before == digest && lost <= (revision, metadata_revision);
        BaseRef {
            revision: revision.max(lost.0) + u64::from(!is_same),
            metadata_revision: metadata_revision.max(lost.1) + u64::from(!is_same_words),
            digest,
        }
    }

    /// The base that was to be kept is stored.
    pub(crate) fn on_kept(&mut self, token: Token, ctx: &mut Context) -> bool {
        let Some((trace, head, saved)) = self.saver.take_kept(token) else { return false };
        let reference = saved.reference.unwrap_or_else(|| self.next_reference());
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
