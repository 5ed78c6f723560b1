//! The protocol, by its rules: each test is named by the sentence that it holds. Requests go to the
//! server in memory of `common/model_server.rs` as bytes, and the answers are read as a client
//! reads them, so that what is tested is what crosses the wire.

#[path = "../common/random.rs"]
mod random;

#[path = "../common/model_server.rs"]
mod model_server;

mod answers;
mod content_and_bases;
mod corrupt_messages;
mod deletion;
mod examples;
mod feed;
mod keys;
mod limits;
mod metadata;
mod patches;
mod restore;
mod storm;
mod wire;
mod words;

use keepfast::json::Digest;
use keepfast::protocol::{
    Accepted, Address, Base, Call, Change, Content, Document, Headers, Key, Metadata, Page, Part,
    Position, Problem, Push, Refusal, Reply, Request, Response, Tag, Workspace,
};
use model_server::ModelServer;

/// When everything happens that does not say when.
const NOW_MS: u64 = 1_800_000_000_000;

/// The document that everything is about that does not say which.
fn plan() -> Address {
    Address::new("acme", "sessions", "plan").expect("names of the test")
}

fn workspace(name: &str) -> Workspace {
    Workspace::new(name).expect("a name of the test")
}

fn content(text: &str) -> Content {
    Content::parse(text.as_bytes()).expect("content of the test")
}

fn digest(text: &str) -> Digest {
    *content(text).digest()
}

fn metadata(title: &str, description: Option<&str>) -> Metadata {
    Metadata { title: title.into(), description: description.map(Into::into) }
}

/// Content whole, of schema version 1.
fn put(text: &str) -> Change {
    Change::Put { content: content(text), schema_version: 1, metadata: None }
}

/// A new document with this content, called `Plan`.
fn create(text: &str) -> Change {
    let metadata = Some(metadata("Plan", None));
    Change::Put { content: content(text), schema_version: 1, metadata }
}

fn key(text: &str) -> Key {
    Key::parse(text).expect("a key of the test")
}

/// A client, as far as it is seen on the wire.
struct Client<'s> {
    server: &'s mut ModelServer,
    address: Address,
}

impl<'s> Client<'s> {
    fn new(server: &'s mut ModelServer) -> Client<'s> {
        Client { server, address: plan() }
    }

    fn call(&mut self, call: &Call) -> Result<Reply, Box<Refusal>> {
        let response = self.server.handle(&call.encode(), NOW_MS);
        Reply::parse(call.expects(), &response)
    }

    fn push(&mut self, base: Base, change: Change) -> Result<Accepted, Problem> {
        self.push_as(None, base, change)
    }

    fn push_as(
        &mut self,
        key: Option<Key>,
        base: Base,
        change: Change,
    ) -> Result<Accepted, Problem> {
        let address = self.address.clone();
        match self.call(&Call::Write { address, push: Push { base, change }, key }) {
            Ok(Reply::Accepted { accepted, .. }) => Ok(accepted),
            Ok(reply) => panic!("{reply:?} answers no push"),
            Err(refusal) => Err(refusal.problem.expect("the server says what is wrong")),
        }
    }

    fn read(&mut self) -> Result<Document, Problem> {
        let call = Call::Read { address: self.address.clone(), part: Part::Whole };
        match self.call(&call) {
            Ok(Reply::Document { document, .. }) => Ok(document),
            Ok(reply) => panic!("{reply:?} answers no reading"),
            Err(refusal) => Err(refusal.problem.expect("the server says what is wrong")),
        }
    }

    /// Canonical text of the content.
    fn text(&mut self) -> String {
        let content = self.read().expect("it is there").content.expect("it was asked for");
        String::from_utf8(content.into_text()).expect("JSON is UTF-8")
    }

    fn position(&mut self) -> Position {
        self.server.stored(&self.address).expect("it is there").standing.position
    }

    /// The base of a write of content that knows the current state.
    fn base(&mut self) -> Base {
        Base::At(self.position().content_tag())
    }

    /// The base of a write of title and description that knows the current state.
    fn metadata_base(&mut self) -> Base {
        Base::At(self.position().metadata_tag())
    }
}

/// A server with the document, holding this content at revision 1.
fn server_with(text: &str) -> ModelServer {
    let mut server = ModelServer::new("e1");
    Client::new(&mut server).push(Base::Absent, create(text)).expect("a new document");
    server
}

/// Revision and metadata revision.
fn numbers(position: Position) -> (u64, u64) {
    (position.revision.value(), position.metadata_revision.value())
}

/// The tag of content at a revision.
fn tag(revision: u64, text: &str) -> Tag {
    let revision = keepfast::protocol::Revision::new(revision).expect("a revision of the test");
    Tag::of_content(revision, Some(&digest(text)))
}

/// Asks for a page of the feed, whether there is anything new or not.
fn page(server: &mut ModelServer, since: Option<&str>, limit: u32) -> Result<Page, Problem> {
    let call = changes(since, limit);
    let request = Request { headers: Headers::default(), ..call.encode() };
    match Reply::parse(call.expects(), &server.handle(&request, NOW_MS)) {
        Ok(Reply::Changes(page)) => Ok(page),
        Ok(reply) => panic!("{reply:?} is no page"),
        Err(refusal) => Err(refusal.problem.expect("the server says what is wrong")),
    }
}

fn changes(since: Option<&str>, limit: u32) -> Call {
    let since = since.map(|text| keepfast::protocol::Cursor::parse(text).expect("a cursor"));
    Call::Changes { workspace: workspace("acme"), since, limit }
}

/// Answers a request that is written down as it goes over the wire.
fn raw(server: &mut ModelServer, request: &Request) -> (u16, String) {
    let Response { status, body, .. } = server.handle(request, NOW_MS);
    (status, String::from_utf8(body).expect("JSON is UTF-8"))
}
