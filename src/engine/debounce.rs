//! When the next draft record is due. Owns the three times of `DraftTimes`; it must not know what
//! is written or where. Edits come from the tracker, settled writes from the draft.

use super::config::DraftTimes;
use super::ids::Instant;

/// When the next draft record is due.
#[derive(Debug)]
pub(crate) struct Debounce {
    times: DraftTimes,
    last_edit: Option<Instant>,
    /// The first edit that no write has taken along.
    first_waiting: Option<Instant>,
    /// What waits is to be written at once.
    pressed: bool,
    /// The write that is due is the leading one of a burst.
    leading: bool,
    /// A relaxed write has to be followed by a strict one, after a pause in the edits.
    unsealed: bool,
    endless: bool,
}

impl Debounce {
    pub(crate) fn new(times: DraftTimes) -> Debounce {
        Debounce {
            times,
            last_edit: None,
            first_waiting: None,
            pressed: false,
            leading: false,
            unsealed: false,
            endless: false,
        }
    }

    /// Takes an edit. The first after a pause as long as the debounce is due at once.
    pub(crate) fn on_edit(&mut self, now: Instant) {
        let idle = match self.last_edit {
            None => true,
            Some(last) => last.after(self.times.debounce_ms) <= now,
        };
        self.leading |= self.times.leading && idle && self.first_waiting.is_none();
        self.last_edit = Some(now);
        self.first_waiting.get_or_insert(now);
    }

    /// What waits is due at once, and strictly: someone waits for it.
    pub(crate) fn press(&mut self) {
        self.pressed = true;
    }

    /// Everything that waited is on its way. A relaxed write leaves a seal to be set.
    pub(crate) fn on_taken(&mut self, strict: bool) {
        self.first_waiting = None;
        self.pressed = false;
        self.leading = false;
        self.unsealed = !strict;
    }

    /// What was on its way has to be written again.
    pub(crate) fn on_returned(&mut self, now: Instant) {
        self.first_waiting.get_or_insert(now);
        self.pressed = true;
    }

    /// There is nothing to write any more.
    pub(crate) fn clear(&mut self) {
        self.on_taken(true);
    }

    /// Whether the write that is due may be relaxed, because a strict one follows.
    pub(crate) fn is_leading(&self) -> bool {
        self.leading && !self.pressed
    }

    /// When the next write is due.
    ///
    /// Invariant: at the latest the maximum wait after the first edit that waits (W3, P6).
    pub(crate) fn due(&self) -> Option<Instant> {
        if self.pressed || self.leading {
            return Some(Instant::default());
        }
        let Some(last) = self.last_edit else { return self.unsealed.then(Instant::default) };
        let quiet = last.after(self.times.debounce_ms);
        match self.first_waiting {
            Some(_) if self.endless => Some(quiet),
            Some(first) => Some(quiet.min(first.after(self.times.max_wait_ms))),
            None if self.unsealed => Some(quiet),
            None => None,
        }
    }

    /// Switches the maximum wait off, for a deliberate defect.
    pub(crate) fn drop_maximum_wait(&mut self) {
        self.endless = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn debounce() -> Debounce {
        Debounce::new(DraftTimes::default())
    }

    #[test]
    fn the_first_edit_after_a_pause_is_due_at_once_and_may_be_relaxed() {
        let mut debounce = debounce();
        assert_eq!(debounce.due(), None);
        debounce.on_edit(Instant(5_000));
        assert!(debounce.is_leading());
        assert_eq!(debounce.due(), Some(Instant(0)));
        debounce.on_taken(false);
        debounce.on_edit(Instant(5_100));
        assert!(!debounce.is_leading());
        assert_eq!(debounce.due(), Some(Instant(5_300)));
        debounce.on_taken(true);
        debounce.on_edit(Instant(5_300));
        assert!(debounce.is_leading());
    }

    #[test]
    fn steady_edits_are_due_a_second_after_the_first() {
        let mut debounce = debounce();
        debounce.on_edit(Instant(0));
        debounce.on_taken(false);
        for at in 1..=30 {
            debounce.on_edit(Instant(at * 100));
            let due = Instant(at * 100 + 200).min(Instant(1_100));
            assert_eq!(debounce.due(), Some(due));
        }
    }

    #[test]
    fn a_relaxed_write_is_sealed_after_a_pause_and_a_strict_one_is_not() {
        let mut debounce = debounce();
        debounce.on_edit(Instant(1_000));
        debounce.on_taken(false);
        assert_eq!(debounce.due(), Some(Instant(1_200)));
        debounce.on_taken(true);
        assert_eq!(debounce.due(), None);
    }

    #[test]
    fn what_comes_back_is_due_at_once() {
        let mut debounce = debounce();
        debounce.on_edit(Instant(1_000));
        debounce.on_taken(true);
        debounce.on_returned(Instant(1_500));
        assert_eq!(debounce.due(), Some(Instant(0)));
        assert!(!debounce.is_leading());
    }
}
