//! The steps that turn a list whose elements have names into another: removals, then additions and
//! moves from the front to the back, then changes in place. Owns the indexes, each as the steps
//! before it have left the list. Must not know how a step is written.

use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

use super::super::align::{elements, partners};
use super::super::identity;

/// One step from a list to another.
pub(super) enum Step<'t> {
    /// Takes the element of this index away.
    Remove(usize),
    /// Puts an element before this index.
    Add(usize, &'t [u8]),
    /// Takes the element of an index away and puts it before another one of the list without it.
    Move(usize, usize),
    /// The element of this index is another than it was.
    Change(usize, &'t [u8], &'t [u8]),
}

/// The steps from one list to another; nothing if their elements have no names.
///
/// Elements that keep their order among each other are as many as can be: they are not moved. Takes
/// n log n steps for n elements.
pub(super) fn steps<'t>(a: &'t [u8], b: &'t [u8]) -> Option<Vec<Step<'t>>> {
    let (old, new) = (elements(a), elements(b));
    let [old_names, new_names] = identity::names([&old, &new])?;
    let index: BTreeMap<&[u8], usize> =
        old_names.iter().enumerate().map(|(at, name)| (*name, at)).collect();
    // For each new element, which old one it is.
    let origins: Vec<Option<usize>> =
        new_names.iter().map(|name| index.get(name).copied()).collect();
    let mut stays = vec![false; old.len()];
    origins.iter().flatten().for_each(|&at| stays[at] = true);
    let gone = (0..old.len()).rev().filter(|&at| !stays[at]);
    let mut steps: Vec<Step> = gone.map(Step::Remove).collect();
    arrange(&mut steps, &Arrangement::new([&old_names, &new_names], &origins, &stays), &new);
    for (at, origin) in origins.iter().enumerate() {
        if let Some(origin) = *origin
            && old[origin] != new[at]
        {
            steps.push(Step::Change(at, old[origin], new[at]));
        }
    }
    Some(steps)
}

/// All places that elements have while the list is arranged anew, in their order. A place has at
/// most one element in its time.
struct Arrangement {
    /// For each new element: the place it has in the end, and the place that it leaves for it.
    ways: Vec<(usize, Option<usize>)>,
    /// Whether an element is there before anything moves.
    taken: Vec<bool>,
}

impl Arrangement {
    fn new([old, new]: [&[&[u8]]; 2], origins: &[Option<usize>], stays: &[bool]) -> Self {
        let mut is_still = vec![false; new.len()];
        partners(old, new).into_iter().flatten().for_each(|at| is_still[at] = true);
        let mut taken = Vec::new();
        // The place of each old element that stays.
        let mut places = vec![0; old.len()];
        let mut ends = vec![0; new.len()];
        let mut passed = 0;
        for (at, origin) in origins.iter().enumerate() {
            match *origin {
                Some(origin) if is_still[at] => {
                    // What stands before it and moves is passed over until its turn comes.
                    for before in (passed..=origin).filter(|&before| stays[before]) {
                        places[before] = taken.len();
                        taken.push(true);
                    }
                    passed = origin + 1;
                    ends[at] = places[origin];
                }
                _ => {
                    ends[at] = taken.len();
                    taken.push(false);
                }
            }
        }
        for rest in (passed..old.len()).filter(|&rest| stays[rest]) {
            places[rest] = taken.len();
            taken.push(true);
        }
        let left = |at: usize| origins[at].filter(|_| !is_still[at]).map(|origin| places[origin]);
        let ways = (0..new.len()).map(|at| (ends[at], left(at)));
        Arrangement { ways: ways.collect(), taken }
    }
}

