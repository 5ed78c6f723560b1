//! A user with some tabs, who remembers what was accepted and what was reported stored. Every step
//! goes on however the stores fail; what was promised of each document is held against the stores
//! by `witness.rs`.

use crate::disk::{DEVICE, Disk, Fault, MEMORY, TAB};
use crate::tab::{Tab, options};
use keepfast::engine::{
    Answer, CollectionOptions, DocumentId, DraftName, EngineError, Event, Opened, Options, Request,
    StoreError, StoreId, Survives,
};
use keepfast::record::Drawer;
use keepfast::replica::Edit;
use std::collections::BTreeMap;

/// A document as the app sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    pub title: String,
    pub description: Option<String>,
    pub text: String,
}

/// What the user may count on for one document.
#[derive(Default, Debug)]
pub struct Promise {
    /// Every state that an engine accepted, under its change number.
    pub accepted: Vec<(u64, State)>,
    /// The newest change that was reported stored in a store that survives the tab.
    pub stored: u64,
    /// The change of the newest state that is saved.
    pub saved: u64,
    /// What the user dropped, and was told that it is gone.
    pub dropped: Vec<State>,
    /// A document that was never saved was dropped, or is being dropped.
    pub may_be_gone: bool,
}

/// A request, and what its answer would promise.
struct Wish {
    request: Request,
    name: String,
    promise: Promised,
}

/// What `Done` would mean.
enum Promised {
    Stored(u64),
    Dropped(Vec<State>),
}

/// One tab of the user.
pub struct Player {
    pub tab: Tab,
    pub open: BTreeMap<String, DocumentId>,
    /// Title and description, which the app holds beside its value.
    words: BTreeMap<DocumentId, (String, Option<String>)>,
    seen: BTreeMap<DocumentId, u64>,
    applied: usize,
    wishes: Vec<Wish>,
    requests: Vec<Request>,
}

/// A user with some tabs.
pub struct World {
    pub disk: Disk,
    pub promises: BTreeMap<String, Promise>,
    pub players: Vec<Player>,
    /// The stores that the app configures, and the version of its schema.
    pub stores: Vec<StoreId>,
    pub version: u32,
    /// The stores are looked at after every step, as if the tabs died there.
    pub is_watched: bool,
    at: usize,
}

impl World {
    pub fn new(stores: &[StoreId]) -> World {
        World {
            disk: Disk::default(),
            promises: BTreeMap::new(),
            players: Vec::new(),
            stores: stores.into(),
            version: 1,
            is_watched: false,
            at: 0,
        }
    }

    /// What an app of this world writes down.
    pub fn options(&self, writer: &str) -> Options {
        let mut options = options(writer);
        let rules = CollectionOptions { schema_version: self.version, ..Default::default() };
        options.collections.insert("notes".into(), rules);
        let ladder = Disk::ladder();
        options.stores = self.stores.iter().map(|store| ladder[store.0 as usize]).collect();
        options
    }

    /// Opens a tab, and goes to it.
    pub fn open_tab(&mut self, writer: &str) {
        let tab = Tab::with(&self.disk, self.options(writer));
        self.players.push(Player {
            tab,
            open: BTreeMap::new(),
            words: BTreeMap::new(),
            seen: BTreeMap::new(),
            applied: 0,
            wishes: Vec::new(),
            requests: Vec::new(),
        });
        self.at = self.players.len() - 1;
        self.look();
    }

    /// Goes to a tab that is open.
    pub fn go_to(&mut self, at: usize) {
        self.at = at;
    }

    /// Every tab dies, and what was only in memory with it.
    pub fn kill_tabs(&mut self) {
        for player in self.players.drain(..) {
            player.tab.kill();
        }
        self.disk.evict(MEMORY);
    }

    pub fn strike(&mut self, fault: Fault) {
        self.disk.strike(DEVICE, fault);
    }

    pub fn here(&mut self) -> &mut Player {
        &mut self.players[self.at]
    }

    /// The document, if it is open in this tab.
    fn number(&mut self, name: &str) -> Option<DocumentId> {
        self.here().open.get(name).copied()
    }

