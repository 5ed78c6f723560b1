//! Reads canonical JSON text as a tree without building one: a value is the slice that spells it,
//! and its children are found by scanning it. Knows neither patches nor limits. The text is taken
//! to be canonical and valid; on any other text the answers are meaningless, but every loop ends.

use core::cmp::Ordering;

use super::block::{self, Block, Lanes as _};
use super::byte;
use super::order::compare_keys;

/// What a value is, by its first byte.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Array,
    Object,
    Scalar,
}

/// What the value is that this text spells.
pub(crate) fn shape(text: &[u8]) -> Shape {
    match text.first() {
        Some(b'[') => Shape::Array,
        Some(b'{') => Shape::Object,
        _ => Shape::Scalar,
    }
}

/// One element of an array or one member of an object.
#[derive(Clone, Copy)]
pub(crate) struct Child<'t> {
    /// Spelling of the member's name without its quotes; empty for an element.
    pub key: &'t [u8],
    /// Spelling of the value.
    pub value: &'t [u8],
    /// Byte of the parent's text at which the child begins, with the quote of its name if any.
    pub start: usize,
    /// Byte of the parent's text behind the value.
    pub end: usize,
}

/// Iterator over the children of an array or object, in the order of the text.
#[derive(Clone)]
pub(crate) struct Children<'t> {
    text: &'t [u8],
    at: usize,
    keyed: bool,
}

impl<'t> Children<'t> {
    /// The children of the value that this text spells; none if it is a scalar.
    pub fn new(text: &'t [u8]) -> Self {
        match shape(text) {
            Shape::Scalar => Self { text: &[], at: 0, keyed: false },
            shape => Self { text, at: 1, keyed: shape == Shape::Object },
        }
    }

    /// The children in a range of the parent's text, which begins and ends with whole ones.
    pub fn within(parent: &'t [u8], start: usize, end: usize) -> Self {
        let text = parent.get(..end).unwrap_or(parent);
        Self { text, at: start, keyed: shape(parent) == Shape::Object }
    }

    /// The children that this text spells, without the brackets around them: members or elements.
    pub fn joined(text: &'t [u8], keyed: bool) -> Self {
        Self { text, at: 0, keyed }
    }
}

impl<'t> Iterator for Children<'t> {
    type Item = Child<'t>;

    #[inline(never)]
    fn next(&mut self) -> Option<Child<'t>> {
        let text = self.text;
        let start = self.at + usize::from(text.get(self.at) == Some(&b','));
        if matches!(text.get(start), None | Some(b']' | b'}')) {
            return None;
        }
        let mut key: &[u8] = &[];
        let mut value = start;
        if self.keyed {
            let quote = skip_string(text, start);
            key = text.get(start + 1..quote.wrapping_sub(1))?;
            value = quote + 1;
        }
        let end = skip_value(text, value);
        self.at = end;
        Some(Child { key, value: text.get(value..end)?, start, end })
    }
}

/// A member of one of two objects, or of both.
#[derive(Clone, Copy)]
pub(crate) struct Joined<'t> {
    /// Spelling of the name without its quotes.
    pub key: &'t [u8],
    /// Value in the first object; empty if it has no such member.
    pub old: &'t [u8],
    /// Value in the second object; empty if it has no such member.
    pub new: &'t [u8],
}

/// Iterator over the members of two objects in their common order.
pub(crate) struct Join<'t> {
    a: Children<'t>,
    b: Children<'t>,
    next_a: Option<Child<'t>>,
    next_b: Option<Child<'t>>,
}

impl<'t> Join<'t> {
    pub fn new(mut a: Children<'t>, mut b: Children<'t>) -> Self {
        let (next_a, next_b) = (a.next(), b.next());
        Self { a, b, next_a, next_b }
    }
}

impl<'t> Iterator for Join<'t> {
    type Item = Joined<'t>;

    #[inline(never)]
    fn next(&mut self) -> Option<Joined<'t>> {
        let (x, y) = (self.next_a, self.next_b);
        let order = match (x, y) {
            (Some(x), Some(y)) => compare_keys(x.key, y.key),
            (Some(_), None) => Ordering::Less,
            _ => Ordering::Greater,
        };
        let mut joined = Joined { key: b"", old: b"", new: b"" };
        if order != Ordering::Greater {
            let Child { key, value, .. } = x?;
            (joined.key, joined.old) = (key, value);
            self.next_a = self.a.next();
        }
        if order != Ordering::Less {
            let Child { key, value, .. } = y?;
            (joined.key, joined.new) = (key, value);
            self.next_b = self.b.next();
        }
        Some(joined)
    }
}

/// Index behind the value that begins at a byte; at most the length of the text.
pub(crate) fn skip_value(text: &[u8], start: usize) -> usize {
    match byte(text, start) {
        b'"' => skip_string(text, start),
        b'[' | b'{' => skip_container(text, start),
        _ => {
            let scalar = text.get(start..).unwrap_or_default();
            let ends = |b: &&u8| !matches!(b, b',' | b']' | b'}');
            start + scalar.iter().take_while(ends).count()
        }
    }
}

