//! When a document is saved: somebody asked, or it saves itself. Owns the checks that come before,
//! and who is told what became of it; how the server hears of it is `delivering.rs`'s, how it is
//! saved without one `keeping.rs`'s.

use alloc::vec::Vec;

use super::context::Context;
use super::document::Document;
use super::effect::{Answer, Effect};
use super::error::{EngineError, NetError};
use super::ids::{Instant, Request};
use super::net::Net;
use super::notice::Notice;
use super::post::Post;
use super::saver::{Saved, Stage};
use super::stores::Stores;
use crate::record::BaseRef;
use crate::schema::CheckOptions;

impl Document {
    /// The app wants what it has handed over so far to be saved.
    pub(crate) fn on_save(&mut self, request: Request, ctx: &mut Context) {
        if self.is_read_only {
            return self.answer(request, Answer::Failed(EngineError::ReadOnly), ctx);
        }
        if let Some(error) = self.obstacle() {
            return self.answer(request, Answer::Failed(error), ctx);
        }
        self.saver.requests.push((request, self.tracker.accepted));
        self.want_save();
        ctx.net.retry_sign_in();
        self.advance(ctx);
    }

    /// A save of everything so far follows.
    pub(crate) fn want_save(&mut self) {
        (self.saver.is_wanted, self.saver.is_verified) = (true, false);
        self.saver.hurry();
    }

    /// A document that differs from its base saves itself, however it came to differ.
    pub(crate) fn arm_autosave(&mut self, now: Instant) {
        if self.tracker.is_dirty() && !self.is_read_only {
            self.saver.timer.on_edit(now);
        }
    }

    /// What the user has to decide first.
    fn obstacle(&self) -> Option<EngineError> {
        match (&self.gone, self.is_in_conflict, self.is_outdated) {
            (Some(_), _, _) => Some(EngineError::Gone),
            (None, true, _) => Some(EngineError::Conflict),
            (None, false, true) => Some(EngineError::ReadOnly),
            (None, false, false) => None,
        }
    }

    /// Takes the next step of saving, if there is one.
    pub(crate) fn advance_save(&mut self, ctx: &mut Context) {
        if self.is_read_only || self.requests.is_discarding || self.requests.is_over {
            return;
        }
        let now = ctx.now.instant;
        if let Stage::Ready(_) = self.saver.stage
            && ctx.net.can_send()
            && !self.saver.is_parked
            && !self.saver.backoff.is_waiting(now)
        {
            return self.send(ctx);
        }
        self.settle_ready(ctx);
        self.record_again(ctx);
        if self.saver.is_idle() && !self.saver.is_wanted && !self.tracker.is_dirty() {
            // What could not be saved is not there any more.
            self.saver.failure = None;
        }
        if !self.saver.is_idle() || self.is_capturing() || self.theirs.is_pending() {
            return;
        }
        if !self.saver.is_due(now) || ctx.is_posting(self) {
            return;
        }
        match self.obstacle() {
            Some(error) => self.refuse_save(error, ctx),
            None => self.begin_save(ctx),
        }
    }

    fn begin_save(&mut self, ctx: &mut Context) {
        if !core::mem::replace(&mut self.saver.is_wanted, true) {
            // What was looked at for something else may have been changed in place since.
            self.saver.is_verified = false;
        }
        if !self.saver.is_verified || self.tracker.is_touched() {
            self.tracker.wants_whole = true;
            return self.capture(ctx);
        }
        if self.lacks_base() && ctx.net.has_remote() {
            return self.fetch_base(ctx);
        }
        if self.must_look(ctx) {
            return self.theirs.want();
        }
        (self.saver.is_wanted, self.saver.is_verified) = (false, false);
        self.saver.timer.on_taken();
        let is_new_version = self.makes_version(ctx);
        if self.tracker.equals_base() && !is_new_version {
            return self.settle_saves(u64::MAX, &Answer::Failed(EngineError::NoChanges), ctx);
        }
        if let Err(error) = self.check_savable(ctx) {
            return self.refuse_save(error, ctx);
        }
        match (ctx.net.has_remote(), is_new_version) {
            (true, _) => self.put_into_outbox(ctx),
            (false, true) => self.archive_save(ctx),
            (false, false) => self.keep(self.saved(None), ctx),
        }
    }

