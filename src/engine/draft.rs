//! The draft of one document: which record is known to be committed, what is on its way, and what
//! a store confirmed. Owns the chain of records; it must not know when to write (`debounce.rs`) or
//! what the content is (`tracker.rs`).

use alloc::string::String;
use alloc::vec::Vec;

use super::context::Context;
use super::defect::Defect;
use super::health::Survives;
use super::ids::{StoreId, Token};
use super::ledger::{BaseTrace, Extent, Ledger, Origin, Trace};
use super::log::Log;
use super::retry::Retry;
use super::tracker::State;
use crate::record::{Digest, Drawer, Key};

/// The draft of one document.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    /// The last sequence that was used.
    pub(crate) sequence: u64,
    /// The newest record that is known to be committed in the active store.
    pub(crate) committed: Option<Committed>,
    /// The one thing that is being done in a store.
    pub(crate) step: Option<Step>,
    /// Writes that nothing waits for: those of an exit, and those to a store that was left.
    pub(crate) late: Vec<Sent>,
    pub(crate) log: Log,
    pub(crate) ledger: Ledger,
    /// The newest edit that a store confirmed.
    pub(crate) stored: u64,
    /// The newest edit that a store confirmed which survives more than memory does.
    pub(crate) firm: u64,
    /// The newest edit that a store confirmed to be on disk.
    pub(crate) flushed: u64,
    /// Deltas since the record that the chain begins with, and their bytes.
    pub(crate) deltas: u32,
    pub(crate) delta_bytes: usize,
    pub(crate) retry: Retry,
    /// The store whose drafts of this document were looked through last, until something is
    /// removed there.
    pub(crate) surveyed: Option<StoreId>,
    /// How often the page was hidden.
    pub(crate) absences: u32,
    /// How often it had been hidden when the whole was last written by a page in view. What was
    /// written before may have been taken over, and be removed at any time, by another tab that
    /// counted this one as dead: no delta builds on it.
    pub(crate) whole_since: u32,
    /// The committed record has to be looked for: the page was hidden.
    pub(crate) is_unseen: bool,
    /// The base was read back since a record of this draft was last written. A store may lose it at
    /// any time, and nobody says so.
    pub(crate) is_base_seen: bool,
}

/// A record that is known to be committed.
#[derive(Clone, Debug)]
pub(crate) struct Committed {
    pub(crate) key: Key,
    pub(crate) checksum: Digest,
    pub(crate) change: u64,
    /// Digest of the content.
    pub(crate) digest: Digest,
    /// Where the edits after it begin in the log.
    pub(crate) position: u64,
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    /// Where the chain begins.
    pub(crate) root: Root,
    /// A strict write stored it where the disk keeps it.
    pub(crate) is_flushed: bool,
}

/// The record that a chain begins with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Root {
    /// A base record, and no delta on it is confirmed yet.
    Base,
    /// A base record that a confirmed delta builds on.
    BaseInUse,
    /// A checkpoint that was not read back yet, by its sequence and checksum.
    Checkpoint(u64, Digest),
    /// A checkpoint that was read back, by its sequence.
    Verified(u64),
}

/// The one thing that is being done in a store.
#[allow(clippy::large_enum_variant, reason = "a document has one step at a time")]
#[derive(Debug)]
pub(crate) enum Step {
    /// Records are being written.
    Write(Sent),
    /// A record is being read back.
    Verify { token: Token, store: StoreId, key: Key, checksum: Digest, target: Target },
    /// The drafts of other writers are being looked through for the bases that they need.
    Survey { token: Token, store: StoreId },
    /// Bases that no draft needs wait for the answer to which writers are alive.
    Census { token: Token, store: StoreId, keys: Vec<Key> },
    /// Records are being removed.
    Clean { token: Token, store: StoreId, keys: Vec<Key>, extent: Extent },
}

/// What a record is read back for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Target {
    /// The checkpoint that the chain begins with.
    Checkpoint,
    /// The base, before the draft goes.
    Base,
    /// The committed record, after the page was hidden.
    Committed,
}

/// A write that was sent.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) token: Token,
    pub(crate) store: StoreId,
    pub(crate) is_strict: bool,
    /// The base record that goes with it.
    pub(crate) base: Option<BaseTrace>,
    /// The record that it expects to be there.
    pub(crate) expected: Option<Key>,
    /// The draft record; nothing when only a base was sent.
    pub(crate) record: Option<Committed>,
    /// The draft record is whole.
    pub(crate) is_whole: bool,
    /// How often the page had been hidden.
    pub(crate) absences: u32,
    pub(crate) bytes: usize,
}

impl Committed {
    /// Whether this state is what the record leads to.
    pub(crate) fn holds(&self, state: &State) -> bool {
        self.digest == state.content.digest()
            && self.title == state.title
            && self.description == state.description
    }
}

impl Step {
    pub(crate) fn token(&self) -> Token {
        match self {
            Step::Write(sent) => sent.token,
            Step::Verify { token, .. }
            | Step::Survey { token, .. }
            | Step::Census { token, .. }
            | Step::Clean { token, .. } => *token,
        }
    }
}

