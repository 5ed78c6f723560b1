//! Tries to make the engine of Keepfast lose something: the real engine in virtual time, over
//! stores that fail in every way browsers are known to, from a seed. `README.md` tells how to read
//! what it prints.

pub mod actions;
pub mod answers;
pub mod channel;
pub mod checks;
pub mod deaths;
pub mod disk;
pub mod effects;
pub mod faults;
pub mod finish;
pub mod fleet;
pub mod found;
pub mod ledger;
pub mod mishaps;
#[path = "../common/model_server.rs"]
pub mod model_server;
pub mod plan;
pub mod random;
pub mod report;
pub mod server;
pub mod sharing;
pub mod shrink;
pub mod tab;
pub mod trace;
pub mod value;
pub mod versions;
pub mod view;
pub mod workload;
pub mod world;

use keepfast::engine::Defect;

/// The seeds that once failed, one in a line, with what they found behind a `#`.
pub const SEEDS: &str = include_str!("seeds.txt");

/// The seeds that once failed.
pub fn regression_seeds() -> Vec<u64> {
    let lines = SEEDS.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    lines.filter(|line| !line.is_empty()).filter_map(|line| line.parse().ok()).collect()
}

/// Every deliberate defect of the engine.
pub const DEFECTS: &[Defect] = &[
    Defect::DeleteDraftOnClose,
    Defect::NoMaximumWait,
    Defect::AcknowledgeBeforeComplete,
    Defect::ChainExitToInFlight,
    Defect::RemoveQuarantined,
    Defect::RemoveChainUnverified,
    Defect::UnreadableIsEmpty,
    Defect::NoExitFlush,
    Defect::RelaxedIsFlushed,
    Defect::RemoveDraftOnAnySave,
    Defect::ResurrectDiscarded,
    Defect::ForgetFailedWrite,
    Defect::AcknowledgeCurrent,
    Defect::SkipPrecondition,
    Defect::DropAfterLastAttempt,
    Defect::FastForwardDirty,
    Defect::SendBeforeStored,
    Defect::ReuseKey,
    Defect::MatchByRevision,
    Defect::SendDiscarded,
    Defect::IgnoreEpoch,
    Defect::SkipHead,
    Defect::GiveUpUnkept,
];
