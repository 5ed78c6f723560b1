//! What the app learns: answers to its requests, statuses, and content given in place of its own.
//! Owns what the ledger takes down of them, and the checks on each answer by itself.

use std::rc::Rc;

use keepfast::engine::{
    Answer, DocumentId, DraftState, DraftSummary, EngineError, Opened, Request, Status, StoreId,
    Survives,
};

use crate::disk::Name;
use crate::ledger::{Line, Standing, State};
use crate::tab::{Ask, Asked, Open};
use crate::value::Value;
use crate::world::{Checked, Due, World};

impl World {
    /// Settles a request, which happens once.
    pub fn settle(&mut self, number: u32, request: Request, answer: Answer) -> Checked {
        let Some(tab) = self.tab(number) else { return Ok(()) };
        let Some(asked) = tab.asked.remove(&request) else {
            return self.fail("api: a request is answered once", format!("{request:?}"));
        };
        match (&asked.ask, answer) {
            (Ask::Create(..) | Ask::Load(_) | Ask::Recover(_), Answer::Opened(opened)) => {
                self.open_document(number, &asked, &opened)
            }
            (Ask::Flush(document, change), Answer::Done) => {
                self.check_flushed(number, *document, *change)
            }
            (Ask::Close(document), Answer::Done) => self.close_document(number, *document),
            (Ask::Discard(document), Answer::Done) => self.discard_document(number, *document),
            (Ask::DiscardDraft(draft), Answer::Done) => {
                let name = (draft.collection.clone(), draft.document.clone());
                // What a draft carries on is known from its records.
                let is_seeing = self.tab(number).is_some_and(|tab| !tab.is_blind);
                let is_blind = !is_seeing || !asked.is_readable;
                self.give_up(&name, &draft.writer, u64::MAX, is_blind);
                Ok(())
            }
            (Ask::List, Answer::Drafts { drafts, unread }) => {
                self.take_drafts(number, &asked, &drafts, &unread)
            }
            (Ask::Export(draft), Answer::Exported(entries)) => {
                match self.is_undisturbed(number, &asked) {
                    true => self.check_export(draft, &entries),
                    false => Ok(()),
                }
            }
            (Ask::Save(id, count), Answer::Saved { revision, digest }) => {
                self.check_saved(number, *id, *count, (revision, &digest))
            }
            (Ask::Resolve(id, _), Answer::Saved { revision, digest }) => {
                self.check_saved(number, *id, 0, (revision, &digest))
            }
            (Ask::Save(..) | Ask::Resolve(..), Answer::Queued(_))
            | (Ask::Sync | Ask::Revert(_), Answer::Done) => Ok(()),
            (_, Answer::Failed(error)) => self.take_refusal(number, &asked, &error),
            (ask, answer) => {
                self.fail("api: an answer fits its request", format!("{ask:?}: {answer:?}"))
            }
        }
    }

    fn open_document(&mut self, number: u32, asked: &Asked, opened: &Opened) -> Checked {
        let name = match &asked.ask {
            Ask::Create(name, _) | Ask::Load(name) => name.clone(),
            Ask::Recover(draft) => (draft.collection.clone(), draft.document.clone()),
            _ => return Ok(()),
        };
        let id = opened.document;
        let event = self.events;
        let Some(tab) = self.tab(number) else { return Ok(()) };
        if tab.documents.get(&id).is_some_and(|open| open.name == name) {
            return self.take_over(number, opened, &name);
        }
        if matches!(asked.ask, Ask::Load(_)) && self.is_undisturbed(number, asked) {
            self.check_load(number, &name, (asked, opened))?;
        }
        let Some(tab) = self.tab(number) else { return Ok(()) };
        let Some(open) = Open::new(name.clone(), opened) else {
            return self.fail("I2: content is JSON", format!("{name:?}"));
        };
        let (state, writer) = (open.state(), tab.writer.clone());
        let recovered = tab.recovered.iter().position(|(document, _)| *document == id);
        let adopted = recovered.map(|at| tab.recovered.swap_remove(at).1);
        // A discard whose answer is under way may have closed the document before.
        tab.documents.retain(|_, open| open.name != name);
        tab.documents.insert(id, open);
        let early = tab.early.remove(&name);
        let is_spoiled = tab.spoiled.remove(&name);
        let is_known = match &asked.ask {
            Ask::Create(_, given) => given.same_work(&state),
            _ => self.ledger.book(&name).accepted(&state),
        };
        if !is_known {
            return self.fail("I2: what is opened was accepted once", format!("{name:?}"));
        }
        if opened.recovered != adopted.is_some() && !opened.read_only {
            let what = format!("{name:?}: recovered {}, {adopted:?}", opened.recovered);
            return self.fail("api: an adopted draft is told with its writer", what);
        }
        let mut line = Line::new(&writer, opened.change, state, event);
        line.writer = early.unwrap_or(line.writer);
        line.adopted = adopted.filter(|_| !opened.read_only);
        line.read_only = opened.read_only;
        line.read_since = asked.since;
        // A fault may have taken what was adopted after it was read.
        let book = self.ledger.book(&name);
        if let Some(before) = book.open_line(&writer) {
            before.standing = Standing::Dead;
        }
        let adopted = line.adopted.clone();
        let is_source = |other: &&Line| Some(&other.writer) == adopted.as_ref();
        let was_struck = book.struck_at.is_some_and(|event| event >= asked.since);
        let is_spoiled = is_spoiled || was_struck || book.has_lost_base;
        if is_spoiled || book.lines.iter().filter(is_source).any(|other| other.excused) {
            (line.excused, line.excused_on_disk, line.was_excused) = (true, true, true);
        }
        // What only memory holds is no claim, whatever the number says.
        line.in_memory = book.lines.iter().filter(is_source).any(|other| other.in_memory);
        book.lines.push(line);
        // The first status may have come before the answer.
        match self.tab(number).and_then(|tab| tab.engine.status(id)) {
            Some(status) => self.take_status(number, id, status),
            None => self.fail("api: an open document has a status", format!("{name:?}")),
        }
    }

