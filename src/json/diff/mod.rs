//! The difference of two documents as a JSON Patch (RFC 6902). Owns the choice between the ways to
//! turn one value into another: the one with the fewest bytes wins. Its input are two canonical
//! texts; it must not know where they come from or what they mean.

use alloc::vec::Vec;

mod align;
mod array;
mod gap;
#[cfg(test)]
pub(crate) mod random;

pub(crate) use align::chain;

use super::pointer::{push_index, push_token};
use super::tree::{self, Children, Join, Shape};
use crate::limits::DEPTH_MAX;

/// Bytes that may be read for guesses, for each byte of the two texts. A guess is a way to align an
/// array that may turn out no better than comparing it index by index; when the bytes are used up,
/// what remains is compared index by index, which takes one reading for each level of nesting.
const GUESSES_PER_BYTE: usize = 16;

/// Bytes that may be read for guesses however short the texts are.
const GUESSES_MIN: usize = 1 << 20;

/// The patch that turns one document into another, as canonical JSON text.
///
/// Both texts are canonical (RFC 8785). `apply_patch(a, diff(a, b))` is `b`, byte for byte. The
/// patch is never longer than one that replaces the whole document, nor than one that compares
/// arrays index by index; equal documents give `[]`. It adds, removes and replaces only. On texts
/// that are not canonical the patch has no meaning, but there is one.
pub fn diff(a: &[u8], b: &[u8]) -> Vec<u8> {
    let fuel = (a.len() + b.len()).saturating_mul(GUESSES_PER_BYTE).max(GUESSES_MIN);
    diff_within(a, b, b"", fuel)
}

/// As [`diff`], for values that stand at a place of two documents: a pointer as a patch spells it.
/// As there may be many such places, short values get no more guesses than their length allows.
pub(crate) fn diff_below(path: &[u8], a: &[u8], b: &[u8]) -> Vec<u8> {
    diff_within(a, b, path, (a.len() + b.len()).saturating_mul(GUESSES_PER_BYTE))
}

fn diff_within(a: &[u8], b: &[u8], path: &[u8], fuel: usize) -> Vec<u8> {
    let (patch, path, reserve) = (b"[".to_vec(), path.to_vec(), fuel / 2);
    let mut differ = Differ { patch, path, depth: 0, fuel, reserve, guesses: 0 };
    if a != b {
        differ.value(a, b, usize::MAX);
        differ.patch.pop();
    }
    differ.patch.push(b']');
    differ.patch
}

/// The last token of a path.
#[derive(Clone, Copy)]
enum Token<'k> {
    Name(&'k [u8]),
    Index(usize),
}

/// A comparison under way.
///
/// A ceiling is a length of the patch that must not be passed. Methods that take one tell whether
/// it holds; if not, they may leave operations behind.
struct Differ {
    /// The operations so far, each with a comma behind it.
    patch: Vec<u8>,
    /// Pointer to the values that are compared, as it is spelled in the patch.
    path: Vec<u8>,
    depth: usize,
    /// Bytes that may still be read for guesses.
    fuel: usize,
    /// Bytes that searches for similar elements leave.
    reserve: usize,
    /// Guesses around the values that are compared.
    guesses: usize,
}

impl Differ {
    /// Puts in the operations that turn one value into another one.
    fn value(&mut self, a: &[u8], b: &[u8], ceiling: usize) -> bool {
        if self.guesses > 0 && !self.spend(a.len() + b.len()) {
            return false;
        }
        let start = self.patch.len();
        let whole = start + REPLACE_BYTES + self.path.len() + b.len();
        let below = ceiling.min(whole - 1);
        self.depth += 1;
        let fits = match (tree::shape(a), tree::shape(b)) {
            _ if self.depth > DEPTH_MAX => false,
            (Shape::Object, Shape::Object) => Join::new(Children::new(a), Children::new(b))
                .all(|both| self.child(Token::Name(both.key), both.old, both.new, below)),
            (Shape::Array, Shape::Array) => self.array(a, b, below),
            _ => false,
        };
        self.depth -= 1;
        if !fits && whole <= ceiling {
            self.patch.truncate(start);
            self.put(b"replace", b);
            return true;
        }
        fits
    }

    /// Puts in the operations for a child of the values at hand. No text: there is no such child.
    #[inline(never)]
    fn child(&mut self, token: Token<'_>, a: &[u8], b: &[u8], ceiling: usize) -> bool {
        if a == b {
            return true;
        }
        let len = self.path.len();
        match token {
            Token::Name(name) => push_token(&mut self.path, name),
            Token::Index(index) => push_index(&mut self.path, index),
        }
        let mut fits = true;
        if a.is_empty() {
            self.put(b"add", b);
        } else if b.is_empty() {
            self.put(b"remove", b);
        } else {
            fits = self.value(a, b, ceiling);
        }
        self.path.truncate(len);
        fits && self.patch.len() <= ceiling
    }

