//! One change of content: what the shell reports, what a delta record keeps, what the replica
//! applies. Owns the shape only; it must not know how a change is found or carried out.

use alloc::boxed::Box;
use alloc::string::String;

/// One change of content. Places are JSON Pointers (RFC 6901) into the content as the changes
/// before it in the same list have left it; texts are canonical (RFC 8785) once a tracker has
/// taken them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Sets a member, replaces an element, or replaces the whole content (the empty pointer).
    Put {
        /// The member, which may be new; or the element, which must exist.
        at: String,
        /// Its new value.
        text: Box<[u8]>,
    },
    /// Puts an element before the one at this index; the index after the last appends.
    Insert {
        /// Place of the new element.
        at: String,
        /// Its value.
        text: Box<[u8]>,
    },
    /// Takes a member or an element away.
    Remove {
        /// It must exist.
        at: String,
    },
    /// Takes an element or a member away and puts it elsewhere, as `move` of RFC 6902 section 4.4:
    /// `to` is a place in the content without it.
    Move {
        /// It must exist.
        from: String,
        /// Where it stands afterwards. An index inserts; a member is set.
        to: String,
    },
}

impl Edit {
    /// Bytes that the edit takes up in memory and, within some ten bytes, in a record.
    pub fn bytes(&self) -> usize {
        match self {
            Edit::Put { at, text } | Edit::Insert { at, text } => at.len() + text.len(),
            Edit::Remove { at } => at.len(),
            Edit::Move { from, to } => from.len() + to.len(),
        }
    }
}
