//! The server of a world and the way to it. Owns what becomes of a request on the way, and takes
//! down what the server accepts; what it accepts is decided by the protocol itself. It also plays
//! the other devices, which change documents as they may.

use std::collections::BTreeSet;

use keepfast::engine::{Event, NetError, Token};
use keepfast::protocol::{
    Address, Base, Call, Change, Content, Limits, Metadata, Method, Push, Request, Response, Rules,
};

use keepfast::record::{Drawer, Entry};

use crate::disk::Name;
use crate::faults::Fault;
use crate::ledger::State;
use crate::model_server::{Backup, ModelServer};
use crate::plan::{Elsewhere, NetRates};
use crate::tab::{COLLECTIONS, WORKSPACE};
use crate::workload::{content, words};
use crate::world::{Checked, Due, World};

/// The server and the way to it.
pub struct Net {
    /// The server itself.
    pub server: ModelServer,
    /// What it was once.
    backup: Option<Backup>,
    /// How often it was restored.
    lives: u32,
    /// There is no way to it.
    pub is_away: bool,
    /// The token in use is refused.
    pub is_token_old: bool,
    /// The app can get another one.
    can_renew: bool,
    /// Documents of which a save could not be stored before it was sent.
    pub unstored: BTreeSet<Name>,
    /// Keys of all writes that were ever sent.
    keys: BTreeSet<String>,
}

impl Net {
    /// A server without documents.
    pub fn new() -> Net {
        let limits = Limits {
            content_bytes_max: 4 << 20,
            title_min: 0,
            title_max: 999,
            description_max: 999,
        };
        let mut server = ModelServer::new("life-0");
        for collection in COLLECTIONS {
            server.allow(collection, Rules { limits, schema: None });
        }
        Net {
            server,
            backup: None,
            lives: 0,
            is_away: false,
            is_token_old: false,
            can_renew: true,
            unstored: BTreeSet::new(),
            keys: BTreeSet::new(),
        }
    }
}

impl Default for Net {
    fn default() -> Self {
        Net::new()
    }
}

/// A request on its way.
#[derive(Clone, Debug)]
pub struct Letter {
    /// For the answer.
    pub token: Token,
    /// The request.
    pub request: Request,
    /// What strikes it.
    pub fault: Option<Fault>,
}

impl World {
    /// Sends a request on its way.
    pub fn send(&mut self, number: u32, token: Token, request: Request) -> Checked {
        if request.method != Method::Get {
            self.check_precondition(&request)?;
            self.check_outbox_record(number, &request)?;
        }
        let fault = self.draw_net_fault();
        let after = self.net_latency();
        self.begin(number);
        self.schedule(number, after, Due::Letter(Letter { token, request, fault }));
        Ok(())
    }

    fn check_precondition(&mut self, request: &Request) -> Checked {
        let has_base = request.headers.has("if-match") || request.headers.has("if-none-match");
        match has_base && request.headers.has("idempotency-key") {
            true => Ok(()),
            false => self.fail("I3: no write without its base", request.path.clone()),
        }
    }

    /// What is sent lies in a store, so that it can be sent again after a crash; unless no store
    /// took it, or a fault took it away.
    fn check_outbox_record(&mut self, number: u32, request: &Request) -> Checked {
        let Ok(Call::Write { address, push, .. }) = Call::parse(request) else { return Ok(()) };
        let key = request.headers.value("idempotency-key").unwrap_or_default().to_owned();
        if !self.net.keys.insert(key) {
            // Another tab may have told it as well, and have removed its record since.
            return Ok(());
        }
        let name = (address.collection().to_owned(), address.document().to_owned());
        let is_its = |entry: &Entry| entry.key.drawer == Drawer::Outbox;
        let mut stored = self.stores.iter().flat_map(|store| store.of_document(&name));
        let is_stored = stored.any(|entry| is_its(&entry));
        let was_struck = self.ledger.book(&name).struck_at.is_some();
        // Who read the record before its answer came tells the server what it has.
        let bases = &self.ledger.book(&name).bases;
        let was_told = match &push.change {
            Change::Put { content, .. } => bases.iter().any(|(_, it)| *it.text == *content.text()),
            Change::Patch { .. } | Change::PutMetadata(_) | Change::Delete => false,
        };
        let Some(tab) = self.tab(number) else { return Ok(()) };
        let is_in_memory = tab.memory.of_document(&name).iter().any(is_its);
        // What could not be stored when it was saved is sent all the same.
        let is_excused =
            was_struck || was_told || tab.was_storeless || self.net.unstored.contains(&name);
        match is_stored || is_in_memory || is_excused {
            true => Ok(()),
            false => self.fail("I2: what is sent was stored before", format!("{name:?}")),
        }
    }

