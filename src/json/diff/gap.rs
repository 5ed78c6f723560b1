//! Pairs elements that were removed with elements that were put in at the same place, so that as
//! much as possible of each stays. Knows only texts and positions.

use super::Differ;
use super::align::{Partner, Plan};
use crate::json::tree::{self, Shape};

/// Elements of an array, and which of them are to be paired.
pub(super) type Free<'f, 't> = (&'f [&'t [u8]], &'f [u32]);

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
pub(super) fn pair(plan: &mut Plan, differ: &mut Differ, a: Free<'_, '_>, b: Free<'_, '_>) {
    let (mut rows, mut columns) = (a.1, b.1);
    while let (Some(mut i), Some(mut j)) = (rows.first(), columns.first()) {
        let (mut best, mut most) = ((0, 0), 0);
        for skipped in 0..=2 * SKIPPED_MAX {
            let skip = if skipped % 2 == 0 { (0, skipped / 2) } else { (skipped / 2 + 1, 0) };
            let (Some(x), Some(y)) = (rows.get(skip.0), columns.get(skip.1)) else { continue };
            if rows.len().max(columns.len()) == 1 {
                break;
            }
            let common = in_common(a.0[*x as usize], b.0[*y as usize]);
            if !differ.may_search(common + COMPARE_COST) {
                break;
            }
            let gain = common.saturating_sub((skip.0 + skip.1) * SKIP_COST);
            if gain > most {
                (i, j, best, most) = (x, y, skip, gain);
            }
        }
        plan.pair(*i, *j, Partner::Stays);
        (rows, columns) = (&rows[best.0 + 1..], &columns[best.1 + 1..]);
    }
}

/// Bytes of a value that need not be written to turn another into it, estimated.
fn in_common(a: &[u8], b: &[u8]) -> usize {
    if tree::shape(a) == Shape::Scalar || tree::shape(a) != tree::shape(b) {
        return 0;
    }
    tree::common_bytes(a, b)
}
