//! What becomes of a document when the server has another state of it: it is followed, taken in
//! part, or in conflict. Owns that verdict; revisions and digests decide, never a clock (W27). The
//! content and the words are judged apart (W32).

use alloc::string::String;

use super::context::Context;
use super::defect::Defect;
use super::document::Document;
use super::effect::{Answer, Effect};
use super::error::EngineError;
use super::ids::Token;
use super::notice::Notice;
use super::parcel::words_digest;
use super::theirs::{Arrived, Older, is_at};
use super::tracker::{Base, State, replica_of};
use crate::json::{Source, digest};
use crate::protocol::{
    Address, Call, Document as Stored, Expected, Part, Position, Problem, Reply, Response, Retry,
};
use crate::record::BaseRef;
use crate::replica::Replica;

/// That the server has no such document, or no longer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Gone {
    /// Its deletion; nothing if the server never heard of it.
    pub(crate) position: Option<Position>,
}

/// What is done with a state that the server has.
enum Outcome {
    /// Both are the same.
    Same,
    /// This state takes the place of the app's.
    Take(State),
    /// Only title and description are taken.
    TakeWords(State),
    /// Everything here is newer.
    Keep,
    Conflict,
}

impl Document {
    /// The feed says that the document is in this state.
    pub(crate) fn on_head(&mut self, position: Position, ctx: &mut Context) {
        self.theirs.on_head(position);
        let is_same = |base: &Base| {
            let is_blind = ctx.has_defect(Defect::MatchByRevision) && !position.is_deleted();
            is_at(&position, &base.reference) && has_words(base.state.as_ref(), &position)
                || is_blind && position.revision.value() == base.reference.revision
        };
        if self.tracker.base.as_ref().is_some_and(is_same) {
            self.gone = None;
            return;
        }
        if position.is_deleted() && self.saver.is_idle() && self.revives.is_none() {
            return self.on_gone(Some(position), ctx);
        }
        let is_known = |rival: &Arrived| {
            is_at(&position, &rival.reference) && has_words(Some(&rival.state), &position)
        };
        if !self.theirs.rival.as_ref().is_some_and(is_known) {
            self.theirs.want();
        }
        self.advance(ctx);
    }

    /// The feed does not tell of the document: if it was saved, it is looked at what became of it.
    pub(crate) fn on_absent(&mut self, ctx: &mut Context) {
        let is_known = self.tracker.base.is_some() || self.is_in_conflict || self.is_outdated;
        if is_known && self.gone.is_none() {
            self.theirs.want();
            self.advance(ctx);
        }
    }

    /// Fetches what the server has, once no save of our own is under way: its answer may say it.
    pub(crate) fn advance_fetch(&mut self, ctx: &mut Context) {
        if self.is_read_only || self.requests.is_over {
            return;
        }
        if let Some((version, arrived)) = self.theirs.unmigrated.take() {
            return self.migrate_theirs(version, arrived, ctx);
        }
        if !ctx.net.has_remote() {
            return self.look_at_head(ctx);
        }
        if !ctx.net.can_send() {
            return;
        }
        let is_due = self.theirs.is_due(ctx.now.instant) && !ctx.is_posting(self);
        if !self.saver.is_idle() || !is_due {
            return;
        }
        let workspace = &ctx.config.workspace;
        let Ok(address) = Address::new(workspace, &self.collection, &self.name) else { return };
        let token = ctx.token(self.id);
        let request = Call::Read { address, part: Part::Whole }.encode();
        ctx.effects.push(Effect::Send { token, request });
        self.theirs.on_sent(token, ctx.net.renewals);
    }

    /// The answer to that.
    pub(crate) fn on_fetched(&mut self, _token: Token, response: &Response, ctx: &mut Context) {
        let renewals = self.theirs.on_answered();
        if self.theirs.take_void() {
            return self.theirs.want();
        }
        let refusal = match Reply::parse(Expected::Document(Part::Whole), response) {
            Ok(Reply::Document { document, .. }) => {
                ctx.net.on_admitted();
                return self.on_stored_elsewhere(document, ctx);
            }
            Ok(Reply::Accepted { .. } | Reply::Changes(_) | Reply::Unchanged) => return,
            Err(refusal) => refusal,
        };
        if refusal.retry == Retry::SignIn {
            ctx.net.on_unauthorized(renewals, ctx.effects);
            return self.theirs.want();
        }
        ctx.net.on_admitted();
        match &refusal.problem {
            Some(Problem::Gone { position }) => self.on_gone(Some(*position), ctx),
            Some(Problem::NotFound) => self.on_gone(None, ctx),
            _ => {
                let wait_ms = refusal.wait_ms;
                self.on_fetch_failed(wait_ms, EngineError::from(*refusal), ctx);
            }
        }
    }

