//! From the records in a store to what can be opened. Owns which record counts: the newest of each
//! writer that verifies, and what is told of the rest. It must not know which draft the app gets.
//! Entries come from any stores, in any order, whole or damaged.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::chain::{Chain, Link, State};
use super::{BaseRef, Body, Digest, Drawer, Entry, Key, Kind, Origin, Record, RecordError, decode};
use crate::replica::Replica;

/// What the records of a document lead to.
#[derive(Clone, Debug)]
pub struct Recovery {
    /// Collection of the document.
    pub collection: String,
    /// Id of the document.
    pub document: String,
    /// For each writer with a usable draft the newest state of it, in the order of writers.
    pub drafts: Vec<Recovered>,
    /// Every usable base, in the order of keys.
    pub bases: Vec<RecoveredBase>,
    /// Every record that was needed, or should have been readable, and is not: in the order of
    /// keys. A key may stand here although another store has good bytes under it.
    pub unusable: Vec<Unusable>,
}

/// The newest usable state of a writer's draft.
#[derive(Clone, Debug)]
pub struct Recovered {
    /// Writer of the draft.
    pub writer: String,
    /// Sequence of the record that leads to the state.
    pub sequence: u64,
    /// Checksum of that record.
    pub checksum: Digest,
    /// Change number of the content.
    pub change: u64,
    /// The base that the content grew from.
    pub base: Option<BaseRef>,
    /// Version of the schema that the content follows.
    pub schema_version: u32,
    /// Wall time of writing. Shown, never compared.
    pub wall_ms: u64,
    /// Title.
    pub title: String,
    /// Description.
    pub description: Option<String>,
    /// Content.
    pub content: Replica,
    /// The drafts that the draft's checkpoint carries on.
    pub adopted: Vec<Origin>,
    /// Keys of all records of the writer's draft for the document, tails included, also of those
    /// that are unusable: what is unusable is not to be removed with the rest.
    pub keys: Vec<Key>,
    /// Bytes of those records; a record that two stores have alike counts once.
    pub bytes: usize,
}

/// A usable base.
#[derive(Clone, Debug)]
pub struct RecoveredBase {
    /// Where it lies.
    pub key: Key,
    /// Checksum of the record.
    pub checksum: Digest,
    /// Which base it is.
    pub base: BaseRef,
    /// Version of the schema that the content follows.
    pub schema_version: u32,
    /// Wall time of writing. Shown, never compared.
    pub wall_ms: u64,
    /// Title.
    pub title: String,
    /// Description.
    pub description: Option<String>,
    /// Content.
    pub content: Replica,
    /// The drafts that it was saved from, each up to the sequence of the save.
    pub saved_from: Vec<Origin>,
}

/// A record that cannot be used. It stays where it is (I4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable {
    /// Where it lies.
    pub key: Key,
    /// How long it is.
    pub bytes: usize,
    /// Why it cannot be used.
    pub reason: RecordError,
}

/// Entries in the order of keys; of different bytes under one key, in the order of those.
type Entries<'e> = BTreeSet<(&'e Key, &'e [u8])>;

/// What all the entries lead to, for each document that a key names, in the order of collections
/// and ids.
///
/// The same key may come from several stores: equal bytes are one record, and of different bytes
/// each is tried. What is told of a document depends on the set of its entries alone.
pub fn recover(workspace: &str, entries: &[Entry]) -> Vec<Recovery> {
    let mut documents: BTreeMap<(&str, &str), Entries<'_>> = BTreeMap::new();
    for Entry { key, bytes } in entries {
        documents.entry((&key.collection, &key.document)).or_default().insert((key, bytes));
    }
    let names = documents.into_iter();
    names.map(|((collection, id), entries)| document(workspace, collection, id, entries)).collect()
}

/// What the entries of one document lead to.
fn document(workspace: &str, collection: &str, document: &str, entries: Entries<'_>) -> Recovery {
    let mut links = Vec::new();
    for (key, bytes) in entries {
        links.push(Link::new(key, bytes.len(), admit(workspace, key, bytes)));
    }
    let mut chain = Chain::new(links);
    let bases = bases(&mut chain);
    let drafts = drafts(&mut chain);
    let unusable = unusable(&chain, &drafts);
    let (collection, document) = (collection.to_string(), document.to_string());
    Recovery { collection, document, drafts, bases, unusable }
}

