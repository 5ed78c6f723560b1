//! Strings: the grammar of RFC 8259 section 7 over UTF-8, and the one spelling of RFC 8785 section
//! 3.2.2.2. Positions are those of the text; a string is scanned from behind its opening quote.

use super::block::{self, Block, Lanes};
use super::fault::Fault;
use super::{JsonErrorKind, byte};
use alloc::string::String;
use alloc::vec::Vec;

/// Index past the closing quote of a string in text that JSON.stringify wrote.
///
/// # Errors
/// `LoneSurrogate`: since ES2019 JSON.stringify escapes lone surrogates, and nothing else, as
/// `\ud8…` to `\udf…`. `Truncated` when the quote is missing.
#[inline(always)]
pub(crate) fn end_own(text: &[u8], mut at: usize) -> Result<usize, Fault> {
    loop {
        let block: Block = block::load(text, at);
        let stops = block.quotes();
        if stops == 0 {
            at += block::WIDTH;
            if at >= text.len() {
                return Err(Fault::unexpected(text, text.len()));
            }
            continue;
        }
        at += stops.trailing_zeros() as usize;
        if byte(text, at) == b'"' {
            return Ok(at + 1);
        }
        if byte(text, at + 1) == b'u' && byte(text, at + 2) == b'd' && byte(text, at + 3) > b'7' {
            return Err(Fault::new(JsonErrorKind::LoneSurrogate, at));
        }
        at += 2;
    }
}