/// Appends the moves and additions of an arrangement.
fn arrange<'t>(steps: &mut Vec<Step<'t>>, arrangement: &Arrangement, new: &[&'t [u8]]) {
    let mut counts = Counts::new(&arrangement.taken);
    for (&(to, from), element) in arrangement.ways.iter().zip(new) {
        if arrangement.taken[to] {
            continue;
        }
        match from {
            Some(from) => {
                let start = counts.before(from);
                counts.change(from, -1);
                steps.push(Step::Move(start, counts.before(to)));
            }
            None => steps.push(Step::Add(counts.before(to), element)),
        }
        counts.change(to, 1);
    }
}

/// How many elements stand before a place, while places are taken and left (a Fenwick tree: sums
/// and changes take log n steps).
struct Counts {
    sums: Vec<isize>,
}

impl Counts {
    fn new(taken: &[bool]) -> Self {
        let mut counts = Counts { sums: vec![0; taken.len() + 1] };
        let places = taken.iter().enumerate().filter(|(_, is_taken)| **is_taken);
        places.for_each(|(place, _)| counts.change(place, 1));
        counts
    }

    fn change(&mut self, place: usize, by: isize) {
        let mut at = place + 1;
        while let Some(sum) = self.sums.get_mut(at) {
            *sum += by;
            at += at & at.wrapping_neg();
        }
    }

    fn before(&self, place: usize) -> usize {
        let (mut at, mut sum) = (place, 0);
        while at > 0 {
            sum += self.sums[at];
            at &= at - 1;
        }
        usize::try_from(sum).expect("a place is left only after it was taken")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(ids: &[usize]) -> String {
        let element = |id: &usize| format!("{{\"id\":{id}}}");
        format!("[{}]", ids.iter().map(element).collect::<Vec<_>>().join(","))
    }

    /// Carries the steps out, and counts the moves.
    fn walked(a: &[usize], b: &[usize]) -> usize {
        let (old, new) = (text(a), text(b));
        let mut list: Vec<String> = a.iter().map(|id| format!("{{\"id\":{id}}}")).collect();
        let mut moves = 0;
        for step in steps(old.as_bytes(), new.as_bytes()).unwrap() {
            match step {
                Step::Remove(at) => drop(list.remove(at)),
                Step::Add(at, value) => list.insert(at, String::from_utf8(value.into()).unwrap()),
                Step::Move(from, to) => {
                    let moved = list.remove(from);
                    list.insert(to, moved);
                    moves += 1;
                }
                Step::Change(..) => panic!("nothing has changed"),
            }
        }
        assert_eq!(format!("[{}]", list.join(",")), new, "from {old}");
        moves
    }

    #[test]
    fn every_order_is_reached_with_few_moves() {
        assert_eq!(walked(&[1, 2, 3, 4], &[4, 1, 2, 3]), 1);
        assert_eq!(walked(&[1, 2, 3, 4], &[2, 3, 4, 1]), 1);
        assert_eq!(walked(&[1, 2, 3, 4], &[4, 3, 2, 1]), 3);
        assert_eq!(walked(&[1, 2, 3, 4], &[9, 3, 8, 1]), 1);
        assert_eq!(walked(&[], &[1, 2]), 0);
        assert_eq!(walked(&[1, 2], &[]), 0);
    }

    #[test]
    fn lists_in_any_two_orders_are_arranged() {
        let mut state = 7_u64;
        let mut below = |bound: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as usize % bound
        };
        for _ in 0..5_000 {
            let mut shuffled = |count: usize| {
                let mut ids: Vec<usize> = (0..20).collect();
                for at in 0..20 {
                    ids.swap(at, below(20));
                }
                ids.truncate(count);
                ids
            };
            let (a, b) = (shuffled(12), shuffled(15));
            walked(&a, &b);
        }
    }

    #[test]
    fn a_hundred_thousand_elements_in_reverse_are_arranged_in_time() {
        let ids: Vec<usize> = (0..100_000).collect();
        let back: Vec<usize> = ids.iter().rev().copied().collect();
        let (old, new) = (text(&ids), text(&back));
        let count = steps(old.as_bytes(), new.as_bytes()).unwrap().len();
        assert_eq!(count, 99_999);
    }
}
