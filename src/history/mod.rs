//! What a document was before, and what becomes of two states that grew apart: [`diff()`],
//! three-way [`merge()`], and [`Versions`]. Pure, over canonical text and replicas. It must not
//! know who saves, syncs or shows a conflict, nor where versions lie.

mod align;
mod diff;
mod identity;
mod merge;
mod versions;

pub use diff::{diff, diff_canonical};
pub use merge::{Conflict, ConflictKind, MergeError, Merged, Part, Sides, merge};
pub use versions::{About, Added, Entry, Kind, Page, Version, VersionError, Versions};
