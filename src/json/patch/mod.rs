//! JSON Patch (RFC 6902) over canonical texts. Owns the meaning of the operations, and the limits
//! on what they may build. Must not know where a patch comes from; its input is canonical, but what
//! it says is not trusted.

mod error;
mod node;
mod operation;

use alloc::vec::Vec;

use self::node::Document;
use self::operation::{Action, Operation};
use super::string;
use super::tree::{Children, Shape, height, shape};
use crate::limits::{DEPTH_MAX, TEXT_BYTES_MAX};

pub use self::error::{PatchError, PatchErrorKind};
use PatchErrorKind as Kind;

/// The document that a patch makes of a document, as canonical text.
///
/// Both texts are canonical (RFC 8785). All operations apply, or there is no result. `test`
/// compares canonical texts: numbers are equal if they are the same double (RFC 6902 section 4.6).
/// The result is at most [`TEXT_BYTES_MAX`] long and [`DEPTH_MAX`] deep; what the operations copy,
/// or move to a deeper level, is at most as long in all.
///
/// # Errors
/// A kind for which [`PatchErrorKind::is_malformed`] holds: the patch is no JSON Patch; found
/// before any operation is tried. Any other kind: an operation does not apply.
pub fn apply_patch(doc: &[u8], patch: &[u8]) -> Result<Vec<u8>, PatchError> {
    apply_within(doc, patch, TEXT_BYTES_MAX)
}

fn apply_within(doc: &[u8], patch: &[u8], bytes_max: usize) -> Result<Vec<u8>, PatchError> {
    let document = Document::new(doc, patch);
    let mut change = Change { document, copies: bytes_max, index: 0, pointer: b"" };
    change.patched(doc, patch, bytes_max).map_err(|kind| {
        let mut pointer = Vec::new();
        string::unescape(change.pointer, &mut pointer);
        PatchError { kind, index: change.index, pointer: string::to_text(&pointer) }
    })
}

/// The change of a document.
struct Change<'t> {
    document: Document<'t>,
    /// Bytes that may still be copied or moved to a deeper level.
    copies: usize,
    /// Number of the operation at hand.
    index: usize,
    /// The pointer of the operation at hand that is followed, as the patch spells it.
    pointer: &'t [u8],
}

impl<'t> Change<'t> {
    /// Checks all operations, then applies them, and writes the result.
    fn patched(&mut self, doc: &[u8], patch: &'t [u8], bytes_max: usize) -> Result<Vec<u8>, Kind> {
        if shape(patch) != Shape::Array {
            return Err(Kind::NotAnArray);
        }
        if doc.len().max(patch.len()) > bytes_max {
            return Err(Kind::TooLarge);
        }
        for applies in [false, true] {
            self.index = 0;
            for element in Children::new(patch) {
                let mut operation = Operation::new(&element);
                let action = operation.check(&element);
                self.pointer = operation.path;
                let action = action?;
                if applies {
                    self.apply(action, &operation)?;
                }
                self.index += 1;
            }
        }
        self.pointer = b"";
        let root = self.document.find(b"")?;
        self.document.write(root, bytes_max).ok_or(Kind::TooLarge)
    }

    fn apply(&mut self, action: Action, operation: &Operation<'t>) -> Result<(), Kind> {
        let &Operation { path, from, value, value_start, .. } = operation;
        let document = &mut self.document;
        match action {
            Action::Add | Action::Replace => {
                check_depth(value, path)?;
                if action == Action::Replace {
                    // In an object, adding replaces; in an array, it makes room.
                    document.find(path)?;
                }
                let node = document.of_patch(value_start, value.len());
                document.put(path, node, action == Action::Replace)
            }
            Action::Remove => document.take(path).map(drop),
            Action::Test => {
                let node = document.find(path)?;
                let is_equal = document.write(node, value.len()).as_deref() == Some(value);
                if is_equal { Ok(()) } else { Err(Kind::TestFailed) }
            }
            Action::Move | Action::Copy => self.bring(action == Action::Copy, from, path),
        }
    }

    /// Copies or moves a value.
    fn bring(&mut self, copies: bool, from: &'t [u8], path: &'t [u8]) -> Result<(), Kind> {
        self.pointer = from;
        let mut node = self.document.find(from)?;
        if !copies {
            match path.strip_prefix(from) {
                Some([]) => return Ok(()),
                Some([b'/', ..]) => return Err(Kind::IntoItself),
                _ => node = self.document.take(from)?,
            }
        }
        self.pointer = path;
        if copies || depth(path) > depth(from) {
            // The value may be deeper in the document than it was.
            let text = self.document.write(node, self.copies).ok_or(Kind::TooLarge)?;
            self.copies -= text.len();
            check_depth(&text, path)?;
            node = self.document.of_text(&text);
        }
        self.document.put(path, node, false)
    }
}

