//! Builds and runs the native program of `tests/bench/engine`: owns how, and where its answer is
//! kept. It must not know what the program measures.

use super::result_place;
use crate::{Outcome, paths, process};
use serde_json::Value;
use std::process::Command;

/// Measures with the settings that the engine is released with, assertions off.
///
/// # Errors
/// What did not compile; what the program said.
pub fn measure(rounds: u32) -> Outcome<Value> {
    let mut cargo = process::cargo();
    process::run(cargo.args(["build", "--quiet", "--release", "--package", "keepfast-bench"]))?;
    let name = format!("keepfast-bench{}", std::env::consts::EXE_SUFFIX);
    let mut program = Command::new(paths::target().join("release").join(name));
    let text = process::output(program.arg(rounds.to_string()))?;
    let place = result_place("engine.json")?;
    std::fs::write(&place, &text).map_err(|error| format!("{}: {error}", place.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", place.display()))
}
