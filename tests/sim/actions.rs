//! What steps do to the world. Owns the way from a step to the events that it means; an action that
//! needs a tab or an open document gets one, so that each step means something by itself.

use keepfast::engine::{ArrivedBase, Choice, DocumentId, Event};
use keepfast::replica::Edit;

use crate::disk::Name;
use crate::faults::Fault;
use crate::ledger::{Standing, State};
use crate::plan::{Action, Verdict};
use crate::random::Random;
use crate::tab::{Ask, COLLECTIONS};
use crate::workload::{self, EditKind, content, upgrade, words};
use crate::world::{Checked, Failure, World};

impl World {
    /// Does what the step says.
    pub fn perform(&mut self, action: Action) -> Checked {
        match action {
            Action::Advance(ms) => self.advance(ms),
            Action::Edit(slot, kind) => self.edit(slot, kind),
            Action::Type(slot, times, gap_ms) => self.type_on(slot, times, u64::from(gap_ms)),
            Action::Rename(slot) => self.rename(slot),
            Action::Describe(slot, clear) => self.describe(slot, clear),
            Action::Create(slot) => self.create(slot),
            Action::Load(slot) => self.load(slot),
            Action::Flush(slot) => self.flush(slot),
            Action::Close(slot) => self.close(slot),
            Action::Discard(slot) => self.discard(slot),
            Action::ListDrafts => self.list(),
            Action::Recover(nth) | Action::DiscardDraft(nth) | Action::ExportDraft(nth) => {
                self.choose_draft(nth, action)
            }
            Action::BaseSame(slot) | Action::BaseLate(slot) | Action::BaseMoved(slot) => {
                self.base(slot, action)
            }
            Action::Hide => self.hide(),
            Action::Show => self.show(),
            Action::KillTab(after) => self.kill_front(after),
            Action::KillBrowser => self.kill_browser(),
            Action::Freeze => self.freeze(),
            Action::Resume(after_ms) => self.resume(after_ms),
            Action::ClockJump(ms) => {
                self.strike(Fault::ClockJumped);
                self.wall_off += ms;
                Ok(())
            }
            Action::StoreAway(nth) => self.store_away(nth),
            Action::StoreBack(nth) => self.store_back(nth),
            Action::Evict(nth, told) => self.evict(nth, told),
            Action::Corrupt(nth) => self.corrupt(nth),
            Action::Stray => self.stray(),
            Action::Save(slot) => self.save(slot),
            Action::Resolve(slot, verdict) => self.resolve(slot, verdict),
            Action::Revert(slot) => self.revert(slot),
            Action::Sync => self.sync(),
            Action::Elsewhere(slot, what) => {
                self.change_elsewhere(&World::name_of(slot), what);
                Ok(())
            }
            Action::Net(is_away, is_told) => self.set_away(is_away, is_told),
            Action::ExpireToken(can_renew) => {
                self.expire_token(can_renew);
                Ok(())
            }
            Action::SignIn => self.sign_in(),
            Action::RestoreServer => {
                self.restore_server();
                Ok(())
            }
            Action::OpenTab(hides) => self.open_another(hides),
            Action::TurnTo(nth, hides) => self.turn_to(nth, hides),
        }
    }

    /// The name that steps with this slot speak of.
    fn name_of(slot: u8) -> Name {
        let collection = COLLECTIONS[usize::from(slot) % COLLECTIONS.len()];
        (collection.to_owned(), format!("document-{slot}"))
    }

    /// The open document of a slot in the tab in front; it is asked for if it is not open.
    fn need(&mut self, slot: u8) -> Result<Option<(u32, DocumentId)>, Failure> {
        let number = self.need_front()?;
        let name = World::name_of(slot);
        if self.find(number, &name).is_none() {
            let is_known = self.ledger.books.get(&name).is_some_and(|b| !b.lines.is_empty());
            if is_known {
                self.load(slot)?
            } else {
                self.create(slot)?
            }
            let wait = self.random.between(0, 400);
            self.advance(wait)?;
        }
        Ok(self.find(number, &name).map(|id| (number, id)))
    }

    fn find(&mut self, number: u32, name: &Name) -> Option<DocumentId> {
        self.tab(number).and_then(|tab| tab.find(name))
    }

    /// Whether the app may edit the document at the moment.
    fn is_free(&mut self, number: u32, id: DocumentId) -> bool {
        let open = self.tab(number).and_then(|tab| tab.documents.get(&id));
        open.is_some_and(|open| !open.read_only && !open.is_leaving)
    }

    fn edit(&mut self, slot: u8, kind: EditKind) -> Checked {
        let Some((number, id)) = self.need(slot)? else { return Ok(()) };
        self.edit_now(number, id, kind)
    }

