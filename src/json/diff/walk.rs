//! Turns an alignment of two arrays into operations, from the first element to the last. Owns the
//! indexes: every operation sees the array as the ones before it have left it.

use super::align::{Partner, Plan};
use super::array::Elements;
use super::{Differ, Token};
use alloc::vec::Vec;

/// Elements that are shifted in memory at the cost of reading one byte.
const SHIFTED_PER_BYTE: usize = 16;

/// Stands for an element that was put in.
const PUT_IN: u32 = u32::MAX;

/// A way through two arrays. Before the place it has reached the array is what it shall become, but
/// for elements that wait until their place is reached; behind it the array is what it was, but for
/// elements that have already moved.
pub(super) struct Walk<'w> {
    differ: &'w mut Differ,
    elements: &'w Elements<'w>,
    plan: &'w Plan,
    /// The array as it is: the old element at each place, or [`PUT_IN`].
    state: Vec<u32>,
    /// The place that is reached.
    at: usize,
}

impl<'w> Walk<'w> {
    pub fn new(differ: &'w mut Differ, elements: &'w Elements<'w>, plan: &'w Plan) -> Self {
        let state = (0..elements.old.len() as u32).collect();
        Self { differ, elements, plan, state, at: 0 }
    }

    /// Puts in the operations.
    pub fn run(mut self, ceiling: usize) -> bool {
        let Elements { old, new, .. } = self.elements;
        for (&partner, value) in self.plan.of_b.iter().zip(new) {
            let fits = match partner {
                Partner::None => self.add(value),
                Partner::Moved(i) => self.bring(i),
                Partner::Stays(i) => {
                    let stays = self.pass(i, ceiling);
                    let index = self.elements.index + self.at;
                    self.at += 1;
                    stays && self.differ.element(index, old[i as usize], value, ceiling)
                }
            };
            if !fits || self.differ.patch.len() > ceiling {
                return false;
            }
        }
        self.pass(PUT_IN, ceiling)
    }

    /// Index of a place as a token.
    fn token(&self, at: usize) -> Token<'static> {
        Token::Index(self.elements.index + at)
    }

    /// Passes the old elements before one, or all, and removes those that go.
    fn pass(&mut self, until: u32, ceiling: usize) -> bool {
        while let Some(&i) = self.state.get(self.at) {
            if i == until {
                break;
            }
            if self.plan.of_a.get(i as usize) != Some(&Partner::None) {
                self.at += 1;
                continue;
            }
            let token = self.token(self.at);
            self.differ.put("remove", Token::None, token, b"");
            self.state.remove(self.at);
            if !self.shift() || self.differ.patch.len() > ceiling {
                return false;
            }
        }
        true
    }

    /// Moves an old element to the place that is reached.
    fn bring(&mut self, i: u32) -> bool {
        let Some(from) = self.state.iter().position(|&other| other == i) else { return false };
        self.state.remove(from);
        self.at -= usize::from(from < self.at);
        if from != self.at {
            let (source, place) = (self.token(from), self.token(self.at));
            self.differ.put("move", source, place, b"");
        }
        self.fill()
    }

    /// Puts in a new element.
    fn add(&mut self, value: &[u8]) -> bool {
        let is_last = self.elements.is_end && self.at == self.state.len();
        let place = if is_last { Token::End } else { self.token(self.at) };
        let equal = self.differ.equal_sibling(self.elements.array, value);
        let source = equal.and_then(|(index, _)| self.place_of_intact(index));
        self.differ.add(source.map_or(Token::None, Token::Index), place, value);
        self.fill()
    }

    /// The index of an old element, by the one it had, if it is still what it was.
    fn place_of_intact(&self, index: usize) -> Option<usize> {
        let Elements { index: first, ref old, ref new, .. } = *self.elements;
        if index < first {
            return Some(index);
        }
        let i = index - first;
        if i >= old.len() {
            return Some(index - old.len() + self.state.len());
        }
        let at = self.state.iter().position(|&other| other as usize == i)?;
        let intact = match self.plan.of_a.get(i)? {
            Partner::Stays(j) => at >= self.at || new[*j as usize] == old[i],
            _ => true,
        };
        intact.then_some(first + at)
    }

    /// Notes that the place is filled.
    fn fill(&mut self) -> bool {
        self.state.insert(self.at, PUT_IN);
        self.at += 1;
        self.shift()
    }

    fn shift(&mut self) -> bool {
        self.differ.spend(self.state.len() / SHIFTED_PER_BYTE)
    }
}
