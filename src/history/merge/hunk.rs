//! Where two lists differ from the one that both grew from: stretches that one side changed, or
//! both. Owns the cut into such hunks, as of a three-way comparison of files. Must not know what
//! the elements are.

use alloc::vec::Vec;
use core::ops::Range;

use super::super::align::partners;

/// Who changed a hunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Mine,
    Theirs,
    Both,
}

/// A stretch that was changed, in each of the three lists. Between two hunks all are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hunk {
    pub by: By,
    pub base: Range<usize>,
    pub mine: Range<usize>,
    pub theirs: Range<usize>,
}

/// When two changes belong to one hunk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// They change the same elements, or put some in at the same place.
    Overlapping,
    /// Also if nothing unchanged is between them.
    Touching,
}

/// The hunks of three lists, in their order.
pub(super) fn hunks([base, mine, theirs]: [&[&[u8]]; 3], reach: Reach) -> Vec<Hunk> {
    let sides = [Edits::new(base, mine), Edits::new(base, theirs)];
    let [mut mine, mut theirs] = sides;
    let mut hunks = Vec::new();
    while let Some(first) = [mine.next(), theirs.next()].into_iter().flatten().min() {
        let mut base = first.0..first.1;
        let starts = (mine.place(base.start), theirs.place(base.start));
        let mut is_by = (false, false);
        loop {
            let by_mine = mine.take_joined(&mut base, reach);
            let by_theirs = theirs.take_joined(&mut base, reach);
            is_by = (is_by.0 | by_mine, is_by.1 | by_theirs);
            if !by_mine && !by_theirs {
                break;
            }
        }
        let by = match is_by {
            (true, true) => By::Both,
            (true, false) => By::Mine,
            _ => By::Theirs,
        };
        let mine = starts.0..mine.place(base.end);
        hunks.push(Hunk { by, mine, theirs: starts.1..theirs.place(base.end), base });
    }
    hunks
}

/// The changes of one side, of which the first ones were taken.
struct Edits {
    /// Where each begins and ends in the base, and by how much it makes the list longer.
    edits: Vec<(usize, usize, isize)>,
    taken: usize,
    /// By how much those that were taken make the list longer.
    longer: isize,
}

impl Edits {
    fn new(base: &[&[u8]], side: &[&[u8]]) -> Self {
        let mut edits = Vec::new();
        let (mut at, mut side_at) = (0, 0);
        let ends = [(base.len(), side.len())];
        let pairs = partners(base, side).into_iter().enumerate();
        for (i, j) in pairs.filter_map(|(i, j)| j.map(|j| (i, j))).chain(ends) {
            if i > at || j > side_at {
                edits.push((at, i, (j - side_at) as isize - (i - at) as isize));
            }
            (at, side_at) = (i + 1, j + 1);
        }
        Edits { edits, taken: 0, longer: 0 }
    }

    /// Where the next change begins and ends in the base.
    fn next(&self) -> Option<(usize, usize)> {
        self.edits.get(self.taken).map(|&(start, end, _)| (start, end))
    }

    /// The place in the side of a place in the base, behind all changes that were taken.
    fn place(&self, base: usize) -> usize {
        base.checked_add_signed(self.longer).expect("what was taken away was there before")
    }

    /// Takes the changes that belong to a hunk, and makes the hunk as long; whether there are any.
    fn take_joined(&mut self, hunk: &mut Range<usize>, reach: Reach) -> bool {
        let before = self.taken;
        while let Some(&(start, end, longer)) = self.edits.get(self.taken) {
            let is_same = start == hunk.start && end == hunk.end;
            let overlaps = start < hunk.end && hunk.start < end;
            let touches = reach == Reach::Touching && start <= hunk.end;
            if !(is_same || overlaps || touches) {
                break;
            }
            *hunk = hunk.start..hunk.end.max(end);
            self.longer += longer;
            self.taken += 1;
        }
        self.taken > before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(lists: [&str; 3], reach: Reach) -> Vec<(By, String, String, String)> {
        let split = |text: &'static str| text.as_bytes().chunks(1).collect::<Vec<_>>();
        let leak = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
        let letters = lists.map(|list| split(leak(list)));
        let found = hunks([&letters[0], &letters[1], &letters[2]], reach);
        let text = |list: &str, range: Range<usize>| list[range].to_string();
        let told = |hunk: Hunk| {
            let Hunk { by, base, mine, theirs } = hunk;
            (by, text(lists[0], base), text(lists[1], mine), text(lists[2], theirs))
        };
        found.into_iter().map(told).collect()
    }

    fn hunk(by: By, base: &str, mine: &str, theirs: &str) -> (By, String, String, String) {
        (by, base.into(), mine.into(), theirs.into())
    }

    #[test]
    fn changes_at_different_places_are_hunks_of_one_side() {
        let found = cut(["abcdef", "aXcdef", "abcdYZf"], Reach::Overlapping);
        let expected = [hunk(By::Mine, "b", "X", "b"), hunk(By::Theirs, "e", "e", "YZ")];
        assert_eq!(found, expected);
    }

    #[test]
    fn changes_of_the_same_elements_are_one_hunk_as_long_as_both() {
        let found = cut(["abcdef", "aXYef", "abcZf"], Reach::Overlapping);
        assert_eq!(found, [hunk(By::Both, "bcde", "XYe", "bcZ")]);
        let found = cut(["ab", "aXb", "aYZb"], Reach::Overlapping);
        assert_eq!(found, [hunk(By::Both, "", "X", "YZ")]);
    }

    #[test]
    fn changes_side_by_side_are_joined_only_if_touching_counts() {
        let lists = ["abcd", "aXcd", "abYd"];
        let apart = [hunk(By::Mine, "b", "X", "b"), hunk(By::Theirs, "c", "c", "Y")];
        assert_eq!(cut(lists, Reach::Overlapping), apart);
        assert_eq!(cut(lists, Reach::Touching), [hunk(By::Both, "bc", "Xc", "bY")]);
        let lists = ["abc", "aXbc", "aYc"];
        let apart = [hunk(By::Mine, "", "X", ""), hunk(By::Theirs, "b", "b", "Y")];
        assert_eq!(cut(lists, Reach::Overlapping), apart);
        let lists = ["abc", "abXc", "aYc"];
        let apart = [hunk(By::Theirs, "b", "b", "Y"), hunk(By::Mine, "", "X", "")];
        assert_eq!(cut(lists, Reach::Overlapping), apart);
    }

    #[test]
    fn equal_lists_have_no_hunks() {
        assert_eq!(cut(["ab", "ab", "ab"], Reach::Touching), []);
        assert_eq!(cut(["", "", ""], Reach::Touching), []);
    }
}
