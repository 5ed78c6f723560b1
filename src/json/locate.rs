//! From a byte to the place in the document: JSON Pointers (RFC 6901) are worked out only when
//! somebody is told of a fault or an issue, by walking the text up to that byte once more.

use super::fault::Fault;
use super::pointer::{push_index, push_token};
use super::{JsonError, JsonErrorKind, byte, string};
use alloc::string::String;
use alloc::vec::Vec;

/// The error for a fault in `text`.
pub(crate) fn error(text: &[u8], fault: Fault) -> JsonError {
    JsonError { kind: fault.kind, offset: fault.offset, pointer: pointer(text, fault.offset) }
}

/// An error that concerns the document as a whole.
pub(crate) fn whole(kind: JsonErrorKind, offset: usize) -> JsonError {
    JsonError { kind, offset, pointer: String::new() }
}

/// The pointer to the innermost value that holds the byte at `offset`. A member's name counts to
/// the member; a byte between values to the container.
#[inline(never)]
pub(crate) fn pointer(text: &[u8], offset: usize) -> String {
    Walk::new(text).pointer(offset)
}

/// A container that holds the place.
struct Level {
    is_object: bool,
    /// In an array the index of the element at hand; in an object the byte of the member's name.
    child: usize,
}

/// A walk over text that is well formed up to the place of interest.
pub(crate) struct Walk<'t> {
    text: &'t [u8],
    at: usize,
    levels: Vec<Level>,
    /// The place belongs to the child at hand of the innermost container.
    inside: bool,
    /// The next string is a name.
    names: bool,
}

impl<'t> Walk<'t> {
    pub(crate) fn new(text: &'t [u8]) -> Self {
        Walk { text, at: 0, levels: Vec::new(), inside: false, names: false }
    }

    /// As [`pointer`]; `offset` must not be less than in the call before.
    #[inline(never)]
    pub(crate) fn pointer(&mut self, offset: usize) -> String {
        while self.at < self.text.len() {
            self.begin();
            let end = self.token_end();
            if end > offset {
                break;
            }
            self.end();
            self.at = end;
        }
        let mut pointer = Vec::new();
        let outside = usize::from(!self.inside);
        for level in &self.levels[..self.levels.len().saturating_sub(outside)] {
            match level.is_object {
                true => push_token(&mut pointer, &self.name(level.child)),
                false => push_index(&mut pointer, level.child),
            }
        }
        string::to_text(&pointer)
    }

    /// Index past the token at hand; beyond the text when it is broken and still holds the place.
    fn token_end(&self) -> usize {
        let (text, at) = (self.text, self.at);
        let first = byte(text, at);
        let mut end = at + 1;
        let is_word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.');
        while is_word(byte(text, end)) {
            end += 1;
        }
        let whole = match first {
            b'"' => return string_end(text, at).unwrap_or(usize::MAX),
            b'-' | b'0'..=b'9' => byte(text, end - 1).is_ascii_digit(),
            b'f' => end == at + 5,
            b'n' | b't' => end == at + 4,
            _ => return at + 1,
        };
        if whole { end } else { usize::MAX }
    }

    /// Notes what begins with the token at hand.
    fn begin(&mut self) {
        match byte(self.text, self.at) {
            b' ' | b'\n' | b'\r' | b'\t' | b',' | b']' | b'}' => {}
            first if self.names => {
                if let (b'"', Some(level)) = (first, self.levels.last_mut()) {
                    level.child = self.at;
                    self.inside = true;
                }
            }
            _ => self.inside = true,
        }
    }

    /// Notes what ends with the token at hand.
    fn end(&mut self) {
        match byte(self.text, self.at) {
            b' ' | b'\n' | b'\r' | b'\t' | b':' => return,
            b'"' if self.names => {
                self.names = false;
                return;
            }
            open @ (b'{' | b'[') => {
                self.names = open == b'{';
                self.levels.push(Level { is_object: self.names, child: 0 });
            }
            b']' | b'}' => {
                self.names = false;
                self.levels.pop();
            }
            b',' => {
                if let Some(level) = self.levels.last_mut() {
                    self.names = level.is_object;
                    level.child += 1;
                }
            }
            _ => {}
        }
        self.inside = false;
    }

    /// The characters of the name whose quote is at `at`, as well as they can be read.
    fn name(&self, at: usize) -> Vec<u8> {
        let end = string_end(self.text, at).map_or(self.text.len(), |end| end - 1);
        let mut plain = Vec::new();
        string::unescape(self.text.get(at + 1..end).unwrap_or_default(), &mut plain);
        plain
    }
}

/// Index past the closing quote of the string whose opening quote is at `at`.
#[inline(never)]
fn string_end(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += 1;
        match *text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 1,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, offset: usize) -> String {
        pointer(text.as_bytes(), offset)
    }

    #[test]
    fn every_byte_belongs_to_the_innermost_value_around_it() {
        let text = r#" {"a" : [10, {"b/c":"x"}], "~":null} "#;
        let expected = [
            (0, ""),
            (1, ""),
            (2, "/a"),
            (6, "/a"),
            (8, "/a"),
            (9, "/a/0"),
            (11, "/a"),
            (13, "/a/1"),
            (14, "/a/1/b~1c"),
            (20, "/a/1/b~1c"),
            (23, "/a/1"),
            (24, "/a"),
            (25, ""),
            (27, "/~0"),
            (31, "/~0"),
            (35, ""),
            (36, ""),
        ];
        for (offset, pointer) in expected {
            assert_eq!(at(text, offset), pointer, "byte {offset}");
        }
    }

    #[test]
    fn several_places_are_found_in_one_walk() {
        let text = br#"[[1],{"k":[2,3]}]"#;
        let mut walk = Walk::new(text);
        let pointers = [1, 2, 10, 13].map(|offset| walk.pointer(offset));
        assert_eq!(pointers, ["/0", "/0/0", "/1/k", "/1/k/1"]);
    }

    #[test]
    fn names_are_read_without_their_escapes() {
        assert_eq!(at(r#"{"\u0041\n":[0]}"#, 13), "/A\n/0");
    }

    #[test]
    fn a_text_that_breaks_off_still_has_a_place() {
        assert_eq!(at(r#"{"a":[1,{"b"#, 11), "/a/1/b");
        assert_eq!(at(r#"{"a":"#, 5), "/a");
        assert_eq!(at("[1,", 3), "");
        assert_eq!(at("[nul]", 4), "/0");
        assert_eq!(at("[1.]", 3), "/0");
        assert_eq!(at("[\"a", 3), "/0");
        assert_eq!(at("[12", 3), "");
        assert_eq!(at("", 0), "");
    }
}
