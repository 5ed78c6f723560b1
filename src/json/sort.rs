//! The one sort of the core: shell sort, in place. What is sorted here is short or nearly sorted,
//! and the standard library's sort would be a tenth of the module.

use core::cmp::Ordering;

/// Sorts `items`; items that compare as equal may change places.
pub(crate) fn sort<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let mut gap = 1;
    while gap < items.len() / 9 {
        gap = gap * 3 + 1;
    }
    while gap > 0 {
        for i in gap..items.len() {
            let mut to = i;
            while to >= gap && compare(&items[to], &items[to - gap]).is_lt() {
                items.swap(to, to - gap);
                to -= gap;
            }
        }
        gap /= 3;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_come_out_in_order_whatever_their_number() {
        for len in [0, 1, 2, 9, 40, 1000] {
            let mut items: Vec<u64> = (0..len).map(|i| i * 7919 % 1009).collect();
            let mut expected = items.clone();
            expected.sort_unstable();
            sort(&mut items, Ord::cmp);
            assert_eq!(items, expected);
        }
    }
}
