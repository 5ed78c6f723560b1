//! Where parts are: a JSON Pointer with `*` for any member or element. Owns how pointers and
//! patterns meet; it must not know content. Patterns come from the options of a collection.

use alloc::string::String;
use alloc::vec::Vec;

use crate::json::pointer::{self, Index, parse_index};

/// A JSON Pointer in which the token `*` stands for any one token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    /// The tokens; nothing stands for any.
    pub(crate) tokens: Vec<Option<String>>,
}

impl Pattern {
    /// Reads a pattern; nothing if it is no JSON Pointer.
    pub(crate) fn parse(text: &str) -> Option<Pattern> {
        let tokens = pointer::parse(text)?.into_iter();
        Some(Pattern { tokens: tokens.map(|token| (token != "*").then_some(token)).collect() })
    }

    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether it leads to this place.
    pub(crate) fn matches(&self, place: &[String]) -> bool {
        place.len() == self.len() && self.meets(place)
    }

    /// Whether it leads to this place, to one above or to some below.
    pub(crate) fn meets(&self, place: &[String]) -> bool {
        (0..place.len().min(self.len())).all(|level| self.takes(level, &place[level]))
    }

    /// Whether the token may stand at this level.
    pub(crate) fn takes(&self, level: usize, token: &str) -> bool {
        self.tokens.get(level).is_some_and(|own| own.as_ref().is_none_or(|own| own == token))
    }

    /// The last token, if it is a name: what has it has one place for the part.
    pub(crate) fn slot(&self) -> Option<&String> {
        self.tokens.last()?.as_ref()
    }

    /// The place of the element that this pattern names by number and that stands behind this one
    /// in its array, or there.
    pub(crate) fn element_from(&self, place: &[String]) -> Option<Vec<String>> {
        let (last, parent) = place.split_last()?;
        let own = self.tokens.get(parent.len())?.as_ref()?;
        let is_behind = self.meets(parent) && index(own)? >= index(last)?;
        is_behind.then(|| parent.iter().chain([own]).cloned().collect())
    }
}

/// The index that a token spells.
pub(crate) fn index(token: &str) -> Option<usize> {
    match parse_index(token.as_bytes())? {
        Index::At(index) => Some(index),
        Index::End => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> Vec<String> {
        pointer::parse(text).unwrap()
    }

    #[test]
    fn a_star_stands_for_any_one_token() {
        let pattern = Pattern::parse("/modules/*/settings").unwrap();
        for (text, matches, meets) in [
            ("/modules/0/settings", true, true),
            ("/modules/a~1b/settings", true, true),
            ("/modules/0/view", false, false),
            ("/modules/0/settings/x", false, true),
            ("/modules/0", false, true),
            ("/modules", false, true),
            ("", false, true),
            ("/title", false, false),
        ] {
            let place = place(text);
            assert_eq!(
                (pattern.matches(&place), pattern.meets(&place)),
                (matches, meets),
                "{text}"
            );
        }
    }

    #[test]
    fn an_element_named_by_number_is_moved_by_those_before_it() {
        let pattern = Pattern::parse("/a/2/b").unwrap();
        for (text, moved) in [("/a/0", true), ("/a/2", true), ("/a/3", false), ("/b/0", false)] {
            let found = pattern.element_from(&place(text));
            assert_eq!(found, moved.then(|| place("/a/2")), "{text}");
        }
        assert_eq!(Pattern::parse("/a/*/b").unwrap().element_from(&place("/a/0")), None);
    }

    #[test]
    fn what_is_no_pointer_is_no_pattern() {
        assert_eq!(Pattern::parse("modules/*"), None);
    }
}
