//! How each layer of tests is run: owns the commands and their environment. It must not know the
//! order of the layers or how their results are told. A layer whose tests are not in the tree is
//! an error: it must not look like success.

use super::Extent;
use super::counts::{self, Counts};
use crate::browsers::{Program, find};
use crate::{Outcome, npm, paths, process};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Seconds that the wasm tests of one file may take in a browser.
const WASM_TEST_SECONDS_MAX: &str = "600";

/// The Rust tests of every workspace member, on this machine.
pub fn native(_: Extent) -> Outcome<Counts> {
    let mut cargo = process::cargo();
    cargo.args(["test", "--workspace", "--no-fail-fast"]);
    let finished = process::tee(&mut cargo)?;
    counts::of_cargo(&finished.text).of_a_process(finished.success)
}

/// The tests in `tests/wasm*.rs`, in Chromium.
pub fn wasm_in_chromium(_: Extent) -> Outcome<Counts> {
    wasm("CHROMEDRIVER", Program::Chromedriver, Program::Chromium)
}

/// The tests in `tests/wasm*.rs`, in Firefox.
pub fn wasm_in_firefox(_: Extent) -> Outcome<Counts> {
    wasm("GECKODRIVER", Program::Geckodriver, Program::Firefox)
}

fn wasm(variable: &str, driver: Program, browser: Program) -> Outcome<Counts> {
    let driver = find(driver).ok_or_else(|| format!("there is no {driver:?}"))?;
    let browser = find(browser).ok_or_else(|| format!("there is no {browser:?}"))?;
    let mut cargo = process::cargo();
    cargo.args(["test", "--package", "keepfast", "--target", "wasm32-unknown-unknown"]);
    cargo.arg("--no-fail-fast");
    for test in files("tests", "wasm", ".rs")? {
        cargo.arg("--test").arg(test.file_stem().unwrap_or_default());
    }
    let runner = paths::tool("wasm-bindgen-test-runner");
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner);
    // The runner takes the first driver that it finds named; only one may be.
    for other in ["CHROMEDRIVER", "GECKODRIVER", "SAFARIDRIVER", "MSEDGEDRIVER"] {
        cargo.env_remove(other).env_remove(format!("{other}_REMOTE"));
    }
    cargo.env(variable, driver).env("WASM_BINDGEN_TEST_ONLY_WEB", "1");
    cargo.env("WASM_BINDGEN_TEST_TIMEOUT", WASM_TEST_SECONDS_MAX);
    cargo.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities_file(&browser)?);
    let finished = process::tee(&mut cargo)?;
    counts::of_cargo(&finished.text).of_a_process(finished.success)
}

/// Writes the file that tells the driver which browser to start, and how.
fn capabilities_file(browser: &Path) -> Outcome<PathBuf> {
    let place = paths::target().join("webdriver.json");
    std::fs::create_dir_all(paths::target())
        .and_then(|()| std::fs::write(&place, capabilities(browser).to_string()))
        .map_err(|error| format!("{}: {error}", place.display()))?;
    Ok(place)
}

/// The runner itself asks for headless mode and for no sandbox, which Chromium as root needs; the
/// drivers make an empty profile.
fn capabilities(browser: &Path) -> Value {
    let chromium = ["--no-first-run", "--disable-gpu", "--disable-background-networking"];
    json!({
        "goog:chromeOptions": {"binary": browser, "args": chromium},
        "moz:firefoxOptions": {"binary": browser},
    })
}

/// The package's own tests.
pub fn package(_: Extent) -> Outcome<Counts> {
    let finished = process::tee(&mut npm::npm("pkg", &["test"]))?;
    counts::of_node(&finished.text).of_a_process(finished.success)
}

/// What independent tools say about the tarball.
pub fn package_checks(_: Extent) -> Outcome<Counts> {
    let finished = process::tee(&mut npm::npm("pkg", &["run", "check:package"]))?;
    counts::of_rows(&finished.text).of_a_process(finished.success)
}

/// The end-to-end tests in real browsers; those of Firefox are in files named after it.
pub fn browser(extent: Extent) -> Outcome<Counts> {
    let mut tests = files("tests/browser", "", ".test.mjs")?;
    tests.retain(|test| extent == Extent::Full || !test.ends_with("firefox.test.mjs"));
    let mut node = npm::node("tests/browser", &["--test", "--test-concurrency=1"]);
    let finished = process::tee(node.args(tests))?;
    counts::of_node(&finished.text).of_a_process(finished.success)
}

/// The packed tarball in every tool that people use.
pub fn consumers(_: Extent) -> Outcome<Counts> {
    let mut node = npm::node(npm::CONSUMERS, &["run.mjs"]);
    let finished = process::tee(&mut node)?;
    counts::of_rows(&finished.text).of_a_process(finished.success)
}

/// The files of a folder whose names begin and end like this, in order.
///
/// # Errors
/// When there is none.
fn files(folder: &str, start: &str, end: &str) -> Outcome<Vec<PathBuf>> {
    let entries = std::fs::read_dir(paths::root().join(folder));
    let entries = entries.map_err(|error| format!("{folder}: {error}"))?;
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            name.starts_with(start) && name.ends_with(end)
        })
        .collect();
    found.sort();
    if found.is_empty() { Err(format!("{folder} has no {start}*{end}")) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_tests_is_an_error() {
        assert!(files("no/such/folder", "", ".rs").is_err());
        let told = files("xtask/src/test", "", ".mjs").expect_err("only Rust is there");
        assert_eq!(told, "xtask/src/test has no *.mjs");
        let found = files("xtask/src/test", "lay", ".rs").expect("this very file is there");
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn the_driver_is_told_which_browser_to_start() {
        let value = capabilities(Path::new("a/browser"));
        assert_eq!(value["goog:chromeOptions"]["binary"], "a/browser");
        assert_eq!(value["moz:firefoxOptions"]["binary"], "a/browser");
    }
}
