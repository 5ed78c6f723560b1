//! Which places of a text the patterns lead to. Owns the walk, in document order and only along
//! patterns; it must not know what a value is worth.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::Tokens;
use crate::engine::config::PartRule;
use crate::json::string::{to_text, unescape};
use crate::json::tree::{Children, Shape, shape};

/// A place for a part.
#[derive(Debug, PartialEq)]
pub(super) struct Place<'t> {
    pub(super) tokens: Tokens,
    pub(super) rule: usize,
    /// The value; nothing where an object lacks the member that its pattern ends with.
    pub(super) value: Option<&'t [u8]>,
}

/// The places at and below a value that these rules lead to, a container before what is in it. The
/// text is that of the value at `at`. Where two rules lead to one place the first counts.
pub(super) fn places<'t>(
    rules: &[PartRule],
    wanted: impl IntoIterator<Item = usize>,
    at: &[String],
    text: &'t [u8],
) -> Vec<Place<'t>> {
    let meets = |rule: &usize| rules[*rule].pattern.meets(at);
    let wanted: Vec<usize> = wanted.into_iter().filter(meets).collect();
    let mut walk = Walk { rules, tokens: at.to_vec(), found: Vec::new() };
    walk.value(text, &wanted);
    walk.found
}

/// The rule of a place: the first whose pattern leads there.
pub(super) fn rule_of(rules: &[PartRule], place: &[String]) -> Option<usize> {
    rules.iter().position(|rule| rule.pattern.matches(place))
}

struct Walk<'r, 't> {
    rules: &'r [PartRule],
    tokens: Tokens,
    found: Vec<Place<'t>>,
}

impl<'t> Walk<'_, 't> {
    /// Notes the value and walks on along those patterns that lead to it or further.
    fn value(&mut self, text: &'t [u8], wanted: &[usize]) {
        let level = self.tokens.len();
        if let Some(rule) = wanted.iter().find(|rule| self.rules[**rule].pattern.len() == level) {
            self.note(*rule, Some(text));
        }
        let mut deeper = wanted.to_vec();
        deeper.retain(|rule| self.rules[*rule].pattern.len() > level);
        if deeper.is_empty() {
            return;
        }
        for (index, child) in Children::new(text).enumerate() {
            let token = match shape(text) {
                Shape::Object => plain(child.key),
                Shape::Array | Shape::Scalar => index.to_string(),
            };
            self.child(token, child.value, &deeper);
        }
        if shape(text) == Shape::Object {
            self.missing(text, &deeper);
        }
    }

    fn child(&mut self, token: String, text: &'t [u8], wanted: &[usize]) {
        let level = self.tokens.len();
        let takes = |rule: &usize| self.rules[*rule].pattern.takes(level, &token);
        let wanted: Vec<usize> = wanted.iter().copied().filter(takes).collect();
        if !wanted.is_empty() {
            self.tokens.push(token);
            self.value(text, &wanted);
            self.tokens.pop();
        }
    }

    /// Notes the places that an object has for a part and nothing in them.
    fn missing(&mut self, text: &'t [u8], wanted: &[usize]) {
        let level = self.tokens.len();
        for &rule in wanted {
            let pattern = &self.rules[rule].pattern;
            let Some(slot) = pattern.slot().filter(|_| pattern.len() == level + 1) else {
                continue;
            };
            if Children::new(text).all(|child| plain(child.key) != *slot) {
                self.tokens.push(slot.clone());
                self.note(rule, None);
                self.tokens.pop();
            }
        }
    }

    fn note(&mut self, rule: usize, value: Option<&'t [u8]>) {
        if rule_of(self.rules, &self.tokens) == Some(rule) {
            self.found.push(Place { tokens: self.tokens.clone(), rule, value });
        }
    }
}

/// The name that a spelling without quotes stands for.
fn plain(spelling: &[u8]) -> String {
    let mut name = Vec::with_capacity(spelling.len());
    unescape(spelling, &mut name);
    to_text(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::pattern::Pattern;
    use crate::json::pointer;
    use crate::schema::Schema;

    fn found(patterns: &[&str], at: &str, text: &str) -> Vec<(String, usize, Option<String>)> {
        let rule = |pattern: &&str| PartRule {
            pattern: Pattern::parse(pattern).unwrap(),
            schema: Schema::anything(),
            is_text: false,
        };
        let rules: Vec<PartRule> = patterns.iter().map(rule).collect();
        let at = pointer::parse(at).unwrap();
        let places = places(&rules, 0..rules.len(), &at, text.as_bytes()).into_iter();
        let text = |value: &[u8]| String::from_utf8(value.to_vec()).unwrap();
        places
            .map(|place| {
                let pointer = pointer::format(place.tokens.iter().map(String::as_str));
                (pointer, place.rule, place.value.map(text))
            })
            .collect()
    }

    fn place(pointer: &str, rule: usize, value: Option<&str>) -> (String, usize, Option<String>) {
        (pointer.to_string(), rule, value.map(String::from))
    }

    #[test]
    fn places_come_in_the_order_of_the_document() {
        let patterns = ["/m/*", "/m/*/s", "/a~1b/*/s"];
        let text = r#"{"a/b":{"x\n":{"s":1}},"m":[{"s":2},{"t":3}],"n":[{"s":4}]}"#;
        let expected = [
            place("/a~1b/x\n/s", 2, Some("1")),
            place("/m/0", 0, Some(r#"{"s":2}"#)),
            place("/m/0/s", 1, Some("2")),
            place("/m/1", 0, Some(r#"{"t":3}"#)),
            place("/m/1/s", 1, None),
        ];
        assert_eq!(found(&patterns, "", text), expected);
    }

    #[test]
    fn a_value_within_is_walked_from_its_own_place() {
        assert_eq!(found(&["/m/*/s"], "/m/7", r#"{"s":2}"#), [place("/m/7/s", 0, Some("2"))]);
        assert_eq!(found(&["/m/*/s"], "/m/7/s", "2"), [place("/m/7/s", 0, Some("2"))]);
        assert_eq!(found(&["/m/*/s"], "/n", r#"[{"s":2}]"#), []);
    }

    #[test]
    fn of_two_patterns_for_one_place_the_first_counts() {
        assert_eq!(found(&["/a", "/*"], "", r#"{"a":1}"#), [place("/a", 0, Some("1"))]);
        assert_eq!(found(&["/a", "/a"], "", "{}"), [place("/a", 0, None)]);
    }

    #[test]
    fn only_a_named_place_can_lack_its_value() {
        assert_eq!(found(&["/m/*"], "", r#"{"m":{}}"#), []);
        assert_eq!(found(&["/m/s"], "", r#"{"m":[1]}"#), []);
        assert_eq!(found(&["/m/s"], "", r#"{"m":null}"#), []);
    }

    #[test]
    fn the_empty_pattern_leads_to_the_whole_content() {
        assert_eq!(found(&[""], "", "[1]"), [place("", 0, Some("[1]"))]);
    }
}
