//! How requests that look into the stores are begun and concluded. Owns the step from what was
//! found to what is opened, listed, removed or refused.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::Engine;
use super::classify::{Classified, classify};
use super::context::Owner;
use super::deciding::Plan;
use super::defect::Defect;
use super::document::Document;
use super::effect::{Answer, Effect};
use super::error::{EngineError, StoreError};
use super::event::{DraftName, DraftSummary};
use super::ids::{DocumentId, OPENING, Request, Token, engine_of};
use super::inquiry::{Found, Inquiry, Purpose, Stage};
use super::migrating::Migration;
use super::notice::Notice;
use super::opening::{Identity, Ready};
use super::outcome::{Outcome, export};
use super::tracker::{State, replica_of};
use crate::json::Source;
use crate::record::Key;

/// What the app gave for a new document.
pub(super) struct NewDocument {
    pub(super) collection: String,
    pub(super) document: String,
    pub(super) title: String,
    pub(super) description: Option<String>,
    pub(super) text: Vec<u8>,
}

impl Engine {
    /// Begins a new document, once it is known that there is none of that id.
    pub(super) fn create(&mut self, request: Request, new: NewDocument) {
        let NewDocument { collection, document, title, description, text } = new;
        match replica_of(&text, Source::Own) {
            Ok(content) => {
                let state = State { title, description, content };
                let is_copy = false;
                self.inquire(request, Purpose::Create { collection, document, state, is_copy });
            }
            Err(error) => self.effects.answer(request, Answer::Failed(error)),
        }
    }

    /// Begins to look into the stores.
    pub(super) fn inquire(&mut self, request: Request, purpose: Purpose) {
        if let Some(collection) = collection_of(&purpose)
            && !self.config.collections.contains_key(collection)
        {
            let refused = Answer::Failed(EngineError::UnknownCollection);
            return self.effects.answer(request, refused);
        }
        self.last_inquiry += 1;
        self.inquiries.insert(self.last_inquiry, Inquiry::new(request, purpose));
        self.start_inquiries();
    }

    /// Starts the inquiries that have waited for the stores. Those about one document go one after
    /// the other: a draft that is being discarded is not adopted meanwhile (I7).
    pub(super) fn start_inquiries(&mut self) {
        let Engine { inquiries, names, documents, endings, .. } = self;
        let mut busy = BTreeSet::new();
        for (number, inquiry) in inquiries {
            let is_first = inquiry.purpose.document().is_none_or(|name| busy.insert(name));
            if !is_first || is_closing(&inquiry.purpose, names, documents) {
                continue;
            }
            for token in inquiry.start(*endings, &self.stores, &mut self.effects) {
                self.awaited.insert(token, Owner::Inquiry(*number));
            }
        }
    }

    /// Hands an answer to an inquiry, and concludes it when it was the last one.
    pub(super) fn on_inquiry(&mut self, number: u64, hear: impl FnOnce(&mut Inquiry)) {
        let Some(inquiry) = self.inquiries.get_mut(&number) else { return self.on_stray() };
        hear(inquiry);
        if let Some(token) = inquiry.ask_writers(&mut self.effects) {
            self.awaited.insert(token, Owner::Inquiry(number));
        }
        for token in inquiry.read_again(&self.config.writer, &self.stores, &mut self.effects) {
            self.awaited.insert(token, Owner::Inquiry(number));
        }
        if inquiry.is_answered()
            && Engine::is_reading(&inquiry.stage)
            && let Some(mut inquiry) = self.inquiries.remove(&number)
        {
            inquiry.settle_writers();
            self.conclude(number, inquiry);
        }
    }

