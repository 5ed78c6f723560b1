//! What a user does to a value: from the kind of edit and a seed to the edits that the shell
//! reports. Owns the shape of generated content; it must not know stores, tabs or time.

use std::collections::BTreeMap;

use keepfast::replica::Edit;

use crate::random::Random;
use crate::value::{Value, token};

/// What kind of edit a step makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditKind {
    /// One cell of the array is replaced.
    ReplaceCell,
    /// A field within a cell is replaced.
    ReplaceField,
    /// A cell is put before all others.
    InsertFront,
    /// A cell is put somewhere between.
    InsertMiddle,
    /// A cell is put behind all others.
    InsertEnd,
    /// A cell is taken away.
    RemoveCell,
    /// A cell goes elsewhere.
    MoveCell,
    /// A member is added or replaced.
    PutMember,
    /// A member is taken away.
    RemoveMember,
    /// The whole content is replaced.
    ReplaceWhole,
    /// The content becomes the base's again.
    UndoToBase,
    /// The content becomes what it was some edits ago.
    UndoToEarlier,
    /// An edit is announced, and nothing has changed.
    Nothing,
    /// A field is changed in place, which the reported edits do not show.
    InPlace,
}

/// Every kind, with how often it is drawn.
pub const KINDS: &[(EditKind, u64)] = &[
    (EditKind::ReplaceCell, 20),
    (EditKind::ReplaceField, 20),
    (EditKind::InsertFront, 8),
    (EditKind::InsertMiddle, 6),
    (EditKind::InsertEnd, 8),
    (EditKind::RemoveCell, 10),
    (EditKind::MoveCell, 8),
    (EditKind::PutMember, 8),
    (EditKind::RemoveMember, 5),
    (EditKind::ReplaceWhole, 4),
    (EditKind::UndoToBase, 8),
    (EditKind::UndoToEarlier, 6),
    (EditKind::Nothing, 4),
    (EditKind::InPlace, 4),
];

/// New content of about so many bytes, as the version of the app writes it.
pub fn content(random: &mut Random, bytes: u64, version: u32) -> Value {
    let cells = (0..bytes / 80 + 1).map(|_| cell(random)).collect();
    let mut members = BTreeMap::new();
    members.insert("cells".to_owned(), Value::Array(cells));
    members.insert("meta".to_owned(), Value::Object(BTreeMap::new()));
    members.insert("name".to_owned(), Value::Text(words(random, 3)));
    upgrade(Value::Object(members), version)
}

/// The same content as the version of the app has it: version 2 names itself.
pub fn upgrade(mut value: Value, version: u32) -> Value {
    if let (Value::Object(members), 2..) = (&mut value, version) {
        members.insert("schema".to_owned(), Value::Number(i64::from(version)));
    }
    value
}

/// The edits of this kind that fit the value. Empty if nothing changes.
pub fn edits(kind: EditKind, value: &Value, random: &mut Random) -> Vec<Edit> {
    let count = cells(value);
    let one = match kind {
        EditKind::InsertFront => insert(0, random),
        EditKind::InsertMiddle => insert(random.index(count + 1), random),
        EditKind::InsertEnd => insert(count, random),
        EditKind::ReplaceCell if count > 0 => {
            put(format!("/cells/{}", random.index(count)), random)
        }
        EditKind::ReplaceField if count > 0 => field(random.index(count), random),
        EditKind::RemoveCell if count > 0 => {
            Edit::Remove { at: format!("/cells/{}", random.index(count)) }
        }
        EditKind::MoveCell if count > 1 => {
            let (from, to) = (random.index(count), random.index(count));
            Edit::Move { from: format!("/cells/{from}"), to: format!("/cells/{to}") }
        }
        EditKind::RemoveMember => match member(value, random) {
            Some(name) => Edit::Remove { at: format!("/meta/{}", token(&name)) },
            None => return Vec::new(),
        },
        EditKind::PutMember | EditKind::ReplaceCell | EditKind::ReplaceField => {
            let name = random.pick(&["k", "a/b", "~t", "size", "list"]).to_owned();
            let at = format!("/meta/{}", token(&format!("{name}{}", random.below(4))));
            Edit::Put { at, text: scalar(random).stringify().into() }
        }
        EditKind::RemoveCell | EditKind::MoveCell => insert(0, random),
        EditKind::ReplaceWhole
        | EditKind::UndoToBase
        | EditKind::UndoToEarlier
        | EditKind::Nothing
        | EditKind::InPlace => return Vec::new(),
    };
    vec![one]
}

/// A change in place: the pointer of a field that is there, and its new value.
pub fn in_place(value: &Value, random: &mut Random) -> Option<(String, Value)> {
    let count = cells(value);
    (count > 0).then(|| (format!("/cells/{}/n", random.index(count)), scalar(random)))
}

/// A title of a few words.
pub fn words(random: &mut Random, most: u64) -> String {
    let word = |random: &mut Random| random.pick(WORDS);
    let count = random.between(1, most);
    (0..count).map(|_| word(random)).collect::<Vec<_>>().join(" ")
}

fn insert(index: usize, random: &mut Random) -> Edit {
    Edit::Insert { at: format!("/cells/{index}"), text: cell(random).stringify().into() }
}

fn put(at: String, random: &mut Random) -> Edit {
    Edit::Put { at, text: cell(random).stringify().into() }
}

fn field(index: usize, random: &mut Random) -> Edit {
    let at = format!("/cells/{index}/n");
    Edit::Put { at, text: scalar(random).stringify().into() }
}

fn cell(random: &mut Random) -> Value {
    let mut members = BTreeMap::new();
    members.insert("n".to_owned(), scalar(random));
    members.insert("text".to_owned(), Value::Text(words(random, 12)));
    if random.per_mille(20) {
        let rows = (0..random.between(20, 60)).map(|_| scalar(random)).collect();
        members.insert("rows".to_owned(), Value::Array(rows));
    }
    Value::Object(members)
}

fn scalar(random: &mut Random) -> Value {
    match random.below(8) {
        0 => Value::Null,
        1 => Value::Bool(random.per_mille(500)),
        2 => Value::Text(words(random, 4)),
        _ => Value::Number(random.below(2_000_000) as i64 - 1_000_000),
    }
}

fn cells(value: &Value) -> usize {
    match value {
        Value::Object(members) => match members.get("cells") {
            Some(Value::Array(elements)) => elements.len(),
            _ => 0,
        },
        _ => 0,
    }
}

fn member(value: &Value, random: &mut Random) -> Option<String> {
    let Value::Object(members) = value else { return None };
    let Some(Value::Object(meta)) = members.get("meta") else { return None };
    meta.keys().nth(random.index(meta.len())).cloned()
}

const WORDS: &[&str] = &[
    "plan",
    "well",
    "north",
    "depth",
    "grid",
    "a\"b",
    "naïve",
    "cell",
    "back\\slash",
    "雪",
    "line\nbreak",
    "pressure",
    "unit",
    "x",
    "map",
    "layer",
    "surface",
    "seismic",
];
