//! Every named limit of the engine, in one place, each with its reason. A limit is checked
//! before the work it bounds is done, and "equal" is always allowed.

/// Longest text that is read, in bytes: 64 MiB.
///
/// Forty times the content limit of a workbench session, so that bundles and collections pass,
/// and far below what a browser tab can hold twice.
pub const TEXT_BYTES_MAX: usize = 64 << 20;

/// Deepest nesting of arrays and objects, in content and in the text of a schema: 128 levels.
/// Level 129 is refused.
///
/// The pass recurses once per level; at this depth it needs some ten kilobytes of stack, where a
/// wasm module has one megabyte.
pub const DEPTH_MAX: usize = 128;

/// Longest author, message, title and description of a version, in bytes: 16 KiB each.
///
/// They are read whenever versions are listed, all of a document's at once.
pub const VERSION_TEXT_BYTES_MAX: usize = 16 << 10;

/// Issues that one check reports before it stops counting.
pub const ISSUES_MAX: usize = 100;

/// Longest text that the pass can name positions in, whatever limit is asked for: 512 MiB. Three
/// bits of a length say what kind of range it is.
pub(crate) const POSITION_MAX: usize = (1 << 29) - 1;

/// Largest integer that a double holds exactly together with both neighbours: 2^53 - 1
/// (RFC 7493 section 2.2).
pub const INTEGER_MAX: u64 = (1 << 53) - 1;
