//! Who hears of which event. Owns no rule: each arm hands over to the sub-machine concerned, and
//! statuses are shown when it is done.

use alloc::string::String;
use alloc::vec::Vec;

use super::context::{Context, Owner};
use super::defect::Defect;
use super::document::{Document, Failure};
use super::effect::{Batch, Effect};
use super::error::{EngineError, StoreError};
use super::event::{Capture, Event};
use super::ids::{DocumentId, Now, StoreId, Token};
use super::inquiries::NewDocument;
use super::inquiry::{Purpose, Stage};
use super::leaving::Exit;
use super::notice::Notice;
use super::stores::Switch;
use super::{Answer, Engine};
use crate::record::Entry;

impl Engine {
    /// Takes what happened. Drain the effects afterwards, before the next event.
    pub fn handle_event(&mut self, event: Event, now: Now) {
        debug_assert!(self.effects.is_empty(), "effects are drained before the next event");
        debug_assert!(now.instant >= self.now.instant, "a monotonic clock does not go back");
        self.now = now;
        self.dispatch(event);
        self.make_copies();
        self.welcome();
        self.drop_closed();
        self.start_inquiries();
        self.ask_server();
        self.show();
    }

    /// Goes on with documents that were just opened.
    fn welcome(&mut self) {
        for id in core::mem::take(&mut self.fresh) {
            if self.documents.contains_key(&id) {
                let is_rumoured = self.documents.get(&id).map(Document::full_name);
                let is_rumoured = is_rumoured.is_some_and(|name| self.rumours.remove(&name));
                let is_local = !self.net.has_remote();
                self.with(id, |document, ctx| {
                    let is_unread = core::mem::take(&mut document.head.is_unread);
                    let may_be_old = is_rumoured || is_local && is_unread;
                    document.theirs.want_if(may_be_old && !document.is_read_only);
                    document.advance(ctx);
                });
                self.tell_head(id);
            }
        }
    }

    fn dispatch(&mut self, event: Event) {
        match event {
            Event::StoreOpened { store } => self.on_store_opened(store),
            Event::StoreFailed { store, error } => self.on_store_failed(store, error),
            Event::Evicted { store } => self.on_evicted(store),
            Event::ReadDone { token, entries } => self.on_read(token, entries),
            Event::ReadFailed { token, error } => self.on_read_failed(token, error),
            Event::Wrote { token } => self.on_wrote(token),
            Event::WriteFailed { token, error } => self.on_write_failed(token, error),
            Event::WritersListed { token, alive } => self.on_writers(token, alive),
            Event::TimerFired => self.on_timer(),
            Event::Hidden => self.on_hidden(),
            Event::Shown => self.on_shown(),
            Event::Create { request, collection, document, title, description, text } => {
                let new = NewDocument { collection, document, title, description, text };
                self.create(request, new);
            }
            Event::Load { request, collection, document } => {
                self.inquire(request, Purpose::Load { collection, document });
            }
            Event::ListDrafts { request } => self.inquire(request, Purpose::List),
            Event::Recover { request, draft } => self.inquire(request, Purpose::Recover(draft)),
            Event::DiscardDraft { request, draft } => {
                self.inquire(request, Purpose::Discard(draft));
            }
            Event::ExportDraft { request, draft } => {
                self.inquire(request, Purpose::Export(draft));
            }
            Event::Migrated { token, text } => self.on_migrated(token, &text),
            Event::MigrateFailed { token, reason } => self.on_migrate_failed(token, reason),
            Event::BaseArrived { document, base } => {
                self.tell(document, |document, ctx| document.on_base(*base, ctx));
            }
            Event::Changed { document } => self.tell(document, Document::on_changed),
            Event::Captured { document, token, capture } => {
                self.on_captured(document, token, capture);
            }
            Event::CaptureFailed { document, token, pointer } => {
                self.on_capture_failed(document, token, pointer);
            }
            Event::Renamed { document, title } => {
                self.tell(document, |document, ctx| document.on_renamed(title, ctx));
            }
            Event::Described { document, description } => {
                self.tell(document, |document, ctx| document.on_described(description, ctx));
            }
            Event::Flush { request, document } => self.ask(document, request, Document::on_flush),
            Event::Discard { request, document } => {
                self.ask(document, request, Document::on_discard);
            }
            Event::Close { request, document } => self.ask(document, request, Document::on_close),
            Event::Save { request, document } => self.ask(document, request, Document::on_save),
            Event::Resolve { request, document, choice } => self.resolve(document, request, choice),
            Event::SaveAs { request, document, copy } => self.save_as(document, request, *copy),
            Event::Revert { request, document } => self.revert(document, request),
            Event::ListVersions { request, document, page } => self.page(document, request, page),
            Event::ReadVersion { request, document, number } => {
                self.look_up(document, request, number)
            }
            Event::Sync { request } => self.on_sync(request),
            Event::Responded { token, response } => self.on_responded(token, &response),
            Event::SendFailed { token, error } => self.on_send_failed(token, error),
            Event::TokenRenewed { token } => self.on_token_renewed(token, true),
            Event::TokenRefused { token } => self.on_token_renewed(token, false),
            Event::SignedIn => self.on_signed_in(),
            Event::Heard { hint } => self.on_heard(hint),
            Event::Offline => self.on_online(false),
            Event::Online => self.on_online(true),
        }
    }

