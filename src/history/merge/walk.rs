//! The walk through three contents at once, which writes the merged one and notes conflicts. Owns
//! what becomes of a value and of an object; lists and lines have files of their own. An absent
//! value is an empty text.

use alloc::string::String;
use alloc::vec::Vec;

use super::super::align::elements;
use super::super::identity;
use super::{Conflict, ConflictKind, Sides, lines, named, sequence};
use crate::json::order::compare_keys;
use crate::json::pointer::{push_index, push_token};
use crate::json::tree::{Child, Children, Shape, shape};
use crate::json::{to_text, unescape};

/// A merge under way.
///
/// Recursion is as deep as the contents, which are canonical and keep to the limit of depth.
pub(super) struct Walk {
    /// The merged content as far as it is written.
    out: Vec<u8>,
    conflicts: Vec<Conflict>,
    /// Pointer to the place at hand in the merged content, as canonical text spells names.
    path: Vec<u8>,
    /// The same in the base.
    base_path: Vec<u8>,
}

/// A list that is being written.
pub(super) struct List {
    /// Elements so far.
    pub count: usize,
}

impl Walk {
    /// The merged content, and the conflicts. Texts are canonical.
    pub fn merged(sides: Sides) -> (Vec<u8>, Vec<Conflict>) {
        let (path, base_path) = (Vec::new(), Vec::new());
        let mut walk = Walk { out: Vec::new(), conflicts: Vec::new(), path, base_path };
        walk.value(sides);
        (walk.out, walk.conflicts)
    }

    /// Writes what becomes of a value; nothing if it is removed.
    fn value(&mut self, sides: Sides) {
        if let Some(text) = one_sided(sides) {
            return self.out.extend_from_slice(text);
        }
        let Sides { base, mine, theirs } = sides;
        // What was nothing before has no members or elements that a side could have removed.
        let is_new = matches!(base, b"" | b"null");
        let within = if is_new { b"" } else { base };
        match (shape(mine), shape(theirs)) {
            (a, b) if a != b || !is_new && a != shape(base) => self.keep_mine(sides),
            (Shape::Object, _) if !identity::may_be_one([mine, theirs]) => self.keep_mine(sides),
            (Shape::Object, _) => self.object(Sides { base: within, ..sides }),
            (Shape::Array, _) => self.array(sides, within),
            (Shape::Scalar, _) => match lines::merged(sides) {
                Some(text) => self.out.extend_from_slice(&text),
                None => self.keep_mine(sides),
            },
        }
    }

    /// Writes my value, and notes a conflict.
    fn keep_mine(&mut self, sides: Sides) {
        self.note(ConflictKind::Value, sides);
        self.out.extend_from_slice(sides.mine);
    }

    /// Notes a conflict at the place at hand.
    pub fn note(&mut self, kind: ConflictKind, sides: Sides) {
        let value = |text: &[u8]| (!text.is_empty()).then(|| text.to_vec());
        self.conflicts.push(Conflict {
            path: plain(&self.path),
            base_path: plain(&self.base_path),
            kind,
            base: value(sides.base),
            mine: value(sides.mine),
            theirs: value(sides.theirs),
        });
    }

    fn object(&mut self, sides: Sides) {
        self.out.push(b'{');
        let start = self.out.len();
        for (name, member) in Members::new(sides) {
            let before = self.out.len();
            let comma: &[u8] = if before > start { b"," } else { b"" };
            for piece in [comma, b"\"", name, b"\":"] {
                self.out.extend_from_slice(piece);
            }
            let lens = (self.path.len(), self.base_path.len());
            push_token(&mut self.path, name);
            push_token(&mut self.base_path, name);
            self.written_or_taken_back(before, |walk| walk.value(member));
            self.back(lens);
        }
        self.out.push(b'}');
    }

