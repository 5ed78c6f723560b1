//! Content as a tree of slices with a digest each. Owns the tree: how canonical text is cut into
//! it, how an edit changes it, what it weighs. It must not know where edits come from, nor records
//! or schemas. Texts come in canonical from the tracker and from records that were verified.

mod apply;
mod cut;
mod edit;
mod node;
mod path;
mod seek;
mod splice;
mod value;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::json::tree::Shape;
use crate::json::{Digest, Hasher};

pub use edit::Edit;

use node::Seen;
use value::Value;

/// Content as a persistent tree, cut by content alone.
///
/// A clone shares all of the tree and costs nothing; an edit makes anew the nodes on one path and
/// leaves every clone as it was. Every container whose canonical text is 1 kB or longer is a slice
/// of its own. Its children lie in leaves of about 1 kB of text, below levels of nodes with some
/// sixteen nodes each. Where a leaf or a node ends is decided by its own bytes.
///
/// Invariant: the tree is a function of the content. However content came about, equal content has
/// equal trees and equal digests.
#[derive(Clone)]
pub struct Replica {
    root: Value,
}

impl Replica {
    /// The content that this canonical text spells. The text is trusted: of any other the answers
    /// are meaningless, though nothing panics.
    pub fn from_canonical(text: &[u8]) -> Replica {
        Replica { root: Value::of_text(text, 0) }
    }

    /// Digest of the tree: equal for equal content. Another one than the digest of the content.
    pub fn digest(&self) -> Digest {
        self.root.digest()
    }

    /// Length of the canonical text.
    pub fn bytes(&self) -> usize {
        self.root.bytes()
    }

    /// The canonical text.
    pub fn canonical(&self) -> Vec<u8> {
        self.root.text()
    }

    /// Appends the canonical text.
    pub fn write_into(&self, out: &mut Vec<u8>) {
        out.reserve(self.bytes());
        self.root.write(&mut |piece| out.extend_from_slice(piece));
    }

    /// Whether this is the canonical text. Compares it with the text as it lies in the tree.
    pub fn spells(&self, text: &[u8]) -> bool {
        let mut rest = Some(text);
        self.root.write(&mut |piece| rest = rest.and_then(|rest| rest.strip_prefix(piece)));
        rest.is_some_and(<[u8]>::is_empty)
    }

    /// Digest of the content: plain SHA-256 of the canonical text, which is hashed as it lies in
    /// the tree. Reads all of it.
    pub fn document_digest(&self) -> Digest {
        let mut hasher = Hasher::new();
        self.root.write(&mut |piece| hasher.update(piece));
        hasher.finish()
    }

    /// Canonical text of the value to which a pointer leads, if there is one.
    pub fn value(&self, pointer: &str) -> Option<Vec<u8>> {
        Some(path::find(&self.root, pointer.as_bytes())?.text())
    }

    /// What the value is to which a pointer leads, if there is one.
    pub(crate) fn shape(&self, pointer: &str) -> Option<Shape> {
        Some(path::find(&self.root, pointer.as_bytes())?.shape())
    }

    /// Carries out an edit whose text is canonical. Content may get deeper than
    /// [`DEPTH_MAX`](crate::limits::DEPTH_MAX) by it; that is for the caller to refuse.
    ///
    /// # Errors
    /// [`Misplaced`] when there is nothing to edit where the edit says; nothing has changed then.
    pub fn apply(&mut self, edit: &Edit) -> Result<(), Misplaced> {
        self.root = apply::applied(&self.root, edit)?;
        Ok(())
    }

    /// Bytes of memory that the tree holds, text and nodes, without what an allocator adds.
    ///
    /// Nodes that stand in the tree at several places count once. What clones share counts for each
    /// of them.
    pub fn size_of(&self) -> usize {
        size_of::<Self>() + self.root.held(&mut Seen::new())
    }
}

impl fmt::Debug for Replica {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replica").field("bytes", &self.bytes()).finish_non_exhaustive()
    }
}

/// Why an edit does not apply: there is nothing to edit at its place. A parent or the value is
/// missing, an index is out of range or none (`-` is none), the text is no pointer, or a value
/// would move into itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misplaced {
    /// The pointer that leads nowhere.
    pub at: String,
}

impl fmt::Display for Misplaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is nothing to edit at {:?}", self.at)
    }
}

impl core::error::Error for Misplaced {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::DEPTH_MAX;

    fn replica(text: &str) -> Replica {
        Replica::from_canonical(text.as_bytes())
    }

    fn text(replica: &Replica) -> String {
        String::from_utf8(replica.canonical()).unwrap()
    }

    fn put(at: &str, value: &str) -> Edit {
        Edit::Put { at: at.to_string(), text: value.as_bytes().into() }
    }

