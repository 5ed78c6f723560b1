//! How states of a document are kept as versions, and how versions are listed and read. Owns the
//! readings and the one write of a version, which names the number it takes (I3); what is given up
//! is read back before it is (I8). Whatever fails, nothing that waits for the version is done.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::Engine;
use super::archive::{Goal, Heard, Look, Next, Reading, Stage, Task};
use super::archived::{self, Known};
use super::context::Context;
use super::document::Document;
use super::effect::{Answer, Durability, Effect};
use super::error::{EngineError, StoreError};
use super::event::{Choice, NewCopy, PageOf};
use super::health::Survives;
use super::ids::{DocumentId, Request, StoreId, Token};
use super::notice::Notice;
use crate::history::{Added, VersionError};
use crate::record::{Drawer, Entry, Prefix};

impl Engine {
    pub(super) fn resolve(&mut self, id: DocumentId, request: Request, choice: Choice) {
        self.archive(id, request, Task::Resolve(choice));
    }

    pub(super) fn revert(&mut self, id: DocumentId, request: Request) {
        self.archive(id, request, Task::Revert);
    }

    pub(super) fn save_as(&mut self, id: DocumentId, request: Request, copy: NewCopy) {
        self.archive(id, request, Task::Copy(copy));
    }

    pub(super) fn page(&mut self, id: DocumentId, request: Request, page: PageOf) {
        self.archive(id, request, Task::List(page));
    }

    pub(super) fn look_up(&mut self, id: DocumentId, request: Request, number: u64) {
        self.archive(id, request, Task::Read(number));
    }

    fn archive(&mut self, id: DocumentId, request: Request, task: Task) {
        self.ask(id, request, |document, request, ctx| document.begin(request, task, ctx));
    }
}

impl Document {
    /// Takes up something that concerns the versions of this document.
    pub(crate) fn begin(&mut self, request: Request, task: Task, ctx: &mut Context) {
        if let Some(error) = self.refusal(&task, ctx) {
            return self.answer(request, Answer::Failed(error), ctx);
        }
        self.archive.push(Some(request), task, None);
        self.advance(ctx);
    }

    /// Takes the next steps of the first errand, and of those after it, while nothing has to be
    /// waited for.
    pub(crate) fn advance_archive(&mut self, ctx: &mut Context) {
        if self.requests.is_discarding || self.requests.is_over {
            return;
        }
        while let Some(next) = self.archive.next() {
            let goes_on = match next {
                Next::Look => self.look(ctx),
                Next::Keep => self.keep_piece(ctx),
                Next::Read => self.read_entries(ctx),
                Next::Decide => self.decide(ctx),
            };
            if !goes_on {
                return;
            }
        }
    }

    /// Asks for the app's whole value: what is given up is given up as it is.
    fn look(&mut self, ctx: &mut Context) -> bool {
        if !self.is_capturing()
            && let Some(errand) = self.archive.first_mut()
        {
            errand.look = Look::Asked;
            self.tracker.wants_whole = true;
            self.capture(ctx);
        }
        false
    }

    /// The app's value cannot be put into words: what needs it cannot be done.
    pub(crate) fn on_look_failed(&mut self, error: &EngineError, ctx: &mut Context) {
        if let Some(request) = self.archive.take_looking().and_then(|errand| errand.request) {
            self.answer(request, Answer::Failed(error.clone()), ctx);
        }
    }

    /// Keeps the state that the first errand has at hand. Says whether that is settled already.
    fn keep_piece(&mut self, ctx: &mut Context) -> bool {
        let Some(store) = ctx.stores.active() else {
            let is_hopeless = ctx.stores.are_settled();
            if is_hopeless {
                self.fail_errand(EngineError::Store(StoreError::Unavailable), ctx);
            }
            return is_hopeless;
        };
        let Some(known) = self.archive.known.as_ref().filter(|known| known.store == store) else {
            return self.read_entries(ctx);
        };
        let Some(errand) = self.archive.first() else { return false };
        let Some(piece) = &errand.piece else { return false };
        match known.number_of(piece) {
            Some(number) if piece.is_given_up() => {
                self.prove(store, number, ctx);
                false
            }
            Some(_) => {
                self.archive.on_kept(false);
                true
            }
            None => match known.add(piece, ctx.now.wall, self.unrefused(known, ctx)) {
                Ok(added) => self.write_version(store, added, ctx),
                Err(error) => {
                    self.fail_errand(EngineError::Version(error), ctx);
                    true
                }
            },
        }
    }

    /// Who takes a number, where no store would refuse it to a second one: it refuses nothing, it
    /// is no other tab's, or what another one holds is unknown.
    fn unrefused(&self, known: &Known, ctx: &Context) -> Option<&str> {
        let options = ctx.stores.options(known.store);
        let is_shared = options.survives == Survives::Device;
        let is_whole = !known.is_partial() && ctx.stores.unread().is_empty();
        (!options.expects || !is_shared || !is_whole).then_some(&self.writer)
    }

