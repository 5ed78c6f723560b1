//! Size and title limits of a collection: one place for every way in and out. Owns the comparison;
//! "equal" is allowed, one more is refused with both numbers. Drafts are stored whatever this says.

use alloc::vec::Vec;

/// Limits of a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the content's canonical text.
    pub content_bytes_max: usize,
    /// Unicode characters (code points) of the title.
    pub title_min: usize,
    /// Unicode characters of the title.
    pub title_max: usize,
    /// Unicode characters of the description.
    pub description_max: usize,
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
    /// Bytes of the content, too many.
    Content,
    /// Characters of the title, too few.
    TitleShort,
    /// Characters of the title, too many.
    TitleLong,
    /// Characters of the description, too many.
    Description,
}

/// A limit that is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Excess {
    /// What it is about.
    pub what: Limited,
    /// What there is.
    pub actual: usize,
    /// What is allowed.
    pub limit: usize,
}

impl Limits {
    /// Every limit that a document does not keep.
    pub fn check(&self, content_bytes: usize, title: &str, text: Option<&str>) -> Vec<Excess> {
        let title = title.chars().count();
        let description = text.map_or(0, |text| text.chars().count());
        let all = [
            (
                content_bytes > self.content_bytes_max,
                Limited::Content,
                content_bytes,
                self.content_bytes_max,
            ),
            (title < self.title_min, Limited::TitleShort, title, self.title_min),
            (title > self.title_max, Limited::TitleLong, title, self.title_max),
            (
                description > self.description_max,
                Limited::Description,
                description,
                self.description_max,
            ),
        ];
        let broken = all.into_iter().filter(|(broken, ..)| *broken);
        broken.map(|(_, what, actual, limit)| Excess { what, actual, limit }).collect()
    }
}