    fn on_stored_elsewhere(&mut self, stored: Stored, ctx: &mut Context) {
        let Some(content) = stored.content else { return };
        let standing = stored.standing;
        let reference = BaseRef {
            revision: standing.position.revision.value(),
            metadata_revision: standing.position.metadata_revision.value(),
            digest: *content.digest(),
        };
        if self.theirs.is_stale(&reference) {
            return self.theirs.on_failed(ctx.now.instant, None, ctx.net);
        }
        self.theirs.on_admitted();
        self.is_outdated = standing.schema_version > ctx.collection.schema_version;
        if self.is_outdated {
            // Whoever saved it has brought it back, if it was deleted.
            self.gone = None;
            return self.fail_save(EngineError::ReadOnly, ctx);
        }
        let state = State {
            title: standing.metadata.title,
            description: standing.metadata.description,
            content: Replica::from_canonical(content.text()),
        };
        let arrived = Arrived { reference, state, is_migrated: false };
        match standing.schema_version < ctx.collection.schema_version {
            true => self.migrate_theirs(standing.schema_version, arrived, ctx),
            false => self.theirs.arrive(arrived),
        }
    }

    /// Brings what an older version of the app saved to this schema version, step by step.
    pub(crate) fn migrate_theirs(&mut self, version: u32, arrived: Arrived, ctx: &mut Context) {
        let token = ctx.token(self.id);
        let (collection, to) = (self.collection.clone(), version + 1);
        let text = arrived.state.content.canonical();
        ctx.effects.push(Effect::Migrate { token, collection, to, text });
        self.theirs.older = Some(Older { token, version, arrived });
    }

    /// The app's function has brought it one version further, or could not; says whether that was
    /// waited for.
    pub(crate) fn on_theirs_migrated(
        &mut self,
        token: Token,
        result: Result<&[u8], String>,
        ctx: &mut Context,
    ) -> bool {
        let Some(older) = self.theirs.older.take_if(|older| older.token == token) else {
            return false;
        };
        let Older { version, mut arrived, .. } = older;
        let migrated = result.map_err(EngineError::MigrationFailed);
        match migrated.and_then(|text| replica_of(text, Source::Foreign)) {
            Ok(content) => {
                (arrived.state.content, arrived.is_migrated) = (content, true);
                match version + 1 < ctx.collection.schema_version {
                    true => self.migrate_theirs(version + 1, arrived, ctx),
                    false => self.theirs.arrive(arrived),
                }
            }
            Err(error) => {
                self.on_fetch_failed(None, error.clone(), ctx);
                self.fail_save(error, ctx);
            }
        }
        self.advance(ctx);
        true
    }

    /// Compares what was fetched with what is here, once that is known and nothing of it is on its
    /// way to the server.
    pub(crate) fn consider_theirs(&mut self, ctx: &mut Context) {
        if self.requests.is_over || self.requests.is_discarding || !self.saver.is_idle() {
            return;
        }
        let has_rival = self.theirs.arrived.is_none() && self.theirs.rival.is_some();
        let may_differ = !self.tracker.is_dirty() && !self.theirs.is_rival_of_base;
        if has_rival && may_differ && !self.archive.is_resolving() {
            // Edits that were in the way were taken back.
            self.theirs.compare_again();
        }
        if self.theirs.arrived.is_none() || self.is_capturing() {
            return;
        }
        if !self.theirs.is_verified {
            self.tracker.wants_whole = true;
            return self.capture(ctx);
        }
        self.theirs.is_verified = false;
        if let Some(arrived) = self.theirs.arrived.take() {
            self.compare(arrived, ctx);
        }
    }

    fn compare(&mut self, arrived: Arrived, ctx: &mut Context) {
        let outcome = match ctx.has_defect(Defect::FastForwardDirty) {
            true => Outcome::Take(arrived.state.clone()),
            false => self.judge(&arrived),
        };
        self.gone = None;
        let was_in_conflict = core::mem::take(&mut self.is_in_conflict);
        match outcome {
            Outcome::Conflict => {
                self.is_in_conflict = true;
                let (document, revision) = (self.id, arrived.reference.revision);
                self.theirs.rival = Some(arrived);
                self.theirs.is_rival_of_base =
                    !self.tracker.is_dirty() && !self.tracker.is_touched();
                if !was_in_conflict {
                    ctx.effects.push(Effect::Notify(Notice::Conflict { document, revision }));
                }
                self.saver.is_wanted = false;
                self.settle_saves(u64::MAX, &Answer::Failed(EngineError::Conflict), ctx);
                return;
            }
            Outcome::Same | Outcome::Keep => {}
            Outcome::Take(state) => self.put_in_place(state, ctx),
            Outcome::TakeWords(state) => self.put_words_in_place(&state, ctx),
        }
        self.move_to(arrived, ctx);
    }

