//! Compares two arrays, along an alignment of their elements and index by index, and keeps the
//! shorter result. Owns the indexes: every operation sees the array as the ones before it have left
//! it. Its input are the arrays' texts; how elements are aligned is not its business.

use super::align::align;
use super::{Differ, Token};
use crate::json::tree::{Children, Middle};
use alloc::vec::Vec;

/// Elements of one array that an alignment may have; longer arrays are compared by index.
const ALIGNED_MAX: usize = 1 << 18;

impl Differ {
    /// Puts in the operations for two arrays.
    pub(super) fn array(&mut self, a: &[u8], b: &[u8], ceiling: usize) -> bool {
        let mut middle = Middle::new(a, b);
        let old = elements(a, middle.start, middle.a_end);
        let new = elements(b, middle.start, middle.b_end);
        let longest = old.len().max(new.len());
        let first = self.patch.len();
        let mut below = ceiling;
        let mut fits = false;
        if longest < ALIGNED_MAX
            && old.len() + new.len() != 2
            && let Some(plan) = align(self, &old, &new)
        {
            self.guesses += 1;
            fits = self.walk([a, b], &middle, &plan, ceiling);
            self.guesses -= 1;
        }
        if !fits {
            self.patch.truncate(first);
        }
        let second = self.patch.len();
        if fits {
            // In this order nothing goes below zero, also where there is nothing to put in.
            below = second + second - first - 1;
        }
        if old.len() != new.len() || longest == ALIGNED_MAX {
            // Otherwise what both arrays end with has the same indexes.
            (middle.a_end, middle.b_end) = (a.len(), b.len());
        }
        if self.walk([a, b], &middle, &[], below) {
            let len = self.patch.len() - second;
            self.patch.copy_within(second.., first);
            self.patch.truncate(first + len);
            return true;
        }
        self.patch.truncate(second);
        fits
    }

    /// Puts in the operations along a plan, or index by index where the plan has nothing.
    #[inline(never)]
    fn walk(&mut self, [a, b]: [&[u8]; 2], middle: &Middle, plan: &[u32], ceiling: usize) -> bool {
        let mut old = Children::within(a, middle.start, middle.a_end);
        let mut new = Children::within(b, middle.start, middle.b_end);
        let mut x = next(&mut old);
        let (mut index, mut passed, mut at) = (middle.index, 0, 0);
        loop {
            let y = next(&mut new);
            let mut partner = plan.get(at).map_or(passed + 1, |&number| number as usize);
            if y.is_empty() {
                partner = usize::MAX;
            }
            while passed + 1 < partner && !x.is_empty() {
                if !self.child(Token::Index(index), x, b"", ceiling) {
                    return false;
                }
                x = next(&mut old);
                passed += 1;
            }
            if y.is_empty() {
                return true;
            }
            let is_last = x.is_empty() && middle.a_end + 1 >= a.len();
            let token = if is_last { Token::Name(b"-") } else { Token::Index(index) };
            if partner == 0 {
                if !self.child(token, b"", y, ceiling) {
                    return false;
                }
            } else {
                if !self.child(token, x, y, ceiling) {
                    return false;
                }
                x = next(&mut old);
                passed += 1;
            }
            index += 1;
            at += 1;
        }
    }
}

/// The text of the next element; empty behind the last one.
fn next<'t>(children: &mut Children<'t>) -> &'t [u8] {
    children.next().map_or(b"", |child| child.value)
}

/// The texts of the elements in a range, up to the limit.
#[inline(never)]
fn elements(array: &[u8], start: usize, end: usize) -> Vec<&[u8]> {
    let mut children = Children::within(array, start, end);
    let mut list = Vec::new();
    while list.len() < ALIGNED_MAX
        && let Some(child) = children.next()
    {
        list.push(child.value);
    }
    list
}
