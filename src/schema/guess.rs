//! What a properties form remembers of the objects it has seen. The members of one kind of object
//! nearly always come in one order, so the next member's name is compared with a guess before it
//! is looked up, and an object whose members came as in the last one needs no sorting.

use crate::json::sort::sort;
use alloc::vec::Vec;

/// Rank of a member that the form does not name.
pub(crate) const UNNAMED: u32 = u32::MAX;

/// The memory of one properties form.
#[derive(Default)]
pub(crate) struct Guess {
    /// For every rank, the rank of the member that last came behind it; at 0, which came first.
    next: Vec<u32>,
    /// Ranks of the members of a known kind of object, in the order of the text.
    ranks: Vec<u32>,
    /// The places in `ranks` in canonical order.
    pub(crate) places: Vec<u32>,
    /// The text has canonical order.
    pub(crate) as_written: bool,
    known: bool,
}

/// How the members of an object stand to the form.
pub(crate) enum Order {
    /// All are named by the form, each once; the guess has their canonical order.
    Known,
    /// Some member is not named by the form, or comes twice.
    Strange,
}

impl Guess {
    /// The rank that probably comes behind the member of rank `last`.
    #[inline(always)]
    pub(crate) fn after(&self, last: u32) -> usize {
        self.next.get(last.wrapping_add(1) as usize).map_or(usize::MAX, |&rank| rank as usize)
    }

    /// Learns that the member of rank `rank` came behind the one of rank `last`.
    #[cold]
    pub(crate) fn learn(&mut self, last: u32, rank: u32) {
        let at = last.wrapping_add(1) as usize;
        if self.next.len() <= at {
            self.next.resize(at + 1, UNNAMED);
        }
        self.next[at] = rank;
    }

    /// Whether the members have come as in the last object.
    #[inline(always)]
    pub(crate) fn fits(&self, ranks: &[u32]) -> bool {
        let same = self.ranks.iter().zip(ranks).all(|(a, b)| a == b);
        self.known && self.ranks.len() == ranks.len() && same
    }

    /// Learns the kind of an object from the ranks of its members, and puts it in order.
    #[cold]
    pub(crate) fn learn_order(&mut self, ranks: &[u32]) -> Order {
        self.known = false;
        self.places.clear();
        self.places.extend(0..ranks.len() as u32);
        let rank = |place: &u32| ranks.get(*place as usize).copied().unwrap_or(UNNAMED);
        sort(&mut self.places, |a, b| rank(a).cmp(&rank(b)));
        self.ranks.clear();
        self.ranks.extend_from_slice(ranks);
        let mut strange = self.places.last().is_some_and(|last| rank(last) == UNNAMED);
        self.as_written = true;
        for i in 1..self.places.len() {
            let (a, b) = (self.places[i - 1], self.places[i]);
            strange |= rank(&a) == rank(&b);
            self.as_written &= a < b;
        }
        if strange { Order::Strange } else { Order::Known }
    }

    /// The learned object breaks no rule that `fits` would have to see again.
    pub(crate) fn confirm(&mut self) {
        self.known = true;
    }

    /// Whether the learned object has a member of this rank.
    pub(crate) fn has(&self, rank: u32) -> bool {
        let order = |place: &u32| self.ranks[*place as usize].cmp(&rank);
        self.places.binary_search_by(order).is_ok()
    }
}
