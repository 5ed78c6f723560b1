//! What follows when versions are kept: a side of a conflict gives way, the base takes the place of
//! the content, a save goes on, another document is made. Owns which states are lost by each, and
//! that each is a version before it is (I8); how one is kept is `archiving.rs`'s.

use alloc::string::String;
use alloc::vec::Vec;

use super::archive::{Look, Piece, Task};
use super::context::Context;
use super::defect::Defect;
use super::document::Document;
use super::effect::Answer;
use super::error::{EngineError, NetError};
use super::event::Choice;
use super::ids::Request;
use super::saver::Stage;
use super::theirs::Arrived;
use super::tracker::{State, replica_of};
use crate::history::Kind;
use crate::json::Source;

/// What becomes of a document when a conflict is decided.
struct Decision {
    request: Request,
    choice: Choice,
}

impl Document {
    /// Why this cannot be done at all.
    pub(crate) fn refusal(&mut self, task: &Task, ctx: &Context) -> Option<EngineError> {
        match task {
            Task::Save | Task::List(_) | Task::Read(_) => None,
            Task::Copy(_) | Task::Revert | Task::Resolve(_) if self.is_read_only => {
                Some(EngineError::ReadOnly)
            }
            Task::Copy(copy) => {
                let of = copy.collection.as_ref().unwrap_or(&self.collection);
                let is_known = ctx.config.collections.contains_key(of);
                (!is_known).then_some(EngineError::UnknownCollection)
            }
            Task::Revert => self.content_beyond_base().err(),
            // What has just come is compared first.
            Task::Resolve(_) if self.theirs.arrived.is_some() => None,
            Task::Resolve(choice) => self.sides(choice).err(),
        }
    }

    /// Everything is at hand for the first errand: what it was for is done, unless more has to be
    /// kept before. Says that the next step can be taken.
    pub(crate) fn decide(&mut self, ctx: &mut Context) -> bool {
        let Some(errand) = self.archive.first() else { return false };
        let (task, is_save) = (errand.task.clone(), errand.request.is_none());
        let is_stale = self.is_capturing() || self.tracker.is_touched();
        let lost = match &task {
            Task::Save | Task::List(_) | Task::Read(_) => Ok(Vec::new()),
            Task::Resolve(_) if self.theirs.arrived.is_some() => return false,
            Task::Resolve(Choice::Mine) => self.sides(&Choice::Mine),
            Task::Resolve(_) | Task::Revert | Task::Copy(_) if is_stale => {
                self.archive.first_mut().into_iter().for_each(|it| it.look = Look::Needed);
                return true;
            }
            Task::Resolve(choice) => self.sides(choice),
            // What is being stored as a base is what there is to go back to.
            Task::Revert if matches!(self.saver.stage, Stage::Keeping { .. }) => return false,
            Task::Revert => self.content_beyond_base(),
            Task::Copy(_) => Ok(Vec::new()),
        };
        let lost = match lost {
            Ok(lost) => lost,
            Err(error) => {
                self.fail_errand(error, ctx);
                return true;
            }
        };
        let Some(errand) = self.archive.first_mut() else { return false };
        let is_kept = |state: &State| errand.kept.iter().any(|kept| kept.equals(state));
        let is_careless = ctx.has_defect(Defect::GiveUpUnkept);
        if let Some(state) = lost.into_iter().find(|state| !is_kept(state) && !is_careless) {
            return self.keep_lost(state, &task, ctx);
        }
        let (number, has_made) = (errand.number, errand.has_made);
        let request = self.archive.pop().and_then(|errand| errand.request);
        match (task, request) {
            (Task::Save, _) if is_save => self.finish_save(number, Ok(has_made), ctx),
            (Task::Resolve(choice), Some(request)) => {
                self.settle_conflict(Decision { request, choice }, ctx);
            }
            (Task::Revert, Some(request)) => self.drop_draft(request, ctx),
            (Task::Copy(copy), Some(request)) => self.order_copy(request, copy),
            (_, _) => {}
        }
        true
    }

