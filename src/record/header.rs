//! What every record says of itself, and the two shapes of what it carries. Owns the types; the
//! bytes are `envelope.rs`'s.

use alloc::string::String;
use alloc::vec::Vec;

use crate::json::Digest;
use crate::replica::Edit;

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The whole of a draft.
    Checkpoint,
    /// What changed in a draft since the record it names.
    Delta,
    /// The whole of a base.
    Base,
    /// A save that is on its way.
    Outbox,
    /// Names the newest base of a document that is saved without a server.
    Head,
    /// Says who asks the server for all tabs.
    Lease,
}

/// The base that content grew from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BaseRef {
    /// Number of the accepted write of content.
    pub revision: u64,
    /// Number of the accepted write of title or description.
    pub metadata_revision: u64,
    /// Digest of the base's canonical text.
    pub digest: Digest,
}

/// What every record says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// What it is.
    pub kind: Kind,
    /// Workspace of the document.
    pub workspace: String,
    /// Collection of the document.
    pub collection: String,
    /// Id of the document.
    pub document: String,
    /// Id of the writer.
    pub writer: String,
    /// Number of the record among those of its writer for this document; grows with every record.
    pub sequence: u64,
    /// Change number of the content.
    pub change: u64,
    /// The base that the content grew from; nothing for a document that was never saved. Of a base
    /// record and of a head: the base itself.
    pub base: Option<BaseRef>,
    /// Version of the collection's schema that the content follows.
    pub schema_version: u32,
    /// Wall time of writing, in milliseconds since 1970 (UTC). Shown, never compared.
    pub wall_ms: u64,
}

/// A draft that a new writer has taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Writer of the draft that was adopted.
    pub writer: String,
    /// Sequence of the record whose content was adopted.
    pub sequence: u64,
}

/// Content with title and description, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    /// Title.
    pub title: String,
    /// Description; absent and empty differ.
    pub description: Option<String>,
    /// Canonical text of the content.
    pub content: Vec<u8>,
    /// The drafts that this one carries on, and so stands for.
    pub adopted: Vec<Origin>,
}

/// A save that is on its way: everything that the server is told, so that it can be told again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outbox {
    /// SHA-256 of title and description of the base, as the server names them; nothing for a
    /// document that is created.
    pub base_words: Option<Digest>,
    /// What is saved. It has adopted nothing.
    pub state: Whole,
}

/// The right to ask the server for all tabs of a workspace. The writer in the header holds it; the
/// sequence there is its fencing epoch, which grows with every holder, and the change number counts
/// the signs of life that the holder has given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// How often the holder, or one before it, has learned something new from the server.
    pub news: u64,
    /// The holder has not given it back.
    pub is_held: bool,
}

/// What changed since another record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delta {
    /// Checksum of the record that it builds on: a checkpoint, a delta or a base.
    pub predecessor: Digest,
    /// Digest of the replica after the edits, which replaying them must reach.
    pub result: Digest,
    /// The title, when it changed.
    pub title: Option<String>,
    /// The description, when it changed; `Some(None)` when it was taken away.
    pub description: Option<Option<String>>,
    /// The changes of content, in order.
    pub edits: Vec<Edit>,
}

/// What a record carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Of a checkpoint or a base.
    Whole(Whole),
    /// Of a delta.
    Delta(Delta),
    /// Of a save that is on its way.
    Outbox(Outbox),
    /// Of a head: the header says it all. Writer and sequence are those of the base record.
    Head,
    /// Of a lease.
    Lease(Lease),
}

/// A record, decoded and verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What it says of itself.
    pub header: Header,
    /// What it carries.
    pub body: Body,
    /// SHA-256 over all bytes before it: the name by which a delta knows its predecessor.
    pub checksum: Digest,
}