    /// Makes of an inquiry what it was for. What concerns a document that is being closed is looked
    /// into again when that is done: what was found is not what will be there.
    fn conclude(&mut self, number: u64, mut inquiry: Inquiry) {
        if self.is_outdated(&inquiry) {
            let Inquiry { request, purpose, .. } = inquiry;
            self.inquiries.insert(number, Inquiry::new(request, purpose));
            return;
        }
        let found = core::mem::take(&mut inquiry.found);
        let version = |collection: &str| {
            self.config.collections.get(collection).map(|rules| rules.schema_version)
        };
        let is_at_work = |name: (&str, &str), writer: &str| self.is_at_work(name, writer, &found);
        let documents = classify(&self.config.workspace, &found, is_at_work, version);
        self.tell_of_unusable(&documents);
        let request = inquiry.request;
        if let Purpose::List = inquiry.purpose {
            return self.list(request, &found, &documents);
        }
        let first = documents.into_iter().next();
        let answer = match &inquiry.purpose {
            Purpose::Create { collection, document, state, is_copy } => {
                let state = state.clone();
                let name = (collection.clone(), document.clone());
                match (self.open_new(name, first, state), is_copy) {
                    (Outcome::Answer(answer), true) => return self.save_copy(request, answer),
                    (outcome, _) => outcome,
                }
            }
            Purpose::Load { collection, document } => {
                let name = (collection.clone(), document.clone());
                self.plan_load(&name, first, &found)
            }
            Purpose::Recover(name) => self.plan_recover(name, first, &found),
            Purpose::Discard(name) => self.plan_discard(name, first.as_ref(), &found),
            Purpose::Export(name) => Outcome::Answer(export(name, &found)),
            Purpose::List => Outcome::Answer(Answer::Done),
        };
        match answer {
            Outcome::Answer(answer) => self.effects.answer(request, answer),
            Outcome::Again if inquiry.tries < TRIES_MAX => {
                let mut again = Inquiry::new(request, inquiry.purpose);
                again.tries = inquiry.tries + 1;
                self.inquiries.insert(number, again);
            }
            Outcome::Again => {
                self.effects.answer(request, Answer::Failed(EngineError::Unavailable));
            }
            Outcome::Fetch => {
                inquiry.found = found;
                self.fetch(number, inquiry);
            }
            Outcome::Open(plan, unusable) => {
                inquiry.found = found;
                self.migrate(number, inquiry, *plan, unusable);
            }
            Outcome::Remove(rest) => {
                if let Some(token) = inquiry.remove_next(rest, &mut self.effects) {
                    self.awaited.insert(token, Owner::Inquiry(number));
                    self.inquiries.insert(number, inquiry);
                }
            }
        }
    }

    /// Whether what was found may have gone since: the document is being closed or discarded, or
    /// one was while the stores were read.
    fn is_outdated(&self, inquiry: &Inquiry) -> bool {
        inquiry.endings != self.endings
            || is_closing(&inquiry.purpose, &self.names, &self.documents)
    }

    fn tell_of_unusable(&mut self, documents: &[Classified]) {
        for unusable in documents.iter().flat_map(|document| &document.unusable) {
            let (key, reason) = (unusable.key.clone(), unusable.reason.clone());
            self.effects.push(Effect::Notify(Notice::Quarantined { key, reason }));
        }
    }

    fn list(&mut self, request: Request, found: &Found, documents: &[Classified]) {
        let mut drafts: Vec<DraftSummary> = Vec::new();
        for document in documents {
            let rules = self.config.collections.get(&document.collection);
            drafts.extend(document.summaries(rules));
        }
        drafts.retain(|draft| !self.is_adopted(&draft.name));
        let unread = found.unread.clone();
        self.effects.answer(request, Answer::Drafts { drafts, unread });
    }

    /// Whether a writer may still write a draft of the document: this one while it is open here,
    /// another one while it is alive.
    pub(super) fn is_at_work(&self, name: (&str, &str), writer: &str, found: &Found) -> bool {
        let engine = engine_of(writer);
        match engine == self.config.writer {
            true => self.opened(name.0, name.1).is_some_and(|it| it.writer == writer),
            false => found.alive.iter().any(|alive| alive == engine),
        }
    }

    /// Whether an open document carries the draft on.
    pub(super) fn is_adopted(&self, name: &DraftName) -> bool {
        self.opened(&name.collection, &name.document)
            .is_some_and(|document| document.draft.ledger.carries(&name.writer))
    }

    pub(super) fn opened(&self, collection: &str, document: &str) -> Option<&Document> {
        let name = (String::from(collection), String::from(document));
        self.documents.get(self.names.get(&name)?)
    }

    fn open_new(
        &mut self,
        name: (String, String),
        found: Option<Classified>,
        state: State,
    ) -> Outcome {
        if found.is_some() || self.names.contains_key(&name) {
            return Outcome::Answer(Answer::Failed(EngineError::Exists));
        }
        let identity = self.identity(name);
        let Some(rules) = self.config.collections.get(&identity.collection) else {
            return Outcome::Answer(Answer::Failed(EngineError::UnknownCollection));
        };
        let id = identity.id;
        let document = Document::create(identity, state, rules);
        self.add(document);
        let opened = self.documents.get(&id).map(|document| document.opened(false));
        Outcome::Answer(opened.map_or(Answer::Failed(EngineError::NotOpen), Answer::Opened))
    }

    /// A store's share of a discarded draft is gone, or could not be removed.
    pub(super) fn on_removed(&mut self, number: u64, result: Result<(), StoreError>) {
        let Some(mut inquiry) = self.inquiries.remove(&number) else { return self.on_stray() };
        let Stage::Removing { rest } = core::mem::replace(&mut inquiry.stage, Stage::Reading)
        else {
            return self.on_stray();
        };
        let request = inquiry.request;
        if let Err(error) = result {
            return self.effects.answer(request, Answer::Failed(EngineError::Store(error)));
        }
        match inquiry.remove_next(rest, &mut self.effects) {
            Some(token) => {
                self.awaited.insert(token, Owner::Inquiry(number));
                self.inquiries.insert(number, inquiry);
            }
            None => self.effects.answer(request, Answer::Done),
        }
    }

