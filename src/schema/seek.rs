//! Looking ahead for the tag of an object before its form is known. The text ahead has not been
//! checked yet: whatever is wrong with it, the loop ends, and the pass finds the fault later.

use super::form::Name;
use crate::json::byte;
use crate::json::string::{end_foreign, write_canonical};
use alloc::vec::Vec;

/// Where the value of the member `name` of the object at `start` begins; `schema`: the text of the
/// schema that `name` is from.
pub(crate) fn member(text: &[u8], start: usize, name: &Name, schema: &[u8]) -> Option<usize> {
    let mut at = start;
    let mut depth = 0;
    loop {
        match byte(text, at) {
            b'"' => {
                let (end, plain) = end_foreign(text, at + 1).ok()?;
                let colon = skip(text, end);
                if depth == 1 && byte(text, colon) == b':' {
                    let respelled = || string(text, at).as_deref() == Some(name.inner(schema));
                    if name.stands_at(schema, text, at) || (!plain && respelled()) {
                        return Some(skip(text, colon + 1));
                    }
                }
                at = end;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 || at >= text.len() {
            return None;
        }
    }
}

/// The canonical spelling, without quotes, of the string at `at`; `None` when none is there.
#[inline(never)]
pub(crate) fn string(text: &[u8], at: usize) -> Option<Vec<u8>> {
    let (end, _) = end_foreign(text, at + 1).ok()?;
    let inner = text.get(at + 1..end - 1).filter(|_| byte(text, at) == b'"')?;
    let mut spelling = Vec::new();
    write_canonical(inner, &mut spelling);
    Some(spelling)
}

#[inline(never)]
fn skip(text: &[u8], mut at: usize) -> usize {
    while matches!(byte(text, at), b' ' | b'\n' | b'\r' | b'\t') {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value<'t>(text: &'t str, name: &str) -> Option<&'t str> {
        let schema = format!("\"{name}\"");
        let name = Name::new(schema.as_bytes(), 0, schema.len(), 0);
        member(text.as_bytes(), 0, &name, schema.as_bytes()).map(|at| &text[at..])
    }

    #[test]
    fn the_member_is_found_behind_values_of_any_kind() {
        let text = r#"{"a":{"kind":1},"b":[{"kind":2}],"c":"},\"kind\":3","d":-1.5e3,"kind":4}"#;
        assert_eq!(value(text, "kind"), Some("4}"));
        let text = " { \"a\" : [ ] , \"kind\"\n:\t4 }".trim_start();
        assert_eq!(value(text, "kind"), Some("4 }"));
        assert_eq!(value(r#"{"\u006bind":4}"#, "kind"), Some("4}"));
    }

    #[test]
    fn an_absent_member_or_a_broken_text_gives_nothing() {
        for text in
            ["{}", "{\"a\":1}", "{\"a\"", "{\"a\":", "{\"a\":[", "{\"a\":\"", "{", "{\"\\", "{a:1}"]
        {
            assert_eq!(value(text, "kind"), None, "{text}");
        }
    }

    #[test]
    fn a_tag_is_read_in_its_canonical_spelling() {
        assert_eq!(string(br#""\u0041\/b""#, 0).as_deref(), Some(&b"A/b"[..]));
        assert_eq!(string(b"1", 0), None);
        assert_eq!(string(b"\"abc", 0), None);
    }
}
