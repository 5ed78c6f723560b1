//! How saves that nobody is at work on get to the server: they are looked for, sent, and become
//! bases. Owns the reading and writing around `post.rs`.

use alloc::string::String;
use alloc::vec::Vec;

use super::Engine;
use super::context::Owner;
use super::effect::{Batch, Effect};
use super::error::StoreError;
use super::ids::{OPENING, StoreId, Token};
use super::parcel::Parcel;
use super::post::{Origin, Posted};
use super::saver::Delivery;
use super::tracker::State;
use crate::protocol::Response;
use crate::record::{self, BaseRef, Body, Drawer, Entry, Header, Key, Kind, Prefix, Whole};
use crate::replica::Replica;

impl Engine {
    /// Looks for saves of tabs that have died, and sends those that are due.
    pub(super) fn post_letters(&mut self) {
        self.clear_waste();
        let now = self.now.instant;
        if !self.net.has_remote() || !self.stores.are_settled() {
            return;
        }
        if self.post.is_search_due(now) {
            self.search_outbox();
        }
        while let Some(posted) = self.post.take_needless() {
            self.take_posted(posted);
        }
        loop {
            let token = self.effects.token();
            let Some(call) = self.post.ask(token, now, &self.net) else { break };
            self.awaited.insert(token, Owner::Post);
            self.effects.push(Effect::Send { token, request: call.encode() });
        }
    }

    /// Removes what is to go.
    fn clear_waste(&mut self) {
        loop {
            let token = self.effects.token();
            let is_open = |store| self.stores.is_open(store);
            let load = self.post.waste.ask(token, self.now.instant, is_open);
            let Some((store, batch, durability)) = load else { return };
            self.awaited.insert(token, Owner::Post);
            self.effects.push(Effect::Write { token, store, batch, durability });
        }
    }

    /// A write that no document waits for was answered.
    pub(super) fn on_post_written(&mut self, token: Token, result: Result<(), StoreError>) {
        self.post.on_stored(token);
        let is_done = result.is_ok();
        if !self.post.waste.on_answered(token, is_done, self.now.instant) {
            return;
        }
        self.each(|document, ctx| match result {
            Ok(()) => document.advance(ctx),
            Err(error) => document.on_waste_stays(error, ctx),
        });
    }

    fn search_outbox(&mut self) {
        let open: Vec<StoreId> = self.stores.ids().filter(|it| self.stores.is_open(*it)).collect();
        let mut waiting = Vec::new();
        for store in open {
            let token = self.effects.token();
            let prefix = Prefix::Drawer(Drawer::Outbox);
            self.awaited.insert(token, Owner::Post);
            self.effects.push(Effect::Read { token, store, prefix });
            waiting.push((token, store));
        }
        self.post.on_search(self.now.instant, waiting);
    }

    /// A store's outbox was read; what could not be read is read another time.
    pub(super) fn on_outbox_read(&mut self, token: Token, entries: Vec<Entry>) {
        if !self.post.on_read(token, entries) {
            return;
        }
        let token = self.effects.token();
        if self.post.begin_listing(token) {
            self.awaited.insert(token, Owner::Post);
            self.effects.push(Effect::ListWriters { token });
        } else {
            self.on_searched();
        }
    }

    pub(super) fn on_outbox_writers(&mut self, token: Token, alive: &[String]) {
        self.post.on_writers(token, alive, &self.config.writer);
        self.on_searched();
    }

    /// Saves of open documents that waited for this can begin.
    fn on_searched(&mut self) {
        self.post_letters();
        self.each(|document, ctx| document.advance(ctx));
    }

    pub(super) fn on_posted(&mut self, token: Token, response: &Response) {
        let now = self.now.instant;
        if !self.post.is_asked_by(token) {
            return self.on_stray();
        }
        let Engine { post, net, effects, .. } = self;
        if let Some(posted) = post.on_response(token, response, now, net, effects) {
            self.take_posted(posted);
        }
    }

    /// A save has its answer: its record goes, and what it led to is a base from here on. The draft
    /// that it was made of goes when somebody finds it equal to the base.
    fn take_posted(&mut self, posted: Posted) {
        let Posted { origin, record, base, parcel } = posted;
        let confirmed_by = parcel.epoch.clone();
        let text = parcel.content().text();
        let sequence = record.as_ref().map_or(0, |(_, key)| key.sequence);
        let store = record.as_ref().map(|(store, _)| *store).or(self.stores.active());
        let mut batch = Batch::default();
        batch.remove.extend(record.map(|(_, key)| key));
        if let Some(base) = base {
            batch.put.push(self.base_of(&origin, sequence, base, &parcel));
        }
        if let Some(store) = store.filter(|_| batch != Batch::default()) {
            self.post.waste.replace(store, batch);
            self.clear_waste();
        }
        let name = (origin.collection.clone(), origin.document.clone());
        let Some(&id) = self.names.get(&name) else { return };
        let state = State {
            title: parcel.words.title.clone(),
            description: parcel.words.description.clone(),
            content: Replica::from_canonical(text),
        };
        self.with(id, |document, ctx| {
            document.theirs.confirmed_by = confirmed_by;
            document.on_posted(&origin.writer, base, state, ctx);
        });
        self.doubt_earlier_life(id);
    }

    fn base_of(&mut self, origin: &Origin, sequence: u64, base: BaseRef, parcel: &Parcel) -> Entry {
        self.last_posted += 1;
        let writer = alloc::format!("{}{OPENING}0", self.config.writer);
        let header = Header {
            kind: Kind::Base,
            workspace: self.config.workspace.clone(),
            collection: origin.collection.clone(),
            document: origin.document.clone(),
            writer: writer.clone(),
            sequence: self.last_posted,
            change: 0,
            base: Some(base),
            schema_version: origin.schema_version,
            wall_ms: self.now.wall,
        };
        let body = Body::Whole(Whole {
            title: parcel.words.title.clone(),
            description: parcel.words.description.clone(),
            content: parcel.content().text().to_vec(),
            // A draft that went on from what was saved is no conflict with it.
            adopted: [record::Origin { writer: origin.writer.clone(), sequence }].into(),
        });
        let (bytes, _) = record::encode(&header, &body);
        let key = Key {
            drawer: Drawer::Base,
            collection: header.collection,
            document: header.document,
            writer,
            sequence: header.sequence,
        };
        Entry { key, bytes }
    }

    /// Brings a save whose document is closed.
    pub(super) fn adopt_delivery(&mut self, origin: Origin, delivery: Delivery) {
        let Delivery { parcel, record, storing, .. } = delivery;
        if delivery.is_withdrawn {
            return;
        }
        if let Some(token) = storing {
            self.awaited.insert(token, Owner::Post);
        }
        self.post.push(parcel, origin, record, storing);
    }
}
