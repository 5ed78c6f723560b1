//! JSON Patch (RFC 6902) and JSON Merge Patch (RFC 7396): lists of cases with a document, a patch,
//! and the result or the fact that there is none. A patch that repeats a member name is refused
//! when it is read.

use super::document::{canonical, first_difference};
use super::oracle::{self, Fields};
use super::suite::{Suite, Verdict};
use keepfast::json;
use std::path::Path;

/// Checks every list of JSON Patch cases in the folder.
pub fn run(folder: &Path, suite: &mut Suite) {
    run_lists(folder, suite, check_patch);
}

/// Checks every list of merge-patch cases in the folder.
pub fn run_merge(folder: &Path, suite: &mut Suite) {
    run_lists(folder, suite, check_merge_patch);
}

fn run_lists(folder: &Path, suite: &mut Suite, check: fn(&Fields) -> Verdict) {
    let mut disabled = 0;
    for name in suite.need("files", oracle::json_files(folder)).unwrap_or_default() {
        let cases = oracle::text(&folder.join(&name)).and_then(|text| oracle::items(&text));
        for (index, case) in suite.need(&name, cases).unwrap_or_default().iter().enumerate() {
            let Some(case) = suite.need(&name, oracle::fields(case.get())) else {
                continue;
            };
            if case.get("disabled").is_some_and(|raw| raw.get() == "true") {
                disabled += 1;
                continue;
            }
            let comment = case.get("comment").map_or("", |raw| raw.get());
            suite.check(&format!("{name} {index} {comment}"), check(&case));
        }
    }
    suite.remark(format!("{disabled} cases left out that the source disables"));
}

fn check_patch(case: &Fields) -> Verdict {
    let doc = read(case, "doc")?;
    match (apply(&doc, case), case.get("error"), case.get("expected")) {
        (Err(_), Some(_), _) => Ok(()),
        (Ok(_), Some(error), _) => Err(format!("applied, expected an error: {}", error.get())),
        (Err(error), None, _) => Err(format!("failed: {error}")),
        (Ok(_), None, None) => Ok(()),
        (Ok(got), None, Some(expected)) => {
            same(&got, &read_text(expected.get())?)?;
            same(
                &json::apply_patch(&doc, &json::diff(&doc, &got)).map_err(|e| e.to_string())?,
                &got,
            )
        }
    }
}

fn apply(doc: &[u8], case: &Fields) -> Result<Vec<u8>, String> {
    let patch = read(case, "patch")?;
    json::apply_patch(doc, &patch).map_err(|error| error.to_string())
}

fn check_merge_patch(case: &Fields) -> Verdict {
    let first = |names: [&str; 2]| {
        let found = names.iter().find(|name| case.contains_key(**name));
        found.map_or(Err(format!("no member {names:?}")), |name| read(case, name))
    };
    let (doc, expected) = (first(["original", "doc"])?, first(["result", "expected"])?);
    same(&json::apply_merge_patch(&doc, &read(case, "patch")?), &expected)
}

fn read(case: &Fields, name: &str) -> Result<Vec<u8>, String> {
    read_text(oracle::field(case, name)?).map_err(|error| format!("{name}: {error}"))
}

fn read_text(text: &str) -> Result<Vec<u8>, String> {
    canonical(text.as_bytes()).map_err(|error| error.to_string())
}

fn same(got: &[u8], expected: &[u8]) -> Verdict {
    if got == expected { Ok(()) } else { Err(first_difference(got, expected)) }
}