    fn draw_net_fault(&mut self) -> Option<Fault> {
        let NetRates { lost, failed, limited, slow, repeated } = self.parameters.net?;
        if self.draws(lost) {
            return Some(self.random.pick(&[Fault::RequestLost, Fault::ResponseLost]));
        }
        if self.draws(failed) {
            return Some(self.random.pick(&[Fault::ServerFailed, Fault::ServerDied]));
        }
        if self.draws(limited) {
            return Some(Fault::RateLimited);
        }
        if self.draws(repeated) {
            return Some(Fault::RequestRepeated);
        }
        self.draws(slow).then_some(Fault::ResponseLate)
    }

    fn net_latency(&mut self) -> u64 {
        self.random.between(1, 80)
    }

    /// A request arrives, or does not.
    pub fn arrive(&mut self, number: u32, letter: Letter) -> Checked {
        let Letter { token, request, fault } = letter;
        if let Some(fault) = fault {
            self.strike(fault);
            self.trouble(number);
        }
        let is_lost = self.net.is_away || fault == Some(Fault::RequestLost);
        let response = match fault {
            _ if is_lost => None,
            Some(Fault::ServerFailed) => Some(status(self.random.pick(&[500, 502, 503]))),
            Some(Fault::RateLimited) => Some(limited(self.random.between(1, 30))),
            _ if self.net.is_token_old => Some(status(401)),
            Some(Fault::RequestRepeated) => {
                self.serve(&request);
                Some(self.serve(&request))
            }
            _ => Some(self.serve(&request)),
        };
        let is_unheard = matches!(fault, Some(Fault::ResponseLost | Fault::ServerDied));
        let after = match fault {
            Some(Fault::ResponseLate) => self.random.between(1_000, 19_000),
            _ if is_lost || is_unheard => self.random.between(1, 20_000),
            _ => self.net_latency(),
        };
        let event = match response.filter(|_| !is_unheard) {
            Some(response) => Event::Responded { token, response: Box::new(response) },
            None => Event::SendFailed { token, error: NetError::Timeout },
        };
        self.schedule(number, after, Due::Answer(event));
        Ok(())
    }

    /// The server answers a request; what it accepts is taken down.
    fn serve(&mut self, request: &Request) -> Response {
        let wall_ms = self.now().wall;
        let response = self.net.server.handle(request, wall_ms);
        if let Ok(Call::Write { address, .. }) = Call::parse(request) {
            self.take_down(&(address.collection().into(), address.document().into()));
        }
        response
    }

    /// What the server has is a base from here on.
    fn take_down(&mut self, name: &Name) {
        let Some((revision, state)) = self.on_server(name) else { return };
        let bases = &mut self.ledger.book(name).bases;
        if !bases.contains(&(revision, state.clone())) {
            bases.push((revision, state));
        }
    }

    /// The document as the server has it.
    pub fn on_server(&self, name: &Name) -> Option<(u64, State)> {
        let address = address(name);
        let stored = self.net.server.stored(&address)?;
        let content = stored.content.as_ref()?;
        let Metadata { title, description } = &stored.standing.metadata;
        let state = State::new(content.text(), title, description.as_deref());
        Some((stored.standing.position.revision.value(), state))
    }

