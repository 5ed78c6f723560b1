//! What must hold for every document, whatever suite it is from: the canonical form is its own
//! canonical form, both doors give it, the order of members does not matter, and exact integers are
//! refused where there are none to lose. Calls the code under test; judges by comparing its answers
//! with each other and with plain readings of the text.

use keepfast::json::{self, Duplicates, JsonError, JsonErrorKind, Options, Source};

const PROTO: &[u8] = b"\"__proto__\":";

/// The canonical text by the strict door and the default limits.
pub fn canonical(text: &[u8]) -> Result<Vec<u8>, JsonError> {
    json::canonicalize(text, &Options::default())
}

/// The canonical text, the last of repeated members counting.
pub fn canonical_last_wins(text: &[u8]) -> Result<Vec<u8>, JsonError> {
    json::canonicalize(text, &Options { duplicates: Duplicates::LastWins, ..Options::default() })
}

/// The canonical text, integers outside ±(2^53−1) refused.
pub fn canonical_exact(text: &[u8]) -> Result<Vec<u8>, JsonError> {
    let duplicates = Duplicates::LastWins;
    json::canonicalize(text, &Options { duplicates, exact_integers: true, ..Options::default() })
}

/// Whether the text was refused because a name is repeated in an object.
pub fn is_duplicate(error: &JsonError) -> bool {
    error.kind == JsonErrorKind::DuplicateKey
}

/// Checks everything that an accepted text owes us beyond its digest.
pub fn check_accepted(text: &[u8], canonical: &[u8]) -> Result<(), String> {
    check_forms(canonical)?;
    let inexact = has_inexact_integer(text);
    match canonical_exact(text) {
        Ok(exact) if inexact => Err(format!("exact_integers accepted {} bytes", exact.len())),
        Ok(exact) if exact != canonical => Err("exact_integers changes the text".to_owned()),
        Err(error) if !inexact => Err(format!("exact_integers refused it: {error}")),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Checks that both doors return the canonical text for itself, and for its members in another
/// order.
fn check_forms(canonical: &[u8]) -> Result<(), String> {
    let shuffled = shuffle_members(canonical);
    same("own door, canonical text", canonical, Source::Own, canonical)?;
    same("strict door, canonical text", canonical, Source::Foreign, canonical)?;
    same("own door, other order", &shuffled, Source::Own, canonical)?;
    same("strict door, other order", &shuffled, Source::Foreign, canonical)?;
    // The indented profile drops members of this name, as the program does that it is to match.
    if canonical.windows(PROTO.len()).any(|window| window == PROTO) {
        return Ok(());
    }
    let pretty = json::pretty_text(canonical);
    same("strict door, indented text", &pretty, Source::Foreign, canonical)
}

fn same(what: &str, text: &[u8], source: Source, canonical: &[u8]) -> Result<(), String> {
    // Indenting and escaping may lengthen a text that was just below the limit.
    let options = Options { source, bytes_max: usize::MAX, ..Options::default() };
    match json::canonicalize(text, &options) {
        Ok(again) if again == canonical => Ok(()),
        Ok(again) => Err(format!("{what}: {}", first_difference(&again, canonical))),
        Err(error) => Err(format!("{what}: refused: {error}")),
    }
}

/// Says where two texts part.
pub fn first_difference(got: &[u8], expected: &[u8]) -> String {
    let at = got.iter().zip(expected).take_while(|(a, b)| a == b).count();
    let around = |text: &[u8]| {
        let start = at.saturating_sub(20).min(text.len());
        String::from_utf8_lossy(&text[start..text.len().min(at + 40)]).into_owned()
    };
    format!("differs at byte {at}: got {:?}, expected {:?}", around(got), around(expected))
}

/// Whether a JSON text has a number without fraction and exponent outside ±(2^53−1).
pub fn has_inexact_integer(text: &[u8]) -> bool {
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            b'"' => at = string_end(text, at),
            b'-' | b'0'..=b'9' => {
                let end = number_end(text, at);
                if is_inexact_integer(&text[at..end]) {
                    return true;
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    false
}

fn is_inexact_integer(number: &[u8]) -> bool {
    let digits = number.strip_prefix(b"-").unwrap_or(number);
    let whole = digits.iter().all(u8::is_ascii_digit);
    let value = digits.iter().fold(0_u64, |sum, digit| {
        sum.saturating_mul(10).saturating_add(u64::from(digit.wrapping_sub(b'0')))
    });
    whole && value > (1 << 53) - 1
}

fn number_end(text: &[u8], start: usize) -> usize {
    let is_part = |b: &u8| matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
    start + text[start..].iter().take_while(|b| is_part(b)).count()
}

/// The index behind the string that starts at `start`; the text's end for a string without one.
fn string_end(text: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < text.len() && text[at] != b'"' {
        at += if text[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(text.len())
}

/// The same value with the members of every object in another order, the same one every time.
fn shuffle_members(canonical: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(canonical.len());
    let end = shuffle_value(canonical, 0, &mut out);
    assert_eq!(end, canonical.len(), "a canonical text is one value");
    out
}

fn shuffle_value(text: &[u8], at: usize, out: &mut Vec<u8>) -> usize {
    match text[at] {
        b'{' => shuffle_object(text, at + 1, out),
        b'[' => shuffle_array(text, at + 1, out),
        b'"' => copy(text, at, string_end(text, at), out),
        b't' | b'n' => copy(text, at, at + 4, out),
        b'f' => copy(text, at, at + 5, out),
        _ => copy(text, at, number_end(text, at), out),
    }
}

fn copy(text: &[u8], start: usize, end: usize, out: &mut Vec<u8>) -> usize {
    out.extend_from_slice(&text[start..end]);
    end
}

fn shuffle_array(text: &[u8], mut at: usize, out: &mut Vec<u8>) -> usize {
    out.push(b'[');
    while text[at] != b']' {
        at = if text[at] == b',' {
            copy(text, at, at + 1, out)
        } else {
            shuffle_value(text, at, out)
        };
    }
    copy(text, at, at + 1, out)
}

fn shuffle_object(text: &[u8], mut at: usize, out: &mut Vec<u8>) -> usize {
    let mut members: Vec<Vec<u8>> = Vec::new();
    while text[at] != b'}' {
        at += usize::from(text[at] == b',');
        let mut member = Vec::new();
        at = copy(text, at, string_end(text, at) + 1, &mut member);
        at = shuffle_value(text, at, &mut member);
        members.push(member);
    }
    reorder(&mut members);
    out.push(b'{');
    out.extend_from_slice(&members.join(&b','));
    copy(text, at, at + 1, out)
}

/// Reverses, then swaps by a fixed pseudo-random sequence (xorshift), so that sorted and reversed
/// runs both occur.
fn reorder(members: &mut [Vec<u8>]) {
    members.reverse();
    let mut state = 0x9E37_79B9_7F4A_7C15_u64 ^ members.len() as u64;
    for last in (1..members.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        if state & 3 == 0 {
            members.swap(last, (state >> 8) as usize % (last + 1));
        }
    }
}
