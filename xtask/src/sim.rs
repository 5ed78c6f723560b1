//! `cargo xtask sim`: owns how the simulator of `tests/sim` is built and started. It must not know
//! what it simulates: the arguments are the simulator's, and so is the code that it exits with.

use crate::{Outcome, paths, process};
use std::path::PathBuf;
use std::process::Command;

/// Cargo's profile: optimised, with the engine's assertions on.
const PROFILE: &str = "sim";

const HELP: &str = "\
cargo xtask sim [arguments]

Runs the engine against simulated stores, tabs, clocks and faults, and checks after every step that
nothing was lost. Everything is drawn from the seed: a failure prints the seed that shows it again.

  --seeds N      so many worlds
  --from S       beginning with this seed
  --minutes M    fresh seeds until the time is up
  --seed S       this world alone
  --trace        print its events and effects
  --local        no world has a server; otherwise every other one has
  --jobs J       threads; as many as there are processors if nothing is said
  --defect NAME  with a deliberate defect of the engine switched on

The exit code is 0 when every check held, and 1 when one failed.";

/// Builds the simulator and runs it with these arguments.
///
/// # Errors
/// What kept the simulator from starting. When it fails itself, this process ends with its code.
pub fn run(args: &[String]) -> Outcome {
    if args.iter().any(|arg| arg == "--help" || arg == "-h") {
        println!("{HELP}");
        return Ok(());
    }
    if !paths::root().join(MANIFEST).is_file() {
        return Err(format!("there is no simulator in this tree: {MANIFEST} is missing"));
    }
    let program = build()?;
    let mut simulator = Command::new(program);
    simulator.args(args).current_dir(paths::root());
    let status = simulator.status().map_err(|error| {
        let line = process::line(&simulator);
        format!("`{line}` could not start: {error}")
    })?;
    match status.code() {
        Some(0) => Ok(()),
        Some(code) => std::process::exit(code),
        None => Err(format!("the simulator ended with {status}")),
    }
}

/// Compiles the simulator and returns its place.
fn build() -> Outcome<PathBuf> {
    let mut cargo = process::cargo();
    cargo.args(["build", "--quiet", "--profile", PROFILE]);
    process::run(cargo.args(["--package", "keepfast-sim", "--bin", "sim"]))?;
    let name = format!("sim{}", std::env::consts::EXE_SUFFIX);
    Ok(paths::target().join(PROFILE).join(name))
}

const MANIFEST: &str = "tests/sim/Cargo.toml";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_assertion_of_the_engine_can_be_told_with_its_seed() {
        let manifest = std::fs::read_to_string(paths::root().join("Cargo.toml"));
        let manifest = manifest.expect("the workspace has a manifest");
        let profile = manifest.split(&format!("[profile.{PROFILE}]\n")).nth(1);
        let profile = profile.expect("the profile is there").split("\n\n").next();
        let settings: Vec<&str> = profile.unwrap_or_default().lines().collect();
        assert!(settings.contains(&"debug-assertions = true"), "{settings:?}");
        assert!(settings.contains(&"opt-level = 3"), "{settings:?}");
        assert!(settings.contains(&"panic = \"unwind\""), "{settings:?}");
    }
}
