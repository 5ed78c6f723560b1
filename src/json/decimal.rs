//! Decimals to doubles, correctly rounded (round half to even, IEEE 754-2019 section 4.3.1), as
//! ECMAScript's `Number()` reads them. The standard library does the same with tables and code
//! that would be a third of the module.

use alloc::vec;
use alloc::vec::Vec;

/// Largest power of ten that a double holds exactly.
const EXACT_POWER: i32 = 22;
/// Largest power of five below 2^63.
const SMALL_POWER: i32 = 27;
/// Significant digits that decide how a decimal is rounded; of those behind them only whether one
/// is not zero (767 decide, and one more to tell).
const DIGITS_MAX: usize = 800;

/// The double nearest to a number token that follows the grammar of RFC 8259; infinite when the
/// token is out of range.
pub(crate) fn parse(token: &[u8]) -> f64 {
    let (negative, token) = match token {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, token),
    };
    let magnitude = Decimal::read(token).value();
    if negative { -magnitude } else { magnitude }
}

/// `digits` × 10^`exponent`, and the digits behind the first nineteen.
struct Decimal<'t> {
    /// The first nineteen significant digits.
    digits: u64,
    exponent: i32,
    /// How many significant digits there are.
    len: usize,
    token: &'t [u8],
}

impl<'t> Decimal<'t> {
    fn read(token: &'t [u8]) -> Self {
        let mut decimal = Decimal { digits: 0, exponent: 0, len: 0, token };
        let mut behind_point = 0;
        for (i, &byte) in token.iter().enumerate() {
            match byte {
                b'.' => behind_point = 1,
                b'0'..=b'9' => {
                    decimal.push(byte - b'0');
                    decimal.exponent -= behind_point;
                }
                _ => {
                    let exponent = read_exponent(&token[i + 1..]);
                    decimal.exponent = decimal.exponent.saturating_add(exponent);
                    break;
                }
            }
        }
        decimal
    }

    fn push(&mut self, digit: u8) {
        if self.len < 19 {
            self.digits = self.digits * 10 + u64::from(digit);
        } else {
            self.exponent += 1;
        }
        if self.digits > 0 {
            self.len += 1;
        }
    }

    fn value(&self) -> f64 {
        let Decimal { digits, exponent, len, .. } = *self;
        if digits == 0 || exponent < -400 {
            return 0.0;
        }
        if exponent > 310 {
            return f64::INFINITY;
        }
        if digits <= 1 << 53 && len <= 19 && exponent.abs() <= EXACT_POWER {
            let power = (0..exponent.abs()).fold(1.0, |power, _| power * 10.0);
            let digits = digits as f64;
            return if exponent < 0 { digits / power } else { digits * power };
        }
        if len <= 19 && (-SMALL_POWER..0).contains(&exponent) {
            return divide(digits, exponent);
        }
        self.exact()
    }

    /// By integers of any length.
    #[cold]
    #[inline(never)]
    fn exact(&self) -> f64 {
        // The value is `words` × 2^(-32 × `point`). Ten is less than 2^4, so that 64 bits and more
        // are left over by as many divisions by ten as there are.
        let point = (-self.exponent).max(0) as usize / 8 + 4;
        let mut words = vec![0; point];
        let (mut taken, mut rest) = (0, false);
        for &byte in self.token {
            match byte {
                b'.' => {}
                b'0'..=b'9' if taken == DIGITS_MAX => rest |= byte != b'0',
                b'0'..=b'9' => {
                    multiply_add(&mut words, point, u32::from(byte - b'0'));
                    taken += usize::from(words.len() > point);
                }
                _ => break,
            }
        }
        // The digits behind the first nineteen count in `exponent` as if they were zeros.
        let exponent = self.exponent - (taken as i32 - 19).max(0);
        for _ in 0..exponent.max(0) {
            multiply_add(&mut words, point, 0);
        }
        for _ in 0..(-exponent).max(0) {
            rest |= divide_by_ten(&mut words);
        }
        round_words(&words, point, rest)
    }
}

/// The value of an exponent part, saturated.
fn read_exponent(text: &[u8]) -> i32 {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let push =
        |n: i32, d: &u8| n.saturating_mul(10).saturating_add(i32::from(d.wrapping_sub(b'0')));
    let exponent = digits.iter().fold(0, push);
    if negative { -exponent } else { exponent }
}

/// `digits` / 10^-`exponent`, for exponents from -27 to -1.
fn divide(digits: u64, exponent: i32) -> f64 {
    let divisor = (0..-exponent).fold(1_u64, |power, _| power * 5);
    let zeros = digits.leading_zeros();
    // Both with their highest bit set, so that the quotient has 64 or 65 bits.
    let (digits, spread) = (digits << zeros, divisor.leading_zeros());
    let divisor = divisor << spread;
    let carry = digits >= divisor;
    let remainder = if carry { digits - divisor } else { digits };
    let (quotient, rest) = divide_wide(remainder, divisor);
    let mut rest = rest != 0;
    let mut top = quotient;
    let mut power = spread as i32 - zeros as i32 + exponent - 64;
    if carry {
        rest |= quotient & 1 != 0;
        top = quotient >> 1 | 1 << 63;
        power += 1;
    } else {
        // digits / divisor is above one half, so the highest bit of the quotient is set.
        debug_assert!(quotient >> 63 == 1);
    }
    round(top, power, rest)
}

