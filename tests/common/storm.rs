//! Events in an order that no shell would send: answers that are late, repeated, to another token
//! or of another kind, unknown documents, wrong stores, damaged records. Choices come from outside,
//! so that a seed and a fuzzer can both drive it. What must hold is checked after every event.

use keepfast::engine::{
    Answer, ArrivedBase, Capture, Choice, CollectionOptions, Config, DocumentId, DraftName, Effect,
    Engine, Event, Instant, NetError, NewCopy, Now, Options, PageOf, Recovery, Request, StoreError,
    StoreId, StoreOptions, Survives, Token,
};
use keepfast::protocol::{Headers, Response};
use keepfast::record::{BaseRef, Body, Drawer, Entry, Header, Key, Kind, Prefix, Whole, encode};
use keepfast::replica::Edit;
use std::collections::{BTreeMap, BTreeSet};

/// An engine, the events that hit it, and what it owes.
pub struct Storm<C> {
    /// A number below the given one.
    choose: C,
    engine: Engine,
    now: Now,
    /// Every effect that wants an answer, answered or not.
    asked: Vec<Effect>,
    shelves: BTreeMap<StoreId, BTreeMap<Key, Vec<u8>>>,
    requests: u64,
    answered: BTreeSet<Request>,
    documents: u32,
}

const WRITER: &str = "writer-storm-1";
const OTHER: &str = "writer-other-1";
const IDS: [&str; 3] = ["a", "b", ""];
/// Numbers that a record or a shell may bring, sensible or not.
const NUMBERS: [u64; 7] = [0, 1, 2, 3, 1 << 32, u64::MAX - 1, u64::MAX];
const TEXTS: [&str; 9] = [
    "{}",
    r#"{"list":[1,2,3],"text":"x"}"#,
    r#"{"text":"y","list":[]}"#,
    "[[],{}]",
    "0",
    "1e999",
    r#"{"a":1,"a":2}"#,
    "[",
    "",
];
const PLACES: [&str; 7] = ["", "/text", "/list/0", "/list/-", "/list", "/none/0", "list"];
const ERRORS: [StoreError; 6] = [
    StoreError::Quota,
    StoreError::Unavailable,
    StoreError::Blocked,
    StoreError::ConnectionLost,
    StoreError::Moved,
    StoreError::Aborted,
];

fn config(is_second_version: bool) -> Config {
    let schema_version = 1 + u32::from(is_second_version);
    let notes = CollectionOptions { schema_version, ..CollectionOptions::default() };
    let store = |survives, takes_tail| StoreOptions { survives, expects: true, takes_tail };
    let options = Options {
        workspace: "acme".into(),
        writer: WRITER.into(),
        stores: vec![store(Survives::Device, false), store(Survives::Tab, true)],
        collections: [("notes".to_string(), notes)].into(),
        recovery: Recovery::Apply,
        ..Options::default()
    };
    Config::parse(options).expect("these options are valid")
}

impl<C: FnMut(usize) -> usize> Storm<C> {
    pub fn new(mut choose: C) -> Storm<C> {
        let now = Now { instant: Instant(1_000), wall: 1_700_000_000_000 };
        let engine = Engine::new(config(choose(2) == 1), now);
        let mut storm = Storm {
            choose,
            engine,
            now,
            asked: Vec::new(),
            shelves: BTreeMap::new(),
            requests: 0,
            answered: BTreeSet::new(),
            documents: 0,
        };
        storm.drain();
        storm
    }

