//! Requests that look into the stores: load, create, list, recover, discard, export. Owns the
//! reading: every open store, every drawer, and which writers are alive; what is made of the
//! answers is `classify.rs`'s and `opening.rs`'s. A store that cannot be read is never taken for
//! an empty one.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use super::effect::{Batch, Effect, Effects};
use super::error::EngineError;
use super::event::DraftName;
use super::ids::{Request, StoreId, Token, engine_of};
use super::stores::Stores;
use super::tracker::State;
use crate::record::{Drawer, Entry, Key, Prefix};

/// What an inquiry is for.
#[derive(Debug)]
pub(crate) enum Purpose {
    /// A new document; as a copy, which is saved at once, or not.
    Create {
        collection: String,
        document: String,
        state: State,
        is_copy: bool,
    },
    Load {
        collection: String,
        document: String,
    },
    List,
    Recover(DraftName),
    Discard(DraftName),
    Export(DraftName),
}

/// A request that looks into the stores.
#[derive(Debug)]
pub(crate) struct Inquiry {
    pub(crate) request: Request,
    pub(crate) purpose: Purpose,
    /// Readings that are not answered yet; nothing before they were asked for.
    waiting: Option<Vec<(Token, StoreId)>>,
    /// How often the stores were read in vain.
    pub(crate) tries: u32,
    /// How many documents had ended when the reading began.
    pub(crate) endings: u64,
    writers: Writers,
    /// The engines whose records were read before it was asked which are alive; nothing when one
    /// reading is enough.
    met: Option<BTreeSet<String>>,
    pub(crate) found: Found,
    /// Records that cannot be used.
    pub(crate) unusable: Vec<Key>,
    pub(crate) stage: Stage,
}

/// Whether it is known which writers are alive.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Writers {
    Unasked,
    Asked(Token),
    Listed,
}

/// How far an inquiry is.
#[derive(Debug)]
pub(crate) enum Stage {
    Reading,
    /// Content is being brought to the schema version of this engine.
    Migrating(Box<super::migrating::Migration>),
    /// A discarded draft is being removed, store by store.
    Removing {
        rest: Vec<(StoreId, Vec<Key>)>,
    },
    /// The server is being asked, since so many renewals of the token.
    Fetching {
        renewals: u32,
    },
    /// The server will be asked with another token.
    Signing,
    /// The app's value is being looked at, which the draft is to replace.
    Looking(Box<super::migrating::Migration>),
}

/// What the stores answered.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) entries: Vec<(StoreId, Entry)>,
    /// Stores that could not be read.
    pub(crate) unread: Vec<StoreId>,
    /// A store that is open could not be read, or not whole: what was found may be the older half.
    pub(crate) is_partial: bool,
    /// Writers that are alive.
    pub(crate) alive: Vec<String>,
}

impl Found {
    /// The engines that wrote the drafts that were found.
    fn engines(&self) -> BTreeSet<String> {
        let drafts = self.entries.iter().filter(|(_, entry)| entry.key.drawer != Drawer::Base);
        drafts.map(|(_, entry)| engine_of(&entry.key.writer).into()).collect()
    }

    /// What to say when something was not found: as long as a store is unread, that it may be
    /// there (I4).
    pub(crate) fn lack(&self, absent: EngineError) -> EngineError {
        match self.unread.is_empty() {
            true => absent,
            false => EngineError::Unavailable,
        }
    }
}

impl Purpose {
    /// Collection and id of the document that it is about.
    pub(crate) fn document(&self) -> Option<(String, String)> {
        match self {
            Purpose::Create { collection, document, .. }
            | Purpose::Load { collection, document } => {
                Some((collection.clone(), document.clone()))
            }
            Purpose::Recover(name) | Purpose::Discard(name) | Purpose::Export(name) => {
                Some((name.collection.clone(), name.document.clone()))
            }
            Purpose::List => None,
        }
    }
}

impl Inquiry {
    pub(crate) fn new(request: Request, purpose: Purpose) -> Inquiry {
        Inquiry {
            request,
            purpose,
            waiting: None,
            tries: 0,
            endings: 0,
            writers: Writers::Unasked,
            met: None,
            found: Found::default(),
            unusable: Vec::new(),
            stage: Stage::Reading,
        }
    }

    /// Asks every open store, once it is known which are. Gives back the tokens asked with.
    pub(crate) fn start(
        &mut self,
        endings: u64,
        stores: &Stores,
        effects: &mut Effects,
    ) -> Vec<Token> {
        if self.waiting.is_some() || !stores.are_settled() {
            return Vec::new();
        }
        self.endings = endings;
        let mut tokens = self.read(stores, effects);
        tokens.extend(self.ask_writers(effects));
        tokens
    }

