//! JSON Pointer (RFC 6901): splitting a pointer into tokens, escaping tokens, array indexes. Knows
//! no document. A token may be plain text or the spelling of a JSON string without its quotes: the
//! rules are the same for both, because no escape sequence of canonical text has a `~` or a `/`.

use alloc::string::String;
use alloc::vec::Vec;

/// Appends `/` and the escaped token to a pointer (RFC 6901 section 3).
pub fn push_token(pointer: &mut Vec<u8>, token: &[u8]) {
    pointer.push(b'/');
    for &byte in token {
        match byte {
            b'~' => pointer.extend_from_slice(b"~0"),
            b'/' => pointer.extend_from_slice(b"~1"),
            _ => pointer.push(byte),
        }
    }
}

/// Appends `/` and an array index to a pointer.
pub fn push_index(pointer: &mut Vec<u8>, index: usize) {
    pointer.push(b'/');
    push_decimal(pointer, index);
}

/// Appends the decimal digits of a number.
pub(crate) fn push_decimal(text: &mut Vec<u8>, number: usize) {
    let start = text.len();
    let mut rest = number;
    loop {
        text.push(b'0' + (rest % 10) as u8);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    text[start..].reverse();
}

/// The pointer to which the tokens lead; empty for no token, which is the whole document.
pub fn format<'t>(tokens: impl IntoIterator<Item = &'t str>) -> String {
    let mut pointer = Vec::new();
    for token in tokens {
        push_token(&mut pointer, token.as_bytes());
    }
    String::from_utf8(pointer).expect("escaping inserts ASCII between whole characters only")
}

/// The tokens of a pointer with their escapes resolved, or nothing if it is no JSON Pointer.
pub fn parse(pointer: &str) -> Option<Vec<String>> {
    let mut tokens = Vec::new();
    let mut rest = pointer.as_bytes();
    if !is_pointer(rest) {
        return None;
    }
    while let Some((token, after)) = split_first(rest) {
        tokens.push(String::from_utf8(token).ok()?);
        rest = after;
    }
    Some(tokens)
}

/// Whether a text is a JSON Pointer: empty, or with a slash at its start, and without a `~` that
/// neither `0` nor `1` follows (RFC 6901 section 3).
pub fn is_pointer(text: &[u8]) -> bool {
    let is_escape = |at: usize| matches!(text.get(at + 1), Some(b'0' | b'1'));
    let mut bytes = text.iter().enumerate();
    matches!(text.first(), None | Some(b'/')) && bytes.all(|(at, &b)| b != b'~' || is_escape(at))
}

/// The first token of a pointer, and the pointer from there on; nothing if it is empty.
///
/// `~1` is read as `/` and `~0` as `~` in one pass, so that `~01` is `~1` (RFC 6901 section 4).
pub fn split_first(pointer: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut token = Vec::new();
    let mut at = 1;
    while let Some(&byte) = pointer.get(at).filter(|&&byte| byte != b'/') {
        let escaped = byte == b'~' && pointer.get(at + 1) == Some(&b'1');
        token.push(if escaped { b'/' } else { byte });
        at += if byte == b'~' { 2 } else { 1 };
    }
    pointer.first()?;
    Some((token, pointer.get(at..).unwrap_or_default()))
}

/// What a token means in an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Index {
    /// The element of this number.
    At(usize),
    /// `-`, the place behind the last element.
    End,
}

/// Reads a token as an array index: `-`, or digits without a leading zero (RFC 6901 section 4).
pub fn parse_index(token: &[u8]) -> Option<Index> {
    match token {
        b"-" => return Some(Index::End),
        [] | [b'0', _, ..] => return None,
        _ => {}
    }
    let digit = |byte: u8| byte.is_ascii_digit().then(|| usize::from(byte - b'0'));
    let next = |sum: usize, &byte: &u8| sum.checked_mul(10)?.checked_add(digit(byte)?);
    token.iter().try_fold(0, next).map(Index::At)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pointers and their tokens; the shapes of RFC 6901 section 5 with names of our own.
    const PAIRS: [(&str, &[&str]); 9] = [
        ("", &[]),
        ("/", &[""]),
        ("/cells/0", &["cells", "0"]),
        ("/in~1out", &["in/out"]),
        ("/~0home", &["~home"]),
        ("/~01", &["~1"]),
        ("/a%b^c|d\\e\"f/ ", &["a%b^c|d\\e\"f", " "]),
        ("/ä//", &["ä", "", ""]),
        ("/~1~0~1", &["/~/"]),
    ];

    #[test]
    fn pointers_split_into_their_tokens_and_back() {
        for (pointer, tokens) in PAIRS {
            assert_eq!(parse(pointer).unwrap(), tokens, "{pointer}");
            assert_eq!(format(tokens.iter().copied()), pointer);
        }
    }

    #[test]
    fn texts_that_are_no_pointers_are_refused() {
        for text in ["a", "a/b", "~", "/~", "/~2", "/a~/b", "/0~", "#/a", "/a/~~01"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_index_has_digits_without_a_leading_zero() {
        for (token, index) in [("0", 0), ("7", 7), ("10", 10), ("4294967295", 4_294_967_295)] {
            assert_eq!(parse_index(token.as_bytes()), Some(Index::At(index)));
        }
        assert_eq!(parse_index(b"-"), Some(Index::End));
        let refused = ["", "00", "01", "-1", "+1", "1.0", "1e0", "a", "1a", " 1", "--", "٣"];
        for token in refused.into_iter().chain(["99999999999999999999999999"]) {
            assert_eq!(parse_index(token.as_bytes()), None, "{token}");
        }
    }

    #[test]
    fn indexes_are_appended_in_decimal() {
        let mut pointer = Vec::new();
        for index in [0, 9, 10, 1_234_567_890] {
            push_index(&mut pointer, index);
        }
        assert_eq!(pointer, b"/0/9/10/1234567890");
    }
}