    /// Puts in an operation on the value at hand.
    #[inline(never)]
    fn put(&mut self, op: &[u8], value: &[u8]) {
        let quote: &[u8] = if value.is_empty() { b"\"" } else { b"\",\"value\":" };
        for piece in [b"{\"op\":\"", op, b"\",\"path\":\"", &self.path, quote, value, b"},"] {
            self.patch.extend_from_slice(piece);
        }
    }

    /// Whether a search may read so many bytes; takes them from those for guesses.
    fn may_search(&mut self, bytes: usize) -> bool {
        self.fuel.saturating_sub(bytes) >= self.reserve && self.spend(bytes)
    }

    /// Takes bytes from those that may be read for guesses; whether there were as many.
    fn spend(&mut self, bytes: usize) -> bool {
        let left = self.fuel.checked_sub(bytes);
        self.fuel = left.unwrap_or(0);
        left.is_some()
    }
}

/// Bytes of an operation that replaces a value, but for its path and value.
const REPLACE_BYTES: usize = r#"{"op":"replace","path":"","value":},"#.len();

#[cfg(test)]
mod tests {
    use super::super::apply_patch;
    use super::random::Random;
    use super::tree::Child;
    use super::*;

    fn patch(a: &str, b: &str) -> String {
        let patch = diff(a.as_bytes(), b.as_bytes());
        let rebuilt = apply_patch(a.as_bytes(), &patch).unwrap();
        assert_eq!(String::from_utf8(rebuilt).unwrap(), b);
        String::from_utf8(patch).unwrap()
    }

    /// An element that is long enough to be worth changing in place.
    fn item(id: usize) -> String {
        format!("{{\"id\":{id},\"name\":\"an element with the number {id}\",\"set\":[{id},0]}}")
    }

    fn array(items: &[String]) -> String {
        format!("[{}]", items.join(","))
    }

    fn items(ids: &[usize]) -> String {
        array(&ids.iter().map(|&id| item(id)).collect::<Vec<_>>())
    }

    /// Bytes of the operations of a patch that compares arrays index by index, each with a comma.
    fn bytes_by_index(a: &[u8], b: &[u8], path: usize) -> usize {
        let shapes = (tree::shape(a), tree::shape(b));
        if a == b {
            return 0;
        }
        if shapes.0 != shapes.1 || shapes.0 == Shape::Scalar {
            return REPLACE_BYTES + path + b.len();
        }
        let token = |index: usize, key: &[u8]| {
            let escapes = key.iter().filter(|byte| matches!(byte, b'~' | b'/')).count();
            let digits = index.to_string().len();
            path + 1 + if shapes.0 == Shape::Array { digits } else { key.len() + escapes }
        };
        let remove = r#"{"op":"remove","path":""},"#.len();
        let add = r#"{"op":"add","path":"","value":},"#.len();
        let old: Vec<Child<'_>> = Children::new(a).collect();
        let new: Vec<Child<'_>> = Children::new(b).collect();
        let is_array = shapes.0 == Shape::Array;
        let same = |x: (usize, &Child<'_>), y: (usize, &Child<'_>)| {
            if is_array { x.0 == y.0 } else { x.1.key == y.1.key }
        };
        let mut bytes = 0;
        for x in old.iter().enumerate() {
            let path = token(x.0, x.1.key);
            bytes += match new.iter().enumerate().find(|&y| same(x, y)) {
                Some((_, y)) => bytes_by_index(x.1.value, y.value, path),
                None => remove + path,
            };
        }
        for y in new.iter().enumerate() {
            if !old.iter().enumerate().any(|x| same(x, y)) {
                bytes += add + token(y.0, y.1.key) + y.1.value.len();
            }
        }
        bytes
    }

    #[test]
    fn equal_documents_have_an_empty_patch() {
        for text in ["null", "{}", "[]", r#"{"a":[1,"x"]}"#] {
            assert_eq!(patch(text, text), "[]");
        }
    }

    const RENAMED: &str = r#"[{"op":"remove","path":"/f"},{"op":"add","path":"/~0~1","value":7}]"#;

