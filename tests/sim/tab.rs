//! A tab: one engine and the shell around it. Owns the app's values, what changed since the last
//! capture, and what was asked; it must not know stores or faults. `world.rs` carries events in.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use keepfast::engine::{
    ArrivedBase, Capture, CollectionOptions, Config, Defect, DocumentId, DraftName, DraftTimes,
    Engine, Event, Limits, Now, Opened, Options, RemoteOptions, Request, RetryOptions, Status,
    StoreOptions, Survives, Token,
};
use keepfast::replica::Edit;

use crate::disk::{Name, Store};
use crate::ledger::State;
use crate::plan::Parameters;
use crate::value::Value;

/// The workspace of every world.
pub const WORKSPACE: &str = "sim";
/// Its collections: the second writes later.
pub const COLLECTIONS: &[&str] = &["notes", "tasks"];

/// When drafts of a collection are written.
pub fn draft_times(collection: &str) -> DraftTimes {
    if collection == COLLECTIONS[1] {
        return DraftTimes { debounce_ms: 500, max_wait_ms: 2_000, leading: false };
    }
    DraftTimes::default()
}

/// What the app asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// A new document in this state.
    Create(Name, State),
    /// A document.
    Load(Name),
    /// That everything up to this change is stored.
    Flush(DocumentId, u64),
    /// To drop the draft.
    Discard(DocumentId),
    /// To let the document go.
    Close(DocumentId),
    /// The drafts.
    List,
    /// To go on with a draft.
    Recover(DraftName),
    /// To drop a draft.
    DiscardDraft(DraftName),
    /// The bytes of a draft.
    Export(DraftName),
    /// That everything up to this change is saved.
    Save(DocumentId, u64),
    /// That a conflict is decided; for this content, if it is neither side's.
    Resolve(DocumentId, Option<State>),
    /// To go back to the base.
    Revert(DocumentId),
    /// To know what has changed on the server.
    Sync,
}

/// A request that waits for its answer.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What for.
    pub ask: Ask,
    /// Number of the event before it.
    pub since: u64,
    /// How often the stores had changed when it was made.
    pub changes: u64,
    /// How often an operation of the tab had failed when it was made.
    pub troubles: u64,
    /// The draft that it is about could be read when it was made.
    pub is_readable: bool,
    /// Writers that were alive when it was made.
    pub alive: Vec<String>,
}

/// An open document, as the app has it.
#[derive(Debug)]
pub struct Open {
    /// Its name.
    pub name: Name,
    /// The app's value.
    pub value: Value,
    /// What the reported edits make of the value that was captured last, where that differs from
    /// the value because it was changed in place.
    pub told: Option<Value>,
    /// A whole value brought a change that no edit had told: it may count as one of its own.
    pub may_count: bool,
    /// Edits since the last capture.
    pub since: Vec<Edit>,
    /// Title.
    pub title: String,
    /// Description.
    pub description: Option<String>,
    /// Edits handed over.
    pub count: u64,
    /// Canonical text of the value as it was announced last.
    pub announced: Rc<[u8]>,
    /// Canonical text of what the last capture gave to the engine.
    pub captured: Rc<[u8]>,
    /// The number up to which the engine knows every edit.
    pub captured_count: u64,
    /// The value was edited since the last capture.
    pub is_touched: bool,
    /// The value is nothing JSON can say.
    pub is_unspeakable: bool,
    /// Nothing has failed since a record of it was stored.
    pub is_calm: bool,
    /// Number and moment of the edits that are not stored.
    pub unstored: VecDeque<(u64, u64)>,
    /// The last status shown.
    pub status: Option<Rc<Status>>,
    /// It may only be shown.
    pub read_only: bool,
    /// It asked to close or to discard and waits.
    pub is_leaving: bool,
    /// Earlier values, for going back to one.
    pub earlier: Vec<Value>,
}

