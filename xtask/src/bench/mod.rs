//! `cargo xtask bench`: owns what is measured where: its arguments, the browsers, and the verdict
//! over all bars. It must not know what a suite does: the page in `tests/bench` runs them, states
//! each bar beside the row it is for, and answers with groups of rows.

mod options;
mod peers;
mod table;

use crate::browsers::{self, Program};
use crate::setup::{self, Item};
use crate::{Outcome, build, npm, paths, process};
use options::{Engine, Options};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Builds the package and the peers, measures in each browser, prints the tables, and leaves them
/// as `target/bench/json-<engine>.json`.
///
/// # Errors
/// Names each bar that was missed; or what kept a suite from running.
pub fn run(args: &[String]) -> Outcome {
    let options = Options::parse(args)?;
    setup::ensure(&needs(&options.engines))?;
    build::build()?;
    let crates = peers::build()?;
    let mut missed = Vec::new();
    for &engine in &options.engines {
        let result = measure(engine, &options, &crates)?;
        let report = table::report(&result)?;
        println!("{}", report.text);
        missed.extend(report.missed);
    }
    if missed.is_empty() {
        return Ok(());
    }
    Err(format!("{} bars are missed:\n       {}", missed.len(), missed.join("\n       ")))
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
    let place = result_place(engine)?;
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

fn result_place(engine: Engine) -> Outcome<PathBuf> {
    let folder = paths::target().join("bench");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder.join(format!("json-{engine}.json")))
}
