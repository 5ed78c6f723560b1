//! How many tests passed and failed: owns the reading of what the test runners print. It must not
//! know which runner is called when. Each reader takes the whole output of one run.

/// A number of tests by their outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl Counts {
    pub fn plus(self, other: Counts) -> Counts {
        Counts {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }

    fn is_empty(self) -> bool {
        self == Counts::default()
    }

    /// These counts, corrected by how the process ended: what did not compile has no counts, and
    /// a runner that found nothing to run must not pass for success.
    ///
    /// # Errors
    /// When the counts alone do not tell what happened.
    pub fn of_a_process(self, success: bool) -> Result<Counts, String> {
        match (success, self) {
            (true, counts) if counts.is_empty() => Err("no test was run".to_string()),
            (false, counts) if counts.is_empty() => Err("ended before any test".to_string()),
            (false, counts) if counts.failed == 0 => Ok(Counts { failed: 1, ..counts }),
            (_, counts) => Ok(counts),
        }
    }
}

/// Reads the lines `test result: ok. 3 passed; 0 failed; …` of `cargo test`, in any target.
pub fn of_cargo(text: &str) -> Counts {
    let results = text.lines().filter_map(|line| line.trim().strip_prefix("test result: "));
    results.fold(Counts::default(), |sum, line| {
        let part = |name: &str| {
            let words: Vec<&str> = line.split([' ', ';']).filter(|word| !word.is_empty()).collect();
            let at = words.iter().position(|word| *word == name);
            at.and_then(|at| words[at.checked_sub(1)?].parse().ok()).unwrap_or(0)
        };
        let read =
            Counts { passed: part("passed"), failed: part("failed"), skipped: part("ignored") };
        sum.plus(read)
    })
}

/// Reads the totals that Node's test runner prints last, by either of its reporters.
pub fn of_node(text: &str) -> Counts {
    text.lines().fold(Counts::default(), |sum, line| {
        let mut words = line.split_whitespace();
        let (mark, name, count) = (words.next(), words.next(), words.next());
        let count = match (mark, count.map(str::parse), words.next()) {
            (Some("#" | "ℹ"), Some(Ok(count)), None) => count,
            _ => return sum,
        };
        sum.plus(match name {
            Some("pass") => Counts { passed: count, ..Counts::default() },
            Some("fail" | "cancelled") => Counts { failed: count, ..Counts::default() },
            Some("skipped" | "todo") => Counts { skipped: count, ..Counts::default() },
            _ => Counts::default(),
        })
    })
}

/// Counts lines that begin with `ok ` or `not ok `.
pub fn of_rows(text: &str) -> Counts {
    let count = |start: &str| text.lines().filter(|line| line.starts_with(start)).count() as u64;
    Counts { passed: count("ok "), failed: count("not ok "), skipped: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u64, failed: u64, skipped: u64) -> Counts {
        Counts { passed, failed, skipped }
    }

    #[test]
    fn the_results_of_cargo_are_added_up() {
        let text = "\
            running 2 tests\n\
            test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; finished in 0.1s\n\
            test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(of_cargo(text), counts(15, 2, 1));
        assert_eq!(of_cargo("error: could not compile"), counts(0, 0, 0));
    }

    #[test]
    fn both_reporters_of_node_are_read() {
        let tap = "# Subtest: pass 9\nok 1 - a\n# tests 5\n# pass 3\n# fail 1\n# cancelled 1\n\
                   # skipped 2\n";
        assert_eq!(of_node(tap), counts(3, 2, 2));
        let spec = "✔ pass 9 (1 ms)\nℹ tests 4\nℹ pass 4\nℹ fail 0\nℹ duration_ms 12\n";
        assert_eq!(of_node(spec), counts(4, 0, 0));
    }

    #[test]
    fn rows_are_counted_by_their_first_words() {
        assert_eq!(of_rows("ok vite\nnot ok parcel: 404\n  ok inside\nokay\n"), counts(1, 1, 0));
    }

    #[test]
    fn how_the_process_ended_corrects_the_counts() {
        assert_eq!(counts(3, 0, 0).of_a_process(true), Ok(counts(3, 0, 0)));
        assert_eq!(counts(3, 0, 0).of_a_process(false), Ok(counts(3, 1, 0)));
        assert_eq!(counts(3, 2, 0).of_a_process(false), Ok(counts(3, 2, 0)));
        assert!(counts(0, 0, 0).of_a_process(true).is_err());
        assert!(counts(0, 0, 0).of_a_process(false).is_err());
    }
}
