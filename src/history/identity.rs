//! By what elements of a list are told apart: a member that names each of them. Owns the choice of
//! that member; it must not know what is done with the names. Lists are those of two or three
//! states of one document, as canonical texts of their elements.

use alloc::vec::Vec;
use core::array;

use crate::json::tree::{Children, Shape, shape};

/// The members that may name an element, the best first.
///
/// A member like `parent_id` names another element, so nothing is guessed from how a member is
/// spelled. `name` comes last: it is what people change.
const MEMBERS: [&[u8]; 7] = [b"id", b"_id", b"uuid", b"guid", b"key", b"cell_id", b"name"];

/// The name of each element of each list, if one member names them all: all elements are objects,
/// each has the member, it is a string or a number, and no two of a list have the same.
///
/// Names are compared as canonical text, so the number 1 is not the text "1". Lists without any
/// element have no names. The first member of [`MEMBERS`] that fits counts, for all lists alike.
pub(super) fn names<'t, const N: usize>(lists: [&[&'t [u8]]; N]) -> Option<[Vec<&'t [u8]>; N]> {
    let first = lists.iter().find_map(|list| list.first())?;
    let objects = |list: &&[&[u8]]| list.iter().all(|element| shape(element) == Shape::Object);
    if !lists.iter().all(objects) {
        return None;
    }
    let candidates = MEMBERS.into_iter().filter(|member| name(first, member).is_some());
    candidates.map(|member| names_by(member, lists)).find_map(|names| names)
}

/// Whether values may be the states of one thing: no id tells them apart. A `name` does not: a
/// thing that was renamed is the same.
pub(super) fn may_be_one(values: [&[u8]; 2]) -> bool {
    let [a, b] = values;
    MEMBERS[..MEMBERS.len() - 1].iter().all(|member| match (name(a, member), name(b, member)) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    })
}

fn names_by<'t, const N: usize>(
    member: &[u8],
    lists: [&[&'t [u8]]; N],
) -> Option<[Vec<&'t [u8]>; N]> {
    let mut named: [Vec<&[u8]>; N] = array::from_fn(|_| Vec::new());
    for (names, list) in named.iter_mut().zip(lists) {
        *names = list.iter().map(|element| name(element, member)).collect::<Option<_>>()?;
        let mut sorted = names.clone();
        sorted.sort_unstable();
        if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
            return None;
        }
    }
    Some(named)
}

/// What an element has as this member, if that is a string or a number.
fn name<'t>(element: &'t [u8], member: &[u8]) -> Option<&'t [u8]> {
    let found = Children::new(element).find(|child| child.key == member)?;
    matches!(found.value.first(), Some(b'"' | b'-' | b'0'..=b'9')).then_some(found.value)
}

#[cfg(test)]
mod tests {
    use super::super::align::elements;
    use super::*;

    fn found(lists: [&str; 2]) -> Option<[Vec<String>; 2]> {
        let lists = lists.map(|list| elements(list.as_bytes()));
        let text = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
        names([&lists[0], &lists[1]])
            .map(|both| both.map(|list| list.into_iter().map(text).collect()))
    }

    #[test]
    fn the_first_member_that_names_every_element_counts() {
        let both =
            found([r#"[{"id":1,"name":"x"},{"id":2,"name":"y"}]"#, r#"[{"id":2,"name":"x"}]"#]);
        assert_eq!(both.unwrap(), [vec!["1", "2"], vec!["2"]]);
        let both =
            found([r#"[{"id":1,"name":"x"},{"id":1,"name":"y"}]"#, r#"[{"id":2,"name":"x"}]"#]);
        assert_eq!(both.unwrap(), [vec!["\"x\"", "\"y\""], vec!["\"x\""]]);
        let both = found(["[]", r#"[{"key":"k"}]"#]);
        assert_eq!(both.unwrap(), [vec![], vec!["\"k\""]]);
    }

    #[test]
    fn values_that_ids_tell_apart_are_not_one_thing() {
        let one = |values: [&str; 2]| may_be_one(values.map(str::as_bytes));
        assert!(one([r#"{"id":1,"name":"a"}"#, r#"{"id":1,"name":"b"}"#]));
        assert!(one([r#"{"id":1}"#, "{}"]) && one(["[1]", "2"]));
        assert!(!one([r#"{"id":1,"name":"a"}"#, r#"{"id":2,"name":"a"}"#]));
    }

    #[test]
    fn lists_of_other_things_have_no_names() {
        for lists in [
            ["[]", "[]"],
            ["[1]", "[1]"],
            [r#"[{"id":1}]"#, "[2]"],
            [r#"[{"id":1}]"#, r#"[{"id":null}]"#],
            [r#"[{"id":1}]"#, r#"[{"id":2},{}]"#],
            [r#"[{"id":{}}]"#, r#"[{"id":[]}]"#],
            [r#"[{"id":1}]"#, r#"[{"id":2},{"id":2}]"#],
            [r#"[{"parent_id":1}]"#, r#"[{"parent_id":2}]"#],
        ] {
            assert_eq!(found(lists), None, "{lists:?}");
        }
    }
}
