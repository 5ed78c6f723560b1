//! In what order the elements of merged lists stand. Owns who moved what: elements that neither
//! side moved are the frame, in the order of the base; all others stand in the gaps of the frame,
//! where the side has them that put them there. Knows names only.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use super::super::align::partners;

/// Where each name stands in the base, in mine and in theirs.
pub(super) type Places<'t> = BTreeMap<&'t [u8], [Option<usize>; 3]>;

/// The names of all elements that mine or theirs has.
pub(super) struct Order<'t> {
    pub names: Vec<&'t [u8]>,
    /// Both sides put the same element to different places. It stands where mine has it.
    pub is_disputed: bool,
}

/// The order of the elements of three lists: base, mine, theirs. Takes n log n steps.
///
/// Which side is mine makes no difference, unless the order is disputed.
pub(super) fn merged<'t>(names: &[Vec<&'t [u8]>; 3], places: &Places<'t>) -> Order<'t> {
    let [base, mine, theirs] = names;
    let is_in_all = |name: &&&[u8]| places.get(**name).is_some_and(|at| !at.contains(&None));
    let common: Vec<Vec<&[u8]>> =
        names.iter().map(|list| list.iter().filter(is_in_all).copied().collect()).collect();
    let still = [still(&common[0], &common[1]), still(&common[0], &common[2])];
    let is_frame = |name: &[u8]| still.iter().all(|still| still.contains(name));
    let gaps = [gaps(mine, is_frame), gaps(theirs, is_frame)];
    let mut placing = Placing { places, still: &still, gap_of: [index(&gaps[0]), index(&gaps[1])] };
    let mut order = Order { names: Vec::new(), is_disputed: false };
    let mut frame = base.iter().copied().filter(|name| is_frame(name));
    for (in_mine, in_theirs) in gaps[0].iter().zip(&gaps[1]) {
        placing.fill(&mut order, in_mine, in_theirs);
        order.names.extend(frame.next());
    }
    order
}

/// The names that keep their order from the base to a side, as many as can be.
fn still<'t>(base: &[&'t [u8]], side: &[&'t [u8]]) -> BTreeSet<&'t [u8]> {
    let pairs = base.iter().zip(partners(base, side));
    pairs.filter_map(|(name, partner)| partner.map(|_| *name)).collect()
}

/// The names of a side that stand before, between and behind those of the frame.
fn gaps<'t>(side: &[&'t [u8]], is_frame: impl Fn(&[u8]) -> bool) -> Vec<Vec<&'t [u8]>> {
    side.split(|name| is_frame(name)).map(<[_]>::to_vec).collect()
}

/// The gap in which each name stands.
fn index<'t>(gaps: &[Vec<&'t [u8]>]) -> BTreeMap<&'t [u8], usize> {
    let gaps = gaps.iter().enumerate();
    gaps.flat_map(|(gap, names)| names.iter().map(move |name| (*name, gap))).collect()
}

/// Who decides about the place of an element outside of the frame.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Decides {
    /// Only this side has it, or only this side moved it.
    Mine,
    Theirs,
    /// Both put it into the same gap.
    Both,
    /// Both put it somewhere, into different gaps.
    Neither,
}

/// What is known of the elements outside of the frame.
struct Placing<'p, 't> {
    places: &'p Places<'t>,
    still: &'p [BTreeSet<&'t [u8]>; 2],
    gap_of: [BTreeMap<&'t [u8], usize>; 2],
}

impl<'t> Placing<'_, 't> {
    fn decides(&self, name: &[u8]) -> Decides {
        let [base, mine, theirs] = self.places.get(name).copied().unwrap_or_default();
        if mine.is_none() || theirs.is_none() {
            return if theirs.is_none() { Decides::Mine } else { Decides::Theirs };
        }
        let is_still = |side: usize| base.is_some() && self.still[side].contains(name);
        match (is_still(0), is_still(1)) {
            (false, true) => Decides::Mine,
            (true, false) => Decides::Theirs,
            _ if self.gap_of[0].get(name) == self.gap_of[1].get(name) => Decides::Both,
            _ => Decides::Neither,
        }
    }

    /// Appends the names of one gap.
    fn fill(&mut self, order: &mut Order<'t>, mine: &[&'t [u8]], theirs: &[&'t [u8]]) {
        let of = |names: &[&'t [u8]], other: Decides| -> Vec<&'t [u8]> {
            let is_other = |name: &&&[u8]| self.decides(name) != other;
            names.iter().filter(is_other).copied().collect()
        };
        let mine = of(mine, Decides::Theirs);
        let mut theirs = of(theirs, Decides::Mine);
        let all = theirs.len();
        theirs.retain(|name| self.decides(name) != Decides::Neither);
        order.is_disputed |= theirs.len() < all;
        // What both put here stands in the order that both have; else in mine.
        let is_shared = |name: &&&[u8]| self.decides(name) == Decides::Both;
        let shared = |names: &[&'t [u8]]| names.iter().filter(is_shared).copied().collect();
        let (first, second): (Vec<&[u8]>, Vec<&[u8]>) = (shared(&mine), shared(&theirs));
        if first != second {
            order.is_disputed = true;
            theirs.retain(|name| self.decides(name) != Decides::Both);
            return weave(&mut order.names, &mine, &theirs, &BTreeSet::new());
        }
        weave(&mut order.names, &mine, &theirs, &first.into_iter().collect());
    }
}

/// Appends the names of two lists: those that both share in their common order, and between them
/// what each has, the lists that come first in the order of names first.
fn weave<'t>(
    names: &mut Vec<&'t [u8]>,
    mine: &[&'t [u8]],
    theirs: &[&'t [u8]],
    shared: &BTreeSet<&'t [u8]>,
) {
    let is_shared = |name: &&[u8]| shared.contains(name);
    let mut anchors = mine.iter().filter(|name| is_shared(name));
    for (x, y) in mine.split(is_shared).zip(theirs.split(is_shared)) {
        names.extend_from_slice(x.min(y));
        names.extend_from_slice(x.max(y));
        names.extend(anchors.next());
    }
}
