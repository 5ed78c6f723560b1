//! I9: the same seed gives the same trace, event by event and effect by effect. Other seeds give
//! other traces, so that a trace says something.

use keepfast_sim::fleet;
use keepfast_sim::plan::Plan;

#[test]
fn the_same_seed_gives_the_same_trace() {
    for seed in 0..40 {
        let once = fleet::run(&Plan::draw(seed), None, true);
        let again = fleet::run(&Plan::draw(seed), None, true);
        assert!(once.events > 0, "seed {seed} does something");
        let pairs = once.trace.lines().iter().zip(again.trace.lines());
        let differing = pairs.into_iter().find(|(one, other)| one != other);
        assert_eq!(differing, None, "seed {seed}");
        assert_eq!(once.trace.sum(), again.trace.sum(), "seed {seed}");
    }
}

#[test]
fn other_seeds_give_other_traces() {
    let sums: Vec<u64> =
        (0..20).map(|seed| fleet::run(&Plan::draw(seed), None, false).trace.sum()).collect();
    let mut unique = sums.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), sums.len());
}
