//! The way to the server of the scenarios: one server in memory, which several tabs and devices
//! ask, and what may happen to a request on the way.

mod mishap;

pub use mishap::{Mishap, Strike};

use crate::model_server::{ModelServer, Stored};
use keepfast::engine::NetError;
use keepfast::protocol::{Address, Base, Call, Change, Part, Problem, Push, Request, Response};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

/// The way to one server.
#[derive(Clone)]
pub struct Line {
    inner: Rc<RefCell<Inner>>,
}

#[derive(Clone)]
struct Inner {
    server: ModelServer,
    /// What happens to the requests that come next.
    faults: VecDeque<Fault>,
    requests: Vec<Request>,
    /// Requests that need another token than the one in use.
    is_token_old: bool,
    can_renew: bool,
    now_ms: u64,
    /// What strikes one request after the other.
    strike: Option<Strike>,
    /// Requests since then that it may strike.
    struck: u32,
    /// Requests that are given up by whoever sent them, and are still on their way.
    delayed: Vec<Request>,
    /// Every state that the server has had of a document, oldest first.
    history: Vec<(String, Stored)>,
}

/// What comes back of a request.
pub enum Coming {
    /// Nothing.
    Nothing(NetError),
    Once(Response),
    /// The same answer comes again.
    Twice(Response),
}

/// What happens to a request.
#[derive(Clone)]
pub enum Fault {
    /// It does not arrive.
    LoseRequest,
    /// It has its effect, and the answer does not arrive.
    LoseResponse,
    /// It is answered with this, and has no effect.
    Refuse(Problem),
    /// It is answered with a status that says nothing more.
    Status(u16),
    /// Something on the way answers in place of the server.
    Answer(Response),
    /// Nothing.
    Pass,
}

impl Line {
    pub fn new() -> Line {
        let inner = Inner {
            server: ModelServer::new("life-1"),
            faults: VecDeque::new(),
            requests: Vec::new(),
            is_token_old: false,
            can_renew: true,
            now_ms: 1_800_000_000_000,
            strike: None,
            struck: 0,
            delayed: Vec::new(),
            history: Vec::new(),
        };
        Line { inner: Rc::new(RefCell::new(inner)) }
    }

    /// What comes back.
    pub fn ask(&self, request: &Request) -> Coming {
        let mut inner = self.inner.borrow_mut();
        inner.requests.push(request.clone());
        if let Some(mishap) = inner.count(request) {
            return inner.go_wrong(mishap, request);
        }
        let coming = inner.go_well(request);
        inner.deliver_delayed();
        coming
    }

    /// What happens to the requests that come next.
    pub fn strike(&self, faults: impl IntoIterator<Item = Fault>) {
        self.inner.borrow_mut().faults.extend(faults);
    }

    /// From here on everything goes well.
    pub fn heal(&self) {
        let mut inner = self.inner.borrow_mut();
        inner.faults.clear();
        inner.strike = None;
        inner.deliver_delayed();
        inner.can_renew = true;
    }

    /// Lets a mishap strike, counting requests from here on.
    pub fn strike_at(&self, strike: Strike) {
        let mut inner = self.inner.borrow_mut();
        (inner.strike, inner.struck) = (Some(strike), 0);
    }

    /// Requests since a mishap was set that it may strike.
    pub fn struck(&self) -> u32 {
        self.inner.borrow().struck
    }

    /// The same server apart: what happens to one does not show in the other.
    pub fn copy(&self) -> Line {
        Line { inner: Rc::new(RefCell::new(self.inner.borrow().clone())) }
    }

    /// Every state that the server has had of a document.
    pub fn history(&self, id: &str) -> Vec<Stored> {
        let inner = self.inner.borrow();
        let of_it = inner.history.iter().filter(|(own, _)| own == id);
        of_it.map(|(_, stored)| stored.clone()).collect()
    }

    /// The token in use is refused from here on.
    pub fn expire_token(&self, can_renew: bool) {
        let mut inner = self.inner.borrow_mut();
        (inner.is_token_old, inner.can_renew) = (true, can_renew);
    }

    /// The app asks for another token, or somebody signs in.
    pub fn renew(&self) -> bool {
        let mut inner = self.inner.borrow_mut();
        inner.is_token_old &= !inner.can_renew;
        inner.can_renew
    }

