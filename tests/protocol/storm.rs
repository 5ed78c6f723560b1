//! Several clients push and read at random over a network that loses, repeats and reorders; the
//! server is restored from backups in between. What must hold is checked after every step, by what
//! was said and not by how it was decided.

use std::collections::BTreeMap;

use keepfast::protocol::{
    Accepted, Address, Base, Call, Change, Content, Cursor, Part, Position, Problem, Push, Reply,
    Request, Retry, Tag,
};

use crate::model_server::{Backup, ModelServer};
use crate::random::Random;
use crate::{key, metadata};

const SEEDS: u64 = 300;
const STEPS: usize = 120;
const CLIENTS: usize = 3;

/// What a client knows of a document.
#[derive(Clone, Default)]
struct Known {
    position: Option<Position>,
    content: Option<Content>,
}

/// A request on its way: it may arrive never, once or several times, at any time.
struct Sent {
    client: usize,
    call: Call,
    request: Request,
}

/// The world: a server, its clients, and what is on the way between them.
struct Storm {
    random: Random,
    server: ModelServer,
    known: Vec<BTreeMap<Address, Known>>,
    network: Vec<Sent>,
    backups: Vec<Backup>,
    epochs: u32,
    keys: u32,
    /// For each document of this life of the space, the position that was there last.
    last: BTreeMap<Address, Position>,
    /// First answers of this life, by request.
    answers: BTreeMap<String, Accepted>,
    /// Tags with the content that they named, in every life.
    named: BTreeMap<String, Option<Vec<u8>>>,
    /// What the feed has told one client, and how far it has read.
    told: BTreeMap<String, Position>,
    cursor: Option<Cursor>,
}

impl Storm {
    fn new(seed: u64) -> Storm {
        Storm {
            random: Random::new(seed),
            server: ModelServer::new("e0"),
            known: vec![BTreeMap::new(); CLIENTS],
            network: Vec::new(),
            backups: Vec::new(),
            epochs: 0,
            keys: 0,
            last: BTreeMap::new(),
            answers: BTreeMap::new(),
            named: BTreeMap::new(),
            told: BTreeMap::new(),
            cursor: None,
        }
    }

    fn step(&mut self) {
        match self.random.below(20) {
            0..6 => self.send(),
            6..14 => self.deliver(),
            14 | 15 => self.read(),
            16 => {
                self.follow();
            }
            17 => self.network.truncate(4),
            18 => self.backups.push(self.server.backup()),
            _ => self.restore(),
        }
    }

    fn address(&mut self) -> Address {
        let name = *self.random.pick(&["a", "b"]);
        Address::new("acme", "sessions", name).unwrap()
    }

