//! How long to leave the server alone after a failure: exponentially longer, spread by chance, and
//! as long as the server says. Owns the count of failures; it must not know what failed. Chance
//! comes from a seed, so that the same engine does the same again (I9).

use super::config::RetryOptions;
use super::ids::Instant;

/// A source of numbers that look random, from a seed (SplitMix64).
#[derive(Debug)]
pub(crate) struct Jitter(u64);

impl Jitter {
    pub(crate) fn new(seed: u64) -> Jitter {
        Jitter(seed)
    }

    /// A time within a fifth of this one on either side, so that many tabs do not keep step.
    pub(crate) fn spread(&mut self, ms: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let permille = (bits ^ (bits >> 31)) % 401;
        ms.saturating_mul(800 + permille) / 1_000
    }
}

/// Failures in a row, and when the next attempt may be made.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    failures: u32,
    at: Option<Instant>,
    /// The server wants to be left alone until then.
    is_servers: bool,
}

impl Backoff {
    /// Counts a failure. What the server says wins over the schedule (RFC 9110 section 10.2.3).
    pub(crate) fn on_failure(
        &mut self,
        now: Instant,
        server_ms: Option<u64>,
        options: &RetryOptions,
        jitter: &mut Jitter,
    ) {
        let factor = u64::from(options.factor).saturating_pow(self.failures);
        let wait = options.first_ms.saturating_mul(factor).min(options.cap_ms);
        self.failures = self.failures.saturating_add(1);
        self.at = Some(now.after(server_ms.unwrap_or_else(|| jitter.spread(wait))));
        self.is_servers = server_ms.is_some();
    }

    /// It works, or somebody wants another attempt at once.
    pub(crate) fn clear(&mut self) {
        *self = Backoff::default();
    }

    /// Another attempt may be made at once, unless the server wants none; the failures still count.
    pub(crate) fn hurry(&mut self) {
        self.at.take_if(|_| !self.is_servers);
    }

    /// Failures since it last worked.
    pub(crate) fn failures(&self) -> u32 {
        self.failures
    }

    /// When the next attempt may be made; nothing when at any time.
    pub(crate) fn at(&self) -> Option<Instant> {
        self.at
    }

    /// Whether the server wants to be left alone.
    pub(crate) fn is_held(&self, now: Instant) -> bool {
        self.is_servers && self.is_waiting(now)
    }

    pub(crate) fn is_waiting(&self, now: Instant) -> bool {
        self.at.is_some_and(|at| at > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_within_a_fifth_up_to_the_cap() {
        let options = RetryOptions::default();
        let (mut backoff, mut jitter) = (Backoff::default(), Jitter::new(7));
        for wanted in [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000] {
            backoff.on_failure(Instant(0), None, &options, &mut jitter);
            let Instant(wait) = backoff.at().unwrap();
            assert!((wanted * 8 / 10..=wanted * 12 / 10).contains(&wait), "{wait} of {wanted}");
        }
    }

    #[test]
    fn the_wait_that_the_server_asks_for_is_kept_to_the_millisecond() {
        let (mut backoff, mut jitter) = (Backoff::default(), Jitter::new(7));
        backoff.on_failure(Instant(5), Some(90_000), &RetryOptions::default(), &mut jitter);
        assert_eq!(backoff.at(), Some(Instant(90_005)));
        backoff.hurry();
        assert!(backoff.is_waiting(Instant(90_004)) && !backoff.is_waiting(Instant(90_005)));
    }

    #[test]
    fn two_engines_do_not_keep_step() {
        let (mut a, mut b) = (Jitter::new(1), Jitter::new(2));
        let of = |jitter: &mut Jitter| (0..8).map(|_| jitter.spread(10_000)).collect::<Vec<_>>();
        assert_ne!(of(&mut a), of(&mut b));
    }
}
