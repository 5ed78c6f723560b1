//! The difference of two contents for people and for versions, as a JSON Patch (RFC 6902): elements
//! that carry an id are followed when they move. Owns the walk down to the lists that have ids;
//! what lies beside them is compared by `json::diff`. Must not know where the contents come from.

use alloc::vec::Vec;

mod list;

use crate::json::pointer::{push_index, push_token};
use crate::json::tree::{Children, Join, Shape, shape};
use crate::json::{JsonError, Options, canonicalize, diff_below};
use crate::limits::DEPTH_MAX;
use list::Step;

/// The patch that turns one content into another, as canonical JSON text.
///
/// Takes any JSON texts. `apply_patch(canonical(a), diff(a, b))` is the canonical text of `b`, byte
/// for byte; equal contents give `[]`. Objects are compared by member. Lists of objects in which a
/// member such as `id` names every element, on both sides, are compared by that: an element that
/// moved is one `move`, and one that changed is changed in place. Other lists are compared along a
/// common subsequence. Strings are replaced whole. The patch is never longer than replacing the
/// whole document.
///
/// It takes one pass over each text to make it canonical, and about one reading of what differs
/// for each level above it; lists take n log n steps.
///
/// # Errors
/// One of the texts is no JSON content within the limits; [`JsonError`] says where.
pub fn diff(a: &[u8], b: &[u8]) -> Result<Vec<u8>, JsonError> {
    let canonical = |text| canonicalize(text, &Options::default());
    Ok(diff_canonical(&canonical(a)?, &canonical(b)?))
}

/// As [`diff`], for texts that are canonical (RFC 8785): those of replicas and of versions. Of
/// other texts the patch has no meaning, but there is one.
pub fn diff_canonical(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut differ = Differ { patch: b"[".to_vec(), path: Vec::new(), depth: 0 };
    differ.value(a, b);
    if differ.patch.len() > 1 {
        differ.patch.pop();
    }
    differ.patch.push(b']');
    differ.patch
}

/// A comparison under way.
struct Differ {
    /// The operations so far, each with a comma behind it.
    patch: Vec<u8>,
    /// Pointer to the values that are compared, as the patch spells it.
    path: Vec<u8>,
    depth: usize,
}

/// The last token of a path.
#[derive(Clone, Copy)]
enum Token<'k> {
    Name(&'k [u8]),
    Index(usize),
}

impl Differ {
    /// Puts in the operations that turn one value into another.
    fn value(&mut self, a: &[u8], b: &[u8]) {
        if a == b {
            return;
        }
        let start = self.patch.len();
        self.depth += 1;
        match (shape(a), shape(b)) {
            _ if self.depth > DEPTH_MAX => self.replace(b),
            (Shape::Object, Shape::Object) => self.object(a, b),
            (Shape::Array, Shape::Array) if self.list(a, b) => {}
            _ => self.elsewhere(a, b),
        }
        self.depth -= 1;
        let whole = REPLACE_BYTES + self.path.len() + b.len();
        if self.patch.len() - start > whole {
            self.patch.truncate(start);
            self.replace(b);
        }
    }

    fn object(&mut self, a: &[u8], b: &[u8]) {
        for both in Join::new(Children::new(a), Children::new(b)) {
            self.at(Token::Name(both.key), |differ| {
                if both.old.is_empty() {
                    differ.put(b"add", None, both.new);
                } else if both.new.is_empty() {
                    differ.put(b"remove", None, b"");
                } else {
                    differ.value(both.old, both.new);
                }
            });
        }
    }

    /// Puts in the operations for two lists whose elements have names; whether they have.
    fn list(&mut self, a: &[u8], b: &[u8]) -> bool {
        let Some(steps) = list::steps(a, b) else {
            return false;
        };
        for step in steps {
            match step {
                Step::Remove(index) => {
                    self.at(Token::Index(index), |differ| differ.put(b"remove", None, b""));
                }
                Step::Add(index, value) => {
                    self.at(Token::Index(index), |differ| differ.put(b"add", None, value));
                }
                Step::Move(from, to) => {
                    self.at(Token::Index(to), |differ| differ.put(b"move", Some(from), b""));
                }
                Step::Change(index, old, new) => {
                    self.at(Token::Index(index), |differ| differ.value(old, new));
                }
            }
        }
        true
    }

    /// Puts in what `json::diff` says about two values.
    fn elsewhere(&mut self, a: &[u8], b: &[u8]) {
        let patch = diff_below(&self.path, a, b);
        if let Some(operations @ [_, ..]) = patch.get(1..patch.len() - 1) {
            self.patch.extend_from_slice(operations);
            self.patch.push(b',');
        }
    }

    /// Does something with a token at the end of the path.
    fn at(&mut self, token: Token<'_>, act: impl FnOnce(&mut Self)) {
        let len = self.path.len();
        match token {
            Token::Name(name) => push_token(&mut self.path, name),
            Token::Index(index) => push_index(&mut self.path, index),
        }
        act(self);
        self.path.truncate(len);
    }

