//! What an edit costs the engine: time until its bytes are ready to be written, how many bytes,
//! and the memory that the engine holds. `cargo xtask bench engine` builds this program and prints
//! its answer, which has the form that the pages of `tests/bench` answer with.
//!
//! The engine runs natively, as it is released, with a store in memory. Only time inside of it
//! counts: the store's and the app's side are not what is measured.
#![allow(
    clippy::disallowed_methods,
    reason = "the ban keeps clocks and randomness out of the engine; a benchmark measures time"
)]

mod answer;
mod counting;
mod memory;
#[path = "../../../common/random.rs"]
mod random;
mod session;
mod speed;
mod store;
mod tab;

use serde_json::json;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: counting::Counting = counting::Counting;

fn main() -> ExitCode {
    match std::env::args().nth(1).and_then(|rounds| rounds.parse().ok()) {
        Some(rounds) => match measure(rounds) {
            Ok(answer) => {
                println!("{answer}");
                return ExitCode::SUCCESS;
            }
            Err(reason) => eprintln!("error: {reason}"),
        },
        None => eprintln!("the only argument is the number of rounds"),
    }
    ExitCode::FAILURE
}

/// Runs every suite and puts their groups together.
fn measure(rounds: usize) -> Result<serde_json::Value, String> {
    let load = answer::load();
    let mut groups = speed::groups(rounds)?;
    groups.push(memory::group()?);
    Ok(json!({
        "engine": "native",
        "agent": std::env::consts::ARCH,
        "rounds": rounds,
        "load": load,
        "processors": std::thread::available_parallelism().map_or(1, |count| count.get()),
        "groups": groups,
    }))
}