    pub fn sign_in(&self) {
        self.inner.borrow_mut().is_token_old = false;
    }

    /// Somebody else tells the server something.
    pub fn tell(&self, request: &Request) -> Response {
        let mut inner = self.inner.borrow_mut();
        let now_ms = inner.now_ms;
        inner.handle(request, now_ms)
    }

    /// Works on the server itself.
    pub fn with<T>(&self, work: impl FnOnce(&mut ModelServer) -> T) -> T {
        work(&mut self.inner.borrow_mut().server)
    }

    /// Sets the clock of the server.
    pub fn set_clock(&self, now_ms: u64) {
        self.inner.borrow_mut().now_ms = now_ms;
    }

    /// What the server answers who reads a document at this moment.
    pub fn reading(&self, id: &str) -> Response {
        let address = Address::new("acme", "notes", id).unwrap();
        let call = Call::Read { address, part: Part::Whole };
        self.with(|server| server.handle(&call.encode(), 5))
    }

    /// Somebody deletes a document.
    pub fn delete(&self, id: &str) {
        let address = Address::new("acme", "notes", id).unwrap();
        let base = Base::At(self.stored(id).unwrap().standing.position.content_tag());
        let push = Push { base, change: Change::Delete };
        let call = Call::Write { address, push, key: None };
        assert_eq!(self.tell(&call.encode()).status, 200);
    }

    /// A document as the server has it.
    pub fn stored(&self, id: &str) -> Option<Stored> {
        let address = Address::new("acme", "notes", id).unwrap();
        self.inner.borrow().server.stored(&address).cloned()
    }

    /// The content of a document as the server has it.
    pub fn text(&self, id: &str) -> Option<String> {
        let content = self.stored(id)?.content?;
        Some(String::from_utf8(content.into_text()).unwrap())
    }

    /// The revision of a document on the server.
    pub fn revision(&self, id: &str) -> u64 {
        self.stored(id).map_or(0, |it| it.standing.position.revision.value())
    }

    /// Requests so far, but for looks at the feed.
    pub fn writes(&self) -> Vec<Request> {
        let inner = self.inner.borrow();
        let is_write = |it: &&Request| it.method != keepfast::protocol::Method::Get;
        inner.requests.iter().filter(is_write).cloned().collect()
    }

    /// Readings of documents so far.
    pub fn reads(&self) -> usize {
        let inner = self.inner.borrow();
        let is_read = |it: &&Request| {
            it.method == keepfast::protocol::Method::Get && !it.path.contains("/changes")
        };
        inner.requests.iter().filter(is_read).count()
    }

    /// Looks at the feed so far.
    pub fn polls(&self) -> usize {
        let inner = self.inner.borrow();
        inner.requests.iter().filter(|it| it.path.contains("/changes")).count()
    }
}

impl Inner {
    /// The server does what it is asked, unless a fault is in the way.
    fn go_well(&mut self, request: &Request) -> Coming {
        self.now_ms += 1;
        if self.is_token_old {
            return Coming::Once(Problem::Unauthorized.encode());
        }
        let now_ms = self.now_ms;
        Coming::Once(match self.faults.pop_front() {
            None | Some(Fault::Pass) => self.handle(request, now_ms),
            Some(Fault::LoseRequest) => return Coming::Nothing(NetError::Timeout),
            Some(Fault::LoseResponse) => {
                self.handle(request, now_ms);
                return Coming::Nothing(NetError::Timeout);
            }
            Some(Fault::Refuse(problem)) => problem.encode(),
            Some(Fault::Answer(response)) => response,
            Some(Fault::Status(status)) => {
                Response { status, headers: Default::default(), body: Vec::new() }
            }
        })
    }

    /// The server does what it is asked.
    fn handle(&mut self, request: &Request, now_ms: u64) -> Response {
        let response = self.server.handle(request, now_ms);
        if let Ok(Call::Write { address, .. }) = Call::parse(request)
            && let Some(stored) = self.server.stored(&address)
        {
            let id = address.document();
            let last = self.history.iter().rev().find(|(own, _)| own == id);
            if last.is_none_or(|(_, last)| last != stored) {
                self.history.push((id.into(), stored.clone()));
            }
        }
        response
    }
}
