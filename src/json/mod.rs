//! JSON over bytes, without a tree: checking (RFC 8259), canonical text (RFC 8785), digests,
//! pointers (RFC 6901), differences and patches (RFC 6902, RFC 7396). There are two doors. Text
//! that our own shell made with `JSON.stringify` is canonical but for the order of members:
//! [`Source::Own`] trusts that and permutes bytes. All else takes the strict door,
//! [`Source::Foreign`], which checks every byte and respells what is not canonical.

use alloc::vec::Vec;

pub(crate) mod block;
mod close;
mod container;
mod decimal;
mod diff;
mod digest;
mod error;
pub(crate) mod fault;
pub(crate) mod locate;
mod merge_patch;
pub(crate) mod number;
mod options;
pub mod order;
pub(crate) mod output;
pub(crate) mod pass;
mod patch;
pub mod pointer;
mod pretty;
pub(crate) mod rewrite;
pub(crate) mod sort;
pub(crate) mod string;
mod token;
pub(crate) mod tree;
pub(crate) mod work;

pub use diff::diff;
pub(crate) use diff::{chain, diff_below};
pub(crate) use digest::hex;
pub use digest::{Digest, Hasher, digest, digest_hex};
pub use error::{JsonError, JsonErrorKind};
pub use merge_patch::apply_merge_patch;
pub use options::{Duplicates, Options, Source};
pub use patch::{PatchError, PatchErrorKind, apply_patch};
pub use pretty::pretty_text;

pub(crate) use string::{escape, to_text, unescape};

use output::Output;
use pass::Pass;
use work::Work;

/// The byte of `text` at `at`, zero past its end.
#[inline(always)]
pub(crate) fn byte(text: &[u8], at: usize) -> u8 {
    text.get(at).copied().unwrap_or(0)
}

/// The canonical text (RFC 8785) of the document in `text`.
///
/// Numbers are read as doubles, as RFC 8785 demands: an integer beyond ±(2^53 − 1) becomes the
/// nearest double, unless [`Options::exact_integers`] refuses it.
///
/// # Errors
/// Whatever is not JSON content within the limits; see [`JsonErrorKind`]. A text over the limit
/// is refused before a byte of it is read.
pub fn canonicalize(text: &[u8], options: &Options) -> Result<Vec<u8>, JsonError> {
    options.admit(text)?;
    let mut out = Output::new();
    let mut pass = Pass::new(text, Work::new(), options, true);
    let span = pass.any(pass.begin());
    let piece = pass.finish(span).map_err(|fault| locate::error(text, fault))?;
    pass.work.rewrite.write_document(text, piece, &mut out);
    Ok(out.into_text())
}
