//! JSON Type Definition (RFC 8927), complete: schemas are compiled once, and content is checked
//! in the same pass that makes its canonical text.

use alloc::vec::Vec;
use core::mem::{replace, take};

mod check;
mod compile;
mod error;
mod form;
mod guess;
mod issue;
mod refs;
mod seek;
mod timestamp;

pub use error::{SchemaError, SchemaErrorKind};
pub use issue::Issue;

use crate::json::output::Output;
use crate::json::pass::Pass;
use crate::json::work::Work;
use crate::json::{Duplicates, JsonError, Options, Source, locate};
use crate::limits;
use check::Check;
pub(crate) use check::Memory;
use form::{ANYTHING, Tables};
use issue::Notes;

/// A compiled schema.
pub struct Schema {
    tables: Tables,
}

impl core::fmt::Debug for Schema {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Schema").finish_non_exhaustive()
    }
}

/// How content is checked.
#[derive(Clone, Copy, Debug)]
pub struct CheckOptions {
    /// How its text is read.
    pub json: Options,
    /// How many issues are noted at most; the first ones found.
    pub issues_max: usize,
}

impl Default for CheckOptions {
    /// Strict reading, at most [`limits::ISSUES_MAX`] issues.
    fn default() -> Self {
        CheckOptions { json: Options::default(), issues_max: limits::ISSUES_MAX }
    }
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The content breaks these rules of the schema; none: it is valid. In the order of the text.
    pub issues: Vec<Issue>,
    /// The canonical text (RFC 8785) of the content, valid or not.
    pub canonical: Vec<u8>,
}

/// Buffers that are used again from check to check.
pub(crate) struct Buffers {
    pub(crate) work: Work,
    pub(crate) out: Output,
}

impl Buffers {
    pub(crate) const fn new() -> Self {
        Buffers { work: Work::new(), out: Output::new() }
    }
}

impl Schema {
    /// Compiles a schema from its JSON text.
    ///
    /// Nesting is limited by [`limits::DEPTH_MAX`]. A definition may refer to itself through a
    /// value, as in a tree; a reference that leads back to itself without one is refused.
    ///
    /// # Errors
    /// The first rule of RFC 8927 section 2 that the schema breaks, with its place.
    pub fn compile(text: &[u8]) -> Result<Self, SchemaError> {
        Schema::compile_with(text, Source::Foreign, &mut Buffers::new())
    }

    /// As [`Schema::compile`], with buffers that are used again.
    pub(crate) fn compile_with(
        text: &[u8],
        source: Source,
        buffers: &mut Buffers,
    ) -> Result<Self, SchemaError> {
        match canonical_into(text, &Options::for_source(source), buffers) {
            Ok(()) => Ok(Schema { tables: compile::compile(buffers.out.text().to_vec())? }),
            Err(JsonError { kind, pointer, .. }) => {
                Err(SchemaError { kind: SchemaErrorKind::NotJson(kind), pointer })
            }
        }
    }

    /// The empty schema, which accepts everything.
    pub fn anything() -> Self {
        Schema { tables: Tables::anything() }
    }

    /// Checks content and makes its canonical text, in one pass.
    ///
    /// # Errors
    /// A text that is no JSON content within the limits. That content breaks the schema is no
    /// error, but what [`Checked::issues`] says.
    pub fn check(&self, text: &[u8], options: &CheckOptions) -> Result<Checked, JsonError> {
        let mut buffers = Buffers::new();
        let memory = &mut Memory::default();
        let issues = self.check_into(text, options, true, (&mut buffers, memory))?;
        Ok(Checked { issues, canonical: buffers.out.into_text() })
    }

    /// As [`Schema::check`], with buffers that are used again, and what earlier checks by this very
    /// schema remembered; `keep`: canonical text is wanted.
    pub(crate) fn check_into(
        &self,
        text: &[u8],
        options: &CheckOptions,
        keep: bool,
        (buffers, memory): (&mut Buffers, &mut Memory),
    ) -> Result<Vec<Issue>, JsonError> {
        options.json.admit(text)?;
        let mut options = *options;
        let mut text = text;
        let canonical;
        if options.json.duplicates == Duplicates::LastWins && self.tables.root != ANYTHING {
            // A member that a later one replaces must not be checked: canonical text comes first.
            canonical_into(text, &options.json, buffers)?;
            canonical = replace(&mut buffers.out, Output::new());
            (text, options.json.source) = (canonical.text(), Source::Own);
        }
        self.check_once(text, &options, keep, (buffers, memory))
    }

    #[inline(never)]
    fn check_once(
        &self,
        text: &[u8],
        options: &CheckOptions,
        keep: bool,
        (buffers, memory): (&mut Buffers, &mut Memory),
    ) -> Result<Vec<Issue>, JsonError> {
        let Buffers { work, out } = buffers;
        let pass = Pass::new(text, replace(work, Work::new()), &options.json, keep);
        let notes = Notes::new(options.issues_max);
        let mut check = Check::new(&self.tables, take(memory), pass, notes);
        let piece = check.document();
        let Check { pass, notes, .. } = check;
        (*work, *memory) = (pass.work, check.memory);
        let piece = piece.map_err(|fault| locate::error(text, fault))?;
        if keep {
            work.rewrite.write_document(text, piece, out);
        }
        Ok(notes.issues(text, &self.tables))
    }
}

/// Makes the canonical text of a document of which nothing else is known, with buffers that are
/// used again. The checker does it too, by the empty schema; without a second walk the module
/// stays small.
///
/// # Errors
/// As [`crate::json::canonicalize`].
pub(crate) fn canonical_into(
    text: &[u8],
    options: &Options,
    buffers: &mut Buffers,
) -> Result<(), JsonError> {
    options.admit(text)?;
    let options = CheckOptions { json: *options, issues_max: 0 };
    let memory = &mut Memory::default();
    Schema::anything().check_once(text, &options, true, (buffers, memory)).map(|_| ())
}
