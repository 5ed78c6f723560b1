//! What of a document is to be kept as a version, who waits for that, and how far it is. Owns the
//! queue of errands, the steps of the first one, and what is known of the versions in a store. Must
//! not know what follows when one is done: that is `archiving.rs`'s and `giving_up.rs`'s.

use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;

use super::archived::Known;
use super::event::{Choice, NewCopy, PageOf};
use super::ids::{Request, StoreId, Token};
use super::tracker::State;
use crate::history::{Added, Kind};
use crate::json::Digest;
use crate::record::{Entry, Key};

/// The errands of a document that concern its versions, done one after the other.
#[derive(Debug, Default)]
pub(crate) struct Archive {
    errands: VecDeque<Errand>,
    /// The number of the newest errand.
    last: u64,
    pub(crate) stage: Stage,
    /// What a store has, as far as it was read or written here. A write that builds on it expects
    /// that it is still so.
    pub(crate) known: Option<Known>,
    /// The greatest number that was ever seen here: none up to it is given again, also when the
    /// stores were emptied.
    pub(crate) seen: u64,
    /// Where the newest version lies that was made here, with everything that was new with it.
    pub(crate) made: Option<(StoreId, Vec<Key>)>,
}

/// Something that was asked for.
#[derive(Debug)]
pub(crate) struct Errand {
    pub(crate) number: u64,
    /// Who waits; nobody for a save, whose requests are the saver's.
    pub(crate) request: Option<Request>,
    pub(crate) task: Task,
    pub(crate) look: Look,
    /// What is to be kept before anything else is done.
    pub(crate) piece: Option<Piece>,
    /// What was kept so far.
    pub(crate) kept: Vec<State>,
    /// A version was made; otherwise there was one already.
    pub(crate) has_made: bool,
    /// How often the stores were read in vain.
    pub(crate) tries: u32,
}

/// What an errand is for.
#[derive(Clone, Debug)]
pub(crate) enum Task {
    /// What is being saved is kept before it becomes the base.
    Save,
    /// The losing sides of a conflict are kept before one is given up.
    Resolve(Choice),
    /// The content is kept before the base takes its place.
    Revert,
    /// The content becomes that of another document.
    Copy(NewCopy),
    /// The versions are listed.
    List(PageOf),
    /// A version is read.
    Read(u64),
}

/// Whether the app's whole value was looked at for the errand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Look {
    Needed,
    Asked,
    Done,
}

/// A state that is to be kept as a version.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) state: State,
    pub(crate) kind: Kind,
    pub(crate) author: String,
    pub(crate) message: String,
    /// Digest of the base that it grew from.
    pub(crate) grew_from: Option<Digest>,
}

impl Piece {
    /// Whether the state is given up when it is kept: then its version is read back first (I8).
    pub(crate) fn is_given_up(&self) -> bool {
        !matches!(self.kind, Kind::Save | Kind::LocalSave)
    }
}

/// How far the first errand is.
#[derive(Debug, Default)]
pub(crate) enum Stage {
    #[default]
    Idle,
    Reading(Reading),
    /// A version is being written.
    Writing {
        token: Token,
        store: StoreId,
        added: Added,
    },
}

/// Records that are being read.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) goal: Goal,
    pub(crate) waiting: Vec<(Token, StoreId)>,
    pub(crate) found: Vec<(StoreId, Entry)>,
    /// Stores that could not be read.
    pub(crate) unread: Vec<StoreId>,
}

/// What records are read for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Goal {
    /// To know which versions there are, in every store.
    Entries,
    /// To know which slices a store has besides.
    Slices(StoreId),
    /// To see that a version can be read again.
    Proof(StoreId, u64),
}

/// What is next for the first errand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Next {
    /// The app's whole value has to be looked at.
    Look,
    /// A state has to be kept.
    Keep,
    /// The stores have to be read.
    Read,
    /// Everything is at hand.
    Decide,
}

impl Archive {
    /// Takes up an errand, and gives back its number.
    pub(crate) fn push(
        &mut self,
        request: Option<Request>,
        task: Task,
        piece: Option<Piece>,
    ) -> u64 {
        self.last += 1;
        let look = if task.must_look() { Look::Needed } else { Look::Done };
        let (kept, number) = (Vec::new(), self.last);
        self.errands.push_back(Errand {
            number,
            request,
            task,
            look,
            piece,
            kept,
            has_made: false,
            tries: 0,
        });
        number
    }

    pub(crate) fn first(&self) -> Option<&Errand> {
        self.errands.front()
    }

    pub(crate) fn first_mut(&mut self) -> Option<&mut Errand> {
        self.errands.front_mut()
    }

    /// Whether a conflict is being decided.
    pub(crate) fn is_resolving(&self) -> bool {
        self.errands.iter().any(|errand| matches!(errand.task, Task::Resolve(_)))
    }

