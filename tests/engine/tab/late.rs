//! Answers of the server that come late, in another order, or not in time; and a tab that begins
//! without a network.

use super::Tab;
use crate::disk::Disk;
use crate::line::Line;
use keepfast::engine::{Event, NetError, Options, RemoteOptions, Token};

impl Tab {
    /// A tab that is opened while there is no network.
    pub fn offline(disk: &Disk, line: &Line, options: Options) -> Tab {
        let options = Options { remote: Some(RemoteOptions::default()), ..options };
        let mut tab = Tab::with_line(disk, options, Some(line.clone()));
        let mut effects: Vec<_> = std::iter::from_fn(|| tab.engine.poll_effect()).collect();
        effects.extend(tab.effects_of(Event::Offline));
        tab.carry_on(effects);
        tab
    }

    /// From here on requests have their effect, and what comes back is not told.
    pub fn hold_answers(&mut self) {
        self.late_answers.get_or_insert_default();
    }

    /// How many answers are held back.
    pub fn late_answers(&self) -> usize {
        self.late_answers.as_ref().map_or(0, Vec::len)
    }

    /// Tells what came back meanwhile, and everything after it.
    pub fn release_answers(&mut self) {
        self.late_answers.take().unwrap_or_default().into_iter().for_each(|it| self.send(it));
    }

    /// The same, the last one first.
    pub fn release_answers_backwards(&mut self) {
        self.late_answers.iter_mut().for_each(|late| late.reverse());
        self.release_answers();
    }

    /// Nothing came back in time. What did is held back all the same.
    pub fn time_out(&mut self) {
        let late = self.late_answers.iter().flatten().filter_map(token_of);
        for token in late.collect::<Vec<_>>() {
            self.send(Event::SendFailed { token, error: NetError::Timeout });
        }
    }
}

/// What an answer of the server answers.
fn token_of(event: &Event) -> Option<Token> {
    match event {
        Event::Responded { token, .. } | Event::SendFailed { token, .. } => Some(*token),
        _ => None,
    }
}