    /// A clean document that was open goes on with a draft: a line of its own begins.
    fn take_over(&mut self, number: u32, opened: &Opened, name: &Name) -> Checked {
        let event = self.events;
        let Some(tab) = self.tab(number) else { return Ok(()) };
        let recovered = tab.recovered.iter().position(|(id, _)| *id == opened.document);
        let Some(recovered) = recovered else { return Ok(()) };
        let adopted = tab.recovered.swap_remove(recovered).1;
        let writer = tab.writer.clone();
        let Some(open) = tab.documents.get_mut(&opened.document) else { return Ok(()) };
        open.read_only = opened.read_only;
        let (count, state) = (open.count, open.state());
        let book = self.ledger.book(name);
        let mut line = Line::new(&writer, count, state, event);
        if let Some(before) = book.open_line(&writer) {
            before.standing = Standing::Dead;
            line.writer.clone_from(&before.writer);
        }
        line.adopted = Some(adopted).filter(|_| !opened.read_only);
        line.read_only = opened.read_only;
        book.lines.push(line);
        Ok(())
    }

    /// Takes a status down and checks it against the one before and against what was handed over.
    pub fn take_status(&mut self, number: u32, id: DocumentId, status: Rc<Status>) -> Checked {
        let survives = self.tab(number).map(|tab| tab.engine.health().survives);
        let now_ms = self.now_ms;
        let Some(tab) = self.tab(number) else { return Ok(()) };
        let (writer, is_memory) = (tab.writer.clone(), tab.confirms_memory);
        // A document has a status before its request is answered.
        let Some(open) = tab.documents.get_mut(&id) else { return Ok(()) };
        let before = open.status.replace(Rc::clone(&status));
        open.is_calm &= before.as_ref().is_none_or(|before| before.stored <= status.stored);
        open.unstored.retain(|(change, _)| *change > status.stored);
        let (name, is_leaving) = (open.name.clone(), open.is_leaving);
        let falls = |before: &Status, is_excused: bool| {
            status.accepted < before.accepted
                || !is_excused && status.stored < before.stored
                || !is_excused && status.flushed < before.flushed
        };
        if status.stored > status.accepted || status.flushed > status.stored {
            return self.fail("I10: accepted >= stored >= flushed", format!("{name:?} {status:?}"));
        }
        let line = self.ledger.book(&name).open_line(&writer);
        // When the records are gone, saying so is honest.
        let is_excused = is_leaving
            || line.as_ref().is_some_and(|line| line.was_excused || line.shown_from_memory);
        if before.as_deref().is_some_and(|before| falls(before, is_excused)) {
            let what = format!("{name:?} at {now_ms} ms: {before:?}, then {status:?}");
            return self.fail("I10: no number falls", what);
        }
        if status.acknowledged > before.as_deref().map_or(0, |before| before.acknowledged) {
            self.check_acknowledged(&name, &writer, status.acknowledged)?;
        }
        let Some(line) = self.ledger.book(&name).open_line(&writer) else { return Ok(()) };
        if is_excused {
            line.stored = line.stored.min(status.stored);
            line.flushed = line.flushed.min(status.flushed);
        }
        line.shown_from_memory |= survives == Some(Survives::None);
        // A number that rises is a claim of the store that is written to at that moment.
        if is_memory {
            return Ok(());
        }
        let first = if line.in_memory { (status.stored, status.flushed) } else { (0, 0) };
        let (stored, flushed) = before.as_deref().map_or(first, |it| (it.stored, it.flushed));
        if status.stored > stored && survives.is_some_and(|survives| survives != Survives::None) {
            line.stored = line.stored.max(status.stored);
        }
        if status.flushed > flushed && survives == Some(Survives::Device) {
            line.flushed = line.flushed.max(status.flushed);
        }
        Ok(())
    }

