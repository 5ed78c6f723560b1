//! What the app waits for on a document: flush, discard, close. Owns when a promise is settled;
//! each is settled exactly once.

use super::context::Context;
use super::defect::Defect;
use super::document::Document;
use super::effect::Answer;
use super::error::{EngineError, StoreError};
use super::ids::Request;
use super::saver::Stage;
use super::tracker::State;

impl Document {
    /// The app wants every edit made so far to be stored.
    pub(crate) fn on_flush(&mut self, request: Request, ctx: &mut Context) {
        self.requests.flushes.push((request, self.tracker.accepted));
        self.hurry(ctx);
    }

    /// The app is done with the document.
    pub(crate) fn on_close(&mut self, request: Request, ctx: &mut Context) {
        if let Some(earlier) = self.requests.close.replace(request) {
            self.answer(earlier, Answer::Failed(EngineError::Closed), ctx);
        }
        if ctx.has_defect(Defect::DeleteDraftOnClose) {
            self.requests.is_discarding = true;
        }
        self.tracker.wants_whole = !self.is_read_only;
        self.hurry(ctx);
    }

    /// What waits is written at once, whatever failed before.
    fn hurry(&mut self, ctx: &mut Context) {
        self.draft.retry.clear();
        let is_waiting = self.tracker.is_touched()
            || self.tracker.wants_whole
            || self.draft.stored < self.tracker.accepted
            || self.debounce.due().is_some();
        if is_waiting {
            self.debounce.press();
        }
        self.advance(ctx);
    }

    /// The user drops the draft for good.
    pub(crate) fn on_discard(&mut self, request: Request, ctx: &mut Context) {
        if self.is_read_only {
            return self.answer(request, Answer::Failed(EngineError::ReadOnly), ctx);
        }
        if matches!(self.saver.stage, Stage::Keeping { .. }) {
            // What is being stored as a base cannot be called back, and is what there is to go
            // back to.
            return self.requests.after_save.push(request);
        }
        self.drop_draft(request, ctx);
        self.advance(ctx);
    }

    /// The draft goes, and the content is the base's again.
    pub(crate) fn drop_draft(&mut self, request: Request, ctx: &mut Context) {
        self.draft.retry.clear();
        self.debounce.clear();
        self.error = None;
        self.withdraw_save(ctx);
        self.requests.discards.push((request, None));
        match self.tracker.base.as_ref().and_then(|base| base.state.clone()) {
            Some(state) => self.return_to(state, ctx),
            None => self.requests.is_discarding = true,
        }
    }

    /// A save on this device is over: what was to be discarded after it is.
    pub(crate) fn discard_after_save(&mut self, ctx: &mut Context) {
        for request in core::mem::take(&mut self.requests.after_save) {
            self.on_discard(request, ctx);
        }
    }

    /// Takes the base's state, as a change of its own. The draft is gone when that is stored: as
    /// the base, or where an older draft is out of reach, as a record that stands for it.
    fn return_to(&mut self, state: State, ctx: &mut Context) {
        if !self.tracker.equals_base() || self.tracker.is_touched() {
            self.put_in_place(state, ctx);
        }
        for waiting in &mut self.requests.discards {
            waiting.1 = waiting.1.max(Some(self.tracker.accepted));
        }
        self.debounce.press();
    }

    /// Settles what is done.
    pub(crate) fn settle_requests(&mut self, ctx: &mut Context) {
        let stored = match self.is_read_only {
            true => u64::MAX,
            false => self.draft.stored,
        };
        let is_done = |waiting: &mut (Request, u64)| waiting.1 <= stored;
        for (request, _) in self.requests.flushes.extract_if(.., is_done) {
            ctx.effects.answer(request, Answer::Done);
        }
        let is_settled = self.is_settled();
        // A draft of later edits has taken the place of the discarded one, or there is none.
        let has_waste = !self.requests.discards.is_empty() && self.has_waste(ctx);
        let is_gone = is_settled && self.tracker.equals_base();
        // Another base may have come since: what was gone back to is a draft of its own then.
        let is_base = self.tracker.equals_base();
        let is_over = |change: u64| change < stored || change == stored && !is_base;
        let is_done = |waiting: &mut (Request, Option<u64>)| {
            !has_waste && (is_gone || waiting.1.is_some_and(is_over))
        };
        for (request, _) in self.requests.discards.extract_if(.., is_done) {
            ctx.effects.answer(request, Answer::Done);
        }
        if (is_settled || self.is_read_only)
            && let Some(request) = self.requests.close.take()
        {
            ctx.effects.answer(request, Answer::Done);
            self.requests.is_over = true;
            self.leave_saves(ctx);
            self.leave_archive(ctx);
        }
    }

