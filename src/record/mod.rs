//! What lies in a store: self-checking records, and how content is put together from them.
//! `FORMAT.md` beside this file describes every byte.

mod body;
mod chain;
mod envelope;
mod error;
pub(crate) mod field;
mod header;
mod key;
mod migrate;
mod recover;

pub use crate::json::Digest;
pub use envelope::{decode, encode};
pub use error::RecordError;
pub use header::{BaseRef, Body, Delta, Header, Kind, Lease, Origin, Outbox, Record, Whole};
pub use key::{Drawer, Entry, Key, Prefix};
pub use recover::{Recovered, RecoveredBase, Recovery, Unusable, recover};
