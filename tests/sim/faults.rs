//! Which faults there are, how often each is drawn in a world, and how often each struck. Owns the
//! list; what a fault does is said where it strikes (`disk.rs`, `world.rs`).

use crate::random::Random;

/// A fault that can strike, with the reason why it must be survived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// A transaction is rolled back: browsers abort them under pressure.
    WriteAborted,
    /// The connection breaks during a write, and the write is stored all the same.
    LostAfterWrite,
    /// The connection breaks during a write, and nothing is stored.
    LostBeforeWrite,
    /// There is no room for the write.
    Quota,
    /// A read fails.
    ReadFailed,
    /// A store cannot be opened.
    OpenFailed,
    /// Another connection blocks the opening.
    OpenBlocked,
    /// Opening hangs until the adapter's timeout, then works or fails.
    OpenHangs,
    /// An operation takes seconds.
    Slow,
    /// A store goes away in the middle of a session.
    StoreAway,
    /// A store is emptied, and the engine is told.
    Evicted,
    /// A store is emptied, and nobody notices.
    EvictedSilently,
    /// A byte of a record changes where it lies.
    Corrupted,
    /// A write is reported complete, and what lies there is not what was written.
    RottenWrite,
    /// A localStorage value is cut off by the kill of the browser.
    Torn,
    /// The browser is killed: localStorage loses its last seconds.
    BrowserKilled,
    /// The kill of the browser also takes device writes that were complete and not yet on disk.
    DeviceTailLost,
    /// The tab is killed.
    TabKilled,
    /// The tab is killed between two effects of one event.
    KilledAmidEffects,
    /// A write under way dies with its tab.
    WriteDied,
    /// The tab is frozen, holding its lock, while another one works.
    Frozen,
    /// The wall clock jumps.
    ClockJumped,
    /// A migration throws.
    MigrationFailed,
    /// The shell's report of edits says too little: a value was changed in place.
    MutatedInPlace,
    /// The app's value is nothing JSON can say, until the next edit.
    NotJson,
    /// An event arrives that answers nothing.
    StrayEvent,
    /// The app acts while the engine waits for a capture.
    ActedAmidCapture,
    /// A request does not arrive.
    RequestLost,
    /// A request has its effect, and its answer does not arrive.
    ResponseLost,
    /// A request arrives twice: something between repeats it.
    RequestRepeated,
    /// An answer takes seconds, so that others come before it.
    ResponseLate,
    /// The server answers 500, 502 or 503, and does nothing.
    ServerFailed,
    /// The server dies between its commit and its answer.
    ServerDied,
    /// The server answers 429 with a wait.
    RateLimited,
    /// There is no way to the server.
    NetAway,
    /// The token is refused; the app has another one or not.
    TokenExpired,
    /// Another device changes the document.
    ChangedElsewhere,
    /// The server goes back to a backup.
    ServerRestored,
    /// What a tab said does not arrive.
    MessageLost,
    /// It arrives long after.
    MessageLate,
    /// It arrives twice.
    MessageRepeated,
}

/// Every fault, in the order of the report.
pub const FAULTS: &[Fault] = &[
    Fault::WriteAborted,
    Fault::LostAfterWrite,
    Fault::LostBeforeWrite,
    Fault::Quota,
    Fault::ReadFailed,
    Fault::OpenFailed,
    Fault::OpenBlocked,
    Fault::OpenHangs,
    Fault::Slow,
    Fault::StoreAway,
    Fault::Evicted,
    Fault::EvictedSilently,
    Fault::Corrupted,
    Fault::RottenWrite,
    Fault::Torn,
    Fault::BrowserKilled,
    Fault::DeviceTailLost,
    Fault::TabKilled,
    Fault::KilledAmidEffects,
    Fault::WriteDied,
    Fault::Frozen,
    Fault::ClockJumped,
    Fault::MigrationFailed,
    Fault::MutatedInPlace,
    Fault::NotJson,
    Fault::StrayEvent,
    Fault::ActedAmidCapture,
    Fault::RequestLost,
    Fault::ResponseLost,
    Fault::RequestRepeated,
    Fault::ResponseLate,
    Fault::ServerFailed,
    Fault::ServerDied,
    Fault::RateLimited,
    Fault::NetAway,
    Fault::TokenExpired,
    Fault::ChangedElsewhere,
    Fault::ServerRestored,
    Fault::MessageLost,
    Fault::MessageLate,
    Fault::MessageRepeated,
];

/// How often the faults of operations are drawn, in a thousand.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rates {
    /// Of writes.
    pub abort: u64,
    /// Of writes.
    pub lost: u64,
    /// Of reads.
    pub read: u64,
    /// Of openings.
    pub open: u64,
    /// Of all operations.
    pub slow: u64,
    /// Of writes.
    pub rot: u64,
    /// Of captures.
    pub acts: u64,
    /// Of captures.
    pub not_json: u64,
    /// Of migrations.
    pub migrate: u64,
    /// Of browser kills, for each value of localStorage that is young.
    pub torn: u64,
    /// Of browser kills.
    pub device_tail: u64,
}

impl Rates {
    /// Each rate is nothing in some worlds and high in others, so that worlds differ.
    pub fn draw(random: &mut Random) -> Rates {
        let mut rate = |most: u64| if random.per_mille(400) { 0 } else { random.between(1, most) };
        Rates {
            abort: rate(150),
            lost: rate(150),
            read: rate(200),
            open: rate(300),
            slow: rate(60),
            rot: rate(30).saturating_sub(10),
            acts: rate(40),
            not_json: rate(24).saturating_sub(8),
            migrate: rate(300),
            torn: rate(500),
            device_tail: rate(1_000),
        }
    }
}

/// How often each fault struck.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Struck(Vec<u64>);

impl Struck {
    /// Counts one.
    pub fn count(&mut self, fault: Fault) {
        let at = fault as usize;
        if self.0.len() <= at {
            self.0.resize(FAULTS.len(), 0);
        }
        self.0[at] += 1;
    }

    /// How often this one struck.
    pub fn of(&self, fault: Fault) -> u64 {
        self.0.get(fault as usize).copied().unwrap_or(0)
    }

    /// How often any struck.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// How many different ones struck.
    pub fn kinds(&self) -> u64 {
        self.0.iter().filter(|count| **count > 0).count() as u64
    }

    /// Adds those of another world.
    pub fn add(&mut self, other: &Struck) {
        self.0.resize(FAULTS.len(), 0);
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine += theirs;
        }
    }
}
