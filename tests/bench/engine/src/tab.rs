//! A tab with one open document: owns the engine, its clock and its store, and answers every effect
//! at once, until none is left. It must not know what is compared with what. Only time inside of
//! the engine is measured.

use crate::session::{Change, SCHEMA, Session};
use crate::store::Store;
use keepfast::engine::{
    Answer, Batch, CollectionOptions, Config, DocumentId, Effect, Engine, Event, Limits, Notice,
    Now, Options, Request, StoreOptions, Survives, Token,
};
use keepfast::json::canonicalize;
use keepfast::replica::Edit;
use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

pub struct Tab {
    engine: Engine,
    now: Now,
    store: Store,
    session: Session,
    document: Option<DocumentId>,
    /// What the app has changed since the last capture.
    edits: Vec<Edit>,
    /// Text that the engine gave when it was asked for a document that is open.
    text: Option<Vec<u8>>,
    cost: Cost,
}

/// What one edit took.
#[derive(Clone, Copy, Default)]
pub struct Cost {
    /// Time in the engine from the edit to the first batch with its bytes.
    pub until_written: Duration,
    /// Time in the engine with all that followed: answers, timers, checkpoints.
    pub in_all: Duration,
    /// Bytes given to the store.
    pub bytes: usize,
    has_batch: bool,
}

impl Tab {
    /// A tab that has just created its document.
    ///
    /// # Errors
    /// What the engine refused.
    pub fn open(session: Session) -> Result<Tab, String> {
        let now = Now { instant: keepfast::engine::Instant(1_000), wall: 1_790_000_000_000 };
        let config = Config::parse(options()).map_err(|error| error.to_string())?;
        let engine = Engine::new(config, now);
        let store = Store::default();
        let (edits, cost) = (Vec::new(), Cost::default());
        let mut tab = Tab { engine, now, store, session, document: None, edits, text: None, cost };
        tab.run(VecDeque::new())?;
        let text = tab.session.text();
        tab.handle(Event::Create {
            request: Request(1),
            collection: COLLECTION.to_string(),
            document: DOCUMENT.to_string(),
            title: "Snowmelt".to_string(),
            description: None,
            text,
        })?;
        tab.pass_time()?;
        tab.document.ok_or("the engine did not open the document")?;
        Ok(tab)
    }

    /// Length of the document's canonical text.
    pub fn content_bytes(&self) -> usize {
        self.session.bytes()
    }

    /// Makes one edit, waits until it is stored, and pauses: the next one is the first after a
    /// pause again.
    ///
    /// # Errors
    /// What the engine refused; an edit that was never written.
    pub fn edit(&mut self, change: Change) -> Result<Cost, String> {
        let document = self.document.ok_or("no document is open")?;
        let edit = self.session.edit(change);
        self.edits.push(edit);
        self.cost = Cost::default();
        self.handle(Event::Changed { document })?;
        self.pass_time()?;
        if self.cost.has_batch { Ok(self.cost) } else { Err(format!("{change:?}: not written")) }
    }

    /// Compares what the engine holds with the app's value: a fast engine that is wrong is none.
    ///
    /// # Errors
    /// The engine did not tell, or told something else.
    pub fn check(&mut self) -> Result<(), String> {
        self.text = None;
        self.handle(Event::Load {
            request: Request(2),
            collection: COLLECTION.to_string(),
            document: DOCUMENT.to_string(),
        })?;
        let own = canonicalize(&self.session.text(), &keepfast::json::Options::default());
        let own = own.map_err(|error| error.to_string())?;
        match self.text.take() {
            Some(text) if text == own => Ok(()),
            Some(_) => Err("the engine's content is not the app's".to_string()),
            None => Err("the engine does not tell its content".to_string()),
        }
    }

    /// Fires every timer of the next [`PAUSE_MS`], each at its time.
    fn pass_time(&mut self) -> Result<(), String> {
        let end = self.now.instant.after(PAUSE_MS);
        for _ in 0..TIMERS_MAX {
            let due = self.engine.next_wakeup().filter(|due| *due <= end);
            self.advance(due.unwrap_or(end));
            if due.is_none() {
                return Ok(());
            }
            self.handle(Event::TimerFired)?;
        }
        Err("the engine's timers do not come to rest".to_string())
    }

    fn advance(&mut self, to: keepfast::engine::Instant) {
        let passed = to.0.saturating_sub(self.now.instant.0);
        self.now.instant = self.now.instant.after(passed);
        self.now.wall += passed;
    }

