//! Decides which element of one array becomes which element of another: equal elements along a
//! longest chain that rises in both arrays, and between those the pairs that `gap` finds. Knows
//! neither paths nor operations. Its input is the elements' canonical texts.

use alloc::vec;
use alloc::vec::Vec;

use super::{Differ, gap};
use crate::json::tree;

/// Equal elements that are tried for one element, at least and at most. Only elements that occur
/// often have more; half of those tried come before the likely place.
const CANDIDATES: (usize, usize) = (2, 32);

/// Pairs that are tried in all, about: for very long arrays there are fewer candidates.
const LINKS_MAX: usize = 1 << 20;

/// Elements that are looked at for one element. Texts made to collide go unmatched.
const STEPS_MAX: usize = 256;

/// What an element costs beside its bytes, in bytes.
const ELEMENT_COST: usize = 16;

/// The number of the partner, from 1, of each element of the second array; 0: it has none, and is
/// new. Numbers rise. Nothing if that costs more than is left, or every element stays at its index.
pub(super) fn align(differ: &mut Differ, a: &[&[u8]], b: &[&[u8]]) -> Option<Vec<u32>> {
    let mut bytes = (a.len() + b.len()) * ELEMENT_COST;
    for list in [a, b] {
        for text in list {
            bytes += text.len();
        }
    }
    if !differ.spend(bytes) {
        return None;
    }
    let mut plan = vec![0; b.len()];
    chain(&mut plan, a, b);
    let mut by_index = a.len() == b.len();
    let (mut i, mut j) = (0, 0);
    for end in 0..=b.len() {
        let partner = plan.get(end).map_or(a.len() + 1, |&number| number as usize);
        if partner > 0 {
            gap::pair(&mut plan, differ, (a, i, partner - 1), (b, j, end));
            (i, j) = (partner, end + 1);
        }
    }
    for (j, &number) in plan.iter().enumerate() {
        by_index &= number as usize == j + 1;
    }
    (!by_index).then_some(plan)
}

/// An equal pair, and the number of the pair before it in its chain. Numbers count from 1.
struct Link {
    i: u32,
    j: u32,
    before: u32,
}

/// Where a chain ends in the first array, and the number of its last pair.
struct Tail {
    i: u32,
    number: u32,
}

/// Pairs equal elements along a longest chain (Hunt and Szymanski): puts the number of the partner
/// in the first list, from 1, to each element of the second one that has a partner.
///
/// Takes n log n steps. Where elements occur often the chain may not be the longest: only some of
/// the places of each are tried.
pub(crate) fn chain(plan: &mut [u32], a: &[&[u8]], b: &[&[u8]]) {
    // By hash the first element that has it and still counts, and for each element the next one.
    let mut first = vec![0_u32; (2 * a.len() + 2).next_power_of_two()];
    let mut next = vec![0_u32; a.len() + 1];
    for (i, text) in a.iter().enumerate().rev() {
        let slot = slot(text, first.len());
        next[i + 1] = first[slot];
        first[slot] = i as u32 + 1;
    }
    let max = (LINKS_MAX / (b.len() + 1)).clamp(CANDIDATES.0, CANDIDATES.1);
    // The likely place is that of the element if nothing before it was put in or removed, or else
    // nothing behind it.
    let fewer = b.len().saturating_sub(a.len()) + max / 2;
    let mut links: Vec<Link> = Vec::new();
    // The lowest end of a chain of each length.
    let mut tails: Vec<Tail> = Vec::new();
    let mut candidates = Vec::new();
    for (j, text) in b.iter().enumerate() {
        let slot = slot(text, first.len());
        let mut i = first[slot];
        for _ in 0..STEPS_MAX {
            if i == 0 || candidates.len() == max {
                break;
            }
            let after = next[i as usize];
            if a[i as usize - 1] == *text {
                let is_late = after > 0 && after as usize + fewer <= j;
                if is_late && first[slot] == i && a[after as usize - 1] == *text {
                    first[slot] = after;
                } else {
                    candidates.push(i);
                }
            }
            i = after;
        }
        while let Some(i) = candidates.pop() {
            let len = tails.partition_point(|tail| tail.i < i);
            let before = if len > 0 { tails[len - 1].number } else { 0 };
            links.push(Link { i, j: j as u32, before });
            let tail = Tail { i, number: links.len() as u32 };
            if len == tails.len() {
                tails.push(tail);
            } else {
                tails[len] = tail;
            }
        }
    }
    let mut number = tails.last().map_or(0, |tail| tail.number);
    while number > 0 {
        let Link { i, j, before } = links[number as usize - 1];
        plan[j as usize] = i;
        number = before;
    }
}

/// Where a text stands in a table of so many slots, which are a power of two.
#[inline(never)]
fn slot(text: &[u8], slots: usize) -> usize {
    tree::hash(text) as usize & (slots - 1)
}
