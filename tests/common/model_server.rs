//! A server in memory: the storage that `keepfast::protocol` leaves to whoever serves it, in maps.
//! Routing, decisions, answers and the feed are the protocol's own, as in the real server; what is
//! modelled is one transaction per request, one sequence per space, and a restore from a backup.

#![allow(dead_code, reason = "each test file includes this one and uses its part of it")]

use std::collections::BTreeMap;

use keepfast::json::Digest;
use keepfast::protocol::{
    Accepted, Address, Call, Content, Current, Cursor, Decision, Document, Entry, Epoch, Fate,
    Feed, KEPT_MS_MIN, Kept, Key, Outcome, Page, Part, Position, Problem, Push, Reply, Request,
    Response, Rules, Sequence, Standing, Times, Workspace, admit, fingerprint, resolve,
};

/// A document as it is stored; one that was deleted has no content.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    pub standing: Standing,
    pub content: Option<Content>,
    pub times: Times,
    pub sequence: Sequence,
}

/// One owner's copy of one workspace.
#[derive(Clone, Debug)]
pub struct Space {
    epoch: Epoch,
    head: Sequence,
    horizon: Sequence,
    documents: BTreeMap<(String, String), Stored>,
    kept: BTreeMap<Key, (u64, Kept)>,
}

/// The spaces of one owner. Whoever asks is that owner.
#[derive(Clone)]
pub struct ModelServer {
    epoch: Epoch,
    rules: BTreeMap<String, Rules<'static>>,
    spaces: BTreeMap<Workspace, Space>,
    /// Writes that were stored, and not only answered.
    pub stores: u64,
}

/// What a backup holds: everything, as it was.
#[derive(Clone)]
pub struct Backup(BTreeMap<Workspace, Space>);

impl ModelServer {
    /// A server without documents, in this epoch.
    pub fn new(epoch: &str) -> ModelServer {
        let epoch = Epoch::parse(epoch).expect("an epoch of the test");
        ModelServer { epoch, rules: BTreeMap::new(), spaces: BTreeMap::new(), stores: 0 }
    }

    /// What a collection allows; without this, the default.
    pub fn allow(&mut self, collection: &str, rules: Rules<'static>) {
        self.rules.insert(collection.into(), rules);
    }

    /// Answers a request. `now_ms` is the server's wall clock: it is shown, and says for how long
    /// answers are kept.
    pub fn handle(&mut self, request: &Request, now_ms: u64) -> Response {
        let reply = Call::parse(request).and_then(|call| match call {
            Call::Read { address, part } => self.read(&address, part),
            Call::Write { address, push, key } => {
                let key = key.map(|key| (key, fingerprint(request)));
                self.write(&address, &push, key, now_ms)
            }
            Call::Changes { workspace, since, limit } => {
                self.changes(&workspace, since.as_ref(), limit, request)
            }
        });
        reply.map_or_else(|problem| problem.encode(), |reply| reply.encode())
    }

    /// Everything, to be restored later.
    pub fn backup(&self) -> Backup {
        Backup(self.spaces.clone())
    }

    /// Goes back to a backup. What was accepted since is gone, so every space begins another life.
    pub fn restore(&mut self, backup: &Backup, epoch: &str) {
        self.epoch = Epoch::parse(epoch).expect("an epoch of the test");
        self.spaces = backup.0.clone();
        for space in self.spaces.values_mut() {
            space.epoch = self.epoch.clone();
        }
    }

    /// From here on the feed of a workspace does not tell of deletions up to now.
    pub fn forget_deletions(&mut self, workspace: &Workspace) {
        let space = self.space(workspace);
        space.horizon = space.head;
    }

    /// A document as it is stored.
    pub fn stored(&self, address: &Address) -> Option<&Stored> {
        self.spaces.get(address.workspace())?.documents.get(&place(address))
    }

    fn space(&mut self, workspace: &Workspace) -> &mut Space {
        let epoch = self.epoch.clone();
        let (head, horizon) = (Sequence::ZERO, Sequence::ZERO);
        let (documents, kept) = (BTreeMap::new(), BTreeMap::new());
        let empty = || Space { epoch, head, horizon, documents, kept };
        self.spaces.entry(workspace.clone()).or_insert_with(empty)
    }

    fn read(&self, address: &Address, part: Part) -> Result<Reply, Problem> {
        let stored = self.stored(address).ok_or(Problem::NotFound)?;
        let position = stored.standing.position;
        let content = stored.content.as_ref().ok_or(Problem::Gone { position })?;
        let document = Document {
            standing: stored.standing.clone(),
            times: stored.times,
            content_bytes: content.text().len() as u64,
            content: (part == Part::Whole).then(|| content.clone()),
        };
        Ok(Reply::Document { document, part })
    }

