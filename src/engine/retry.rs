//! How long to wait after a failure: 1, 2, 4 … seconds up to a cap. Owns the count; it must not
//! know what failed.

use super::ids::Instant;

/// How long to wait after failures.
#[derive(Debug, Default)]
pub(crate) struct Retry {
    failures: u32,
    at: Option<Instant>,
}

impl Retry {
    pub(crate) fn on_failure(&mut self, now: Instant) {
        let wait = (FIRST_MS << self.failures.min(8)).min(CAP_MS);
        self.failures += 1;
        self.at = Some(now.after(wait));
    }

    /// It works, or another way is open.
    pub(crate) fn clear(&mut self) {
        *self = Retry::default();
    }

    /// Takes note of the time. Once it has come nobody needs to be woken for it again, even if
    /// there is nothing left to attempt.
    pub(crate) fn reach(&mut self, now: Instant) {
        self.at.take_if(|at| *at <= now);
    }

    /// When the next attempt may be made; nothing when at any time.
    pub(crate) fn at(&self) -> Option<Instant> {
        self.at
    }

    /// Whether the next attempt has to wait. When it need not, nobody has to be woken for it.
    pub(crate) fn is_waiting(&mut self, now: Instant) -> bool {
        self.reach(now);
        self.at.is_some()
    }
}

const FIRST_MS: u64 = 1_000;
const CAP_MS: u64 = 30_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_cap() {
        let mut retry = Retry::default();
        let mut waits = alloc::vec::Vec::new();
        for _ in 0..7 {
            retry.on_failure(Instant(0));
            waits.extend(retry.at().map(|at| at.0));
        }
        assert_eq!(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
        assert!(retry.is_waiting(Instant(29_999)) && !retry.is_waiting(Instant(30_000)));
        retry.clear();
        assert!(!retry.is_waiting(Instant(0)));
    }

    #[test]
    fn nobody_is_woken_twice_for_an_attempt_and_the_next_wait_is_longer_all_the_same() {
        let mut retry = Retry::default();
        retry.on_failure(Instant(0));
        retry.reach(Instant(999));
        assert_eq!(retry.at(), Some(Instant(1_000)));
        retry.reach(Instant(1_000));
        assert_eq!(retry.at(), None);
        retry.on_failure(Instant(1_000));
        assert_eq!(retry.at(), Some(Instant(3_000)));
    }
}
