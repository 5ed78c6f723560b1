//! Which of the tabs asks the server for all of them. Owns what is known of the lease, and when it
//! is looked at, taken, confirmed and given back; `leading.rs` reads and writes it. The lease only
//! saves requests: where there is none, every tab asks for itself, and nothing is lost when two
//! hold it for a moment. A holder that was frozen learns from the epoch that it was replaced.

use alloc::string::String;

use super::ids::{Instant, StoreId, Token};
use crate::record::{Digest, Key};

/// What a tab knows of the lease.
#[derive(Debug, Default)]
pub(crate) struct Tabs {
    stage: Stage,
    /// The newest sign of life of any holder.
    seen: Sign,
    /// When that came; nothing before the lease was looked at.
    heard: Option<Instant>,
    /// A newer version of the app has written the lease.
    is_barred: bool,
}

#[derive(Debug, Default)]
enum Stage {
    /// Somebody else may hold it.
    #[default]
    Idle,
    /// The lease is being read.
    Reading(Token),
    /// It is being asked whether the holder is alive.
    Listing(Token, Slot),
    /// It is being taken.
    Claiming(Token, Held),
    /// It is held here.
    Leading(Held),
}

/// A sign of life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Sign {
    pub(crate) epoch: u64,
    pub(crate) beat: u64,
    pub(crate) news: u64,
}

/// The slot of the lease, as it was read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Slot {
    Empty,
    /// Nothing can be read in it; this is what a write over it expects.
    Rubbish(Expected),
    /// A newer version of the app wrote it.
    Newer,
    Lease {
        holder: String,
        is_held: bool,
        sign: Sign,
        checksum: Digest,
    },
}

/// The lease in the hand of this tab.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) store: StoreId,
    pub(crate) sign: Sign,
    /// What the slot holds as far as is known.
    pub(crate) expected: Expected,
    /// What is being written.
    writing: Option<(Token, Digest)>,
    /// When the store last confirmed it.
    confirmed: Instant,
    /// When the next sign of life is due.
    next: Instant,
}

/// What the slot has to hold for a write to be done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Expected {
    Nothing,
    /// A record with this checksum.
    Record(Digest),
    /// Whatever is there: it is too short to be a record.
    Anything,
}

/// What is to be done about the lease.
#[derive(Debug, PartialEq)]
pub(crate) enum Todo {
    Nothing,
    Look,
    Beat,
}

/// What a reading of the lease comes to.
#[derive(Debug, PartialEq)]
pub(crate) enum Found {
    /// Somebody holds it and is at work.
    Taken,
    /// It is to be asked whether the holder is alive.
    Doubt(Slot),
    /// It can be had: under this sign, where the slot ends like this.
    Free(Sign, Expected),
    /// It is held here: a write that was said to have failed was stored.
    Own(Sign, Digest),
}

impl Tabs {
    /// Whether this tab asks the server for all. Only as long as the store has confirmed it: one
    /// that was frozen may have been replaced.
    pub(crate) fn leads(&self, now: Instant) -> bool {
        match &self.stage {
            Stage::Leading(held) => held.confirmed.after(SILENCE_MS) > now,
            Stage::Idle | Stage::Reading(_) | Stage::Listing(..) | Stage::Claiming(..) => false,
        }
    }

    /// Whether no lease can be had, so that every tab asks for itself.
    pub(crate) fn is_barred(&self) -> bool {
        self.is_barred
    }

    /// How much a holder has learned from the server, as far as this tab has heard.
    pub(crate) fn seen_news(&self) -> Option<u64> {
        (self.seen.epoch > 0).then_some(self.seen.news)
    }

    /// When there is something to do about the lease; `wants` says whether this tab would take it.
    pub(crate) fn due(&self, wants: bool) -> Option<Instant> {
        match &self.stage {
            Stage::Idle if wants => {
                Some(self.heard.map(|at| at.after(SILENCE_MS)).unwrap_or_default())
            }
            Stage::Leading(held) if held.writing.is_none() => Some(held.next),
            Stage::Idle
            | Stage::Leading(_)
            | Stage::Reading(_)
            | Stage::Listing(..)
            | Stage::Claiming(..) => None,
        }
    }

    pub(crate) fn todo(&self, now: Instant, wants: bool) -> Todo {
        if self.due(wants).is_none_or(|due| due > now) {
            return Todo::Nothing;
        }
        match &self.stage {
            Stage::Leading(_) => Todo::Beat,
            Stage::Idle | Stage::Reading(_) | Stage::Listing(..) | Stage::Claiming(..) => {
                Todo::Look
            }
        }
    }

