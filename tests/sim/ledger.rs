//! What the app was told and what it handed over: per document every accepted state, and per
//! writer what the engine has claimed of it. The checks compare the stores with this. It must not
//! know how the engine stores anything.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::disk::Name;

/// Content with title and description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Canonical text.
    pub text: Rc<[u8]>,
    /// Title.
    pub title: String,
    /// Description.
    pub description: Option<String>,
}

impl State {
    /// The state with this text.
    pub fn new(text: &[u8], title: &str, description: Option<&str>) -> State {
        State { text: text.into(), title: title.into(), description: description.map(Into::into) }
    }

    /// Whether the content of both is the same, or one is what a migration makes of the other.
    pub fn has_text_of(&self, other: &State) -> bool {
        without_version(&self.text) == without_version(&other.text)
    }

    /// Whether title and description of both are the same.
    pub fn has_words_of(&self, other: &State) -> bool {
        self.title == other.title && self.description == other.description
    }

    /// Whether both are the same, or one is what a migration makes of the other.
    pub fn same_work(&self, other: &State) -> bool {
        self.has_words_of(other) && self.has_text_of(other)
    }
}

/// Canonical text without the member that the second version of the app adds, which is its last.
fn without_version(text: &[u8]) -> &[u8] {
    let rest = text.strip_suffix(b",\"schema\":2}");
    rest.or_else(|| text.strip_suffix(b"}")).unwrap_or(text)
}

/// What lies in the stores of a writer at rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rest {
    /// Change number.
    pub change: u64,
    /// The state itself.
    pub state: State,
}

/// How a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its tab lives (frozen or not) and has the document open.
    Open,
    /// It asked for the draft to be dropped, or closed, and waits for the answer.
    Leaving,
    /// The document is closed, or its tab is dead.
    Dead,
}

/// One writer's work on one document.
#[derive(Clone, Debug)]
pub struct Line {
    /// The engine.
    pub engine: String,
    /// The writer under whose name the engine writes; unknown until it has.
    pub writer: String,
    /// How it stands.
    pub standing: Standing,
    /// The states by change number; several where a number stands for more than one, because a
    /// value was changed in place or migrated.
    pub history: Rc<BTreeMap<u64, Vec<State>>>,
    /// Change number when it was opened.
    pub opened: u64,
    /// Number of the event at which it was opened.
    pub opened_at: u64,
    /// Number of the event before which nothing of it had been read.
    pub read_since: u64,
    /// Change number of the newest edit handed over.
    pub accepted: u64,
    /// What the engine claims to be stored, in a store that survives the tab.
    pub stored: u64,
    /// What the engine claims to be on disk, said while it wrote to the device.
    pub flushed: u64,
    /// Writer of the draft that was adopted.
    pub adopted: Option<String>,
    /// The app only shows it.
    pub read_only: bool,
    /// Up to this change number it is being discarded.
    pub discarding: Option<u64>,
    /// Up to this change number the user gave it up.
    pub given_up: Option<u64>,
    /// Up to this change number it was discarded for good, wherever it lay.
    pub discarded: Option<u64>,
    /// States that it came to after that, under a number that was discarded: words that were
    /// changed while the content is still the one of then.
    pub anew: Vec<State>,
    /// What its records say while it is dead.
    pub rest: Option<Rest>,
    /// A fault took records of it: nothing is owed until a whole record is stored again.
    pub excused: bool,
    /// It was closed while only memory worked.
    pub in_memory: bool,
    /// What is shown as stored may be in memory only.
    pub shown_from_memory: bool,
    /// What has to stay all the same: what lay there before a write that went bad.
    pub floor: Option<u64>,
    /// Change numbers of the whole records that were written since.
    pub rewritten: Vec<u64>,
    /// A whole record was written since, and the engine knows it.
    pub is_renewed: bool,
    /// A fault took records of it at some time.
    pub was_excused: bool,
    /// The same for what is on disk.
    pub excused_on_disk: bool,
}

impl Line {
    /// A line whose document was just opened.
    pub fn new(engine: &str, opened: u64, state: State, event: u64) -> Line {
        Line {
            engine: engine.to_owned(),
            writer: format!("{engine}{OPENING}?"),
            standing: Standing::Open,
            history: Rc::new(BTreeMap::from([(opened, vec![state])])),
            opened,
            opened_at: event,
            read_since: event,
            accepted: opened,
            stored: 0,
            flushed: 0,
            adopted: None,
            read_only: false,
            discarding: None,
            given_up: None,
            discarded: None,
            anew: Vec::new(),
            rest: None,
            excused: false,
            in_memory: false,
            shown_from_memory: false,
            floor: None,
            rewritten: Vec::new(),
            is_renewed: false,
            was_excused: false,
            excused_on_disk: false,
        }
    }

