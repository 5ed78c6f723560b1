//! One open document: carries what happens to it to tracker, debounce and draft, and decides what
//! is done next. Owns the order of these steps; how each is done is in `writing.rs`, `leaving.rs`
//! and `clearing.rs`.

use alloc::string::String;
use alloc::vec::Vec;

use super::archive::Archive;
use super::arrival::Gone;
use super::context::Context;
use super::copying::Copy;
use super::debounce::Debounce;
use super::defect::Defect;
use super::draft::{Draft, Step};
use super::effect::{Answer, Effect};
use super::error::{EngineError, StoreError};
use super::event::{ArrivedBase, Capture};
use super::heads::Head;
use super::health::Survives;
use super::ids::{DocumentId, Request, StoreId, Token};
use super::notice::Notice;
use super::parts::Parts;
use super::post::{Origin, Post};
use super::saver::Saver;
use super::status::StatusBoard;
use super::theirs::{Arrived, Theirs};
use super::tracker::{Base, Captured, State, Tracker, replica_of};
use crate::json::Source;
use crate::record::BaseRef;

/// One open document.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) id: DocumentId,
    /// Writer of its draft. Every opening has one of its own: an earlier draft of the same engine
    /// is another draft.
    pub(crate) writer: String,
    pub(crate) collection: String,
    pub(crate) name: String,
    pub(crate) tracker: Tracker,
    pub(crate) debounce: Debounce,
    pub(crate) draft: Draft,
    pub(crate) parts: Parts,
    pub(crate) board: StatusBoard,
    pub(crate) is_read_only: bool,
    pub(crate) requests: Requests,
    pub(crate) error: Option<EngineError>,
    /// The newest edit that is part of a confirmed base.
    pub(crate) acknowledged: u64,
    pub(crate) last_stored: Option<u64>,
    pub(crate) last_saved: Option<u64>,
    /// A newer base than the one of the draft is known.
    pub(crate) is_in_conflict: bool,
    /// The page is being left: what is captured goes with the exit write.
    pub(crate) is_leaving: bool,
    pub(crate) saver: Saver,
    pub(crate) theirs: Theirs,
    /// What this device has, where there is no server.
    pub(crate) head: Head,
    /// What is to be kept of it as versions, and what is asked of them.
    pub(crate) archive: Archive,
    /// Other documents to be made of this one.
    pub(crate) copies: Vec<Copy>,
    /// Who asked for this document to be made of another one, until it is saved.
    pub(crate) copied_for: Option<Request>,
    /// A copy that could not be saved: nothing of it stays.
    pub(crate) is_abandoned: bool,
    /// The server has no such document any more.
    pub(crate) gone: Option<Gone>,
    /// The deletion that the next save builds on.
    pub(crate) revives: Option<BaseRef>,
    /// A newer version of the app saved the document.
    pub(crate) is_outdated: bool,
    /// Writers whose drafts this document has gone on with.
    pub(crate) ancestors: Vec<String>,
}

/// What the app waits for.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    /// Until this edit is stored.
    pub(crate) flushes: Vec<(Request, u64)>,
    /// With the change that stands for the base, once it was gone back to.
    pub(crate) discards: Vec<(Request, Option<u64>)>,
    /// Discards that begin when the save under way on this device is over.
    pub(crate) after_save: Vec<Request>,
    pub(crate) close: Option<Request>,
    /// The discarded draft is not gone yet, whoever waits for it.
    pub(crate) is_discarding: bool,
    /// Nothing is left to do for the document: it can be dropped.
    pub(crate) is_over: bool,
}

/// That a write did not go through.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failure {
    pub(crate) error: StoreError,
    /// No other store takes over.
    pub(crate) is_last: bool,
}

impl Requests {
    /// Whether what is there of the document is about to change for good.
    pub(crate) fn is_leaving(&self) -> bool {
        self.close.is_some() || self.is_discarding
    }
}

impl Document {
    /// The app handed over an edit.
    pub(crate) fn on_changed(&mut self, ctx: &mut Context) {
        if self.is_read_only {
            return;
        }
        self.tracker.on_changed(ctx.now.wall);
        self.on_edit(ctx);
        self.advance(ctx);
    }

    pub(crate) fn on_renamed(&mut self, title: String, ctx: &mut Context) {
        if !self.is_read_only && self.tracker.state.title != title {
            self.tracker.state.title = title;
            self.on_words(ctx);
        }
    }

