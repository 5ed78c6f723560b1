//! What a document makes of the answers of stores: written, failed, read. Owns what each means for
//! the draft; which step is next is `document.rs`'s. A store that could not be read has told
//! nothing.

use super::context::Context;
use super::defect::Defect;
use super::document::{Document, Failure};
use super::draft::{Root, Sent, Step, Target};
use super::effect::Effect;
use super::error::{EngineError, StoreError};
use super::ids::{StoreId, Token};
use super::notice::Notice;
use crate::record::{Entry, Key};

impl Document {
    /// The answer to a write, a removal or a reading that went through.
    pub(crate) fn on_wrote(&mut self, token: Token, ctx: &mut Context) {
        let now = ctx.now.instant;
        let is_saved = self.saver.on_stored(token, true, now) || self.on_kept(token, ctx);
        if is_saved || self.on_version_wrote(token, ctx) {
            return self.advance(ctx);
        }
        let late = self.draft.take_late(token);
        let step = self.draft.take_step(token);
        match (late, step) {
            (Some(sent), _) | (None, Some(Step::Write(sent))) => self.on_draft_written(sent, ctx),
            (None, Some(Step::Clean { store, keys, extent, .. })) => {
                self.on_cleaned(store, &keys, extent, ctx);
            }
            (
                None,
                Some(Step::Verify { .. } | Step::Survey { .. } | Step::Census { .. }) | None,
            ) => {}
        }
        self.advance(ctx);
    }

    fn on_draft_written(&mut self, sent: Sent, ctx: &mut Context) {
        if let Some(record) = &sent.record {
            let (document, change) = (self.id, record.change);
            let (bytes, whole) = (sent.bytes, sent.is_whole);
            let stored = Notice::DraftStored { document, change, bytes, whole };
            ctx.effects.push(Effect::Notify(stored));
        }
        self.last_stored = Some(ctx.now.wall);
        self.forget_store_error();
        self.draft.on_wrote(sent, ctx);
    }

    /// A store has what there is to store: its failure is over.
    pub(crate) fn forget_store_error(&mut self) {
        if matches!(self.error, Some(EngineError::Store(_))) {
            self.error = None;
        }
    }

    /// The answer to a write or a removal that did not go through. The store may hold it all the
    /// same: its keys stay in the ledger.
    pub(crate) fn on_write_failed(&mut self, token: Token, failure: Failure, ctx: &mut Context) {
        let error = failure.error;
        let is_stored = self.saver.on_stored(token, false, ctx.now.instant);
        let is_save = is_stored || self.on_keep_failed(token, error, ctx);
        if is_save || self.on_version_failed(token, error, ctx) {
            return self.advance(ctx);
        }
        let late = self.draft.take_late(token);
        let step = self.draft.take_step(token);
        let store = match (&late, &step) {
            (Some(sent), _) | (None, Some(Step::Write(sent))) => Some(sent.store),
            (None, Some(Step::Clean { store, .. })) => Some(*store),
            (
                None,
                Some(Step::Verify { .. } | Step::Survey { .. } | Step::Census { .. }) | None,
            ) => None,
        };
        let Some(store) = store else { return };
        if late.is_some() && ctx.stores.active() != Some(store) {
            return;
        }
        match step {
            Some(Step::Write(Sent { expected: Some(key), .. })) if error == StoreError::Moved => {
                self.on_missed(store, &key, ctx);
                self.debounce.on_returned(ctx.now.instant);
            }
            Some(Step::Clean { .. }) => self.on_clean_failed(failure, ctx),
            Some(
                Step::Write(_) | Step::Verify { .. } | Step::Survey { .. } | Step::Census { .. },
            )
            | None => {
                if late.is_none() {
                    self.draft.retry.on_failure(ctx.now.instant);
                }
                self.on_draft_failed(failure, ctx);
            }
        }
        self.advance(ctx);
    }

    fn on_draft_failed(&mut self, failure: Failure, ctx: &mut Context) {
        let error = EngineError::Store(failure.error);
        if failure.is_last {
            self.fail_requests(&error, ctx);
        }
        self.error = Some(error.clone());
        let document = self.id;
        ctx.effects.push(Effect::Notify(Notice::DraftFailed { document, error }));
        if !ctx.has_defect(Defect::ForgetFailedWrite) {
            self.debounce.on_returned(ctx.now.instant);
        }
    }

