//! The loops: a scenario is played once for every storage operation that it makes, for every way in
//! which that operation can fail.

use super::world::{ERRORS, World};
use crate::disk::{DEVICE, Fault, MEMORY, TAB};
use keepfast::engine::{StoreError, StoreId};

/// A short story: what the stores hold before it, and what happens while they fail.
pub struct Story {
    pub before: fn(&mut World),
    pub then: fn(&mut World),
}

/// Stores that an app may configure; the faults strike the first.
pub const LADDERS: [&[StoreId]; 3] = [&[DEVICE, TAB, MEMORY], &[DEVICE], &[DEVICE, MEMORY]];

/// Plays a story once for every operation and every way in which it can fail.
pub fn play(story: &Story) {
    play_on(&LADDERS, story);
}

/// The same on some of the ladders only.
pub fn play_on(ladders: &[&[StoreId]], story: &Story) {
    for ladder in ladders {
        let nothing = fault(u32::MAX, 0, StoreError::Aborted);
        let last = run(story, ladder, nothing);
        assert!(last > 0, "a story without a storage operation tells nothing");
        for nth in 1..=last {
            for fault in faults(nth) {
                run(story, ladder, fault);
            }
        }
    }
}

pub(super) fn faults(nth: u32) -> Vec<Fault> {
    let mut faults = Vec::new();
    for error in ERRORS {
        faults.push(fault(nth, 1, error));
        faults.push(fault(nth, u32::MAX, error));
        faults.push(Fault { only_writes: true, ..fault(nth, u32::MAX, error) });
    }
    for times in [1, u32::MAX] {
        let lost = fault(nth, times, StoreError::ConnectionLost);
        faults.push(Fault { is_stored: true, ..lost });
    }
    faults
}

pub(super) fn fault(nth: u32, times: u32, error: StoreError) -> Fault {
    Fault { nth, times, error, only_writes: false, is_stored: false }
}

/// One run; gives back how many operations the story took.
fn run(story: &Story, ladder: &[StoreId], fault: Fault) -> u32 {
    let told = Told(ladder, fault);
    let mut world = World::new(ladder);
    (story.before)(&mut world);
    world.kill_tabs();
    world.strike(fault);
    world.is_watched = true;
    (story.then)(&mut world);
    let operations = world.disk.operations(DEVICE);
    world.check(false);
    world.mend();
    world.check_promptness();
    world.check(true);
    drop(told);
    operations
}

/// Says which run it was that panicked.
struct Told<'a>(&'a [StoreId], Fault);

impl Drop for Told<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("stores {:?}, {:?}", self.0, self.1);
        }
    }
}
