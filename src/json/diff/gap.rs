//! Pairs elements that were removed with elements that were put in at the same place, so that as
//! much as possible of each stays. Knows only texts and positions.

use super::Differ;
use crate::json::tree::{self, Shape};

/// Elements of an array, and the range of those that are to be paired.
pub(super) type Free<'f, 't> = (&'f [&'t [u8]], usize, usize);

/// Elements of either array that may be passed over to find a better pair.
const SKIPPED_MAX: usize = 8;

/// Bytes that it costs, at least, to leave an element without a partner.
const SKIP_COST: usize = 32;

/// Bytes that a comparison costs beside those that are equal.
const COMPARE_COST: usize = 32;

/// Pairs elements, rising in both arrays, until one of them has none left.
///
/// Each time the next element of the one array gets the most similar of the next few of the other;
/// when no more bytes may be read for that, elements pair as they come.
pub(super) fn pair(plan: &mut [u32], differ: &mut Differ, a: Free<'_, '_>, b: Free<'_, '_>) {
    let (old, mut i, i_end) = a;
    let (new, mut j, j_end) = b;
    while i < i_end && j < j_end {
        let (mut best, mut most) = ((i, j), 0);
        for skipped in 0..=2 * SKIPPED_MAX {
            let more = skipped.div_ceil(2);
            let (x, y) = if skipped % 2 == 0 { (i, j + more) } else { (i + more, j) };
            if i + 1 == i_end && j + 1 == j_end {
                break;
            }
            if x >= i_end || y >= j_end {
                continue;
            }
            let common = in_common(old[x], new[y]);
            if !differ.may_search(common + COMPARE_COST) {
                break;
            }
            let gain = common.saturating_sub(more * SKIP_COST);
            if gain > most {
                (best, most) = ((x, y), gain);
            }
        }
        plan[best.1] = best.0 as u32 + 1;
        (i, j) = (best.0 + 1, best.1 + 1);
    }
}

/// Bytes of a value that need not be written to turn another into it, estimated.
fn in_common(a: &[u8], b: &[u8]) -> usize {
    if tree::shape(a) == Shape::Scalar || tree::shape(a) != tree::shape(b) {
        return 0;
    }
    tree::common_bytes(a, b)
}