    /// Makes one edit and announces it.
    pub fn edit_now(&mut self, number: u32, id: DocumentId, kind: EditKind) -> Checked {
        if !self.is_free(number, id) {
            return Ok(());
        }
        let mut random = Random::new(self.random.bits());
        let bytes = self.parameters.content_bytes;
        let Some(name) = self.tab(number).map(|tab| tab.documents[&id].name.clone()) else {
            return Ok(());
        };
        let base = self.ledger.book(&name).newest_base().map(|(_, state)| state.clone());
        if kind == EditKind::InPlace {
            self.strike(Fault::MutatedInPlace);
        }
        let Some(tab) = self.tab(number) else { return Ok(()) };
        let version = tab.version;
        let Some(open) = tab.documents.get_mut(&id) else { return Ok(()) };
        let whole = match kind {
            EditKind::ReplaceWhole => Some(content(&mut random, bytes, version)),
            EditKind::UndoToBase => base.and_then(|base| crate::value::Value::parse(&base.text)),
            EditKind::UndoToEarlier => Some(open.earlier[random.index(open.earlier.len())].clone()),
            _ => None,
        };
        if let Some(whole) = whole {
            let text = upgrade(whole, version).stringify().into();
            open.edit(Edit::Put { at: String::new(), text });
        }
        if kind == EditKind::InPlace
            && let Some((at, value)) = workload::in_place(&open.value, &mut random)
        {
            open.told.get_or_insert_with(|| open.value.clone());
            open.value.apply(&Edit::Put { at, text: value.stringify().into() });
        }
        for edit in workload::edits(kind, &open.value, &mut random) {
            open.edit(edit);
        }
        self.hand_over(number, id, Event::Changed { document: id })
    }

    /// Counts an edit and tells the engine.
    fn hand_over(&mut self, number: u32, id: DocumentId, event: Event) -> Checked {
        let now_ms = self.now_ms;
        let Some(tab) = self.tab(number) else { return Ok(()) };
        let writer = tab.writer.clone();
        let Some(open) = tab.documents.get_mut(&id) else { return Ok(()) };
        let states = open.announce(matches!(event, Event::Changed { .. }), now_ms);
        let name = open.name.clone();
        for (change, state) in states {
            self.note(&name, &writer, change, state);
        }
        self.deliver(number, event)
    }

    fn type_on(&mut self, slot: u8, times: u8, gap_ms: u64) -> Checked {
        let Some((number, id)) = self.need(slot)? else { return Ok(()) };
        for _ in 0..times {
            let kind = self.random.pick(&[EditKind::ReplaceField, EditKind::ReplaceCell]);
            self.edit_now(number, id, kind)?;
            self.advance(gap_ms)?;
        }
        Ok(())
    }

    fn rename(&mut self, slot: u8) -> Checked {
        let Some((number, id)) = self.need(slot)? else { return Ok(()) };
        if !self.is_free(number, id) {
            return Ok(());
        }
        let title = words(&mut self.random, 5);
        if let Some(open) = self.tab(number).and_then(|tab| tab.documents.get_mut(&id)) {
            if open.title == title {
                return self.deliver(number, Event::Renamed { document: id, title });
            }
            open.title.clone_from(&title);
        }
        self.hand_over(number, id, Event::Renamed { document: id, title })
    }

    fn describe(&mut self, slot: u8, clear: bool) -> Checked {
        let Some((number, id)) = self.need(slot)? else { return Ok(()) };
        if !self.is_free(number, id) {
            return Ok(());
        }
        let description = (!clear).then(|| words(&mut self.random, 9));
        if let Some(open) = self.tab(number).and_then(|tab| tab.documents.get_mut(&id)) {
            if open.description == description {
                return self.deliver(number, Event::Described { document: id, description });
            }
            open.description.clone_from(&description);
        }
        self.hand_over(number, id, Event::Described { document: id, description })
    }

    fn create(&mut self, slot: u8) -> Checked {
        let number = self.need_front()?;
        let name = World::name_of(slot);
        let version = self.tab(number).map_or(1, |tab| tab.version);
        let value = content(&mut self.random, self.parameters.content_bytes, version);
        let title = words(&mut self.random, 4);
        let state = State::new(&value.canonical(), &title, None);
        let Some(request) = self.ask(number, Ask::Create(name.clone(), state)) else {
            return Ok(());
        };
        let (collection, document) = name;
        let text = value.stringify();
        let event = Event::Create { request, collection, document, title, description: None, text };
        self.deliver(number, event)
    }

    fn load(&mut self, slot: u8) -> Checked {
        let number = self.need_front()?;
        self.load_in(number, World::name_of(slot))
    }