    /// Whether the base is known by its name only.
    fn lacks_base(&self) -> bool {
        self.tracker.base.as_ref().is_some_and(|base| base.state.is_none())
    }

    /// What a save builds on has to be known before it is made.
    fn fetch_base(&mut self, ctx: &mut Context) {
        match ctx.net.can_send() {
            true => self.theirs.want(),
            false => self.refuse_save(EngineError::Net(NetError::Offline), ctx),
        }
    }

    /// The server could not be asked what it has. Nobody waits for that for ever.
    pub(crate) fn on_fetch_failed(
        &mut self,
        server_ms: Option<u64>,
        error: EngineError,
        ctx: &mut Context,
    ) {
        self.theirs.on_failed(ctx.now.instant, server_ms, ctx.net);
        if self.theirs.failures() >= ctx.net.retry.attempts && self.saver.is_wanted {
            self.refuse_save(error, ctx);
        }
    }

    /// The limits and the schema of the collection. Drafts are stored whatever they say.
    fn check_savable(&self, ctx: &Context) -> Result<(), EngineError> {
        let state = &self.tracker.state;
        let limits = &ctx.collection.limits;
        let description = state.description.as_deref();
        let excess = limits.check(state.content.bytes(), &state.title, description);
        if let Some(excess) = excess.first() {
            return Err(EngineError::OutOfLimits(*excess));
        }
        let Some(schema) = &ctx.collection.schema else { return Ok(()) };
        let checked = schema.check(&state.content.canonical(), &CheckOptions::default());
        match checked {
            Ok(checked) if checked.issues.is_empty() => Ok(()),
            Ok(checked) => Err(EngineError::Invalid(checked.issues)),
            Err(error) => Err(EngineError::Json(error)),
        }
    }

    /// It cannot be saved like this: another edit or a decision has to come first.
    pub(crate) fn refuse_save(&mut self, error: EngineError, ctx: &mut Context) {
        (self.saver.is_wanted, self.saver.is_verified) = (false, false);
        self.saver.timer.on_taken();
        self.settle_saves(u64::MAX, &Answer::Failed(error.clone()), ctx);
        self.fail_save(error, ctx);
    }

    pub(crate) fn fail_save(&mut self, error: EngineError, ctx: &mut Context) {
        let document = self.id;
        self.saver.failure = Some(error.clone());
        ctx.effects.push(Effect::Notify(Notice::SaveFailed { document, error }));
    }

    /// Answers those who wait for an edit up to this one.
    pub(crate) fn settle_saves(&mut self, change: u64, answer: &Answer, ctx: &mut Context) {
        let is_meant = |waiting: &mut (Request, u64)| waiting.1 <= change;
        let settled: Vec<_> = self.saver.requests.extract_if(.., is_meant).collect();
        for (request, _) in settled {
            self.answer_save(request, answer.clone(), ctx);
        }
    }

    /// What is saved, as it is at this moment.
    pub(crate) fn saved(&self, reference: Option<BaseRef>) -> Saved {
        Saved { change: self.tracker.captured, state: self.tracker.state.clone(), reference }
    }

    /// When something wants to be asked of the server or saved.
    pub(crate) fn next_request(&self, net: &Net, stores: &Stores, post: &Post) -> Option<Instant> {
        if self.is_read_only || self.requests.is_discarding || self.is_leaving {
            return None;
        }
        let idle = self.saver.is_idle().then(|| self.saver.timer.due()).flatten();
        let is_posting = net.has_remote() && post.has(&self.collection, &self.name);
        let is_blocked = self.theirs.is_pending() || self.is_capturing();
        let is_blocked = is_blocked || is_posting;
        let save = idle.filter(|_| !is_blocked);
        let fetch = self.theirs.at().filter(|_| self.saver.is_idle() && !is_posting);
        if !net.has_remote() {
            let look = fetch.filter(|_| stores.best().is_some());
            return save.into_iter().chain(look).min();
        }
        if !net.can_send() {
            return self.saver.record_at();
        }
        let ready = matches!(self.saver.stage, Stage::Ready(_)) && !self.saver.is_parked;
        let send = ready.then(|| self.saver.backoff.at().unwrap_or_default());
        save.into_iter().chain(send).chain(fetch).chain(self.saver.record_at()).min()
    }
}
