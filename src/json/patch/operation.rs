//! Reads the operations of a patch document. Knows no other document. Its input is canonical text
//! of any shape; whatever is wrong with the patch in itself is found here.

use super::error::PatchErrorKind as Kind;
use crate::json::pointer::is_pointer;
use crate::json::tree::{Child, Children, Shape, shape};

/// The operations of RFC 6902 section 4.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Add,
    Remove,
    Replace,
    Move,
    Copy,
    Test,
}

/// The values of the member `op`.
const ACTIONS: [(&[u8], Action); 6] = [
    (b"\"add\"", Action::Add),
    (b"\"remove\"", Action::Remove),
    (b"\"replace\"", Action::Replace),
    (b"\"move\"", Action::Move),
    (b"\"copy\"", Action::Copy),
    (b"\"test\"", Action::Test),
];

/// One operation, as far as it has the members.
pub(super) struct Operation<'p> {
    op: &'p [u8],
    /// The member `path`, without its quotes once it is checked.
    pub path: &'p [u8],
    /// The member `from`, in the same way.
    pub from: &'p [u8],
    /// The value, and where the text of the patch has it.
    pub value: &'p [u8],
    pub value_start: usize,
}

impl<'p> Operation<'p> {
    /// The members of an element of the patch.
    pub fn new(element: &Child<'p>) -> Self {
        let mut operation = Self { op: b"", path: b"", from: b"", value: b"", value_start: 0 };
        for member in Children::new(element.value) {
            let place = match member.key {
                b"op" => &mut operation.op,
                b"path" => &mut operation.path,
                b"from" => &mut operation.from,
                b"value" => {
                    let start = element.end - element.value.len();
                    operation.value_start = start + member.end - member.value.len();
                    &mut operation.value
                }
                _ => continue,
            };
            *place = member.value;
        }
        operation
    }

    /// What is to be done. Checks that it is an operation, and has the members that it must have.
    pub fn check(&mut self, element: &Child<'_>) -> Result<Action, Kind> {
        if shape(element.value) != Shape::Object {
            return Err(Kind::NotAnObject);
        }
        pointer(&mut self.path)?;
        let mut action =
            Err(if self.op.is_empty() { Kind::MissingMember } else { Kind::UnknownOperation });
        for (name, known) in ACTIONS {
            if name == self.op {
                action = Ok(known);
            }
        }
        match action? {
            Action::Remove => {}
            Action::Move | Action::Copy => pointer(&mut self.from)?,
            _ if self.value.is_empty() => return Err(Kind::MissingMember),
            _ => {}
        }
        action
    }
}

/// Takes a pointer out of its quotes.
///
/// Its tokens are then names as canonical text spells them: no escape sequence of a string has a
/// character that means something in a pointer.
#[inline(never)]
fn pointer(member: &mut &[u8]) -> Result<(), Kind> {
    let (inner, fault): (&[u8], _) = match *member {
        [] => (b"", Kind::MissingMember),
        [b'"', inner @ .., b'"'] if is_pointer(inner) => {
            *member = inner;
            return Ok(());
        }
        [b'"', inner @ .., b'"'] => (inner, Kind::NotAPointer),
        _ => (b"", Kind::NotAPointer),
    };
    *member = inner;
    Err(fault)
}
