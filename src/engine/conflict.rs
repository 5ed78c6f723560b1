//! A conflict as the app shows it: what both sides grew from, both sides, and what they can be
//! merged to. Owns that picture; it decides nothing and changes nothing. Deciding is
//! `giving_up.rs`'s.

use alloc::string::String;
use alloc::vec::Vec;

use super::Engine;
use super::arrival::is_older;
use super::document::Document;
use super::ids::DocumentId;
use super::theirs::Arrived;
use super::tracker::State;
use crate::history::{MergeError, Merged, Sides, merge};
use crate::schema::Schema;

/// A conflict with everything that it takes to decide it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConflictView {
    /// What both sides grew from; nothing when that is unknown, as for a document of the same id
    /// that somebody else has made, or after the server went back to an earlier state.
    pub base: Option<Side>,
    /// What is here, as it was captured last.
    pub mine: Side,
    /// What the server has; without a server, what another tab has saved.
    pub theirs: Side,
    /// Revision of theirs.
    pub revision: u64,
    /// Both contents in one, with what is left to be decided as conflicts, and what the result
    /// breaks of the collection's schema. Where nobody knows what both grew from, everything that
    /// differs is left to be decided.
    ///
    /// # Errors
    /// Both together are larger than a content may be.
    pub merged: Result<Merged, MergeError>,
}

/// One state of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// Title.
    pub title: String,
    /// Description.
    pub description: Option<String>,
    /// Canonical text of the content.
    pub text: Vec<u8>,
}

impl Engine {
    /// The conflict that a document is in; nothing when it is in none, or when what the server has
    /// is not here yet. It is worked out with each call, in one pass over the contents and more
    /// where they differ: ask when it is shown.
    pub fn conflict(&self, document: DocumentId) -> Option<ConflictView> {
        let document = self.documents.get(&document)?;
        let rules = self.config.collections.get(&document.collection)?;
        document.conflict(rules.schema.as_ref())
    }
}

impl Document {
    fn conflict(&self, schema: Option<&Schema>) -> Option<ConflictView> {
        let rival = self.theirs.rival.as_ref().or(self.theirs.arrived.as_ref());
        let rival = rival.filter(|_| self.is_in_conflict)?;
        let base = self.common_base(rival).map(side);
        let (mine, theirs) = (side(&self.tracker.state), side(&rival.state));
        let sides = Sides {
            base: base.as_ref().map_or(NOTHING, |base| &base.text),
            mine: &mine.text,
            theirs: &theirs.text,
        };
        let merged = merge(&sides, schema);
        Some(ConflictView { base, mine, theirs, revision: rival.reference.revision, merged })
    }

    /// What both sides grew from. A state that is older than the base here did not grow from it.
    fn common_base(&self, rival: &Arrived) -> Option<&State> {
        let base = self.tracker.base.as_ref()?;
        base.state.as_ref().filter(|_| !is_older(&rival.reference, &base.reference))
    }
}

fn side(state: &State) -> Side {
    let State { title, description, content } = state;
    Side { title: title.clone(), description: description.clone(), text: content.canonical() }
}

/// Stands for what both sides grew from where that is unknown: nothing in common.
const NOTHING: &[u8] = b"null";
