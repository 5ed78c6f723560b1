//! What the tabs of a world tell each other, and that several of them are open. Owns what becomes
//! of a message on its way: nothing depends on its arrival.

use keepfast::engine::{Event, Hint};

use crate::faults::Fault;
use crate::plan::MessageRates;
use crate::world::{Checked, Due, World};

impl World {
    /// A tab tells the others something.
    pub fn announce(&mut self, number: u32, hint: Hint) {
        let others: Vec<u32> =
            self.tabs.iter().map(|tab| tab.number).filter(|other| *other != number).collect();
        for other in others {
            let heard = || Due::Event(Event::Heard { hint: hint.clone() });
            match self.draw_message_fault() {
                Some(Fault::MessageLost) => {}
                Some(Fault::MessageLate) => {
                    let after = self.random.between(500, 60_000);
                    self.schedule(other, after, heard());
                }
                Some(_) => {
                    self.schedule(other, 1, heard());
                    let after = self.random.between(1, 30_000);
                    self.schedule(other, after, heard());
                }
                None => self.schedule(other, 1, heard()),
            }
        }
    }

    fn draw_message_fault(&mut self) -> Option<Fault> {
        let MessageRates { lost, late, repeated } = self.parameters.messages?;
        let drawn = [
            (lost, Fault::MessageLost),
            (late, Fault::MessageLate),
            (repeated, Fault::MessageRepeated),
        ];
        let (_, fault) = drawn.into_iter().find(|(rate, _)| self.draws(*rate))?;
        self.strike(fault);
        Some(fault)
    }

    /// The user opens another tab beside those that are there.
    pub fn open_another(&mut self, hides: bool) -> Checked {
        if self.tabs.len() >= TABS_MAX {
            return Ok(());
        }
        self.leave_front(hides)?;
        self.open_tab().map(|_| ())
    }

    /// The user turns to another tab; the one before is hidden, or stays visible beside it.
    pub fn turn_to(&mut self, nth: u8, hides: bool) -> Checked {
        let awake: Vec<u32> =
            self.tabs.iter().filter(|tab| !tab.frozen).map(|tab| tab.number).collect();
        if awake.len() < 2 {
            return Ok(());
        }
        let number = awake[usize::from(nth) % (awake.len() - 1)];
        self.leave_front(hides)?;
        let at = self.tabs.iter().position(|tab| tab.number == number);
        if let Some(at) = at {
            let mut tab = self.tabs.remove(at);
            let was_hidden = std::mem::take(&mut tab.hidden);
            self.tabs.push(tab);
            if was_hidden {
                return self.deliver(number, Event::Shown);
            }
        }
        Ok(())
    }

    fn leave_front(&mut self, hides: bool) -> Checked {
        let Some(number) = self.front().filter(|_| hides) else { return Ok(()) };
        if let Some(tab) = self.tab(number) {
            tab.hidden = true;
        }
        self.deliver(number, Event::Hidden)
    }
}

/// At most so many tabs live at once.
pub const TABS_MAX: usize = 3;