    /// A state that is about to be lost is kept first. Whoever goes on editing while it is kept
    /// makes another one.
    fn keep_lost(&mut self, state: State, task: &Task, ctx: &mut Context) -> bool {
        let kind = match task {
            Task::Revert => Kind::Discarded,
            Task::Resolve(_) | Task::Save | Task::Copy(_) | Task::List(_) | Task::Read(_) => {
                Kind::ConflictSide
            }
        };
        let piece = self.piece(state, kind);
        match self.archive.first_mut() {
            Some(errand) if errand.kept.len() < STATES_MAX => errand.piece = Some(piece),
            Some(_) | None => self.fail_errand(EngineError::Dirty, ctx),
        }
        true
    }

    fn piece(&self, state: State, kind: Kind) -> Piece {
        let grew_from = self.tracker.base.as_ref().map(|base| base.reference.digest);
        Piece { state, kind, author: String::new(), message: String::new(), grew_from }
    }

    /// What is to be saved is kept as a version first.
    pub(crate) fn archive_save(&mut self, ctx: &mut Context) {
        let saved = self.saved(None);
        if let Err(error) = self.store_for_base(ctx) {
            return self.refuse_save(error, ctx);
        }
        let piece = self.piece(saved.state.clone(), Kind::LocalSave);
        let errand = self.archive.push(None, Task::Save, Some(piece));
        self.saver.stage = Stage::Archiving { errand, saved };
        self.advance_archive(ctx);
    }

    /// The content, if it is not the base's.
    fn content_beyond_base(&self) -> Result<Vec<State>, EngineError> {
        let base = self.tracker.base.as_ref().ok_or(EngineError::NoBase)?;
        let base = base.state.as_ref().ok_or(EngineError::Unavailable)?;
        let state = &self.tracker.state;
        Ok([state].into_iter().filter(|state| !state.equals(base)).cloned().collect())
    }

    /// The states that are lost when a conflict is decided so.
    fn sides(&mut self, choice: &Choice) -> Result<Vec<State>, EngineError> {
        if !self.is_in_conflict && self.gone.is_none() {
            return Err(EngineError::NoConflict);
        }
        let mine = &self.tracker.state;
        let theirs = self.theirs.rival.as_ref().map(|rival| &rival.state);
        let next = match (choice, theirs) {
            (Choice::Mine, _) => mine.clone(),
            (Choice::Theirs, Some(theirs)) => theirs.clone(),
            (Choice::Theirs, None) => {
                self.theirs.want_if(self.gone.is_none());
                return Err(match self.gone.is_some() {
                    true => EngineError::Gone,
                    false => EngineError::Net(NetError::Offline),
                });
            }
            (Choice::Content(text), _) => {
                State { content: replica_of(text, Source::Own)?, ..mine.clone() }
            }
        };
        let sides = [mine].into_iter().chain(theirs).filter(|side| !side.equals(&next));
        Ok(sides.cloned().collect())
    }

    /// Both sides are safe: what was decided is done.
    fn settle_conflict(&mut self, decision: Decision, ctx: &mut Context) {
        let Decision { request, choice } = decision;
        match choice {
            Choice::Mine => {}
            Choice::Theirs => return self.take_theirs(request, ctx),
            Choice::Content(text) => {
                if let Err(error) = self.take_merged(&text, ctx) {
                    return self.answer(request, Answer::Failed(error), ctx);
                }
            }
        }
        self.insist();
        self.debounce.on_returned(ctx.now.instant);
        self.saver.requests.push((request, self.tracker.accepted));
        self.want_save();
    }

    /// What the server has takes the place of what is here.
    fn take_theirs(&mut self, request: Request, ctx: &mut Context) {
        let Some(rival) = self.theirs.rival.take() else {
            return self.answer(request, Answer::Failed(EngineError::NoConflict), ctx);
        };
        let Arrived { reference, .. } = &rival;
        let answer = Answer::Saved { revision: reference.revision, digest: reference.digest };
        self.is_in_conflict = false;
        self.put_in_place(rival.state.clone(), ctx);
        self.move_to(rival, ctx);
        self.answer(request, answer, ctx);
    }

    fn take_merged(&mut self, text: &[u8], ctx: &mut Context) -> Result<(), EngineError> {
        let content = replica_of(text, Source::Own)?;
        let state = State { content, ..self.tracker.state.clone() };
        self.put_in_place(state, ctx);
        Ok(())
    }
}

/// States of one document that are kept for one decision: more come of editing that never rests.
const STATES_MAX: usize = 8;