/// Index past the next quote that no backslash escapes, whatever else the string holds.
#[inline(never)]
pub(crate) fn find_end(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match *text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// Index past the closing quote of a foreign string, and whether its spelling is canonical.
///
/// # Errors
/// `Control`, `Escape`, `LoneSurrogate`, `Utf8`, `Truncated` with the byte.
#[inline]
pub(crate) fn end_foreign(text: &[u8], mut at: usize) -> Result<(usize, bool), Fault> {
    let mut plain = true;
    loop {
        let block: Block = block::load(text, at);
        let stops = block.string_stops();
        if stops == 0 {
            at += block::WIDTH;
            continue;
        }
        at += stops.trailing_zeros() as usize;
        match byte(text, at) {
            b'"' => return Ok((at + 1, plain)),
            0x80.. => at = beyond_ascii(text, at)?,
            b'\\' => {
                let escape = Escape::read(text, at)?;
                plain &= escape.plain;
                at = escape.end;
            }
            _ if at >= text.len() => return Err(Fault::unexpected(text, at)),
            _ => return Err(Fault::new(JsonErrorKind::Control, at)),
        }
    }
}

/// Index of the next ASCII byte after the run of wider characters at `at`.
#[inline]
fn beyond_ascii(text: &[u8], mut at: usize) -> Result<usize, Fault> {
    while byte(text, at) >= 0x80 {
        at += utf8_len(text, at).ok_or_else(|| utf8_fault(text, at))?;
    }
    Ok(at)
}

/// A character that the end of the text cuts off is `Truncated`; all else is no UTF-8.
#[cold]
fn utf8_fault(text: &[u8], at: usize) -> Fault {
    let rest = &text[at..];
    // Continued by bytes that every lead byte but a wrong one accepts.
    let second = if matches!(rest[0], 0xe0 | 0xf0) { 0xbf } else { 0x80 };
    let mut whole = [0, second, 0x80, 0x80];
    for (to, from) in whole.iter_mut().zip(rest) {
        *to = *from;
    }
    match utf8_len_somewhere(&whole, 0) {
        Some(len) if len > rest.len() => Fault::unexpected(text, text.len()),
        _ => Fault::new(JsonErrorKind::Utf8, at),
    }
}

/// Length of the well-formed UTF-8 sequence at `at` (RFC 3629 section 4); none for ASCII.
#[inline]
fn utf8_len(text: &[u8], at: usize) -> Option<usize> {
    let second = byte(text, at + 1);
    let tail = |i: usize| byte(text, at + i) & 0xc0 == 0x80;
    let (len, low, high) = match byte(text, at) {
        0xc2..=0xdf => (2, 0x80, 0xbf),
        0xe0 => (3, 0xa0, 0xbf),
        0xed => (3, 0x80, 0x9f),
        0xe1..=0xef => (3, 0x80, 0xbf),
        0xf0 => (4, 0x90, 0xbf),
        0xf4 => (4, 0x80, 0x8f),
        0xf1..=0xf3 => (4, 0x80, 0xbf),
        _ => return None,
    };
    let good = low <= second && second <= high && (len < 3 || tail(2)) && (len < 4 || tail(3));
    good.then_some(len)
}

/// As `utf8_len`, for where speed does not count.
#[cold]
#[inline(never)]
fn utf8_len_somewhere(text: &[u8], at: usize) -> Option<usize> {
    utf8_len(text, at)
}

/// One escape sequence, or two that make a surrogate pair.
struct Escape {
    /// The character it stands for.
    code: u32,
    end: usize,
    /// Spelled as canonical text spells that character.
    plain: bool,
}

impl Escape {
    /// Reads the escape sequence whose backslash is at `at`.
    fn read(text: &[u8], at: usize) -> Result<Self, Fault> {
        let letter = byte(text, at + 1);
        let code = match letter {
            b'"' | b'\\' | b'/' => letter,
            b'b' => 8,
            b't' => 9,
            b'n' => 10,
            b'f' => 12,
            b'r' => 13,
            b'u' => return Self::read_unicode(text, at),
            _ if at + 1 >= text.len() => return Err(Fault::unexpected(text, at + 1)),
            _ => return Err(Fault::new(JsonErrorKind::Escape, at + 1)),
        };
        Ok(Escape { code: u32::from(code), end: at + 2, plain: letter != b'/' })
    }

    #[cold]
    fn read_unicode(text: &[u8], at: usize) -> Result<Self, Fault> {
        let lone = Fault::new(JsonErrorKind::LoneSurrogate, at);
        let code = hex(text, at + 2)?;
        match code {
            0xd800..0xdc00 => {
                for (i, expected) in [(at + 6, b'\\'), (at + 7, b'u')] {
                    if i >= text.len() {
                        return Err(Fault::unexpected(text, i));
                    }
                    if byte(text, i) != expected {
                        return Err(lone);
                    }
                }
                let low = hex(text, at + 8)?;
                if !(0xdc00..0xe000).contains(&low) {
                    return Err(lone);
                }
                let code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                Ok(Escape { code, end: at + 12, plain: false })
            }
            0xdc00..0xe000 => Err(lone),
            _ => {
                let lower = text[at + 2..at + 6].iter().all(|c| !c.is_ascii_uppercase());
                let plain = lower && code < 0x20 && short(code).is_none();
                Ok(Escape { code, end: at + 6, plain })
            }
        }
    }
}

/// Four hexadecimal digits.
fn hex(text: &[u8], at: usize) -> Result<u32, Fault> {
    (at..at + 4).try_fold(0, |code, i| {
        let digit = char::from(byte(text, i)).to_digit(16);
        let kind = JsonErrorKind::Escape;
        match digit {
            Some(digit) => Ok(code << 4 | digit),
            None if i >= text.len() => Err(Fault::unexpected(text, i)),
            None => Err(Fault::new(kind, i)),
        }
    })
}

/// The letter of the two-character escape for a control character that has one.
fn short(code: u32) -> Option<u8> {
    match code {
        8 => Some(b'b'),
        9 => Some(b't'),
        10 => Some(b'n'),
        12 => Some(b'f'),
        13 => Some(b'r'),
        _ => None,
    }
}

/// Appends the canonical spelling of a string token, quotes included, that `end_foreign` accepted.
#[cold]
pub(crate) fn write_canonical(token: &[u8], out: &mut Vec<u8>) {
    let mut at = 0;
    while at < token.len() {
        if token[at] == b'\\'
            && let Ok(escape) = Escape::read(token, at)
        {
            write_char(escape.code, out);
            at = escape.end;
        } else {
            out.push(token[at]);
            at += 1;
        }
    }
}

/// Appends the characters that a spelling without quotes stands for.
pub(crate) fn unescape(spelling: &[u8], out: &mut Vec<u8>) {
    let mut at = 0;
    while at < spelling.len() {
        if spelling[at] == b'\\'
            && let Ok(escape) = Escape::read(spelling, at)
        {
            push_utf8(escape.code, out);
            at = escape.end;
        } else {
            out.push(spelling[at]);
            at += 1;
        }
    }
}

/// These UTF-8 characters; a byte that belongs to none becomes a replacement character. Needs less
/// code than the conversions of the standard library.
#[cold]
#[inline(never)]
pub(crate) fn to_text(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut at = 0;
    while at < bytes.len() {
        let len = utf8_len_somewhere(bytes, at);
        let mut code = u32::from(bytes[at]);
        match len {
            Some(len) => {
                code &= 0x7f >> len;
                for byte in &bytes[at + 1..at + len] {
                    code = code << 6 | u32::from(byte & 0x3f);
                }
            }
            None if code >= 0x80 => code = u32::from(char::REPLACEMENT_CHARACTER),
            None => {}
        }
        text.extend(char::from_u32(code));
        at += len.unwrap_or(1);
    }
    text
}

fn push_utf8(code: u32, out: &mut Vec<u8>) {
    let mut utf8 = [0; 4];
    let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    out.extend(character.encode_utf8(&mut utf8).as_bytes());
}

/// Appends the canonical spelling, without quotes, of these UTF-8 characters.
pub(crate) fn escape(text: &[u8], out: &mut Vec<u8>) {
    for &byte in text {
        match byte {
            0..0x20 | b'"' | b'\\' => write_char(u32::from(byte), out),
            _ => out.push(byte),
        }
    }
}

fn write_char(code: u32, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    match code {
        0x22 | 0x5c => out.extend([b'\\', code as u8]),
        0..0x20 => match short(code) {
            Some(letter) => out.extend([b'\\', letter]),
            None => {
                out.extend(b"\\u00");
                out.extend([HEX[code as usize >> 4], HEX[code as usize & 15]]);
            }
        },
        _ => push_utf8(code, out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spell(token: &str) -> String {
        let (end, plain) = end_foreign(token.as_bytes(), 1).unwrap();
        assert_eq!(end, token.len());
        let mut out = Vec::new();
        write_canonical(token.as_bytes(), &mut out);
        let out = String::from_utf8(out).unwrap();
        assert_eq!(plain, out == token, "{token}");
        out
    }

    #[test]
    fn strings_are_spelled_canonically() {
        let pairs = [
            (r#""a\/b""#, r#""a/b""#),
            (r#""\u0041\u00e9""#, "\"Aé\""),
            (r#""\u000A\u001F\u0008""#, r#""\n\u001f\b""#),
            (r#""\ud83d\uDE00""#, "\"😀\""),
            (r#""\u2028\"\\\b\f\n\r\t""#, "\"\u{2028}\\\"\\\\\\b\\f\\n\\r\\t\""),
            (r#""\u0022\u005c\u007f""#, "\"\\\"\\\\\u{7f}\""),
            (
                r#""\u001f long enough to need a second block ü""#,
                "\"\\u001f long enough to need \
              a second block ü\"",
            ),
        ];
        for (token, expected) in pairs {
            assert_eq!(spell(token), expected);
        }
    }

    #[test]
    fn what_the_grammar_forbids_is_refused_at_its_byte() {
        use JsonErrorKind::*;
        let cases: [(&[u8], JsonErrorKind, usize); 16] = [
            (b"\"a", Truncated, 2),
            (b"\"a\\", Truncated, 3),
            (b"\"\\u12", Truncated, 5),
            (b"\"\\ud83d", Truncated, 7),
            (b"\"\\ud83d\\", Truncated, 8),
            (b"\"\\x\"", Escape, 2),
            (b"\"\\u12g4\"", Escape, 5),
            (b"\"\n\"", Control, 1),
            (b"\"\0\"", Control, 1),
            (b"\"\\ud800\"", LoneSurrogate, 1),
            (b"\"\\udc00\"", LoneSurrogate, 1),
            (b"\"\\ud800\\u0041\"", LoneSurrogate, 1),
            (b"\"\xff\"", Utf8, 1),
            (b"\"\xed\xa0\x80\"", Utf8, 1),
            (b"\"\xc0\x80\"", Utf8, 1),
            (b"\"a\xe2\x82", Truncated, 4),
        ];
        for (token, kind, offset) in cases {
            assert_eq!(end_foreign(token, 1).unwrap_err(), Fault { kind, offset }, "{token:?}");
        }
    }

    #[test]
    fn own_text_shows_lone_surrogates_and_nothing_else_by_an_escape() {
        assert_eq!(end_own(br#""\ud7ff\u001f\"""#, 1), Ok(16));
        let fault = end_own(br#""a\udfff""#, 1).unwrap_err();
        assert_eq!(fault, Fault { kind: JsonErrorKind::LoneSurrogate, offset: 2 });
        assert_eq!(end_own(b"\"abc", 1).unwrap_err().kind, JsonErrorKind::Truncated);
    }
}
