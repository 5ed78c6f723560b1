//! How a save gets to the server: what is to be sent is stored first, sent, and becomes the base
//! when it was confirmed. Owns what each answer means for the document. What is acknowledged is
//! what was sent, never what the document has become meanwhile (W1).

use alloc::vec::Vec;

use super::context::Context;
use super::defect::Defect;
use super::document::Document;
use super::draft::key_of;
use super::effect::{Answer, Batch, Durability, Effect};
use super::error::{EngineError, NetError};
use super::hint::Hint;
use super::ids::{StoreId, Token};
use super::notice::Notice;
use super::parcel::{Parcel, Verdict, words_digest};
use super::saver::{Delivery, Stage};
use super::theirs::Arrived;
use super::tracker::{Base, State};
use crate::json;
use crate::protocol::{Headers, Response};
use crate::record::{self, BaseRef, Body, Drawer, Entry, Kind, Outbox, Whole};

impl Document {
    /// Stores what will be sent before it is sent: it survives a crash, and is then sent again.
    pub(crate) fn put_into_outbox(&mut self, ctx: &mut Context) {
        let bytes = self.outbox_record(ctx);
        let saved = self.saved(None);
        let parcel = record::decode(&bytes).ok().and_then(Parcel::of);
        let Some(parcel) = parcel.map(|parcel| parcel.with_patch(self.patch())) else {
            return self.refuse_save(EngineError::Unnamable, ctx);
        };
        let delivery = Delivery {
            parcel,
            saved,
            sequence: self.draft.sequence,
            record: None,
            unrecorded: Some(bytes),
            storing: None,
            was_sent: false,
            is_withdrawn: false,
        };
        self.saver.recording.clear();
        match ctx.stores.active() {
            Some(store) => self.record(delivery, store, ctx),
            None => {
                self.saver.stage = Stage::Ready(delivery);
                self.advance_save(ctx);
            }
        }
    }

    /// Stores the record of what is to be sent.
    fn record(&mut self, delivery: Delivery, store: StoreId, ctx: &mut Context) {
        let Some(bytes) = delivery.unrecorded.clone() else { return };
        let name = (&self.collection[..], &self.name[..]);
        let key = key_of(Drawer::Outbox, name, &self.writer, delivery.sequence);
        if let Some(before) = delivery.record.filter(|(other, _)| *other != store) {
            // A write that failed may have been stored all the same.
            ctx.post.waste.remove(before);
        }
        let put = [Entry { key: key.clone(), bytes }].into();
        let batch = Batch { put, ..Batch::default() };
        let token = ctx.write(self.id, store, batch, Durability::Strict);
        let delivery = Delivery { record: Some((store, key)), ..delivery };
        self.saver.stage = Stage::Storing { token, delivery };
        if ctx.has_defect(Defect::SendBeforeStored) {
            self.saver.on_stored(token, true, ctx.now.instant);
            self.advance_save(ctx);
        }
    }

    /// What waits to be sent, and no store would take, is stored once one does.
    pub(crate) fn record_again(&mut self, ctx: &mut Context) {
        let is_waiting = self.saver.recording.is_waiting(ctx.now.instant);
        let Stage::Ready(delivery) = &self.saver.stage else { return };
        let Some(store) = ctx.stores.active() else { return };
        if delivery.unrecorded.is_none() || is_waiting {
            return;
        }
        if let Some(delivery) = self.saver.take_delivery() {
            self.record(delivery, store, ctx);
        }
    }

    fn outbox_record(&mut self, ctx: &Context) -> Vec<u8> {
        self.draft.sequence += 1;
        let mut header = self.header(Kind::Outbox, self.draft.sequence, ctx);
        header.base = self.revives.or(header.base);
        let base = self.tracker.base.as_ref().and_then(|base| base.state.as_ref());
        let base_words = base.map(|base| words_digest(&base.title, base.description.as_deref()));
        let state = &self.tracker.state;
        let whole = Whole {
            title: state.title.clone(),
            description: state.description.clone(),
            content: state.content.canonical(),
            adopted: Vec::new(),
        };
        let body = Body::Outbox(Outbox { base_words, state: whole });
        record::encode(&header, &body).0
    }

