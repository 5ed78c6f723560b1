//! What the tabs of a workspace tell each other. Hints only: they may come late, twice or never,
//! and what counts is what the store or the server says when it is asked.

use alloc::string::String;

/// Something that another tab may want to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// A document was saved.
    Saved {
        /// Its collection.
        collection: String,
        /// Its id.
        document: String,
        /// Its revision from there on.
        revision: u64,
        /// Revision of its title and description.
        metadata_revision: u64,
    },
    /// The tab that asks the server for all is at work.
    Beat {
        /// Grows with every tab that takes this over.
        epoch: u64,
        /// Signs of life under this epoch.
        beat: u64,
        /// How often something new was learned from the server.
        news: u64,
    },
    /// The tab that asked the server for all has stopped.
    Resigned {
        /// Its epoch.
        epoch: u64,
    },
}
