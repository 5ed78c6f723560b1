//! Finds the value to which a pointer leads. Reads small containers in their text. Must not know
//! what is done with the value.

use super::seek::{element, spelled};
use super::value::{Found, Value};
use crate::json::pointer::{is_pointer, split_first};
use crate::json::tree::{Children, Shape, shape};

/// The value to which a pointer leads.
pub(super) fn find<'n>(root: &'n Value, pointer: &[u8]) -> Option<Found<'n>> {
    if !is_pointer(pointer) {
        return None;
    }
    let (mut found, mut rest) = (root.found(), pointer);
    while let Some((token, after)) = split_first(rest) {
        rest = after;
        found = match found {
            Found::Text(text) => Found::Text(child_in_text(text, &token)?),
            Found::Whole(whole) => Found::Text(child_in_text(&whole.text, &token)?),
            Found::Slice(slice) => {
                let spot = slice.seek(&token)?;
                slice.child(spot.index).filter(|_| spot.exists)?
            }
        };
    }
    Some(found)
}

fn child_in_text<'t>(text: &'t [u8], token: &[u8]) -> Option<&'t [u8]> {
    let mut children = Children::new(text);
    let child = match shape(text) {
        Shape::Scalar => None,
        Shape::Array => children.nth(element(token)?),
        Shape::Object => {
            let key = spelled(token);
            children.find(|child| child.key == key)
        }
    };
    child.map(|child| child.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_lead_through_slices_and_text_alike() {
        let long = "x".repeat(2000);
        let text = format!(r#"{{"a\n":[1,{{"b/~":[2,"3"]}}],"c":["{long}",{{"d":{{"e":4}}}}]}}"#);
        let root = Value::of_text(text.as_bytes(), 0);
        let cases = [
            ("/a\n/0", Some("1")),
            ("/a\n/1/b~1~0", Some("[2,\"3\"]")),
            ("/a\n/1/b~1~0/1", Some("\"3\"")),
            ("/c/1", Some("{\"d\":{\"e\":4}}")),
            ("/c/1/d/e", Some("4")),
            ("/c/0/0", None),
            ("/c/2", None),
            ("/c/-", None),
            ("/a\n/1/b~1~0/2", None),
            ("/a\n/1/b~1~0/-", None),
            ("/a", None),
            ("/c/1/d/f", None),
            ("/c/1/d/e/f", None),
            ("c", None),
        ];
        for (pointer, expected) in cases {
            let found = find(&root, pointer.as_bytes()).map(|found| found.text());
            assert_eq!(found.as_deref(), expected.map(str::as_bytes), "{pointer}");
        }
        assert_eq!(find(&root, b"").unwrap().text(), text.as_bytes());
    }
}
