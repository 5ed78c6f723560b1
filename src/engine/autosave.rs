//! When a document saves itself. Owns the times of [`Autosave`]; it must not know what is saved or
//! where. An autosave moves the base and makes no version.

use super::config::Autosave;
use super::ids::Instant;

/// When the next save by itself is due.
#[derive(Debug)]
pub(crate) struct AutosaveTimer {
    rule: Autosave,
    last_edit: Option<Instant>,
    /// The first edit since the last save.
    first_edit: Option<Instant>,
}

impl AutosaveTimer {
    pub(crate) fn new(rule: Autosave) -> AutosaveTimer {
        AutosaveTimer { rule, last_edit: None, first_edit: None }
    }

    pub(crate) fn on_edit(&mut self, now: Instant) {
        self.last_edit = Some(now);
        self.first_edit.get_or_insert(now);
    }

    /// A save takes every edit so far along, or there is nothing to save.
    pub(crate) fn on_taken(&mut self) {
        (self.last_edit, self.first_edit) = (None, None);
    }

    /// When it is due. Steady edits do not put it off for ever (P6).
    pub(crate) fn due(&self) -> Option<Instant> {
        let (last, first) = (self.last_edit?, self.first_edit?);
        match self.rule {
            Autosave::Off => None,
            Autosave::Debounced { debounce_ms, max_wait_ms } => {
                Some(last.after(debounce_ms).min(first.after(max_wait_ms)))
            }
            Autosave::Interval { interval_ms } => Some(first.after(interval_ms)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Preset;

    #[test]
    fn a_project_is_saved_two_seconds_after_the_last_edit_and_ten_after_the_first() {
        let mut timer = AutosaveTimer::new(Preset::Project.autosave());
        assert_eq!(timer.due(), None);
        for at in 0..20 {
            timer.on_edit(Instant(at * 1_000));
            assert_eq!(timer.due(), Some(Instant((at * 1_000 + 2_000).min(10_000))));
        }
        timer.on_taken();
        assert_eq!(timer.due(), None);
    }

    #[test]
    fn a_notebook_is_saved_thirty_seconds_after_it_became_dirty() {
        let mut timer = AutosaveTimer::new(Preset::Notebook.autosave());
        timer.on_edit(Instant(1_000));
        timer.on_edit(Instant(29_000));
        assert_eq!(timer.due(), Some(Instant(31_000)));
    }

    #[test]
    fn a_session_is_never_saved_by_itself() {
        let mut timer = AutosaveTimer::new(Preset::Session.autosave());
        timer.on_edit(Instant(1_000));
        assert_eq!(timer.due(), None);
    }
}
