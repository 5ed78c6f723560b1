//! A user with some tabs, who remembers what was accepted and what was reported stored. Every step
//! goes on however the stores fail; what was promised of each document is held against the stores
//! by `witness.rs`.

use super::promise::{Promise, State, state_of};
use crate::disk::{DEVICE, Disk, Fault, MEMORY, TAB};
use crate::line::Line;
use crate::tab::{Tab, options};
use keepfast::engine::{
    Answer, CollectionOptions, DocumentId, DraftName, EngineError, Event, Opened, Options, Preset,
    RemoteOptions, Request, StoreError, StoreId, Survives,
};
use keepfast::record::{self, Body, Drawer, Entry};
use keepfast::replica::Edit;
use std::collections::BTreeMap;

/// A request, and what its answer would promise.
struct Wish {
    request: Request,
    name: String,
    promise: Promised,
}

/// What `Done` would mean.
pub(super) enum Promised {
    Nothing,
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
    /// What each document was at each change that was seen, and its rank.
    pub(super) states: BTreeMap<(DocumentId, u64), (u64, State)>,
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
    /// The way to the server, if there is one.
    pub line: Option<Line>,
    pub preset: Preset,
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
            line: None,
            preset: Preset::default(),
            at: 0,
        }
    }

    /// What an app of this world writes down.
    pub fn options(&self, writer: &str) -> Options {
        let mut options = options(writer);
        let (schema_version, preset) = (self.version, self.preset);
        let rules = CollectionOptions { schema_version, preset, ..Default::default() };
        options.remote = self.line.as_ref().map(|_| RemoteOptions::default());
        options.collections.insert("notes".into(), rules);
        let ladder = Disk::ladder();
        options.stores = self.stores.iter().map(|store| ladder[store.0 as usize]).collect();
        options
    }

    /// A tab over these stores.
    pub(super) fn tab(&self, disk: &Disk, line: Option<&Line>, writer: &str) -> Tab {
        match line {
            Some(line) => Tab::on_line_with(disk, line, self.options(writer)),
            None => Tab::with(disk, self.options(writer)),
        }
    }

    /// Opens a tab, and goes to it.
    pub fn open_tab(&mut self, writer: &str) {
        let tab = self.tab(&self.disk, self.line.as_ref(), writer);
        self.players.push(Player {
            tab,
            open: BTreeMap::new(),
            words: BTreeMap::new(),
            seen: BTreeMap::new(),
            states: BTreeMap::new(),
            applied: 0,
            wishes: Vec::new(),
            requests: Vec::new(),
        });
        self.at = self.players.len() - 1;
        self.look();
    }

    /// The number of the tab at hand.
    pub fn place(&self) -> usize {
        self.at
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
    pub(super) fn number(&mut self, name: &str) -> Option<DocumentId> {
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
                let rank = promise.rank(&state);
                assert!(rank.is_some(), "{name} was never this: {state:?}");
                let rank = promise.rank_among(&state, &self.history(name));
                assert!(rank >= Some(promise.stored), "{name} is older: {state:?}, {promise:?}");
                self.take(name, opened);
            }
            Some(Answer::Failed(EngineError::Unavailable)) => self.look(),
            // Only the server has it.
            Some(Answer::Failed(_)) if self.line.is_some() => self.look(),
            other => panic!("{name} is in a store: {other:?}"),
        }
    }

    fn take(&mut self, name: &str, opened: Opened) {
        let id = opened.document;
        let state = state_of(&opened);
        let promise = self.promises.entry(name.into()).or_default();
        let rank = promise.rank(&state).unwrap_or_else(|| promise.accept(state.clone()));
        let here = self.here();
        here.open.insert(name.into(), id);
        here.words.insert(id, (state.title.clone(), state.description.clone()));
        here.seen.insert(id, opened.change);
        here.states.insert((id, opened.change), (rank, state));
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
        let here = self.here();
        let (rank, state) = (here.rank_now(id), here.state(id));
        self.promises.entry(name.into()).or_default().accept_as(rank, state);
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
        let saved = self.here().rank_now(id);
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
        let rank = self.here().rank_now(document);
        let request = self.wish(name, Promised::Stored(rank));
        self.send(Event::Flush { request, document });
    }

    pub fn close(&mut self, name: &str) {
        let Some(document) = self.number(name) else { return };
        let rank = self.here().rank_now(document);
        let request = self.wish(name, Promised::Stored(rank));
        self.send(Event::Close { request, document });
    }

    pub fn discard(&mut self, name: &str) {
        let Some(document) = self.number(name) else { return };
        let dropped = self.promises[name].unsaved();
        let request = self.wish(name, Promised::Dropped(dropped));
        let promise = self.promises.entry(name.into()).or_default();
        promise.go_back();
        self.send(Event::Discard { request, document });
    }

    /// Drops the draft of a writer that is gone.
    pub fn discard_draft(&mut self, name: &str, writer: &str) {
        let dropped = self.promises[name].unsaved();
        let request = self.wish(name, Promised::Dropped(dropped));
        let promise = self.promises.entry(name.into()).or_default();
        promise.go_back();
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

    pub(super) fn wish(&mut self, name: &str, promise: Promised) -> Request {
        let request = self.here().ask();
        self.here().wishes.push(Wish { request, name: name.into(), promise });
        request
    }

    /// Takes down what this tab shows, and looks at the stores when that is asked for.
    pub fn look(&mut self) {
        let World { players, promises, at, line, .. } = self;
        players[*at].look(promises, line.as_ref());
        self.check_requests();
        if self.is_watched {
            self.check(false);
        }
    }

    /// The faults are over: everything works again, and is left alone for two minutes.
    pub fn mend(&mut self) {
        self.is_watched = false;
        if let Some(line) = &self.line {
            line.heal();
        }
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
                assert!(status.error.is_none() || self.line.is_some(), "{name}: {status:?}");
            }
            let health = player.tab.engine.health();
            assert_eq!((health.store, health.reason), (Some(StoreId(0)), None));
        }
        self.check_tidiness();
    }

    /// No draft that a tab wrote of an open document is left in a store that is no longer written
    /// to. (The one slot that takes tails may keep its last; and what a dead tab or an earlier
    /// opening wrote stays where not all stores could be read, until the document is loaded again.)
    fn check_tidiness(&self) {
        let beside = [TAB, MEMORY].map(|store| self.disk.entries(store)).into_iter().flatten();
        let drafts = beside.filter(|entry| entry.key.drawer == Drawer::Draft);
        for key in drafts.filter(|entry| !self.is_saved(entry)).map(|entry| entry.key) {
            let is_its = |player: &&Player| {
                player.open.contains_key(&key.document)
                    && key.writer.starts_with(&player.tab.writer)
            };
            let open = self.players.iter().find(is_its);
            assert!(open.is_none(), "left behind: {key:?}");
        }
    }

    /// Whether the server has what a draft says: it needs nobody.
    fn is_saved(&self, draft: &Entry) -> bool {
        let Ok(Body::Whole(whole)) = record::decode(&draft.bytes).map(|it| it.body) else {
            return false;
        };
        let history = self.history(&draft.key.document);
        history.iter().any(|it| it.text.as_bytes() == whole.content)
    }
}

