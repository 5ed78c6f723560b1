//! What a collection allows: sizes of content, lengths of title and description, its schema. Owns
//! the comparison; "equal" is allowed, one more is refused with both numbers. The numbers come from
//! the configuration of the server.

use core::fmt;

use super::Problem;
use super::document::Metadata;
use super::problem::Violation;
use crate::schema::{CheckOptions, Schema};

/// Limits of a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the content's canonical text.
    pub content_bytes_max: u64,
    /// Unicode characters (code points) of the title, at least.
    pub title_min: u64,
    /// Unicode characters of the title.
    pub title_max: u64,
    /// Unicode characters of the description.
    pub description_max: u64,
}

impl Default for Limits {
    /// A workbench session's: 1.5 MiB of content, a title of 1 to 50, a description up to 250.
    fn default() -> Self {
        Limits { content_bytes_max: 1_572_864, title_min: 1, title_max: 50, description_max: 250 }
    }
}

/// What a limit is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limited {
    /// Bytes of the content.
    Content,
    /// Characters of the title.
    Title,
    /// Characters of the description.
    Description,
    /// Bytes of all contents of the space.
    Space,
}

impl Limited {
    const ALL: [Limited; 4] =
        [Limited::Content, Limited::Title, Limited::Description, Limited::Space];

    /// As problems spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Limited::Content => "content",
            Limited::Title => "title",
            Limited::Description => "description",
            Limited::Space => "space",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Limited> {
        Limited::ALL.into_iter().find(|limited| limited.as_str() == text)
    }

    const fn unit(self) -> &'static str {
        match self {
            Limited::Content | Limited::Space => "bytes",
            Limited::Title | Limited::Description => "characters",
        }
    }
}

/// A limit that is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Excess {
    /// What it is about.
    pub what: Limited,
    /// What there is.
    pub actual: u64,
    /// The limit: the most, or the least where there is less.
    pub limit: u64,
}

impl fmt::Display for Excess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Excess { what, actual, limit } = self;
        let most = if actual < limit { "least" } else { "most" };
        let (what, unit) = (what.as_str(), what.unit());
        write!(f, "{what} has {actual} {unit}, the {most} is {limit}")
    }
}

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
        let Limits { title_min, title_max, description_max, .. } = self.limits;
        let count = |text: &str| text.chars().count() as u64;
        let title = count(&metadata.title);
        let description = metadata.description.as_deref().map_or(0, count);
        within(Limited::Title, title, title_min, title_max)
            .and_then(|()| within(Limited::Description, description, 0, description_max))
            .map_err(Problem::OutOfLimits)
    }

    /// Checks the size of content, then what its schema demands.
    ///
    /// # Errors
    /// [`Problem::TooLarge`]; [`Problem::Invalid`] with what the schema says.
    pub(super) fn check_content(&self, text: &[u8], schema_version: u32) -> Result<(), Problem> {
        let most = self.limits.content_bytes_max;
        within(Limited::Content, text.len() as u64, 0, most).map_err(Problem::TooLarge)?;
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

fn within(what: Limited, actual: u64, least: u64, most: u64) -> Result<(), Excess> {
    match actual {
        _ if actual < least => Err(Excess { what, actual, limit: least }),
        _ if actual > most => Err(Excess { what, actual, limit: most }),
        _ => Ok(()),
    }
}
