//! RFC 3339 date-times for tests: a plain reading of the RFC, and a generator of near-valid ones.
//! Written apart from the engine's reader, field by field with a calendar.

#![allow(dead_code, reason = "each test file includes this one and uses its part of it")]

use crate::random::Random;

/// Whether a text is a `date-time` of RFC 3339 section 5.6, with the restrictions of section 5.7.
///
/// `T` and `Z` may be lower case; a space is none of them. Second 60 stands only where leap
/// seconds are inserted: in the last minute of a day in UTC.
pub fn is_date_time(text: &str) -> bool {
    parse(text).is_some_and(|fields| fields.is_valid())
}

/// Whether a text is no date-time of RFC 3339, but one after the liberties that the crate `jtd`
/// takes; `jtd_differential.rs` lists them.
pub fn only_jtd_reads(text: &str) -> bool {
    if is_date_time(text) || text.len() < 20 || !text.is_char_boundary(11) {
        return false;
    }
    let (date, time) = text.split_at(11);
    let date = date.strip_suffix(' ').map_or(date.to_owned(), |date| format!("{date}T"));
    let time = time.replacen(":60", ":59", usize::from(time.get(5..8) == Some(":60")));
    let liberal = date + &time.replacen('\u{2212}', "-", 1);
    is_date_time(&liberal)
}

struct Fields {
    year: u32,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    second: u32,
    offset_minutes: i64,
    offset_is_valid: bool,
}

impl Fields {
    fn is_valid(&self) -> bool {
        let is_leap = self.year.is_multiple_of(4)
            && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400));
        let days = match self.month {
            2 => 28 + u32::from(is_leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        let date = (1..=12).contains(&self.month) && (1..=days).contains(&self.day);
        let utc = (i64::from(self.hour * 60 + self.minute) - self.offset_minutes).rem_euclid(1440);
        let second_max = if utc == 1439 { 60 } else { 59 };
        let time = self.hour < 24 && self.minute < 60 && self.second <= second_max;
        date && time && self.offset_is_valid
    }
}

fn parse(text: &str) -> Option<Fields> {
    let (date, time) = text.split_once(['T', 't'])?;
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let zone_at = time.find(['Z', 'z', '+', '-'])?;
    let (time, zone) = time.split_at(zone_at);
    let time = match time.split_once('.') {
        Some((time, fraction)) => {
            let digits = !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit());
            Some(time).filter(|_| digits)?
        }
        None => time,
    };
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    let [offset_hour, offset_minute] = match zone {
        "Z" | "z" => [0, 0],
        _ => numbers(&zone[1..], ':', [2, 2])?,
    };
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    Some(Fields {
        year,
        month,
        day,
        hour,
        minute,
        second,
        offset_minutes: sign * i64::from(offset_hour * 60 + offset_minute),
        offset_is_valid: offset_hour < 24 && offset_minute < 60,
    })
}

/// Numbers of fixed width between separators.
fn numbers<const N: usize>(text: &str, separator: char, widths: [usize; N]) -> Option<[u32; N]> {
    let mut values = [0; N];
    let mut parts = text.split(separator);
    for (value, width) in values.iter_mut().zip(widths) {
        let part = parts.next()?;
        if part.len() != width || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *value = part.parse().ok()?;
    }
    parts.next().is_none().then_some(values)
}

/// A date-time that is mostly valid, sometimes with a field at or over its edge.
pub fn random(random: &mut Random) -> String {
    let year = *random.pick(&["1985", "2000", "1900", "2024", "0000", "9999", "1998"]);
    let month = *random.pick(&["01", "02", "06", "12", "11", "00", "13"]);
    let day = *random.pick(&["01", "28", "29", "30", "31", "00", "32", "12"]);
    let separator = *random.pick(&["T", "T", "T", "T", "t", " "]);
    let hour = *random.pick(&["00", "12", "23", "23", "15", "24"]);
    let minute = *random.pick(&["00", "30", "59", "59", "60"]);
    let second = *random.pick(&["00", "59", "60", "60", "61"]);
    let fraction = *random.pick(&["", "", ".5", ".123456789", ".1234567890123", ".", ".x"]);
    let zones = [
        "Z",
        "Z",
        "z",
        "+00:00",
        "-00:00",
        "-08:00",
        "+23:59",
        "+24:00",
        "+10:60",
        "\u{2212}08:00",
        "",
        "+01",
        "+0100",
        "-1:00",
    ];
    let zone = *random.pick(&zones);
    let text = format!("{year}-{month}-{day}{separator}{hour}:{minute}:{second}{fraction}{zone}");
    if random.one_in(8) { damage(&text, random) } else { text }
}

/// The text with one character replaced, removed or added.
fn damage(text: &str, random: &mut Random) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let at = random.below(chars.len());
    let new = *random.pick(&['0', '9', ':', '-', 'T', 'Z', ' ', '\n', '\u{9ea}', '.', '+', '/']);
    match random.below(3) {
        0 => chars[at] = new,
        1 => drop(chars.remove(at)),
        _ => chars.insert(at, new),
    }
    chars.into_iter().collect()
}
