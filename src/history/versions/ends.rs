//! Where the slices of a text end, and the nodes above them. Owns the rule: a slice ends where a
//! hash of what stands before is greater than at every other place within reach, and a node where
//! it is greatest among the ends of the level below. So an end depends on what lies within reach of
//! it and on nothing else; an edit moves no end farther away, and none of the nodes above unless
//! it moves that of a text. Must not know how slices are spelled.

use alloc::vec::Vec;
use core::ops::Range;

/// A place where something ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End {
    /// Bytes, or slices of the level below, in front of it.
    pub at: usize,
    /// How much the place stands out.
    pub height: u32,
}

/// The ends of the slices of a text; the last one is its length.
pub(super) fn of_text(text: &[u8]) -> Vec<End> {
    let is_high = |end: &End| end.height > TEXT_FLOOR;
    let places: Vec<End> = heights(text, 0..text.len()).filter(is_high).collect();
    let within = |range| highest_of(heights(text, range));
    highest(&places, text.len(), (TEXT_REACH, TEXT_MAX), within)
}

/// The ends of the nodes above slices that end at such places. There are fewer nodes than slices,
/// if there is more than one.
pub(super) fn of_nodes(below: &[End]) -> Vec<End> {
    let counted = (1..).zip(below);
    let places: Vec<End> = counted.map(|(at, end)| End { at, height: end.height }).collect();
    let within = |range: Range<usize>| highest_of(places[range].iter().copied());
    highest(&places, below.len(), (NODE_REACH, NODE_MAX), within)
}

/// The places behind the bytes of a range, each with a hash of the bytes in front of it.
fn heights(text: &[u8], range: Range<usize>) -> impl Iterator<Item = End> {
    // Older bytes are shifted out: the sum is one of the last 64.
    let first = range.start.saturating_sub(u64::BITS as usize);
    let places = (first + 1..).zip(&text[first..range.end]);
    let hashed = places.scan(0_u64, |sum, (at, byte)| {
        *sum = (*sum << 1).wrapping_add(u64::from(*byte) + 1);
        Some(End { at, height: (sum.wrapping_mul(SPREAD) >> 32) as u32 })
    });
    hashed.skip(range.start - first)
}

/// The highest of some places, the first one of these.
fn highest_of(places: impl Iterator<Item = End>) -> Option<End> {
    places.reduce(|best, place| if place.height > best.height { place } else { best })
}

/// The ends within a length: the places that are higher than all before within reach, and no lower
/// than those behind. Where these are farther from each other than the most that is allowed, the
/// place that is highest in the second half of that counts, which `within` tells: in a text that
/// repeats itself none stands out, but what follows an edit is to end where it did before.
///
/// Of those that are highest, two are farther from each other than the reach, and the first one
/// from the beginning.
fn highest(
    places: &[End],
    len: usize,
    (reach, max): (usize, usize),
    within: impl Fn(Range<usize>) -> Option<End>,
) -> Vec<End> {
    let mut ends: Vec<End> = Vec::new();
    let mut last = 0;
    let mut fill = |until: End| {
        while until.at - last > max {
            let longest = End { at: last + max, height: 0 };
            let end = within(last + max / 2..last + max).unwrap_or(longest);
            ends.push(end);
            last = end.at;
        }
        ends.push(until);
        last = until.at;
    };
    for (index, place) in places.iter().enumerate() {
        let near = |other: &&End| other.at.abs_diff(place.at) <= reach;
        let (before, behind) = (places[..index].iter().rev(), places[index + 1..].iter());
        let is_highest = place.at > reach
            && before.take_while(near).all(|other| other.height < place.height)
            && behind.take_while(near).all(|other| other.height <= place.height);
        if is_highest && place.at < len {
            fill(*place);
        }
    }
    fill(End { at: len, height: 0 });
    ends
}