impl Player {
    /// A request that has to be answered.
    pub(super) fn ask(&mut self) -> Request {
        let request = self.tab.request();
        self.requests.push(request);
        request
    }

    fn look(&mut self, promises: &mut BTreeMap<String, Promise>, line: Option<&Line>) {
        for (id, title, description) in &self.tab.applied[self.applied..] {
            self.words.insert(*id, (title.clone(), description.clone()));
        }
        self.applied = self.tab.applied.len();
        let survives = self.tab.engine.health().survives > Survives::None;
        self.settle(promises, survives, line);
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
                let state = State { title, description, text };
                let rank = promise.accept(state.clone());
                self.states.insert((*id, status.accepted), (rank, state));
            }
            let rank = |change| rank_of(&self.states, *id, change);
            if survives && !promise.may_be_gone {
                promise.stored = promise.stored.max(rank(status.stored));
            }
            if line.is_some() && status.acknowledged > 0 {
                promise.confirmed = promise.confirmed.max(rank(status.acknowledged));
            }
        }
        line.into_iter().for_each(|line| self.check_confirmed(line));
    }

    /// Takes down what the answers promise.
    fn settle(
        &mut self,
        promises: &mut BTreeMap<String, Promise>,
        survives: bool,
        line: Option<&Line>,
    ) {
        let tab = &self.tab;
        let is_answered = |wish: &mut Wish| tab.answer(wish.request).is_some();
        for wish in self.wishes.extract_if(.., is_answered).collect::<Vec<_>>() {
            if let Some(line) = line {
                self.check_answer(line, &wish.name, self.tab.answer(wish.request));
            }
            let promise = promises.entry(wish.name).or_default();
            match (self.tab.is_done(wish.request), wish.promise) {
                (true, Promised::Stored(rank)) if survives => {
                    promise.stored = promise.stored.max(rank);
                }
                (true, Promised::Dropped(states)) => {
                    let writes = line.map_or(0, |line| line.writes().len());
                    let writes = writes + self.tab.held_requests();
                    promise.dropped_at.extend(states.iter().map(|it| (writes, it.clone())));
                    promise.dropped.extend(states);
                }
                (true, Promised::Stored(_) | Promised::Nothing) | (false, _) => {}
            }
        }
    }

    /// The rank of what an open document is at this moment.
    fn rank_now(&self, id: DocumentId) -> u64 {
        rank_of(&self.states, id, self.seen[&id])
    }

    /// The state of an open document.
    pub fn state(&self, id: DocumentId) -> State {
        let (title, description) = self.words[&id].clone();
        State { title, description, text: self.tab.value(id) }
    }
}

/// The rank of what a document was at a change, or before it.
fn rank_of(states: &BTreeMap<(DocumentId, u64), (u64, State)>, id: DocumentId, change: u64) -> u64 {
    states.range((id, 0)..=(id, change)).next_back().map_or(0, |(_, (rank, _))| *rank)
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