    pub(crate) fn on_described(&mut self, description: Option<String>, ctx: &mut Context) {
        if !self.is_read_only && self.tracker.state.description != description {
            self.tracker.state.description = description;
            self.on_words(ctx);
        }
    }

    fn on_words(&mut self, ctx: &mut Context) {
        self.tracker.on_words(ctx.now.wall);
        self.on_edit(ctx);
        self.advance(ctx);
    }

    fn on_edit(&mut self, ctx: &Context) {
        self.debounce.on_edit(ctx.now.instant);
        self.saver.timer.on_edit(ctx.now.instant);
    }

    /// The shell answered a capture. An answer to one that was given up counts for nothing.
    pub(crate) fn on_captured(
        &mut self,
        token: Token,
        capture: Capture,
        ctx: &mut Context,
    ) -> bool {
        if self.tracker.awaited.take_if(|awaited| *awaited == token).is_none() {
            let resurrects = ctx.has_defect(Defect::ResurrectDiscarded);
            if !resurrects {
                return false;
            }
        }
        self.take_capture(capture, ctx);
        true
    }

    fn take_capture(&mut self, capture: Capture, ctx: &mut Context) {
        let was_whole = matches!(capture, Capture::Whole(_) | Capture::Both { .. });
        let accepted = self.tracker.accepted;
        match self.tracker.on_captured(capture) {
            Ok(captured) => {
                if self.tracker.accepted > accepted {
                    self.tracker.modified = Some(ctx.now.wall);
                    self.on_edit(ctx);
                }
                self.saver.is_verified |= was_whole;
                self.theirs.is_verified |= was_whole;
                if was_whole {
                    self.archive.on_looked();
                }
                self.on_content(captured, ctx);
                self.advance(ctx);
            }
            Err(error) if was_whole => self.on_uncapturable(error, ctx),
            Err(_) => {
                // What the shell thinks was there before is not what is here.
                self.tracker.wants_whole = true;
                self.capture(ctx);
            }
        }
    }

    /// Notes what the content became for the next delta.
    fn on_content(&mut self, captured: Captured, ctx: &mut Context) {
        match captured {
            Captured::Edits(edits) => {
                let bytes_max = log_bytes_max(self.tracker.state.content.bytes());
                let parts = &mut self.parts;
                let kept = self.tracker.mend(|content| parts.on_edits(content, &edits));
                for edit in edits.into_iter().chain(kept) {
                    self.draft.log.push(edit, bytes_max);
                }
            }
            Captured::Replaced { in_place } => {
                let parts = &mut self.parts;
                self.tracker.mend(|content| parts.on_replaced(content));
                self.draft.log.cut();
                if in_place {
                    let document = self.id;
                    ctx.effects.push(Effect::Notify(Notice::MutatedInPlace { document }));
                }
            }
        }
        if self.is_unspeakable() {
            self.error = None;
        }
    }

    /// Whether the app's value could not be put into words when it was looked at last.
    pub(crate) fn is_unspeakable(&self) -> bool {
        matches!(self.error, Some(EngineError::NotJson(_) | EngineError::Json(_)))
    }

    /// The shell could not put the app's value into words.
    pub(crate) fn on_capture_failed(
        &mut self,
        token: Token,
        pointer: String,
        ctx: &mut Context,
    ) -> bool {
        let is_known = self.tracker.awaited.take_if(|awaited| *awaited == token).is_some();
        if is_known {
            self.on_uncapturable(EngineError::NotJson(pointer), ctx);
        }
        is_known
    }

    /// Whether a capture is being waited for.
    pub(crate) fn is_capturing(&self) -> bool {
        self.tracker.awaited.is_some()
    }

    /// A store works: what lies there and is not needed may go.
    pub(crate) fn on_store_opened(&mut self, store: StoreId, ctx: &mut Context) {
        if self.draft.ledger.has_drafts(|it| it == store) {
            self.draft.retry.clear();
            self.debounce.on_returned(ctx.now.instant);
            self.advance(ctx);
        }
    }

    /// The app's value cannot be taken: it is told, what was captured before stays stored, and the
    /// next edit is another attempt.
    pub(crate) fn on_uncapturable(&mut self, error: EngineError, ctx: &mut Context) {
        self.tracker.awaited = None;
        self.debounce.clear();
        self.fail_requests(&error, ctx);
        self.on_look_failed(&error, ctx);
        if self.saver.is_wanted {
            self.saver.is_wanted = false;
            self.settle_saves(u64::MAX, &Answer::Failed(error.clone()), ctx);
        }
        self.saver.timer.on_taken();
        self.theirs.is_verified = true;
        self.error = Some(error);
        self.write_words(ctx);
    }