    /// Asks a tab for a document.
    pub fn load_in(&mut self, number: u32, name: Name) -> Checked {
        let Some(request) = self.ask(number, Ask::Load(name.clone())) else { return Ok(()) };
        let (collection, document) = name;
        self.deliver(number, Event::Load { request, collection, document })
    }

    /// Makes a request of the tab.
    pub fn ask(&mut self, number: u32, ask: Ask) -> Option<keepfast::engine::Request> {
        let (events, changes, alive) = (self.events, self.changes(), self.alive());
        self.tab(number).map(|tab| tab.request(ask, events, changes, alive))
    }

    fn open_in_front(&mut self, slot: u8) -> Option<(u32, DocumentId)> {
        let number = self.front()?;
        self.find(number, &World::name_of(slot)).map(|id| (number, id))
    }

    fn flush(&mut self, slot: u8) -> Checked {
        let Some((number, document)) = self.open_in_front(slot) else { return Ok(()) };
        let Some(tab) = self.tab(number) else { return Ok(()) };
        let count = tab.documents[&document].count;
        let Some(request) = self.ask(number, Ask::Flush(document, count)) else { return Ok(()) };
        self.deliver(number, Event::Flush { request, document })
    }

    fn close(&mut self, slot: u8) -> Checked {
        let Some((number, document)) = self.open_in_front(slot) else { return Ok(()) };
        if !self.leave(number, document, false) {
            return Ok(());
        }
        let Some(request) = self.ask(number, Ask::Close(document)) else { return Ok(()) };
        self.deliver(number, Event::Close { request, document })
    }

    fn discard(&mut self, slot: u8) -> Checked {
        let Some((number, document)) = self.open_in_front(slot) else { return Ok(()) };
        if !self.leave(number, document, true) {
            return Ok(());
        }
        let Some(request) = self.ask(number, Ask::Discard(document)) else { return Ok(()) };
        self.deliver(number, Event::Discard { request, document })
    }

    /// The app acts while the engine waits for a capture of this document.
    pub fn act_amid(&mut self, number: u32, document: DocumentId) -> Checked {
        let Some(open) = self.tab(number).and_then(|tab| tab.documents.get(&document)) else {
            return Ok(());
        };
        let count = open.count;
        if !self.is_free(number, document) {
            return Ok(());
        }
        self.strike(Fault::ActedAmidCapture);
        let ask = match self.random.below(4) {
            0 => Ask::Flush(document, count),
            1 => Ask::Close(document),
            _ => Ask::Discard(document),
        };
        if !matches!(ask, Ask::Flush(..)) {
            self.leave(number, document, matches!(ask, Ask::Discard(_)));
        }
        let Some(request) = self.ask(number, ask.clone()) else { return Ok(()) };
        let event = match ask {
            Ask::Flush(..) => Event::Flush { request, document },
            Ask::Close(_) => Event::Close { request, document },
            _ => Event::Discard { request, document },
        };
        self.deliver(number, event)
    }

    /// From here to the answer the app leaves the document alone.
    fn leave(&mut self, number: u32, id: DocumentId, discards: bool) -> bool {
        let Some(tab) = self.tab(number) else { return false };
        let writer = tab.writer.clone();
        let Some(open) = tab.documents.get_mut(&id) else { return false };
        if open.is_leaving || open.read_only && discards {
            return false;
        }
        open.is_leaving = true;
        let (name, count) = (open.name.clone(), open.count);
        if discards {
            self.set_apart(&name, None);
        }
        if let Some(line) = self.ledger.book(&name).open_line(&writer)
            && discards
        {
            line.standing = Standing::Leaving;
            line.discarding = Some(count);
        }
        true
    }

    fn list(&mut self) -> Checked {
        let number = self.need_front()?;
        let Some(request) = self.ask(number, Ask::List) else { return Ok(()) };
        self.deliver(number, Event::ListDrafts { request })
    }

    fn choose_draft(&mut self, nth: u8, action: Action) -> Checked {
        let number = self.need_front()?;
        let Some(tab) = self.tab(number) else { return Ok(()) };
        if tab.drafts.is_empty() {
            self.list()?;
            self.advance(200)?;
        }
        let Some(tab) = self.tab(number) else { return Ok(()) };
        let Some(draft) = tab.drafts.get(usize::from(nth) % tab.drafts.len().max(1)).cloned()
        else {
            return Ok(());
        };
        let ask = match action {
            Action::Recover(_) => Ask::Recover(draft.clone()),
            Action::DiscardDraft(_) => Ask::DiscardDraft(draft.clone()),
            _ => Ask::Export(draft.clone()),
        };
        if matches!(ask, Ask::DiscardDraft(_)) {
            // From the user's word on, the draft may go.
            let name = (draft.collection.clone(), draft.document.clone());
            self.set_apart(&name, Some(&draft.writer));
            self.give_up(&name, &draft.writer, u64::MAX, true);
        }
        let view = self.view(&(draft.collection.clone(), draft.document.clone()));
        let Some(request) = self.ask(number, ask) else { return Ok(()) };
        if let Some(asked) = self.tab(number).and_then(|tab| tab.asked.get_mut(&request)) {
            asked.is_readable = view.draft(&draft.writer).is_some();
        }
        let event = match action {
            Action::Recover(_) => Event::Recover { request, draft },
            Action::DiscardDraft(_) => Event::DiscardDraft { request, draft },
            _ => Event::ExportDraft { request, draft },
        };
        self.deliver(number, event)
    }