impl Open {
    /// As it was opened.
    pub fn new(name: Name, opened: &Opened) -> Option<Open> {
        let value = Value::parse(&opened.text)?;
        let text: Rc<[u8]> = opened.text.as_slice().into();
        Some(Open {
            name,
            told: None,
            may_count: false,
            announced: Rc::clone(&text),
            captured: text,
            captured_count: opened.change,
            is_touched: false,
            is_unspeakable: false,
            is_calm: false,
            earlier: vec![value.clone()],
            value,
            since: Vec::new(),
            title: opened.title.clone(),
            description: opened.description.clone(),
            count: opened.change,
            unstored: VecDeque::new(),
            status: None,
            read_only: opened.read_only,
            is_leaving: false,
        })
    }

    /// The app's state.
    pub fn state(&self) -> State {
        State::new(&self.value.canonical(), &self.title, self.description.as_deref())
    }

    /// The state that the reported edits lead to.
    pub fn told_state(&self) -> State {
        let told = self.told.as_ref().unwrap_or(&self.value);
        State::new(&told.canonical(), &self.title, self.description.as_deref())
    }

    /// Announces an edit made at this moment; gives back what the numbers stand for from here on.
    pub fn announce(&mut self, changes_value: bool, now_ms: u64) -> Vec<(u64, State)> {
        self.count += 1;
        if changes_value && std::mem::take(&mut self.is_unspeakable) {
            self.unstored.iter_mut().for_each(|(_, since)| *since = now_ms);
        }
        self.unstored.push_back((self.count, now_ms));
        self.is_touched |= changes_value;
        if !self.is_touched {
            self.captured_count = self.count;
        }
        let state = self.state();
        self.announced = Rc::clone(&state.text);
        let told = self.told.as_ref().map(|_| (self.count, self.told_state()));
        let is_ahead = self.is_unspeakable || !changes_value && self.is_touched;
        let words = is_ahead.then(|| self.words_alone());
        words.into_iter().chain([(self.count, state)]).chain(told).collect()
    }

    /// Words are kept with the content that was captured last, while nothing newer is.
    pub fn words_alone(&self) -> (u64, State) {
        let state = State {
            text: Rc::clone(&self.captured),
            title: self.title.clone(),
            description: self.description.clone(),
        };
        (self.captured_count, state)
    }

    /// Carries an edit out and remembers it for the next capture.
    pub fn edit(&mut self, edit: Edit) {
        if self.value.apply(&edit) {
            if let Some(told) = &mut self.told {
                told.apply(&edit);
            }
            self.since.push(edit);
        }
    }

    /// What has changed since the last capture.
    pub fn capture(&mut self, whole: bool, alone: bool) -> Capture {
        let edits = std::mem::take(&mut self.since);
        let is_whole = whole || alone;
        self.captured = match &self.told {
            Some(told) if !is_whole => told.canonical().into(),
            Some(_) => self.value.canonical().into(),
            None => Rc::clone(&self.announced),
        };
        (self.captured_count, self.is_touched) = (self.count, false);
        if self.earlier.len() < EARLIER_MAX {
            self.earlier.push(self.value.clone());
        }
        if !is_whole {
            return Capture::Edits(edits);
        }
        self.may_count |= self.told.take().is_some();
        let text = self.value.stringify();
        if alone { Capture::Whole(text) } else { Capture::Both { edits, text } }
    }

    /// The base that a save of this very moment makes.
    pub fn as_base(&self, revision: u64) -> ArrivedBase {
        ArrivedBase {
            is_own: true,
            revision,
            metadata_revision: revision,
            title: self.title.clone(),
            description: self.description.clone(),
            text: self.value.stringify(),
        }
    }
}

