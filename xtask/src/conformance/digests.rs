//! Canonical digests of real documents and notebooks against `oracle.json`; files that are not JSON
//! must be refused. A file without an entry is held to what every document owes (see `document`)
//! and must not crash.

use super::document::{canonical, canonical_last_wins, check_accepted, first_difference};
use super::document::{has_inexact_integer, is_duplicate};
use super::oracle::{self, Digest, Expected, FileEntry};
use super::suite::{Suite, Verdict};
use keepfast::json::{self, Duplicates, Options};
use std::path::Path;

/// Checks every document below the folder.
pub fn run(folder: &Path, suite: &mut Suite) {
    let Some(entries) = suite.need("oracle.json", oracle::entries(folder)) else {
        return;
    };
    let Some(names) = suite.need("files", oracle::documents(folder)) else {
        return;
    };
    let mut counts = Counts::default();
    for name in &names {
        let Some(text) = suite.need(name, oracle::bytes(&folder.join(name))) else {
            continue;
        };
        counts.add(entries.get(name));
        suite.check(name, check_file(&text, entries.get(name)));
    }
    suite.remark(counts.remark());
}

/// Checks one file against its entry.
pub fn check_file(text: &[u8], entry: Option<&FileEntry>) -> Verdict {
    let Some(entry) = entry else {
        return check_unlisted(text);
    };
    if let Some(sha256) = entry.file_sha256.as_ref().filter(|hex| **hex != json::digest_hex(text)) {
        return Err(format!("SHA-256 of the file's bytes is {sha256} by the oracle"));
    }
    match &entry.expected {
        None => check_unlisted(text),
        Some(Expected::Refused(reason)) => check_refused(text, reason),
        Some(Expected::Digest(digest)) => check_digest(text, digest),
    }
}

fn check_unlisted(text: &[u8]) -> Verdict {
    match canonical_last_wins(text) {
        Ok(canonical) => check_accepted(text, &canonical),
        Err(error) if error.offset > text.len() => Err(format!("error behind the end: {error}")),
        Err(_) => Ok(()),
    }
}

fn check_refused(text: &[u8], reason: &str) -> Verdict {
    for duplicates in [Duplicates::Refuse, Duplicates::LastWins] {
        let options = Options { duplicates, ..Options::default() };
        match json::canonicalize(text, &options) {
            Ok(_) => return Err(format!("accepted, but the oracle says: {reason}")),
            Err(error) if error.offset > text.len() => {
                return Err(format!("refused, but behind the end: {error}"));
            }
            Err(_) => {}
        }
    }
    Ok(())
}

fn check_digest(text: &[u8], digest: &Digest) -> Verdict {
    let canonical = canonical_last_wins(text).map_err(|error| format!("refused: {error}"))?;
    check_duplicates(text, digest.duplicate_names, &canonical)?;
    if canonical.len() != digest.bytes {
        return Err(format!("{} canonical bytes, not {}", canonical.len(), digest.bytes));
    }
    let sha256 = json::digest_hex(&canonical);
    if sha256 != digest.sha256 {
        return Err(format!("digest {sha256}, not {}", digest.sha256));
    }
    if has_inexact_integer(text) != digest.inexact_integers {
        return Err("the oracle and the text disagree on integers outside ±(2^53−1)".to_owned());
    }
    check_accepted(text, &canonical)
}

/// Repeated names are refused by default, and only they.
fn check_duplicates(text: &[u8], duplicate_names: bool, last_wins: &[u8]) -> Verdict {
    match (canonical(text), duplicate_names) {
        (Ok(_), true) => Err("repeated names are accepted by default".to_owned()),
        (Ok(strict), false) if strict == last_wins => Ok(()),
        (Ok(strict), false) => {
            Err(format!("last-wins changes the text: {}", first_difference(&strict, last_wins)))
        }
        (Err(error), true) if is_duplicate(&error) && !error.pointer.is_empty() => Ok(()),
        (Err(error), _) => Err(format!("refused by default: {error}")),
    }
}

/// How many files of each sort a folder held.
#[derive(Default)]
struct Counts {
    exact: usize,
    inexact: usize,
    duplicate: usize,
    refused: usize,
    unlisted: usize,
}

impl Counts {
    fn add(&mut self, entry: Option<&FileEntry>) {
        match entry.and_then(|entry| entry.expected.as_ref()) {
            Some(Expected::Digest(digest)) => {
                self.exact += usize::from(!digest.inexact_integers);
                self.inexact += usize::from(digest.inexact_integers);
                self.duplicate += usize::from(digest.duplicate_names);
            }
            Some(Expected::Refused(_)) => self.refused += 1,
            None => self.unlisted += 1,
        }
    }

    fn remark(&self) -> String {
        let Counts { exact, inexact, duplicate, refused, unlisted } = self;
        format!(
            "{exact} digests of exact values, {inexact} with numbers read as doubles, \
             {duplicate} with repeated names (last wins), {refused} to be refused, \
             {unlisted} not listed"
        )
    }
}