    fn replace(&mut self, value: &[u8]) {
        self.put(b"replace", None, value);
    }

    /// Puts in an operation at the path. An index in `from` is one beside it.
    fn put(&mut self, op: &[u8], from: Option<usize>, value: &[u8]) {
        self.patch.push(b'{');
        if let Some(index) = from {
            let list = self.path.iter().rposition(|&byte| byte == b'/').unwrap_or(0);
            self.patch.extend_from_slice(b"\"from\":\"");
            self.patch.extend_from_slice(&self.path[..list]);
            push_index(&mut self.patch, index);
            self.patch.extend_from_slice(b"\",");
        }
        let quote: &[u8] = if value.is_empty() { b"\"" } else { b"\",\"value\":" };
        for piece in [b"\"op\":\"", op, b"\",\"path\":\"", &self.path, quote, value, b"},"] {
            self.patch.extend_from_slice(piece);
        }
    }
}

/// Bytes of an operation that replaces a value, but for its path and value.
const REPLACE_BYTES: usize = r#"{"op":"replace","path":"","value":},"#.len();

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::apply_patch;

    fn patch(a: &str, b: &str) -> String {
        let patch = diff(a.as_bytes(), b.as_bytes()).unwrap();
        let canonical = |text: &str| canonicalize(text.as_bytes(), &Options::default()).unwrap();
        assert_eq!(canonicalize(&patch, &Options::default()).unwrap(), patch);
        assert_eq!(apply_patch(&canonical(a), &patch).unwrap(), canonical(b));
        String::from_utf8(patch).unwrap()
    }

    fn list(elements: &[&str]) -> String {
        let element = |name: &&str| {
            let (id, rest) = name.split_at(1);
            format!(r#"{{"id":"{id}","text":"a text of the element {id}","v":"{rest}"}}"#)
        };
        format!("{{\"l\":[{}]}}", elements.iter().map(element).collect::<Vec<_>>().join(","))
    }

    #[test]
    fn equal_contents_have_an_empty_patch_however_they_are_spelled() {
        assert_eq!(patch("{ \"b\": 1.0, \"a\": [] }", r#"{"a":[],"b":1}"#), "[]");
    }

    #[test]
    fn an_element_with_an_id_that_moved_is_moved() {
        let there = patch(&list(&["a", "b", "c", "d", "e"]), &list(&["a", "e", "b", "c", "d"]));
        assert_eq!(there, r#"[{"from":"/l/4","op":"move","path":"/l/1"}]"#);
        let back = patch(&list(&["a", "e", "b", "c", "d"]), &list(&["a", "b", "c", "d", "e"]));
        assert_eq!(back, r#"[{"from":"/l/1","op":"move","path":"/l/4"}]"#);
    }

    #[test]
    fn an_element_that_moved_and_changed_is_moved_and_changed_in_place() {
        let both = patch(&list(&["a", "b", "c"]), &list(&["c1", "a", "b"]));
        let moved = r#"{"from":"/l/2","op":"move","path":"/l/0"}"#;
        assert_eq!(both, format!(r#"[{moved},{{"op":"replace","path":"/l/0/v","value":"1"}}]"#));
    }

    #[test]
    fn elements_come_and_go_by_their_ids() {
        let gone = patch(&list(&["a", "b", "c", "d"]), &list(&["a", "d"]));
        assert_eq!(gone, r#"[{"op":"remove","path":"/l/2"},{"op":"remove","path":"/l/1"}]"#);
        let come = patch(&list(&["a", "d"]), &list(&["a", "b", "d"]));
        assert!(come.starts_with(r#"[{"op":"add","path":"/l/1","value":{"id":"b","#), "{come}");
    }

    #[test]
    fn what_has_no_ids_is_compared_as_json_diff_does() {
        let long = "x".repeat(200);
        let a = format!(r#"{{"l":[1,2,3],"s":"x","t":"{long}"}}"#);
        let b = format!(r#"{{"l":[1,9,2,3],"s":"y","t":"{long}"}}"#);
        let add = r#"{"op":"add","path":"/l/1","value":9}"#;
        assert_eq!(patch(&a, &b), format!(r#"[{add},{{"op":"replace","path":"/s","value":"y"}}]"#));
    }

    #[test]
    fn a_list_in_which_little_stays_is_replaced() {
        let short = |ids: &[u32]| {
            let element = |id: &u32| format!("{{\"id\":{id}}}");
            format!("[{}]", ids.iter().map(element).collect::<Vec<_>>().join(","))
        };
        let replaced = patch(&short(&[1, 2, 3]), &short(&[4, 5]));
        assert_eq!(replaced, r#"[{"op":"replace","path":"","value":[{"id":4},{"id":5}]}]"#);
    }
}