    /// This is the base from here on; what is here beyond it is still to be saved.
    pub(crate) fn move_to(&mut self, arrived: Arrived, ctx: &mut Context) {
        let Arrived { reference, state, is_migrated } = arrived;
        self.rebase(Base { reference, state: Some(state), is_migrated });
        self.theirs.rival = None;
        self.theirs.on_base(&reference);
        if self.tracker.equals_base() && !self.tracker.is_touched() {
            self.acknowledged = self.tracker.captured;
            self.last_saved = Some(ctx.now.wall);
        }
        let (document, revision) = (self.id, reference.revision);
        ctx.effects.push(Effect::Notify(Notice::FastForwarded { document, revision }));
        self.debounce.on_returned(ctx.now.instant);
        self.arm_autosave(ctx.now.instant);
    }

    fn put_words_in_place(&mut self, state: &State, ctx: &mut Context) {
        self.tracker.state.title.clone_from(&state.title);
        self.tracker.state.description.clone_from(&state.description);
        self.tracker.on_words(ctx.now.wall);
        self.apply_with(None, ctx);
    }

    /// Three states are compared: the base, this one and theirs; content and words each by
    /// themselves.
    fn judge(&self, arrived: &Arrived) -> Outcome {
        let (mine, theirs) = (&self.tracker.state, &arrived.state);
        // What cannot be put into words is newer than what was captured.
        let is_touched = self.tracker.is_touched() || self.is_unspeakable();
        if !is_touched && mine.equals(theirs) {
            return Outcome::Same;
        }
        let base = self.tracker.base.as_ref();
        let Some((old, before)) =
            base.and_then(|base| Some((base.reference, base.state.as_ref()?)))
        else {
            return self.judge_without_base(arrived);
        };
        if is_older(&arrived.reference, &old) {
            // A server that was restored knows less than this device, clean or not.
            return Outcome::Conflict;
        }
        let same = |a: &State, b: &State| a.content.digest() == b.content.digest();
        let is_mine = is_touched || !same(mine, before);
        let is_theirs = !same(theirs, before);
        let has_words = !mine.has_words_of(before);
        let has_their_words = !theirs.has_words_of(before);
        let is_content_contested = is_mine && is_theirs && (is_touched || !same(mine, theirs));
        if is_content_contested || has_words && has_their_words && !mine.has_words_of(theirs) {
            return Outcome::Conflict;
        }
        let words = if has_their_words { theirs } else { mine };
        let content = if is_theirs { theirs } else { mine };
        let next = State {
            title: words.title.clone(),
            description: words.description.clone(),
            content: content.content.clone(),
        };
        match (is_theirs && !same(mine, theirs), next.has_words_of(mine)) {
            (true, _) => Outcome::Take(next),
            (false, false) => Outcome::TakeWords(next),
            (false, true) => Outcome::Keep,
        }
    }

    /// The content of the base is not at hand: what the server has under its name is it.
    fn judge_without_base(&self, arrived: &Arrived) -> Outcome {
        let base = self.tracker.base.as_ref().map(|base| base.reference);
        match base == Some(arrived.reference) {
            true => Outcome::Keep,
            false => Outcome::Conflict,
        }
    }

    /// The server has no such document any more. What is here stays.
    pub(crate) fn on_gone(&mut self, position: Option<Position>, ctx: &mut Context) {
        self.is_outdated = false;
        if self.tracker.base.is_none() && position.is_none() {
            // It was never saved: that it is not there is no news, unless it was in the way.
            if core::mem::take(&mut self.is_in_conflict) {
                self.theirs.forget();
            }
            // Nor does the server know of a deletion any more, if the save was to follow one.
            if self.revives.take().is_some() && !self.saver.requests.is_empty() {
                self.want_save();
            }
            return;
        }
        self.gone = Some(Gone { position });
        self.is_in_conflict = false;
        self.theirs.forget();
        self.settle_saves(u64::MAX, &Answer::Failed(EngineError::Gone), ctx);
        ctx.effects.push(Effect::Notify(Notice::Gone { document: self.id }));
    }

    /// What is here is saved on the base that the server has now.
    pub(crate) fn insist(&mut self) {
        if let Some(gone) = self.gone.take() {
            self.revives = gone.position.map(tombstone);
            self.tracker.base = None;
        } else if let Some(rival) = self.theirs.rival.take() {
            let Arrived { reference, state, is_migrated } = rival;
            self.rebase(Base { reference, state: Some(state), is_migrated });
        }
        self.is_in_conflict = false;
    }
}

/// The base that names a deletion: the digest of no bytes at all is no content's.
fn tombstone(position: Position) -> BaseRef {
    BaseRef {
        revision: position.revision.value(),
        metadata_revision: position.metadata_revision.value(),
        digest: digest(b""),
    }
}

/// Whether a state comes before another, or is another one of the same number.
pub(crate) fn is_older(arrived: &BaseRef, base: &BaseRef) -> bool {
    arrived.revision < base.revision
        || arrived.revision == base.revision && arrived.digest != base.digest
        || arrived.metadata_revision < base.metadata_revision
}

/// Whether a state has the title and description that a position names, if it is at hand.
fn has_words(state: Option<&State>, position: &Position) -> bool {
    state.is_none_or(|state| {
        words_digest(&state.title, state.description.as_deref()) == position.metadata_digest
    })
}
