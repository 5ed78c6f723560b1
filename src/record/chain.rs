//! The records of one document and the states that they lead to. Owns replaying: from a record
//! back to a whole, and forward again. It must not know which of the states is wanted. Records
//! come in as decoded; that their edits fit is not taken for granted.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Body, Delta, Digest, Key, Kind, Origin, Record, RecordError, Whole};
use crate::replica::Replica;

/// What a record leads to.
#[derive(Clone)]
pub(super) struct State {
    pub title: String,
    pub description: Option<String>,
    pub content: Replica,
    pub adopted: Vec<Origin>,
}

/// A record in its store.
pub(super) struct Link<'e> {
    pub key: &'e Key,
    /// Length of the stored bytes.
    pub bytes: usize,
    /// Nothing when the bytes are no record, or not the one that the key names.
    pub record: Option<Record>,
    /// What it leads to or why it leads nowhere, as far as that is known and worth keeping.
    state: Option<Result<State, RecordError>>,
    /// Records that build on it.
    successors: usize,
}

impl<'e> Link<'e> {
    pub fn new(key: &'e Key, bytes: usize, record: Result<Record, RecordError>) -> Self {
        let (record, state) = match record {
            Ok(record) => (Some(record), None),
            Err(reason) => (None, Some(Err(reason))),
        };
        Link { key, bytes, record, state, successors: 0 }
    }

    /// Why it is unusable, as far as it was tried.
    pub fn fault(&self) -> Option<&RecordError> {
        self.state.as_ref().and_then(|state| state.as_ref().err())
    }

    fn predecessor(&self) -> Option<&Digest> {
        match &self.record.as_ref()?.body {
            Body::Delta(delta) => Some(&delta.predecessor),
            Body::Whole(_) | Body::Outbox(_) | Body::Head | Body::Lease(_) => None,
        }
    }

    /// What it leads to from the state before it.
    fn replay(&self, before: Option<&State>) -> Result<State, RecordError> {
        let record =
            self.record.as_ref().expect("a link without a record has its fault from birth");
        match &record.body {
            Body::Whole(whole) => from_whole(record, whole),
            Body::Outbox(outbox) => from_whole(record, &outbox.state),
            Body::Head | Body::Lease(_) => Err(RecordError::KeyMismatch),
            Body::Delta(delta) => from_delta(delta, before.ok_or(RecordError::PredecessorMissing)?),
        }
    }
}

/// All records of a document.
pub(super) struct Chain<'e> {
    pub links: Vec<Link<'e>>,
    by_checksum: BTreeMap<Digest, usize>,
}

impl<'e> Chain<'e> {
    pub fn new(links: Vec<Link<'e>>) -> Self {
        let mut chain = Chain { links, by_checksum: BTreeMap::new() };
        for (at, link) in chain.links.iter().enumerate() {
            if let Some(record) = &link.record {
                chain.by_checksum.entry(record.checksum).or_insert(at);
            }
        }
        for at in 0..chain.links.len() {
            if let Some(predecessor) = chain.predecessor(at) {
                chain.links[predecessor].successors += 1;
            }
        }
        chain
    }

    /// What a record leads to, or why it leads nowhere.
    ///
    /// A state is kept where chains part, where one ends, and before a fault: those are the places
    /// from which another record may go on, so that no part of a chain is replayed twice.
    pub fn state(&mut self, tip: usize) -> Result<State, RecordError> {
        let path = self.untried(tip);
        let mut before = path.last().and_then(|&at| self.known_before(at));
        for &at in path.iter().rev() {
            let link = &self.links[at];
            let reached = link.replay(before.as_ref().map(|(_, state)| state));
            let is_kept = at == tip || link.successors > 1;
            match reached {
                Ok(state) => {
                    if is_kept {
                        self.links[at].state = Some(Ok(state.clone()));
                    }
                    before = Some((at, state));
                }
                Err(reason) => {
                    if let Some((last, state)) = before.take() {
                        self.links[last].state = Some(Ok(state));
                    }
                    self.links[at].state = Some(Err(reason));
                }
            }
        }
        self.links[tip].state.clone().expect("the state at the tip is kept")
    }

    /// The record, the one that it builds on, and so on to the first that is whole, or whose
    /// predecessor is missing or was tried.
    fn untried(&self, tip: usize) -> Vec<usize> {
        let mut path = Vec::new();
        let mut next = Some(tip);
        while let Some(at) = next.filter(|&at| self.links[at].state.is_none()) {
            path.push(at);
            next = self.predecessor(at);
        }
        path
    }

    /// The state of the predecessor, when there is one and it was reached before.
    fn known_before(&self, at: usize) -> Option<(usize, State)> {
        let predecessor = self.predecessor(at)?;
        match &self.links[predecessor].state {
            Some(Ok(state)) => Some((predecessor, state.clone())),
            Some(Err(_)) | None => None,
        }
    }

