//! Compares two arrays, along an alignment of their elements and index by index, and keeps the
//! shorter result. Its input are the arrays' texts; how elements are aligned is not its business.

use super::align::Plan;
use super::walk::Walk;
use super::{Differ, Token};
use crate::json::tree::{Children, Middle};
use alloc::vec::Vec;

/// Elements of one array that an alignment may have; longer arrays are compared by index.
const ALIGNED_MAX: usize = 1 << 18;

/// The elements in which two arrays differ.
pub(super) struct Elements<'t> {
    /// The whole first array.
    pub array: &'t [u8],
    /// Elements before those, the same in both arrays.
    pub index: usize,
    /// Those of the first array, or the first of very many.
    pub old: Vec<&'t [u8]>,
    /// Those of the second array, in the same way.
    pub new: Vec<&'t [u8]>,
    /// Whether no element follows.
    pub is_end: bool,
}

impl Differ {
    /// Puts in the operations for two arrays.
    pub(super) fn array(&mut self, a: &[u8], b: &[u8], ceiling: usize) -> bool {
        let Middle { index, start, a_end, b_end } = Middle::new(a, b);
        let (old, mut old_end) = elements(a, start, a_end);
        let (new, mut new_end) = elements(b, start, b_end);
        if old.len() == new.len() && old.len() < ALIGNED_MAX {
            // What both arrays end with has the same indexes.
            (old_end, new_end) = (a.len(), b.len());
        }
        let rest = [Children::within(a, old_end, a.len()), Children::within(b, new_end, b.len())];
        let elements = Elements { array: a, index, old, new, is_end: a_end + 1 == a.len() };
        let first = self.patch.len();
        let fits = self.guess(&elements, ceiling);
        if !fits {
            self.patch.truncate(first);
        }
        let second = self.patch.len();
        let below = if fits { second - 1 } else { ceiling };
        if self.by_index(&elements, rest, second + (below - first)) {
            self.patch.drain(first..second);
            return true;
        }
        self.patch.truncate(second);
        fits
    }

    /// Puts in the operations along an alignment, if there is one that is not by index.
    fn guess(&mut self, elements: &Elements<'_>, ceiling: usize) -> bool {
        let longest = elements.old.len().max(elements.new.len());
        if longest == ALIGNED_MAX || (elements.old.len() == 1 && elements.new.len() == 1) {
            return false;
        }
        let Some(plan) = Plan::new(self, &elements.old, &elements.new) else { return false };
        if plan.is_by_index() {
            return false;
        }
        self.guesses += 1;
        let fits = Walk::new(self, elements, &plan).run(ceiling);
        self.guesses -= 1;
        fits
    }

    /// Puts in the operations that compare the elements, and the rest of the arrays, by index.
    fn by_index(
        &mut self,
        elements: &Elements<'_>,
        [mut old_rest, mut new_rest]: [Children<'_>; 2],
        ceiling: usize,
    ) -> bool {
        let mut index = elements.index;
        for at in 0.. {
            let old = elements.old.get(at).copied();
            let new = elements.new.get(at).copied();
            let old = old.or_else(|| old_rest.next().map(|child| child.value));
            let new = new.or_else(|| new_rest.next().map(|child| child.value));
            match (old, new) {
                (Some(x), Some(y)) if !self.element(index, x, y, ceiling) => return false,
                (Some(_), Some(_)) => index += 1,
                (Some(_), None) => self.put("remove", Token::None, Token::Index(index), b""),
                (None, Some(y)) => self.put("add", Token::None, Token::End, y),
                (None, None) => break,
            }
            if self.patch.len() > ceiling {
                return false;
            }
        }
        true
    }

    /// Compares an element with what becomes of it.
    pub(super) fn element(&mut self, index: usize, x: &[u8], y: &[u8], ceiling: usize) -> bool {
        x == y || self.child(Token::Index(index), x, y, ceiling)
    }
}

/// The texts of the elements in a range, up to the limit, and where those end.
fn elements(array: &[u8], start: usize, end: usize) -> (Vec<&[u8]>, usize) {
    let (mut list, mut list_end) = (Vec::new(), start);
    for child in Children::within(array, start, end).take(ALIGNED_MAX) {
        list.push(child.value);
        list_end = child.end;
    }
    (list, list_end)
}