    fn array(&mut self, sides: Sides, within: &[u8]) {
        self.out.push(b'[');
        let [base, mine, theirs] = [within, sides.mine, sides.theirs].map(elements);
        let lists = [&base[..], &mine, &theirs];
        match identity::names(lists) {
            Some(names) => named::merge(self, sides, lists, &names),
            None => sequence::merge(self, lists),
        }
        self.out.push(b']');
    }

    /// Writes what becomes of an element, if anything does. Its index in the base is given if it
    /// has one.
    pub fn element(&mut self, list: &mut List, base_index: Option<usize>, sides: Sides) {
        self.placed(list, base_index, |walk| walk.value(sides));
    }

    /// Writes my element where nobody knows whether the three are states of one: notes a conflict
    /// unless the sides are equal, and merges nothing.
    pub fn disputed_element(&mut self, list: &mut List, base_index: Option<usize>, sides: Sides) {
        self.placed(list, base_index, |walk| match sides.mine == sides.theirs {
            true => walk.out.extend_from_slice(sides.mine),
            false => walk.keep_mine(sides),
        });
    }

    /// Appends elements as they are.
    pub fn copy(&mut self, list: &mut List, elements: &[&[u8]]) {
        for element in elements {
            self.out.extend_from_slice(if list.count > 0 { b"," } else { b"" });
            self.out.extend_from_slice(element);
            list.count += 1;
        }
    }

    fn placed(&mut self, list: &mut List, base_index: Option<usize>, act: impl FnOnce(&mut Self)) {
        let (before, lens) = (self.out.len(), (self.path.len(), self.base_path.len()));
        self.out.extend_from_slice(if list.count > 0 { b"," } else { b"" });
        push_index(&mut self.path, list.count);
        match base_index {
            Some(index) => push_index(&mut self.base_path, index),
            None => push_token(&mut self.base_path, b"-"),
        }
        list.count += usize::from(self.written_or_taken_back(before, act));
        self.back(lens);
    }

    /// Whether a value is written; if none is, takes back what was written in front of it.
    fn written_or_taken_back(&mut self, before: usize, act: impl FnOnce(&mut Self)) -> bool {
        let start = self.out.len();
        act(self);
        let is_there = self.out.len() > start;
        if !is_there {
            self.out.truncate(before);
        }
        is_there
    }

    fn back(&mut self, (path, base_path): (usize, usize)) {
        self.path.truncate(path);
        self.base_path.truncate(base_path);
    }
}

/// What becomes of a value that one side at most has changed, or both alike.
fn one_sided<'t>(Sides { base, mine, theirs }: Sides<'t>) -> Option<&'t [u8]> {
    if mine == theirs || theirs == base {
        Some(mine)
    } else if mine == base {
        Some(theirs)
    } else {
        None
    }
}

/// A pointer without the escapes of canonical text.
fn plain(pointer: &[u8]) -> String {
    let mut text = Vec::with_capacity(pointer.len());
    unescape(pointer, &mut text);
    to_text(&text)
}

/// Iterator over the members of three objects in their common order: name and values.
struct Members<'t> {
    rest: [Children<'t>; 3],
    next: [Option<Child<'t>>; 3],
}

impl<'t> Members<'t> {
    fn new(sides: Sides<'t>) -> Self {
        let mut rest = [sides.base, sides.mine, sides.theirs].map(Children::new);
        let next = rest.each_mut().map(Iterator::next);
        Members { rest, next }
    }
}

impl<'t> Iterator for Members<'t> {
    type Item = (&'t [u8], Sides<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        let names = self.next.iter().flatten().map(|child| child.key);
        let name = names.min_by(|a, b| compare_keys(a, b))?;
        let mut values: [&[u8]; 3] = [b""; 3];
        for (at, value) in values.iter_mut().enumerate() {
            if let Some(child) = self.next[at].filter(|child| child.key == name) {
                *value = child.value;
                self.next[at] = self.rest[at].next();
            }
        }
        let [base, mine, theirs] = values;
        Some((name, Sides { base, mine, theirs }))
    }
}
