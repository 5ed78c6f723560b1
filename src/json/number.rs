//! Numbers: the grammar of RFC 8259 section 6, and the one spelling of RFC 8785 section 3.2.2.3,
//! which is ECMAScript's shortest form. Most tokens are in that form already, and that can be seen
//! without converting them.

use super::block::{self, Block, LOOK, Lanes};
use super::decimal;
use super::fault::Fault;
use super::{JsonErrorKind, byte};
use crate::limits::INTEGER_MAX;

/// A number token that follows the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    /// Index past the last byte.
    pub(crate) end: usize,
    /// Seen to be canonical as it stands; otherwise `canonical` must be asked.
    pub(crate) plain: bool,
}

/// Digits that every double keeps: a decimal of so many significant digits is the shortest that
/// names its double, because no two of them share one.
const DIGITS_KEPT: usize = 15;

/// Checks the number that begins at `start`, a minus sign or a digit.
#[inline]
pub(crate) fn scan(text: &[u8], start: usize) -> Result<Number, Fault> {
    let at = start + usize::from(byte(text, start) == b'-');
    let digits = block::look(text, at, Block::digits);
    let whole = digits.trailing_ones() as usize;
    let end = at + whole;
    if whole == 0 || (whole > 1 && byte(text, at) == b'0') {
        return Err(Fault::unexpected(text, at + whole.min(1)));
    }
    if whole + 1 >= LOOK {
        return scan_long(text, at);
    }
    match byte(text, end) {
        b'.' => scan_fraction(text, at, whole, digits >> (whole + 1)),
        b'e' | b'E' => scan_long(text, at),
        _ => {
            let negative_zero = at > start && byte(text, at) == b'0';
            let plain = whole <= DIGITS_KEPT && !negative_zero;
            Ok(Number { end, plain })
        }
    }
}

/// Index past the number that begins at `at` in text that JSON.stringify wrote.
#[inline(always)]
pub(crate) fn end_own(text: &[u8], mut at: usize) -> usize {
    loop {
        let block: Block = block::load(text, at);
        let ends = block.value_ends();
        if ends != 0 {
            return (at + ends.trailing_zeros() as usize).min(text.len());
        }
        at += block::WIDTH;
    }
}

/// The number whose whole part begins at `at` and is followed by a point; `digits` masks what
/// follows the point.
#[inline]
fn scan_fraction(text: &[u8], at: usize, whole: usize, digits: u32) -> Result<Number, Fault> {
    let fraction = digits.trailing_ones() as usize;
    let point = at + whole;
    let end = point + 1 + fraction;
    if fraction == 0 {
        return Err(Fault::unexpected(text, end));
    }
    if whole + 1 + fraction >= LOOK || byte(text, end) | 0x20 == b'e' {
        return scan_long(text, at);
    }
    let plain =
        byte(text, end - 1) != b'0' && significant(text, at, whole, fraction) <= DIGITS_KEPT;
    Ok(Number { end, plain })
}

/// Significant digits of a decimal, or more than are kept where its magnitude is written with an
/// exponent in ECMAScript (below 1e-6).
#[inline]
fn significant(text: &[u8], at: usize, whole: usize, fraction: usize) -> usize {
    if byte(text, at) != b'0' {
        return whole + fraction;
    }
    let zeros = (0..6).take_while(|&i| byte(text, at + 2 + i) == b'0').count();
    if zeros == 6 { DIGITS_KEPT + 1 } else { fraction - zeros }
}

/// Checks numbers of any length, byte by byte, from the first digit.
#[cold]
fn scan_long(text: &[u8], at: usize) -> Result<Number, Fault> {
    let run = |mut i: usize| {
        let first = i;
        while byte(text, i).is_ascii_digit() {
            i += 1;
        }
        if i == first { Err(Fault::unexpected(text, i)) } else { Ok(i) }
    };
    let mut end = run(at)?;
    if byte(text, at) == b'0' && end > at + 1 {
        return Err(Fault::unexpected(text, at + 1));
    }
    if byte(text, end) == b'.' {
        end = run(end + 1)?;
    }
    if byte(text, end) | 0x20 == b'e' {
        let sign = matches!(byte(text, end + 1), b'+' | b'-');
        end = run(end + 1 + usize::from(sign))?;
    }
    Ok(Number { end, plain: false })
}

/// Calls `with` with the canonical spelling of the token.
///
/// # Errors
/// `NumberRange` when no finite double is near; the fault's offset is relative to the token.
pub(crate) fn canonical<R>(token: &[u8], with: impl FnOnce(&[u8]) -> R) -> Result<R, Fault> {
    let value = decimal::parse(token);
    if !value.is_finite() {
        return Err(Fault::new(JsonErrorKind::NumberRange, 0));
    }
    Ok(with(ryu_js::Buffer::new().format_finite(value).as_bytes()))
}

/// Whether a token is short enough to be in the range of a double whatever its digits say.
pub(crate) fn is_finite_by_length(token: &[u8]) -> bool {
    token.len() <= 300 && token.iter().all(|&b| b | 0x20 != b'e')
}