    /// What leads from the base to the content.
    fn patch(&self) -> Option<Vec<u8>> {
        let base = self.tracker.base.as_ref()?.state.as_ref()?;
        let content = &self.tracker.state.content;
        let is_worth_it = content.bytes() >= PATCH_BYTES_MIN;
        is_worth_it.then(|| json::diff(&base.content.canonical(), &content.canonical()))
    }

    /// A newer save takes the place of one that was never sent; nobody waits for a network that is
    /// not there, nor for a server that wants to be left alone.
    pub(crate) fn settle_ready(&mut self, ctx: &mut Context) {
        let Stage::Ready(delivery) = &self.saver.stage else { return };
        if self.saver.is_wanted && !delivery.was_sent {
            if let Some(delivery) = self.saver.take_delivery() {
                self.end_delivery(delivery, ctx);
            }
            return;
        }
        if self.saver.requests.is_empty() {
            return;
        }
        if ctx.net.is_offline() {
            self.tell_queued(EngineError::Net(NetError::Offline), ctx);
        } else if self.saver.backoff.is_held(ctx.now.instant) {
            self.tell_queued(EngineError::Refused { status: TOO_MANY }, ctx);
        }
    }

    pub(crate) fn send(&mut self, ctx: &mut Context) {
        let Stage::Ready(mut delivery) = core::mem::take(&mut self.saver.stage) else { return };
        delivery.was_sent = true;
        let Some(call) = delivery.parcel.call() else {
            // What it would tell is what the base says already.
            self.saver.is_wanted |= !self.saver.requests.is_empty();
            return self.end_delivery(delivery, ctx);
        };
        let token = ctx.token(self.id);
        let renewals = ctx.net.renewals;
        let mut request = call.encode();
        if ctx.has_defect(Defect::ReuseKey) {
            request.headers = with_key(&request.headers, &self.writer);
        }
        if ctx.has_defect(Defect::SkipPrecondition) {
            request.headers = without_base(&request.headers);
        }
        ctx.effects.push(Effect::Send { token, request });
        self.saver.stage = Stage::Sending { token, renewals, delivery };
    }

    /// The answer to what was sent; says whether it was waited for.
    pub(crate) fn on_response(
        &mut self,
        token: Token,
        response: &Response,
        ctx: &mut Context,
    ) -> bool {
        if self.theirs.is_fetched_by(token) {
            self.on_fetched(token, response, ctx);
            self.advance(ctx);
            return true;
        }
        let Some((mut delivery, renewals)) = self.saver.take_sent(token) else { return false };
        let verdict = delivery.parcel.on_response(response);
        if !matches!(verdict, Verdict::SignIn) {
            ctx.net.on_admitted();
        }
        self.on_verdict(verdict, delivery, renewals, ctx);
        self.advance(ctx);
        true
    }

    fn on_verdict(&mut self, verdict: Verdict, it: Delivery, renewals: u32, ctx: &mut Context) {
        match verdict {
            Verdict::Delivered(_) | Verdict::Next | Verdict::SignIn if it.is_withdrawn => {
                // What of it arrived is the server's, as if somebody else had saved it.
                self.theirs.want_if(self.tracker.base.is_some());
                self.end_delivery(it, ctx);
            }
            Verdict::Delivered(reference) => self.on_delivered(it, reference, ctx),
            Verdict::Next => {
                self.saver.backoff.clear();
                self.saver.stage = Stage::Ready(it);
            }
            Verdict::Moved => self.on_moved(it, ctx),
            Verdict::Absent => {
                self.end_delivery(it, ctx);
                self.on_gone(None, ctx);
            }
            Verdict::Gone(position) => {
                self.end_delivery(it, ctx);
                self.on_gone(Some(position), ctx);
            }
            Verdict::Later(refusal) => {
                let wait_ms = refusal.wait_ms;
                self.wait_to_send(it, wait_ms, refusal.into(), ctx);
            }
            Verdict::SignIn => {
                ctx.net.on_unauthorized(renewals, ctx.effects);
                self.saver.stage = Stage::Ready(it);
                if ctx.net.is_signed_out() {
                    self.settle_queued(&EngineError::Unauthorized, ctx);
                }
            }
            Verdict::Refused(refusal) => {
                let error = EngineError::from(refusal);
                let change = it.saved.change;
                self.end_delivery(it, ctx);
                self.settle_saves(change, &Answer::Failed(error.clone()), ctx);
                self.fail_save(error, ctx);
            }
        }
    }