    pub fn send(&mut self, event: Event) {
        self.here().tab.send(event);
        self.look();
    }

    pub fn wait(&mut self, ms: u64) {
        self.here().tab.wait(ms);
        self.look();
    }

    pub fn create(&mut self, name: &str, text: &str) {
        let request = self.here().ask();
        let (collection, document) = ("notes".to_string(), name.to_string());
        let (title, description, text) = ("Plan".to_string(), None, text.as_bytes().into());
        let event = Event::Create { request, collection, document, title, description, text };
        self.here().tab.send(event);
        match self.here().tab.answer(request).cloned() {
            Some(Answer::Opened(opened)) => self.take(name, opened),
            other => panic!("a new document needs no store: {other:?}"),
        }
    }

    /// Loads a document that a store holds: as new as it was reported, or not at all.
    pub fn load(&mut self, name: &str) {
        let request = self.here().ask();
        let (collection, document) = ("notes".to_string(), name.to_string());
        self.here().tab.send(Event::Load { request, collection, document });
        self.take_opened(name, request);
    }

    /// Goes on with the draft of a writer, if the list shows it.
    pub fn recover(&mut self, name: &str, writer: &str) {
        let request = self.here().ask();
        self.here().tab.send(Event::Recover { request, draft: draft_name(name, writer) });
        self.take_opened(name, request);
    }

    fn take_opened(&mut self, name: &str, request: Request) {
        match self.here().tab.answer(request).cloned() {
            Some(Answer::Opened(opened)) => {
                let state = state_of(&opened);
                let promise = &self.promises[name];
                let newest = promise.newest(&state);
                assert!(newest.is_some(), "{name} was never this: {state:?}");
                assert!(newest >= Some(promise.stored), "{name} is older: {state:?}, {promise:?}");
                self.take(name, opened);
            }
            Some(Answer::Failed(EngineError::Unavailable)) => self.look(),
            other => panic!("{name} is in a store: {other:?}"),
        }
    }

    fn take(&mut self, name: &str, opened: Opened) {
        let id = opened.document;
        let state = state_of(&opened);
        let here = self.here();
        here.open.insert(name.into(), id);
        here.words.insert(id, (state.title.clone(), state.description.clone()));
        here.seen.insert(id, opened.change);
        self.promises.entry(name.into()).or_default().accept(opened.change, state);
        self.look();
    }

    pub fn edit(&mut self, name: &str, edit: Edit) {
        if let Some(id) = self.number(name) {
            self.here().tab.edit(id, edit);
            self.look();
        }
    }

    pub fn put(&mut self, name: &str, at: &str, text: &str) {
        self.edit(name, Edit::Put { at: at.into(), text: text.as_bytes().into() });
    }

    /// The app changes its value in place and says nothing: no change number stands for it, but
    /// the next whole value has it.
    pub fn mutate(&mut self, name: &str, at: &str, text: &str) {
        let Some(id) = self.number(name) else { return };
        self.here().tab.mutate(id, at, text);
        let (change, state) = (self.here().seen[&id], self.here().state(id));
        self.promises.entry(name.into()).or_default().accept(change, state);
    }

    pub fn rename(&mut self, name: &str, title: &str) {
        if let Some(document) = self.number(name) {
            self.here().words.entry(document).or_default().0 = title.into();
            self.send(Event::Renamed { document, title: title.into() });
        }
    }

    pub fn describe(&mut self, name: &str, description: Option<&str>) {
        if let Some(document) = self.number(name) {
            let description = description.map(String::from);
            self.here().words.entry(document).or_default().1.clone_from(&description);
            self.send(Event::Described { document, description });
        }
    }

    /// The content is confirmed as saved.
    pub fn saved(&mut self, name: &str, revision: u64) {
        let Some(id) = self.number(name) else { return };
        let saved = self.here().seen[&id];
        let title = self.here().words[&id].0.clone();
        self.promises.entry(name.into()).or_default().saved = saved;
        self.here().tab.saved(id, revision, &title);
        self.look();
    }

