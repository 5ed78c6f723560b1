//! Lines two lists up: which element of the one is which of the other. Must not know what elements
//! mean; it compares texts. Elements are canonical values, names of elements, or lines.

use alloc::vec;
use alloc::vec::Vec;

use crate::json::chain;
use crate::json::tree::Children;

/// The canonical texts of the elements of an array, or the values of an object; none of a scalar.
pub(super) fn elements(text: &[u8]) -> Vec<&[u8]> {
    Children::new(text).map(|child| child.value).collect()
}

/// The partner in the second list of each element of the first one, if it has one. Partners are
/// equal and rise.
///
/// What both lists begin and end with is paired first. The rest takes n log n steps, however often
/// an element occurs; see [`chain`] for what that costs in quality.
pub(super) fn partners(a: &[&[u8]], b: &[&[u8]]) -> Vec<Option<usize>> {
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a_rest, b_rest) = (&a[start..], &b[start..]);
    let end = a_rest.iter().rev().zip(b_rest.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a_middle, b_middle) = (&a_rest[..a_rest.len() - end], &b_rest[..b_rest.len() - end]);
    let mut plan = vec![0; b_middle.len()];
    chain(&mut plan, a_middle, b_middle);
    let mut partners: Vec<Option<usize>> = vec![None; a.len()];
    for (at, partner) in partners.iter_mut().enumerate() {
        if at < start {
            *partner = Some(at);
        } else if at >= a.len() - end {
            *partner = Some(b.len() - (a.len() - at));
        }
    }
    for (j, &number) in plan.iter().enumerate() {
        if number > 0 {
            partners[start + number as usize - 1] = Some(start + j);
        }
    }
    partners
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lined_up(a: &str, b: &str) -> Vec<Option<usize>> {
        let letters = |text: &'static str| text.split("").filter(|x| !x.is_empty());
        let leak = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
        let a: Vec<&[u8]> = letters(leak(a)).map(str::as_bytes).collect();
        let b: Vec<&[u8]> = letters(leak(b)).map(str::as_bytes).collect();
        partners(&a, &b)
    }

    #[test]
    fn equal_elements_are_partners_along_a_longest_chain() {
        assert_eq!(lined_up("", "abc"), []);
        assert_eq!(lined_up("abc", ""), [None, None, None]);
        assert_eq!(lined_up("abcd", "abcd"), [Some(0), Some(1), Some(2), Some(3)]);
        assert_eq!(lined_up("abcd", "axcd"), [Some(0), None, Some(2), Some(3)]);
        assert_eq!(lined_up("abcd", "bcda"), [None, Some(0), Some(1), Some(2)]);
        assert_eq!(lined_up("aaa", "aa"), [Some(0), Some(1), None]);
        assert_eq!(lined_up("pabq", "pbaq").iter().flatten().count(), 3);
    }

    #[test]
    fn long_lists_of_few_elements_are_lined_up_in_steps_that_do_not_grow_with_their_square() {
        let bits: Vec<&[u8]> = (0..200_000_u32)
            .map(|i| if i.wrapping_mul(2_654_435_761) >> 31 > 0 { &b"0"[..] } else { b"1" })
            .collect();
        let mut other = bits.clone();
        other.remove(100_000);
        other.insert(5, b"7");
        other.reverse();
        other[1000..].reverse();
        let found = partners(&bits, &other);
        let rises = found.iter().flatten().is_sorted_by(|a, b| a < b);
        assert!(
            rises && found.iter().zip(&bits).all(|(at, x)| at.is_none_or(|at| other[at] == *x))
        );
    }
}