/// `high` × 2^64 divided by `divisor`, whose highest bit is set; `high` is less. In two steps of
/// 32 bits, each with an estimate that is too large by two at most (Knuth, algorithm D).
fn divide_wide(high: u64, divisor: u64) -> (u64, u64) {
    let (first, rest) = divide_step(high, divisor);
    let (second, rest) = divide_step(rest, divisor);
    (first << 32 | second, rest)
}

/// `high` × 2^32 divided by `divisor`.
fn divide_step(high: u64, divisor: u64) -> (u64, u64) {
    let (upper, lower) = (divisor >> 32, divisor & 0xffff_ffff);
    let mut quotient = high / upper;
    let mut rest = high % upper;
    while quotient >> 32 != 0 || quotient * lower > rest << 32 {
        quotient -= 1;
        rest += upper;
        if rest >> 32 != 0 {
            break;
        }
    }
    (quotient, (high << 32).wrapping_sub(quotient.wrapping_mul(divisor)))
}

/// `top` × 2^`power`, and a little more if `rest`; the highest bit of `top` is set.
fn round(top: u64, power: i32, rest: bool) -> f64 {
    const BIAS: i32 = 1023;
    let exponent = power + 63 + BIAS;
    // Doubles below 2^-1022 keep fewer bits.
    let dropped = 11 + (1 - exponent).max(0);
    if dropped > 64 {
        return 0.0;
    }
    let kept = if dropped == 64 { 0 } else { top >> dropped };
    let half = 1 << (dropped - 1);
    let below = top & (half - 1) != 0 || rest;
    let up = top & half != 0 && (below || kept & 1 != 0);
    // A carry out of the mantissa ends up in the exponent, where it belongs.
    let biased = (exponent.max(1) - 1) as u64;
    let bits = (biased << 52) + kept + u64::from(up);
    f64::from_bits(bits.min(f64::INFINITY.to_bits()))
}

/// Multiplies the number in the words from `point` on by ten, and adds a digit. Words go from the
/// lowest to the highest.
#[inline(never)]
fn multiply_add(words: &mut Vec<u32>, point: usize, digit: u32) {
    let mut carry = u64::from(digit);
    for word in &mut words[point..] {
        carry += u64::from(*word) * 10;
        *word = carry as u32;
        carry >>= 32;
    }
    if carry > 0 {
        words.push(carry as u32);
    }
}

/// Divides; whether something is left over.
fn divide_by_ten(words: &mut [u32]) -> bool {
    let mut rest = 0;
    for word in words.iter_mut().rev() {
        let dividend = rest << 32 | u64::from(*word);
        *word = (dividend / 10) as u32;
        rest = dividend % 10;
    }
    rest != 0
}

/// The double nearest to `words` × 2^(-32 × `point`), and a little more if `rest`.
fn round_words(words: &[u32], point: usize, mut rest: bool) -> f64 {
    let mut len = words.len();
    while words[len - 1] == 0 {
        len -= 1;
    }
    let zeros = words[len - 1].leading_zeros();
    let high = u64::from(words[len - 1]) << 32 | u64::from(words[len - 2]);
    let low = u64::from(words[len - 3]) << zeros;
    rest |= low as u32 != 0 || words[..len - 3].iter().any(|&word| word != 0);
    let power = 32 * (len as i32 - 2 - point as i32) - zeros as i32;
    round(high << zeros | low >> 32, power, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(token: &str) {
        let expected: f64 = token.parse().unwrap();
        let found = parse(token.as_bytes());
        assert_eq!(found.to_bits(), expected.to_bits(), "{token}: {found:e}, not {expected:e}");
    }

    #[test]
    fn hard_decimals_are_rounded_to_the_nearest_double() {
        for token in [
            "0",
            "0.0",
            "1",
            "10",
            "123456789012345678",
            "9007199254740993",
            "9007199254740991",
            "1e22",
            "1e23",
            "1.7976931348623157e308",
            "1.7976931348623158e308",
            "1.8e308",
            "1e309",
            "2.2250738585072011e-308",
            "2.2250738585072014e-308",
            "4.9e-324",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "2e-324",
            "1e-400",
            "1e-99999999999",
            "1e99999999999",
            "0.000000000000000000000000000000000000000000001",
            "8.98846567431158e307",
            "5e-324",
            "179769313486231580793728971405301e276",
            "6.62607015e-34",
            "0.1e-27",
            "3e-27",
            "100000000000000016777215",
            "100000000000000016777216",
            "0.5000000000000001665334536938",
        ] {
            check(token);
            check(&format!("-{token}"));
        }
    }

    #[test]
    fn a_decimal_half_way_between_two_doubles_goes_to_the_even_one() {
        // 2^53 + 1 with a digit far behind the point that decides.
        check(&format!("9007199254740993.{}", "0".repeat(700)));
        check(&format!("9007199254740993.{}1", "0".repeat(700)));
        check(&format!("9007199254740993.{}1", "0".repeat(900)));
        check(&format!("{}e-900", "9".repeat(1000)));
        check(&format!("0.{}1", "0".repeat(320)));
        check(&format!("1{}", "0".repeat(308)));
        check(&format!("1{}", "0".repeat(309)));
    }

    #[test]
    fn decimals_of_any_shape_agree_with_the_standard_library() {
        let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = move || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed
        };
        for round in 0..300_000 {
            let value = f64::from_bits(next());
            if value.is_finite() {
                check(&format!("{value:e}"));
            }
            let digits = next() % 10_u64.pow(1 + (round % 19));
            let exponent = (next() % 700) as i32 - 350;
            check(&format!("{digits}e{exponent}"));
            let near = (next() % 60) as i32 - 30;
            check(&format!("{digits}{}e{near}", next() % 1000));
        }
    }
}
