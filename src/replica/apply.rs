//! Carries out edits: what each means at its place. Follows the pointer down through slices and
//! small containers alike, and makes the values on the way back up anew. Must not know leaves.

use alloc::string::ToString;

use super::path::find;
use super::splice::Change;
use super::value::{Found, Piece, Value};
use super::{Edit, Misplaced};
use crate::json::pointer::{is_pointer, split_first};

/// What is done at a place.
enum Action {
    /// Sets a member, replaces an element.
    Put(Piece),
    /// Puts before an element.
    Insert(Piece),
    /// Sets a member, puts before an element.
    Add(Piece),
    Remove,
}

/// The content after an edit.
pub(super) fn applied(root: &Value, edit: &Edit) -> Result<Value, Misplaced> {
    match edit {
        Edit::Put { at, text } => done(root, at, &Action::Put(Piece::of_text(text, level(at)))),
        Edit::Insert { at, text } => {
            done(root, at, &Action::Insert(Piece::of_text(text, level(at))))
        }
        Edit::Remove { at } => done(root, at, &Action::Remove),
        Edit::Move { from, to } => moved(root, from, to),
    }
}

fn moved(root: &Value, from: &str, to: &str) -> Result<Value, Misplaced> {
    let piece = find(root, from.as_bytes()).ok_or_else(|| misplaced(from))?.piece(level(to));
    match to.strip_prefix(from) {
        Some("") => return Ok(root.clone()),
        Some(below) if below.starts_with('/') => return Err(misplaced(to)),
        _ => {}
    }
    let without = done(root, from, &Action::Remove)?;
    done(&without, to, &Action::Add(piece))
}

/// The content after an action at a place.
fn done(root: &Value, at: &str, action: &Action) -> Result<Value, Misplaced> {
    let pointer = at.as_bytes();
    let whole = || match action {
        Action::Put(piece) | Action::Add(piece) => Some(piece.clone()),
        Action::Insert(_) | Action::Remove => None,
    };
    let piece = match is_pointer(pointer) {
        false => None,
        true if pointer.is_empty() => whole(),
        true => changed(root.found(), pointer, 0, action),
    };
    piece.map(Piece::into_value).ok_or_else(|| misplaced(at))
}

/// A value after an action at a place below it, which is not the value itself. The value stands at
/// a level of the content.
fn changed(found: Found, pointer: &[u8], level: usize, action: &Action) -> Option<Piece> {
    let (token, rest) = split_first(pointer)?;
    let slice = found.slice(level)?;
    let spot = slice.seek(&token)?;
    let mut takes = spot.exists;
    let piece = if rest.is_empty() {
        match action {
            Action::Put(piece) if slice.keyed || spot.exists => Some(piece.clone()),
            Action::Add(piece) if slice.keyed => Some(piece.clone()),
            Action::Add(piece) | Action::Insert(piece) if !slice.keyed => {
                takes = false;
                Some(piece.clone())
            }
            Action::Remove if spot.exists => None,
            Action::Put(_) | Action::Add(_) | Action::Insert(_) | Action::Remove => return None,
        }
    } else {
        let child = slice.child(spot.index).filter(|_| spot.exists)?;
        Some(changed(child, rest, level + 1, action)?)
    };
    let puts = piece.map(|piece| (&spot.name[..], piece));
    Some(Piece::of_slice(slice.spliced(&Change { index: spot.index, takes, puts })))
}

/// The level at which the value of a pointer stands.
fn level(pointer: &str) -> usize {
    pointer.bytes().filter(|&byte| byte == b'/').count()
}

fn misplaced(at: &str) -> Misplaced {
    Misplaced { at: at.to_string() }
}