    fn read(&mut self, stores: &Stores, effects: &mut Effects) -> Vec<Token> {
        let mut waiting = Vec::new();
        for store in stores.ids().filter(|store| stores.is_open(*store)) {
            // With a draft goes what was to be saved of it.
            let outbox = matches!(self.purpose, Purpose::Discard(_)).then_some(Drawer::Outbox);
            let drawers = [Drawer::Base, Drawer::Draft, Drawer::Tail].into_iter().chain(outbox);
            for drawer in drawers {
                let token = effects.token();
                let prefix = self.prefix(drawer);
                effects.push(Effect::Read { token, store, prefix });
                waiting.push((token, store));
            }
        }
        self.found.unread = stores.unread();
        let tokens = waiting.iter().map(|(token, _)| *token).collect();
        self.waiting = Some(waiting);
        tokens
    }

    /// Reads everything once more when a writer that was met is dead. What was read while it lived
    /// may not be the last that it did; and a writer that was not met before may have begun since,
    /// whatever the list says: it counts as alive.
    pub(crate) fn read_again(
        &mut self,
        own: &str,
        stores: &Stores,
        effects: &mut Effects,
    ) -> Vec<Token> {
        let alive = &self.found.alive;
        let is_dead = |engine: &&String| **engine != *own && !alive.contains(engine);
        let engines = self.found.engines();
        let is_needed = engines.iter().any(|engine| is_dead(&engine));
        if self.writers != Writers::Listed || self.met.is_some() || !is_needed {
            return Vec::new();
        }
        self.met = Some(engines);
        self.found.entries.clear();
        self.found.is_partial = false;
        self.read(stores, effects)
    }

    /// Counts writers as alive that were not met when it was asked which are.
    pub(crate) fn settle_writers(&mut self) {
        if let Some(met) = &self.met {
            let engines = self.found.engines().into_iter();
            self.found.alive.extend(engines.filter(|engine| !met.contains(engine)));
        }
    }

    /// Asks which writers are alive, once all records are read. Asked before, a writer that began
    /// in between would count as dead, and its records as nobody's.
    pub(crate) fn ask_writers(&mut self, effects: &mut Effects) -> Option<Token> {
        let is_read = self.waiting.as_ref().is_some_and(Vec::is_empty);
        if !is_read || self.writers != Writers::Unasked {
            return None;
        }
        let token = effects.token();
        effects.push(Effect::ListWriters { token });
        self.writers = Writers::Asked(token);
        Some(token)
    }

    fn prefix(&self, drawer: Drawer) -> Prefix {
        match self.purpose.document() {
            Some((collection, document)) => Prefix::Document { drawer, collection, document },
            None => Prefix::Drawer(drawer),
        }
    }

    pub(crate) fn on_read(&mut self, token: Token, entries: Vec<Entry>) {
        if let Some(store) = self.take(token) {
            self.found.entries.extend(entries.into_iter().map(|entry| (store, entry)));
        }
    }

    pub(crate) fn on_read_failed(&mut self, token: Token) {
        let Some(store) = self.take(token) else { return };
        self.found.is_partial = true;
        if !self.found.unread.contains(&store) {
            self.found.unread.push(store);
        }
    }

    pub(crate) fn on_writers(&mut self, token: Token, alive: Vec<String>) {
        if self.writers == Writers::Asked(token) {
            self.writers = Writers::Listed;
            self.found.alive = alive;
        }
    }

    /// Whether everything that was asked is answered.
    pub(crate) fn is_answered(&self) -> bool {
        self.writers == Writers::Listed && self.waiting.as_ref().is_some_and(Vec::is_empty)
    }

    fn take(&mut self, token: Token) -> Option<StoreId> {
        let waiting = self.waiting.as_mut()?;
        let at = waiting.iter().position(|(known, _)| *known == token)?;
        Some(waiting.remove(at).1)
    }

    /// Removes the next store's share of a discarded draft; nothing is left when it gives nothing.
    pub(crate) fn remove_next(
        &mut self,
        mut rest: Vec<(StoreId, Vec<Key>)>,
        effects: &mut Effects,
    ) -> Option<Token> {
        let (store, remove) = rest.pop()?;
        let token = effects.token();
        let batch = Batch { remove, ..Batch::default() };
        let durability = super::effect::Durability::Strict;
        effects.push(Effect::Write { token, store, batch, durability });
        self.stage = Stage::Removing { rest };
        Some(token)
    }
}
