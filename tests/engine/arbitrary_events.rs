//! A shell with a bug answers twice, answers another question, names a document that was closed, or
//! reads what no engine wrote. A naive state machine takes each event for the one that it waits
//! for, and panics or settles a promise twice. Here whatever comes in whatever order, nothing
//! panics, each request is answered at most once, and no status claims more than the one below it.

#[path = "../common/random.rs"]
mod random;
#[path = "../common/storm.rs"]
mod storm;

use random::Random;
use storm::Storm;

const RUNS: u64 = 2_000;
const EVENTS: u32 = 200;

/// Says which seed it was that panicked.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("seed {}", self.0);
        }
    }
}

#[test]
fn events_in_any_order_break_nothing() {
    for seed in 0..RUNS {
        let seed = Seed(seed);
        let mut random = Random::new(seed.0);
        let mut storm = Storm::new(move |bound| random.below(bound));
        for _ in 0..EVENTS {
            storm.step();
        }
    }
}