    /// A base arrives.
    pub fn base(&mut self, name: &str, is_own: bool, revision: u64, text: &str) {
        if let Some(id) = self.number(name) {
            self.here().tab.base(id, is_own, revision, ("Plan", text));
            self.look();
        }
    }

    /// Where the document was saved, nobody here knows: what is saved is in no store.
    pub fn without_base(&mut self, name: &str) {
        self.promises.entry(name.into()).or_default().saved = 0;
    }

    pub fn flush(&mut self, name: &str) {
        let Some(document) = self.number(name) else { return };
        let change = self.here().seen[&document];
        let request = self.wish(name, Promised::Stored(change));
        self.send(Event::Flush { request, document });
    }

    pub fn close(&mut self, name: &str) {
        let Some(document) = self.number(name) else { return };
        let change = self.here().seen[&document];
        let request = self.wish(name, Promised::Stored(change));
        self.send(Event::Close { request, document });
    }

    pub fn discard(&mut self, name: &str) {
        let Some(document) = self.number(name) else { return };
        let dropped = self.unsaved(name);
        let request = self.wish(name, Promised::Dropped(dropped));
        let promise = self.promises.entry(name.into()).or_default();
        promise.may_be_gone |= promise.saved == 0;
        promise.stored = promise.saved;
        self.send(Event::Discard { request, document });
    }

    /// Drops the draft of a writer that is gone.
    pub fn discard_draft(&mut self, name: &str, writer: &str) {
        let dropped = self.unsaved(name);
        let request = self.wish(name, Promised::Dropped(dropped));
        let promise = self.promises.entry(name.into()).or_default();
        promise.may_be_gone |= promise.saved == 0;
        promise.stored = promise.saved;
        self.send(Event::DiscardDraft { request, draft: draft_name(name, writer) });
    }

    /// Lists the drafts; a store that could not be read is named.
    pub fn list(&mut self) {
        let request = self.here().ask();
        self.send(Event::ListDrafts { request });
    }

    pub fn export(&mut self, name: &str, writer: &str) {
        let request = self.here().ask();
        self.send(Event::ExportDraft { request, draft: draft_name(name, writer) });
    }

    pub fn hide(&mut self) {
        self.send(Event::Hidden);
    }

    pub fn show(&mut self) {
        self.send(Event::Shown);
    }

    fn wish(&mut self, name: &str, promise: Promised) -> Request {
        let request = self.here().ask();
        self.here().wishes.push(Wish { request, name: name.into(), promise });
        request
    }

    /// States that the document has been in and that no save has confirmed.
    fn unsaved(&self, name: &str) -> Vec<State> {
        let promise = &self.promises[name];
        let saved = promise.accepted.iter().find(|(change, _)| *change == promise.saved);
        let states = promise.accepted.iter().map(|(_, state)| state);
        states.filter(|state| Some(*state) != saved.map(|(_, it)| it)).cloned().collect()
    }

    /// Takes down what this tab shows, and looks at the stores when that is asked for.
    pub fn look(&mut self) {
        let World { players, promises, at, .. } = self;
        players[*at].look(promises);
        if self.is_watched {
            self.check(false);
        }
    }

    /// The faults are over: everything works again, and is left alone for two minutes.
    pub fn mend(&mut self) {
        self.is_watched = false;
        for store in [DEVICE, TAB, MEMORY] {
            self.disk.heal(store);
            self.disk.refuse(store, None);
        }
        for at in 0..self.players.len() {
            self.at = at;
            self.here().tab.release();
            self.wait(120_000);
        }
    }

    /// What every tab owes its user after a time without faults.
    pub fn check_promptness(&self) {
        for player in &self.players {
            for request in &player.requests {
                assert!(player.tab.answer(*request).is_some(), "{request:?} is not answered");
            }
            for (name, id) in &player.open {
                let status = player.tab.status(*id);
                assert_eq!(status.stored, status.accepted, "{name}: {status:?}");
                assert_eq!(status.error, None, "{name}: {status:?}");
            }
            let health = player.tab.engine.health();
            assert_eq!((health.store, health.reason), (Some(StoreId(0)), None));
        }
        self.check_tidiness();
    }