    /// Notes that this is what the change number stands for, as well.
    pub fn note(&mut self, change: u64, state: State) {
        if self.discarded >= Some(change) && !self.was(change, &state) {
            self.anew.push(state.clone());
        }
        let states = Rc::make_mut(&mut self.history).entry(change).or_default();
        if !states.contains(&state) {
            states.push(state);
        }
    }

    /// Whether the change number stands for this state.
    pub fn was(&self, change: u64, state: &State) -> bool {
        self.history.get(&change).is_some_and(|states| states.iter().any(|s| s.same_work(state)))
    }

    /// The states that the numbers from `least` on stand for.
    pub fn since(&self, least: u64) -> impl Iterator<Item = &State> {
        self.history.range(least..).flat_map(|(_, states)| states)
    }

    /// Whether a number from `least` on stands for this state.
    pub fn was_since(&self, least: u64, state: &State) -> bool {
        let mut states = self.history.range(least..).flat_map(|(_, states)| states);
        states.any(|own| own.same_work(state))
    }
}

/// A document over all its writers.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// One line for each writer.
    pub lines: Vec<Line>,
    /// Bases that have arrived: revision and state.
    pub bases: Vec<(u64, State)>,
    /// A fault took records of its base, and the newest is not written again.
    pub has_lost_base: bool,
    /// Number of the event before the last fault that took or damaged records of it.
    pub struck_at: Option<u64>,
    /// Writers whose drafts are no part of the one being discarded.
    pub apart: BTreeSet<String>,
    /// Writers whose unusable records may go, because the user discarded that draft.
    pub given_up: BTreeSet<String>,
}

impl Book {
    /// The line of an engine that has the document open.
    pub fn open_line(&mut self, engine: &str) -> Option<&mut Line> {
        let mut lines = self.lines.iter_mut();
        lines.find(|line| line.engine == engine && line.standing != Standing::Dead)
    }

    /// Whether this is an accepted state of the document.
    pub fn accepted(&self, state: &State) -> bool {
        self.bases.iter().any(|(_, base)| base.same_work(state))
            || self.lines.iter().any(|line| line.was_since(0, state))
    }

    /// Whether the content and the words were each a base's, which they may be apart: each has
    /// revisions of its own.
    pub fn has_saved(&self, state: &State) -> bool {
        self.bases.iter().any(|(_, base)| base.has_text_of(state))
            && self.bases.iter().any(|(_, base)| base.has_words_of(state))
    }

    /// The same, of that revision or an older one.
    pub fn has_saved_by(&self, revision: u64, state: &State) -> bool {
        let mut old = self.bases.iter().filter(|(of, _)| *of <= revision);
        old.any(|(_, base)| base.has_text_of(state)) && self.has_saved(state)
    }

    /// Whether content and words were each handed over or arrived, whatever they were together.
    pub fn knows(&self, state: &State) -> bool {
        let states = self.lines.iter().flat_map(|line| line.history.values().flatten());
        let all = || states.clone().chain(self.bases.iter().map(|(_, base)| base));
        all().any(|it| it.has_text_of(state)) && all().any(|it| it.has_words_of(state))
    }

    /// The newest base that has arrived.
    pub fn newest_base(&self) -> Option<&(u64, State)> {
        self.bases.iter().max_by_key(|(revision, _)| *revision)
    }
}

/// Every document.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// By name.
    pub books: BTreeMap<Name, Book>,
}

impl Ledger {
    /// The book of a document.
    pub fn book(&mut self, name: &Name) -> &mut Book {
        self.books.entry(name.clone()).or_default()
    }

    /// A write of this engine went bad: its claims end, but what lay there before stays.
    pub fn excuse_write(&mut self, name: &Name, engine: &str, floor: Option<u64>) {
        let book = self.book(name);
        if let Some(line) = book.open_line(engine) {
            line.floor = line.floor.or(floor).filter(|_| !line.excused || line.floor.is_some());
            (line.excused, line.excused_on_disk, line.was_excused) = (true, true, true);
            line.is_renewed = false;
            line.rewritten.clear();
            book.has_lost_base = true;
        }
    }

    /// A fault took records of this document: no claim holds until one is met again.
    pub fn excuse(&mut self, name: &Name, event: u64) {
        if let Some(book) = self.books.get_mut(name) {
            (book.has_lost_base, book.struck_at) = (true, Some(event));
            for line in &mut book.lines {
                (line.excused, line.excused_on_disk, line.was_excused) = (true, true, true);
                (line.is_renewed, line.floor) = (false, None);
                line.rewritten.clear();
            }
        }
    }

    /// A fault may have taken records of any document.
    pub fn excuse_all(&mut self, event: u64) {
        let names: Vec<Name> = self.books.keys().cloned().collect();
        names.iter().for_each(|name| self.excuse(name, event));
    }
}

/// The engine that a writer is an opening of.
pub fn engine_of(writer: &str) -> &str {
    writer.split(OPENING).next().unwrap_or(writer)
}

/// Between the id of an engine and the number of an opening.
const OPENING: char = '~';