    /// The engine gives the app words, or words and content, in place of its own.
    pub fn apply(
        &mut self,
        number: u32,
        id: DocumentId,
        words: (String, Option<String>),
        text: Option<Vec<u8>>,
    ) -> Checked {
        let accepted = self.tab(number).and_then(|tab| tab.engine.status(id)).map(|s| s.accepted);
        let Some(tab) = self.tab(number) else { return Ok(()) };
        let writer = tab.writer.clone();
        let Some(open) = tab.documents.get_mut(&id) else {
            return self.fail("I7: nothing is applied to a closed document", format!("{id:?}"));
        };
        let is_whole = text.is_some();
        let (before, is_leaving) = (open.state(), open.is_leaving);
        if let Some(text) = text {
            let Some(value) = Value::parse(&text) else {
                return self.fail("I2: content is JSON", String::from_utf8_lossy(&text).into());
            };
            (open.told, open.value) = (None, value);
            open.announced = text.as_slice().into();
            open.captured = text.as_slice().into();
            open.is_touched = false;
            open.since.clear();
        }
        (open.title, open.description) = words;
        // Going to another base, or on with a draft, counts as a change of its own.
        open.count = accepted.map_or(open.count, |accepted| accepted.max(open.count));
        if !open.is_touched {
            open.captured_count = open.count;
        }
        let (name, count, state) = (open.name.clone(), open.count, open.state());
        let told = open.told.as_ref().map(|_| (count, open.told_state()));
        let words = open.is_touched.then(|| open.words_alone());
        let decision = self.decision_on(number, id);
        let is_wanted = decision.is_some();
        let may_replace = is_wanted || is_leaving || !is_whole || before.text == state.text;
        let expected = decision.flatten().filter(|expected| expected.has_text_of(&state));
        if is_whole && !is_leaving && !before.same_work(&state) {
            self.check_given_up(number, id, (&before, &state))?;
        }
        let book = self.ledger.book(&name);
        let is_saved = book.bases.iter().any(|(_, base)| base.has_text_of(&before));
        if !may_replace && !is_saved {
            return self.fail("N5: what nobody saved is not replaced", format!("{name:?}"));
        }
        let book = self.ledger.book(&name);
        let has_words = |(_, base): &(u64, State)| {
            base.title == state.title && base.description == state.description
        };
        // Words of the base may come to content that stays the app's own.
        let is_known = if is_whole { book.knows(&state) } else { book.bases.iter().any(has_words) };
        if !is_known && expected.is_none() {
            return self.fail("I2: what is applied was accepted once", format!("{name:?}"));
        }
        self.note(&name, &writer, count, state);
        for (count, state) in told.into_iter().chain(words) {
            self.note(&name, &writer, count, state);
        }
        Ok(())
    }

    /// Takes down what a change number stands for.
    pub fn note(&mut self, name: &Name, writer: &str, change: u64, state: State) {
        if let Some(line) = self.ledger.book(name).open_line(writer) {
            line.accepted = line.accepted.max(change);
            line.note(change, state);
        }
    }

