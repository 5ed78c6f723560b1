//! The type `timestamp`: an RFC 3339 date-time (RFC 8927 section 3.3.3). Works on the spelling of
//! the string; an escape sequence is never part of one.

use crate::json::block::{self, Block, Lanes};

/// Whether these characters are an RFC 3339 date-time (section 5.6). The letters T and Z may be
/// lower case; a second 60 is a leap second and stands only at 23:59 UTC.
#[inline(never)]
pub(crate) fn is_timestamp(text: &[u8]) -> bool {
    parse(text).is_some()
}

fn parse(text: &[u8]) -> Option<()> {
    let [date_time @ .., b':', tens, ones] = text.get(..19)? else { return None };
    let block: Block = block::load(date_time, 0);
    let separators = [date_time[4], date_time[7], date_time[10] | 0x20, date_time[13]];
    if block.digits() != DIGITS || separators != *b"--t:" {
        return None;
    }
    let two = |at: usize| pair(date_time[at], date_time[at + 1]);
    let (year, month, day) = (two(0) * 100 + two(2), two(5), two(8));
    let (hour, minute, second) = (two(11), two(14), pair(*tens, *ones));
    let date = (1..=12).contains(&month) && (1..=days(year, month)).contains(&day);
    let time = hour < 24 && minute < 60 && second <= 60;
    let digits = tens.is_ascii_digit() && ones.is_ascii_digit();
    let utc = hour * 60 + minute - offset(fraction(&text[19..])?)?;
    let leap_second = utc.rem_euclid(24 * 60) == 24 * 60 - 1;
    (date && time && digits && (second < 60 || leap_second)).then_some(())
}

/// Where the digits are in the first sixteen characters, `0000-00-00T00:00`.
const DIGITS: u32 = 0b1101_1011_0110_1111;

/// The number of two digits.
#[inline(never)]
fn pair(tens: u8, ones: u8) -> i32 {
    i32::from(tens & 15) * 10 + i32::from(ones & 15)
}

fn days(year: i32, month: i32) -> i32 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// What follows the fraction of a second, if there is one.
fn fraction(text: &[u8]) -> Option<&[u8]> {
    let Some(rest) = text.strip_prefix(b".") else { return Some(text) };
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    (digits > 0).then(|| &rest[digits..])
}

/// Minutes east of UTC.
fn offset(text: &[u8]) -> Option<i32> {
    let (sign, rest) = match text {
        [b'Z' | b'z'] => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let [a, b, b':', c, d] = rest else { return None };
    let digits = [a, b, c, d].into_iter().all(u8::is_ascii_digit);
    let (hours, minutes) = (pair(*a, *b), pair(*c, *d));
    (digits && hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_times_of_rfc_3339_are_accepted() {
        for text in [
            "2026-02-28T23:59:59Z",
            "2024-02-29t00:00:00z",
            "2000-02-29T12:30:00.5+05:45",
            "1985-04-12T23:20:50.123456789-00:00",
            "2016-12-31T23:59:60Z",
            "2017-01-01T05:29:60+05:30",
            "2016-12-31T15:59:60.25-08:00",
            "0000-01-01T00:00:00Z",
        ] {
            assert!(is_timestamp(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn everything_else_is_no_timestamp() {
        for text in [
            "",
            "2026-02-28",
            "2026-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-04-31T00:00:00Z",
            "2026-01-01 00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:61Z",
            "2026-01-01T22:59:60Z",
            "2026-01-01T23:59:60+01:00",
            "2026-01-01T00:00:00",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00+24:00",
            "2026-01-01T00:00:00+01:60",
            "2026-01-01T00:00:00+0100",
            "2026-01-01T00:00:00+01:00Z",
            "2026-01-01T00:00:00\u{2212}01:00",
            "2026-1-1T00:00:00Z",
            "২026-01-01T00:00:00Z",
        ] {
            assert!(!is_timestamp(text.as_bytes()), "{text}");
        }
    }
}
