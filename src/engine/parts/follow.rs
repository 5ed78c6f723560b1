//! Where a place is after an edit, and what becomes of entries that are kept by place. Owns how
//! pointers shift in arrays; it must not know parts.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::Tokens;
use crate::engine::pattern::index;

/// What an edit does to places. A move is a removal and then a put or an insertion.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    /// What was there or below is another.
    Put,
    /// The elements from there on have moved up.
    Insert,
    /// A member is gone.
    Drop,
    /// An element is gone, and those behind it have moved down.
    Shut,
}

/// Keeps entries with their places; gives back those of places that are gone or replaced.
pub(super) fn follow<T>(
    map: &mut BTreeMap<Tokens, T>,
    step: Step,
    at: &[String],
) -> BTreeMap<Tokens, T> {
    let above = match (step, at.split_last()) {
        (Step::Put | Step::Drop, _) | (_, None) => at,
        (Step::Insert | Step::Shut, Some((_, parent))) => parent,
    };
    let mut gone = BTreeMap::new();
    for (place, entry) in take_below(map, above) {
        match followed(&place, step, at) {
            Some(place) => map.insert(place, entry),
            None => gone.insert(place, entry),
        };
    }
    gone
}

/// Takes the entries at and below a place.
pub(super) fn take_below<T>(map: &mut BTreeMap<Tokens, T>, at: &[String]) -> Vec<(Tokens, T)> {
    let keys: Vec<Tokens> = below(map, at).map(|(place, _)| place.clone()).collect();
    keys.into_iter().filter_map(|key| map.remove_entry(&key)).collect()
}

/// The entries at and below a place.
pub(super) fn below<'m, T>(
    map: &'m BTreeMap<Tokens, T>,
    at: &'m [String],
) -> impl Iterator<Item = (&'m Tokens, &'m T)> {
    map.range(at.to_vec()..).take_while(move |(place, _)| place.starts_with(at))
}

/// A place after a step; nothing if what stood there is gone or replaced.
fn followed(place: &[String], step: Step, at: &[String]) -> Option<Tokens> {
    let mut place = place.to_vec();
    let is_within = place.starts_with(at);
    let level = at.len().wrapping_sub(1);
    let edited = at.last().and_then(|token| index(token));
    let own = place.get(level).and_then(|token| index(token));
    match (step, own.zip(edited)) {
        (Step::Put | Step::Drop | Step::Shut, _) if is_within => return None,
        (Step::Insert, Some((own, edited))) if own >= edited => {
            place[level] = (own + 1).to_string();
        }
        (Step::Shut, Some((own, edited))) if own > edited => place[level] = (own - 1).to_string(),
        (Step::Put | Step::Insert | Step::Drop | Step::Shut, _) => {}
    }
    Some(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::pointer;

    fn after(places: &[&str], step: Step, at: &str) -> (Vec<String>, Vec<String>) {
        let tokens = |text: &str| pointer::parse(text).unwrap();
        let text = |place: &Tokens| pointer::format(place.iter().map(String::as_str));
        let mut map = places.iter().map(|place| (tokens(place), place.to_string())).collect();
        let gone = follow(&mut map, step, &tokens(at));
        let kept = map.iter().map(|(place, was)| alloc::format!("{was} {}", text(place)));
        (kept.collect(), gone.keys().map(text).collect())
    }

    #[test]
    fn elements_behind_move_and_others_stay() {
        let places = ["/a/1/s", "/a/2/s", "/a/10/s", "/b/2/s"];
        let (kept, gone) = after(&places, Step::Insert, "/a/2");
        let expected = ["/a/1/s /a/1/s", "/a/10/s /a/11/s", "/a/2/s /a/3/s", "/b/2/s /b/2/s"];
        assert_eq!((kept, gone.len()), (expected.map(String::from).into(), 0));
        let (kept, gone) = after(&places, Step::Shut, "/a/2");
        let expected = ["/a/1/s /a/1/s", "/a/10/s /a/9/s", "/b/2/s /b/2/s"];
        assert_eq!((kept, gone), (expected.map(String::from).into(), vec!["/a/2/s".into()]));
    }

    #[test]
    fn a_member_that_is_replaced_or_dropped_takes_what_is_in_it_along() {
        let places = ["/a/1/s", "/a/1/sx", "/a/2/s"];
        for step in [Step::Put, Step::Drop] {
            let (kept, gone) = after(&places, step, "/a/1/s");
            assert_eq!((kept.len(), gone), (2, vec!["/a/1/s".to_string()]));
            let (kept, gone) = after(&places, step, "/a/1/s/below");
            assert_eq!((kept.len(), gone.len()), (3, 0));
            let (kept, gone) = after(&places, step, "");
            assert_eq!((kept.len(), gone.len()), (0, 3));
        }
    }
}