/// Index behind the array or object that begins at a byte; at most the length of the text. Looks
/// only at bytes that open or close something.
#[inline(never)]
fn skip_container(text: &[u8], start: usize) -> usize {
    let (mut at, mut depth, mut in_string) = (start, 0_usize, false);
    while at < text.len() {
        let block: Block = block::load(text, at);
        let mut bounds = block.bounds();
        let mut next = at + block::WIDTH;
        while bounds != 0 {
            let place = at + bounds.trailing_zeros() as usize;
            bounds &= bounds - 1;
            match byte(text, place) {
                b'"' => in_string = !in_string,
                b'\\' => {
                    // What it escapes is no bound; it may be the first byte of the next block.
                    bounds &= !(2 << (place - at));
                    next = next.max(place + 2);
                }
                _ if in_string => {}
                b'[' | b'{' => depth += 1,
                _ if depth <= 1 => return place + 1,
                _ => depth -= 1,
            }
        }
        at = next;
    }
    text.len()
}

/// Index behind the string whose opening quote is at a byte; at most the length of the text.
#[inline(never)]
fn skip_string(text: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < text.len() {
        let block: Block = block::load(text, at);
        let stops = block.quotes();
        if stops == 0 {
            at += block::WIDTH;
            continue;
        }
        at += stops.trailing_zeros() as usize;
        if byte(text, at) == b'"' {
            return at + 1;
        }
        at += 2;
    }
    text.len()
}

/// Levels of arrays and objects in a value.
pub(crate) fn height(text: &[u8]) -> usize {
    let (mut at, mut level, mut height) = (0, 0_usize, 0);
    while let Some(&byte) = text.get(at) {
        at = if byte == b'"' { skip_string(text, at) } else { at + 1 };
        match byte {
            b'[' | b'{' => level += 1,
            b']' | b'}' => level = level.saturating_sub(1),
            _ => {}
        }
        height = height.max(level);
    }
    height
}

/// The children in which two texts of the same shape differ.
pub(crate) struct Middle {
    /// Children before the first that differs, the same in both.
    pub index: usize,
    /// Where the children that differ begin, the same in both.
    pub start: usize,
    /// Where they end in the first text.
    pub a_end: usize,
    /// Where they end in the second text.
    pub b_end: usize,
}

impl Middle {
    /// Leaves out the children that both texts begin with and those that both end with.
    ///
    /// The bytes behind a comma of the first text that both texts end with are children of the
    /// second text too: a valid text cannot reach its end from inside a string, or from another
    /// depth, over the same bytes.
    pub fn new(a: &[u8], b: &[u8]) -> Self {
        let prefix = common_prefix(a, b);
        let suffix = common_suffix(&a[prefix..], &b[prefix..]);
        let mut middle = Self { index: 0, start: 1, a_end: 0, b_end: 0 };
        let mut end = a.len().saturating_sub(1);
        for child in Children::new(a) {
            if child.end < prefix {
                middle.index += 1;
                middle.start = child.end + 1;
            } else if child.start > a.len() - suffix {
                end = child.start - 1;
                break;
            }
        }
        middle.a_end = end;
        middle.b_end = (b.len() + end).saturating_sub(a.len());
        middle
    }
}

/// Length of the longest text that both begin with.
fn common_prefix(a: &[u8], b: &[u8]) -> usize {
    let max = a.len().min(b.len());
    let mut len = 0;
    while len + WORD <= max && a[len..len + WORD] == b[len..len + WORD] {
        len += WORD;
    }
    while len < max && a[len] == b[len] {
        len += 1;
    }
    len
}

/// Length of the longest text that both end with.
fn common_suffix(a: &[u8], b: &[u8]) -> usize {
    let max = a.len().min(b.len());
    let (a, b) = (&a[a.len() - max..], &b[b.len() - max..]);
    let mut left = max;
    while left >= WORD && a[left - WORD..left] == b[left - WORD..left] {
        left -= WORD;
    }
    while left > 0 && a[left - 1] == b[left - 1] {
        left -= 1;
    }
    max - left
}

/// Bytes that two values have in common at their begin and end, without overlap.
pub(crate) fn common_bytes(a: &[u8], b: &[u8]) -> usize {
    let prefix = common_prefix(a, b);
    prefix + common_suffix(&a[prefix..], &b[prefix..])
}

/// A 64-bit hash of a text. Equal hashes only hint at equal texts.
pub(crate) fn hash(text: &[u8]) -> u64 {
    let (words, tail) = text.as_chunks::<8>();
    let tail = tail.iter().fold(text.len() as u64, |word, &byte| word << 8 | u64::from(byte));
    words.iter().fold(mix(0, tail), |state, word| mix(state, u64::from_le_bytes(*word)))
}

