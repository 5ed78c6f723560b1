//! Events and effects one at a time, for what happens between them.

use super::Tab;
use keepfast::engine::{Effect, Event};

impl Tab {
    /// Hands over an event and gives back what is to be done; nothing of it is carried out.
    pub fn effects_of(&mut self, event: Event) -> Vec<Effect> {
        self.engine.handle_event(event, self.now);
        std::iter::from_fn(|| self.engine.poll_effect()).collect()
    }

    /// Carries out what was given back, and all that follows.
    pub fn carry_on(&mut self, effects: Vec<Effect>) {
        let answers: Vec<Event> =
            effects.into_iter().filter_map(|effect| self.carry_out(effect)).collect();
        for answer in answers {
            self.send(answer);
        }
    }

    /// As `carry_on`, but gives back what the app is asked to migrate. Also says how many effects
    /// were carried out.
    pub fn carry_on_until_migration(&mut self, effects: Vec<Effect>) -> (usize, Vec<Effect>) {
        let (mut rest, mut held, mut count) = (effects, Vec::new(), 0);
        while let Some(effect) = rest.pop() {
            if matches!(effect, Effect::Migrate { .. }) {
                held.push(effect);
                continue;
            }
            count += 1;
            if let Some(answer) = self.carry_out(effect) {
                rest.extend(self.effects_of(answer));
            }
        }
        (count, held)
    }

    /// Carries out the first of the writes that are held, and goes on holding.
    pub fn release_one(&mut self) {
        let (token, store, batch) = self.held.remove(0);
        let event = self.write(token, store, &batch);
        self.send(event);
    }

    /// The wall clock of this tab is wrong by so many milliseconds from here on.
    pub fn skew_wall(&mut self, ms: i64) {
        self.now.wall = self.now.wall.saturating_add_signed(ms);
    }
}