    fn save(&mut self, slot: u8) -> Checked {
        let Some((number, document)) = self.open_in_front(slot) else { return Ok(()) };
        if !self.is_free(number, document) {
            return Ok(());
        }
        let Some(tab) = self.tab(number) else { return Ok(()) };
        let count = tab.documents[&document].count;
        let Some(request) = self.ask(number, Ask::Save(document, count)) else { return Ok(()) };
        self.deliver(number, Event::Save { request, document })
    }

    fn resolve(&mut self, slot: u8, verdict: Verdict) -> Checked {
        let Some((number, document)) = self.open_in_front(slot) else { return Ok(()) };
        if !self.is_free(number, document) {
            return Ok(());
        }
        let Some(tab) = self.tab(number) else { return Ok(()) };
        let version = tab.version;
        let mut expected = None;
        let choice = match verdict {
            Verdict::Mine => Choice::Mine,
            Verdict::Theirs => Choice::Theirs,
            Verdict::Content => {
                let bytes = self.parameters.content_bytes;
                let value = content(&mut self.random, bytes, version);
                let open = &self.tab(number).expect("it was just there").documents[&document];
                let state =
                    State::new(&value.canonical(), &open.title, open.description.as_deref());
                expected = Some(state);
                Choice::Content(value.stringify())
            }
        };
        let ask = Ask::Resolve(document, expected);
        let Some(request) = self.ask(number, ask) else { return Ok(()) };
        self.deliver(number, Event::Resolve { request, document, choice })
    }

    fn revert(&mut self, slot: u8) -> Checked {
        let Some((number, document)) = self.open_in_front(slot) else { return Ok(()) };
        if !self.is_free(number, document) {
            return Ok(());
        }
        let Some(request) = self.ask(number, Ask::Revert(document)) else { return Ok(()) };
        self.deliver(number, Event::Revert { request, document })
    }

    fn sync(&mut self) -> Checked {
        let number = self.need_front()?;
        let Some(request) = self.ask(number, Ask::Sync) else { return Ok(()) };
        self.deliver(number, Event::Sync { request })
    }

    fn base(&mut self, slot: u8, action: Action) -> Checked {
        let Some((number, id)) = self.open_in_front(slot) else { return Ok(()) };
        if !self.is_free(number, id) {
            return Ok(());
        }
        let name = World::name_of(slot);
        let revision = self.ledger.book(&name).newest_base().map_or(1, |(newest, _)| newest + 1);
        let mut random = Random::new(self.random.bits());
        let bytes = self.parameters.content_bytes;
        let Some(tab) = self.tab(number) else { return Ok(()) };
        let version = tab.version;
        let open = &tab.documents[&id];
        let mut base: ArrivedBase = open.as_base(revision);
        let mut value = open.value.clone();
        if matches!(action, Action::BaseLate(_)) {
            value = open.earlier[random.index(open.earlier.len())].clone();
        }
        if matches!(action, Action::BaseMoved(_)) && random.per_mille(300) {
            base.title = words(&mut random, 4);
            base.is_own = false;
        } else if matches!(action, Action::BaseMoved(_)) {
            value = content(&mut random, bytes, version);
            base.title = words(&mut random, 4);
            base.is_own = false;
        }
        base.text = value.stringify();
        let state = State::new(&value.canonical(), &base.title, base.description.as_deref());
        self.ledger.book(&name).bases.push((revision, state));
        self.deliver(number, Event::BaseArrived { document: id, base: Box::new(base) })
    }

    fn hide(&mut self) -> Checked {
        let Some(number) = self.front() else { return Ok(()) };
        if let Some(tab) = self.tab(number) {
            tab.hidden = true;
        }
        self.deliver(number, Event::Hidden)
    }

    fn show(&mut self) -> Checked {
        let Some(number) = self.front() else { return Ok(()) };
        if let Some(tab) = self.tab(number) {
            tab.hidden = false;
        }
        self.deliver(number, Event::Shown)
    }
}