    /// Brings a plan to this schema version, then opens it.
    pub(super) fn migrate(
        &mut self,
        number: u64,
        mut inquiry: Inquiry,
        plan: Plan,
        unusable: Vec<Key>,
    ) {
        let Some(collection) = collection_of(&inquiry.purpose).map(String::from) else { return };
        let version = self.config.collections.get(&collection).map(|it| it.schema_version);
        let migration = Migration::new(plan, collection, version.unwrap_or(1));
        if !self.config.has_defect(Defect::RemoveQuarantined) {
            inquiry.unusable = unusable;
        }
        self.ask_or_open(number, inquiry, migration);
    }

    fn ask_or_open(&mut self, number: u64, mut inquiry: Inquiry, mut migration: Migration) {
        if self.is_outdated(&inquiry) {
            let Inquiry { request, purpose, .. } = inquiry;
            self.inquiries.insert(number, Inquiry::new(request, purpose));
            return;
        }
        if let Some(token) = migration.ask(&mut self.effects) {
            self.awaited.insert(token, Owner::Inquiry(number));
            inquiry.stage = Stage::Migrating(Box::new(migration));
            self.inquiries.insert(number, inquiry);
            return;
        }
        if let Purpose::Recover(_) = inquiry.purpose
            && let Some(&id) = inquiry.purpose.document().and_then(|name| self.names.get(&name))
        {
            inquiry.stage = Stage::Looking(Box::new(migration));
            self.inquiries.insert(number, inquiry);
            return self.look(number, id);
        }
        let answer = self.open_plan(&inquiry, migration);
        self.effects.answer(inquiry.request, answer);
    }

    /// Looks at the app's value before a draft takes its place: it may have been changed in place,
    /// and nobody said so.
    fn look(&mut self, number: u64, id: DocumentId) {
        let mut is_looking = false;
        self.with(id, |document, ctx| {
            if !document.is_read_only {
                document.tracker.wants_whole = true;
                document.capture(ctx);
            }
            is_looking = document.is_capturing();
        });
        if !is_looking {
            self.on_looked(number);
        }
    }

    /// The app's value was looked at; what waited for that goes on.
    pub(super) fn on_looked_at(&mut self, id: DocumentId) {
        let is_waiting = |inquiry: &Inquiry| {
            let open = inquiry.purpose.document().and_then(|name| self.names.get(&name));
            matches!(inquiry.stage, Stage::Looking(_)) && open == Some(&id)
        };
        let waiting = self.inquiries.iter().find(|(_, inquiry)| is_waiting(inquiry));
        if let Some(number) = waiting.map(|(number, _)| *number) {
            self.on_looked(number);
        }
    }

    fn on_looked(&mut self, number: u64) {
        let Some(mut inquiry) = self.inquiries.remove(&number) else { return };
        if let Stage::Looking(migration) = core::mem::replace(&mut inquiry.stage, Stage::Reading) {
            if is_ending(&inquiry.purpose, &self.names, &self.documents) {
                // It was closed or discarded while its value was being looked at.
                let Inquiry { request, purpose, .. } = inquiry;
                self.inquiries.insert(number, Inquiry::new(request, purpose));
                return;
            }
            let answer = self.open_plan(&inquiry, *migration);
            self.effects.answer(inquiry.request, answer);
        }
    }

    pub(super) fn go_on_migrating(
        &mut self,
        number: u64,
        token: Token,
        result: Result<&[u8], String>,
    ) {
        let Some(mut inquiry) = self.inquiries.remove(&number) else { return self.on_stray() };
        let stage = core::mem::replace(&mut inquiry.stage, Stage::Reading);
        let Stage::Migrating(mut migration) = stage else { return self.on_stray() };
        let step = result.map_err(EngineError::MigrationFailed);
        match step.and_then(|text| migration.on_migrated(token, text)) {
            Ok(()) => self.ask_or_open(number, inquiry, *migration),
            Err(error) => self.effects.answer(inquiry.request, Answer::Failed(error)),
        }
    }

