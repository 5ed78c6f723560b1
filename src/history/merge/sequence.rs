//! Merges lists whose elements have no names, along common subsequences. Owns what becomes of a
//! hunk. Elements are canonical texts; what becomes of one is the walk's.

use core::ops::Range;

use super::super::align::{elements, partners};
use super::Sides;
use super::hunk::{By, Hunk, Reach, hunks};
use super::moved::{Moved, moved};
use super::walk::{List, Walk};
use crate::json::tree::{Children, Join, Shape, shape};

/// Writes the elements that three lists are merged to: base, mine, theirs.
pub(super) fn merge(walk: &mut Walk, lists: [&[&[u8]]; 3]) {
    let [base, mine, theirs] = lists;
    let hunks = hunks(lists, Reach::Overlapping);
    let moved = moved(&hunks, lists);
    let mut sequence = Sequence { walk, list: List { count: 0 }, lists, moved };
    let mut passed = 0;
    for hunk in &hunks {
        sequence.copy(&base[passed..hunk.base.start]);
        let sides = (&mine[hunk.mine.clone()], &theirs[hunk.theirs.clone()]);
        match hunk.by {
            _ if sequence.has_moved(hunk) => sequence.both(hunk),
            By::Mine => sequence.copy(sides.0),
            By::Theirs => sequence.copy(sides.1),
            By::Both if sides.0 == sides.1 => sequence.copy(sides.0),
            By::Both => sequence.both(hunk),
        }
        passed = hunk.base.end;
    }
    sequence.copy(&base[passed..]);
}

/// A list that is being written.
struct Sequence<'w, 'l, 't> {
    walk: &'w mut Walk,
    list: List,
    lists: [&'l [&'t [u8]]; 3],
    moved: Moved,
}

impl Sequence<'_, '_, '_> {
    fn copy(&mut self, elements: &[&[u8]]) {
        self.walk.copy(&mut self.list, elements);
    }

    /// Whether a side has moved what the other one took away into a hunk.
    fn has_moved(&self, hunk: &Hunk) -> bool {
        let [mine, theirs] = &self.moved;
        mine.range(hunk.mine.clone()).next().is_some()
            || theirs.range(hunk.theirs.clone()).next().is_some()
    }

    /// Writes a hunk that both sides changed, or whose elements both had a hand in.
    fn both(&mut self, hunk: &Hunk) {
        match hunk.base.is_empty() {
            true => self.put_in(hunk),
            false => self.one_by_one(hunk),
        }
    }

    /// Writes a hunk of elements that were there.
    fn one_by_one(&mut self, hunk: &Hunk) {
        let [base, mine, theirs] = self.lists;
        let old = &base[hunk.base.clone()];
        let (mine, theirs) = (&mine[hunk.mine.clone()], &theirs[hunk.theirs.clone()]);
        // Where neither side has put in or removed anything, elements most likely are the same.
        let is_in_place = mine.len() == old.len() && theirs.len() == old.len();
        for at in 0..old.len().max(mine.len()).max(theirs.len()) {
            let [base, mine, theirs] = [old, mine, theirs].map(|list| list.get(at).copied());
            let sides = Sides {
                base: base.unwrap_or_default(),
                mine: mine.unwrap_or_default(),
                theirs: theirs.unwrap_or_default(),
            };
            let base_index = (at < old.len()).then_some(hunk.base.start + at);
            let is_moved = self.moved[0].contains_key(&(hunk.mine.start + at))
                || self.moved[1].contains_key(&(hunk.theirs.start + at));
            match is_in_place && !is_moved && (old.len() == 1 || are_related(sides)) {
                true => self.walk.element(&mut self.list, base_index, sides),
                false => self.walk.disputed_element(&mut self.list, base_index, sides),
            }
        }
    }

    /// Writes what was put in at one place: what both begin and end with once, and between that
    /// what either has, in the order of the texts, which is the same whichever side is mine.
    fn put_in(&mut self, hunk: &Hunk) {
        let [_, all_mine, all_theirs] = self.lists;
        let (mine, theirs) = (&all_mine[hunk.mine.clone()], &all_theirs[hunk.theirs.clone()]);
        let start = mine.iter().zip(theirs).take_while(|(x, y)| x == y).count();
        let pairs = mine[start..].iter().rev().zip(theirs[start..].iter().rev());
        let end = pairs.take_while(|(x, y)| x == y).count();
        self.copy(&mine[..start]);
        let mine = hunk.mine.start + start..hunk.mine.end - end;
        let theirs = hunk.theirs.start + start..hunk.theirs.end - end;
        if all_mine[mine.clone()] <= all_theirs[theirs.clone()] {
            self.put_in_by(MINE, mine);
            self.put_in_by(THEIRS, theirs);
        } else {
            self.put_in_by(THEIRS, theirs);
            self.put_in_by(MINE, mine);
        }
        self.copy(&all_mine[hunk.mine.end - end..hunk.mine.end]);
    }

    /// Writes what one side put in. What the other one took away elsewhere is in conflict with it.
    fn put_in_by(&mut self, side: usize, range: Range<usize>) {
        for index in range {
            let element = self.lists[side][index];
            let Some(&from) = self.moved[side - MINE].get(&index) else {
                self.copy(&[element]);
                continue;
            };
            let base = self.lists[BASE][from];
            let sides = match side {
                MINE => Sides { base, mine: element, theirs: b"" },
                _ => Sides { base, mine: b"", theirs: element },
            };
            self.walk.disputed_element(&mut self.list, Some(from), sides);
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

// Places in lists of three.
const BASE: usize = 0;
const MINE: usize = 1;
const THEIRS: usize = 2;
