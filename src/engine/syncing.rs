//! How an engine asks its server what has changed, and who hears of it. Owns no schedule (that is
//! `feed.rs`'s) and no verdict (`arrival.rs`).

use super::Engine;
use super::context::Owner;
use super::document::Document;
use super::effect::{Answer, Effect};
use super::error::{EngineError, NetError};
use super::feed::News;
use super::ids::{Request, Token};
use super::notice::Notice;
use crate::protocol::Response;

impl Engine {
    /// The app wants to know what has changed.
    pub(super) fn on_sync(&mut self, request: Request) {
        if !self.net.has_remote() {
            return self.effects.answer(request, Answer::Failed(EngineError::NoRemote));
        }
        if self.net.is_offline() {
            let error = EngineError::Net(NetError::Offline);
            return self.effects.answer(request, Answer::Failed(error));
        }
        self.net.retry_sign_in();
        self.feed.on_sync(request);
        self.hurry();
    }

    /// The page or the network is back, or somebody signed in: what was failing is tried again at
    /// once.
    pub(super) fn hurry(&mut self) {
        self.post.hurry();
        self.each(|document, ctx| {
            document.saver.hurry();
            document.theirs.hurry();
            document.advance(ctx);
        });
    }

    pub(super) fn on_online(&mut self, is_online: bool) {
        self.net.set_offline(!is_online);
        if is_online {
            self.feed.on_returned();
            self.hurry();
        } else {
            self.refuse_sync(&EngineError::Net(NetError::Offline));
            self.each(|document, ctx| document.advance(ctx));
        }
    }

    pub(super) fn on_signed_in(&mut self) {
        self.net.on_signed_in();
        self.feed.on_returned();
        self.hurry();
        self.fetch_again();
    }

    pub(super) fn on_token_renewed(&mut self, token: Token, is_new: bool) {
        if !self.net.on_renewed(token, is_new) {
            return self.on_stray();
        }
        match is_new {
            true => self.hurry(),
            false => self.on_signed_out(),
        }
        self.fetch_again();
    }

    /// Whoever waits for the server is told that somebody has to sign in.
    fn on_signed_out(&mut self) {
        self.refuse_sync(&EngineError::Unauthorized);
        self.each(|document, ctx| document.settle_queued(&EngineError::Unauthorized, ctx));
    }

    fn refuse_sync(&mut self, error: &EngineError) {
        for request in self.feed.take_requests() {
            self.effects.answer(request, Answer::Failed(error.clone()));
        }
    }

    /// Sends what is due, but for the saves of open documents.
    pub(super) fn ask_server(&mut self) {
        let now = self.now.instant;
        self.post_letters();
        self.tend_lease();
        if self.feed.due(&self.net, self.polls()).is_none_or(|due| due > now) {
            return;
        }
        let token = self.effects.token();
        let Some(call) = self.feed.ask(token, now, &self.net) else { return };
        let request = call.encode();
        self.awaited.insert(token, Owner::Feed);
        self.effects.push(Effect::Send { token, request });
    }

    pub(super) fn on_responded(&mut self, token: Token, response: &Response) {
        match self.awaited.remove(&token) {
            Some(Owner::Document(id)) => {
                let mut is_known = false;
                self.with(id, |document, ctx| {
                    is_known = document.on_response(token, response, ctx);
                });
                if !is_known {
                    self.on_stray();
                }
                self.doubt_earlier_life(id);
            }
            Some(Owner::Feed) if self.feed.is_asked_by(token) => self.on_feed(response),
            Some(Owner::Post) => self.on_posted(token, response),
            Some(Owner::Inquiry(number)) => self.on_fetched(number, Some(response)),
            Some(Owner::Feed | Owner::Documents(_) | Owner::Tabs) | None => self.on_stray(),
        }
        if self.net.is_signed_out() {
            self.on_signed_out();
        }
    }

    pub(super) fn on_send_failed(&mut self, token: Token, error: NetError) {
        let now = self.now.instant;
        match self.awaited.remove(&token) {
            Some(Owner::Document(id)) => {
                self.with(id, |document, ctx| {
                    document.on_send_failed(token, error, ctx);
                });
            }
            Some(Owner::Feed) if self.feed.is_asked_by(token) => {
                self.feed.on_failed(now, None, &mut self.net);
                self.refuse_sync(&EngineError::Net(error));
            }
            Some(Owner::Post) => self.post.on_failed(token, now, &mut self.net),
            Some(Owner::Inquiry(number)) => self.on_fetched(number, None),
            Some(Owner::Feed | Owner::Documents(_) | Owner::Tabs) | None => self.on_stray(),
        }
    }

    fn on_feed(&mut self, response: &Response) {
        let now = self.now.instant;
        let Engine { feed, net, effects, .. } = self;
        let News { heads, is_new_life, done, is_reachable, is_walked } =
            feed.on_response(response, now, net, effects);
        if is_new_life {
            self.each(|document, _| document.theirs.forget_head());
        }
        if is_reachable {
            let changes = heads.len();
            self.effects.push(Effect::Notify(Notice::Polled { changes }));
        }
        if !heads.is_empty() {
            self.tabs.on_news(now);
        }
        for (name, position) in heads {
            if let Some(&id) = self.names.get(&name) {
                self.with(id, |document, ctx| document.on_head(position, ctx));
            }
        }
        if is_walked {
            for id in self.documents.keys().copied().collect::<alloc::vec::Vec<_>>() {
                self.tell_head(id);
            }
        }
        for request in done {
            self.effects.answer(request, Answer::Done);
        }
        if is_reachable {
            // What was given up for a while can go on.
            self.each(|document, ctx| {
                document.saver.hurry_parked();
                document.advance(ctx);
            });
        }
    }

    /// A save that another life of the server confirmed may be lost by now.
    pub(super) fn doubt_earlier_life(&mut self, id: super::DocumentId) {
        let document = self.documents.get_mut(&id);
        let epoch = document.and_then(|document| document.theirs.confirmed_by.take());
        if epoch.is_some_and(|epoch| self.feed.is_other_life(&epoch)) {
            self.with(id, |document, ctx| {
                document.theirs.want();
                document.advance(ctx);
            });
        }
    }

    /// What is known of a document on the server is news to it: it was opened, or all is known now.
    pub(super) fn tell_head(&mut self, document: super::DocumentId) {
        let Some(name) = self.documents.get(&document).map(Document::full_name) else { return };
        if let Some(position) = self.feed.head(&name) {
            self.with(document, |document, ctx| document.on_head(position, ctx));
        } else if self.feed.is_absent(&name) {
            self.with(document, |document, ctx| document.on_absent(ctx));
        }
    }
}
