//! The header `Retry-After` (RFC 9110 section 10.2.3): how long a server wants to be left alone.
//! Owns its two forms and the bounds of what is believed. A date is compared with the `Date` of the
//! same response and with no clock of ours: both are the server's.

use super::http::Headers;

/// Milliseconds to wait, from [`WAIT_MS_MIN`] to [`WAIT_MS_MAX`]; nothing when the response does
/// not say, or says it with a date and has none of its own.
pub fn retry_after_ms(headers: &Headers) -> Option<u64> {
    let value = headers.value("retry-after")?;
    let seconds = match value.bytes().all(|byte| byte.is_ascii_digit()) {
        true if value.is_empty() => return None,
        // More digits than a number holds are a long time.
        true => value.parse().unwrap_or(u64::MAX),
        false => {
            let until = parse_date(value)?;
            until.saturating_sub(parse_date(headers.value("date")?)?)
        }
    };
    Some(seconds.saturating_mul(1_000).clamp(WAIT_MS_MIN, WAIT_MS_MAX))
}

/// Seconds since 1970 of an IMF-fixdate (RFC 9110 section 5.6.7), as `Sun, 06 Nov 1994 08:49:37
/// GMT`. The obsolete forms, which no server may send, are none.
fn parse_date(text: &str) -> Option<u64> {
    let [day_name, day, month, year, time, zone] = fields(text)?;
    let is_day = day_name.len() == 4 && day_name.ends_with(',');
    let month = MONTHS.iter().position(|name| *name == month)? as u64;
    let (day, year) = (digits(day, 2)?, digits(year, 4)?);
    let mut parts = time.split(':').map(|part| digits(part, 2));
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let is_time = hour < 24 && minute < 60 && second <= 60 && parts.next().is_none();
    let is_date = (1..=31).contains(&day) && year >= 1970;
    (is_day && is_date && is_time && zone == "GMT")
        .then(|| days_before(year, month) + day - 1)
        .map(|days| ((days * 24 + hour) * 60 + minute) * 60 + second)
}

/// The six fields of a date, between single spaces.
fn fields(text: &str) -> Option<[&str; 6]> {
    let mut fields = [""; 6];
    let mut parts = text.split(' ');
    for field in &mut fields {
        *field = parts.next()?;
    }
    parts.next().is_none().then_some(fields)
}

/// A number of exactly so many digits.
fn digits(text: &str, count: usize) -> Option<u64> {
    let is_number = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

/// Days from 1970 to the first day of a month, counted from 0, of a year from 1970 on.
fn days_before(year: u64, month: u64) -> u64 {
    let leap_days = |year: u64| year / 4 - year / 100 + year / 400;
    let is_leap = leap_days(year) > leap_days(year - 1);
    let before_year = (year - 1970) * 365 + leap_days(year - 1) - leap_days(1969);
    let before_month = DAYS.iter().take(month as usize).sum::<u64>();
    before_year + before_month + u64::from(is_leap && month > 1)
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: [u64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// The shortest wait that is believed: a second. `0` must not make a client ask without pause.
pub const WAIT_MS_MIN: u64 = 1_000;
/// The longest wait that is believed: an hour. What is longer is more likely a mistake than a wish,
/// and a document must not stay unsaved for a day because of it.
pub const WAIT_MS_MAX: u64 = 3_600_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(fields: &[(&str, &str)]) -> Option<u64> {
        let mut headers = Headers::default();
        fields.iter().for_each(|(name, value)| headers.push(name, *value));
        retry_after_ms(&headers)
    }

    #[test]
    fn seconds_are_waited_for() {
        assert_eq!(wait(&[("Retry-After", "120")]), Some(120_000));
        assert_eq!(wait(&[("Retry-After", "1")]), Some(1_000));
    }

    #[test]
    fn a_wait_is_at_least_a_second_and_at_most_an_hour() {
        assert_eq!(wait(&[("Retry-After", "0")]), Some(WAIT_MS_MIN));
        assert_eq!(wait(&[("Retry-After", "86400")]), Some(WAIT_MS_MAX));
        assert_eq!(wait(&[("Retry-After", "99999999999999999999999")]), Some(WAIT_MS_MAX));
    }

    #[test]
    fn a_date_is_compared_with_the_date_of_the_response_alone() {
        let until = ("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(wait(&[until, ("Date", "Sun, 06 Nov 1994 08:49:07 GMT")]), Some(30_000));
        assert_eq!(wait(&[until, ("Date", "Sun, 06 Nov 1994 09:00:00 GMT")]), Some(WAIT_MS_MIN));
        assert_eq!(wait(&[until]), None);
        assert_eq!(wait(&[until, ("Date", "today")]), None);
    }

    #[test]
    fn dates_are_counted_over_leap_years_and_centuries() {
        for (text, seconds) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Tue, 29 Feb 2000 12:00:00 GMT", 951_825_600),
            ("Wed, 01 Mar 2000 00:00:00 GMT", 951_868_800),
            ("Fri, 20 Nov 2026 15:15:47 GMT", 1_795_187_747),
            ("Mon, 01 Mar 2100 00:00:00 GMT", 4_107_542_400),
        ] {
            assert_eq!(parse_date(text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn what_is_neither_says_nothing() {
        for text in [
            "",
            "-1",
            "1.5",
            "soon",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 06 Nov 1994 24:49:37 GMT",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 0000 08:49:37 GMT",
            "Sun, 00 Nov 1994 08:49:37 GMT",
        ] {
            let date = ("Date", "Sun, 06 Nov 1994 08:49:07 GMT");
            assert_eq!(wait(&[("Retry-After", text), date]), None, "{text:?}");
        }
    }
}
