//! `cargo xtask conformance [--dir DIR]`: runs the engine's text and schema code against vectors
//! that others wrote. Owns the list of suites and what is printed. Every suite reads one folder of
//! the layout, takes all the files that it finds there, and looks up what is expected by file name;
//! it knows nothing of particular files. Without `--dir` the small vectors of `tests/vectors` are
//! used, which have the same layout.

mod deltas;
mod digests;
mod document;
mod history;
mod jcs;
mod json_parsing;
mod json_patch;
mod jtd;
mod oracle;
mod suite;
mod unicode_numbers;

use std::path::{Path, PathBuf};
use suite::Suite;

/// A suite: the name it is printed by, the folder it needs, and what runs it.
type Entry = (&'static str, &'static str, fn(&Path, &mut Suite));

const SUITES: &[Entry] = &[
    ("jtd", "jtd", jtd::run),
    ("jcs", "jcs", jcs::run),
    ("digests documents", "documents", digests::run),
    ("digests notebooks", "notebooks", digests::run),
    ("digests notebooks-tools", "notebooks-tools", digests::run),
    ("digests nbformat", "nbformat", digests::run),
    ("digests notebook-merge", "notebook-merge", digests::run),
    ("digests version-series", "version-series", digests::run),
    ("encodings", "encodings", digests::run),
    ("json-parsing", "json-parsing", json_parsing::run),
    ("json-patch", "json-patch", json_patch::run),
    ("json-merge-patch", "json-merge-patch", json_patch::run_merge),
    ("unicode-numbers", "unicode-numbers", unicode_numbers::run),
    ("deltas version-series", "version-series", deltas::run_series),
    ("deltas notebook-merge", "notebook-merge", deltas::run_pairs),
    ("history version-series", "version-series", history::run_series),
    ("history notebook-merge", "notebook-merge", history::run_merges),
];

/// Runs every suite that the folder holds and prints one line for each.
///
/// # Errors
///
/// Fails when a case fails, when the folder cannot be read, or when it holds none of the suites.
pub fn run(args: &[String]) -> crate::Outcome {
    let dir = folder(args)?;
    let suites = run_all(&dir);
    let (mut passed, mut failed) = (0, 0);
    for suite in &suites {
        suite.print();
        passed += suite.passed();
        failed += suite.failed();
    }
    println!("{passed} passed, {failed} failed");
    if passed + failed == 0 {
        return Err(format!("{} holds none of the suites", dir.display()));
    }
    if failed > 0 {
        return Err(format!("{failed} conformance cases failed"));
    }
    Ok(())
}

/// The folder that `--dir` names, or the project's own vectors.
fn folder(args: &[String]) -> Result<PathBuf, String> {
    let dir = match args {
        [] => {
            println!("no --dir: the project's own small vectors in tests/vectors");
            own_vectors()
        }
        [flag, dir] if flag == "--dir" => PathBuf::from(dir),
        _ => return Err("usage: cargo xtask conformance [--dir DIR]".to_owned()),
    };
    if dir.is_dir() { Ok(dir) } else { Err(format!("{} is not a folder", dir.display())) }
}

fn own_vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors")
}

fn run_all(dir: &Path) -> Vec<Suite> {
    let run_one = |(name, folder, run): &Entry| {
        let mut suite = Suite::new(name);
        let path = dir.join(folder);
        if path.is_dir() {
            run(&path, &mut suite);
        } else {
            suite.mark_absent();
        }
        suite
    };
    SUITES.iter().map(run_one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_own_vectors_pass() {
        let suites = run_all(&own_vectors());
        assert_eq!(suites.iter().map(Suite::failed).sum::<usize>(), 0);
        assert!(suites.iter().map(Suite::passed).sum::<usize>() > 150);
    }

    #[test]
    fn a_wrong_expectation_is_found_in_every_suite() {
        let changes = [
            (
                "jtd",
                "jtd/validation.json",
                r#""errors": []"#,
                r#""errors": [{"instancePath": [], "schemaPath": []}]"#,
            ),
            ("jcs", "jcs/output/order.json", "7", "8"),
            (
                "digests documents",
                "documents/oracle.json",
                r#""jcs_sha256": ""#,
                r#""jcs_sha256": "0"#,
            ),
            ("encodings", "encodings/latin-1.json", "\u{fffd}", "e"),
            ("json-parsing", "json-parsing/test_parsing/n_array_trailing_comma.json", ",", ""),
            ("json-patch", "json-patch/own.json", r#""n": 100"#, r#""n": 101"#),
            (
                "json-merge-patch",
                "json-merge-patch/own.json",
                r#""expected": null"#,
                r#""expected": 1"#,
            ),
            (
                "unicode-numbers",
                "unicode-numbers/numbers.txt",
                "44B52D02C7E14AF6",
                "44B52D02C7E14AF7",
            ),
        ];
        for (name, file, from, to) in changes {
            let entry = SUITES.iter().find(|entry| entry.0 == name).expect("a suite");
            let copy = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
            copy_with_change(&own_vectors().join(entry.1), &copy, &|path, text| {
                let changed = path == file.split_once('/').expect("a folder").1;
                if changed { text.replace(from, to) } else { text }
            });
            let mut suite = Suite::new(name);
            (entry.2)(&copy, &mut suite);
            fs::remove_dir_all(&copy).expect("the copy is ours");
            assert!(suite.failed() > 0 && suite.passed() > 0, "{name}");
        }
    }

    /// Copies a folder of texts, each through `change`, which gets its path within the folder.
    fn copy_with_change(from: &Path, to: &Path, change: &dyn Fn(&str, String) -> String) {
        for name in oracle::files(from).expect("a readable folder") {
            let bytes = oracle::bytes(&from.join(&name)).expect("a readable file");
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let changed = change(&name, text.clone());
            let target = to.join(&name);
            fs::create_dir_all(target.parent().expect("below the folder")).expect("writable");
            // Files that are no UTF-8 stay as they are unless they are the one to change.
            let bytes = if changed == text { bytes } else { changed.into_bytes() };
            fs::write(target, bytes).expect("writable");
        }
    }
}