impl Draft {
    /// Whether another tab may have taken over what was written.
    pub(crate) fn is_suspect(&self) -> bool {
        self.whole_since < self.absences
    }

    /// Takes the step back if it is the one that this token answers.
    pub(crate) fn take_step(&mut self, token: Token) -> Option<Step> {
        self.step.take_if(|step| step.token() == token)
    }

    /// Takes a write back that nothing waits for.
    pub(crate) fn take_late(&mut self, token: Token) -> Option<Sent> {
        let at = self.late.iter().position(|sent| sent.token == token)?;
        Some(self.late.remove(at))
    }

    /// The store that a write was sent to.
    pub(crate) fn store_of(&self, token: Token) -> Option<StoreId> {
        let late = self.late.iter().find(|sent| sent.token == token).map(|sent| sent.store);
        late.or(match self.step.as_ref().filter(|step| step.token() == token)? {
            Step::Write(sent) => Some(sent.store),
            Step::Clean { store, .. } => Some(*store),
            Step::Verify { .. } | Step::Survey { .. } | Step::Census { .. } => None,
        })
    }

    /// A store that survives this much has everything up to an edit.
    pub(crate) fn claim(&mut self, change: u64, survives: Survives) {
        self.stored = self.stored.max(change);
        if survives > Survives::None {
            self.firm = self.firm.max(change);
        }
    }

    /// No record is left of what was claimed.
    pub(crate) fn claim_nothing(&mut self) {
        (self.stored, self.firm, self.flushed) = (0, 0, 0);
    }

    /// Whether a record is being removed, or was.
    fn is_going(&self, key: &Key) -> bool {
        let is_named = |step: &Step| match step {
            Step::Clean { keys, .. } => keys.contains(key),
            Step::Write(_) | Step::Verify { .. } | Step::Survey { .. } | Step::Census { .. } => {
                false
            }
        };
        self.step.as_ref().is_some_and(is_named) || !self.ledger.has(key)
    }

    /// Whether recovery leads to this state: the record holds it, and none that was sent after it
    /// can come before it. A write that failed may have been stored all the same.
    pub(crate) fn leads_to(&self, record: &Committed, state: &State) -> bool {
        record.key.drawer == Drawer::Draft
            && record.holds(state)
            && self.ledger.newest_own().is_none_or(|newest| newest <= record.key.sequence)
    }

    /// A write is complete.
    pub(crate) fn on_wrote(&mut self, sent: Sent, ctx: &mut Context) {
        ctx.stores.on_wrote(sent.store);
        self.retry.clear();
        if let Some(base) = sent.base {
            self.ledger.add_base(base);
        }
        if sent.is_strict {
            self.ledger.mark_flushed(sent.store);
        }
        let record = sent.record.filter(|record| !self.is_going(&record.key));
        let Some(mut record) = record else { return };
        self.claim(record.change, ctx.stores.options(sent.store).survives);
        let is_strict = sent.is_strict || ctx.has_defect(Defect::RelaxedIsFlushed);
        record.is_flushed =
            is_strict && ctx.stores.options(sent.store).survives == Survives::Device;
        if record.is_flushed {
            self.flushed = self.flushed.max(record.change);
        }
        let is_newer = |old: &Committed| {
            old.key.drawer == Drawer::Base || old.key.sequence < record.key.sequence
        };
        let is_here = ctx.stores.active() == Some(sent.store);
        if is_here
            && record.key.drawer == Drawer::Draft
            && self.committed.as_ref().is_none_or(is_newer)
        {
            self.log.forget_before(record.position);
            if sent.is_whole {
                self.whole_since = self.whole_since.max(sent.absences);
                (self.deltas, self.delta_bytes) = (0, 0);
            } else {
                self.deltas += 1;
                self.delta_bytes += sent.bytes;
            }
            self.committed = Some(record);
        }
    }

    /// The committed record is gone, and with it everything that a store confirmed: the next
    /// record is whole.
    pub(crate) fn on_vanished(&mut self) {
        if self.committed.take().is_some() {
            self.claim_nothing();
        }
    }

    /// Drafts go to another store from here on. What is on its way is not waited for.
    pub(crate) fn on_switched(&mut self, survives: Survives) {
        self.committed = None;
        if survives > Survives::None {
            // What only memory has is not stored in the eyes of a better store.
            self.stored = self.stored.min(self.firm);
        }
        self.retry.clear();
        match self.step.take() {
            Some(Step::Write(sent)) => self.late.push(sent),
            Some(
                Step::Verify { .. }
                | Step::Survey { .. }
                | Step::Census { .. }
                | Step::Clean { .. },
            )
            | None => {}
        }
    }

    /// Notes that a record may lie in a store from here on.
    pub(crate) fn trace(&mut self, store: StoreId, key: Key, sequence: u64) {
        self.ledger.add(Trace { store, key, sequence, origin: Origin::Own });
    }
}

/// The key of a document's record in a drawer.
pub(crate) fn key_of(drawer: Drawer, name: (&str, &str), writer: &str, sequence: u64) -> Key {
    Key {
        drawer,
        collection: name.0.into(),
        document: name.1.into(),
        writer: writer.into(),
        sequence,
    }
}