    fn handle(&mut self, event: Event) -> Result<(), String> {
        self.run(VecDeque::from([event]))
    }

    /// Hands over events, and the answers to their effects, until there is none.
    fn run(&mut self, mut events: VecDeque<Event>) -> Result<(), String> {
        loop {
            while let Some(effect) = self.timed(Engine::poll_effect) {
                self.note_batch(&effect);
                events.extend(self.answer(effect)?);
            }
            let Some(event) = events.pop_front() else { return Ok(()) };
            let now = self.now;
            self.timed(|engine| engine.handle_event(event, now));
        }
    }

    fn timed<T>(&mut self, call: impl FnOnce(&mut Engine) -> T) -> T {
        let started = Instant::now();
        let result = call(&mut self.engine);
        let spent = started.elapsed();
        self.cost.in_all += spent;
        if !self.cost.has_batch {
            self.cost.until_written += spent;
        }
        result
    }

    fn note_batch(&mut self, effect: &Effect) {
        if let Effect::Write { batch, .. } | Effect::WriteNow { batch, .. } = effect {
            self.cost.has_batch |= !batch.put.is_empty();
        }
    }

    /// Does what an effect asks for and returns the event that answers it.
    fn answer(&mut self, effect: Effect) -> Result<Option<Event>, String> {
        Ok(match effect {
            Effect::OpenStore { store } => Some(Event::StoreOpened { store }),
            Effect::Read { token, prefix, .. } => {
                Some(Event::ReadDone { token, entries: self.store.read(&prefix) })
            }
            Effect::Write { token, batch, .. } | Effect::WriteNow { token, batch, .. } => {
                Some(self.write(token, &batch))
            }
            Effect::ListWriters { token } => {
                Some(Event::WritersListed { token, alive: vec![WRITER.to_string()] })
            }
            Effect::Capture { document, token, whole } => {
                let edits = std::mem::take(&mut self.edits);
                let capture = self.session.capture(edits, whole);
                Some(Event::Captured { document, token, capture })
            }
            Effect::Answer { answer, .. } => {
                self.note_answer(answer)?;
                None
            }
            Effect::Notify(Notice::DraftFailed { error, .. }) => return Err(error.to_string()),
            Effect::Send { .. } | Effect::RenewToken { .. } => {
                return Err("the engine asks a server that is not configured".to_string());
            }
            Effect::Migrate { .. } | Effect::Apply { .. } | Effect::Copied { .. } => {
                return Err("the engine wants to replace the content".to_string());
            }
            Effect::StatusChanged { .. }
            | Effect::HealthChanged { .. }
            | Effect::Announce { .. }
            | Effect::Notify(_) => None,
        })
    }

    fn write(&mut self, token: Token, batch: &Batch) -> Event {
        match self.store.write(batch) {
            Ok(bytes) => {
                self.cost.bytes += bytes;
                Event::Wrote { token }
            }
            Err(error) => Event::WriteFailed { token, error },
        }
    }

    fn note_answer(&mut self, answer: Answer) -> Result<(), String> {
        match answer {
            Answer::Opened(opened) => {
                // The app takes the text over when it opens a document; only a check looks at it.
                let was_open = self.document.replace(opened.document).is_some();
                self.text = was_open.then_some(opened.text);
                Ok(())
            }
            Answer::Failed(error) | Answer::Queued(error) => Err(error.to_string()),
            Answer::Done
            | Answer::Saved { .. }
            | Answer::Drafts { .. }
            | Answer::Exported(_)
            | Answer::Versions { .. }
            | Answer::Version(_) => Ok(()),
        }
    }
}

fn options() -> Options {
    let store = StoreOptions { survives: Survives::Device, expects: true, takes_tail: false };
    let limits = Limits { content_bytes_max: 64 << 20, ..Limits::default() };
    let schema = Some(SCHEMA.as_bytes().to_vec());
    let collection = CollectionOptions { schema, limits, ..CollectionOptions::default() };
    Options {
        workspace: "bench".to_string(),
        writer: WRITER.to_string(),
        stores: vec![store],
        collections: BTreeMap::from([(COLLECTION.to_string(), collection)]),
        ..Options::default()
    }
}

const WRITER: &str = "bench-writer-01";
const COLLECTION: &str = "sessions";
const DOCUMENT: &str = "snowmelt";
/// Longer than any draft timer, so that everything about an edit is over.
const PAUSE_MS: u64 = 5_000;
/// Far more timers than one edit may set.
const TIMERS_MAX: usize = 100;