    /// One more event, and what follows from it.
    pub fn step(&mut self) {
        self.turn_the_clocks();
        let event = match self.below(20) {
            0..=12 => self.right_answer(),
            13 | 14 => Some(self.request()),
            15..=17 => Some(self.edit()),
            18 => Some(self.stray_answer()),
            _ => Some(self.of_the_page()),
        };
        if let Some(event) = event {
            self.engine.handle_event(event, self.now);
            self.drain();
            self.check();
        }
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.choose)(bound) % bound
    }

    fn pick<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())].clone()
    }

    /// The monotonic clock goes on, the other one anywhere.
    fn turn_the_clocks(&mut self) {
        let ms = self.pick(&[0, 0, 1, 50, 200, 1_000, 90_000]);
        self.now.instant = self.now.instant.after(ms);
        if self.below(20) == 0 {
            self.now.wall = self.pick(&NUMBERS);
        }
    }

    fn drain(&mut self) {
        while let Some(effect) = self.engine.poll_effect() {
            match &effect {
                Effect::Answer { request, answer } => {
                    assert!(request.0 <= self.requests, "nobody asked: {request:?}");
                    assert!(self.answered.insert(*request), "{request:?} is answered twice");
                    if let Answer::Opened(opened) = answer {
                        self.documents = self.documents.max(opened.document.0);
                    }
                }
                Effect::OpenStore { .. }
                | Effect::Read { .. }
                | Effect::Write { .. }
                | Effect::WriteNow { .. }
                | Effect::ListWriters { .. }
                | Effect::Capture { .. }
                | Effect::Send { .. }
                | Effect::RenewToken { .. }
                | Effect::Announce { .. }
                | Effect::Migrate { .. } => self.asked.push(effect),
                Effect::Copied { opened, .. } => {
                    self.documents = self.documents.max(opened.document.0);
                }
                Effect::Apply { .. }
                | Effect::StatusChanged { .. }
                | Effect::HealthChanged { .. }
                | Effect::Notify(_) => {}
            }
        }
    }

    fn check(&self) {
        for id in (0..=self.documents).map(DocumentId) {
            let Some(status) = self.engine.status(id) else { continue };
            let numbers = [status.accepted, status.stored, status.flushed];
            assert!(numbers.is_sorted_by(|a, b| a >= b), "{id:?}: {status:?}");
            assert!(status.accepted >= status.acknowledged, "{id:?}: {status:?}");
        }
        let _ = self.engine.next_wakeup();
    }

    /// Answers what was asked: mostly the newest, and mostly once.
    fn right_answer(&mut self) -> Option<Event> {
        if self.asked.is_empty() {
            return None;
        }
        let at = match self.below(4) {
            0 => self.below(self.asked.len()),
            _ => self.asked.len() - 1,
        };
        let effect = match self.below(10) {
            0 => self.asked[at].clone(),
            _ => self.asked.remove(at),
        };
        self.answer(effect)
    }

    fn answer(&mut self, effect: Effect) -> Option<Event> {
        let fails = self.below(8) == 0;
        Some(match effect {
            Effect::OpenStore { store } if fails => self.store_failed(store),
            Effect::OpenStore { store } => Event::StoreOpened { store },
            Effect::Read { token, .. } if fails => {
                Event::ReadFailed { token, error: self.pick(&ERRORS) }
            }
            Effect::Read { token, store, prefix } => {
                Event::ReadDone { token, entries: self.read(store, &prefix) }
            }
            Effect::Write { token, store, batch, .. }
            | Effect::WriteNow { token, store, batch } => {
                if !fails || self.below(2) == 0 {
                    let shelf = self.shelves.entry(store).or_default();
                    shelf.extend(batch.put.into_iter().map(|entry| (entry.key, entry.bytes)));
                    batch.remove.iter().for_each(|key| drop(shelf.remove(key)));
                }
                match fails {
                    true => Event::WriteFailed { token, error: self.pick(&ERRORS) },
                    false => Event::Wrote { token },
                }
            }
            Effect::ListWriters { token } => Event::WritersListed { token, alive: self.writers() },
            Effect::Capture { document, token, .. } if fails => {
                Event::CaptureFailed { document, token, pointer: self.pick(&PLACES).into() }
            }
            Effect::Capture { document, token, .. } => {
                Event::Captured { document, token, capture: self.capture() }
            }
            Effect::Send { token, .. } if fails => {
                Event::SendFailed { token, error: NetError::Timeout }
            }
            Effect::Send { token, .. } => {
                let status = self.pick(&[200, 201, 304, 401, 404, 412, 422, 429, 500]);
                let body = self.pick(&TEXTS).as_bytes().to_vec();
                let response = Response { status, headers: Headers::default(), body };
                Event::Responded { token, response: Box::new(response) }
            }
            Effect::Announce { hint } => Event::Heard { hint },
            Effect::RenewToken { token } if fails => Event::TokenRefused { token },
            Effect::RenewToken { token } => Event::TokenRenewed { token },
            Effect::Migrate { token, .. } if fails => {
                Event::MigrateFailed { token, reason: String::new() }
            }
            Effect::Migrate { token, text, .. } => Event::Migrated { token, text },
            Effect::Apply { .. }
            | Effect::Copied { .. }
            | Effect::Answer { .. }
            | Effect::StatusChanged { .. }
            | Effect::HealthChanged { .. }
            | Effect::Notify(_) => return None,
        })
    }

    /// An answer to any token, asked for or not.
    fn stray_answer(&mut self) -> Event {
        let token = Token(self.below(300) as u64);
        let document = self.document();
        match self.below(10) {
            0 => Event::ReadDone { token, entries: vec![self.record()] },
            1 => Event::ReadFailed { token, error: self.pick(&ERRORS) },
            2 => Event::Wrote { token },
            3 => Event::WriteFailed { token, error: self.pick(&ERRORS) },
            4 => Event::WritersListed { token, alive: self.writers() },
            5 => Event::Captured { document, token, capture: self.capture() },
            6 => Event::CaptureFailed { document, token, pointer: "/text".into() },
            7 => Event::Migrated { token, text: self.text() },
            8 => Event::MigrateFailed { token, reason: "no".into() },
            _ => {
                let store = StoreId(self.below(5) as u8);
                match self.below(6) {
                    0 => Event::Evicted { store },
                    1 => self.store_failed(store),
                    _ => Event::StoreOpened { store },
                }
            }
        }
    }

    fn store_failed(&mut self, store: StoreId) -> Event {
        Event::StoreFailed { store, error: self.pick(&ERRORS) }
    }

    fn request(&mut self) -> Event {
        self.requests += 1;
        let request = Request(self.requests);
        let collection = if self.below(20) == 0 { "none" } else { "notes" }.to_string();
        let name = self.pick(&IDS).to_string();
        let writer = self.pick(&[WRITER, OTHER, ""]).to_string();
        let document = self.document();
        let is_bare = self.engine.status(document).is_none();
        let kind = if is_bare && self.below(4) > 0 { self.below(3) } else { self.below(16) };
        if kind == 0 {
            let (title, description, text) = ("Plan".into(), None, self.text());
            return Event::Create { request, collection, document: name, title, description, text };
        }
        let draft = DraftName { collection, document: name, writer };
        match kind {
            1 | 2 => {
                let DraftName { collection, document, .. } = draft;
                Event::Load { request, collection, document }
            }
            3 => Event::Flush { request, document },
            4 => Event::Discard { request, document },
            5 => Event::Close { request, document },
            6 => Event::ListDrafts { request },
            7 => Event::Recover { request, draft },
            8 => Event::Save { request, document },
            9 | 10 => Event::Resolve { request, document, choice: self.choice() },
            11 => Event::Revert { request, document },
            12 => {
                let DraftName { collection, document: id, .. } = draft;
                let (title, collection) = ("Copy".into(), Some(collection));
                let copy = NewCopy { collection, document: id, title, description: None };
                Event::SaveAs { request, document, copy: Box::new(copy) }
            }
            13 => {
                let page = PageOf { limit: self.below(3), cursor: Some(self.pick(&NUMBERS)) };
                Event::ListVersions { request, document, page }
            }
            14 => Event::ReadVersion { request, document, number: self.below(4) as u64 },
            _ if self.below(2) == 0 => Event::DiscardDraft { request, draft },
            _ => Event::ExportDraft { request, draft },
        }
    }

    fn choice(&mut self) -> Choice {
        match self.below(3) {
            0 => Choice::Mine,
            1 => Choice::Theirs,
            _ => Choice::Content(self.text()),
        }
    }

    fn edit(&mut self) -> Event {
        let document = self.document();
        match self.below(6) {
            0 => Event::Renamed { document, title: self.pick(&["Plan", "", "Other"]).into() },
            1 => {
                let description = self.pick(&[None, Some(""), Some("What it is")]);
                Event::Described { document, description: description.map(String::from) }
            }
            2 => {
                let (revision, metadata_revision) = (self.pick(&NUMBERS), self.pick(&NUMBERS));
                let base = ArrivedBase {
                    is_own: self.below(2) == 0,
                    revision,
                    metadata_revision,
                    title: self.pick(&["Plan", "Other"]).into(),
                    description: None,
                    text: self.text(),
                };
                Event::BaseArrived { document, base: Box::new(base) }
            }
            _ => Event::Changed { document },
        }
    }

    fn of_the_page(&mut self) -> Event {
        match self.below(4) {
            0 => Event::Hidden,
            1 => Event::Shown,
            _ => {
                if let Some(at) = self.engine.next_wakeup() {
                    self.now.instant = self.now.instant.max(at);
                }
                Event::TimerFired
            }
        }
    }

    /// A document that is open, was, or never will be.
    fn document(&mut self) -> DocumentId {
        let all = (0..self.documents + 2).map(DocumentId);
        let open = all.filter(|id| self.engine.status(*id).is_some()).collect::<Vec<_>>();
        match self.below(8) {
            1.. if !open.is_empty() => self.pick(&open),
            _ => DocumentId(self.below(self.documents as usize + 2) as u32),
        }
    }

    fn text(&mut self) -> Vec<u8> {
        self.pick(&TEXTS).into()
    }

    fn capture(&mut self) -> Capture {
        let edits = (0..self.below(3)).map(|_| self.change()).collect();
        match self.below(3) {
            0 => Capture::Edits(edits),
            1 => Capture::Whole(self.text()),
            _ => Capture::Both { edits, text: self.text() },
        }
    }

    fn change(&mut self) -> Edit {
        let at = self.pick(&PLACES).to_string();
        let text = self.text().into_boxed_slice();
        match self.below(4) {
            0 => Edit::Put { at, text },
            1 => Edit::Insert { at, text },
            2 => Edit::Remove { at },
            _ => Edit::Move { from: at, to: self.pick(&PLACES).into() },
        }
    }

    fn writers(&mut self) -> Vec<String> {
        let writers = [WRITER, OTHER].map(String::from);
        writers.into_iter().filter(|_| self.below(4) == 0).collect()
    }

    /// What lies in the store; some of it damaged, some of it from elsewhere.
    fn read(&mut self, store: StoreId, prefix: &Prefix) -> Vec<Entry> {
        let shelf = self.shelves.get(&store).into_iter().flatten();
        let covered = shelf.filter(|(key, _)| prefix.covers(key));
        let mut entries: Vec<Entry> =
            covered.map(|(key, bytes)| Entry { key: key.clone(), bytes: bytes.clone() }).collect();
        match self.below(6) {
            0 => entries.clear(),
            1 => entries.push(self.record()),
            2 => {
                let at = self.below(1_000);
                for entry in &mut entries {
                    let at = at % entry.bytes.len();
                    entry.bytes[at] ^= 1;
                }
            }
            _ => {}
        }
        entries
    }

    /// A record that verifies, of numbers that no engine would give.
    fn record(&mut self) -> Entry {
        let kind = self.pick(&[Kind::Checkpoint, Kind::Base]);
        let content = self.pick(&["{}", "0", "[]"]);
        let digest = keepfast::json::digest(content.as_bytes());
        let (revision, metadata_revision) = (self.pick(&NUMBERS), self.pick(&NUMBERS));
        let base = BaseRef { revision, metadata_revision, digest };
        let header = Header {
            kind,
            workspace: "acme".into(),
            collection: "notes".into(),
            document: self.pick(&IDS).into(),
            writer: self.pick(&[OTHER, OTHER, WRITER]).into(),
            sequence: self.pick(&NUMBERS),
            change: self.pick(&NUMBERS),
            base: (kind == Kind::Base || self.below(2) == 0).then_some(base),
            schema_version: self.pick(&[0, 1, 2, u32::MAX]),
            wall_ms: self.pick(&NUMBERS),
        };
        let title = "Plan".into();
        let content = content.as_bytes().into();
        let body = Body::Whole(Whole { title, description: None, content, adopted: Vec::new() });
        let drawer = if kind == Kind::Base { Drawer::Base } else { Drawer::Draft };
        let Header { collection, document, writer, sequence, .. } = header.clone();
        let key = Key { drawer, collection, document, writer, sequence };
        Entry { key, bytes: encode(&header, &body).0 }
    }
}
