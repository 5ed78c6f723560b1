//! Compares two objects member by member. Finds members that have a new name, and new members that
//! are equal to another. Its input are the objects' texts; what the values are is not its business.

use alloc::vec::Vec;

use super::{Differ, Token};
use crate::json::tree::{Children, Join, Joined, Middle};

/// Members in which two objects may differ if new names are to be found.
const RENAMES_MAX: usize = 1 << 8;

impl Differ {
    /// Puts in the operations for two objects.
    pub(super) fn object(&mut self, a: &[u8], b: &[u8], ceiling: usize) -> bool {
        let middle = Middle::new(a, b);
        let old = Children::within(a, middle.start, middle.a_end);
        let new = Children::within(b, middle.start, middle.b_end);
        let mut members: Vec<Joined<'_>> = Vec::new();
        for member in Join::new(old, new) {
            if member.old != member.new {
                members.push(member);
            }
        }
        // Copies come first, while every source is still what it was.
        for source in [a, b""] {
            for at in 0..members.len() {
                self.add_member(&mut members, at, source);
                if self.patch.len() > ceiling {
                    return false;
                }
            }
        }
        members.iter().all(|member| {
            if member.new.is_empty() && !member.old.is_empty() {
                self.put("remove", Token::None, Token::Name(member.key), b"");
                return self.patch.len() <= ceiling;
            }
            member.old.is_empty()
                || self.child(Token::Name(member.key), member.old, member.new, ceiling)
        })
    }

    /// Puts in a member if it is new: with an object to copy from, unless a removed one is equal to
    /// it; without, by giving a removed one its name, if there is an equal one.
    fn add_member(&mut self, members: &mut [Joined<'_>], at: usize, source: &[u8]) {
        let Joined { key, old, new } = members[at];
        if !old.is_empty() || new.is_empty() {
            return;
        }
        let few = members.len() <= RENAMES_MAX;
        let removed = members.iter().position(|x| few && x.new.is_empty() && x.old == new);
        if let Some(removed) = removed {
            if !source.is_empty() {
                return;
            }
            let source = Token::Name(members[removed].key);
            self.put("move", source, Token::Name(key), b"");
            members[removed].old = b"";
        } else {
            let sibling = self.equal_sibling(source, new);
            let source = sibling.map_or(Token::None, |(_, sibling)| Token::Name(sibling.key));
            self.add(source, Token::Name(key), new);
        }
        members[at].new = b"";
    }
}
