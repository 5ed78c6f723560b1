//! The command `cargo xtask sim`. Owns its arguments, its exit code and its clock; what worlds are
//! is not its business.
#![allow(clippy::disallowed_methods, reason = "it says how long it took, and stops in time")]

use std::process::ExitCode;
use std::time::{Duration, Instant};

use keepfast::engine::Defect;
use keepfast_sim::fleet::Order;
use keepfast_sim::plan::Plan;
use keepfast_sim::{fleet, report};

const USAGE: &str = "\
cargo xtask sim: runs the engine in worlds that try to make it lose something

  --seeds N      worlds to run (2000)
  --from S       the first seed (0)
  --minutes M    fresh seeds until the time is up, instead of --seeds
  --jobs J       threads (all cores)
  --seed S       one world; with its shortest failing trace if it fails
  --trace        with --seed: everything that happened
  --defect NAME  with a deliberate defect in every engine
  --keep-going   all worlds, and how many fail in which check
  --local        no world has a server; otherwise every other one has
  --list         the same, and every failing seed in a line
";

#[derive(Default)]
struct Arguments {
    seeds: Option<u64>,
    from: u64,
    minutes: Option<u64>,
    jobs: Option<usize>,
    seed: Option<u64>,
    shows_trace: bool,
    defect: Option<Defect>,
    keeps_going: bool,
    lists: bool,
    is_local: bool,
}

fn main() -> ExitCode {
    let arguments = match parse(std::env::args().skip(1)) {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(wrong) => {
            eprint!("{wrong}\n\n{USAGE}");
            return ExitCode::FAILURE;
        }
    };
    fleet::silence_panics();
    match arguments.seed {
        Some(seed) => run_one(seed, &arguments),
        None => run_many(&arguments),
    }
}

fn parse(mut words: impl Iterator<Item = String>) -> Result<Option<Arguments>, String> {
    let mut arguments = Arguments::default();
    while let Some(word) = words.next() {
        let mut number = || {
            let value = words.next().unwrap_or_default();
            value.parse::<u64>().map_err(|_| format!("{word} takes a number, not {value:?}"))
        };
        match word.as_str() {
            "--seeds" => arguments.seeds = Some(number()?),
            "--from" => arguments.from = number()?,
            "--minutes" => arguments.minutes = Some(number()?),
            "--jobs" => arguments.jobs = Some(number()? as usize),
            "--seed" => arguments.seed = Some(number()?),
            "--keep-going" => arguments.keeps_going = true,
            "--list" => (arguments.keeps_going, arguments.lists) = (true, true),
            "--local" => arguments.is_local = true,
            "--trace" => arguments.shows_trace = true,
            "--defect" => arguments.defect = Some(defect(&words.next().unwrap_or_default())?),
            "--help" | "-h" => return Ok(None),
            other => return Err(format!("there is no argument {other:?}")),
        }
    }
    Ok(Some(arguments))
}

fn defect(name: &str) -> Result<Defect, String> {
    let found = keepfast_sim::DEFECTS.iter().find(|defect| format!("{defect:?}") == name);
    let names = || format!("{:?}", keepfast_sim::DEFECTS);
    found.copied().ok_or_else(|| format!("there is no defect {name:?}; there are {}", names()))
}

fn run_one(seed: u64, arguments: &Arguments) -> ExitCode {
    let plan = Plan::of(seed, arguments.is_local);
    let outcome = fleet::run(&plan, arguments.defect, arguments.shows_trace);
    for line in outcome.trace.lines() {
        println!("{line}");
    }
    println!("trace {:016x}, {} events", outcome.trace.sum(), outcome.events);
    if outcome.failure.is_none() {
        println!("seed {seed} holds");
        return ExitCode::SUCCESS;
    }
    print!("{}", report::failing(seed, arguments.is_local, arguments.defect));
    ExitCode::FAILURE
}

fn run_many(arguments: &Arguments) -> ExitCode {
    let begun = Instant::now();
    let until = arguments.minutes.map(|minutes| begun + Duration::from_secs(60 * minutes));
    let last = arguments.from.saturating_add(arguments.seeds.unwrap_or(SEEDS));
    let goes_on = |seed: u64| match until {
        Some(until) => Instant::now() < until,
        None => seed < last,
    };
    let Arguments { from, jobs, defect, keeps_going, is_local, .. } = *arguments;
    let sum = fleet::run_many(Order { from, jobs, defect, keeps_going, is_local }, &goes_on);
    print!("{}", report::summary(&sum, begun.elapsed(), true));
    print!("{}", report::failed_checks(&sum));
    for (seed, failure) in sum.failed.iter().filter(|_| arguments.lists) {
        println!("seed {seed} fails {}", failure.check);
    }
    if let Some((seed, _)) = sum.failed.first().filter(|_| !arguments.lists) {
        print!("{}", report::failing(*seed, arguments.is_local, arguments.defect));
    }
    println!("{} failed", sum.failed.len());
    if sum.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Worlds that are run when nothing is said.
const SEEDS: u64 = 2_000;
