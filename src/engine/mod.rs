//! The engine: a pure state machine that turns events into effects. One engine is one tab. Time,
//! ids and randomness arrive as arguments; app values never enter, only their text. The rule of
//! use: hand over one event, then take effects until there are none. Adapters carry the effects
//! out and answer them with events. What the app can see is the status of a document, the health
//! of the stores, and the answers to its requests.
#![deny(clippy::wildcard_enum_match_arm)]

mod answers;
mod archive;
mod archived;
mod archiving;
mod arrival;
mod autosave;
mod backoff;
mod classify;
mod clearing;
mod config;
mod conflict;
mod context;
mod copying;
mod debounce;
mod deciding;
mod defect;
mod delivering;
mod dispatch;
mod document;
mod draft;
mod effect;
mod error;
mod event;
mod feed;
mod fetching;
mod giving_up;
mod heads;
mod health;
mod hint;
mod ids;
mod inquiries;
mod inquiry;
mod keeping;
mod leading;
mod leaving;
mod ledger;
mod log;
mod migrating;
mod net;
mod notice;
mod opening;
mod outcome;
mod parcel;
mod parts;
mod pattern;
mod post;
mod posting;
mod requests;
mod retry;
mod saver;
mod saving;
mod showing;
mod status;
mod stores;
mod syncing;
mod tabs;
mod theirs;
mod tracker;
mod waste;
mod writing;

pub use config::{
    Autosave, CollectionOptions, Config, ConfigError, DraftTimes, Options, Preset, Recovery,
    RemoteOptions, RetryOptions, StoreOptions,
};
pub use conflict::{ConflictView, Side};
#[cfg(feature = "defects")]
pub use defect::Defect;
pub use effect::{Answer, Batch, Durability, Effect, Opened};
pub use error::{EngineError, NetError, StoreError};
pub use event::{
    ArrivedBase, Capture, Choice, DraftName, DraftState, DraftSummary, Event, NewCopy, PageOf,
};
pub use health::{Health, Survives};
pub use hint::Hint;
pub use ids::{DocumentId, Instant, Now, Request, StoreId, Token};
pub use notice::Notice;
pub use parts::{PartState, PartStatus};
pub use status::{DraftTrack, SaveTrack, Status, SyncTrack};

pub use crate::protocol::{Excess, Limited, Limits};

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

use context::Owner;
use document::Document;
use effect::Effects;
use feed::Feed;
use inquiry::Inquiry;
use net::Net;
use post::Post;
use stores::Stores;
use tabs::Tabs;

/// The engine of one tab.
///
/// ```
/// use keepfast::engine::{Config, Effect, Engine, Event, Now, Options, StoreOptions, Survives};
///
/// let device = StoreOptions { survives: Survives::Device, expects: true, takes_tail: false };
/// let options = Options {
///     workspace: "acme".into(),
///     writer: "x8Kd02mPq7_a".into(),
///     stores: vec![device],
///     ..Options::default()
/// };
/// let mut engine = Engine::new(Config::parse(options)?, Now::default());
/// while let Some(effect) = engine.poll_effect() {
///     // An adapter carries the effect out; its answer is the next event.
///     if let Effect::OpenStore { store } = effect {
///         engine.handle_event(Event::StoreOpened { store }, Now::default());
///     }
/// }
/// assert_eq!(engine.health().survives, Survives::Device);
/// # Ok::<(), keepfast::engine::ConfigError>(())
/// ```
#[derive(Debug)]
pub struct Engine {
    config: Config,
    effects: Effects,
    stores: Stores,
    net: Net,
    feed: Feed,
    post: Post,
    tabs: Tabs,
    documents: BTreeMap<DocumentId, Document>,
    /// Open documents by collection and id.
    names: BTreeMap<(String, String), DocumentId>,
    /// How often each document was opened.
    openings: BTreeMap<(String, String), u32>,
    inquiries: BTreeMap<u64, Inquiry>,
    /// Who waits for which answer.
    awaited: BTreeMap<Token, Owner>,
    /// Documents that another tab saved while they were being opened here.
    rumours: BTreeSet<(String, String)>,
    /// Documents that were opened in the event at hand. The app has to hear of one before it is
    /// asked for its value.
    fresh: Vec<DocumentId>,
    /// Documents whose capture the exit write waits for.
    leaving: BTreeSet<DocumentId>,
    shown_health: Option<Health>,
    last_document: u32,
    /// Documents that were open and are not any more.
    endings: u64,
    last_inquiry: u64,
    /// Bases written for saves that nobody was at work on.
    last_posted: u64,
    /// Events that answered nothing.
    strays: u64,
    now: Now,
}

impl Engine {
    /// An engine that begins by asking for every store to be opened.
    pub fn new(config: Config, now: Now) -> Engine {
        let mut effects = Effects::default();
        let stores = Stores::new(&config.stores, &mut effects);
        Engine {
            net: Net::new(config.remote, config.retry, &config.writer),
            feed: Feed::new(&config.workspace),
            post: Post::default(),
            tabs: Tabs::default(),
            config,
            effects,
            stores,
            documents: BTreeMap::new(),
            names: BTreeMap::new(),
            openings: BTreeMap::new(),
            inquiries: BTreeMap::new(),
            awaited: BTreeMap::new(),
            rumours: BTreeSet::new(),
            fresh: Vec::new(),
            leaving: BTreeSet::new(),
            shown_health: None,
            last_document: 0,
            endings: 0,
            last_inquiry: 0,
            last_posted: 0,
            strays: 0,
            now,
        }
    }

    /// The next thing to do, until there is none.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop()
    }

    /// When `TimerFired` is wanted next; nothing when only events can change anything.
    pub fn next_wakeup(&self) -> Option<Instant> {
        let documents = self.documents.values().filter(|_| self.stores.active().is_some());
        let drafts = documents.filter_map(|it| it.next_wakeup(&self.post)).min();
        let can_save = self.net.has_remote() || self.stores.active().is_some();
        let documents = self.documents.values().filter(|_| can_save);
        let saves =
            documents.filter_map(|it| it.next_request(&self.net, &self.stores, &self.post)).min();
        let asked = self.feed.due(&self.net, self.polls()).into_iter();
        let asked = asked.chain(self.post.due(&self.net));
        let asked = asked.chain(self.post.waste.due(|it| self.stores.is_open(it)));
        let asked = asked.chain(self.lease_due()).min();
        let all = drafts.into_iter().chain(self.stores.next_wakeup()).chain(saves).chain(asked);
        all.min()
    }

    /// The status of an open document; the same reference while nothing changed.
    pub fn status(&self, document: DocumentId) -> Option<Rc<Status>> {
        self.documents.get(&document)?.board.last().cloned()
    }

    /// The health of the stores.
    pub fn health(&self) -> Health {
        self.stores.health()
    }

    /// What the limits of its collection say against a document, and its parts' states.
    pub fn excesses(&self, document: DocumentId) -> Vec<Excess> {
        let Some(document) = self.documents.get(&document) else { return Vec::new() };
        let Some(rules) = self.config.collections.get(&document.collection) else {
            return Vec::new();
        };
        let state = &document.tracker.state;
        let description = state.description.as_deref();
        rules.limits.check(state.content.bytes(), &state.title, description)
    }

    /// The parts of an open document.
    pub fn parts(&self, document: DocumentId) -> Vec<PartStatus> {
        self.documents.get(&document).map(|it| it.parts.statuses()).unwrap_or_default()
    }
}
