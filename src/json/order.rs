//! The order of members in canonical text: RFC 8785 section 3.2.3 compares names as sequences of
//! UTF-16 code units. Works on names as canonical text spells them, without their quotes.

use alloc::vec::Vec;
use core::cmp::Ordering;

use super::string::unescape;

/// Compares two member names, spelled canonically and without quotes, by UTF-16 code units.
///
/// UTF-8 bytes order names in the same way, but for two things: an escape sequence stands for a
/// smaller character, and characters from U+E000 to U+FFFF come after those beyond U+FFFF, whose
/// first code unit is a surrogate.
#[inline(never)]
pub fn compare_keys(a: &[u8], b: &[u8]) -> Ordering {
    let same = a.iter().zip(b).take_while(|&(x, y)| x == y && *x != b'\\').count();
    match (a.get(same), b.get(same)) {
        (Some(b'\\'), Some(_)) | (Some(_), Some(b'\\')) => weights(a).cmp(&weights(b)),
        (Some(&x), Some(&y)) => weight(x).cmp(&weight(y)),
        _ => a.len().cmp(&b.len()),
    }
}

/// The characters of a name in bytes that compare as its UTF-16 code units do.
#[cold]
#[inline(never)]
fn weights(spelling: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    unescape(spelling, &mut bytes);
    for byte in &mut bytes {
        *byte = weight(*byte);
    }
    bytes
}

/// Lifts the two bytes that lead the characters from U+E000 to U+FFFF above those that lead the
/// characters beyond.
fn weight(byte: u8) -> u8 {
    match byte {
        0xee | 0xef => byte | 0x10,
        _ => byte,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8785 section 3.2.3: the names of its sorting example, in their order.
    const SORTED: [&str; 9] = ["", "\\r", "1", "\u{80}", "ö", "€", "😀", "\u{e000}", "\u{fb33}"];

    #[test]
    fn names_compare_by_utf16_code_units() {
        for (i, a) in SORTED.iter().enumerate() {
            for (j, b) in SORTED.iter().enumerate() {
                let order = compare_keys(a.as_bytes(), b.as_bytes());
                assert_eq!(order, i.cmp(&j), "{a:?} and {b:?}");
            }
        }
    }

    #[test]
    fn escaped_characters_compare_as_the_characters_they_stand_for() {
        assert_eq!(compare_keys(b"a\\nb", b"a b"), Ordering::Less);
        assert_eq!(compare_keys(b"a\\\"", b"a!"), Ordering::Greater);
        assert_eq!(compare_keys(b"\\u0001", b"\\b"), Ordering::Less);
        assert_eq!(compare_keys(b"\\\\", b"]"), Ordering::Less);
        assert_eq!(compare_keys(b"x\\\\", b"x\\\\"), Ordering::Equal);
    }

    #[test]
    fn malformed_spellings_compare_without_a_panic() {
        for a in [&b"\\"[..], b"\\u12", b"\xff", b"\xe2\x82", b"\\x"] {
            for b in [&b"\\u"[..], b"\xf0", b"a"] {
                let _ = (compare_keys(a, b), compare_keys(b, a));
            }
        }
    }
}