/// The record, if it is the one that its key names.
fn admit(workspace: &str, key: &Key, bytes: &[u8]) -> Result<Record, RecordError> {
    let record = decode(bytes)?;
    let header = &record.header;
    let is_in_drawer = match key.drawer {
        Drawer::Base => header.kind == Kind::Base,
        Drawer::Draft | Drawer::Tail => matches!(header.kind, Kind::Checkpoint | Kind::Delta),
        Drawer::Outbox | Drawer::Head | Drawer::Lease | Drawer::Version | Drawer::Slice => false,
    };
    let is_named = header.workspace == workspace
        && header.collection == key.collection
        && header.document == key.document
        && header.writer == key.writer
        && (header.sequence == key.sequence || key.drawer == Drawer::Tail);
    if is_in_drawer && is_named { Ok(record) } else { Err(RecordError::KeyMismatch) }
}

fn bases(chain: &mut Chain<'_>) -> Vec<RecoveredBase> {
    let mut bases = Vec::new();
    for at in 0..chain.links.len() {
        let link = &chain.links[at];
        let Some(record) = link.record.as_ref().filter(|it| it.header.kind == Kind::Base) else {
            continue;
        };
        let (key, checksum, header) = (link.key.clone(), record.checksum, &record.header);
        let base = header.base.expect("a base record without a base does not decode");
        let (schema_version, wall_ms) = (header.schema_version, header.wall_ms);
        let saved_from = match &record.body {
            Body::Whole(whole) => whole.adopted.clone(),
            Body::Delta(_) | Body::Outbox(_) | Body::Head | Body::Lease(_) => Vec::new(),
        };
        if let Ok(state) = chain.state(at) {
            bases.push(RecoveredBase {
                key,
                checksum,
                base,
                schema_version,
                wall_ms,
                title: state.title,
                description: state.description,
                content: state.content,
                saved_from,
            });
        }
    }
    bases
}

/// The newest usable state of each writer. Records of a writer that are older than that are not
/// replayed, unless they lead to it.
fn drafts(chain: &mut Chain<'_>) -> Vec<Recovered> {
    let mut writers: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, link) in chain.links.iter().enumerate() {
        if link.key.drawer != Drawer::Base {
            writers.entry(&link.key.writer).or_default().push(at);
        }
    }
    let newest = writers.into_values().map(|own| draft(chain, &own));
    newest.flatten().collect()
}

/// The newest usable state among the records of a writer.
fn draft(chain: &mut Chain<'_>, own: &[usize]) -> Option<Recovered> {
    let by_age: BTreeSet<(u64, u64, Digest, usize)> = own
        .iter()
        .filter_map(|&at| {
            let record = chain.links[at].record.as_ref()?;
            Some((record.header.sequence, record.header.change, record.checksum, at))
        })
        .collect();
    let mut newest: Option<(u64, usize, State)> = None;
    for &(sequence, .., at) in by_age.iter().rev() {
        // Those of the same sequence are tried too: none of them is older.
        if newest.as_ref().is_some_and(|(found, ..)| sequence < *found) {
            break;
        }
        if let (Ok(state), None) = (chain.state(at), &newest) {
            newest = Some((sequence, at, state));
        }
    }
    let (_, at, state) = newest?;
    let links = own.iter().map(|&at| &chain.links[at]);
    let mut keys: Vec<Key> = links.clone().map(|link| link.key.clone()).collect();
    keys.dedup();
    let record = chain.links[at].record.as_ref().expect("only a record leads to a state");
    let header = &record.header;
    Some(Recovered {
        writer: header.writer.clone(),
        sequence: header.sequence,
        checksum: record.checksum,
        change: header.change,
        base: header.base,
        schema_version: header.schema_version,
        wall_ms: header.wall_ms,
        title: state.title,
        description: state.description,
        content: state.content,
        adopted: state.adopted,
        keys,
        bytes: links.map(|link| link.bytes).sum(),
    })
}

/// Every record that is unusable, save those that a newer chain has made superfluous.
fn unusable(chain: &Chain<'_>, drafts: &[Recovered]) -> Vec<Unusable> {
    let tell = |link: &Link<'_>| {
        let reason = link.fault()?;
        let is_stale = *reason == RecordError::PredecessorMissing && is_outdated(link, drafts);
        let (key, reason) = (link.key.clone(), reason.clone());
        (!is_stale).then_some(Unusable { key, bytes: link.bytes, reason })
    };
    chain.links.iter().filter_map(tell).collect()
}

/// Whether the writer has a usable state that is newer.
fn is_outdated(link: &Link<'_>, drafts: &[Recovered]) -> bool {
    let newest = drafts.iter().find(|draft| draft.writer == link.key.writer);
    let sequence = link.record.as_ref().map(|record| record.header.sequence);
    newest.zip(sequence).is_some_and(|(newest, sequence)| sequence < newest.sequence)
}
