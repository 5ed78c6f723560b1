//! Every deliberate defect of the engine is found: a simulator that finds none of them would prove
//! nothing by finding nothing else.

use keepfast::engine::Defect;
use keepfast_sim::fleet::Order;
use keepfast_sim::plan::Plan;
use keepfast_sim::{DEFECTS, fleet};

fn is_caught(defect: Defect) -> Result<String, String> {
    let order = Order { defect: Some(defect), ..Order::default() };
    let sum = fleet::run_many(order, &|seed| seed < SEEDS_MAX);
    match sum.failed.first() {
        Some((seed, failure)) => match fleet::run(&Plan::draw(*seed), None, false).failure {
            None => Ok(format!("{defect:?}: seed {seed}, {}", failure.check)),
            Some(_) => Err(format!("{defect:?}: seed {seed} fails without it, too")),
        },
        None => Err(format!("{defect:?} is not found in {SEEDS_MAX} worlds")),
    }
}

#[test]
fn every_deliberate_defect_is_found_within_two_thousand_worlds() {
    fleet::silence_panics();
    let found: Vec<_> = DEFECTS.iter().map(|defect| is_caught(*defect)).collect();
    let lines: Vec<&str> =
        found.iter().map(|line| line.as_ref().unwrap_or_else(|e| e).as_str()).collect();
    fleet::print_panics();
    println!("{}", lines.join("\n"));
    assert!(found.iter().all(Result::is_ok), "{}", lines.join("\n"));
}

/// Worlds in which a defect has to be found.
const SEEDS_MAX: u64 = 2_000;