    /// Stores a new title or description with the content of before.
    fn write_words(&mut self, ctx: &mut Context) {
        let is_busy = self.draft.step.is_some() || self.is_leaving || self.requests.is_discarding;
        if let Some(store) = ctx.stores.active().filter(|_| !is_busy) {
            self.write_draft(store, ctx);
        }
    }

    /// Asks the shell for what has changed.
    pub(crate) fn capture(&mut self, ctx: &mut Context) {
        if self.tracker.awaited.is_some() {
            return;
        }
        let token = ctx.effects.token();
        self.tracker.awaited = Some(token);
        let whole = self.tracker.wants_whole;
        ctx.effects.push(Effect::Capture { document: self.id, token, whole });
    }

    /// Decides what is done next: for the draft, for what the server has, for versions, for saving.
    pub(crate) fn advance(&mut self, ctx: &mut Context) {
        self.advance_draft(ctx);
        if self.is_leaving {
            return;
        }
        self.consider_theirs(ctx);
        self.advance_archive(ctx);
        self.advance_save(ctx);
        self.advance_fetch(ctx);
    }

    /// Decides what is done next for the draft, when nothing is under way.
    pub(crate) fn advance_draft(&mut self, ctx: &mut Context) {
        self.draft.retry.reach(ctx.now.instant);
        self.settle_requests(ctx);
        let Some(store) = ctx.stores.active() else { return self.on_no_store(ctx) };
        let now = ctx.now.instant;
        if self.is_leaving
            || self.is_occupied()
            || self.draft.retry.is_waiting(now)
            || self.is_read_only
        {
            return;
        }
        if self.requests.is_discarding {
            return self.clear_discarded(ctx);
        }
        if self.debounce.due().is_some_and(|due| due <= now) {
            if self.tracker.is_touched() || self.tracker.wants_whole {
                return self.capture_for_write(store, ctx);
            }
            self.draft.step = None;
            self.write_draft(store, ctx);
        }
        if self.draft.step.is_none() {
            self.tidy_up(store, ctx);
        }
        if self.draft.step.is_none() && !self.is_capturing() {
            // What had failed is not needed any more.
            self.draft.retry.clear();
        }
        self.settle_requests(ctx);
    }

    /// Whether what is under way has to end first. A reading has not when there is something to
    /// write: it is given up, and made again later.
    fn is_occupied(&self) -> bool {
        match &self.draft.step {
            Some(Step::Write(_) | Step::Clean { .. }) => true,
            Some(Step::Verify { .. } | Step::Survey { .. } | Step::Census { .. }) => {
                self.requests.is_discarding || !self.tracker.is_dirty()
            }
            None => false,
        }
    }

    /// A capture before a write asks for the whole value when the record will be whole.
    fn capture_for_write(&mut self, store: StoreId, ctx: &mut Context) {
        self.tracker.wants_whole |= self.must_be_whole(store, ctx);
        self.capture(ctx);
    }

    /// Drafts go to another store from here on.
    pub(crate) fn on_switched(&mut self, ctx: &mut Context) {
        let survives =
            ctx.stores.active().map_or(Survives::None, |it| ctx.stores.options(it).survives);
        self.draft.on_switched(survives);
        let is_owed = self.draft.stored < self.tracker.accepted;
        let owes = is_owed || self.tracker.is_dirty() || self.owes_base(ctx);
        if owes || self.draft.ledger.has_drafts(|_| true) {
            self.debounce.on_returned(ctx.now.instant);
        } else {
            self.build_on_base(ctx.stores.active());
        }
        // It may hold what another tab saved while it could not be read.
        self.head.forget();
        let is_local = !ctx.net.has_remote() && ctx.stores.best().is_some();
        self.theirs.want_if(is_local && !self.is_read_only);
        self.advance(ctx);
    }

    /// Whether no store that survives as much as the active one has the base. One that an older
    /// version wrote cannot be written again: a draft stands for it.
    pub(crate) fn owes_base(&self, ctx: &Context) -> bool {
        let Some(active) = ctx.stores.active() else { return false };
        let base = self.tracker.base.as_ref();
        let known = base.filter(|base| base.state.is_some());
        known.is_some_and(|base| {
            let mut records = self.draft.ledger.records_of(&base.reference);
            !records.any(|record| ctx.stores.is_as_firm(record.store, active))
        })
    }

