//! The app's side of a document: a dashboard session of a chosen size, and edits of it. Owns its
//! shape; it must not know the engine. Members stand in the order in which a developer would write
//! them, so that ordering them is real work. Everything is drawn from one seed.

use crate::counting::uncounted;
use crate::random::Random;
use keepfast::engine::Capture;
use keepfast::replica::Edit;

/// What an edit does to the list of cells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    Replace,
    InsertFront,
    Remove,
    Move,
}

pub const CHANGES: [Change; 4] =
    [Change::Replace, Change::InsertFront, Change::Remove, Change::Move];

impl Change {
    pub fn name(self) -> &'static str {
        match self {
            Change::Replace => "replace a cell",
            Change::InsertFront => "insert a cell at the front",
            Change::Remove => "remove a cell",
            Change::Move => "move a cell",
        }
    }
}

/// The value that the app holds, as texts; nothing of it counts as the engine's memory.
pub struct Session {
    random: Random,
    head: String,
    cells: Vec<String>,
    tail: String,
    bytes: usize,
}

impl Session {
    /// A session whose text has `bytes`, or less than one cell more.
    pub fn new(seed: u64, bytes: usize) -> Session {
        uncounted(|| {
            let mut random = Random::new(seed);
            let panels: Vec<String> =
                (0..1 + bytes / BYTES_PER_PANEL).map(|at| panel(&mut random, at)).collect();
            let head = format!(
                "{{\"schemaVersion\":3,\"panels\":[{}],\"title\":\"{}\",\"cells\":[",
                panels.join(","),
                words(&mut random, 24)
            );
            let tail =
                "],\"preferences\":{\"theme\":\"dark\",\"locale\":\"nn-NO\",\"decimals\":3}}";
            let start = head.len() + tail.len();
            let tail = tail.to_string();
            let mut session = Session { random, head, cells: Vec::new(), tail, bytes: start };
            while session.bytes < bytes {
                let cell = cell(&mut session.random);
                session.put(session.cells.len(), cell);
            }
            session
        })
    }

    /// Length of the text, which its canonical form has too.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The whole value as `JSON.stringify` would write it.
    pub fn text(&self) -> Vec<u8> {
        let mut text = Vec::with_capacity(self.bytes);
        text.extend_from_slice(self.head.as_bytes());
        for (at, cell) in self.cells.iter().enumerate() {
            text.extend_from_slice(if at > 0 { b"," } else { b"" });
            text.extend_from_slice(cell.as_bytes());
        }
        text.extend_from_slice(self.tail.as_bytes());
        text
    }

    /// Changes the value and tells how.
    pub fn edit(&mut self, change: Change) -> Edit {
        let count = self.cells.len();
        let place = |at: usize| format!("/cells/{at}");
        let from = self.random.below(count);
        match change {
            Change::Replace => {
                let text = self.new_cell(from);
                Edit::Put { at: place(from), text }
            }
            Change::InsertFront => {
                let cell = uncounted(|| cell(&mut self.random));
                let text = cell.as_bytes().into();
                uncounted(|| self.put(0, cell));
                Edit::Insert { at: place(0), text }
            }
            Change::Remove => {
                uncounted(|| drop(self.take(from)));
                Edit::Remove { at: place(from) }
            }
            Change::Move => {
                let to = (from + 1 + self.random.below(count - 1)) % count;
                uncounted(|| {
                    let cell = self.take(from);
                    self.put(to, cell);
                });
                Edit::Move { from: place(from), to: place(to) }
            }
        }
    }

    /// The answer to a capture after these edits.
    pub fn capture(&self, edits: Vec<Edit>, whole: bool) -> Capture {
        if whole { Capture::Both { edits, text: self.text() } } else { Capture::Edits(edits) }
    }

    /// Puts a new cell in place of another, and returns its text as a block that counts.
    fn new_cell(&mut self, at: usize) -> Box<[u8]> {
        let cell = uncounted(|| cell(&mut self.random));
        let text = cell.as_bytes().into();
        uncounted(|| {
            drop(self.take(at));
            self.put(at, cell);
        });
        text
    }

    fn put(&mut self, at: usize, cell: String) {
        self.bytes += cell.len() + usize::from(!self.cells.is_empty());
        self.cells.insert(at, cell);
    }

    fn take(&mut self, at: usize) -> String {
        let cell = self.cells.remove(at);
        self.bytes -= cell.len() + usize::from(!self.cells.is_empty());
        cell
    }
}

impl Drop for Session {
    /// Frees what was allocated without being counted.
    fn drop(&mut self) {
        uncounted(|| {
            drop(std::mem::take(&mut self.cells));
            drop([&mut self.head, &mut self.tail].map(std::mem::take));
        });
    }
}

/// An element of the long list: about 200 bytes.
fn cell(random: &mut Random) -> String {
    format!(
        "{{\"id\":\"c-{:08x}\",\"unit\":\"m3/s\",\"note\":\"{}\",\"value\":{},\"range\":[{},{}],\
         \"place\":{{\"x\":{},\"y\":{},\"wide\":{}}}}}",
        random.bits() >> 32,
        words(random, 60),
        reading(random),
        reading(random),
        reading(random),
        reading(random),
        reading(random),
        random.one_in(2)
    )
}

/// A piece with several levels: about 500 bytes.
fn panel(random: &mut Random, at: usize) -> String {
    let members: Vec<String> = (0..20).map(|_| random.below(500).to_string()).collect();
    format!(
        "{{\"title\":\"{}\",\"index\":{at},\"options\":{{\"drawing\":{{\"style\":\"lines\",\
         \"opacity\":{},\"showLegend\":{}}},\"members\":[{}],\"note\":\"{}\"}},\
         \"view\":{{\"camera\":{{\"zoom\":{},\"tilt\":{}}},\"axes\":{{\"x\":{},\"y\":{}}}}}}}",
        words(random, 30),
        reading(random),
        random.one_in(2),
        members.join(","),
        words(random, 120),
        reading(random),
        reading(random),
        reading(random),
        reading(random)
    )
}

