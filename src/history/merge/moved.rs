//! Elements of a list without ids that one side took away while the other one put them elsewhere.
//! Such lists are lined up by what is equal in them, so what the other side has moved, or changed
//! where a stranger was taken for it, looks like a new element. Owns how those are told from new
//! ones; it must not know what becomes of them.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::ops::Range;

use super::hunk::{By, Hunk};
use super::lines;
use crate::json::tree::{Children, Shape, shape};

/// For my list and for theirs: the indexes of the elements that one side has elsewhere and the
/// other one took away, each with the index in the base of the element that it was made of.
pub(super) type Moved = [BTreeMap<usize, usize>; 2];

/// What of two lists was moved by one side and taken away by the other.
///
/// What tells is a number, or a line of a string, that both sides took away from its place, that
/// one side has nowhere in the list any more, and the other one has elsewhere. A side that has
/// copied an element has not taken it away: its copy is its own.
///
/// Invariant: where nothing occurs twice, whatever one side took away and the other one has in
/// another hunk, or in this one where elements keep their places, is found. For what one side took
/// away was in a hunk that both changed, or the other side has it where it was.
pub(super) fn moved(hunks: &[Hunk], lists: [&[&[u8]]; 3]) -> Moved {
    if !hunks.iter().any(is_disputed) {
        return Moved::default();
    }
    let [base, mine, theirs] = lists;
    let ranges = |of: fn(&Hunk) -> &Range<usize>| hunks.iter().map(of).cloned().collect();
    let mine = Side { list: mine, by: By::Mine, ranges: ranges(|hunk| &hunk.mine) };
    let theirs = Side { list: theirs, by: By::Theirs, ranges: ranges(|hunk| &hunk.theirs) };
    [mine.moved(hunks, base, theirs.list), theirs.moved(hunks, base, mine.list)]
}

/// Whether both sides changed elements that were there.
fn is_disputed(hunk: &Hunk) -> bool {
    hunk.by == By::Both && !hunk.base.is_empty()
}

/// One side of a list.
struct Side<'l, 't> {
    list: &'l [&'t [u8]],
    by: By,
    /// Where it has each hunk.
    ranges: Vec<Range<usize>>,
}

impl<'t> Side<'_, 't> {
    /// What this side has moved and the other one took away.
    fn moved(&self, hunks: &[Hunk], base: &[&[u8]], other: &[&[u8]]) -> BTreeMap<usize, usize> {
        let taken = self.taken(hunks, base, &scalars(other));
        let mut moved = BTreeMap::new();
        let is_own = |hunk: &Hunk| hunk.by == self.by || hunk.by == By::Both;
        for (_, range) in hunks.iter().zip(&self.ranges).filter(|(hunk, _)| is_own(hunk)) {
            for index in range.clone() {
                let from =
                    scalars(&self.list[index..=index]).into_iter().find_map(|x| taken.get(x));
                moved.extend(from.map(|from| (index, *from)));
            }
        }
        moved
    }

    /// The scalars that this side took away from their places, and the other side from the whole
    /// list; and the elements of the base that had them.
    fn taken<'b>(
        &self,
        hunks: &[Hunk],
        base: &[&'b [u8]],
        other_has: &BTreeSet<&[u8]>,
    ) -> BTreeMap<&'b [u8], usize> {
        let mut taken = BTreeMap::new();
        for (hunk, range) in hunks.iter().zip(&self.ranges).filter(|(hunk, _)| is_disputed(hunk)) {
            let new = &self.list[range.clone()];
            let all = scalars(new);
            for (place, index) in hunk.base.clone().enumerate() {
                // Where as many elements are left as there were, each has its place.
                let has = match hunk.base.len() == new.len() {
                    true => &scalars(&new[place..=place]),
                    false => &all,
                };
                let old = scalars(&base[index..=index]).into_iter();
                let gone = old.filter(|x| !has.contains(x) && !other_has.contains(x));
                taken.extend(gone.map(|scalar| (scalar, index)));
            }
        }
        taken
    }
}

/// The numbers, and the lines of the strings, in some values; nothing that is as good as empty, and
/// none of the literals: they are everywhere.
fn scalars<'t>(values: &[&'t [u8]]) -> BTreeSet<&'t [u8]> {
    let mut found = BTreeSet::new();
    values.iter().for_each(|value| gather(value, &mut found));
    found
}

/// Recursion is as deep as the content, which is canonical and keeps to the limit of depth.
fn gather<'t>(text: &'t [u8], found: &mut BTreeSet<&'t [u8]>) {
    match (shape(text), text.first()) {
        (Shape::Array | Shape::Object, _) => {
            Children::new(text).for_each(|child| gather(child.value, found));
        }
        (Shape::Scalar, Some(b'"')) => {
            let lines = lines::inner(text).map(lines::lines).unwrap_or_default();
            found.extend(lines.into_iter().filter(|line| !matches!(*line, b"" | br"\n")));
        }
        (Shape::Scalar, Some(b'-' | b'0'..=b'9')) => found.extend([text]),
        (Shape::Scalar, _) => {}
    }
}