    /// This is the base from here on.
    pub(crate) fn rebase(&mut self, base: Base) {
        if self.tracker.base.as_ref().map(|old| old.reference) != Some(base.reference) {
            self.saver.contradictions = 0;
        }
        self.theirs.is_rival_of_base = false;
        self.draft.ledger.words = base.words();
        self.tracker.base = Some(base);
    }

    /// A base was confirmed. A clean document follows it; a dirty one keeps its content.
    pub(crate) fn on_base(&mut self, arrived: ArrivedBase, ctx: &mut Context) {
        let Ok(content) = replica_of(&arrived.text, Source::Foreign) else { return };
        if self.is_read_only {
            return;
        }
        let known = self.tracker.base.as_ref().map(|base| base.reference);
        if known.is_some_and(|known| is_older(&arrived, known)) {
            return;
        }
        let ArrivedBase { title, description, revision, metadata_revision, .. } = arrived;
        let digest = content.document_digest();
        let state = State { title, description, content };
        let reference = BaseRef { revision, metadata_revision, digest };
        if !arrived.is_own {
            self.theirs.arrive(Arrived { reference, state, is_migrated: false });
            return self.advance(ctx);
        }
        if !self.tracker.is_touched() && self.tracker.state.equals(&state) {
            self.acknowledged = self.tracker.captured;
        }
        self.rebase(Base { reference, state: Some(state), is_migrated: false });
        if ctx.has_defect(Defect::RemoveDraftOnAnySave) {
            self.requests.is_discarding = true;
        }
        self.is_in_conflict = false;
        self.theirs.on_base(&reference);
        self.last_saved = Some(ctx.now.wall);
        self.debounce.on_returned(ctx.now.instant);
        self.advance(ctx);
    }

    /// Another state takes the place of the app's. No delta leads from the one to the other.
    pub(crate) fn put_in_place(&mut self, state: State, ctx: &mut Context) {
        self.tracker.reset(state);
        self.draft.log.cut();
        self.parts.on_loaded(&self.tracker.state.content);
        self.apply(ctx);
    }

    /// Gives the app the state in place of its own.
    pub(crate) fn apply(&mut self, ctx: &mut Context) {
        self.apply_with(Some(self.tracker.state.content.canonical()), ctx);
    }

    pub(crate) fn apply_with(&mut self, text: Option<Vec<u8>>, ctx: &mut Context) {
        let State { title, description, .. } = &self.tracker.state;
        ctx.effects.push(Effect::Apply {
            document: self.id,
            title: title.clone(),
            description: description.clone(),
            text,
        });
    }

    /// When the document wants to be looked at again.
    pub(crate) fn next_wakeup(&self, post: &Post) -> Option<super::ids::Instant> {
        let is_clean = self.tracker.equals_base() && !self.tracker.is_touched();
        let waits = self.requests.is_discarding || is_clean;
        let waits = waits && post.waste.holds(self.names(), |_| true);
        if self.is_occupied() || self.is_read_only || waits {
            return None;
        }
        let wanted = match self.requests.is_discarding {
            true => Some(super::ids::Instant::default()),
            false => self.debounce.due(),
        };
        match (wanted, self.draft.retry.at()) {
            (Some(due), Some(at)) => Some(due.max(at)),
            (due, None) => due,
            (None, at) => at,
        }
    }

    /// Collection and id.
    pub(crate) fn full_name(&self) -> (String, String) {
        (self.collection.clone(), self.name.clone())
    }

    /// The same, to look at.
    pub(crate) fn names(&self) -> (&str, &str) {
        (&self.collection, &self.name)
    }

    /// Whose saves are this document's.
    pub(crate) fn origin(&self, config: &super::Config) -> Origin {
        let rules = config.collections.get(&self.collection);
        Origin {
            collection: self.collection.clone(),
            document: self.name.clone(),
            writer: self.writer.clone(),
            schema_version: rules.map_or(1, |rules| rules.schema_version),
        }
    }

    pub(crate) fn answer(&self, request: Request, answer: Answer, ctx: &mut Context) {
        ctx.effects.answer(request, answer);
    }
}

fn is_older(arrived: &ArrivedBase, known: BaseRef) -> bool {
    (arrived.revision, arrived.metadata_revision) < (known.revision, known.metadata_revision)
}

/// Bytes of edits that are kept for deltas before a checkpoint is cheaper.
pub(crate) fn log_bytes_max(content_bytes: usize) -> usize {
    (content_bytes / 2).max(DELTA_BYTES_MIN)
}

/// A draft smaller than this may have deltas larger than its content.
const DELTA_BYTES_MIN: usize = 64 << 10;
