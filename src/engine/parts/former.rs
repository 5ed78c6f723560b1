//! Where a part lay in content as it was before. Owns how elements are known again: by their place,
//! and by the `id` that an app gives them. It must not know what is wanted with the part.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{Tokens, pointer_to};
use crate::json::tree::{Children, Shape};
use crate::replica::Replica;

/// Content as it was before.
#[derive(Debug)]
pub(super) struct Former<'a> {
    content: &'a Replica,
    /// By array, the index of each element that has an id.
    ids: BTreeMap<String, BTreeMap<Vec<u8>, usize>>,
}

/// How an element may be known again.
#[derive(Clone, Copy, Debug)]
pub(super) struct By {
    /// An element that is not in its place may be elsewhere in the array.
    pub(super) search: bool,
    /// The element at this level is new in its place: only an id tells that it is an old one.
    pub(super) id_at: Option<usize>,
}

impl<'a> Former<'a> {
    pub(super) fn new(content: &'a Replica) -> Former<'a> {
        Former { content, ids: BTreeMap::new() }
    }

    /// Where the part lay that has its place in `new` there, and its bytes.
    pub(super) fn part(
        &mut self,
        place: &[String],
        new: &Replica,
        by: By,
    ) -> Option<(Tokens, Vec<u8>)> {
        let mut old = Tokens::new();
        if let Some((last, parent)) = place.split_last() {
            for level in 0..parent.len() {
                let is_array = new.shape(&pointer_to(&place[..level])) == Some(Shape::Array);
                let token = match is_array {
                    true => self.element(&place[..=level], &old, new, by)?,
                    false => place[level].clone(),
                };
                old.push(token);
            }
            if id(new, parent) != id(self.content, &old) {
                return None;
            }
            old.push(last.clone());
        }
        let bytes = self.content.value(&pointer_to(&old))?;
        Some((old, bytes))
    }

    /// The index that an element of `new` had in this array.
    fn element(
        &mut self,
        place: &[String],
        array: &[String],
        new: &Replica,
        by: By,
    ) -> Option<String> {
        let (token, above) = place.split_last()?;
        let own = id(new, place);
        let same: Tokens = array.iter().chain([token]).cloned().collect();
        let needs_id = by.id_at == Some(above.len());
        if own == id(self.content, &same) && (own.is_some() || !needs_id) {
            return Some(token.clone());
        }
        let own = own.filter(|_| by.search)?;
        let content = self.content;
        let array = pointer_to(array);
        let ids = self.ids.entry(array).or_insert_with_key(|array| ids_of(content, array));
        ids.get(&own).map(|index| index.to_string())
    }
}

/// A place by the ids on the way to it, and by names; nothing where an element has no id.
pub(super) fn identity(content: &Replica, place: &[String]) -> Option<Vec<Vec<u8>>> {
    let mut names = Vec::with_capacity(place.len());
    for (level, token) in place.iter().enumerate() {
        let id = id(content, &place[..=level]).filter(|_| level + 1 < place.len());
        let is_element = content.shape(&pointer_to(&place[..level])) == Some(Shape::Array);
        names.push(match is_element {
            true => id?,
            false => [b"/", token.as_bytes(), b" ", &id.unwrap_or_default()].concat(),
        });
    }
    Some(names)
}

/// What an object gives as its id.
fn id(content: &Replica, place: &[String]) -> Option<Vec<u8>> {
    content.value(&(pointer_to(place) + "/id"))
}

fn ids_of(content: &Replica, array: &str) -> BTreeMap<Vec<u8>, usize> {
    let text = content.value(array).unwrap_or_default();
    let mut ids = BTreeMap::new();
    for (index, element) in Children::new(&text).enumerate() {
        let id = Children::new(element.value).find(|member| member.key == b"id");
        if let Some(id) = id {
            ids.entry(id.value.to_vec()).or_insert(index);
        }
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::pointer;

    const HERE: By = By { search: true, id_at: None };

    fn found(old: &str, new: &str, place: &str, by: By) -> Option<String> {
        let replica = |text: &str| Replica::from_canonical(text.as_bytes());
        let (old, new) = (replica(old), replica(new));
        let (_, bytes) = Former::new(&old).part(&pointer::parse(place).unwrap(), &new, by)?;
        Some(String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn an_element_is_known_by_its_id_and_without_one_by_its_place() {
        let old = r#"[{"id":1,"s":"a"},{"id":2,"s":"b"},{"s":"c"}]"#;
        let new = r#"[{"id":2},{"id":1},{},{"id":3}]"#;
        for (place, part) in [("/0/s", "b"), ("/1/s", "a"), ("/2/s", "c")] {
            let part = Some(alloc::format!("\"{part}\""));
            assert_eq!(found(old, new, place, HERE), part, "{place}");
        }
        assert_eq!(found(old, new, "/3/s", HERE), None);
        assert_eq!(found(old, r#"[{},{"id":1}]"#, "/0/s", HERE), None);
        let here = By { search: false, id_at: None };
        assert_eq!(found(old, new, "/0/s", here), None);
        assert!(found(old, new, "/2/s", here).is_some());
    }

    #[test]
    fn a_new_element_is_an_old_one_only_by_its_id() {
        let by = By { search: true, id_at: Some(0) };
        let old = r#"[{"s":"a"},{"id":2,"s":"b"}]"#;
        assert_eq!(found(old, "[{},{}]", "/0/s", by), None);
        assert_eq!(found(old, r#"[{"id":2}]"#, "/0/s", by), Some("\"b\"".to_string()));
    }

    #[test]
    fn elements_are_known_again_at_every_level() {
        let old = r#"[{"id":1,"m":[{"id":7,"s":"a"}]},{"id":2,"m":[{"id":7,"s":"b"}]}]"#;
        let new = r#"[{"id":2,"m":[{"id":8},{"id":7}]}]"#;
        assert_eq!(found(old, new, "/0/m/1/s", HERE), Some("\"b\"".to_string()));
        assert_eq!(found(old, new, "/0/m/0/s", HERE), None);
    }

    #[test]
    fn a_member_is_another_when_its_object_has_another_id() {
        let (old, new) = (r#"{"a":{"id":1,"s":2}}"#, r#"{"a":{"id":2}}"#);
        assert_eq!(found(old, new, "/a/s", HERE), None);
        assert_eq!(found(old, r#"{"a":{"id":1}}"#, "/a/s", HERE), Some("2".to_string()));
    }
}