    fn insert(at: &str, value: &str) -> Edit {
        Edit::Insert { at: at.to_string(), text: value.as_bytes().into() }
    }

    fn remove(at: &str) -> Edit {
        Edit::Remove { at: at.to_string() }
    }

    fn moves(from: &str, to: &str) -> Edit {
        Edit::Move { from: from.to_string(), to: to.to_string() }
    }

    /// Content, edit and result; what RFC 6902 section 4 says, but that nothing stands for the end.
    fn cases() -> [(&'static str, Edit, &'static str); 22] {
        [
            ("1", put("", "[2]"), "[2]"),
            (r#"{"b":1}"#, put("/b", "2"), r#"{"b":2}"#),
            (r#"{"b":1}"#, put("/a", "[]"), r#"{"a":[],"b":1}"#),
            (r#"{"b":1}"#, put("/c", "{}"), r#"{"b":1,"c":{}}"#),
            ("{}", put("/", "1"), r#"{"":1}"#),
            ("{}", put("/-", "1"), r#"{"-":1}"#),
            (r#"{"a":1}"#, put("/x~1y~0\n\"", "1"), r#"{"a":1,"x/y~\n\"":1}"#),
            ("{\"\u{e000}\":1}", put("/😀", "2"), "{\"😀\":2,\"\u{e000}\":1}"),
            ("[1,2]", put("/1", "3"), "[1,3]"),
            ("[[1],{}]", put("/1/a", "3"), r#"[[1],{"a":3}]"#),
            ("[]", insert("/0", "1"), "[1]"),
            ("[1,2]", insert("/0", "3"), "[3,1,2]"),
            ("[1,2]", insert("/2", "3"), "[1,2,3]"),
            ("[1,[2]]", insert("/1/0", "[]"), "[1,[[],2]]"),
            (r#"{"a":1,"b":2}"#, remove("/a"), r#"{"b":2}"#),
            ("[1]", remove("/0"), "[]"),
            ("[1,2,3,4]", moves("/1", "/3"), "[1,3,4,2]"),
            ("[1,2,3,4]", moves("/3", "/0"), "[4,1,2,3]"),
            (r#"{"a":[1],"ab":2}"#, moves("/a", "/ab"), r#"{"ab":[1]}"#),
            (r#"{"a":{"b":[1]}}"#, moves("/a/b", ""), "[1]"),
            (r#"{"a":[1]}"#, moves("/a/0", "/a/0"), r#"{"a":[1]}"#),
            (r#"{"a":[1],"b":[]}"#, moves("/a/0", "/b/0"), r#"{"a":[],"b":[1]}"#),
        ]
    }

    /// The content as the second of three elements, of which the others are long.
    fn within(content: &str) -> String {
        let long = "x".repeat(1500);
        format!("[\"{long}\",{content},\"{long}\"]")
    }

    fn edit_within(edit: Edit) -> Edit {
        let below = |at: String| format!("/1{at}");
        match edit {
            Edit::Put { at, text } => Edit::Put { at: below(at), text },
            Edit::Insert { at, text } => Edit::Insert { at: below(at), text },
            Edit::Remove { at } => Edit::Remove { at: below(at) },
            Edit::Move { from, to } => Edit::Move { from: below(from), to: below(to) },
        }
    }

    #[test]
    fn edits_do_what_they_say() {
        for (content, edit, expected) in cases() {
            let mut edited = replica(content);
            edited.apply(&edit).unwrap();
            assert_eq!(text(&edited), expected, "{content} {edit:?}");
            assert_eq!(edited.digest(), replica(expected).digest());
            // Within an array, a place that is the whole content would be one to insert at.
            if edit == moves("/a/b", "") {
                continue;
            }
            let mut edited = replica(&within(content));
            edited.apply(&edit_within(edit)).unwrap();
            assert_eq!(edited.digest(), replica(&within(expected)).digest(), "{content}");
        }
    }

    #[test]
    fn a_misplaced_edit_says_where_and_changes_nothing() {
        let content = r#"{"a":[1,{"b":2}],"c":"text"}"#;
        let cases = [
            (put("/x/y", "1"), "/x/y"),
            (put("/a/2", "1"), "/a/2"),
            (put("/a/-", "1"), "/a/-"),
            (put("/a/01", "1"), "/a/01"),
            (put("/c/0", "1"), "/c/0"),
            (put("a", "1"), "a"),
            (put("/a~2", "1"), "/a~2"),
            (insert("", "1"), ""),
            (insert("/a/3", "1"), "/a/3"),
            (insert("/a/-", "1"), "/a/-"),
            (insert("/c", "1"), "/c"),
            (insert("/a/1/b", "1"), "/a/1/b"),
            (remove(""), ""),
            (remove("/x"), "/x"),
            (remove("/a/2"), "/a/2"),
            (moves("/x", "/y"), "/x"),
            (moves("/c", "/a/9"), "/a/9"),
            (moves("/a", "/a/0"), "/a/0"),
            (moves("", "/a"), "/a"),
            (moves("/a/0", "/a/2"), "/a/2"),
        ];
        for (edit, at) in cases {
            for long in ["1".to_string(), "1".repeat(3000)] {
                let content = content.replace("\"text\"", &format!("\"{long}\""));
                let mut edited = replica(&content);
                let error = edited.apply(&edit).unwrap_err();
                assert_eq!(error, Misplaced { at: at.to_string() }, "{edit:?}");
                assert_eq!(text(&edited), content);
                assert_eq!(edited.digest(), replica(&content).digest());
            }
        }
    }

    #[test]
    fn a_clone_stays_what_it_was() {
        let elements: Vec<String> = (0..5000).map(|i| i.to_string()).collect();
        let content = format!("[{}]", elements.join(","));
        let mut edited = replica(&content);
        let before = edited.clone();
        for i in 0..50 {
            edited.apply(&moves("/4000", "/7")).unwrap();
            edited.apply(&remove(&format!("/{}", i * 90))).unwrap();
        }
        assert_eq!(text(&before), content);
        assert_eq!(before.digest(), replica(&content).digest());
        assert_ne!(before.digest(), edited.digest());
    }

    #[test]
    fn contents_that_differ_have_digests_that_differ() {
        let long = |open: &str, value: &str, close: &str| {
            format!("{open}{}{close}", [value; 300].join(","))
        };
        let contents = [
            "[]".to_string(),
            "{}".to_string(),
            "\"[]\"".to_string(),
            long("[", "\"\"", "]"),
            long("[[", "\"\"", "]]"),
            long("{\"\":[", "\"\"", "]}"),
            long("[", "[\"\"]", "]"),
            long("[", "1", "]"),
            long("[", "1", ",1]"),
            within(&within("1")),
            within(&within("2")),
            within(&format!("\"{}\"", "1".repeat(2000))),
            within(&format!("\"{}\"", "2".repeat(2000))),
            format!("\"{}\"", long("[", "1", "]")),
            format!("[\"{}\"]", long("[", "1", "]")),
        ];
        let digests: std::collections::BTreeSet<Digest> =
            contents.iter().map(|content| replica(content).digest()).collect();
        assert_eq!(digests.len(), contents.len());
    }

    #[test]
    fn the_digest_of_the_document_is_that_of_its_text() {
        for content in ["7", "[1,2]", &within("{\"a\":[]}"), &within(&within("0"))] {
            let replica = replica(content);
            assert_eq!(replica.document_digest(), crate::json::digest(content.as_bytes()));
            let mut out = b"before ".to_vec();
            replica.write_into(&mut out);
            assert_eq!(out, [b"before ", content.as_bytes()].concat());
        }
    }

    #[test]
    fn an_edit_reaches_the_deepest_level() {
        let filler = format!("\"{}\"", "x".repeat(1200));
        let open = format!("[{filler},");
        let content = |value: &str| {
            [open.repeat(DEPTH_MAX), value.to_string(), "]".repeat(DEPTH_MAX)].concat()
        };
        let mut edited = replica(&content("1"));
        let at = "/1".repeat(DEPTH_MAX);
        assert_eq!(edited.value(&at).unwrap(), b"1");
        edited.apply(&put(&at, "2")).unwrap();
        assert_eq!(edited.digest(), replica(&content("2")).digest());
        assert_eq!(text(&edited), content("2"));
    }

    #[test]
    fn text_that_is_not_canonical_harms_nobody() {
        let content = within(r#"{"a":[1,{"b":"c\"","d":[[],{}]}],"e":null}"#);
        let mut texts: Vec<String> = (0..content.len()).map(|end| content[..end].into()).collect();
        for piece in ["[", "{", "\"", "[[1,", ",", "{\"a\":", "]", "{\"", "\\", "[{", ":", "1,"] {
            texts.push(piece.repeat(3000));
            texts.push(format!("[{}", piece.repeat(3000)));
        }
        for text in &texts {
            let mut damaged = replica(text);
            let edits = [put("/1/a", "{,"), insert("/0", ""), insert("/1", "1,2"), remove("/1")];
            for edit in edits.iter().chain(&[moves("/0", "/2"), put("/1/a/1/d", "]")]) {
                let _ = damaged.apply(edit);
            }
            let _ = (damaged.canonical(), damaged.value("/1/a"), damaged.document_digest());
        }
    }
}
