//! Limits of a collection: sizes of content, lengths of title and description. One place for the
//! app, its engine and its server. Owns the comparison; "equal" is allowed, one more is refused
//! with both numbers. Drafts are stored whatever this says.

use alloc::vec::Vec;
use core::fmt;

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

impl Limits {
    /// Every limit that a document does not keep: of its content, then of title and description.
    pub fn check(
        &self,
        content_bytes: usize,
        title: &str,
        description: Option<&str>,
    ) -> Vec<Excess> {
        let of_words = self.of_words(title, description);
        self.of_content(content_bytes).into_iter().chain(of_words).collect()
    }

    /// The limit of content, if it is not kept.
    pub(super) fn of_content(&self, bytes: usize) -> Option<Excess> {
        outside(Limited::Content, bytes, 0, self.content_bytes_max)
    }

    /// The limits of title and description that are not kept.
    pub(super) fn of_words(
        &self,
        title: &str,
        description: Option<&str>,
    ) -> impl Iterator<Item = Excess> {
        let count = |text: &str| text.chars().count();
        let title = outside(Limited::Title, count(title), self.title_min, self.title_max);
        let description = description.map_or(0, count);
        let description = outside(Limited::Description, description, 0, self.description_max);
        title.into_iter().chain(description)
    }
}

fn outside(what: Limited, actual: usize, least: u64, most: u64) -> Option<Excess> {
    let actual = actual as u64;
    let limit = if actual < least { least } else { most };
    (actual < least || actual > most).then_some(Excess { what, actual, limit })
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