    /// Runs what concerns one open document; an event for another is a stray.
    pub(super) fn with(
        &mut self,
        id: DocumentId,
        run: impl FnOnce(&mut Document, &mut Context),
    ) -> bool {
        let Engine { config, effects, stores, net, post, documents, awaited, now, .. } = self;
        let found = documents.get_mut(&id).and_then(|document| {
            let collection = config.collections.get(&document.collection)?;
            Some((document, collection))
        });
        let Some((document, collection)) = found else {
            self.on_stray();
            return false;
        };
        let now = *now;
        let mut ctx = Context { config, collection, stores, net, post, effects, awaited, now };
        run(document, &mut ctx);
        true
    }

    /// As `with`, for whoever need not know whether it is open.
    fn tell(&mut self, id: DocumentId, run: impl FnOnce(&mut Document, &mut Context)) {
        self.with(id, run);
    }

    /// As `with`, for a request: one on a document that is not open is refused.
    pub(super) fn ask(
        &mut self,
        id: DocumentId,
        request: super::Request,
        run: impl FnOnce(&mut Document, super::Request, &mut Context),
    ) {
        if self.documents.contains_key(&id) {
            self.with(id, |document, ctx| run(document, request, ctx));
        } else {
            self.effects.answer(request, Answer::Failed(EngineError::NotOpen));
        }
    }

    /// Runs for every open document, in order.
    pub(super) fn each(&mut self, mut run: impl FnMut(&mut Document, &mut Context)) {
        let ids: Vec<DocumentId> = self.documents.keys().copied().collect();
        for id in ids {
            self.with(id, &mut run);
        }
    }

    fn on_store_failed(&mut self, store: StoreId, error: StoreError) {
        let switch = self.stores.on_failed(store, error, self.now.instant);
        self.on_switch(switch);
    }

    fn on_timer(&mut self) {
        let now = self.now.instant;
        self.stores.on_timer(now, &mut self.effects);
        let (net, stores, post) = (&self.net, &self.stores, &self.post);
        let is_due = |document: &&Document| {
            let asked = document.next_request(net, stores, post);
            let times = document.next_wakeup(post).into_iter().chain(asked);
            times.min().is_some_and(|at| at <= now)
        };
        let due = self.documents.values().filter(is_due).map(|document| document.id);
        for id in due.collect::<Vec<_>>() {
            self.with(id, |document, ctx| document.advance(ctx));
        }
    }

    fn on_shown(&mut self) {
        // Whether there is a network is tried, whatever was said last.
        self.net.set_offline(false);
        self.feed.on_shown();
        let is_local = !self.net.has_remote();
        self.each(|document, _| {
            document.draft.retry.clear();
            // What other tabs saved meanwhile was announced to nobody.
            document.head.forget();
            document.theirs.want_if(is_local && !document.is_read_only);
        });
        self.hurry();
    }

    fn on_store_opened(&mut self, store: StoreId) {
        let switch = self.stores.on_opened(store);
        self.on_switch(switch);
        self.each(|document, ctx| document.on_store_opened(store, ctx));
        self.start_inquiries();
    }

    pub(super) fn on_switch(&mut self, switch: Option<Switch>) {
        if let Some(Switch { from, to, error }) = switch {
            let notice = match (from, to, error) {
                (Some(from), Some(to), Some(error)) => {
                    Some(Notice::SteppedDown { from, to, error })
                }
                (Some(from), Some(to), None) => Some(Notice::SteppedUp { from, to }),
                (_, _, _) => None,
            };
            if let Some(notice) = notice {
                self.effects.push(Effect::Notify(notice));
            }
            self.each(|document, ctx| document.on_switched(ctx));
        }
        self.each(|document, ctx| document.advance(ctx));
        self.start_inquiries();
    }

