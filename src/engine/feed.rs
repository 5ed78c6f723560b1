//! The change feed: when the server is asked what has changed, and what it last said. Owns the
//! schedule (poll while visible, at once on return, one request at a time) and the heads; what a
//! document makes of a head is `arrival.rs`'s. Order is that of sequences (W35); no clock of the
//! server's has a say.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::backoff::Backoff;
use super::ids::{Instant, Request, Token};
use super::net::Net;
use crate::protocol::{
    Call, Cursor, Epoch, Expected, PAGE_ENTRIES, Page, Position, Refusal, Reply, Response, Retry,
    Workspace,
};

/// The change feed as this engine knows it.
#[derive(Debug)]
pub(crate) struct Feed {
    /// Nothing if the server can have none of that name.
    workspace: Option<Workspace>,
    cursor: Option<Cursor>,
    epoch: Option<Epoch>,
    heads: BTreeMap<(String, String), Position>,
    /// The request that is under way, and after how many renewals of the token it was sent.
    asked: Option<(Token, u32)>,
    /// When the next one is due, while the page is visible.
    next: Instant,
    /// Somebody wants it at once.
    is_wanted: bool,
    last: Option<Instant>,
    backoff: Backoff,
    is_hidden: bool,
    /// The walk through all documents is not at its end.
    is_walking: bool,
    /// Who waits for a look at the server.
    requests: Vec<Request>,
}

/// What an answer of the feed comes to.
#[derive(Debug, Default)]
pub(crate) struct News {
    /// Documents that are in another state than was known.
    pub(crate) heads: Vec<((String, String), Position)>,
    /// The server has begun another life: what was known of it may not be so any more.
    pub(crate) is_new_life: bool,
    /// Who waited, and has what it waited for.
    pub(crate) done: Vec<Request>,
    /// The server answers.
    pub(crate) is_reachable: bool,
    /// All documents of the server are known now.
    pub(crate) is_walked: bool,
}

impl Feed {
    pub(crate) fn new(workspace: &str) -> Feed {
        Feed {
            workspace: Workspace::new(workspace).ok(),
            cursor: None,
            epoch: None,
            heads: BTreeMap::new(),
            asked: None,
            next: Instant::default(),
            is_wanted: false,
            last: None,
            backoff: Backoff::default(),
            is_hidden: false,
            is_walking: true,
            requests: Vec::new(),
        }
    }

    /// Whether the page is hidden: then the server is asked only for somebody who waits.
    pub(crate) fn is_paused(&self) -> bool {
        self.is_hidden
    }

    pub(crate) fn on_hidden(&mut self) {
        self.is_hidden = true;
    }

    /// The page is back, or the network is: the server is asked at once.
    pub(crate) fn on_returned(&mut self) {
        self.is_wanted = true;
        self.backoff.hurry();
    }

    /// The tab that asks for all has learned something.
    pub(crate) fn on_news(&mut self) {
        self.is_wanted = true;
    }

    pub(crate) fn on_shown(&mut self) {
        self.is_hidden = false;
        self.on_returned();
    }

    /// Somebody wants to know now, visible or not.
    pub(crate) fn on_sync(&mut self, request: Request) {
        self.requests.push(request);
        self.on_returned();
    }

    /// Those who wait, when there is nobody to ask.
    pub(crate) fn take_requests(&mut self) -> Vec<Request> {
        core::mem::take(&mut self.requests)
    }

    /// What was last heard of a document.
    pub(crate) fn head(&self, name: &(String, String)) -> Option<Position> {
        self.heads.get(name).copied()
    }

    /// Whether this is another life of the server than the one that the feed tells of.
    pub(crate) fn is_other_life(&self, epoch: &Epoch) -> bool {
        self.epoch.as_ref().is_some_and(|known| known != epoch)
    }

    /// Whether the server is known to have no document of this name, deleted or not.
    pub(crate) fn is_absent(&self, name: &(String, String)) -> bool {
        !self.is_walking && !self.heads.contains_key(name)
    }

