//! How a document is saved where no server is configured: its base is stored on this device, under
//! the next revision. Owns these revisions.

use super::context::Context;
use super::document::Document;
use super::effect::{Batch, Durability};
use super::error::{EngineError, StoreError};
use super::ids::Token;
use super::ledger::BaseTrace;
use super::saver::Stage;
use super::tracker::Base;
use crate::record::BaseRef;

impl Document {
    /// Saves on this device, where no server is configured: the base is stored, under the next
    /// revision.
    pub(crate) fn keep(&mut self, ctx: &mut Context) {
        let Some(store) = ctx.stores.active() else {
            let error = EngineError::Store(StoreError::Unavailable);
            return self.refuse_save(error, ctx);
        };
        let reference = self.next_reference();
        let base = Base { reference, state: Some(self.tracker.state.clone()), is_migrated: false };
        let Some((trace, entry)) = self.base_entry(&base, store, ctx) else { return };
        let batch = Batch { put: [entry].into(), ..Batch::default() };
        let token = ctx.write(self.id, store, batch, Durability::Strict);
        let saved = self.saved(Some(reference));
        self.saver.stage = Stage::Keeping { token, trace, saved };
    }

    /// The numbers that the state has once it is saved on this device.
    fn next_reference(&self) -> BaseRef {
        let state = &self.tracker.state;
        let digest = state.content.document_digest();
        let Some(base) = &self.tracker.base else {
            return BaseRef { revision: 1, metadata_revision: 1, digest };
        };
        let is_same_words = base.state.as_ref().is_some_and(|it| it.has_words_of(state));
        let BaseRef { revision, metadata_revision, digest: before } = base.reference;
        BaseRef {
            revision: revision + u64::from(before != digest),
            metadata_revision: metadata_revision + u64::from(!is_same_words),
            digest,
        }
    }

    /// The base that was to be kept is stored.
    pub(crate) fn on_kept(&mut self, token: Token, ctx: &mut Context) -> bool {
        let Some((trace, saved)) = self.saver.take_kept(token) else { return false };
        let reference = saved.reference.unwrap_or_else(|| self.next_reference());
        let trace = BaseTrace { is_flushed: true, ..trace };
        self.draft.ledger.add_base(trace);
        self.take_saved(saved.change, saved.state, reference, ctx);
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
        self.refuse_save(EngineError::Store(error), ctx);
        true
    }
}