    fn write_version(&mut self, store: StoreId, added: Added, ctx: &mut Context) -> bool {
        let expects = ctx.stores.options(store).expects;
        let name = (&self.collection[..], &self.name[..]);
        let Some(known) = &self.archive.known else { return false };
        let batch = known.batch(name, &added, expects);
        let token = ctx.write(self.id, store, batch, Durability::Strict);
        self.archive.stage = Stage::Writing { token, store, added };
        false
    }

    /// A version is stored. Says whether this was the answer to that.
    pub(crate) fn on_version_wrote(&mut self, token: Token, ctx: &mut Context) -> bool {
        let Some((store, added)) = self.archive.take_writing(token) else { return false };
        ctx.stores.on_wrote(store);
        let (document, number, bytes) = (self.id, added.entry.number, added.bytes());
        ctx.effects.push(Effect::Notify(Notice::VersionKept { document, number, bytes }));
        let name = (&self.collection[..], &self.name[..]);
        self.archive.seen = self.archive.seen.max(number);
        match &mut self.archive.known {
            // Of a store that expects nothing it is not known what others have done since.
            Some(known) if ctx.stores.options(store).expects => known.on_added(name, &added),
            known => *known = None,
        }
        self.archive.made = Some((store, archived::keys_of(name, &added)));
        let piece = self.archive.first().and_then(|errand| errand.piece.as_ref());
        match piece.is_some_and(|piece| piece.is_given_up()) {
            true => self.prove(store, number, ctx),
            false => self.archive.on_kept(true),
        }
        true
    }

    /// A version could not be stored, or its number is taken. Says whether this was the answer.
    pub(crate) fn on_version_failed(
        &mut self,
        token: Token,
        error: StoreError,
        ctx: &mut Context,
    ) -> bool {
        if self.archive.take_writing(token).is_none() {
            return false;
        }
        // Whether it was stored all the same is seen when the store is read again.
        self.archive.known = None;
        if error != StoreError::Moved || !self.archive.try_again() {
            self.fail_errand(EngineError::Store(error), ctx);
        }
        true
    }

    /// Reads the entries of versions in every open store. Says that nothing goes on.
    fn read_entries(&mut self, ctx: &mut Context) -> bool {
        if ctx.stores.are_settled() {
            let open: Vec<StoreId> =
                ctx.stores.ids().filter(|it| ctx.stores.is_open(*it)).collect();
            let prefix = self.prefix(Drawer::Version);
            let ask = |store| (ctx.read(self.id, store, prefix.clone()), store);
            let waiting: Vec<_> = open.into_iter().map(ask).collect();
            let unread = ctx.stores.unread();
            let is_nothing_open = waiting.is_empty();
            let reading = Reading { goal: Goal::Entries, waiting, found: Vec::new(), unread };
            match is_nothing_open {
                true => self.on_entries(reading, ctx),
                false => self.archive.stage = Stage::Reading(reading),
            }
            return is_nothing_open;
        }
        false
    }

    fn read_slices(&mut self, store: StoreId, found: Vec<(StoreId, Entry)>, ctx: &mut Context) {
        let token = ctx.read(self.id, store, self.prefix(Drawer::Slice));
        let (goal, waiting) = (Goal::Slices(store), [(token, store)].into());
        self.archive.stage = Stage::Reading(Reading { goal, waiting, found, unread: Vec::new() });
    }

    /// Reads a version back: only what can be read again is given up.
    fn prove(&mut self, store: StoreId, number: u64, ctx: &mut Context) {
        let name = (&self.collection[..], &self.name[..]);
        let entry = Prefix::Record(archived::version_key(name, number));
        let prefixes = [entry, self.prefix(Drawer::Slice)];
        let waiting = prefixes.map(|prefix| (ctx.read(self.id, store, prefix), store)).into();
        let (goal, found, unread) = (Goal::Proof(store, number), Vec::new(), Vec::new());
        self.archive.stage = Stage::Reading(Reading { goal, waiting, found, unread });
    }

    fn prefix(&self, drawer: Drawer) -> Prefix {
        let (collection, document) = self.full_name();
        Prefix::Document { drawer, collection, document }
    }

    /// An answer of a store, or that it could not be read. Says whether it was waited for.
    pub(crate) fn on_version_read(
        &mut self,
        token: Token,
        entries: Option<&[Entry]>,
        ctx: &mut Context,
    ) -> bool {
        match self.archive.on_read(token, entries) {
            Heard::Stranger => return false,
            Heard::Waiting => {}
            Heard::All(reading) => match reading.goal {
                Goal::Entries => self.on_entries(reading, ctx),
                Goal::Slices(store) => self.on_slices(store, reading, ctx),
                Goal::Proof(store, number) => self.on_proof(store, number, &reading, ctx),
            },
        }
        true
    }