    /// Whether a newer version of the app than this tab's has saved the document.
    pub fn is_newer_on_server(&mut self, number: u32, name: &Name) -> bool {
        let version = self.tab(number).map_or(u32::MAX, |tab| tab.version);
        let stored = self.net.server.stored(&address(name));
        stored.is_some_and(|stored| stored.standing.schema_version > version)
    }

    /// The app is asked for another token.
    pub fn renew_token(&mut self, number: u32, token: Token) {
        self.net.is_token_old &= !self.net.can_renew;
        let event = match self.net.can_renew {
            true => Event::TokenRenewed { token },
            false => Event::TokenRefused { token },
        };
        let after = self.net_latency();
        self.begin(number);
        self.schedule(number, after, Due::Answer(event));
    }

    /// The token expires.
    pub fn expire_token(&mut self, can_renew: bool) {
        self.strike(Fault::TokenExpired);
        (self.net.is_token_old, self.net.can_renew) = (true, can_renew);
    }

    /// Somebody signs in, in every tab.
    pub fn sign_in(&mut self) -> Checked {
        (self.net.is_token_old, self.net.can_renew) = (false, true);
        self.tell_everybody(Event::SignedIn)
    }

    /// The network goes or comes.
    pub fn set_away(&mut self, is_away: bool, is_told: bool) -> Checked {
        if is_away && !self.net.is_away {
            self.strike(Fault::NetAway);
        }
        self.net.is_away = is_away;
        match (is_told, is_away) {
            (true, true) => self.tell_everybody(Event::Offline),
            (true, false) => self.tell_everybody(Event::Online),
            (false, _) => Ok(()),
        }
    }

    fn tell_everybody(&mut self, event: Event) -> Checked {
        for number in self.tabs.iter().map(|tab| tab.number).collect::<Vec<_>>() {
            self.deliver(number, event.clone())?;
        }
        Ok(())
    }

    /// Another device changes a document, on the base that the server has.
    pub fn change_elsewhere(&mut self, name: &Name, what: Elsewhere) {
        let Some(stored) = self.net.server.stored(&address(name)).cloned() else { return };
        let Some(_) = stored.content else { return };
        let position = stored.standing.position;
        let version = stored.standing.schema_version;
        let change = match what {
            Elsewhere::Content => {
                let bytes = self.parameters.content_bytes;
                let value = content(&mut self.random, bytes, version);
                let content = Content::from_canonical(value.canonical());
                Change::Put { content, schema_version: version, metadata: None }
            }
            Elsewhere::Words => {
                let title = words(&mut self.random, 4);
                let description = stored.standing.metadata.description;
                Change::PutMetadata(Metadata { title, description })
            }
            Elsewhere::Deletion => Change::Delete,
        };
        let base = match what {
            Elsewhere::Words => position.metadata_tag(),
            Elsewhere::Content | Elsewhere::Deletion => position.content_tag(),
        };
        self.strike(Fault::ChangedElsewhere);
        let push = Push { base: Base::At(base), change };
        let call = Call::Write { address: address(name), push, key: None };
        self.serve(&call.encode());
    }

    /// The server is backed up, or goes back to its backup.
    pub fn restore_server(&mut self) {
        match self.net.backup.take() {
            None => self.net.backup = Some(self.net.server.backup()),
            Some(backup) => {
                self.strike(Fault::ServerRestored);
                self.net.lives += 1;
                self.net.server.restore(&backup, &format!("life-{}", self.net.lives));
            }
        }
    }
}

fn address(name: &Name) -> Address {
    Address::new(WORKSPACE, &name.0, &name.1).expect("names of worlds can be saved")
}

fn status(status: u16) -> Response {
    Response { status, headers: Default::default(), body: Vec::new() }
}

fn limited(wait_s: u64) -> Response {
    let mut response = status(429);
    response.headers.push("retry-after", wait_s.to_string());
    response
}