    /// No draft that a tab wrote of an open document is left in a store that is no longer written
    /// to. (The one slot that takes tails may keep its last; and what a dead tab wrote stays where
    /// not all stores could be read.)
    fn check_tidiness(&self) {
        let beside = [TAB, MEMORY].map(|store| self.disk.entries(store)).into_iter().flatten();
        for key in beside.map(|entry| entry.key).filter(|key| key.drawer == Drawer::Draft) {
            let is_its = |player: &&Player| {
                player.open.contains_key(&key.document)
                    && key.writer.starts_with(&player.tab.writer)
            };
            let open = self.players.iter().find(is_its);
            assert!(open.is_none(), "left behind: {key:?}");
        }
    }
}

impl Player {
    /// A request that has to be answered.
    fn ask(&mut self) -> Request {
        let request = self.tab.request();
        self.requests.push(request);
        request
    }

    fn look(&mut self, promises: &mut BTreeMap<String, Promise>) {
        for (id, title, description) in &self.tab.applied[self.applied..] {
            self.words.insert(*id, (title.clone(), description.clone()));
        }
        self.applied = self.tab.applied.len();
        let survives = self.tab.engine.health().survives > Survives::None;
        self.settle(promises, survives);
        let is_open = |_: &String, id: &mut DocumentId| self.tab.engine.status(*id).is_some();
        self.open.retain(is_open);
        for (name, id) in &self.open {
            let status = self.tab.status(*id);
            let numbers = [status.accepted, status.stored, status.flushed];
            assert!(numbers.is_sorted_by(|a, b| a >= b), "{name}: {status:?}");
            let promise = promises.get_mut(name).expect("an open document was accepted");
            if self.seen.insert(*id, status.accepted) != Some(status.accepted) {
                let (title, description) = self.words[id].clone();
                let text = self.tab.value(*id);
                promise.accept(status.accepted, State { title, description, text });
            }
            if survives && !promise.may_be_gone {
                promise.stored = promise.stored.max(status.stored);
            }
        }
    }

    /// Takes down what the answers promise.
    fn settle(&mut self, promises: &mut BTreeMap<String, Promise>, survives: bool) {
        let tab = &self.tab;
        for wish in self.wishes.extract_if(.., |wish| tab.answer(wish.request).is_some()) {
            let promise = promises.entry(wish.name).or_default();
            match (tab.is_done(wish.request), wish.promise) {
                (true, Promised::Stored(change)) if survives => {
                    promise.stored = promise.stored.max(change);
                }
                (true, Promised::Dropped(states)) => promise.dropped.extend(states),
                (true, Promised::Stored(_)) | (false, _) => {}
            }
        }
    }

    /// The state of an open document.
    pub fn state(&self, id: DocumentId) -> State {
        let (title, description) = self.words[&id].clone();
        State { title, description, text: self.tab.value(id) }
    }
}

impl Promise {
    fn accept(&mut self, change: u64, state: State) {
        self.dropped.retain(|dropped| *dropped != state);
        self.accepted.push((change, state));
    }

    /// The newest change at which the document was in this state.
    pub fn newest(&self, state: &State) -> Option<u64> {
        let equal = self.accepted.iter().filter(|(_, accepted)| accepted == state);
        equal.map(|(change, _)| *change).max()
    }
}

pub fn state_of(opened: &Opened) -> State {
    let text = String::from_utf8(opened.text.clone()).expect("canonical text is UTF-8");
    State { title: opened.title.clone(), description: opened.description.clone(), text }
}

pub fn draft_name(name: &str, writer: &str) -> DraftName {
    DraftName { collection: "notes".into(), document: name.into(), writer: writer.into() }
}

/// Every error that a store can answer with.
pub const ERRORS: [StoreError; 6] = [
    StoreError::Quota,
    StoreError::Unavailable,
    StoreError::Blocked,
    StoreError::ConnectionLost,
    StoreError::Moved,
    StoreError::Aborted,
];