    fn on_evicted(&mut self, store: StoreId) {
        self.stores.on_evicted();
        self.effects.push(Effect::Notify(Notice::Evicted { store }));
        self.each(|document, ctx| {
            document.archive.forget(store);
            document.on_vanished(store, ctx);
            document.advance(ctx);
        });
    }

    /// The page is being left: everything is captured, and goes into one write.
    fn on_hidden(&mut self) {
        self.feed.on_hidden();
        self.resign();
        if self.config.has_defect(Defect::NoExitFlush) {
            return;
        }
        self.each(|document, ctx| document.on_hidden(ctx));
        let leaving = self.documents.values().filter(|document| document.is_leaving);
        self.leaving = leaving.map(|document| document.id).collect();
        self.leave_when_captured();
    }

    fn on_capture_answered(&mut self, document: DocumentId, is_known: bool) {
        if !is_known {
            self.on_stray();
        }
        let is_asked_again = self.documents.get(&document).is_some_and(Document::is_capturing);
        if !is_asked_again {
            self.on_looked_at(document);
        }
        if !is_asked_again && self.leaving.remove(&document) {
            self.leave_when_captured();
        }
    }

    fn on_captured(&mut self, document: DocumentId, token: Token, capture: Capture) {
        let mut is_known = false;
        self.with(document, |document, ctx| {
            is_known = document.on_captured(token, capture, ctx);
        });
        self.on_capture_answered(document, is_known);
    }

    fn on_capture_failed(&mut self, document: DocumentId, token: Token, pointer: String) {
        let mut is_known = false;
        self.with(document, |document, ctx| {
            is_known = document.on_capture_failed(token, pointer, ctx);
        });
        self.on_capture_answered(document, is_known);
    }

    fn leave_when_captured(&mut self) {
        if !self.leaving.is_empty() {
            return;
        }
        let (store, tail) = (self.stores.active(), self.stores.tail());
        let token = self.effects.token();
        let (batch, tails) = (Batch::default(), Batch::default());
        let mut exit = Exit { token, store, batch, documents: Vec::new(), tail, tails };
        self.each(|document, ctx| document.leave(&mut exit, ctx));
        if let Some(store) = exit.store
            && !exit.batch.put.is_empty()
        {
            self.awaited.insert(token, Owner::Documents(exit.documents));
            self.effects.push(Effect::WriteNow { token, store, batch: exit.batch });
        }
        if let Some(store) = exit.tail
            && !exit.tails.put.is_empty()
        {
            let token = self.effects.token();
            self.awaited.insert(token, Owner::Documents(Vec::new()));
            self.effects.push(Effect::WriteNow { token, store, batch: exit.tails });
        }
    }

    fn on_wrote(&mut self, token: Token) {
        match self.awaited.remove(&token) {
            Some(Owner::Document(id)) => {
                self.with(id, |document, ctx| document.on_wrote(token, ctx));
            }
            Some(Owner::Documents(ids)) => {
                for id in ids {
                    self.with(id, |document, ctx| document.on_wrote(token, ctx));
                }
            }
            Some(Owner::Inquiry(number)) => self.on_removed(number, Ok(())),
            Some(Owner::Post) => self.on_post_written(token, Ok(())),
            Some(Owner::Tabs) => self.on_lease_written(token),
            Some(Owner::Feed) | None => self.on_stray(),
        }
    }

    fn on_write_failed(&mut self, token: Token, error: StoreError) {
        let owner = self.awaited.remove(&token);
        let store = self.store_of(token, owner.as_ref());
        let now = self.now.instant;
        let switch = store.and_then(|store| self.stores.on_write_failed(store, error, now));
        let is_last = switch.is_none_or(|switch| switch.to.is_none());
        let failure = Failure { error, is_last };
        match owner {
            Some(Owner::Document(id)) => {
                self.with(id, |document, ctx| document.on_write_failed(token, failure, ctx));
            }
            Some(Owner::Documents(ids)) => {
                for id in ids {
                    self.with(id, |document, ctx| document.on_write_failed(token, failure, ctx));
                }
            }
            Some(Owner::Inquiry(number)) => self.on_removed(number, Err(error)),
            Some(Owner::Post) => self.on_post_written(token, Err(error)),
            Some(Owner::Tabs) => self.on_lease_failed(token, error),
            Some(Owner::Feed) | None => self.on_stray(),
        }
        self.on_switch(switch);
    }

    /// The store that a document's write was sent to.
    fn store_of(&self, token: Token, owner: Option<&Owner>) -> Option<StoreId> {
        let id = match owner? {
            Owner::Document(id) => *id,
            Owner::Documents(ids) => *ids.first()?,
            Owner::Inquiry(_) | Owner::Feed | Owner::Post | Owner::Tabs => return None,
        };
        self.documents.get(&id)?.draft.store_of(token)
    }

