//! Many worlds at once: seeds are handed to threads, and a panic of an engine is a failure like any
//! other. Owns the threads; it must not know what a world does.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use keepfast::engine::Defect;

use crate::faults::Struck;
use crate::plan::Plan;
use crate::trace::Trace;
use crate::world::{Failure, Outcome, World};

/// Runs a plan; a panic is a failure.
pub fn run(plan: &Plan, defect: Option<Defect>, keeps_trace: bool) -> Outcome {
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| World::run(plan, defect, keeps_trace)));
    outcome.unwrap_or_else(|cause| {
        let text = cause.downcast_ref::<String>().cloned();
        let text = text.or_else(|| cause.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        let message = text.unwrap_or_else(|| "without a message".to_owned());
        Outcome {
            failure: Some(Failure { check: "panic", message, step: plan.steps.len() }),
            events: 0,
            virtual_ms: 0,
            struck: Struck::default(),
            trace: Trace::default(),
        }
    })
}

/// Keeps panics, which are caught, from being printed thousands of times.
pub fn silence_panics() {
    panic::set_hook(Box::new(|_| {}));
}

/// Lets panics be printed again.
pub fn print_panics() {
    drop(panic::take_hook());
}

/// What many worlds come to.
#[derive(Debug, Default)]
pub struct Sum {
    /// How many worlds.
    pub worlds: u64,
    /// Events of each.
    pub events: Vec<u64>,
    /// Faults struck in each, and how many different ones.
    pub faults: Vec<(u64, u64)>,
    /// Faults of all.
    pub struck: Struck,
    /// Virtual time of all.
    pub virtual_ms: u64,
    /// Failures, in the order of their seeds.
    pub failed: Vec<(u64, Failure)>,
}

impl Sum {
    fn add(&mut self, seed: u64, outcome: Outcome) {
        self.worlds += 1;
        self.events.push(outcome.events);
        self.faults.push((outcome.struck.total(), outcome.struck.kinds()));
        self.struck.add(&outcome.struck);
        self.virtual_ms += outcome.virtual_ms;
        self.failed.extend(outcome.failure.map(|failure| (seed, failure)));
        self.failed.sort_by_key(|(seed, _)| *seed);
    }
}

/// Which worlds are run, and how.
#[derive(Clone, Copy, Debug, Default)]
pub struct Order {
    /// The first seed.
    pub from: u64,
    /// How many threads; nothing stands for all cores.
    pub jobs: Option<usize>,
    /// The defect that every engine has.
    pub defect: Option<Defect>,
    /// Worlds are begun after one has failed, too.
    pub keeps_going: bool,
    /// No world has a server.
    pub is_local: bool,
}

/// Runs worlds as long as `goes_on` says so for the next seed. Every world that was begun is run to
/// its end.
pub fn run_many(order: Order, goes_on: &(dyn Fn(u64) -> bool + Sync)) -> Sum {
    let Order { from, jobs, defect, keeps_going, is_local } = order;
    let jobs = jobs.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from));
    let next = AtomicU64::new(from);
    let has_failed = AtomicBool::new(false);
    let sum = Mutex::new(Sum::default());
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if has_failed.load(Ordering::Relaxed) || !goes_on(seed) {
                return;
            }
            let outcome = run(&Plan::of(seed, is_local), defect, false);
            let is_last = outcome.failure.is_some() && !keeps_going;
            has_failed.fetch_or(is_last, Ordering::Relaxed);
            sum.lock().expect("no thread panics while it adds").add(seed, outcome);
        }
    };
    thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            scope.spawn(work);
        }
    });
    sum.into_inner().expect("no thread panics while it adds")
}
