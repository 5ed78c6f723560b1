//! What the app can show of the stores. Owns the shape and the order of what they survive; the
//! facts come from `stores.rs`.

use super::error::StoreError;
use super::ids::StoreId;

/// How much a store survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Survives {
    /// Nothing: it is memory.
    None,
    /// A crash of the tab. A crash of the whole browser may take the last seconds.
    Tab,
    /// A crash of the browser.
    Device,
}

/// What the app can show of the stores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// The store that drafts are written to; nothing while the first is being opened.
    pub store: Option<StoreId>,
    /// What it survives.
    pub survives: Survives,
    /// Why it is not the best one.
    pub reason: Option<StoreError>,
    /// A store was found empty although it had held records.
    pub evicted: bool,
}
