//! Decides which element of one array becomes which element of another: equal elements in order,
//! equal elements that moved, and elements that are changed in place. Knows neither paths nor
//! operations. Its input is the elements' canonical texts.

use alloc::vec;
use alloc::vec::Vec;

use super::{Differ, gap};
use crate::json::tree;

/// Stands for no element.
const NONE: u32 = u32::MAX;

/// Slots of the table that are looked at for one element. Texts made to collide go unmatched.
const PROBES_MAX: usize = 32;

/// Equal elements that are tried for one element, at least and at most. Only elements that occur
/// often have more; half of those tried come before the likely place.
const CANDIDATES: (usize, usize) = (2, 32);

/// Pairs that are tried in all, about: for very long arrays there are fewer candidates.
const LINKS_MAX: usize = 1 << 20;

/// What an element costs beside its bytes, in bytes.
const ELEMENT_COST: usize = 16;

/// What becomes of an element of the first array, or what an element of the second array was.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Partner {
    /// It has none: it goes, or is new.
    None,
    /// It has one, and keeps its order among those that do.
    Stays(u32),
    /// It has one that is equal, in another order.
    Moved(u32),
}

/// Which element of the one array becomes which of the other.
pub(super) struct Plan {
    pub of_a: Vec<Partner>,
    pub of_b: Vec<Partner>,
}

/// An equal pair, and the pair before it in its chain.
struct Link {
    i: u32,
    j: u32,
    before: u32,
}

impl Plan {
    /// Aligns two arrays; nothing if that costs more than is left.
    pub fn new(differ: &mut Differ, a: &[&[u8]], b: &[&[u8]]) -> Option<Self> {
        let mut bytes = 0;
        for text in a.iter().chain(b) {
            bytes += text.len() + ELEMENT_COST;
        }
        if !differ.spend(bytes) {
            return None;
        }
        let mut plan =
            Self { of_a: vec![Partner::None; a.len()], of_b: vec![Partner::None; b.len()] };
        let mut equals = Equals::new(a);
        let slots: Vec<u32> = b.iter().map(|text| equals.slot(a, text)).collect();
        plan.keep_in_order(&mut equals, &slots);
        plan.move_equals(&mut equals, &slots);
        plan.pair_in_gaps(differ, a, b);
        Some(plan)
    }

    /// Whether every element stays at its index.
    pub fn is_by_index(&self) -> bool {
        let stay = self.of_b.iter().zip(0..).all(|(&of, j)| of == Partner::Stays(j));
        stay && self.of_a.len() == self.of_b.len()
    }

    /// Makes two elements partners.
    pub fn pair(&mut self, i: u32, j: u32, partner: fn(u32) -> Partner) {
        if let Some(of) = self.of_a.get_mut(i as usize) {
            *of = partner(j);
        }
        if let Some(of) = self.of_b.get_mut(j as usize) {
            *of = partner(i);
        }
    }

    /// Pairs equal elements along a longest chain that rises in both arrays (Hunt and Szymanski).
    fn keep_in_order(&mut self, equals: &mut Equals, slots: &[u32]) {
        let fewer = self.of_b.len().saturating_sub(self.of_a.len());
        let max = (LINKS_MAX / (slots.len() + 1)).clamp(CANDIDATES.0, CANDIDATES.1);
        let mut links: Vec<Link> = Vec::new();
        // The lowest end of a chain of each length, and its last link.
        let mut tails: Vec<(u32, u32)> = Vec::new();
        for (j, &slot) in slots.iter().enumerate() {
            // The likely place is that of the element if nothing before it was put in or removed,
            // or else nothing behind it.
            let start = j.saturating_sub(fewer + max / 2);
            for &i in equals.candidates(slot, start, max).iter().rev() {
                let len = tails.partition_point(|&(end, _)| end < i);
                let before = tails.get(len.wrapping_sub(1)).map_or(NONE, |&(_, link)| link);
                let tail = (i, links.len() as u32);
                match tails.get_mut(len) {
                    None => tails.push(tail),
                    Some(&mut (end, _)) if end == i => continue,
                    Some(other) => *other = tail,
                }
                links.push(Link { i, j: j as u32, before });
            }
        }
        let mut last = tails.last().map_or(NONE, |&(_, link)| link);
        while let Some(link) = links.get(last as usize) {
            self.pair(link.i, link.j, Partner::Stays);
            last = link.before;
        }
    }