/// A number with three decimals, which both languages spell alike.
fn reading(random: &mut Random) -> f64 {
    (random.below(5_000_000) as f64 - 600_000.0) / 1_000.0
}

/// Words of `bytes` or a little more together; one in ten is not ASCII.
fn words(random: &mut Random, bytes: usize) -> String {
    let mut text = String::new();
    while text.len() < bytes {
        let word = if random.one_in(10) { random.pick(WIDE) } else { random.pick(WORDS) };
        text += if text.is_empty() { "" } else { " " };
        text += word;
    }
    text
}

const BYTES_PER_PANEL: usize = 16_000;
const WORDS: &[&str] = &[
    "flow",
    "stage",
    "gauge",
    "basin",
    "runoff",
    "snowmelt",
    "rainfall",
    "catchment",
    "spillway",
    "turbine",
    "forecast",
    "median",
    "quantile",
    "baseline",
    "observed",
    "hourly",
    "season",
];
const WIDE: &[&str] = &["målestasjon", "høyvann", "水位", "уровень", "Δh ≤ 2σ", "🌊"];

/// JSON Type Definition of a session.
pub const SCHEMA: &str = r#"{
  "definitions": {
    "axis": {"type": "float64"},
    "panel": {"properties": {
      "title": {"type": "string"}, "index": {"type": "uint32"},
      "options": {"properties": {
        "drawing": {"properties": {
          "style": {"enum": ["lines", "points"]}, "opacity": {"type": "float64"},
          "showLegend": {"type": "boolean"}}},
        "members": {"elements": {"type": "uint16"}}, "note": {"type": "string"}}},
      "view": {"properties": {
        "camera": {"properties": {"zoom": {"type": "float64"}, "tilt": {"type": "float64"}}},
        "axes": {"values": {"ref": "axis"}}}}}},
    "cell": {"properties": {
      "id": {"type": "string"}, "unit": {"type": "string"}, "note": {"type": "string"},
      "value": {"type": "float64"}, "range": {"elements": {"type": "float64"}},
      "place": {"properties": {
        "x": {"type": "float64"}, "y": {"type": "float64"}, "wide": {"type": "boolean"}}}}}
  },
  "properties": {
    "schemaVersion": {"type": "uint8"}, "title": {"type": "string"},
    "panels": {"elements": {"ref": "panel"}}, "cells": {"elements": {"ref": "cell"}},
    "preferences": {"properties": {
      "theme": {"type": "string"}, "locale": {"type": "string"}, "decimals": {"type": "uint8"}}}
  }
}"#;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::live;
    use keepfast::json::{self, Options, Source};
    use keepfast::schema::{CheckOptions, Schema};
    use serde_json::{Value, json};

    /// The edit as a JSON Patch of one operation.
    fn patch(edit: &Edit) -> Vec<u8> {
        let value = |text: &[u8]| serde_json::from_slice::<Value>(text).expect("a cell is JSON");
        let operation = match edit {
            Edit::Put { at, text } => json!({"op": "replace", "path": at, "value": value(text)}),
            Edit::Insert { at, text } => json!({"op": "add", "path": at, "value": value(text)}),
            Edit::Remove { at } => json!({"op": "remove", "path": at}),
            Edit::Move { from, to } => json!({"op": "move", "from": from, "path": to}),
        };
        json!([operation]).to_string().into_bytes()
    }

    fn canonical(session: &Session) -> Vec<u8> {
        json::canonicalize(&session.text(), &Options::default()).expect("a session is JSON")
    }

    #[test]
    fn every_edit_says_what_became_of_the_value() {
        let mut session = Session::new(7, 5_000);
        for round in 0..40 {
            let before = canonical(&session);
            let edit = session.edit(CHANGES[round % 4]);
            let told = json::apply_patch(&before, &patch(&edit)).expect("the place is there");
            assert_eq!(told, canonical(&session), "{edit:?}");
            assert_eq!(session.bytes(), session.text().len());
        }
    }

    #[test]
    fn a_session_has_the_size_that_was_asked_for_and_follows_its_schema() {
        let schema = Schema::compile(SCHEMA.as_bytes()).expect("the schema is one");
        for bytes in [20_000, 150_000] {
            let session = Session::new(1, bytes);
            assert!((bytes..bytes + 300).contains(&session.text().len()));
            let strict = schema.check(&session.text(), &CheckOptions::default());
            let strict = strict.expect("a session is JSON");
            assert_eq!(strict.issues, []);
            assert_eq!(strict.canonical.len(), session.bytes());
            let own = Options::for_source(Source::Own);
            assert_eq!(json::canonicalize(&session.text(), &own), Ok(strict.canonical));
        }
    }

    #[test]
    fn only_the_texts_for_the_engine_count() {
        let before = live();
        let mut session = Session::new(7, 5_000);
        for round in 0..40 {
            drop(session.edit(CHANGES[round % 4]));
        }
        assert_eq!(live(), before);
        let Edit::Put { at, text } = session.edit(Change::Replace) else { panic!("no put") };
        assert_eq!(live() - before, at.capacity() + text.len());
        drop((at, text, session));
        assert_eq!(live(), before);
    }

    #[test]
    fn a_cell_has_about_two_hundred_bytes() {
        let mut random = Random::new(3);
        let sum: usize = (0..1_000).map(|_| cell(&mut random).len()).sum();
        assert!((190_000..210_000).contains(&sum), "{sum}");
    }
}
