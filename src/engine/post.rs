//! Saves that nobody is at work on: of tabs that died before they were answered, and of documents
//! that were closed. Owns that each is told to the server until it has an answer. Two tabs may tell
//! the same one: it has one key, so the server does it once.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use super::backoff::Backoff;
use super::ids::{Instant, StoreId, Token, engine_of};
use super::net::Net;
use super::parcel::{Parcel, Verdict};
use super::waste::Waste;
use crate::protocol::Response;
use crate::record::{self, BaseRef, Drawer, Entry, Key, Record};

/// Saves that nobody is at work on.
#[derive(Debug, Default)]
pub(crate) struct Post {
    letters: Vec<Letter>,
    search: Search,
    /// When it was last looked for more.
    searched: Option<Instant>,
    /// Records of saves that had their answer: they may still lie there.
    answered: BTreeSet<Key>,
    /// Those that are to go, and were not removed yet.
    pub(crate) waste: Waste,
}

/// A save on its way.
#[derive(Debug)]
struct Letter {
    parcel: Parcel,
    /// The header of its record, of which the base is made.
    origin: Origin,
    /// Where it lies, or may lie; nothing if it was in no store's reach.
    record: Option<(StoreId, Key)>,
    /// Its record is being written.
    storing: Option<Token>,
    sent: Option<(Token, u32)>,
    backoff: Backoff,
}

/// Whose save it is.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) collection: String,
    pub(crate) document: String,
    pub(crate) writer: String,
    pub(crate) schema_version: u32,
}

/// How far the search for saves of the dead is.
#[derive(Debug, Default)]
enum Search {
    #[default]
    Idle,
    Reading {
        waiting: Vec<(Token, StoreId)>,
        found: Vec<(StoreId, Entry)>,
    },
    Listing {
        token: Token,
        found: Vec<(StoreId, Entry)>,
    },
}

/// A save that has its answer.
#[derive(Debug)]
pub(crate) struct Posted {
    pub(crate) origin: Origin,
    pub(crate) record: Option<(StoreId, Key)>,
    /// What it led to; nothing when it was refused.
    pub(crate) base: Option<BaseRef>,
    pub(crate) parcel: Parcel,
}

impl Post {
    /// Whether it is time to look for saves of tabs that have died.
    pub(crate) fn is_search_due(&self, now: Instant) -> bool {
        let is_idle = matches!(self.search, Search::Idle);
        is_idle && self.searched.is_none_or(|at| at.after(SEARCH_MS) <= now)
    }

    /// Something has changed: it is looked for them soon.
    pub(crate) fn hurry(&mut self) {
        self.letters.iter_mut().for_each(|letter| letter.backoff.hurry());
        self.waste.hurry();
        self.searched = None;
    }

    /// The outbox of these stores is being read.
    pub(crate) fn on_search(&mut self, now: Instant, waiting: Vec<(Token, StoreId)>) {
        self.searched = Some(now);
        if !waiting.is_empty() {
            self.search = Search::Reading { waiting, found: Vec::new() };
        }
    }

    /// A store was read, or could not be. When all were, it is asked who is alive.
    pub(crate) fn on_read(&mut self, token: Token, entries: Vec<Entry>) -> bool {
        let Search::Reading { waiting, found } = &mut self.search else { return false };
        let Some(at) = waiting.iter().position(|(own, _)| *own == token) else { return false };
        let (_, store) = waiting.remove(at);
        found.extend(entries.into_iter().map(|entry| (store, entry)));
        waiting.is_empty()
    }

    /// Whether anything was found; then it is asked under this token who is alive.
    pub(crate) fn begin_listing(&mut self, token: Token) -> bool {
        match core::mem::take(&mut self.search) {
            Search::Reading { found, .. } if !found.is_empty() => {
                self.search = Search::Listing { token, found };
                true
            }
            Search::Reading { .. } | Search::Listing { .. } | Search::Idle => false,
        }
    }

    /// Takes up the saves whose writers are dead.
    pub(crate) fn on_writers(&mut self, token: Token, alive: &[String], own: &str) {
        match core::mem::take(&mut self.search) {
            Search::Listing { token: asked, found } if asked == token => {
                for (store, entry) in found {
                    let engine = engine_of(&entry.key.writer);
                    let is_dead = engine != own && !alive.iter().any(|it| it == engine);
                    let is_new = !self.answered.contains(&entry.key);
                    if is_dead && is_new && !self.letters.iter().any(|it| it.lies_at(&entry.key)) {
                        self.take_up(store, &entry);
                    }
                }
            }
            other @ (Search::Idle | Search::Reading { .. } | Search::Listing { .. }) => {
                self.search = other;
            }
        }
    }

    /// A record that cannot be read stays where it is: its draft has what it had.
    fn take_up(&mut self, store: StoreId, entry: &Entry) {
        let Ok(record) = record::decode(&entry.bytes) else { return };
        let header = &record.header;
        let is_its = entry.key.drawer == Drawer::Outbox
            && header.writer == entry.key.writer
            && header.collection == entry.key.collection
            && header.document == entry.key.document;
        if is_its {
            self.add(store, entry.key.clone(), record);
        }
    }

    /// Takes up the save of this record.
    pub(crate) fn add(&mut self, store: StoreId, key: Key, record: Record) {
        let header = &record.header;
        let origin = Origin {
            collection: header.collection.clone(),
            document: header.document.clone(),
            writer: header.writer.clone(),
            schema_version: header.schema_version,
        };
        if let Some(parcel) = Parcel::of(record) {
            self.push(parcel, origin, Some((store, key)), None);
        }
    }