    /// The save is made again if the state that is there is not in the way. A gateway that spoils
    /// ETags makes a server speak of another state for ever (RFC 9110 section 13.1.1): who hears
    /// that a few times of a base that does not move is not heard by asking once more.
    fn on_moved(&mut self, delivery: Delivery, ctx: &mut Context) {
        self.theirs.want();
        self.end_delivery(delivery, ctx);
        self.saver.contradictions += 1;
        if self.saver.contradictions < ctx.net.retry.attempts {
            self.saver.is_wanted = true;
            return;
        }
        self.saver.contradictions = 0;
        self.refuse_save(EngineError::Refused { status: MOVED }, ctx);
    }

    /// The request did not come back: whether it had an effect is not known.
    pub(crate) fn on_send_failed(
        &mut self,
        token: Token,
        error: NetError,
        ctx: &mut Context,
    ) -> bool {
        if self.theirs.is_fetched_by(token) {
            self.on_fetch_failed(None, EngineError::Net(error), ctx);
            self.advance(ctx);
            return true;
        }
        let Some((delivery, _)) = self.saver.take_sent(token) else { return false };
        self.wait_to_send(delivery, None, EngineError::Net(error), ctx);
        self.advance(ctx);
        true
    }

    /// The same request is made again later. Whoever waits is told when that has happened a few
    /// times; what was to be saved stays in the outbox.
    fn wait_to_send(
        &mut self,
        delivery: Delivery,
        server_ms: Option<u64>,
        error: EngineError,
        ctx: &mut Context,
    ) {
        if delivery.is_withdrawn {
            return self.end_delivery(delivery, ctx);
        }
        if ctx.has_defect(Defect::DropAfterLastAttempt)
            && self.saver.backoff.failures() + 1 >= ctx.net.retry.attempts
        {
            self.saver.backoff.clear();
            return self.end_delivery(delivery, ctx);
        }
        self.saver.stage = Stage::Ready(delivery);
        let now = ctx.now.instant;
        self.saver.backoff.on_failure(now, server_ms, &ctx.net.retry, &mut ctx.net.jitter);
        let is_last = self.saver.backoff.failures() >= ctx.net.retry.attempts;
        if is_last || ctx.net.is_offline() || server_ms > Some(PATIENCE_MS) {
            self.saver.is_parked = server_ms.is_none();
            self.tell_queued(error, ctx);
        }
    }

    /// Whoever waits is told that it takes longer. What was asked for after the save that waits
    /// was made is in the draft, and follows it.
    fn tell_queued(&mut self, error: EngineError, ctx: &mut Context) {
        self.settle_queued(&error, ctx);
        self.fail_save(error, ctx);
    }

    /// Queued is what lies in a store: it is sent even after the tab is gone.
    pub(crate) fn settle_queued(&mut self, error: &EngineError, ctx: &mut Context) {
        let delivery = self.saver.delivery().filter(|it| it.unrecorded.is_none());
        if let Some(change) = delivery.map(|delivery| delivery.saved.change) {
            self.settle_saves(change, &Answer::Queued(error.clone()), ctx);
        }
        self.settle_saves(u64::MAX, &Answer::Failed(error.clone()), ctx);
    }

    /// The server confirmed what was sent: that is the base from here on. What was edited since is
    /// still to be saved.
    fn on_delivered(&mut self, delivery: Delivery, reference: BaseRef, ctx: &mut Context) {
        let Delivery { saved, record, parcel, .. } = delivery;
        self.theirs.confirmed_by = parcel.epoch;
        if let Some(record) = record {
            ctx.post.waste.remove(record);
        }
        let mut change = saved.change;
        let mut state = saved.state;
        if ctx.has_defect(Defect::AcknowledgeCurrent) {
            (change, state) = (self.tracker.captured, self.tracker.state.clone());
        }
        self.take_saved(change, state, reference, ctx);
    }

