//! What the server has of a document, as far as it is known here: fetched, on its way, or only
//! announced. Owns when it is fetched; what becomes of it is `arrival.rs`'s. Announcements are
//! hints: what counts is what is fetched.

use super::backoff::Backoff;
use super::ids::{Instant, Token};
use super::net::Net;
use super::tracker::State;
use crate::protocol::{Epoch, Position};
use crate::record::BaseRef;

/// What the server has of a document.
#[derive(Debug, Default)]
pub(crate) struct Theirs {
    /// It has to be fetched.
    is_wanted: bool,
    /// It is being fetched, since so many renewals of the token.
    fetch: Option<(Token, u32)>,
    /// What is being fetched is from before a save of our own.
    is_void: bool,
    backoff: Backoff,
    /// What was fetched, and is not compared with what is here yet.
    pub(crate) arrived: Option<Arrived>,
    /// The whole value was looked at for that: one that was changed in place is not replaced.
    pub(crate) is_verified: bool,
    /// What was fetched, and is of an older schema version.
    pub(crate) older: Option<Older>,
    /// What was found in a store, and is of an older schema version.
    pub(crate) unmigrated: Option<(u32, Arrived)>,
    /// The life of the server that has just confirmed a save.
    pub(crate) confirmed_by: Option<Epoch>,
    /// The state that was announced last.
    head: Option<Position>,
    /// What was fetched and cannot be taken without a decision.
    pub(crate) rival: Option<Arrived>,
    /// It is one of the base itself: no edit has to be taken back for it.
    pub(crate) is_rival_of_base: bool,
}

/// A state that the server has.
#[derive(Clone, Debug)]
pub(crate) struct Arrived {
    pub(crate) reference: BaseRef,
    pub(crate) state: State,
    /// An older version of the app saved it: it was brought to the schema version of this engine.
    pub(crate) is_migrated: bool,
}

/// A state that is being brought to the schema version of this engine.
#[derive(Debug)]
pub(crate) struct Older {
    pub(crate) token: Token,
    /// The version that it follows so far.
    pub(crate) version: u32,
    pub(crate) arrived: Arrived,
}

impl Theirs {
    /// It has to be fetched.
    pub(crate) fn want(&mut self) {
        self.is_wanted = true;
        self.backoff.hurry();
    }

    /// It is here, and has to be compared.
    pub(crate) fn arrive(&mut self, arrived: Arrived) {
        (self.arrived, self.is_verified) = (Some(arrived), false);
    }

    /// What was in conflict has to be compared once more.
    pub(crate) fn compare_again(&mut self) {
        if let Some(rival) = self.rival.take() {
            self.arrive(rival);
        }
    }

    /// It has to be fetched if so.
    pub(crate) fn want_if(&mut self, is_wanted: bool) {
        if is_wanted {
            self.want();
        }
    }

    /// Whether what was fetched waits to be compared, or is about to come.
    pub(crate) fn is_pending(&self) -> bool {
        let is_coming = self.is_wanted || self.fetch.is_some() || self.older.is_some();
        self.arrived.is_some() || is_coming
    }

    /// Whether something newer is known of and not here yet.
    pub(crate) fn is_behind(&self) -> bool {
        self.is_pending()
    }

    pub(crate) fn is_fetched_by(&self, token: Token) -> bool {
        self.fetch.is_some_and(|(own, _)| own == token)
    }

    /// Whether it has to be fetched now.
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        self.is_wanted && self.fetch.is_none() && !self.backoff.is_waiting(now)
    }

    /// When it wants to be fetched next, if not at once.
    pub(crate) fn at(&self) -> Option<Instant> {
        let is_waiting = self.is_wanted && self.fetch.is_none();
        is_waiting.then(|| self.backoff.at().unwrap_or_default())
    }

    pub(crate) fn on_sent(&mut self, token: Token, renewals: u32) {
        (self.fetch, self.is_wanted) = (Some((token, renewals)), false);
        self.is_void = false;
    }

    /// A save of our own was confirmed: what was asked before then is asked again, if it still
    /// matters.
    pub(crate) fn on_saved(&mut self) {
        self.is_void = self.fetch.is_some();
        self.arrived = None;
    }

    /// Whether the answer that has come is from before a save of our own.
    pub(crate) fn take_void(&mut self) -> bool {
        core::mem::take(&mut self.is_void)
    }

    /// The request came back; says after how many renewals it was made.
    pub(crate) fn on_answered(&mut self) -> u32 {
        self.fetch.take().map_or(0, |(_, renewals)| renewals)
    }

    pub(crate) fn on_failed(&mut self, now: Instant, server_ms: Option<u64>, net: &mut Net) {
        self.fetch = None;
        self.is_wanted = true;
        self.backoff.on_failure(now, server_ms, &net.retry, &mut net.jitter);
    }

    /// How often it could not be fetched since it was.
    pub(crate) fn failures(&self) -> u32 {
        self.backoff.failures()
    }

    pub(crate) fn on_admitted(&mut self) {
        self.backoff.clear();
    }

    /// What was failing is tried again at once.
    pub(crate) fn hurry(&mut self) {
        self.backoff.hurry();
    }

    /// This state was announced.
    pub(crate) fn on_head(&mut self, position: Position) {
        self.head = Some(position);
    }

    /// Whether a state that was fetched is older than one that was announced: a cache answered
    /// (W9).
    pub(crate) fn is_stale(&self, reference: &BaseRef) -> bool {
        self.head.is_some_and(|head| is_ahead(&head, reference))
    }

    /// This is the base: if it is what was announced, nothing is to be fetched.
    pub(crate) fn on_base(&mut self, reference: &BaseRef) {
        // An answer that was repeated tells of an earlier state than the one that was announced.
        self.is_wanted = match self.head {
            Some(head) if is_at(&head, reference) => false,
            Some(head) => self.is_wanted || is_ahead(&head, reference),
            None => self.is_wanted,
        };
        self.rival.take_if(|rival| rival.reference.revision <= reference.revision);
    }

    /// What was fetched is no more.
    pub(crate) fn forget(&mut self) {
        (self.arrived, self.rival, self.is_wanted) = (None, None, false);
        (self.older, self.unmigrated) = (None, None);
    }

    /// What the numbers of before say counts no more: the server has begun another life.
    pub(crate) fn forget_head(&mut self) {
        self.head = None;
    }
}

/// Whether a position comes after this base.
fn is_ahead(position: &Position, base: &BaseRef) -> bool {
    position.revision.value() > base.revision
        || position.metadata_revision.value() > base.metadata_revision
}

/// Whether a position names this base.
pub(crate) fn is_at(position: &Position, base: &BaseRef) -> bool {
    position.revision.value() == base.revision
        && position.metadata_revision.value() == base.metadata_revision
        && position.digest == Some(base.digest)
}