    fn predecessor(&self, at: usize) -> Option<usize> {
        self.by_checksum.get(self.links[at].predecessor()?).copied()
    }
}

fn from_whole(record: &Record, whole: &Whole) -> Result<State, RecordError> {
    let content = Replica::from_canonical(&whole.content);
    let base = record.header.base.filter(|_| record.header.kind == Kind::Base);
    if base.is_some_and(|base| base.digest != content.document_digest()) {
        return Err(RecordError::Malformed("base digest"));
    }
    let (title, description) = (whole.title.clone(), whole.description.clone());
    // What was adopted is told by drafts; a base stands for nothing but itself.
    let adopted = if base.is_none() { whole.adopted.clone() } else { Vec::new() };
    Ok(State { title, description, content, adopted })
}

fn from_delta(delta: &Delta, before: &State) -> Result<State, RecordError> {
    let mut state = before.clone();
    for edit in &delta.edits {
        state.content.apply(edit).map_err(|_| RecordError::ResultMismatch)?;
    }
    if state.content.digest() != delta.result {
        return Err(RecordError::ResultMismatch);
    }
    if let Some(title) = &delta.title {
        state.title.clone_from(title);
    }
    if let Some(description) = &delta.description {
        state.description.clone_from(description);
    }
    Ok(state)
}

#[cfg(test)]
mod tests {
    use super::super::{Drawer, Header, decode, encode};
    use super::*;
    use crate::replica::Edit;

    fn key() -> Key {
        Key {
            drawer: Drawer::Draft,
            collection: "sessions".into(),
            document: "plan".into(),
            writer: "a".into(),
            sequence: 0,
        }
    }

    fn record(sequence: u64, body: Body) -> Record {
        let kind = if matches!(body, Body::Whole(_)) { Kind::Checkpoint } else { Kind::Delta };
        let Key { collection, document, writer, .. } = key();
        let header = Header {
            kind,
            workspace: "workbench".into(),
            collection,
            document,
            writer,
            sequence,
            change: 0,
            base: None,
            schema_version: 0,
            wall_ms: 0,
        };
        decode(&encode(&header, &body).0).expect("it was encoded just before")
    }

    /// A checkpoint, and records that each build on the one at the given place and count one on;
    /// a result is wrong where the list says so.
    fn records(deltas: &[(usize, bool)]) -> Vec<Record> {
        let (title, adopted) = (String::new(), Vec::new());
        let first = Whole { title, description: None, content: b"0".to_vec(), adopted };
        let mut records = vec![record(0, Body::Whole(first))];
        for (count, &(on, is_right)) in (1_u64..).zip(deltas) {
            let text: Vec<u8> = count.to_string().into();
            let result = Replica::from_canonical(if is_right { &text } else { b"-1" }).digest();
            let edits = vec![Edit::Put { at: String::new(), text: text.into() }];
            let predecessor = records[on].checksum;
            let delta = Delta { predecessor, result, title: None, description: None, edits };
            records.push(record(count, Body::Delta(delta)));
        }
        records
    }

    fn chain<'k>(key: &'k Key, records: Vec<Record>) -> Chain<'k> {
        Chain::new(records.into_iter().map(|record| Link::new(key, 0, Ok(record))).collect())
    }

    /// Places of the records whose state is kept, or why it is none.
    fn kept(chain: &Chain<'_>) -> Vec<usize> {
        let places = chain.links.iter().enumerate().filter(|(_, link)| link.state.is_some());
        places.map(|(at, _)| at).collect()
    }

    #[test]
    fn only_states_from_which_another_record_may_go_on_are_kept() {
        let key = key();
        let deltas = [(0, true), (1, true), (2, true), (3, true), (2, true), (5, true)];
        let mut chain = chain(&key, records(&deltas));
        assert_eq!(chain.state(4).expect("it verifies").content.canonical(), b"4");
        assert_eq!(kept(&chain), [2, 4], "where chains part, and the end");
        assert_eq!(chain.state(6).expect("it verifies").content.canonical(), b"6");
        assert_eq!(kept(&chain), [2, 4, 6], "from 2 on, and nothing before it again");
    }

    #[test]
    fn the_state_before_a_fault_is_kept() {
        let key = key();
        let deltas = [(0, true), (1, true), (2, false), (3, true), (4, true)];
        let mut chain = chain(&key, records(&deltas));
        assert!(chain.state(5).is_err());
        assert_eq!(kept(&chain), [2, 3, 4, 5]);
        assert_eq!(chain.links[3].fault(), Some(&RecordError::ResultMismatch));
        assert_eq!(chain.links[4].fault(), Some(&RecordError::PredecessorMissing));
        assert_eq!(chain.state(2).expect("it verifies").content.canonical(), b"2");
        assert_eq!(kept(&chain), [2, 3, 4, 5], "nothing was replayed");
    }
}
