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
    /// A confirmed save acknowledges what the document has become meanwhile.
    AcknowledgeCurrent,
    /// A save is sent without a precondition.
    SkipPrecondition,
    /// A save that failed often enough leaves the outbox, and the draft with it.
    DropAfterLastAttempt,
    /// What the server has takes the place of edits that it does not have.
    FastForwardDirty,
    /// A save is sent before it is stored.
    SendBeforeStored,
    /// Every save of a writer has the same key, whatever it says.
    ReuseKey,
    /// Two states of the same number are taken for the same, whatever they hold.
    MatchByRevision,
    /// What was discarded is sent all the same.
    SendDiscarded,
    /// The holder of the lease does not heed that another one has a later epoch.
    IgnoreEpoch,
    /// A save on this device does not expect the head that it builds on.
    SkipHead,
    /// What gives way is given up without being kept as a version.
    GiveUpUnkept,
}
