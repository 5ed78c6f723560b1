//! Three-way merge: what becomes of two contents that grew from one. Owns what is given and what
//! comes back; `walk` goes through the contents. Must not know where the three come from, nor who
//! decides conflicts.

use alloc::string::String;
use alloc::vec::Vec;

mod error;
mod hunk;
mod lines;
mod moved;
mod named;
mod order;
mod sequence;
mod walk;

use crate::json::{JsonError, JsonErrorKind, Options, canonicalize};
use crate::limits::TEXT_BYTES_MAX;
use crate::schema::{CheckOptions, Issue, Schema};
pub use error::{MergeError, Part};
use walk::Walk;

/// Two contents and the one that both grew from, each as JSON text.
#[derive(Clone, Copy, Debug)]
pub struct Sides<'t> {
    /// What both grew from.
    pub base: &'t [u8],
    /// The side that is kept where the two are in conflict.
    pub mine: &'t [u8],
    /// The other side.
    pub theirs: &'t [u8],
}

/// What two sides were merged to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The merged content as canonical text. Where there is a conflict it is as mine.
    pub content: Vec<u8>,
    /// Where both sides changed the same thing to something else. In the order of the content.
    pub conflicts: Vec<Conflict>,
    /// Rules of the schema that the merged content breaks; none without a schema. Two sides that
    /// each keep to a schema can break it together: a list that both made as long as may be.
    pub issues: Vec<Issue>,
}

/// A place at which both sides changed the same thing to something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// JSON Pointer to the place in the merged content. If `mine` is absent nothing is there: to
    /// decide for them, add `theirs` at this place (RFC 6902 `add`). If `theirs` is absent, remove
    /// what is there; else replace it. As this moves what stands behind, decide the last conflict
    /// first.
    pub path: String,
    /// JSON Pointer to the place in the base. An element that the base does not have is `-`; one
    /// that one side moved within a list without ids has the place that it had. It is the same
    /// whichever side is mine.
    pub base_path: String,
    /// What the two disagree about.
    pub kind: ConflictKind,
    /// Canonical text of the value in the base; absent, it has none there, which is not `null`.
    pub base: Option<Vec<u8>>,
    /// Canonical text of my value; absent, I removed it.
    pub mine: Option<Vec<u8>>,
    /// Canonical text of their value; absent, they removed it.
    pub theirs: Option<Vec<u8>>,
}

/// What two sides disagree about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConflictKind {
    /// The value.
    Value,
    /// The order of a list whose elements have ids: both moved, or put in, the same element to
    /// another place. The values are the whole lists. What happened within the elements is merged,
    /// or in conflicts of its own.
    Order,
}

/// Merges two contents that grew from one.
///
/// - A value that one side left as it was is the other side's; equal changes are one.
/// - Objects are merged by member, but not objects that an id tells apart.
/// - Lists of objects in which a member such as `id` names every element, in all three, are merged
///   by that, with what either side put in, removed and moved.
/// - Other lists are merged along common subsequences. Where both changed the same elements, these
///   are merged one by one if each side has as many as before and they have something in common;
///   else nobody knows which is which, and they are in conflict one by one.
/// - Strings of several lines are merged by line, if that succeeds without a conflict.
/// - Whatever else both changed is a conflict; so is a change of what the other side removed.
///
/// Every change of either side is in the content or in a conflict. It is no conflict that one side
/// moved what the other removed, if an id follows it: it is removed. In lists without ids a move is
/// a removal and an insertion, and so is a change of an element beyond its likeness. What one side
/// put in so is a conflict if the other side took away what it was made of, so that its list does
/// not have that any more; else it is kept. A move from one list or member to another is a removal
/// and an insertion too, and what was put in is kept. What both put in at one place of a list is
/// kept from both, equal beginnings and ends once, in the order of the texts: the same whichever
/// side is mine.
///
/// An unchanged side gives exactly the other one. Swapping the sides gives the same content if
/// there is no conflict, and conflicts at the same `base_path`s.
///
/// It takes one pass over each text to make it canonical, and some readings of what differs for
/// each level above it; lists take n log n steps.
///
/// # Errors
/// A text is no JSON content within the limits, or the merged content is larger than
/// [`TEXT_BYTES_MAX`]. That the schema is broken is no error, but what [`Merged::issues`] says.
pub fn merge(sides: &Sides, schema: Option<&Schema>) -> Result<Merged, MergeError> {
    let canonical = |part, text| {
        canonicalize(text, &Options::default()).map_err(|error| MergeError { part, error })
    };
    let base = canonical(Part::Base, sides.base)?;
    let mine = canonical(Part::Mine, sides.mine)?;
    let theirs = canonical(Part::Theirs, sides.theirs)?;
    let (content, conflicts) = Walk::merged(Sides { base: &base, mine: &mine, theirs: &theirs });
    let too_large = |error| MergeError { part: Part::Merged, error };
    if content.len() > TEXT_BYTES_MAX {
        let (kind, offset) = (JsonErrorKind::TooLarge, TEXT_BYTES_MAX);
        return Err(too_large(JsonError { kind, offset, pointer: String::new() }));
    }
    let issues = match schema {
        Some(schema) => schema.check(&content, &CheckOptions::default()).map_err(too_large)?.issues,
        None => Vec::new(),
    };
    Ok(Merged { content, conflicts, issues })
}