    fn on_read(&mut self, token: Token, entries: Vec<Entry>) {
        match self.awaited.remove(&token) {
            Some(Owner::Document(id)) => {
                self.with(id, |document, ctx| document.on_read(token, &entries, ctx));
            }
            Some(Owner::Inquiry(number)) => {
                self.on_inquiry(number, |inquiry| inquiry.on_read(token, entries));
            }
            Some(Owner::Post) => self.on_outbox_read(token, entries),
            Some(Owner::Tabs) => self.on_lease_read(token, &entries),
            Some(Owner::Documents(_) | Owner::Feed) | None => self.on_stray(),
        }
    }

    fn on_read_failed(&mut self, token: Token, error: StoreError) {
        let is_taken_for_empty = self.config.has_defect(Defect::UnreadableIsEmpty);
        match self.awaited.remove(&token) {
            Some(Owner::Document(id)) => {
                self.with(id, |document, ctx| document.on_read_failed(token, error, ctx));
            }
            Some(Owner::Inquiry(number)) => {
                self.on_inquiry(number, |inquiry| match is_taken_for_empty {
                    true => inquiry.on_read(token, Vec::new()),
                    false => inquiry.on_read_failed(token),
                })
            }
            Some(Owner::Post) => self.on_outbox_read(token, Vec::new()),
            Some(Owner::Tabs) => self.tabs.on_unanswered(self.now.instant),
            Some(Owner::Documents(_) | Owner::Feed) | None => self.on_stray(),
        }
    }

    fn on_writers(&mut self, token: Token, alive: Vec<String>) {
        match self.awaited.remove(&token) {
            Some(Owner::Inquiry(number)) => {
                self.on_inquiry(number, |inquiry| inquiry.on_writers(token, alive));
            }
            Some(Owner::Document(id)) => {
                self.with(id, |document, ctx| document.on_writers(token, &alive, ctx));
            }
            Some(Owner::Post) => self.on_outbox_writers(token, &alive),
            Some(Owner::Tabs) => self.on_lease_writers(token, &alive),
            Some(Owner::Documents(_) | Owner::Feed) | None => self.on_stray(),
        }
    }

    fn on_migrated(&mut self, token: Token, text: &[u8]) {
        match self.awaited.remove(&token) {
            Some(Owner::Inquiry(number)) => self.go_on_migrating(number, token, Ok(text)),
            Some(Owner::Document(id)) => {
                self.with(id, |document, ctx| {
                    document.on_theirs_migrated(token, Ok(text), ctx);
                });
            }
            Some(Owner::Documents(_) | Owner::Feed | Owner::Post | Owner::Tabs) | None => {
                self.on_stray();
            }
        }
    }

    fn on_migrate_failed(&mut self, token: Token, reason: String) {
        match self.awaited.remove(&token) {
            Some(Owner::Inquiry(number)) => self.go_on_migrating(number, token, Err(reason)),
            Some(Owner::Document(id)) => {
                self.with(id, |document, ctx| {
                    document.on_theirs_migrated(token, Err(reason), ctx);
                });
            }
            Some(Owner::Documents(_) | Owner::Feed | Owner::Post | Owner::Tabs) | None => {
                self.on_stray();
            }
        }
    }

    /// Counts an event that answers nothing that is awaited.
    pub(super) fn on_stray(&mut self) {
        self.strays += 1;
        self.effects.push(Effect::Notify(Notice::Stray { count: self.strays }));
    }

    /// Lets go of documents that are over, and of the answers they waited for (I7).
    fn drop_closed(&mut self) {
        let over = self.documents.values().filter(|document| document.requests.is_over);
        for id in over.map(|document| document.id).collect::<Vec<_>>() {
            if let Some(mut document) = self.documents.remove(&id)
                && let Some(delivery) = document.saver.take_delivery()
            {
                let origin = document.origin(&self.config);
                self.adopt_delivery(origin, delivery);
            }
            self.endings += 1;
            self.names.retain(|_, open| *open != id);
        }
    }

    fn show(&mut self) {
        let is_paused = self.feed.is_paused();
        self.each(|document, ctx| document.show(is_paused, ctx));
        let health = self.stores.health();
        if self.shown_health.as_ref() != Some(&health) {
            self.shown_health = Some(health.clone());
            self.effects.push(Effect::HealthChanged { health });
        }
    }

    /// Whether an inquiry has come to the stage where nothing is read any more.
    pub(super) fn is_reading(stage: &Stage) -> bool {
        matches!(stage, Stage::Reading)
    }
}
