//! What a collection allows: its limits, and its schema. Owns which problem each is when it is not
//! kept. Both come from the configuration of the server.

use super::Problem;
use super::document::Metadata;
use super::limits::Limits;
use super::problem::Violation;
use crate::schema::{CheckOptions, Schema};

/// What a collection allows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rules<'s> {
    /// Sizes and lengths.
    pub limits: Limits,
    /// A version of its schema, and the schema. Content that follows another version is not
    /// checked: what that version demands is not known here.
    pub schema: Option<(u32, &'s Schema)>,
}

impl Rules<'_> {
    /// Checks the lengths of title and description.
    ///
    /// # Errors
    /// [`Problem::OutOfLimits`] with the first limit that is not kept.
    pub(super) fn check_metadata(&self, metadata: &Metadata) -> Result<(), Problem> {
        let description = metadata.description.as_deref();
        let excess = self.limits.of_words(&metadata.title, description).next();
        excess.map_or(Ok(()), |excess| Err(Problem::OutOfLimits(excess)))
    }

    /// Checks the size of content, then what its schema demands.
    ///
    /// # Errors
    /// [`Problem::TooLarge`]; [`Problem::Invalid`] with what the schema says.
    pub(super) fn check_content(&self, text: &[u8], schema_version: u32) -> Result<(), Problem> {
        if let Some(excess) = self.limits.of_content(text.len()) {
            return Err(Problem::TooLarge(excess));
        }
        let Some((_, schema)) = self.schema.filter(|(version, _)| *version == schema_version)
        else {
            return Ok(());
        };
        match schema.check(text, &CheckOptions::default()) {
            Ok(checked) if checked.issues.is_empty() => Ok(()),
            Ok(checked) => Err(Problem::Invalid {
                issues: checked.issues.iter().map(Violation::from).collect(),
            }),
            Err(error) => {
                Err(Problem::NotJson { pointer: error.pointer, reason: error.kind.reason().into() })
            }
        }
    }
}