    /// Saved is what the server has accepted under that revision, with every edit asked for.
    fn check_saved(
        &mut self,
        number: u32,
        id: DocumentId,
        count: u64,
        saved: (u64, &keepfast::record::Digest),
    ) -> Checked {
        let (revision, digest) = saved;
        let Some(tab) = self.tab(number) else { return Ok(()) };
        let writer = tab.writer.clone();
        let Some(open) = tab.documents.get(&id) else { return Ok(()) };
        let name = open.name.clone();
        let book = self.ledger.book(&name);
        let is_it = |(of, state): &&(u64, State)| {
            *of == revision && keepfast::json::digest(&state.text) == *digest
        };
        let states: Vec<State> =
            book.bases.iter().filter(is_it).map(|(_, it)| it.clone()).collect();
        let is_saved = self.parameters.net.is_some() || self.parameters.keeps;
        if states.is_empty() && is_saved {
            return self.fail("I2: saved is what the server has", format!("{name:?} {revision}"));
        }
        // The document may have gone on with a draft since, which is another line.
        let lines = &self.ledger.book(&name).lines;
        let mut own = lines.iter().filter(|line| line.engine == writer);
        let has_it = |state: &State| states.iter().any(|saved| saved.has_text_of(state));
        let has_it = own.any(|line| line.since(count).any(has_it));
        if count > 0 && !has_it && is_saved {
            let what = format!("{name:?} at {count}: revision {revision}");
            return self.fail("P1: a save has every edit made before it", what);
        }
        Ok(())
    }

    /// What is acknowledged is what the server has accepted once.
    fn check_acknowledged(&mut self, name: &Name, writer: &str, acknowledged: u64) -> Checked {
        if self.parameters.net.is_none() && !self.parameters.keeps {
            return Ok(());
        }
        let book = self.ledger.book(name);
        let Some(line) = book.open_line(writer).cloned() else { return Ok(()) };
        let is_accepted = line.since(acknowledged).any(|state| book.has_saved(state));
        match is_accepted || acknowledged <= line.opened {
            true => Ok(()),
            false => {
                let what = format!("{name:?} at {acknowledged}");
                self.fail("I10: what is acknowledged is on the server", what)
            }
        }
    }

    fn check_flushed(&mut self, number: u32, id: DocumentId, change: u64) -> Checked {
        let Some(tab) = self.tab(number) else { return Ok(()) };
        let Some(open) = tab.documents.get(&id) else { return Ok(()) };
        // A close may be done in the same event.
        let Some(status) = tab.engine.status(id) else { return Ok(()) };
        let (stored, has_draft) = (status.stored, status.dirty && !open.is_leaving);
        if stored < change && has_draft {
            let what = format!("{:?}: asked at {change}, stored {stored}", open.name);
            return self.fail("I10: a flush is done when its edits are stored", what);
        }
        Ok(())
    }

    fn close_document(&mut self, number: u32, id: DocumentId) -> Checked {
        let Some(tab) = self.tab(number) else { return Ok(()) };
        let writer = tab.writer.clone();
        let survives = tab.engine.health().survives;
        let Some(open) = tab.documents.remove(&id) else { return Ok(()) };
        let view = self.view(&open.name);
        let Some(line) = self.ledger.book(&open.name).open_line(&writer) else { return Ok(()) };
        line.standing = Standing::Dead;
        line.rest = view.rest_of(&line.writer);
        line.in_memory = survives == Survives::None;
        if line.read_only || line.excused || survives == Survives::None {
            return Ok(());
        }
        let (line, accepted) = (line.clone(), line.accepted);
        let book = self.ledger.book(&open.name);
        let is_saved = book.bases.iter().any(|(_, base)| line.was_since(accepted, base));
        if book.has_lost_base && is_saved {
            return Ok(());
        }
        if !self.holds(&open.name, &line, accepted, &view) {
            let what = format!("{:?} at change {accepted}, {:?}", open.name, line.rest);
            return self.fail("I1: a closed document's draft is stored", what);
        }
        Ok(())
    }

    fn discard_document(&mut self, number: u32, id: DocumentId) -> Checked {
        let Some(tab) = self.tab(number) else { return Ok(()) };
        let writer = tab.writer.clone();
        let goes_on = tab.engine.status(id).map(|status| status.accepted);
        let is_blind = tab.is_blind;
        let Some(open) = tab.documents.get_mut(&id) else { return Ok(()) };
        open.is_leaving = false;
        let (name, count) = (open.name.clone(), open.count);
        let (state, accepted) = (open.state(), goes_on.unwrap_or(count).max(count));
        let told = open.told_state();
        open.count = accepted;
        if goes_on.is_none() {
            tab.documents.remove(&id);
        }
        self.note(&name, &writer, accepted, state);
        self.note(&name, &writer, accepted, told);
        let book = self.ledger.book(&name);
        let Some(line) = book.open_line(&writer) else { return Ok(()) };
        let through = line.discarding.take().unwrap_or(count);
        line.discarded = Some(through).filter(|_| !is_blind);
        line.given_up = Some(through);
        line.standing = if goes_on.is_some() { Standing::Open } else { Standing::Dead };
        if let Some(adopted) = line.adopted.clone() {
            let opened = line.opened;
            self.give_up(&name, &adopted, opened, is_blind);
        }
        Ok(())
    }

