//! The form of the benchmark's answer, and its statistics. It must not know what the numbers are
//! of. `cargo xtask bench` prints the answer: rows with a number and a ratio, and bars beside them.

use serde_json::{Value, json};

/// A row: `number` is of the group's unit.
pub fn row(name: &str, unit: &str, number: f64, ratio: f64) -> Value {
    json!({"name": name, unit: number, "ratio": ratio})
}

/// A bar: `subject` is at most `bar` times `peer`.
pub fn at_most(subject: &str, peer: &str, bar: f64, measured: f64) -> Value {
    claim("at most", (subject, peer), bar, measured)
}

/// A bar: `subject` has at most this many bytes.
pub fn bytes_at_most(subject: &str, bar: f64, measured: f64) -> Value {
    claim("bytes at most", (subject, ""), bar, measured)
}

fn claim(kind: &str, (subject, peer): (&str, &str), bar: f64, measured: f64) -> Value {
    let met = measured <= bar;
    json!({"kind": kind, "subject": subject, "peer": peer, "bar": bar, "measured": measured,
           "met": met})
}

/// The number that a share `part` of the numbers does not exceed; zero of none.
pub fn quantile(numbers: &[f64], part: f64) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (part * sorted.len() as f64).ceil() as usize;
    sorted.get(place.saturating_sub(1)).copied().unwrap_or(0.0)
}

pub fn median(numbers: &[f64]) -> f64 {
    quantile(numbers, 0.5)
}

/// The median of `of[i] / to[i]`: both were measured in round `i`.
pub fn ratio(of: &[f64], to: &[f64]) -> f64 {
    median(&of.iter().zip(to).map(|(of, to)| of / to).collect::<Vec<_>>())
}

/// How many processes wanted a processor in the last minute, where the system tells.
pub fn load() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|load| load.parse().ok()).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_numbers_that_were_measured() {
        let numbers = [5.0, 1.0, 4.0, 2.0, 3.0];
        assert_eq!(median(&numbers), 3.0);
        assert_eq!(quantile(&numbers, 0.8), 4.0);
        assert_eq!(quantile(&numbers, 1.0), 5.0);
        assert_eq!(median(&[]), 0.0);
    }

    #[test]
    fn a_ratio_is_the_median_of_the_rounds() {
        assert_eq!(ratio(&[2.0, 9.0, 4.0], &[1.0, 3.0, 4.0]), 2.0);
    }

    #[test]
    fn a_bar_holds_when_it_is_just_reached() {
        assert_eq!(at_most("a", "b", 2.0, 2.0)["met"], true);
        assert_eq!(bytes_at_most("a", 2.0, 2.1)["met"], false);
    }
}
