//! Merges lists whose elements have no names, along common subsequences. Owns what becomes of a
//! hunk that both sides changed. Elements are canonical texts; what becomes of one is the walk's.

use super::super::align::{elements, partners};
use super::Sides;
use super::hunk::{By, Hunk, Reach, hunks};
use super::walk::{List, Walk};
use crate::json::tree::{Children, Join, Shape, shape};

/// Writes the elements that three lists are merged to: base, mine, theirs.
pub(super) fn merge(walk: &mut Walk, lists: [&[&[u8]]; 3]) {
    let [base, mine, theirs] = lists;
    let mut list = List { count: 0 };
    let mut passed = 0;
    for hunk in hunks(lists, Reach::Overlapping) {
        walk.copy(&mut list, &base[passed..hunk.base.start]);
        match hunk.by {
            By::Mine => walk.copy(&mut list, &mine[hunk.mine.clone()]),
            By::Theirs => walk.copy(&mut list, &theirs[hunk.theirs.clone()]),
            By::Both => both(walk, &mut list, lists, &hunk),
        }
        passed = hunk.base.end;
    }
    walk.copy(&mut list, &base[passed..]);
}

/// Writes a hunk that both sides changed.
fn both(walk: &mut Walk, list: &mut List, [base, mine, theirs]: [&[&[u8]]; 3], hunk: &Hunk) {
    let old = &base[hunk.base.clone()];
    let (mine, theirs) = (&mine[hunk.mine.clone()], &theirs[hunk.theirs.clone()]);
    if mine == theirs {
        return walk.copy(list, mine);
    }
    if old.is_empty() {
        return put_in(walk, list, mine, theirs);
    }
    // Where neither side has put in or removed anything, elements are most likely the same ones.
    let is_in_place = mine.len() == old.len() && theirs.len() == old.len();
    for at in 0..old.len().max(mine.len()).max(theirs.len()) {
        let [base, mine, theirs] = [old, mine, theirs].map(|list| list.get(at).copied());
        let sides = Sides {
            base: base.unwrap_or_default(),
            mine: mine.unwrap_or_default(),
            theirs: theirs.unwrap_or_default(),
        };
        let base_index = (at < old.len()).then_some(hunk.base.start + at);
        match is_in_place && (old.len() == 1 || are_related(sides)) {
            true => walk.element(list, base_index, sides),
            false => walk.disputed_element(list, base_index, sides),
        }
    }
}

/// Whether the elements of both sides have something in common with that of the base. Where both
/// sides have put in and removed as many elements, those at one place may be strangers.
fn are_related(Sides { base, mine, theirs }: Sides) -> bool {
    let is_related = |side: &[u8]| match (shape(base), shape(side)) {
        (Shape::Object, Shape::Object) => {
            Join::new(Children::new(base), Children::new(side)).any(|both| both.old == both.new)
        }
        (Shape::Array, Shape::Array) => {
            partners(&elements(base), &elements(side)).iter().any(Option::is_some)
        }
        (a, b) => a == b,
    };
    base == mine || base == theirs || is_related(mine) && is_related(theirs)
}

/// Writes what both sides put in at one place: what both begin and end with once, and between that
/// what either has, in the order of the texts, which is the same whichever side is mine.
fn put_in(walk: &mut Walk, list: &mut List, mine: &[&[u8]], theirs: &[&[u8]]) {
    let start = mine.iter().zip(theirs).take_while(|(x, y)| x == y).count();
    let (common, mine, theirs) = (&mine[..start], &mine[start..], &theirs[start..]);
    let pairs = mine.iter().rev().zip(theirs.iter().rev());
    let end = pairs.take_while(|(x, y)| x == y).count();
    let (mine, common_end) = mine.split_at(mine.len() - end);
    let theirs = &theirs[..theirs.len() - end];
    for elements in [common, mine.min(theirs), mine.max(theirs), common_end] {
        walk.copy(list, elements);
    }
}