    /// Pairs what is left over of equal elements, first with first.
    fn move_equals(&mut self, equals: &mut Equals, slots: &[u32]) {
        for (j, &slot) in slots.iter().enumerate() {
            while self.of_b.get(j) == Some(&Partner::None)
                && let Some(i) = equals.take_first(slot)
            {
                if self.of_a.get(i as usize) == Some(&Partner::None) {
                    self.pair(i, j as u32, Partner::Moved);
                }
            }
        }
    }

    /// Pairs what is left between two elements that stay in order.
    fn pair_in_gaps(&mut self, differ: &mut Differ, a: &[&[u8]], b: &[&[u8]]) {
        let (mut i_start, mut j_start) = (0, 0);
        for j in 0..=b.len() {
            let i = match self.of_b.get(j) {
                None => a.len(),
                Some(&Partner::Stays(i)) => i as usize,
                Some(_) => continue,
            };
            let free_a = unpaired(&self.of_a, i_start, i);
            let free_b = unpaired(&self.of_b, j_start, j);
            gap::pair(self, differ, (a, &free_a), (b, &free_b));
            (i_start, j_start) = (i + 1, j + 1);
        }
    }
}

/// The elements in a range that have no partner.
#[inline(never)]
fn unpaired(partners: &[Partner], start: usize, end: usize) -> Vec<u32> {
    let mut list = Vec::new();
    for at in start..end {
        if partners.get(at) == Some(&Partner::None) {
            list.push(at as u32);
        }
    }
    list
}

/// The elements of an array by their texts: a hash table with open addressing, and a list of the
/// equal elements, rising, for each slot.
struct Equals {
    /// First element of each slot that counts, or [`NONE`].
    first: Vec<u32>,
    /// Next equal element of each element, or [`NONE`].
    next: Vec<u32>,
}

impl Equals {
    fn new(texts: &[&[u8]]) -> Self {
        let first = vec![NONE; (2 * texts.len() + 2).next_power_of_two()];
        let mut equals = Self { first, next: vec![NONE; texts.len()] };
        for (i, text) in texts.iter().enumerate().rev() {
            let slot = equals.slot(texts, text) as usize;
            if let (Some(first), Some(next)) = (equals.first.get_mut(slot), equals.next.get_mut(i))
            {
                *next = *first;
                *first = i as u32;
            }
        }
        equals
    }

    /// The slot of a text, or a free one, or [`NONE`] if too many others are in the way.
    #[inline(never)]
    fn slot(&self, texts: &[&[u8]], text: &[u8]) -> u32 {
        let start = tree::hash(text) as usize;
        for probe in 0..PROBES_MAX {
            let slot = start.wrapping_add(probe) & (self.first.len() - 1);
            let first = texts.get(at(&self.first, slot) as usize);
            if first.is_none_or(|first| *first == text) {
                return slot as u32;
            }
        }
        NONE
    }

    /// Takes the first element out of a slot.
    fn take_first(&mut self, slot: u32) -> Option<u32> {
        let first = self.first.get_mut(slot as usize)?;
        let i = *first;
        *first = *self.next.get(i as usize)?;
        Some(i)
    }

    /// Some of the elements of a slot, from the last one before an index on. Those before that one
    /// do not count any more.
    fn candidates(&mut self, slot: u32, start: usize, max: usize) -> Vec<u32> {
        let mut list = Vec::new();
        let mut i = at(&self.first, slot as usize);
        while i != NONE && list.len() < max {
            let next = at(&self.next, i as usize);
            if (next as usize) < start {
                self.take_first(slot);
            } else {
                list.push(i);
            }
            i = next;
        }
        list
    }
}

/// An entry of a list; [`NONE`] beyond its end.
fn at(list: &[u32], index: usize) -> u32 {
    list.get(index).copied().unwrap_or(NONE)
}
