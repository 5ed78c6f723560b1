//! The name under which a record is stored. Owns its parts and their order; it must not know what
//! a record holds. An adapter turns it into whatever its store takes for a key.

use alloc::string::String;

/// First part of a key: which drawer of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Drawer {
    /// Whole base contents.
    Base,
    /// Checkpoints and deltas of drafts.
    Draft,
    /// The last delta of a writer that left, in a store that is written synchronously.
    Tail,
    /// Saves that are on their way.
    Outbox,
    /// Which base of a document is the newest, where it is saved without a server: one slot a
    /// document, shared by all writers.
    Head,
    /// Who asks the server for all tabs: one slot a workspace.
    Lease,
    /// Entries of versions, each under its number.
    Version,
    /// Slices of versions, each under its digest.
    Slice,
}

impl Drawer {
    /// The part of the key, as stores spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Drawer::Base => "base",
            Drawer::Draft => "draft",
            Drawer::Tail => "tail",
            Drawer::Outbox => "outbox",
            Drawer::Head => "head",
            Drawer::Lease => "lease",
            Drawer::Version => "version",
            Drawer::Slice => "slice",
        }
    }
}

/// Name of a record: `[drawer, collection, document, writer, sequence]`, in this order, so that a
/// prefix names a drawer, a collection or a document. Unique in a workspace: a writer never uses a
/// sequence twice, except in [`Drawer::Tail`], where it keeps one slot for each document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Which drawer.
    pub drawer: Drawer,
    /// Collection of the document.
    pub collection: String,
    /// Id of the document.
    pub document: String,
    /// Id of the writer that wrote it.
    pub writer: String,
    /// Number of the record among those of its writer for this document.
    pub sequence: u64,
}

/// Which records to read: a drawer, narrowed to a document, narrowed to one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prefix {
    /// All records of a drawer.
    Drawer(Drawer),
    /// All records of a document in a drawer.
    Document {
        /// The drawer.
        drawer: Drawer,
        /// Collection of the document.
        collection: String,
        /// Id of the document.
        document: String,
    },
    /// One record.
    Record(Key),
}

impl Prefix {
    /// Whether it names this record.
    pub fn covers(&self, key: &Key) -> bool {
        match self {
            Prefix::Drawer(drawer) => *drawer == key.drawer,
            Prefix::Document { drawer, collection, document } => {
                *drawer == key.drawer && *collection == key.collection && *document == key.document
            }
            Prefix::Record(one) => one == key,
        }
    }
}

/// A record as it lies in a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub key: Key,
    /// Its bytes.
    pub bytes: alloc::vec::Vec<u8>,
}
