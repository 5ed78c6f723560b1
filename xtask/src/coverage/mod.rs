//! `cargo xtask coverage`: owns which tests are run, which files are looked at, and the bars. It
//! must not know how lines are counted: cargo-llvm-cov instruments the build and reports in the
//! lcov format. Lines of test modules do not count.

mod lcov;
mod report;

use crate::{Outcome, only_flags, paths, process, setup, tidy};
use lcov::Counted;
use report::Report;
use std::path::PathBuf;
use std::process::Command;

/// A module of the engine crate whose lines are counted.
struct Module {
    name: &'static str,
    /// The least share of its lines that tests must run, in per cent.
    percent_min: Option<f64>,
}

const MODULES: &[Module] = &[
    Module { name: "engine", percent_min: Some(95.0) },
    Module { name: "record", percent_min: Some(95.0) },
    Module { name: "protocol", percent_min: Some(95.0) },
    Module { name: "history", percent_min: Some(95.0) },
    Module { name: "replica", percent_min: Some(95.0) },
];

/// Beginnings of the names of tests that take minutes with counters and run no line of the modules.
const ELSEWHERE: &[&str] = &["a_million_generated_pairs"];

/// Runs the native tests of the engine and of the simulator with counters, and prints the share of
/// lines that ran, for each file, with the lines that did not.
///
/// # Errors
/// A test that failed, or each module below its bar.
pub fn run(args: &[String]) -> Outcome {
    only_flags(args, &[])?;
    setup::ensure(&setup::for_coverage())?;
    let counted = own_lines(lcov::parse(&measure()?)?)?;
    let report = Report::new(MODULES, counted)?;
    print!("{}", report.text);
    if report.below.is_empty() { Ok(()) } else { Err(report.below.join("\n       ")) }
}

/// Runs the tests and returns the lcov text.
fn measure() -> Outcome<String> {
    let place = place()?;
    let mut command = Command::new(paths::tool("cargo-llvm-cov"));
    command.current_dir(paths::root()).env("CARGO_TARGET_DIR", paths::target());
    command.args(["llvm-cov", "test", "--package", "keepfast"]);
    if paths::root().join("tests/sim/Cargo.toml").is_file() {
        command.args(["--package", "keepfast-sim"]);
    }
    command.args(["--lcov", "--output-path"]).arg(&place);
    command.arg("--").args(ELSEWHERE.iter().flat_map(|name| ["--skip", name]));
    process::run(&mut command)?;
    std::fs::read_to_string(&place).map_err(|error| format!("{}: {error}", place.display()))
}

fn place() -> Outcome<PathBuf> {
    let folder = paths::target().join("coverage");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder.join("native.lcov"))
}

/// The files of the modules, by their paths from the root, without the lines of test modules.
fn own_lines(files: Vec<Counted>) -> Outcome<Vec<Counted>> {
    let root = paths::root();
    let mut own = Vec::new();
    for Counted { path, mut lines } in files {
        let Some(path) = std::path::Path::new(&path).strip_prefix(&root).ok() else { continue };
        let path = path.to_string_lossy().replace('\\', "/");
        if !MODULES.iter().any(|module| module.has(&path)) {
            continue;
        }
        let text = std::fs::read_to_string(root.join(&path));
        let text = text.map_err(|error| format!("{path}: {error}"))?;
        for tests in tidy::test_modules(&path, &text) {
            lines.retain(|line, _| !tests.contains(line));
        }
        own.push(Counted { path, lines });
    }
    Ok(own)
}

impl Module {
    fn has(&self, path: &str) -> bool {
        path.starts_with(&format!("src/{}/", self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_a_test_of_schemas() {
        let tests = std::fs::read_to_string(paths::root().join("tests/jtd_differential.rs"));
        let tests = tests.expect("the schema checker is compared with the crate jtd");
        for name in ELSEWHERE {
            assert!(tests.contains(&format!("#[test]\nfn {name}")), "{name}");
        }
        for module in MODULES {
            assert!(!tests.contains(&format!("keepfast::{}", module.name)), "{}", module.name);
        }
    }

    #[test]
    fn test_modules_and_other_files_do_not_count() {
        let at = |path: &str| paths::root().join(path).to_string_lossy().into_owned();
        let lines = |last| (1..=last).map(|line| (line, 1)).collect();
        let path = "src/record/key.rs";
        let text = std::fs::read_to_string(paths::root().join(path)).expect("keys have a file");
        let last = text.lines().count();
        let files = vec![
            Counted { path: at(path), lines: lines(last) },
            Counted { path: at("src/json/mod.rs"), lines: lines(1) },
            Counted { path: "elsewhere/src/engine/mod.rs".to_string(), lines: lines(1) },
        ];
        let own = own_lines(files).expect("the file can be read");
        assert_eq!(own.len(), 1);
        assert_eq!(own[0].path, path);
        let in_tests: usize =
            tidy::test_modules(path, &text).iter().map(|lines| lines.clone().count()).sum();
        assert_eq!(own[0].lines.len(), last - in_tests);
    }
}
