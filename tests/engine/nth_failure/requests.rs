//! The loops over requests: a story with a server is played once for every request that it makes,
//! for everything that can happen to it, once and for good; and once for every storage operation,
//! for every way in which that can fail.

use super::loops::{LADDERS, Story, fault, faults};
use super::world::World;
use crate::disk::{DEVICE, Fault};
use crate::line::{Mishap, Strike};
use keepfast::engine::{StoreError, StoreId};

/// What goes wrong in one run.
#[derive(Clone, Copy, Debug)]
enum Trouble {
    Nothing,
    OnTheWay(Strike),
    InTheStore(Fault),
}

/// Plays a story once for every request and every storage operation, and every way in which it can
/// fail.
pub fn play_online(story: &Story) {
    for mishap in Mishap::ALL {
        let of = |nth, times| Trouble::OnTheWay(Strike { nth, times, mishap });
        let (last, _) = run(story, LADDERS[0], of(u32::MAX, 0));
        for nth in 1..=last {
            run(story, LADDERS[0], of(nth, 1));
            run(story, LADDERS[0], of(nth, u32::MAX));
        }
    }
    for ladder in &LADDERS[..2] {
        let (_, last) = run(story, ladder, Trouble::Nothing);
        for nth in 1..=last {
            for fault in faults(nth) {
                run(story, ladder, Trouble::InTheStore(fault));
            }
        }
    }
}

/// One run; gives back how many requests could have been struck, and how many operations.
fn run(story: &Story, ladder: &[StoreId], trouble: Trouble) -> (u32, u32) {
    let told = Told(ladder, trouble);
    let mut world = World::new(ladder);
    world.connect();
    (story.before)(&mut world);
    world.kill_tabs();
    world.is_watched = true;
    // From here on operations are counted.
    world.strike(fault(u32::MAX, 0, StoreError::Aborted));
    match trouble {
        Trouble::Nothing => {}
        Trouble::OnTheWay(strike) => world.line().strike_at(strike),
        Trouble::InTheStore(fault) => world.strike(fault),
    }
    (story.then)(&mut world);
    let counts = (world.line().struck(), world.disk.operations(DEVICE));
    world.check(false);
    world.mend();
    world.settle();
    world.check_promptness();
    world.check(true);
    drop(told);
    counts
}

/// Says which run it was that panicked.
struct Told<'a>(&'a [StoreId], Trouble);

impl Drop for Told<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("stores {:?}, {:?}", self.0, self.1);
        }
    }
}
