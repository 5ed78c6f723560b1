//! The numbers by which the engine and its surroundings speak of the same thing, and the two kinds
//! of time. Owns the types only.

/// Milliseconds on a clock that never goes back (in a browser `performance.now()`, rounded down).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Instant(pub u64);

impl Instant {
    /// The instant so many milliseconds later.
    pub const fn after(self, ms: u64) -> Instant {
        Instant(self.0.saturating_add(ms))
    }
}

/// Both clocks at the moment of an event.
///
/// Invariant: `wall` is shown and stored in headers, never compared to order edits (I6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Now {
    /// What timers are measured with.
    pub instant: Instant,
    /// Milliseconds since 1970 (UTC), as the user's clock has it.
    pub wall: u64,
}

/// An open document: the answer to `Create`, `Load` or `Recover` names it, `Close` ends it. Never
/// used again in the life of an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DocumentId(pub u32);

/// Ties an effect to the event that answers it. Never used again in the life of an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Token(pub u64);

/// Ties what the app asked for to its one `Answer`. Chosen by the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Request(pub u64);

/// A store, by its place in the configured ladder: 0 is the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoreId(pub u8);

/// The engine that a writer is an opening of.
pub(crate) fn engine_of(writer: &str) -> &str {
    writer.split(OPENING).next().unwrap_or(writer)
}

/// Between the id of an engine and the number of an opening; no id has it.
pub(crate) const OPENING: char = '~';
