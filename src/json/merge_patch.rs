//! JSON Merge Patch (RFC 7396) over canonical texts. Writes the result while it reads both, so it
//! needs no tree. Must not know where a patch comes from; its input is canonical and within limits.

use super::tree::{Children, Join, Shape, shape};
use crate::limits::DEPTH_MAX;
use alloc::vec::Vec;

/// The document that a merge patch makes of a document, as canonical text.
///
/// Both texts are canonical (RFC 8785) and no deeper than [`DEPTH_MAX`]. The result is at most as
/// long as both together, and not deeper than the deeper one (RFC 7396 section 2). Every pair of
/// documents has a result. On texts that are not canonical it has no meaning.
pub fn apply_merge_patch(doc: &[u8], patch: &[u8]) -> Vec<u8> {
    let mut result = Vec::with_capacity(doc.len() + patch.len());
    merge(doc, patch, DEPTH_MAX, &mut result);
    result
}

/// Writes what a patch makes of a value; no value is an empty text.
fn merge(target: &[u8], patch: &[u8], levels: usize, result: &mut Vec<u8>) {
    if shape(patch) != Shape::Object || levels == 0 {
        result.extend_from_slice(patch);
        return;
    }
    let target = if shape(target) == Shape::Object { target } else { b"" };
    result.push(b'{');
    let start = result.len();
    for member in Join::new(Children::new(target), Children::new(patch)) {
        if member.new == b"null" {
            continue;
        }
        if result.len() > start {
            result.push(b',');
        }
        result.push(b'"');
        result.extend_from_slice(member.key);
        result.extend_from_slice(b"\":");
        if member.new.is_empty() {
            result.extend_from_slice(member.old);
        } else {
            merge(member.old, member.new, levels - 1, result);
        }
    }
    result.push(b'}');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(doc: &str, patch: &str) -> String {
        String::from_utf8(apply_merge_patch(doc.as_bytes(), patch.as_bytes())).unwrap()
    }

    /// Document, patch and result: each rule of RFC 7396 section 2, as in its Appendix A.
    const CASES: [(&str, &str, &str); 20] = [
        (r#"{"n":"old"}"#, r#"{"n":"new"}"#, r#"{"n":"new"}"#),
        (r#"{"n":"old"}"#, r#"{"m":"new"}"#, r#"{"m":"new","n":"old"}"#),
        (r#"{"n":1}"#, r#"{"n":null}"#, "{}"),
        (r#"{"m":2,"n":1}"#, r#"{"n":null}"#, r#"{"m":2}"#),
        (r#"{"n":[1]}"#, r#"{"n":"text"}"#, r#"{"n":"text"}"#),
        (r#"{"n":"text"}"#, r#"{"n":[1]}"#, r#"{"n":[1]}"#),
        (r#"{"n":{"x":1}}"#, r#"{"n":{"x":2,"y":null}}"#, r#"{"n":{"x":2}}"#),
        (r#"{"n":[{"x":1}]}"#, r#"{"n":[0]}"#, r#"{"n":[0]}"#),
        ("[1,2]", "[3]", "[3]"),
        (r#"{"n":1}"#, "[3]", "[3]"),
        (r#"{"n":1}"#, "null", "null"),
        (r#"{"n":1}"#, r#""text""#, r#""text""#),
        (r#"{"e":null}"#, r#"{"n":1}"#, r#"{"e":null,"n":1}"#),
        ("[1,2]", r#"{"m":null,"n":1}"#, r#"{"n":1}"#),
        ("{}", r#"{"n":{"x":{"y":null}}}"#, r#"{"n":{"x":{}}}"#),
        ("{}", r#"{"n":[null,{"x":null}]}"#, r#"{"n":[null,{"x":null}]}"#),
        (r#"{"n":3}"#, r#"{"n":{"x":null,"y":1}}"#, r#"{"n":{"y":1}}"#),
        (r#"{"a":1,"b":2}"#, "{}", r#"{"a":1,"b":2}"#),
        ("7", "{}", "{}"),
        (r#"{"😀":1}"#, "{\"\u{e000}\":2}", "{\"😀\":1,\"\u{e000}\":2}"),
    ];

    #[test]
    fn a_merge_patch_sets_removes_and_descends() {
        for (doc, patch, result) in CASES {
            assert_eq!(merged(doc, patch), result, "{doc} with {patch}");
        }
    }

    #[test]
    fn applying_a_merge_patch_twice_changes_nothing_more() {
        for (doc, patch, result) in CASES {
            assert_eq!(merged(result, patch), result, "{doc} with {patch}");
        }
    }

    #[test]
    fn a_patch_deeper_than_the_limit_is_merged_down_to_it() {
        let deep = format!("{}1{}", "{\"a\":".repeat(1000), "}".repeat(1000));
        assert_eq!(merged("{}", &deep), deep);
    }

    #[test]
    fn texts_that_are_not_json_give_some_result_without_a_panic() {
        let pieces = ["", "{", "{\"", "{\"a", "{\"a\"", "{\"a\":", "}", "{]", "{\"a\":1,}", "\\"];
        for doc in pieces {
            for patch in pieces {
                let result = apply_merge_patch(doc.as_bytes(), patch.as_bytes());
                assert!(result.len() <= doc.len() + patch.len() + 8);
            }
        }
    }
}
