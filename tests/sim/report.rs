//! What the command prints. Owns the words, and that a failing plan is made short before it is
//! shown; the numbers come from `fleet.rs`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use keepfast::engine::Defect;

use crate::faults::FAULTS;
use crate::fleet::{self, Sum};
use crate::plan::Plan;
use crate::shrink::shrink;

/// What the worlds came to.
pub fn summary(sum: &Sum, took: Duration, shows_faults: bool) -> String {
    let mut out = String::new();
    let seconds = took.as_secs_f64().max(0.001);
    let hours = sum.virtual_ms as f64 / 3_600_000.0;
    let events: u64 = sum.events.iter().sum();
    let faults = median(sum.faults.iter().map(|(all, _)| *all));
    let kinds = median(sum.faults.iter().map(|(_, kinds)| *kinds));
    let _ = writeln!(
        out,
        "{} worlds in {seconds:.1} s ({:.0} a second), {hours:.0} virtual hours",
        sum.worlds,
        sum.worlds as f64 / seconds
    );
    let _ = writeln!(
        out,
        "{events} events (median {} a world), {} faults struck (median {faults} of {kinds} kinds)",
        median(sum.events.iter().copied()),
        sum.struck.total()
    );
    if shows_faults {
        for fault in FAULTS {
            let _ = writeln!(out, "  {:>9} {fault:?}", sum.struck.of(*fault));
        }
    }
    out
}

/// How many worlds failed in which check, with the first seeds of each.
pub fn failed_checks(sum: &Sum) -> String {
    let mut checks: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for (seed, failure) in &sum.failed {
        checks.entry(failure.check).or_default().push(*seed);
    }
    let mut out = String::new();
    for (check, seeds) in checks {
        let first = &seeds[..seeds.len().min(8)];
        let _ = writeln!(out, "failed {} times, as with seeds {first:?}: {check}", seeds.len());
    }
    out
}

/// A failing seed: its parameters, the check, and the shortest trace that was found.
pub fn failing(seed: u64, is_local: bool, defect: Option<Defect>) -> String {
    let mut out = String::new();
    let plan = Plan::of(seed, is_local);
    let Some(failure) = fleet::run(&plan, defect, false).failure else {
        return format!("seed {seed} does not fail\n");
    };
    let _ = writeln!(out, "FAILED {}\n{failure}", plan.parameters);
    let short = shrink(&plan, defect, failure.check);
    let outcome = fleet::run(&short, defect, true);
    let _ =
        writeln!(out, "shortest plan found: {} of {} steps", short.steps.len(), plan.steps.len());
    for line in outcome.trace.lines() {
        let _ = writeln!(out, "  {line}");
    }
    if let Some(failure) = outcome.failure {
        let _ = writeln!(out, "{failure}");
    }
    let local = if is_local { " --local" } else { "" };
    let _ = writeln!(out, "again with: cargo xtask sim --seed {seed}{local}");
    out
}

/// The middle one.
pub fn median(numbers: impl Iterator<Item = u64>) -> u64 {
    let mut sorted: Vec<u64> = numbers.collect();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or(0)
}