/// Spreads a sum over all bits; odd, so that no two sums become one.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
/// Bytes around the end of a text. Texts are some twice as long.
const TEXT_REACH: usize = 256;
/// A text is no longer.
const TEXT_MAX: usize = 1280;
/// Lower places end no text. One in sixty-four is higher, so in a reach there are some.
const TEXT_FLOOR: u32 = u32::MAX - (1 << 26);
/// Slices around the end of a node. Invariant: at least one, or there could be as many nodes as
/// slices. Nodes have some twice as many.
const NODE_REACH: usize = 2;
/// A node has no more.
const NODE_MAX: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: usize) -> Vec<u8> {
        let mut state = 7_u64;
        let next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            b"0123456789 ,:{}\"abcdef"[(state >> 33) as usize % 22]
        };
        core::iter::repeat_with(next).take(bytes).collect()
    }

    fn places(ends: &[End]) -> Vec<usize> {
        ends.iter().map(|end| end.at).collect()
    }

    fn lengths(ends: &[End]) -> Vec<usize> {
        let starts = core::iter::once(0).chain(ends.iter().map(|end| end.at));
        starts.zip(ends).map(|(start, end)| end.at - start).collect()
    }

    #[test]
    fn texts_are_as_long_as_the_limits_say_and_half_a_kilobyte_in_the_mean() {
        let lengths = lengths(&of_text(&text(1_000_000)));
        assert_eq!(lengths.iter().sum::<usize>(), 1_000_000);
        assert!(lengths.iter().all(|len| (1..=TEXT_MAX).contains(len)));
        let mean = 1_000_000 / lengths.len();
        assert!((450..600).contains(&mean), "{mean}");
    }

    #[test]
    fn an_edit_moves_no_end_that_is_out_of_reach() {
        let text = text(100_000);
        let before = places(&of_text(&text));
        for at in (0..text.len()).step_by(997) {
            let mut edited = text.clone();
            edited.splice(at..at + 7, *b"an edit, longer");
            let after = places(&of_text(&edited));
            let grown = edited.len() - text.len();
            // The hash is of 64 bytes. An end that had to be found may depend on the one before.
            let near = at.saturating_sub(TEXT_MAX)..at + 64 + TEXT_REACH + 2 * TEXT_MAX;
            let far = |place: &&usize| !near.contains(*place);
            let moved = |place: &usize| place + if *place > at { grown } else { 0 };
            let expected: Vec<usize> = before.iter().filter(far).map(moved).collect();
            let found = |place: &usize| after.contains(place);
            assert!(expected.iter().all(found), "at {at}");
        }
    }

    #[test]
    fn a_text_that_repeats_itself_ends_at_one_place_of_what_it_repeats() {
        for period in [2, 3, 25, 100, 255, 300, 600] {
            let text = text(period).repeat(100_000 / period);
            let mut edited = text.clone();
            edited.splice(50_000..50_000, *b"an edit");
            for text in [text, edited] {
                let mut found = lengths(&of_text(&text));
                assert!(found.iter().all(|len| (1..=TEXT_MAX).contains(len)));
                found.sort_unstable();
                found.dedup();
                assert!(found.len() < 10, "period {period}: {found:?}");
            }
        }
        assert!(of_text(&[b'0'; 3000]).len() < 6);
        assert_eq!(places(&of_text(b"")), [0]);
        assert_eq!(places(&of_text(b"null")), [4]);
    }

    #[test]
    fn every_level_is_shorter_than_the_one_below_whatever_the_heights_are() {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 8
        };
        let kinds: [&mut dyn FnMut(usize) -> u32; 5] = [
            &mut |_| next(),
            &mut |_| 0,
            &mut |at| at as u32,
            &mut |at| u32::MAX - at as u32,
            &mut |at| (at % 2) as u32,
        ];
        for height in kinds {
            for count in (2..40).chain([1000]) {
                let below: Vec<End> =
                    (1..=count).map(|at| End { at, height: height(at) }).collect();
                let nodes = of_nodes(&below);
                assert!(nodes.len() < count, "{} of {count}", nodes.len());
                assert!(lengths(&nodes).iter().all(|len| (1..=NODE_MAX).contains(len)));
                assert_eq!(nodes.last().map(|end| end.at), Some(count));
            }
        }
    }

    #[test]
    fn an_end_within_reach_of_a_higher_one_is_none() {
        let below = |heights: &[u32]| -> Vec<End> {
            (1..).zip(heights).map(|(at, &height)| End { at, height }).collect()
        };
        // Of equal ones the first counts; those too near to the beginning do not.
        assert_eq!(places(&of_nodes(&below(&[1, 1, 5, 1, 5, 1, 9, 1, 1]))), [3, 7, 9]);
        assert_eq!(places(&of_nodes(&below(&[9, 9, 1, 1]))), [4]);
    }
}