    #[test]
    fn each_kind_of_change_has_its_shortest_operation() {
        let old = r#"{"b":[1,2,3],"c":{"d":"some text","e":"other text"},"f":true}"#;
        let cases = [
            (r#""f":true"#, r#""f":false"#, r#"[{"op":"replace","path":"/f","value":false}]"#),
            (r#","f":true"#, "", r#"[{"op":"remove","path":"/f"}]"#),
            ("true", r#"true,"g":{}"#, r#"[{"op":"add","path":"/g","value":{}}]"#),
            ("1,2,3", "1,2,3,4", r#"[{"op":"add","path":"/b/-","value":4}]"#),
            ("1,2,3", "1,5,2,3", r#"[{"op":"add","path":"/b/1","value":5}]"#),
            ("1,2,3", "1,3", r#"[{"op":"remove","path":"/b/1"}]"#),
            ("1,2,3", "1,2,7", r#"[{"op":"replace","path":"/b/2","value":7}]"#),
            ("1,2,3", "4,5,6", r#"[{"op":"replace","path":"/b","value":[4,5,6]}]"#),
            (r#","f":true"#, r#","~/":7"#, RENAMED),
        ];
        for (from, to, expected) in cases {
            assert_eq!(patch(old, &old.replace(from, to)), expected);
        }
        assert_eq!(patch("[1]", "{}"), r#"[{"op":"replace","path":"","value":{}}]"#);
    }

    #[test]
    fn an_element_that_moved_is_removed_and_added() {
        let (old, new) = (items(&[1, 2, 3, 4, 5, 6]), items(&[1, 5, 2, 3, 4, 6]));
        let add = |index: usize| format!(r#"{{"op":"add","path":"/{index}","value":{}}}"#, item(5));
        let there = format!(r#"[{},{{"op":"remove","path":"/5"}}]"#, add(1));
        assert_eq!(patch(&old, &new), there);
        let back = format!(r#"[{{"op":"remove","path":"/1"}},{}]"#, add(4));
        assert_eq!(patch(&new, &old), back);
    }

    #[test]
    fn a_changed_element_is_changed_in_place_whatever_happens_around_it() {
        let changed = item(3).replace("[3,0]", "[3,9]");
        let old = items(&[1, 2, 3, 4, 5]);
        let new = array(&[item(1), item(7), item(2), changed, item(5)]);
        let expected = format!(
            r#"[{{"op":"add","path":"/1","value":{}}},{},{}]"#,
            item(7),
            r#"{"op":"replace","path":"/3/set/1","value":9}"#,
            r#"{"op":"remove","path":"/4"}"#,
        );
        assert_eq!(patch(&old, &new), expected);
    }

    #[test]
    fn similar_elements_are_found_behind_new_ones_and_behind_removed_ones() {
        let edited = |id: usize| item(id).replace(",0]", ",9]");
        let old: Vec<String> = (0..40).map(item).collect();
        let mut new: Vec<String> = (0..40).map(edited).collect();
        new.remove(5);
        new.insert(20, item(99));
        let patch = patch(&array(&old), &array(&new));
        assert_eq!(patch.matches("\"replace\"").count(), 39);
        assert_eq!(patch.matches("\"remove\"").count(), 1);
        assert_eq!(patch.matches("\"add\"").count(), 1);
    }

    #[test]
    fn elements_that_occur_often_stay_where_little_changes() {
        let bits = |random: &mut Random| (0..5000).map(|_| random.below(2).to_string()).collect();
        let old: Vec<String> = bits(&mut Random::new(5));
        let mut new = old.clone();
        new.insert(4000, "7".into());
        new.remove(1000);
        let patch = patch(&array(&old), &array(&new));
        assert!(patch.matches("\"op\"").count() <= 4, "{patch}");
    }

    #[test]
    fn every_pair_is_rebuilt_by_a_patch_no_longer_than_comparing_by_index() {
        let mut random = Random::new(1);
        for _ in 0..20_000 {
            let (a, b) = random.pair();
            let patch = patch(&a, &b);
            let by_index = bytes_by_index(a.as_bytes(), b.as_bytes(), 0);
            let whole = REPLACE_BYTES + b.len();
            assert!(patch.len() <= by_index.min(whole).max(1) + 1, "{a}\n{b}\n{patch}");
        }
    }

    #[test]
    fn without_bytes_left_for_guesses_the_patch_compares_by_index() {
        let mut random = Random::new(2);
        for round in 0..10_000 {
            let (a, b) = random.pair();
            let fuel = [0, 100, 1000][round % 3];
            let patch = diff_within(a.as_bytes(), b.as_bytes(), b"", fuel);
            assert_eq!(apply_patch(a.as_bytes(), &patch).unwrap(), b.as_bytes());
            let by_index = bytes_by_index(a.as_bytes(), b.as_bytes(), 0);
            assert!(patch.len() <= by_index.max(1) + 1, "{a}\n{b}");
        }
    }

    #[test]
    fn values_deeper_than_the_limit_are_replaced() {
        let nested = |inner: &str| format!("{}{inner}{}", "[7,".repeat(5000), "]".repeat(5000));
        let patch = diff(nested("1").as_bytes(), nested("2").as_bytes());
        let path = format!(r#"[{{"op":"replace","path":"{}","value":[7,"#, "/1".repeat(DEPTH_MAX));
        assert!(patch.starts_with(path.as_bytes()));
    }

    #[test]
    fn texts_that_are_not_json_give_some_patch_without_a_panic() {
        let pieces = [
            "", "[", "]", "[1", "[1,", "[,]", "[,,1", "[]", "{", "{\"a", "{\"a\":", "{a}", "[}",
            "\"", "[\"\\",
        ];
        for a in pieces {
            for b in pieces {
                assert!(diff(a.as_bytes(), b.as_bytes()).ends_with(b"]"));
            }
        }
        let mut random = Random::new(3);
        for _ in 0..5000 {
            let (a, b) = random.pair();
            let (a, b) = (a.as_bytes(), b.as_bytes());
            let cut = |text: &[u8], at: usize| text[..at].to_vec();
            let a = cut(a, random.below(a.len() + 1));
            let b = cut(b, random.below(b.len() + 1));
            assert!(diff(&a, &b).ends_with(b"]"));
        }
    }
}