    pub(crate) fn on_looking(&mut self, token: Token) {
        self.stage = Stage::Reading(token);
    }

    /// The lease was read, and says this.
    pub(crate) fn on_slot(&mut self, token: Token, slot: Slot, own: &str, now: Instant) -> Found {
        match &self.stage {
            Stage::Reading(asked) if *asked == token => self.stage = Stage::Idle,
            Stage::Idle
            | Stage::Leading(_)
            | Stage::Reading(_)
            | Stage::Listing(..)
            | Stage::Claiming(..) => return Found::Taken,
        }
        let is_first = self.heard.replace(now).is_none();
        let before = self.seen;
        match slot {
            Slot::Empty => Found::Free(before.next(), Expected::Nothing),
            Slot::Rubbish(expected) => Found::Free(before.next(), expected),
            Slot::Newer => {
                self.is_barred = true;
                Found::Taken
            }
            Slot::Lease { ref holder, is_held, sign, checksum } => {
                self.seen = before.max(sign);
                let is_silent = !is_first && sign <= before;
                match (is_held, holder == own) {
                    (true, true) => Found::Own(sign, checksum),
                    (true, false) if is_first => Found::Doubt(slot),
                    (true, false) if !is_silent => Found::Taken,
                    (true | false, _) => Found::Free(self.seen.next(), Expected::Record(checksum)),
                }
            }
        }
    }

    pub(crate) fn on_listing(&mut self, token: Token, slot: Slot) {
        self.stage = Stage::Listing(token, slot);
    }

    /// Which writers are alive: what a dead one held can be had.
    pub(crate) fn on_writers(&mut self, token: Token, alive: &[String]) -> Found {
        match core::mem::take(&mut self.stage) {
            Stage::Listing(asked, Slot::Lease { holder, checksum, .. }) if asked == token => {
                match alive.contains(&holder) {
                    true => Found::Taken,
                    false => Found::Free(self.seen.next(), Expected::Record(checksum)),
                }
            }
            other @ (Stage::Idle
            | Stage::Leading(_)
            | Stage::Reading(_)
            | Stage::Listing(..)
            | Stage::Claiming(..)) => {
                self.stage = other;
                Found::Taken
            }
        }
    }

    /// The lease is being taken.
    pub(crate) fn on_claiming(&mut self, token: Token, held: Held) {
        self.stage = Stage::Claiming(token, held);
    }

    /// It is held here already.
    pub(crate) fn resume(&mut self, store: StoreId, sign: Sign, checksum: Digest, now: Instant) {
        // What was learned meanwhile was told to nobody.
        let sign = Sign { news: sign.news + 1, ..sign };
        self.stage = Stage::Leading(Held::new(store, sign, Expected::Record(checksum), now));
    }

    /// The lease, for the next sign of life.
    pub(crate) fn held_mut(&mut self) -> Option<&mut Held> {
        match &mut self.stage {
            Stage::Leading(held) => Some(held),
            Stage::Idle | Stage::Reading(_) | Stage::Listing(..) | Stage::Claiming(..) => None,
        }
    }

    /// A write of the lease is stored; says whether this tab has just become the holder.
    pub(crate) fn on_wrote(&mut self, token: Token, now: Instant) -> bool {
        match &mut self.stage {
            Stage::Claiming(asked, held) if *asked == token => {
                let mut held = held.clone();
                held.confirm(now);
                self.seen = self.seen.max(held.sign);
                self.stage = Stage::Leading(held);
                true
            }
            Stage::Leading(held) if held.writing.is_some_and(|(asked, _)| asked == token) => {
                held.confirm(now);
                self.seen = self.seen.max(held.sign);
                false
            }
            Stage::Idle
            | Stage::Leading(_)
            | Stage::Reading(_)
            | Stage::Listing(..)
            | Stage::Claiming(..) => false,
        }
    }

