//! Every two bytes are a choice of the next event: any order, any token, any document, damaged and
//! impossible records. Nothing panics, each request is answered at most once, and no status claims
//! more than the one below it.

#![no_main]

#[path = "../../common/storm.rs"]
mod storm;

use libfuzzer_sys::fuzz_target;
use storm::Storm;

/// Events of one run; more take longer and find no more.
const EVENTS_MAX: usize = 1_000;

fuzz_target!(|input: &[u8]| {
    let mut choices = input.chunks_exact(2);
    let left = std::cell::Cell::new(choices.len());
    let mut storm = Storm::new(|_| {
        left.set(left.get().saturating_sub(1));
        choices.next().map_or(0, |pair| usize::from(pair[0]) << 8 | usize::from(pair[1]))
    });
    for _ in 0..EVENTS_MAX {
        if left.get() == 0 {
            break;
        }
        storm.step();
    }
});