    /// This is the base from here on.
    pub(crate) fn take_saved(
        &mut self,
        change: u64,
        state: State,
        reference: BaseRef,
        ctx: &mut Context,
    ) {
        self.revives = None;
        self.acknowledged = self.acknowledged.max(change);
        self.last_saved = Some(ctx.now.wall);
        self.saver.backoff.clear();
        self.saver.is_parked = false;
        self.saver.contradictions = 0;
        self.saver.failure = None;
        self.rebase(Base { reference, state: Some(state), is_migrated: false });
        self.debounce.on_returned(ctx.now.instant);
        let (document, revision) = (self.id, reference.revision);
        ctx.effects.push(Effect::Notify(Notice::Saved { document, change, revision }));
        let hint = Hint::Saved {
            collection: self.collection.clone(),
            document: self.name.clone(),
            revision,
            metadata_revision: reference.metadata_revision,
        };
        ctx.effects.push(Effect::Announce { hint });
        let answer = Answer::Saved { revision, digest: reference.digest };
        self.settle_saves(change, &answer, ctx);
        if !self.saver.requests.is_empty() {
            self.want_save();
        }
        self.theirs.on_saved();
        self.theirs.on_base(&reference);
    }

    /// The save is over, one way or the other: the draft has what it had.
    fn end_delivery(&mut self, delivery: Delivery, ctx: &mut Context) {
        self.saver.backoff.clear();
        self.saver.is_parked = false;
        if let Some(record) = delivery.record {
            ctx.post.waste.remove(record);
        }
    }

    /// What was to be saved is discarded: it is not sent again (I7). What is under way cannot be
    /// called back; the feed tells whether anything of it arrived.
    pub(crate) fn withdraw_save(&mut self, ctx: &mut Context) {
        self.saver.is_wanted = false;
        self.saver.timer.on_taken();
        if ctx.has_defect(Defect::SendDiscarded) {
            return;
        }
        match &mut self.saver.stage {
            Stage::Sending { delivery, .. } => {
                delivery.is_withdrawn = true;
                if let Some(record) = delivery.record.take() {
                    ctx.post.waste.withdraw(record);
                }
            }
            Stage::Storing { .. } | Stage::Ready(_) => {
                if let Some(mut delivery) = self.saver.take_delivery() {
                    if let Some(record) = delivery.record.take() {
                        ctx.post.waste.withdraw(record);
                    }
                    self.end_delivery(delivery, ctx);
                }
            }
            Stage::Archiving { errand, .. } => {
                self.archive.withdraw(*errand);
                self.saver.stage = Stage::Idle;
            }
            Stage::Idle | Stage::Keeping { .. } => {}
        }
        self.settle_saves(u64::MAX, &Answer::Failed(EngineError::NoChanges), ctx);
    }

    /// A save of this document that somebody else began has its answer.
    pub(crate) fn on_posted(
        &mut self,
        writer: &str,
        base: Option<BaseRef>,
        state: State,
        ctx: &mut Context,
    ) {
        let Some(reference) = base else {
            self.theirs.want();
            return self.advance(ctx);
        };
        let known = self.tracker.base.as_ref().map(|base| base.reference.revision);
        if known >= Some(reference.revision) {
            return self.advance(ctx);
        }
        let is_ancestor = self.writer == writer || self.ancestors.iter().any(|it| it == writer);
        if is_ancestor && !self.is_in_conflict && self.tracker.is_dirty() {
            // What is here grew from what was saved.
            self.take_saved(0, state, reference, ctx);
        } else if self.theirs.is_stale(&reference) {
            self.theirs.want();
        } else {
            self.theirs.arrive(Arrived { reference, state, is_migrated: false });
        }
        self.advance(ctx);
    }
}

/// The same fields without the precondition, for a deliberate defect.
fn without_base(headers: &Headers) -> Headers {
    let mut rest = Headers::default();
    for (name, value) in headers.iter().filter(|(name, _)| !name.starts_with("if-")) {
        rest.push(name, value);
    }
    rest
}

/// The same fields with another key, for a deliberate defect.
fn with_key(headers: &Headers, key: &str) -> Headers {
    let mut rest = Headers::default();
    for (name, value) in headers.iter() {
        let key = alloc::format!("\"{key}\"");
        rest.push(name, if name == "idempotency-key" { key } else { value.into() });
    }
    rest
}

/// Milliseconds that somebody waits for a server that wants to be left alone.
const PATIENCE_MS: u64 = 10_000;
/// The document is in another state (RFC 9110 section 15.5.13).
const MOVED: u16 = 412;
/// Too many requests (RFC 6585 section 4).
const TOO_MANY: u16 = 429;
/// Content smaller than this is always sent whole.
const PATCH_BYTES_MIN: usize = 4 << 10;