    /// What is next, if nothing is under way.
    pub(crate) fn next(&self) -> Option<Next> {
        let errand = self.errands.front().filter(|_| matches!(self.stage, Stage::Idle))?;
        Some(match (&errand.task, &errand.piece, errand.look) {
            (Task::List(_) | Task::Read(_), _, _) => Next::Read,
            (_, Some(_), _) => Next::Keep,
            (_, None, Look::Needed | Look::Asked) => Next::Look,
            (_, None, Look::Done) => Next::Decide,
        })
    }

    /// The app's whole value was looked at.
    pub(crate) fn on_looked(&mut self) {
        if let Some(errand) = self.errands.front_mut()
            && errand.look == Look::Asked
        {
            errand.look = Look::Done;
        }
    }

    /// Takes the first errand out if the app's value is being looked at for it.
    pub(crate) fn take_looking(&mut self) -> Option<Errand> {
        self.errands.pop_front_if(|errand| errand.look == Look::Asked)
    }

    /// Takes the first errand out: it is done or has failed.
    pub(crate) fn pop(&mut self) -> Option<Errand> {
        self.stage = Stage::Idle;
        self.errands.pop_front()
    }

    /// Takes all errands out: the document is closed.
    pub(crate) fn drain(&mut self) -> VecDeque<Errand> {
        self.stage = Stage::Idle;
        core::mem::take(&mut self.errands)
    }

    /// Nobody wants this errand any more. A version that is being written is written all the same.
    pub(crate) fn withdraw(&mut self, number: u64) {
        let is_first = self.errands.front().is_some_and(|errand| errand.number == number);
        match &self.stage {
            Stage::Writing { .. } if is_first => return,
            Stage::Writing { .. } => {}
            Stage::Reading(_) | Stage::Idle if is_first => self.stage = Stage::Idle,
            Stage::Reading(_) | Stage::Idle => {}
        }
        self.errands.retain(|errand| errand.number != number);
    }

    /// What was to be kept is kept.
    pub(crate) fn on_kept(&mut self, has_made: bool) {
        self.stage = Stage::Idle;
        let Some(errand) = self.errands.front_mut() else { return };
        errand.kept.extend(errand.piece.take().map(|piece| piece.state));
        errand.has_made |= has_made;
        if errand.task.must_look() {
            // What the app has edited meanwhile is not in the version.
            errand.look = Look::Needed;
        }
    }

    /// The first errand begins anew; says whether it may.
    pub(crate) fn try_again(&mut self) -> bool {
        (self.stage, self.known) = (Stage::Idle, None);
        let Some(errand) = self.errands.front_mut() else { return false };
        errand.tries += 1;
        errand.tries < TRIES_MAX
    }

    /// A store was read, or could not be. Gives the reading back when that was the last answer.
    pub(crate) fn on_read(&mut self, token: Token, entries: Option<&[Entry]>) -> Heard {
        let Stage::Reading(reading) = &mut self.stage else { return Heard::Stranger };
        let Some(at) = reading.waiting.iter().position(|(own, _)| *own == token) else {
            return Heard::Stranger;
        };
        let (_, store) = reading.waiting.remove(at);
        match entries {
            Some(entries) => reading.found.extend(entries.iter().map(|it| (store, it.clone()))),
            None if reading.unread.contains(&store) => {}
            None => reading.unread.push(store),
        }
        if !reading.waiting.is_empty() {
            return Heard::Waiting;
        }
        match core::mem::take(&mut self.stage) {
            Stage::Reading(reading) => Heard::All(reading),
            Stage::Idle | Stage::Writing { .. } => Heard::Stranger,
        }
    }

    /// Takes the version out that this token is the answer to.
    pub(crate) fn take_writing(&mut self, token: Token) -> Option<(StoreId, Added)> {
        match core::mem::take(&mut self.stage) {
            Stage::Writing { token: own, store, added } if own == token => Some((store, added)),
            other @ (Stage::Idle | Stage::Reading(_) | Stage::Writing { .. }) => {
                self.stage = other;
                None
            }
        }
    }

    /// A store was found to lack what it had.
    pub(crate) fn forget(&mut self, store: StoreId) {
        self.known.take_if(|known| known.store == store);
    }
}

/// What an answer to a reading was.
#[derive(Debug)]
pub(crate) enum Heard {
    /// To something else.
    Stranger,
    /// Not the last one.
    Waiting,
    /// The last one.
    All(Reading),
}

impl Task {
    /// Whether the app's whole value has to be looked at before: it is replaced, or copied.
    fn must_look(&self) -> bool {
        match self {
            Task::Resolve(Choice::Theirs | Choice::Content(_)) | Task::Revert | Task::Copy(_) => {
                true
            }
            Task::Resolve(Choice::Mine) | Task::Save | Task::List(_) | Task::Read(_) => false,
        }
    }
}

/// How often an errand begins anew because another tab came first.
const TRIES_MAX: u32 = 8;
