//! Nothing is lost: in the worlds that once showed a defect, and in the first few hundred, which
//! are long enough and see enough faults to mean something.

use keepfast_sim::fleet::Order;
use keepfast_sim::plan::Plan;
use keepfast_sim::{fleet, regression_seeds, report};

#[test]
fn every_seed_that_once_failed_holds() {
    for seed in regression_seeds() {
        // Seeds were found with a server or without one; an odd one means both.
        for is_local in [true, false] {
            let outcome = fleet::run(&Plan::of(seed, is_local), None, false);
            assert!(outcome.failure.is_none(), "{}", report::failing(seed, is_local, None));
        }
    }
}

#[test]
fn the_first_three_hundred_seeds_hold() {
    let sum = fleet::run_many(Order::default(), &|seed| seed < 300);
    if let Some((seed, _)) = sum.failed.first() {
        panic!("{}", report::failing(*seed, false, None));
    }
    assert_eq!(sum.worlds, 300);
    assert!(report::median(sum.events.iter().copied()) >= 300, "worlds are long enough");
    assert!(report::median(sum.faults.iter().map(|(all, _)| *all)) >= 5, "faults strike");
}