    fn content(&mut self) -> Content {
        Content::from_canonical(format!(r#"{{"n":{}}}"#, self.random.below(6)).into())
    }

    /// A client puts a push on its way, on the base that it knows.
    fn send(&mut self) {
        let client = self.random.below(CLIENTS);
        let address = self.address();
        let known = self.known[client].get(&address).cloned().unwrap_or_default();
        let push = self.push(&known);
        self.keys += 1;
        let name = format!("{client}-{}", self.keys);
        let key = (!self.random.one_in(5)).then(|| key(&name));
        let call = Call::Write { address, push, key };
        let request = call.encode();
        self.network.push(Sent { client, call, request });
    }

    fn push(&mut self, known: &Known) -> Push {
        let content = self.content();
        let named = metadata(["A", "B"][self.random.below(2)], None);
        let Some(position) = known.position else {
            let change = Change::Put { content, schema_version: 1, metadata: Some(named) };
            return Push { base: Base::Absent, change };
        };
        let whole =
            |metadata| Change::Put { content: content.clone(), schema_version: 1, metadata };
        let base = Base::At(position.content_tag());
        match (self.random.below(8), &known.content) {
            (0, _) => Push { base, change: Change::Delete },
            (1, _) => {
                let base = Base::At(position.metadata_tag());
                Push { base, change: Change::PutMetadata(named) }
            }
            (2..4, Some(old)) => {
                let patch = keepfast::json::diff(old.text(), content.text());
                let result = *content.digest();
                Push { base, change: Change::Patch { patch, result, schema_version: 1 } }
            }
            _ if position.is_deleted() => Push { base, change: whole(Some(named)) },
            _ => Push { base, change: whole(None) },
        }
    }

    /// A request arrives; it may stay on its way, to arrive again, and its answer may be lost.
    fn deliver(&mut self) {
        if self.network.is_empty() {
            return;
        }
        let at = self.random.below(self.network.len());
        let request = self.network[at].request.clone();
        let before = self.stored(&self.network[at].call);
        let stores = self.server.stores;
        let response = self.server.handle(&request, 0);
        let has_stored = self.server.stores > stores;
        let sent = &self.network[at];
        let (client, call) = (sent.client, sent.call.clone());
        let reply = Reply::parse(call.expects(), &response);
        self.check_write(&call, before, has_stored);
        if let Ok(Reply::Accepted { accepted, .. }) = &reply {
            self.check_answer(&call, &request, accepted, has_stored);
        }
        if !self.random.one_in(3) {
            self.network.swap_remove(at);
        }
        if !self.random.one_in(4) {
            self.learn(client, &call, reply.map_err(|refusal| refusal.problem));
        }
    }

    /// The client hears the answer.
    fn learn(&mut self, client: usize, call: &Call, reply: Result<Reply, Option<Problem>>) {
        let Call::Write { address, push, .. } = call else { return };
        let known = self.known[client].entry(address.clone()).or_default();
        match reply {
            Ok(Reply::Accepted { accepted, .. }) => {
                *known = Known { position: Some(accepted.position), content: None };
                if let Change::Put { content, .. } = &push.change {
                    assert_eq!(accepted.position.digest.as_ref(), Some(content.digest()));
                    known.content = Some(content.clone());
                }
            }
            Err(Some(Problem::Conflict { position })) => *known = Known { position, content: None },
            Err(Some(Problem::Gone { position })) => {
                *known = Known { position: Some(position), content: None };
            }
            Err(Some(Problem::PatchMismatch | Problem::NotFound)) => {}
            other => panic!("{other:?} answers {call:?}"),
        }
    }

    fn read(&mut self) {
        let client = self.random.below(CLIENTS);
        let address = self.address();
        let call = Call::Read { address: address.clone(), part: Part::Whole };
        let response = self.server.handle(&call.encode(), 0);
        if let Ok(Reply::Document { document, .. }) = Reply::parse(call.expects(), &response) {
            let position = Some(document.standing.position);
            self.known[client].insert(address, Known { position, content: document.content });
        }
    }

    fn restore(&mut self) {
        if self.backups.is_empty() || !self.random.one_in(3) {
            return;
        }
        self.epochs += 1;
        let backup = self.random.pick(&self.backups).clone();
        self.server.restore(&backup, &format!("e{}", self.epochs));
        self.last.clear();
        self.answers.clear();
    }

    /// Reads a page of the feed; whether there is more.
    fn follow(&mut self) -> bool {
        let workspace = self.address().workspace().clone();
        let limit = 1 + self.random.below(2) as u32;
        let call = Call::Changes { workspace, since: self.cursor.clone(), limit };
        match Reply::parse(call.expects(), &self.server.handle(&call.encode(), 0)) {
            Ok(Reply::Unchanged) => false,
            Ok(Reply::Changes(page)) => {
                let entries = page.entries.into_iter();
                self.told.extend(entries.map(|entry| (entry.document, entry.position)));
                self.cursor = Some(page.next);
                page.has_more
            }
            Ok(other) => panic!("{other:?} is no page"),
            Err(refusal) => {
                assert_eq!(refusal.retry, Retry::Reset, "{refusal}");
                self.told.clear();
                self.cursor.take().is_some()
            }
        }
    }

    /// What the feed has told, in the end, is how the documents stand.
    fn check_feed(&mut self) {
        while self.follow() {}
        for name in ["a", "b"] {
            let address = Address::new("acme", "sessions", name).unwrap();
            let stored = self.server.stored(&address).map(|stored| stored.standing.position);
            assert_eq!(self.told.get(name), stored.as_ref(), "{name}");
        }
    }

    fn stored(&self, call: &Call) -> Option<Position> {
        let Call::Write { address, .. } = call else { return None };
        Some(self.server.stored(address)?.standing.position)
    }

    /// What was stored was stored on its base, and numbers grew by one.
    fn check_write(&mut self, call: &Call, before: Option<Position>, has_stored: bool) {
        let Call::Write { address, push, .. } = call else { return };
        let after = self.stored(call);
        if !has_stored {
            assert_eq!(before, after, "what was not accepted changed nothing");
            return;
        }
        let after = after.expect("it was stored");
        let is_metadata = matches!(push.change, Change::PutMetadata(_));
        let tag = |position: Position| match is_metadata {
            true => position.metadata_tag(),
            false => position.content_tag(),
        };
        match push.base {
            Base::At(base) => assert_eq!(Some(base), before.map(tag), "a write without its base"),
            base => assert_eq!((base, before), (Base::Absent, None)),
        }
        let of = |position: Option<Position>| {
            position.map_or((0, 0), |it| (it.revision.value(), it.metadata_revision.value()))
        };
        let (old, new) = (of(before), of(Some(after)));
        let is_created = before.is_none_or(|it| it.is_deleted());
        let grown = match is_metadata {
            true => (old.0, old.1 + 1),
            false => (old.0 + 1, old.1 + u64::from(is_created)),
        };
        assert_eq!(new, grown);
        self.last.insert(address.clone(), after);
        self.name(address, after);
    }

    /// One tag never names two contents, in no life of the space.
    fn name(&mut self, address: &Address, position: Position) {
        let stored = self.server.stored(address).expect("it was stored");
        let text = stored.content.as_ref().map(|content| content.text().to_vec());
        let tag: Tag = position.content_tag();
        let named = self.named.entry(format!("{address} {tag}")).or_insert_with(|| text.clone());
        assert_eq!(*named, text);
    }

    /// A repeated request is answered as before, and nothing is stored for it again.
    fn check_answer(&mut self, call: &Call, request: &Request, accepted: &Accepted, stored: bool) {
        assert!(!(stored && accepted.is_already));
        let Call::Write { key: Some(key), address, .. } = call else { return };
        let name = format!("{address} {key:?} {request:?}");
        match self.answers.get(&name) {
            Some(first) => {
                assert!(!stored, "a request was applied twice");
                assert_eq!(
                    (first.position, first.sequence),
                    (accepted.position, accepted.sequence)
                );
            }
            None => {
                self.answers.insert(name, accepted.clone());
            }
        }
    }
}

#[test]
fn no_write_misses_its_base_none_is_applied_twice_and_the_feed_tells_all() {
    let mut stored = 0;
    for seed in 0..SEEDS {
        let mut storm = Storm::new(seed);
        for _ in 0..STEPS {
            storm.step();
        }
        storm.check_feed();
        stored += storm.server.stores;
    }
    assert!(stored > SEEDS * 10, "only {stored} writes were accepted");
}