fn mix(state: u64, word: u64) -> u64 {
    let product = (state ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    product ^ product >> 32
}

/// Bytes that are compared at once.
const WORD: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(parent: &str) -> Vec<(&str, &str)> {
        let text = |bytes| core::str::from_utf8(bytes).unwrap();
        Children::new(parent.as_bytes()).map(|x| (text(x.key), text(x.value))).collect()
    }

    #[test]
    fn children_are_the_slices_that_spell_them() {
        assert_eq!(texts("[]"), []);
        assert_eq!(texts("{}"), []);
        assert_eq!(texts("\"[1,2]\""), []);
        assert_eq!(texts("[1,[2,[]],\"x\"]"), [("", "1"), ("", "[2,[]]"), ("", "\"x\"")]);
        let tricky = r#"{"a\"}":"]\\","b":{"c":[{}]},"d,":-1e+21}"#;
        let expected = [("a\\\"}", r#""]\\""#), ("b", r#"{"c":[{}]}"#), ("d,", "-1e+21")];
        assert_eq!(texts(tricky), expected);
    }

    #[test]
    fn a_child_knows_where_it_stands() {
        let parent = br#"{"a":[1],"bc":2}"#;
        for child in Children::new(parent) {
            assert_eq!(&parent[child.end - child.value.len()..child.end], child.value);
            assert_eq!(&parent[child.start + 1..][..child.key.len()], child.key);
        }
    }

    #[test]
    fn members_are_joined_by_name_in_canonical_order() {
        let (a, b) = ("{\"a\":1,\"😀\":2,\"\u{e000}\":3}", "{\"b\":4,\"\u{e000}\":5}");
        let join = Join::new(Children::new(a.as_bytes()), Children::new(b.as_bytes()));
        let values: Vec<(&[u8], &[u8])> = join.map(|x| (x.old, x.new)).collect();
        assert_eq!(values, [(&b"1"[..], &b""[..]), (b"", b"4"), (b"2", b""), (b"3", b"5")]);
    }

    #[test]
    fn only_the_children_that_differ_are_in_the_middle() {
        let middle = |a: &str, b: &str| {
            let Middle { index, start, a_end, b_end } = Middle::new(a.as_bytes(), b.as_bytes());
            (index, a[start..a_end].to_string(), b[start..b_end].to_string())
        };
        let case = |index, a: &str, b: &str| (index, a.to_string(), b.to_string());
        assert_eq!(middle("[1,22,3]", "[1,23,3]"), case(1, "22", "23"));
        assert_eq!(middle("[1,2,3]", "[1,2,3,4]"), case(2, "3", "3,4"));
        assert_eq!(middle("[10,2]", "[1,2]"), case(0, "10", "1"));
        assert_eq!(middle("[]", "[1]"), case(0, "", "1"));
        assert_eq!(middle("[1]", "[]"), case(0, "1", ""));
        assert_eq!(middle("[\"a,b\",1]", "[\"b\",1]"), case(0, "\"a,b\"", "\"b\""));
        let (a, b) = (r#"{"a":1,"b":2,"d":3}"#, r#"{"a":1,"c":2,"d":3}"#);
        assert_eq!(middle(a, b), case(1, "\"b\":2", "\"c\":2"));
    }

    #[test]
    fn common_ends_are_counted_without_overlap() {
        for (a, b, common) in [
            ("", "", 0),
            ("abc", "abc", 3),
            ("aaa", "aa", 2),
            ("0123456789abcdef-0123456789", "0123456789abcdef+0123456789", 26),
            ("0123456789x", "x0123456789", 0),
            ("x0123456789", "y0123456789", 10),
        ] {
            assert_eq!(common_bytes(a.as_bytes(), b.as_bytes()), common, "{a} {b}");
        }
    }

    #[test]
    fn the_height_counts_arrays_and_objects() {
        for (text, levels) in [("1", 0), ("\"[[\"", 0), ("[]", 1), ("[{},[[]]]", 3)] {
            assert_eq!(height(text.as_bytes()), levels, "{text}");
        }
    }

    #[test]
    fn texts_of_every_length_have_their_own_hash() {
        let text = [b'0'; 40];
        let hashes: std::collections::BTreeSet<u64> =
            (0..40).map(|len| hash(&text[..len])).collect();
        assert_eq!(hashes.len(), 40);
        assert_ne!(hash(b"12345678a"), hash(b"12345678b"));
        assert_ne!(hash(b"12345678a"), hash(b"1234567a8"));
    }

    #[test]
    fn every_prefix_of_a_text_is_walked_to_its_end() {
        let text = r#"[{"a":[1,"x\"y\\"],"b":{"c":null}},-1,"z"]"#.as_bytes();
        for end in 0..text.len() {
            let cut = &text[..end];
            assert!(Children::new(cut).count() <= 3);
            assert!(skip_value(cut, 0) <= end && height(cut) <= 3);
            let inner = cut.get(1..).unwrap_or_default();
            assert!(Children::new(inner).count() <= 2);
        }
    }
}
