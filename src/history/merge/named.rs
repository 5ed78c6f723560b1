//! Merges lists whose elements have names. Owns which element of the three lists is which; in what
//! order they stand is decided in `order`, and what becomes of each by the walk.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::order::{self, Places};
use super::walk::{List, Walk};
use super::{ConflictKind, Sides};

/// Writes the elements that three lists are merged to: base, mine, theirs, and their names.
pub(super) fn merge<'t>(
    walk: &mut Walk,
    whole: Sides,
    lists: [&[&'t [u8]]; 3],
    names: &[Vec<&'t [u8]>; 3],
) {
    let places = places(names);
    let order = order::merged(names, &places);
    if order.is_disputed {
        walk.note(ConflictKind::Order, whole);
    }
    let mut list = List { count: 0 };
    for name in order.names {
        let at = places.get(name).copied().unwrap_or_default();
        let text = |side: usize| at[side].map_or(&b""[..], |at| lists[side][at]);
        let sides = Sides { base: text(0), mine: text(1), theirs: text(2) };
        walk.element(&mut list, at[0], sides);
    }
}

/// Where each name stands in each of the three lists.
fn places<'t>(names: &[Vec<&'t [u8]>; 3]) -> Places<'t> {
    let mut places: Places = BTreeMap::new();
    for (side, list) in names.iter().enumerate() {
        for (at, name) in list.iter().enumerate() {
            places.entry(name).or_default()[side] = Some(at);
        }
    }
    places
}