    /// Records that should be gone may still be there. Whoever waits for a discard is told that it
    /// failed, and then it is as if nobody had asked.
    fn on_clean_failed(&mut self, failure: Failure, ctx: &mut Context) {
        self.draft.retry.on_failure(ctx.now.instant);
        if failure.is_last || self.requests.is_discarding {
            self.fail_requests(&EngineError::Store(failure.error), ctx);
        }
        if core::mem::take(&mut self.requests.is_discarding) {
            self.debounce.on_returned(ctx.now.instant);
        }
        if self.is_abandoned {
            // What the store keeps is an unsaved draft, which is listed.
            self.end(ctx);
        }
    }

    /// Records that were built upon are gone: what is in memory is written whole.
    pub(crate) fn on_vanished(&mut self, store: StoreId, ctx: &mut Context) {
        self.draft.ledger.forget_bases(store);
        if ctx.stores.active() == Some(store) {
            self.draft.on_vanished();
            self.debounce.on_returned(ctx.now.instant);
        }
    }

    /// The answer to a reading.
    pub(crate) fn on_read(&mut self, token: Token, entries: &[Entry], ctx: &mut Context) {
        if self.on_version_read(token, Some(entries), ctx) {
            return self.advance(ctx);
        }
        if self.theirs.is_fetched_by(token) {
            return self.on_head_read(entries, ctx);
        }
        match self.draft.take_step(token) {
            Some(Step::Verify { store, key, checksum, target, .. }) => {
                let found = entries.iter().find(|entry| entry.key == key);
                let is_good = found.is_some_and(|entry| {
                    crate::record::decode(&entry.bytes)
                        .is_ok_and(|record| record.checksum == checksum)
                });
                match is_good {
                    true => self.on_verified(store, target, &key),
                    false => self.on_unverified(store, target, &key, ctx),
                }
            }
            Some(Step::Survey { store, .. }) => self.on_surveyed(store, entries, ctx),
            Some(Step::Write(_) | Step::Census { .. } | Step::Clean { .. }) | None => {}
        }
        self.advance(ctx);
    }

    /// A record is not as it was written. A store that keeps rubbish is not written to without a
    /// pause; one that lost what was confirmed is, at once.
    fn on_unverified(&mut self, store: StoreId, target: Target, key: &Key, ctx: &mut Context) {
        if target != Target::Committed {
            self.draft.retry.on_failure(ctx.now.instant);
        }
        self.on_missed(store, key, ctx);
    }

    /// A record is not what it was. What was confirmed while it was being read is another matter.
    fn on_missed(&mut self, store: StoreId, key: &Key, ctx: &mut Context) {
        let is_in_use = |committed: &super::draft::Committed| {
            let is_its_root =
                matches!(committed.root, Root::Checkpoint(sequence, _) if sequence == key.sequence);
            committed.key == *key || is_its_root
        };
        let is_base = key.drawer == crate::record::Drawer::Base;
        if is_base || self.draft.committed.as_ref().is_some_and(is_in_use) {
            self.on_vanished(store, ctx);
        }
    }

    fn on_verified(&mut self, store: StoreId, target: Target, key: &crate::record::Key) {
        self.draft.is_unseen = false;
        match target {
            Target::Base => {
                self.draft.is_base_seen = true;
                self.draft.ledger.mark_base_verified(store, key);
            }
            Target::Checkpoint => {
                if let Some(committed) = &mut self.draft.committed
                    && let Root::Checkpoint(sequence, _) = committed.root
                    && sequence == key.sequence
                {
                    committed.root = Root::Verified(sequence);
                }
            }
            Target::Committed => {}
        }
    }

    /// A reading failed: nothing is known, so nothing is removed, and it is tried again.
    pub(crate) fn on_read_failed(&mut self, token: Token, error: StoreError, ctx: &mut Context) {
        if self.on_head_unread(token, error, ctx) {
            return;
        }
        let is_archived = self.on_version_read(token, None, ctx);
        if !is_archived && self.draft.take_step(token).is_some() {
            self.draft.retry.on_failure(ctx.now.instant);
        }
        self.advance(ctx);
    }
}
