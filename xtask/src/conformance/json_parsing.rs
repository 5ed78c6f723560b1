//! RFC 8259 acceptance. `y_` must be accepted, `n_` refused, `i_` and `test_transform` may be
//! either but must be stable and equal to the oracle's digest where both accept. A valid text that
//! repeats a member name is refused by default, with the pointer of the repeated member, and
//! accepted under last-wins: that is our stated choice.

use super::digests::check_file;
use super::document::{
    canonical, canonical_last_wins, check_accepted, first_difference, is_duplicate,
};
use super::oracle::{self, Expected, Fields, FileEntry};
use super::suite::{Suite, Verdict};
use keepfast::json::{self, Duplicates, JsonErrorKind, Options};
use std::path::Path;

/// Checks the parsing and transformation files, the lists of texts, and the other documents of the
/// folder.
pub fn run(folder: &Path, suite: &mut Suite) {
    let Some(entries) = suite.need("oracle.json", oracle::entries(folder)) else {
        return;
    };
    let mut accepted = 0;
    for name in suite.need("files", oracle::documents(folder)).unwrap_or_default() {
        let Some(text) = suite.need(&name, oracle::bytes(&folder.join(&name))) else {
            continue;
        };
        let entry = entries.get(&name);
        let stem = name.rsplit('/').next().unwrap_or(&name);
        match stem.get(..2) {
            Some("y_") => suite.check(&name, check_valid(&text, entry)),
            Some("n_") => suite.check(&name, check_invalid(&text)),
            Some("i_") => {
                accepted += usize::from(canonical(&text).is_ok());
                suite.check(&name, check_open(&text, entry));
            }
            _ if name.contains("transform/") => suite.check(&name, check_open(&text, entry)),
            _ => suite.check(&name, check_file(&text, entry)),
        }
        if stem == "parse-values.json" {
            run_values(&name, &text, suite);
        }
    }
    suite.remark(format!("i_: {accepted} accepted by default; repeated names: refused by default"));
}

/// A valid text is accepted; if it repeats a name, only under last-wins.
fn check_valid(text: &[u8], entry: Option<&FileEntry>) -> Verdict {
    match canonical(text) {
        Ok(_) => {}
        Err(error) if is_duplicate(&error) && !error.pointer.is_empty() => {}
        Err(error) => return Err(format!("refused: {error}")),
    }
    canonical_last_wins(text).map_err(|error| format!("refused under last-wins: {error}"))?;
    check_file(text, entry)
}

/// An invalid text is refused whatever the options, at a place inside it or at its end.
fn check_invalid(text: &[u8]) -> Verdict {
    for options in every_option() {
        match json::canonicalize(text, &options) {
            Ok(canonical) => {
                return Err(format!("accepted as {:?}", String::from_utf8_lossy(&canonical)));
            }
            Err(error) if error.offset > text.len() => {
                return Err(format!("refused behind the end: {error}"));
            }
            Err(_) => {}
        }
    }
    Ok(())
}

/// A text that a parser may accept: no crash, the same answer twice, and the oracle's digest where
/// it is accepted.
fn check_open(text: &[u8], entry: Option<&FileEntry>) -> Verdict {
    for options in every_option() {
        if json::canonicalize(text, &options) != json::canonicalize(text, &options) {
            return Err("two runs give two answers".to_owned());
        }
    }
    let options = Options { duplicates: Duplicates::LastWins, ..Options::default() };
    match json::canonicalize(text, &options) {
        Ok(canonical) => {
            check_oracle(&canonical, entry)?;
            check_accepted(text, &canonical)
        }
        // Our limit is 128 levels, RFC 8259 section 9 allows to set one.
        Err(error) if error.kind == JsonErrorKind::TooDeep => Ok(()),
        Err(error) => match entry.and_then(|entry| entry.expected.as_ref()) {
            Some(Expected::Digest(_)) => Err(format!("refused, other tools read it: {error}")),
            _ => Ok(()),
        },
    }
}

fn check_oracle(canonical: &[u8], entry: Option<&FileEntry>) -> Verdict {
    match entry.and_then(|entry| entry.expected.as_ref()) {
        Some(Expected::Digest(digest)) if digest.sha256 != json::digest_hex(canonical) => {
            Err(format!("digest differs from {}", digest.sha256))
        }
        Some(Expected::Refused(reason)) => Err(format!("accepted, but the oracle says: {reason}")),
        _ => Ok(()),
    }
}

fn every_option() -> Vec<Options> {
    let mut all = Vec::new();
    for duplicates in [Duplicates::Refuse, Duplicates::LastWins] {
        for (exact_integers, depth_max) in [(false, 1), (true, 128), (false, 128)] {
            all.push(Options { duplicates, exact_integers, depth_max, ..Options::default() });
        }
    }
    all
}

/// A list of texts with the value that each has, if it is valid.
fn run_values(name: &str, text: &[u8], suite: &mut Suite) {
    let groups = std::str::from_utf8(text).map_err(|e| e.to_string()).and_then(oracle::items);
    for group in suite.need(name, groups).unwrap_or_default() {
        let tests = oracle::fields(group.get())
            .and_then(|group| oracle::items(oracle::field(&group, "tests")?));
        for test in suite.need(name, tests).unwrap_or_default() {
            let Some(test) = suite.need(name, oracle::fields(test.get())) else {
                continue;
            };
            let case =
                format!("{name} {}", oracle::field(&test, "name").unwrap_or("without a name"));
            suite.check(&case, check_value(&test));
        }
    }
}

fn check_value(test: &Fields) -> Verdict {
    let json = test.get("json").ok_or("no member \"json\"")?;
    let text = oracle::string(json)?;
    match oracle::field(test, "valid")? {
        "true" => check_valid(text.as_bytes(), None).and_then(|()| check_data(&text, test)),
        "false" => check_invalid(text.as_bytes()),
        _ => check_open(text.as_bytes(), None),
    }
}

/// The text's value is the value of the member `data`.
fn check_data(text: &str, test: &Fields) -> Verdict {
    let canonical = |text: &str| canonical_last_wins(text.as_bytes()).map_err(|e| e.to_string());
    let (got, expected) = (canonical(text)?, canonical(oracle::field(test, "data")?)?);
    if got == expected { Ok(()) } else { Err(first_difference(&got, &expected)) }
}