/// A tab that lives.
pub struct Tab {
    /// Counts tabs of the world.
    pub number: u32,
    /// Its writer.
    pub writer: String,
    /// Version of the app.
    pub version: u32,
    /// The engine.
    pub engine: Engine,
    /// It gets no event and keeps its lock.
    pub frozen: bool,
    /// Its page is hidden.
    pub hidden: bool,
    /// The memory store, which dies with it.
    pub memory: Store,
    /// Open documents.
    pub documents: BTreeMap<DocumentId, Open>,
    /// Requests that wait.
    pub asked: BTreeMap<Request, Asked>,
    /// Drafts as listed last.
    pub drafts: Vec<DraftName>,
    /// Events that wait for the frozen tab to go on.
    pub inbox: Vec<Event>,
    /// Events that the shell answers within the handler.
    pub answers: VecDeque<Event>,
    /// When the last operation of each store ends.
    pub busy_until: Vec<u64>,
    /// Operations under way.
    pub in_flight: u64,
    /// How often something failed.
    pub troubles: u64,
    /// Writers whose drafts were adopted in the event at hand, by document.
    pub recovered: Vec<(DocumentId, String)>,
    /// Writers of documents whose records were sent before the app heard that they are open.
    pub early: BTreeMap<Name, String>,
    /// Documents of which a write went bad before the app heard that they are open.
    pub spoiled: BTreeSet<Name>,
    /// A store could not be opened or read: it may hold what the engine has not seen.
    pub is_blind: bool,
    /// Writes to the memory store that were not answered.
    pub memory_tokens: BTreeSet<Token>,
    /// The event at hand confirms a write to the memory store.
    pub confirms_memory: bool,
    /// An exit write failed at once.
    pub exit_failed: bool,
    /// At some time it had no store to write to.
    pub was_storeless: bool,
    next_request: u64,
}

impl Tab {
    /// A tab whose engine has just been made.
    pub fn open(
        number: u32,
        version: u32,
        of: &Parameters,
        defect: Option<Defect>,
        now: Now,
    ) -> Tab {
        let writer = format!("writer-{number:07}");
        let mut config =
            Config::parse(options(of, version, &writer)).expect("the options are allowed ones");
        if let Some(defect) = defect {
            config = config.with_defect(defect);
        }
        Tab {
            number,
            writer,
            version,
            engine: Engine::new(config, now),
            frozen: false,
            hidden: false,
            memory: Store::new(Survives::None, usize::MAX),
            documents: BTreeMap::new(),
            asked: BTreeMap::new(),
            drafts: Vec::new(),
            inbox: Vec::new(),
            answers: VecDeque::new(),
            busy_until: vec![0; of.ladder.len()],
            in_flight: 0,
            troubles: 0,
            recovered: Vec::new(),
            early: BTreeMap::new(),
            spoiled: BTreeSet::new(),
            is_blind: false,
            memory_tokens: BTreeSet::new(),
            confirms_memory: false,
            exit_failed: false,
            was_storeless: false,
            next_request: 0,
        }
    }

    /// A number for a request.
    pub fn request(&mut self, ask: Ask, since: u64, changes: u64, alive: Vec<String>) -> Request {
        self.next_request += 1;
        let request = Request(self.next_request);
        let troubles = self.troubles;
        let asked = Asked { ask, since, changes, troubles, is_readable: true, alive };
        self.asked.insert(request, asked);
        request
    }

    /// The open document of this name.
    pub fn find(&self, name: &Name) -> Option<DocumentId> {
        self.documents.iter().find(|(_, open)| open.name == *name).map(|(id, _)| *id)
    }

    /// Something failed just now.
    pub fn note_trouble(&mut self) {
        self.troubles += 1;
        self.documents.values_mut().for_each(|open| open.is_calm = false);
    }
}

fn options(of: &Parameters, version: u32, writer: &str) -> Options {
    let store = |survives: &Survives| StoreOptions {
        survives: *survives,
        expects: *survives == Survives::Device,
        takes_tail: *survives == Survives::Tab && of.tail,
    };
    let collection = |name: &&str| {
        let draft = draft_times(name);
        let limits = limits();
        let options =
            CollectionOptions { schema_version: version, draft, limits, ..Default::default() };
        ((*name).to_owned(), options)
    };
    Options {
        workspace: WORKSPACE.to_owned(),
        writer: writer.to_owned(),
        stores: of.ladder.iter().map(store).collect(),
        collections: COLLECTIONS.iter().map(collection).collect(),
        recovery: of.recovery,
        remote: of.net.map(|_| RemoteOptions::default()),
        retry: RetryOptions::default(),
    }
}

/// Limits that no word of a world breaks.
fn limits() -> Limits {
    Limits { content_bytes_max: 4 << 20, title_min: 0, title_max: 999, description_max: 999 }
}

/// How many earlier values are kept for going back.
const EARLIER_MAX: usize = 4;