    /// The document is closed: what is on its way is brought by the engine; what is not is in the
    /// draft.
    fn leave_saves(&mut self, ctx: &mut Context) {
        self.settle_queued(&EngineError::Closed, ctx);
    }

    /// Whether everything is stored and nothing is under way.
    pub(crate) fn is_settled(&self) -> bool {
        self.debounce.due().is_none()
            && self.draft.step.is_none()
            && self.tracker.awaited.is_none()
            && !self.tracker.is_touched()
            && !self.requests.is_discarding
            && !matches!(self.saver.stage, Stage::Keeping { .. } | Stage::Archiving { .. })
            && self.draft.stored >= self.tracker.accepted
    }

    /// The document is discarded and gone: nobody is left waiting for it.
    pub(crate) fn end(&mut self, ctx: &mut Context) {
        for (request, _) in self.requests.flushes.drain(..) {
            ctx.effects.answer(request, Answer::Failed(EngineError::Closed));
        }
        for request in self.requests.after_save.drain(..).chain(self.requests.close.take()) {
            ctx.effects.answer(request, Answer::Done);
        }
        self.requests.is_over = true;
        self.leave_saves(ctx);
        self.leave_archive(ctx);
    }

    /// Tells everyone who waits for a store that it failed. The work itself goes on, but for a
    /// discard: what was refused is as if nobody had asked.
    pub(crate) fn fail_requests(&mut self, error: &EngineError, ctx: &mut Context) {
        if !self.requests.discards.is_empty() {
            self.requests.is_discarding = false;
            self.debounce.on_returned(ctx.now.instant);
        }
        let waiting = self.requests.flushes.drain(..).map(|(request, _)| request);
        let waiting = waiting.chain(self.requests.discards.drain(..).map(|(request, _)| request));
        let waiting = waiting.chain(self.requests.after_save.drain(..));
        for request in waiting.chain(self.requests.close.take()) {
            ctx.effects.answer(request, Answer::Failed(error.clone()));
        }
    }

    /// A save that was withdrawn could not be removed: what it says may be saved all the same.
    pub(crate) fn on_waste_stays(&mut self, error: StoreError, ctx: &mut Context) {
        let is_waiting = !self.requests.discards.is_empty() || self.tracker.equals_base();
        if is_waiting && ctx.post.waste.holds(self.names(), |_| true) {
            self.fail_requests(&EngineError::Store(error), ctx);
        }
    }

    /// Whether a save that was withdrawn still lies in a store: as long as it does, what was
    /// discarded may come back. Where none is at hand to remove it from, whoever waits is told so.
    pub(crate) fn has_waste(&mut self, ctx: &mut Context) -> bool {
        let is_away = |store| !ctx.stores.is_open(store);
        if ctx.post.waste.holds(self.names(), is_away) {
            self.on_waste_stays(StoreError::Unavailable, ctx);
        }
        ctx.post.waste.holds(self.names(), |_| true)
    }

    /// There is no store to write to. Nobody is kept waiting for one that may never come.
    pub(crate) fn on_no_store(&mut self, ctx: &mut Context) {
        if ctx.stores.are_settled() {
            if self.is_abandoned && !self.requests.is_over {
                return self.end(ctx);
            }
            let error = EngineError::Store(StoreError::Unavailable);
            self.fail_requests(&error, ctx);
            if !self.is_read_only && self.draft.stored < self.tracker.accepted {
                self.error.get_or_insert(error);
            }
        }
    }
}
