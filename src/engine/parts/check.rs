//! Whether a value follows the schema of its part. Owns what "text" means: a JSON string whose
//! characters are JSON text. Values come in canonical spelling from the content.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::engine::config::PartRule;
use crate::json::string::unescape;
use crate::json::{Options, Source};
use crate::schema::{CheckOptions, Issue};

/// What a value breaks; nothing if it follows the schema.
pub(super) fn issues(rule: &PartRule, value: &[u8]) -> Vec<Issue> {
    if !rule.is_text {
        return checked(rule, value, Source::Own);
    }
    let spelling = value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\""));
    let Some(spelling) = spelling else {
        return vec![Issue::unreadable(String::new(), NO_STRING)];
    };
    let mut text = Vec::with_capacity(spelling.len());
    unescape(spelling, &mut text);
    checked(rule, &text, Source::Foreign)
}

fn checked(rule: &PartRule, text: &[u8], source: Source) -> Vec<Issue> {
    let options = CheckOptions { json: Options::for_source(source), ..CheckOptions::default() };
    match rule.schema.check(text, &options) {
        Ok(checked) => checked.issues,
        Err(error) => vec![Issue::unreadable(error.pointer, error.kind.message())],
    }
}

const NO_STRING: &str = "must be a string that holds JSON text";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::pattern::Pattern;
    use crate::schema::Schema;
    use alloc::string::ToString;

    fn rule(schema: &str, is_text: bool) -> PartRule {
        let schema = Schema::compile(schema.as_bytes()).unwrap();
        PartRule { pattern: Pattern::parse("/a").unwrap(), schema, is_text }
    }

    fn broken(rule: &PartRule, value: &str) -> Vec<(String, &'static str)> {
        let found = issues(rule, value.as_bytes()).into_iter();
        found.map(|issue| (issue.instance_path, issue.message)).collect()
    }

    #[test]
    fn a_value_is_checked_as_it_stands() {
        let rule = rule(r#"{"properties":{"n":{"type":"int8"}}}"#, false);
        assert_eq!(broken(&rule, r#"{"n":1}"#), []);
        assert_eq!(broken(&rule, r#"{"n":""}"#).len(), 1);
        assert_eq!(broken(&rule, r#""{\"n\":1}""#).len(), 1);
    }

    #[test]
    fn text_is_checked_by_what_its_characters_spell() {
        let rule = rule(r#"{"properties":{"n":{"type":"string"}},"nullable":true}"#, true);
        assert_eq!(broken(&rule, r#""{\"n\" : \"\\u00e9\\n\"}""#), []);
        assert_eq!(broken(&rule, r#""null""#), []);
        assert_eq!(broken(&rule, r#""{\"n\":1}""#), [("/n".to_string(), "must be a string")]);
        assert_eq!(broken(&rule, r#""{\"n\":""#).len(), 1);
        assert_eq!(broken(&rule, r#""""#).len(), 1);
        assert_eq!(broken(&rule, r#"{"n":""}"#), [(String::new(), NO_STRING)]);
        assert_eq!(broken(&rule, "null"), [(String::new(), NO_STRING)]);
    }
}