/// Checks that a value at a place keeps to the limit of depth. Invariant: the document always does,
/// so that recursion over it ends.
fn check_depth(value: &[u8], path: &[u8]) -> Result<(), Kind> {
    if depth(path) + height(value) > DEPTH_MAX { Err(Kind::TooDeep) } else { Ok(()) }
}

/// Levels above the place to which a pointer leads.
fn depth(pointer: &[u8]) -> usize {
    pointer.iter().filter(|&&byte| byte == b'/').count()
}

#[cfg(test)]
mod tests {
    use super::super::diff::random::Random;
    use super::*;

    fn applied(doc: &str, patch: &str) -> Result<String, PatchError> {
        apply_patch(doc.as_bytes(), patch.as_bytes()).map(|text| String::from_utf8(text).unwrap())
    }

    fn refused(doc: &str, patch: &str) -> (Kind, usize, String) {
        let error = applied(doc, patch).unwrap_err();
        (error.kind, error.index, error.pointer)
    }

    /// Document, patch and result: the operations of RFC 6902 section 4, and what its Appendix A
    /// shows of them.
    const CASES: [(&str, &str, &str); 30] = [
        (r#"{"m":1}"#, "[]", r#"{"m":1}"#),
        (r#"{"m":1}"#, r#"[{"op":"add","path":"/k","value":[]}]"#, r#"{"k":[],"m":1}"#),
        (r#"{"m":1}"#, r#"[{"op":"add","path":"/m","value":[]}]"#, r#"{"m":[]}"#),
        (r#"{"m":null}"#, r#"[{"op":"add","path":"/m","value":1}]"#, r#"{"m":1}"#),
        ("[1,2]", r#"[{"op":"add","path":"/0","value":0}]"#, "[0,1,2]"),
        ("[1,2]", r#"[{"op":"add","path":"/1","value":[3]}]"#, "[1,[3],2]"),
        ("[1,2]", r#"[{"op":"add","path":"/2","value":3}]"#, "[1,2,3]"),
        ("[1,2]", r#"[{"op":"add","path":"/-","value":3}]"#, "[1,2,3]"),
        ("[]", r#"[{"op":"add","path":"/-","value":null}]"#, "[null]"),
        ("{}", r#"[{"op":"add","path":"/","value":1}]"#, r#"{"":1}"#),
        ("{}", r#"[{"op":"add","path":"/-","value":1}]"#, r#"{"-":1}"#),
        ("{}", r#"[{"op":"add","path":"/0","value":1}]"#, r#"{"0":1}"#),
        ("[1]", r#"[{"op":"add","path":"","value":{"a":2}}]"#, r#"{"a":2}"#),
        (r#"{"a":1,"b":2}"#, r#"[{"op":"remove","path":"/a"}]"#, r#"{"b":2}"#),
        ("[1,2,3]", r#"[{"op":"remove","path":"/1"}]"#, "[1,3]"),
        (r#"{"a":[{}]}"#, r#"[{"op":"remove","path":"/a/0"}]"#, r#"{"a":[]}"#),
        (r#"{"a":1,"b":2}"#, r#"[{"op":"replace","path":"/a","value":3}]"#, r#"{"a":3,"b":2}"#),
        ("[1,[2]]", r#"[{"op":"replace","path":"/1/0","value":{}}]"#, "[1,[{}]]"),
        ("[1]", r#"[{"op":"replace","path":"","value":7}]"#, "7"),
        (
            r#"{"a":{"b":1,"c":2},"d":{}}"#,
            r#"[{"from":"/a/b","op":"move","path":"/d/x"}]"#,
            r#"{"a":{"c":2},"d":{"x":1}}"#,
        ),
        ("[1,2,3,4]", r#"[{"from":"/1","op":"move","path":"/3"}]"#, "[1,3,4,2]"),
        ("[1,2,3,4]", r#"[{"from":"/3","op":"move","path":"/0"}]"#, "[4,1,2,3]"),
        (r#"{"a":[1]}"#, r#"[{"from":"/a/0","op":"move","path":"/a/0"}]"#, r#"{"a":[1]}"#),
        (r#"{"a":{"b":[1]}}"#, r#"[{"from":"/a/b","op":"move","path":""}]"#, "[1]"),
        (r#"{"a":[1],"ab":2}"#, r#"[{"from":"/a","op":"move","path":"/ab"}]"#, r#"{"ab":[1]}"#),
        (r#"{"a":[1]}"#, r#"[{"from":"/a","op":"copy","path":"/b"}]"#, r#"{"a":[1],"b":[1]}"#),
        ("[[1],2]", r#"[{"from":"","op":"copy","path":"/0/-"}]"#, "[[1,[[1],2]],2]"),
        (
            r#"{"a":[1,{"b":2}],"c":7}"#,
            r#"[{"op":"test","path":"/a/1","value":{"b":2}},{"op":"test","path":"/c","value":7}]"#,
            r#"{"a":[1,{"b":2}],"c":7}"#,
        ),
        (
            r#"{"/":1,"~1":2}"#,
            r#"[{"op":"test","path":"/~01","value":2},{"op":"remove","path":"/~1"}]"#,
            r#"{"~1":2}"#,
        ),
        ("[1]", r#"[{"op":"remove","path":"/0","unknown":[{"op":"add"}],"value":5}]"#, "[]"),
    ];

    #[test]
    fn the_operations_do_what_the_specification_says() {
        for (doc, patch, result) in CASES {
            assert_eq!(applied(doc, patch).as_deref(), Ok(result), "{doc} with {patch}");
        }
    }

    #[test]
    fn operations_see_what_those_before_them_have_done() {
        let patch = concat!(
            r#"[{"op":"add","path":"/a","value":{"b":[]}},{"op":"add","path":"/a/b/-","value":1},"#,
            r#"{"from":"/a/b","op":"copy","path":"/c"},{"op":"add","path":"/c/0","value":0},"#,
            r#"{"op":"test","path":"/c","value":[0,1]},{"op":"test","path":"/a/b","value":[1]},"#,
            r#"{"from":"/a","op":"move","path":"/c/-"}]"#,
        );
        assert_eq!(applied("{}", patch).unwrap(), r#"{"c":[0,1,{"b":[1]}]}"#);
    }

    #[test]
    fn members_are_put_where_canonical_order_has_them() {
        let add = |name: &str| format!(r#"{{"op":"add","path":"/{name}","value":0}}"#);
        let names = ["\u{e000}", "a", "😀", "\\n", "ö", "", "\\\"", "~1", "1", "é"];
        let patch = format!("[{}]", names.map(add).join(","));
        let sorted = ["", "\\n", "\\\"", "/", "1", "a", "é", "ö", "😀", "\u{e000}"];
        let result = sorted.map(|name| format!("\"{name}\":0")).join(",");
        assert_eq!(applied("{}", &patch).unwrap(), format!("{{{result}}}"));
    }

    #[test]
    fn patches_that_are_none_are_told_from_patches_that_do_not_apply() {
        let malformed = [
            ("{}", Kind::NotAnArray),
            ("null", Kind::NotAnArray),
            ("[1]", Kind::NotAnObject),
            ("[[]]", Kind::NotAnObject),
            ("[{}]", Kind::MissingMember),
            (r#"[{"path":"/a"}]"#, Kind::MissingMember),
            (r#"[{"op":"remove"}]"#, Kind::MissingMember),
            (r#"[{"op":"add","path":"/a"}]"#, Kind::MissingMember),
            (r#"[{"op":"test","path":"/a"}]"#, Kind::MissingMember),
            (r#"[{"op":"move","path":"/a"}]"#, Kind::MissingMember),
            (r#"[{"op":"copy","path":"/a"}]"#, Kind::MissingMember),
            (r#"[{"op":"spam","path":"/a"}]"#, Kind::UnknownOperation),
            (r#"[{"op":"Add","path":"/a","value":1}]"#, Kind::UnknownOperation),
            (r#"[{"op":["add"],"path":"/a","value":1}]"#, Kind::UnknownOperation),
            (r#"[{"op":"remove","path":"a"}]"#, Kind::NotAPointer),
            (r#"[{"op":"remove","path":"/~"}]"#, Kind::NotAPointer),
            (r#"[{"op":"remove","path":null}]"#, Kind::NotAPointer),
            (r#"[{"from":0,"op":"move","path":"/a"}]"#, Kind::NotAPointer),
        ];
        for (patch, kind) in malformed {
            assert_eq!(refused(r#"{"a":1}"#, patch).0, kind, "{patch}");
            assert!(kind.is_malformed());
        }
    }

    #[test]
    fn what_does_not_apply_is_refused_with_the_operation_and_the_pointer() {
        let doc = r#"{"a":[1,{"b":2}],"c":"text"}"#;
        let cases = [
            (r#"{"op":"remove","path":"/x"}"#, Kind::NotFound, "/x"),
            (r#"{"op":"replace","path":"/x","value":1}"#, Kind::NotFound, "/x"),
            (r#"{"op":"add","path":"/x/y","value":1}"#, Kind::NotFound, "/x/y"),
            (r#"{"op":"add","path":"/c/0","value":1}"#, Kind::NotFound, "/c/0"),
            (r#"{"op":"test","path":"/a/1/c","value":1}"#, Kind::NotFound, "/a/1/c"),
            (r#"{"op":"remove","path":"/a/2"}"#, Kind::NotFound, "/a/2"),
            (r#"{"op":"remove","path":"/a/-"}"#, Kind::NotFound, "/a/-"),
            (r#"{"op":"add","path":"/a/3","value":1}"#, Kind::BadIndex, "/a/3"),
            (r#"{"op":"add","path":"/a/01","value":1}"#, Kind::BadIndex, "/a/01"),
            (r#"{"op":"test","path":"/a/1e0","value":1}"#, Kind::BadIndex, "/a/1e0"),
            (r#"{"op":"test","path":"/a/0","value":"1"}"#, Kind::TestFailed, "/a/0"),
            (r#"{"op":"test","path":"/a","value":[1]}"#, Kind::TestFailed, "/a"),
            (r#"{"op":"test","path":"/c","value":"text "}"#, Kind::TestFailed, "/c"),
            (r#"{"op":"remove","path":""}"#, Kind::RootRemoved, ""),
            (r#"{"from":"/x","op":"move","path":"/y"}"#, Kind::NotFound, "/x"),
            (r#"{"from":"/c","op":"move","path":"/a/9"}"#, Kind::BadIndex, "/a/9"),
            (r#"{"from":"/a","op":"move","path":"/a/1"}"#, Kind::IntoItself, "/a"),
            (r#"{"from":"","op":"move","path":"/a"}"#, Kind::IntoItself, ""),
            (r#"{"from":"/x","op":"copy","path":"/y"}"#, Kind::NotFound, "/x"),
            (r#"{"from":"/c","op":"copy","path":"/c/y"}"#, Kind::NotFound, "/c/y"),
            (r#"{"op":"remove","path":"/\n\"\u001f"}"#, Kind::NotFound, "/\n\"\u{1f}"),
        ];
        for (operation, kind, pointer) in cases {
            let patch = format!(r#"[{{"op":"add","path":"/new","value":0}},{operation}]"#);
            assert_eq!(refused(doc, &patch), (kind, 1, pointer.to_string()), "{operation}");
            assert!(!kind.is_malformed());
        }
    }

    #[test]
    fn a_malformed_operation_is_found_before_any_is_tried() {
        let patch = r#"[{"op":"remove","path":"/x"},{"op":"add","path":"/a"}]"#;
        assert_eq!(refused("{}", patch), (Kind::MissingMember, 1, "/a".to_string()));
    }

    #[test]
    fn an_error_says_what_is_wrong_and_where() {
        let error = applied("{}", r#"[{"op":"remove","path":"/x~1y"}]"#).unwrap_err();
        assert_eq!(error.to_string(), r#"there is no such value (operation 0, at "/x~1y")"#);
        assert_eq!(error.kind.reason(), "not-found");
    }

    #[test]
    fn copies_cannot_make_the_document_larger_than_the_limit() {
        let double = r#"{"from":"/a","op":"copy","path":"/a/-"}"#;
        let patch = format!("[{}]", [double; 60].join(","));
        let error = apply_within(br#"{"a":[1]}"#, patch.as_bytes(), 10_000).unwrap_err();
        assert_eq!(error.kind, Kind::TooLarge);
        assert!((8..14).contains(&error.index), "{}", error.index);
        assert_eq!(refused(r#"{"a":[1]}"#, &patch).0, Kind::TooLarge);
    }

    #[test]
    fn a_result_may_be_as_long_as_the_limit_and_no_longer() {
        let text = format!("\"{}\"", "x".repeat(40));
        let doc = format!("[{text}]");
        let patch = format!(r#"[{{"op":"add","path":"/-","value":{text}}}]"#);
        let within = |bytes_max: usize| apply_within(doc.as_bytes(), patch.as_bytes(), bytes_max);
        assert_eq!(within(87).unwrap().len(), 87);
        for bytes_max in [86, patch.len(), patch.len() - 1, doc.len() - 1] {
            assert_eq!(within(bytes_max).unwrap_err().kind, Kind::TooLarge);
        }
    }

    #[test]
    fn no_operation_makes_the_document_deeper_than_the_limit() {
        let arrays = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        let path = |levels: usize| "/0".repeat(levels);
        let doc = arrays(DEPTH_MAX);
        let innermost = path(DEPTH_MAX - 1);
        let put = |op: &str, value: &str| {
            format!(r#"[{{"op":"{op}","path":"{innermost}/-","value":{value}}}]"#)
        };
        assert!(applied(&doc, &put("add", "1")).is_ok());
        assert_eq!(refused(&doc, &put("add", "[]")).0, Kind::TooDeep);
        let deeper = r#"[{"from":"/0","op":"copy","path":"/0/0"}]"#;
        assert_eq!(refused(&doc, deeper).0, Kind::TooDeep);
        assert!(applied(&arrays(DEPTH_MAX - 1), deeper).is_ok());
        let doc = format!(r#"{{"a":{},"b":{{}}}}"#, arrays(DEPTH_MAX - 1));
        let moved = r#"[{"from":"/a","op":"move","path":"/b/c"}]"#;
        assert_eq!(refused(&doc, moved), (Kind::TooDeep, 0, "/b/c".to_string()));
        let replaced = r#"[{"op":"replace","path":"/b","value":[[]]}]"#;
        assert!(applied(&doc, replaced).is_ok());
        let long = format!(r#"[{{"op":"remove","path":"{}"}}]"#, path(100_000));
        assert_eq!(refused(&"[".repeat(100_000), &long).0, Kind::NotFound);
    }

    #[test]
    fn values_moved_deeper_and_back_stay_what_they_are() {
        let there = r#"{"from":"/a","op":"move","path":"/b/c"}"#;
        let back = r#"{"from":"/b/c","op":"move","path":"/a"}"#;
        let patch = format!("[{}]", [there, back, there].join(","));
        let doc = r#"{"a":[1,{"x":[]}],"b":{}}"#;
        assert_eq!(applied(doc, &patch).unwrap(), r#"{"b":{"c":[1,{"x":[]}]}}"#);
    }

    #[test]
    fn a_patch_that_adds_and_one_that_removes_give_the_document_back() {
        let mut random = Random::new(4);
        for _ in 0..5000 {
            let (a, b) = random.pair();
            let doc = format!(r#"{{"a":{a},"b":[{a},{b}]}}"#);
            let operations = [
                format!(r#"{{"op":"add","path":"/c","value":{b}}}"#),
                r#"{"from":"/b/0","op":"copy","path":"/b/-"}"#.to_string(),
                format!(r#"{{"op":"test","path":"/b","value":[{a},{b},{a}]}}"#),
                r#"{"from":"/b/2","op":"move","path":"/c"}"#.to_string(),
                format!(r#"{{"op":"test","path":"/c","value":{a}}}"#),
                r#"{"op":"remove","path":"/c"}"#.to_string(),
            ];
            let patch = format!("[{}]", operations.join(","));
            assert_eq!(applied(&doc, &patch).unwrap(), doc);
        }
    }

    #[test]
    fn thousands_of_operations_on_a_long_array_all_apply() {
        let doc = format!("[{}]", vec!["\"an element\""; 20_000].join(","));
        let remove = r#"{"op":"remove","path":"/7"}"#;
        let add = r#"{"op":"add","path":"/9000","value":1}"#;
        let patch = format!("[{}]", [remove, add].repeat(5000).join(","));
        let result = applied(&doc, &patch).unwrap();
        assert_eq!(result.matches(",1").count(), 5000);
    }

    #[test]
    fn texts_that_are_not_canonical_give_a_result_or_an_error_without_a_panic() {
        let mut random = Random::new(6);
        let (doc, patch, _) = CASES[27];
        for (at, _) in doc.char_indices() {
            let _ = (applied(&doc[..at], patch), applied(&doc[at..], patch));
        }
        for (doc, patch, _) in CASES {
            for (at, _) in patch.char_indices() {
                let _ =
                    (applied(doc, &patch[..at]), applied(&doc[..random.below(doc.len())], patch));
            }
        }
    }
}