    /// A write of the lease failed; `is_moved` if somebody else was faster. Says whether this tab
    /// has just lost it.
    pub(crate) fn on_write_failed(&mut self, token: Token, is_moved: bool, now: Instant) -> bool {
        match &mut self.stage {
            Stage::Claiming(asked, _) if *asked == token => {
                (self.stage, self.heard) = (Stage::Idle, Some(now));
                false
            }
            Stage::Leading(held) if held.writing.is_some_and(|(asked, _)| asked == token) => {
                held.writing = None;
                held.next = now.after(BEAT_MS);
                let is_lost = is_moved || held.confirmed.after(SILENCE_MS) <= now;
                if is_lost {
                    // It may be this tab's own write, said to have failed before: it is looked at.
                    // One that was confirmed just now is not: the store refuses without a reason,
                    // and would be asked without end.
                    let is_recent = held.confirmed.after(BEAT_MS) > now;
                    (self.stage, self.heard) = (Stage::Idle, is_recent.then_some(now));
                }
                is_lost
            }
            Stage::Idle
            | Stage::Leading(_)
            | Stage::Reading(_)
            | Stage::Listing(..)
            | Stage::Claiming(..) => false,
        }
    }

    /// What was asked of the store or of the browser was not answered.
    pub(crate) fn on_unanswered(&mut self, now: Instant) {
        match &self.stage {
            Stage::Reading(_) | Stage::Listing(..) => {
                (self.stage, self.heard) = (Stage::Idle, Some(now));
            }
            Stage::Idle | Stage::Leading(_) | Stage::Claiming(..) => {}
        }
    }

    /// A holder gave a sign of life. Those that come late or twice say nothing new.
    pub(crate) fn on_sign(&mut self, sign: Sign, now: Instant, is_fenced: bool) -> Heard {
        if (sign.epoch, sign.beat) <= (self.seen.epoch, self.seen.beat) {
            return Heard::default();
        }
        let is_news = self.seen_news().is_some_and(|news| news != sign.news);
        (self.seen, self.heard) = (sign, Some(now));
        let is_later = self.held_mut().is_some_and(|held| held.sign.epoch < sign.epoch);
        let is_deposed = is_later && is_fenced;
        if is_deposed {
            self.stage = Stage::Idle;
        }
        Heard { is_news, is_deposed }
    }

    /// The holder of this epoch has stopped: the lease is looked at once.
    pub(crate) fn on_resigned(&mut self, epoch: u64) {
        if self.held_mut().is_none() && epoch >= self.seen.epoch {
            self.heard = None;
        }
    }

    /// Something new was learned from the server: the next sign of life says so, at once.
    pub(crate) fn on_news(&mut self, now: Instant) {
        if let Some(held) = self.held_mut() {
            held.sign.news += 1;
            held.next = now;
        }
    }

    /// The page is hidden: the lease is given back, if it is held.
    pub(crate) fn resign(&mut self, now: Instant) -> Option<Held> {
        match core::mem::take(&mut self.stage) {
            Stage::Leading(held) => {
                self.heard = Some(now);
                Some(held)
            }
            Stage::Idle | Stage::Reading(_) | Stage::Listing(..) | Stage::Claiming(..) => None,
        }
    }
}

/// What a sign of life told.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Heard {
    /// Something new is known of the server.
    pub(crate) is_news: bool,
    /// This tab is not the holder any more.
    pub(crate) is_deposed: bool,
}

impl Expected {
    /// What a write over something that cannot be read expects: stores compare the end.
    pub(crate) fn end_of(bytes: &[u8]) -> Expected {
        bytes.last_chunk().map_or(Expected::Anything, |end| Expected::Record(*end))
    }

    /// As a batch puts it.
    pub(crate) fn of(self, key: &Key) -> Option<(Key, Option<Digest>)> {
        match self {
            Expected::Nothing => Some((key.clone(), None)),
            Expected::Record(checksum) => Some((key.clone(), Some(checksum))),
            Expected::Anything => None,
        }
    }
}

impl Sign {
    /// The first of the next holder. Whoever hears of it looks at the server once: the holder
    /// before may have kept to itself what it learned last.
    fn next(self) -> Sign {
        Sign { epoch: self.epoch + 1, beat: 1, news: self.news + 1 }
    }
}

impl Held {
    pub(crate) fn new(store: StoreId, sign: Sign, expected: Expected, now: Instant) -> Held {
        Held { store, sign, expected, writing: None, confirmed: now, next: now }
    }

    /// This is being written.
    pub(crate) fn on_writing(&mut self, token: Token, checksum: Digest, now: Instant) {
        self.writing = Some((token, checksum));
        self.next = now.after(BEAT_MS);
    }

    fn confirm(&mut self, now: Instant) {
        if let Some((_, checksum)) = self.writing.take() {
            self.expected = Expected::Record(checksum);
        }
        self.confirmed = now;
    }
}

/// Milliseconds between two signs of life.
const BEAT_MS: u64 = 5_000;
/// Milliseconds of silence after which a holder is taken for frozen or gone.
const SILENCE_MS: u64 = 15_000;
