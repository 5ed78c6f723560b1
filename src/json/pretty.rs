//! The profile `webviz-pretty-2`: the text over which Webviz computes its content hash, so that
//! digests can be compared with its servers. Two-space indentation, and the members in the order
//! in which a JavaScript engine lists the keys of a copy that was filled in sorted order: array
//! indexes first, by number, then the rest by UTF-16 code units. That copy loses a member named
//! `__proto__`, and so does this text: it is for interchange, never for telling whether content
//! has changed.

use super::sort::sort;
use super::tree::{Child, Children, Shape, shape};
use alloc::vec::Vec;

/// The text of canonical text in the profile `webviz-pretty-2`.
pub fn pretty_text(canonical: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(canonical.len() * 2);
    write_value(canonical, 0, &mut out);
    out
}

fn write_value(value: &[u8], depth: usize, out: &mut Vec<u8>) {
    let shape = shape(value);
    if shape == Shape::Scalar {
        return put(value, out);
    }
    put(&value[..1], out);
    let children = in_key_order(value);
    for (i, child) in children.iter().enumerate() {
        put(&b","[..usize::from(i > 0)], out);
        new_line(depth + 1, out);
        if shape == Shape::Object {
            put(&value[child.start..child.start + child.key.len() + 2], out);
            put(b": ", out);
        }
        write_value(child.value, depth + 1, out);
    }
    if !children.is_empty() {
        new_line(depth, out);
    }
    put(&value[value.len() - 1..], out);
}

#[inline(never)]
fn put(text: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(text);
}

#[inline(never)]
fn new_line(depth: usize, out: &mut Vec<u8>) {
    put(b"\n", out);
    for _ in 0..depth {
        put(b"  ", out);
    }
}

/// The children in the order of a JavaScript object's keys.
#[inline(never)]
fn in_key_order(value: &[u8]) -> Vec<Child<'_>> {
    let mut children = Vec::new();
    for child in Children::new(value) {
        if child.key != b"__proto__" {
            children.push(child);
        }
    }
    sort(&mut children, |a, b| (index(a.key), a.start).cmp(&(index(b.key), b.start)));
    children
}

/// The number of a name that is an array index (ECMA-262 section 6.1.7: 0 to 2^32 - 2, spelled
/// without leading zeros), which engines list before other keys; of all others the same number.
fn index(key: &[u8]) -> u64 {
    const NONE: u64 = u32::MAX as u64;
    if key.is_empty() || key.len() > 10 || (key[0] == b'0' && key.len() > 1) {
        return NONE;
    }
    let mut index = 0;
    for byte in key {
        if !byte.is_ascii_digit() {
            return NONE;
        }
        index = index * 10 + u64::from(byte - b'0');
    }
    index.min(NONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pretty(canonical: &str) -> String {
        String::from_utf8(pretty_text(canonical.as_bytes())).unwrap()
    }

    #[test]
    fn text_is_indented_as_json_stringify_does_with_two_spaces() {
        assert_eq!(pretty("{}"), "{}");
        assert_eq!(pretty("[]"), "[]");
        assert_eq!(
            pretty(r#"{"a":[1,{"b":"x,y"}],"c":{}}"#),
            concat!(
                "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x,y\"\n    }\n  ],\n",
                "  \"c\": {}\n}"
            )
        );
    }

    #[test]
    fn array_indexes_come_first_in_numeric_order() {
        let text = r#"{"":0,"+1":0,"01":0,"10":1,"4294967294":1,"4294967295":2,"9":2,"a":3}"#;
        let pretty = pretty(text);
        let keys: Vec<&str> = pretty.lines().filter_map(|line| line.split('"').nth(1)).collect();
        assert_eq!(keys, ["9", "10", "4294967294", "", "+1", "01", "4294967295", "a"]);
    }

    #[test]
    fn a_member_named_proto_is_lost_as_webviz_loses_it() {
        assert_eq!(pretty(r#"{"__proto__":{"a":1}}"#), "{}");
    }
}