    fn on_entries(&mut self, reading: Reading, ctx: &mut Context) {
        let Some(errand) = self.archive.first() else { return };
        let store = match errand.task {
            Task::List(page) => {
                return self.list_versions(&reading, page, ctx);
            }
            Task::Read(number) => match archived::store_of(number, &reading.found) {
                Some(store) => store,
                None => return self.lack_version(number, &reading, ctx),
            },
            Task::Save | Task::Resolve(_) | Task::Revert | Task::Copy(_) => {
                let Some(store) = ctx.stores.active() else { return };
                if reading.unread.contains(&store) {
                    return self.fail_errand(EngineError::Unavailable, ctx);
                }
                store
            }
        };
        match reading.found.iter().any(|(at, _)| *at == store) {
            true => self.read_slices(store, reading.found, ctx),
            // Without versions there are no slices that anything builds on.
            false => self.on_slices(store, Reading { goal: Goal::Slices(store), ..reading }, ctx),
        }
    }

    fn on_slices(&mut self, store: StoreId, reading: Reading, ctx: &mut Context) {
        if reading.goal == Goal::Slices(store) && reading.unread.contains(&store) {
            return self.fail_errand(EngineError::Unavailable, ctx);
        }
        let Some(errand) = self.archive.first() else { return };
        if let Task::Read(number) = errand.task {
            let answer = match archived::read(store, number, &reading.found) {
                Ok(version) => Answer::Version(Box::new(version)),
                Err(error) => Answer::Failed(EngineError::Version(error)),
            };
            return self.finish_errand(answer, ctx);
        }
        let (known, unreadable) = Known::of(store, &reading, self.archive.seen);
        self.archive.seen = known.newest();
        for (key, reason) in unreadable {
            ctx.effects.push(Effect::Notify(Notice::Quarantined { key, reason }));
        }
        self.archive.known = Some(known);
    }

    /// What was stored was read back, or should have been.
    fn on_proof(&mut self, store: StoreId, number: u64, reading: &Reading, ctx: &mut Context) {
        if !reading.unread.is_empty() {
            return self.fail_errand(EngineError::Unavailable, ctx);
        }
        let Some(piece) = self.archive.first().and_then(|errand| errand.piece.as_ref()) else {
            return;
        };
        match archived::read(store, number, &reading.found) {
            Ok(version) if archived::holds(&version, &piece.state) => {
                self.archive.on_kept(true);
            }
            // What the store has of it counts for nothing: it is written whole beside that.
            Ok(_) if self.archive.try_again() => {}
            Err(_) if self.archive.try_again() => {}
            Ok(_) => {
                let error = VersionError::DigestMismatch { number };
                self.fail_errand(EngineError::Version(error), ctx);
            }
            Err(error) => self.fail_errand(EngineError::Version(error), ctx),
        }
    }

    fn list_versions(&mut self, reading: &Reading, page: PageOf, ctx: &mut Context) {
        let (versions, unreadable) = archived::listed(&reading.found);
        let page = versions.list(page.limit, page.cursor);
        let entries = page.entries.into_iter().cloned().collect();
        let (cursor, unread) = (page.cursor, reading.unread.clone());
        self.finish_errand(Answer::Versions { entries, cursor, unreadable, unread }, ctx);
    }

    /// No store that could be read has the version, or none in a way that can be read.
    fn lack_version(&mut self, number: u64, reading: &Reading, ctx: &mut Context) {
        let is_damaged = reading.found.iter().any(|(_, entry)| entry.key.sequence == number);
        let error = match (is_damaged, reading.unread.is_empty()) {
            (_, false) => EngineError::Unavailable,
            (true, true) => EngineError::Version(VersionError::UnreadableEntry { number }),
            (false, true) => EngineError::Version(VersionError::Unknown { number }),
        };
        self.finish_errand(Answer::Failed(error), ctx);
    }

    fn finish_errand(&mut self, answer: Answer, ctx: &mut Context) {
        if let Some(request) = self.archive.pop().and_then(|errand| errand.request) {
            self.answer(request, answer, ctx);
        }
    }

    /// The first errand cannot be done; everything else is as it was.
    pub(crate) fn fail_errand(&mut self, error: EngineError, ctx: &mut Context) {
        let Some(errand) = self.archive.pop() else { return };
        match errand.request {
            Some(request) => self.answer(request, Answer::Failed(error), ctx),
            None => self.finish_save(errand.number, Err(error), ctx),
        }
    }

    /// The document is closed: nobody is left waiting for what concerns its versions.
    pub(crate) fn leave_archive(&mut self, ctx: &mut Context) {
        for request in self.archive.drain().into_iter().filter_map(|errand| errand.request) {
            self.answer(request, Answer::Failed(EngineError::Closed), ctx);
        }
    }
}