    /// Notes which drafts are no part of what is about to be discarded: those that nothing carries
    /// on, and those with damaged records.
    pub fn set_apart(&mut self, name: &Name, writer: Option<&str>) {
        let view = self.view(name);
        let free = view.drafts.iter().filter(|draft| !view.is_carried(draft));
        let free = free.map(|draft| draft.writer.clone());
        let damaged = view.unusable.iter().map(|key| key.writer.clone());
        let apart = free.chain(damaged).filter(|other| Some(other.as_str()) != writer);
        self.ledger.book(name).apart = apart.collect();
    }

    /// A draft of a dead writer was discarded for good, and with it what it had carried on. A store
    /// that the engine could not see may still have some of it.
    pub fn give_up(&mut self, name: &Name, writer: &str, through: u64, is_blind: bool) {
        let book = self.ledger.book(name);
        book.given_up.insert(writer.to_owned());
        let mut further = None;
        // What a damaged record carries on is not known.
        let mut own = book.lines.iter().filter(|line| line.writer == writer);
        let is_blind = is_blind || own.any(|line| line.excused) || book.apart.contains(writer);
        for line in book.lines.iter_mut().filter(|line| line.writer == writer) {
            let is_all = line.rest.as_ref().is_none_or(|rest| rest.change <= through);
            if line.standing == Standing::Dead && is_all {
                line.discarded = Some(line.accepted).filter(|_| !is_blind);
                line.given_up = Some(line.accepted);
                line.rest = None;
                line.flushed = 0;
                further = line.adopted.clone().map(|adopted| (adopted, line.opened));
            }
        }
        if let Some((adopted, opened)) = further.filter(|(adopted, _)| adopted != writer) {
            self.give_up(name, &adopted, opened, is_blind);
        }
    }

    fn take_drafts(
        &mut self,
        number: u32,
        asked: &Asked,
        drafts: &[DraftSummary],
        unread: &[StoreId],
    ) -> Checked {
        let is_same = self.is_undisturbed(number, asked);
        if let Some(tab) = self.tab(number) {
            tab.drafts = drafts.iter().map(|draft| draft.name.clone()).collect();
        }
        for draft in drafts.iter().filter(|draft| draft.state != DraftState::Unreadable) {
            let name = (draft.name.collection.clone(), draft.name.document.clone());
            let book = self.ledger.book(&name);
            let mut lines = book.lines.iter().filter(|line| line.writer == draft.name.writer);
            if !lines.any(|line| line.history.contains_key(&draft.change)) {
                return self.fail("I2: a listed draft was accepted once", format!("{draft:?}"));
            }
        }
        if is_same && unread.is_empty() { self.check_list(number, asked, drafts) } else { Ok(()) }
    }

    /// Whether a removal of records of the document is still under way.
    fn is_removing(&self, number: u32, name: &Name) -> bool {
        let removes = |due: &Due| match due {
            Due::Commit(commit) => {
                commit.batch.remove.iter().any(|key| crate::disk::name(key) == *name)
            }
            Due::Event(_) | Due::Answer(_) | Due::Look(_) | Due::Letter(_) => false,
        };
        self.queue.values().any(|(owner, due)| *owner == number && removes(due))
    }

    fn take_refusal(&mut self, number: u32, asked: &Asked, error: &EngineError) -> Checked {
        // A discard that was refused is as if nobody had asked, but for records already gone.
        if let Ask::Close(id) | Ask::Discard(id) = asked.ask
            && let Some(tab) = self.tab(number)
            && let Some(open) = tab.documents.get_mut(&id)
        {
            open.is_leaving = false;
            let (name, writer) = (open.name.clone(), tab.writer.clone());
            if let Some(line) = self.ledger.book(&name).open_line(&writer) {
                line.standing = Standing::Open;
            }
            let goes_on = matches!(asked.ask, Ask::Discard(_)) && self.is_removing(number, &name);
            if goes_on {
                self.ledger.excuse(&name, self.events);
            }
        }
        match (&asked.ask, error) {
            (Ask::Load(name), EngineError::NotFound) if asked.changes == self.changes() => {
                let name = name.clone();
                self.check_not_found(&name)
            }
            _ => Ok(()),
        }
    }
}