    fn write(
        &mut self,
        address: &Address,
        push: &Push,
        key: Option<(Key, Digest)>,
        now_ms: u64,
    ) -> Result<Reply, Problem> {
        let part = push.change.part();
        let rules = self.rules.get(address.collection()).copied().unwrap_or_default();
        let space = self.space(address.workspace());
        space.kept.retain(|_, (kept_ms, _)| now_ms.saturating_sub(*kept_ms) <= KEPT_MS_MIN);
        if let Some((key, fingerprint)) = &key {
            let kept = space.kept.get(key).map(|(_, kept)| kept);
            if let Some(accepted) = admit(kept, fingerprint)? {
                return Ok(Reply::Accepted { accepted, part });
            }
        }
        let accepted = space.resolve(address, push, &rules, now_ms)?;
        if let Some((key, fingerprint)) = key {
            let kept = Kept { fingerprint, answer: accepted.clone() };
            space.kept.insert(key, (now_ms, kept));
        }
        self.stores += u64::from(!accepted.is_already);
        Ok(Reply::Accepted { accepted, part })
    }

    fn changes(
        &mut self,
        workspace: &Workspace,
        since: Option<&Cursor>,
        limit: u32,
        request: &Request,
    ) -> Result<Reply, Problem> {
        let page = self.space(workspace).page(since, limit)?;
        Ok(Reply::of_page(page, request))
    }
}

impl Space {
    fn resolve(
        &mut self,
        address: &Address,
        push: &Push,
        rules: &Rules,
        now_ms: u64,
    ) -> Result<Accepted, Problem> {
        let stored = self.documents.get(&place(address));
        let current = stored.map(|stored| Current {
            standing: &stored.standing,
            content: stored.content.as_ref().map_or(b"", Content::text),
        });
        match resolve(current.as_ref(), push, rules) {
            Decision::Store(outcome) => self.store(address, outcome, now_ms),
            Decision::Already => {
                let stored = stored.expect("only what is there is there already");
                Ok(self.accepted(stored, false, true))
            }
            Decision::Refuse(problem) => Err(problem),
        }
    }

    fn store(
        &mut self,
        address: &Address,
        outcome: Outcome,
        now_ms: u64,
    ) -> Result<Accepted, Problem> {
        let Outcome { standing, content, is_created } = outcome;
        let old = self.documents.get(&place(address));
        let content = match content {
            Fate::Kept => old.and_then(|old| old.content.clone()),
            Fate::Put(content) => Some(content),
            Fate::Removed => None,
        };
        let created_ms = old.map_or(now_ms, |old| old.times.created_ms);
        let times = Times { created_ms, updated_ms: now_ms };
        self.head = self.head.next().ok_or(Problem::Server)?;
        let stored = Stored { standing, content, times, sequence: self.head };
        let accepted = self.accepted(&stored, is_created, false);
        self.documents.insert(place(address), stored);
        Ok(accepted)
    }

    fn accepted(&self, stored: &Stored, is_created: bool, is_already: bool) -> Accepted {
        let position: Position = stored.standing.position;
        let (sequence, epoch) = (stored.sequence, self.epoch.clone());
        let updated_ms = stored.times.updated_ms;
        Accepted { position, sequence, epoch, updated_ms, is_created, is_already }
    }

    fn page(&self, since: Option<&Cursor>, limit: u32) -> Result<Page, Problem> {
        let feed = Feed { epoch: self.epoch.clone(), head: self.head, horizon: self.horizon };
        let start = feed.start(since)?;
        let is_told = |stored: &Stored| {
            let is_remembered = stored.content.is_some() || stored.sequence > self.horizon;
            stored.sequence > start.after && is_remembered
        };
        let behind = self.documents.iter().filter(|(_, stored)| is_told(stored));
        let entry = |(names, stored): (&(String, String), &Stored)| Entry {
            collection: names.0.clone(),
            document: names.1.clone(),
            position: stored.standing.position,
            sequence: stored.sequence,
        };
        let mut entries: Vec<Entry> = behind.map(entry).collect();
        entries.sort_by_key(|entry| entry.sequence);
        entries.truncate(limit as usize + 1);
        Ok(feed.page(start, entries, limit))
    }
}

/// The key of a document in its space.
fn place(address: &Address) -> (String, String) {
    (address.collection().into(), address.document().into())
}