    /// Takes up a save, whose record may still be on its way to the store.
    pub(crate) fn push(
        &mut self,
        parcel: Parcel,
        origin: Origin,
        record: Option<(StoreId, Key)>,
        storing: Option<Token>,
    ) {
        let backoff = Backoff::default();
        self.letters.push(Letter { parcel, origin, record, storing, sent: None, backoff });
    }

    /// The write of a record was answered, stored or not: the save can be sent.
    pub(crate) fn on_stored(&mut self, token: Token) {
        if let Some(letter) = self.letters.iter_mut().find(|it| it.storing == Some(token)) {
            letter.storing = None;
        }
    }

    /// The drafts that these saves were made of are discarded: they are not sent (again). What is
    /// under way cannot be called back.
    pub(crate) fn withdraw(&mut self, keys: impl Iterator<Item = Key>) {
        self.answered.extend(keys);
        self.drop_withdrawn();
    }

    /// Lets go of the saves that were withdrawn while they were under way.
    fn drop_withdrawn(&mut self) {
        let answered = &self.answered;
        self.letters.retain(|letter| letter.sent.is_some() || !letter.is_among(answered));
    }

    /// Whether a save of this document is on its way, or may be.
    pub(crate) fn has(&self, collection: &str, document: &str) -> bool {
        self.searched.is_none()
            || !matches!(self.search, Search::Idle)
            || self.letters.iter().any(|letter| {
                letter.origin.collection == collection && letter.origin.document == document
            })
    }

    /// When something is to be sent next.
    pub(crate) fn due(&self, net: &Net) -> Option<Instant> {
        let waiting = self.letters.iter().filter(|letter| letter.is_waiting());
        let times = waiting.map(|letter| letter.backoff.at().unwrap_or_default());
        times.min().filter(|_| net.can_send())
    }

    /// A save that tells nothing new: its record can go.
    pub(crate) fn take_needless(&mut self) -> Option<Posted> {
        let is_needless = |it: &Letter| it.is_waiting() && it.parcel.call().is_none();
        let at = self.letters.iter().position(is_needless)?;
        Some(self.close(at, None))
    }

    /// The next request that is due, sent under this token.
    pub(crate) fn ask(
        &mut self,
        token: Token,
        now: Instant,
        net: &Net,
    ) -> Option<crate::protocol::Call> {
        let is_due = |letter: &&mut Letter| {
            letter.is_waiting() && !letter.backoff.is_waiting(now) && net.can_send()
        };
        let letter = self.letters.iter_mut().find(is_due)?;
        let call = letter.parcel.call()?;
        letter.sent = Some((token, net.renewals));
        Some(call)
    }

    pub(crate) fn is_asked_by(&self, token: Token) -> bool {
        self.letters.iter().any(|letter| letter.sent.is_some_and(|(own, _)| own == token))
    }

    /// The answer to that; gives back the save when it was the last one.
    pub(crate) fn on_response(
        &mut self,
        token: Token,
        response: &Response,
        now: Instant,
        net: &mut Net,
        effects: &mut super::effect::Effects,
    ) -> Option<Posted> {
        let is_its = |letter: &Letter| letter.sent.is_some_and(|(own, _)| own == token);
        let at = self.letters.iter().position(is_its)?;
        let letter = &mut self.letters[at];
        let (_, renewals) = letter.sent.take()?;
        let verdict = letter.parcel.on_response(response);
        if !matches!(verdict, Verdict::SignIn) {
            net.on_admitted();
        }
        let base = match verdict {
            Verdict::Next => return self.go_on(),
            Verdict::SignIn => {
                net.on_unauthorized(renewals, effects);
                return self.go_on();
            }
            Verdict::Later(refusal) => {
                letter.backoff.on_failure(now, refusal.wait_ms, &net.retry, &mut net.jitter);
                return self.go_on();
            }
            Verdict::Delivered(base) => Some(base),
            // The draft has what it had: whoever opens it is told.
            Verdict::Moved | Verdict::Absent | Verdict::Gone(_) | Verdict::Refused(_) => None,
        };
        Some(self.close(at, base))
    }

    /// Nothing is over yet, unless it was withdrawn meanwhile.
    fn go_on(&mut self) -> Option<Posted> {
        self.drop_withdrawn();
        None
    }

    fn close(&mut self, at: usize, base: Option<BaseRef>) -> Posted {
        let Letter { parcel, origin, record, .. } = self.letters.remove(at);
        self.answered.extend(record.iter().map(|(_, key)| key.clone()));
        Posted { origin, record, base, parcel }
    }

    /// The request did not come back.
    pub(crate) fn on_failed(&mut self, token: Token, now: Instant, net: &mut Net) {
        let is_its = |it: &&mut Letter| it.sent.is_some_and(|(own, _)| own == token);
        if let Some(letter) = self.letters.iter_mut().find(is_its) {
            letter.sent = None;
            letter.backoff.on_failure(now, None, &net.retry, &mut net.jitter);
        }
        self.drop_withdrawn();
    }
}

impl Letter {
    fn is_among(&self, keys: &BTreeSet<Key>) -> bool {
        self.record.as_ref().is_some_and(|(_, own)| keys.contains(own))
    }

    fn lies_at(&self, key: &Key) -> bool {
        self.record.as_ref().is_some_and(|(_, own)| own == key)
    }

    fn is_waiting(&self) -> bool {
        self.sent.is_none() && self.storing.is_none()
    }
}

/// Milliseconds after which it is looked again for saves of tabs that have died.
const SEARCH_MS: u64 = 30_000;