    /// Opens the document of a plan, or has the one that is open go on with its draft.
    fn open_plan(&mut self, inquiry: &Inquiry, migration: Migration) -> Answer {
        let Some(name) = inquiry.purpose.document() else { return Answer::Done };
        let ready = Ready {
            found: &inquiry.found,
            unusable: &inquiry.unusable,
            has_old_draft: migration.has_old_draft,
            has_old_base: migration.has_old_base,
            plan: migration.plan,
        };
        let recovered = ready.plan.draft.is_some();
        if let Some(&id) = self.names.get(&name) {
            return match (&inquiry.purpose, self.documents.get(&id)) {
                (Purpose::Load { .. }, Some(open)) => Answer::Opened(open.opened(false)),
                (_, _) => self.go_on_with(id, &ready),
            };
        }
        let identity = self.identity(name);
        let (id, active) = (identity.id, self.stores.active());
        let Some(rules) = self.config.collections.get(&identity.collection) else {
            return Answer::Failed(EngineError::UnknownCollection);
        };
        let Some(document) = Document::open(identity, &ready, active, rules) else {
            self.names.retain(|_, open| *open != id);
            return Answer::Failed(EngineError::NotFound);
        };
        let opened = document.opened(recovered);
        self.tell_of_recovery(id, &ready.plan);
        self.add(document);
        Answer::Opened(opened)
    }

    /// Takes up an open document.
    fn add(&mut self, mut document: Document) {
        if self.config.has_defect(Defect::NoMaximumWait) {
            document.debounce.drop_maximum_wait();
        }
        let id = document.id;
        document.arm_autosave(self.now.instant);
        self.documents.insert(id, document);
        self.with(id, |document, ctx| {
            if !document.is_read_only && document.owes_base(ctx) {
                // It came from the server or from a lesser store, and is kept.
                document.debounce.press();
            }
            document.advance_draft(ctx);
        });
        self.fresh.push(id);
    }

    fn go_on_with(&mut self, id: DocumentId, ready: &Ready) -> Answer {
        let recovered = ready.plan.draft.is_some();
        let mut answer = Answer::Failed(EngineError::NotOpen);
        self.with(id, |document, ctx| {
            answer = match document.refusal_of(&ready.plan) {
                Some(error) => Answer::Failed(error),
                None if recovered => {
                    document.take_over(ready, ctx.collection.schema_version);
                    document.apply(ctx);
                    Answer::Opened(document.opened(true))
                }
                None => Answer::Opened(document.opened(false)),
            };
            document.advance(ctx);
        });
        if recovered && let Answer::Opened(_) = answer {
            self.tell_of_recovery(id, &ready.plan);
        }
        answer
    }

    fn tell_of_recovery(&mut self, document: DocumentId, plan: &Plan) {
        if let Some(draft) = &plan.draft {
            let (writer, change) = (draft.writer.clone(), draft.change);
            self.effects.push(Effect::Notify(Notice::Recovered { document, writer, change }));
        }
    }

    /// Numbers a document and enters it under its name.
    fn identity(&mut self, name: (String, String)) -> Identity {
        self.last_document += 1;
        let id = DocumentId(self.last_document);
        self.names.insert(name.clone(), id);
        let opening = self.openings.entry(name.clone()).or_default();
        *opening += 1;
        let writer = match *opening {
            1 => self.config.writer.clone(),
            again => format!("{}{OPENING}{again}", self.config.writer),
        };
        Identity { id, writer, collection: name.0, name: name.1 }
    }
}

/// Readings after which a base that cannot be found is taken for unreadable.
const TRIES_MAX: u32 = 3;

/// Whether what there is of an inquiry's document is about to change: the open document is on its
/// way out, or what a draft would be recovered into is still being stored.
fn is_closing(
    purpose: &Purpose,
    names: &BTreeMap<(String, String), DocumentId>,
    documents: &BTreeMap<DocumentId, Document>,
) -> bool {
    let is_recovering = matches!(purpose, Purpose::Recover(_));
    let open = purpose.document().and_then(|name| names.get(&name));
    open.and_then(|id| documents.get(id))
        .is_some_and(|it| it.requests.is_leaving() || is_recovering && it.is_busy())
}

/// Whether the open document of an inquiry is closed, discarded, or about to be.
fn is_ending(
    purpose: &Purpose,
    names: &BTreeMap<(String, String), DocumentId>,
    documents: &BTreeMap<DocumentId, Document>,
) -> bool {
    let open = purpose.document().and_then(|name| names.get(&name));
    let requests = open.and_then(|id| documents.get(id)).map(|document| &document.requests);
    requests.is_some_and(|requests| requests.is_leaving() || requests.is_over)
}

fn collection_of(purpose: &Purpose) -> Option<&str> {
    match purpose {
        Purpose::Create { collection, .. } | Purpose::Load { collection, .. } => Some(collection),
        Purpose::Recover(name) | Purpose::Discard(name) | Purpose::Export(name) => {
            Some(&name.collection)
        }
        Purpose::List => None,
    }
}
