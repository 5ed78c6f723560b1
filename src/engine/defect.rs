//! Deliberate defects, for tests that show that the simulator finds them. Compiled only with the
//! feature `defects`, which no shipped build has; without it none can be switched on.

/// A defect that can be switched on, one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// Closing a document deletes its draft.
    DeleteDraftOnClose,
    /// Steady editing puts the write off for ever: there is no maximum wait.
    NoMaximumWait,
    /// An edit counts as stored when its write is sent, not when it is complete.
    AcknowledgeBeforeComplete,
    /// The exit delta builds on the write in flight.
    ChainExitToInFlight,
    /// Records that cannot be read go together with the draft that they belong to.
    RemoveQuarantined,
    /// The old chain goes before the new checkpoint is verified.
    RemoveChainUnverified,
    /// A store that could not be read counts as empty.
    UnreadableIsEmpty,
    /// Nothing is written when the page is hidden.
    NoExitFlush,
    /// A relaxed write counts as flushed.
    RelaxedIsFlushed,
    /// A confirmed save removes the draft, even if edits were made since it was sent.
    RemoveDraftOnAnySave,
    /// A capture that answers an abandoned one is written after the draft was discarded.
    ResurrectDiscarded,
    /// A failed write is taken off the list of what is to be written.
    ForgetFailedWrite,
}