/// Whether a token is an integer, written without fraction or exponent, beyond ±(2^53 − 1).
pub(crate) fn is_inexact(token: &[u8]) -> bool {
    let digits = token.strip_prefix(b"-").unwrap_or(token);
    digits.len() > DIGITS_KEPT
        && digits.iter().all(u8::is_ascii_digit)
        && (digits.len() > 16 || unsigned(digits).is_none_or(|n| n > INTEGER_MAX))
}

/// Value of at most 16 decimal digits.
fn unsigned(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0, |n, &d| d.is_ascii_digit().then(|| n * 10 + u64::from(d - b'0')))
}

/// Whether a number token is an integer from `min` to `max` (RFC 8927 section 3.3.3: "1.0" and
/// "1e2" are integers, "1.5" is none).
#[inline]
pub(crate) fn is_integer_within(token: &[u8], min: i64, max: i64) -> bool {
    let (negative, digits) = match token {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, token),
    };
    let mut n = 0;
    for &byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 || n > INTEGER_MAX as i64 {
            return is_float_within(token, min, max);
        }
        n = n * 10 + i64::from(digit);
    }
    let n = if negative { -n } else { n };
    min <= n && n <= max
}

#[cold]
fn is_float_within(token: &[u8], min: i64, max: i64) -> bool {
    let value = decimal::parse(token);
    value % 1.0 == 0.0 && min as f64 <= value && value <= max as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spell(token: &str) -> String {
        let number = scan(token.as_bytes(), 0).unwrap();
        assert_eq!(number.end, token.len());
        let spelled = canonical(token.as_bytes(), |s| String::from_utf8(s.to_vec())).unwrap();
        let spelled = spelled.unwrap();
        assert!(!number.plain || spelled == token, "{token} is not plain: {spelled}");
        spelled
    }

    #[test]
    fn numbers_are_spelled_as_ecmascript_prints_them() {
        let pairs = [
            ("-0", "0"),
            ("-0.0", "0"),
            ("1.50", "1.5"),
            ("1.0", "1"),
            ("1E2", "100"),
            ("1e-7", "1e-7"),
            ("0.000001", "0.000001"),
            ("0.0000001", "1e-7"),
            ("1e21", "1e+21"),
            ("100000000000000000000", "100000000000000000000"),
            ("9007199254740993", "9007199254740992"),
            ("333333333.33333329", "333333333.3333333"),
            ("4.9e-324", "5e-324"),
            ("1e-400", "0"),
            ("-12.25", "-12.25"),
            ("123456789012345.6", "123456789012345.6"),
            ("0.1000000000000000055511151231257827", "0.1"),
        ];
        for (token, expected) in pairs {
            assert_eq!(spell(token), expected, "{token}");
        }
    }

    #[test]
    fn what_is_seen_to_be_plain_is_what_conversion_prints() {
        let mut seed = 88_172_645_463_325_252_u64;
        for _ in 0..200_000 {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            let digits = (seed % 10u64.pow(1 + (seed >> 60) as u32 % 18)).to_string();
            let point = (seed >> 32) as usize % (digits.len() + 1);
            let token = match point {
                0 => format!("0.{digits}"),
                n if n == digits.len() => digits,
                n => format!("{}.{}", &digits[..n], &digits[n..]),
            };
            if token.len() > 1 && token.starts_with('0') && !token.starts_with("0.") {
                continue;
            }
            spell(&token);
        }
    }

    #[test]
    fn what_the_grammar_forbids_is_refused_at_its_byte() {
        let cases = [
            ("01", 1),
            ("-", 1),
            ("-a", 1),
            ("1.", 2),
            ("1.e1", 2),
            ("1e", 2),
            ("1e+", 3),
            ("1ex", 2),
            ("00000000000000000000000000000000000000001", 1),
        ];
        for (token, offset) in cases {
            assert_eq!(scan(token.as_bytes(), 0).unwrap_err().offset, offset, "{token}");
        }
    }

    #[test]
    fn a_number_beyond_the_doubles_is_refused() {
        let digits = "9".repeat(310);
        for token in ["1e400", "-1e309", digits.as_str()] {
            let fault = canonical(token.as_bytes(), |_| ()).unwrap_err();
            assert_eq!(fault.kind, JsonErrorKind::NumberRange, "{token}");
        }
    }

    #[test]
    fn integer_forms_accept_whole_numbers_in_any_spelling() {
        for token in ["0", "-0", "255", "1.0", "2.55e2", "25500e-2", "0.0"] {
            assert!(is_integer_within(token.as_bytes(), 0, 255), "{token}");
        }
        for token in ["256", "-1", "1.5", "2.551e2", "1e100", "99999999999999999999"] {
            assert!(!is_integer_within(token.as_bytes(), 0, 255), "{token}");
        }
    }

    #[test]
    fn exact_integers_end_at_two_to_the_fifty_third_minus_one() {
        assert!(!is_inexact(b"9007199254740991") && !is_inexact(b"-9007199254740991"));
        assert!(is_inexact(b"9007199254740992") && is_inexact(b"-10000000000000000"));
        assert!(!is_inexact(b"9007199254740992.5") && !is_inexact(b"1e300"));
    }
}