    /// When the server is asked next. At most once a second, however often the page comes back
    /// (W38). By the clock it is asked by the tab that does so for all, as `polls` says.
    pub(crate) fn due(&self, net: &Net, polls: bool) -> Option<Instant> {
        if self.asked.is_some() || !net.can_send() || self.workspace.is_none() {
            return None;
        }
        let is_sought = !self.requests.is_empty() || !self.is_hidden;
        if !is_sought {
            return None;
        }
        let is_hurried = self.is_wanted || self.is_hidden || self.cursor.is_none();
        if !is_hurried && !polls {
            return None;
        }
        let wanted = if is_hurried { Instant::default() } else { self.next };
        let gap = self.last.map(|last| last.after(GAP_MS)).unwrap_or_default();
        Some(wanted.max(gap).max(self.backoff.at().unwrap_or_default()))
    }

    /// The request, under this token.
    pub(crate) fn ask(&mut self, token: Token, now: Instant, net: &Net) -> Option<Call> {
        let workspace = self.workspace.clone()?;
        self.asked = Some((token, net.renewals));
        self.last = Some(now);
        self.is_wanted = false;
        let since = self.cursor.clone();
        Some(Call::Changes { workspace, since, limit: PAGE_ENTRIES })
    }

    pub(crate) fn is_asked_by(&self, token: Token) -> bool {
        self.asked.is_some_and(|(own, _)| own == token)
    }

    /// The answer.
    pub(crate) fn on_response(
        &mut self,
        response: &Response,
        now: Instant,
        net: &mut Net,
        effects: &mut super::effect::Effects,
    ) -> News {
        let Some((_, renewals)) = self.asked.take() else { return News::default() };
        let expected = Expected::Changes { since: self.cursor.is_some() };
        match Reply::parse(expected, response) {
            Ok(Reply::Changes(page)) => self.on_page(page, now, net),
            Ok(Reply::Unchanged) => self.on_current(now, net),
            Ok(Reply::Document { .. } | Reply::Accepted { .. }) => News::default(),
            Err(refusal) if refusal.retry == Retry::SignIn => {
                net.on_unauthorized(renewals, effects);
                self.is_wanted = true;
                News::default()
            }
            Err(refusal) => self.on_refused(&refusal, now, net),
        }
    }

    fn on_page(&mut self, page: Page, now: Instant, net: &mut Net) -> News {
        let is_new_life = self.epoch.as_ref().is_some_and(|known| *known != page.next.epoch);
        self.epoch = Some(page.next.epoch.clone());
        let mut heads = Vec::new();
        for entry in page.entries {
            let name = (entry.collection, entry.document);
            if self.heads.insert(name.clone(), entry.position) != Some(entry.position) {
                heads.push((name, entry.position));
            }
        }
        self.cursor = Some(page.next);
        if page.has_more {
            net.on_admitted();
            self.last = None;
            self.is_wanted = true;
            return News { heads, is_new_life, is_reachable: true, ..News::default() };
        }
        let is_walked = core::mem::take(&mut self.is_walking);
        News { heads, is_new_life, is_walked, ..self.on_current(now, net) }
    }

    /// Nothing more is to be read for now.
    fn on_current(&mut self, now: Instant, net: &mut Net) -> News {
        net.on_admitted();
        self.backoff.clear();
        let poll_ms = net.remote.map_or(0, |remote| remote.poll_ms);
        self.next = now.after(net.jitter.spread(poll_ms));
        News { done: self.take_requests(), is_reachable: true, ..News::default() }
    }

    fn on_refused(&mut self, refusal: &Refusal, now: Instant, net: &mut Net) -> News {
        net.on_admitted();
        if refusal.retry == Retry::Reset && self.cursor.take().is_some() {
            self.heads.clear();
            (self.is_wanted, self.is_walking, self.last) = (true, true, None);
            return News { is_new_life: true, ..News::default() };
        }
        self.on_failed(now, refusal.wait_ms, net);
        News::default()
    }

    /// The request did not come back, or was refused.
    pub(crate) fn on_failed(&mut self, now: Instant, server_ms: Option<u64>, net: &mut Net) {
        self.asked = None;
        self.is_wanted = true;
        self.backoff.on_failure(now, server_ms, &net.retry, &mut net.jitter);
    }
}

/// Milliseconds between two looks at the server, at least.
const GAP_MS: u64 = 1_000;
