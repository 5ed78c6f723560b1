//! `cargo xtask bench`: owns what is measured where: its arguments, the browsers, the native
//! program, and the verdict over all bars. It must not know what a suite does: the page and the
//! program in `tests/bench` run them, state each bar beside the row it is for, and answer with
//! groups of rows.

mod native;
mod options;
mod peers;
mod table;

use crate::browsers::{self, Program};
use crate::setup::{self, Item};
use crate::{Outcome, build, npm, paths, process};
use options::{Engine, Options, Order};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Measures, prints the tables, and leaves them as `target/bench/json-<engine>.json` or
/// `target/bench/engine.json`.
///
/// # Errors
/// Names each bar that was missed; or what kept a suite from running.
pub fn run(args: &[String]) -> Outcome {
    let missed = match Order::parse(args)? {
        Order::Json(options) => in_browsers(&options)?,
        Order::Engine { rounds } => show(&native::measure(rounds)?)?,
    };
    if missed.is_empty() {
        return Ok(());
    }
    Err(format!("{} bars are missed:\n       {}", missed.len(), missed.join("\n       ")))
}

/// Builds the package and the peers, and measures in each browser; returns the missed bars.
fn in_browsers(options: &Options) -> Outcome<Vec<String>> {
    setup::ensure(&needs(&options.engines))?;
    build::build()?;
    let crates = peers::build()?;
    let mut missed = Vec::new();
    for &engine in &options.engines {
        missed.extend(show(&measure(engine, options, &crates)?)?);
    }
    Ok(missed)
}

/// Prints an answer and returns the bars that it misses.
fn show(answer: &Value) -> Outcome<Vec<String>> {
    let report = table::report(answer)?;
    println!("{}", report.text);
    Ok(report.missed)
}

fn needs(engines: &[Engine]) -> Vec<Item> {
    let mut items = setup::for_build();
    items.push(Item::Npm("tests/bench"));
    items.extend(engines.iter().map(|engine| match engine {
        Engine::Chromium => Item::Chromium,
        Engine::Firefox => Item::Firefox,
    }));
    items
}

/// Has `tests/bench/run.mjs` measure in one browser and returns what it wrote.
fn measure(engine: Engine, options: &Options, crates: &Path) -> Outcome<Value> {
    let program = match engine {
        Engine::Chromium => Program::Chromium,
        Engine::Firefox => Program::Firefox,
    };
    let browser = browsers::find(program).ok_or_else(|| format!("{engine} is not installed"))?;
    let place = result_place(&format!("json-{engine}.json"))?;
    let order = json!({
        "engine": engine.to_string(),
        "browser": browser,
        "rounds": options.rounds,
        "suites": options.suites,
        "package": paths::root().join("pkg/dist"),
        "crates": crates,
        "out": place,
    });
    process::run(npm::node("tests/bench", &["run.mjs"]).arg(order.to_string()))?;
    let text =
        std::fs::read_to_string(&place).map_err(|error| format!("{}: {error}", place.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", place.display()))
}

/// Where the answer is kept under this name.
fn result_place(name: &str) -> Outcome<PathBuf> {
    let folder = paths::target().join("bench");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder.join(name))
}
