//! Documents that live: random contents of the shapes that apps have, and edits of them as people
//! make them. Every scalar is a text that occurs nowhere else, so that a test can follow what
//! becomes of each.

#![allow(dead_code, reason = "each test file includes this one and uses its part of it")]

use crate::model::Value;
use crate::random::Random;

const NAMES: &[&str] = &["a", "b/c", "d~", "é\n", "e", "f"];

/// Makes and edits contents.
pub struct Life {
    pub random: Random,
    /// Counts the scalars that were made.
    made: usize,
    /// Whether elements of lists without ids move too, and elements lose their ids.
    pub moves_all: bool,
}

impl Life {
    /// The life that belongs to a seed.
    pub fn new(seed: u64) -> Life {
        Life { random: Random::new(seed), made: 0, moves_all: false }
    }

    /// A text that was never there.
    fn token(&mut self) -> String {
        self.made += 1;
        format!("v{:05}", self.made)
    }

    fn scalar(&mut self) -> Value {
        Value::String(self.token())
    }

    fn text(&mut self) -> Value {
        let lines = 2 + self.random.below(5);
        Value::String((0..lines).map(|_| self.token() + "\n").collect())
    }

    /// A value at most so many containers deep.
    pub fn value(&mut self, depth: usize) -> Value {
        let len = self.random.below(6);
        match self.random.below(if depth == 0 { 3 } else { 9 }) {
            0 | 1 => self.scalar(),
            2 => self.text(),
            3 => Value::Array((0..len).map(|_| self.scalar()).collect()),
            4 => Value::Array((0..len).map(|_| self.value(depth - 1)).collect()),
            5 | 6 => Value::Array((0..len).map(|id| self.named(id, depth - 1)).collect()),
            _ => self.object(depth),
        }
    }

    /// An object with some members.
    pub fn object(&mut self, depth: usize) -> Value {
        let mut members = Vec::new();
        for name in NAMES {
            if self.random.one_in(2) {
                members.push(((*name).to_owned(), self.value(depth.saturating_sub(1))));
            }
        }
        Value::Object(members)
    }

    /// An element that has an id.
    fn named(&mut self, id: usize, depth: usize) -> Value {
        let id = ("id".to_owned(), Value::Number(id as f64));
        let mut members = vec![id, ("a".to_owned(), self.scalar())];
        if self.random.one_in(2) {
            members.push(("e".to_owned(), self.value(depth)));
        }
        Value::Object(members)
    }

    /// The content after some edits; `rarely` says how few.
    pub fn edited(&mut self, value: &Value, rarely: usize) -> Value {
        // A list that loses its ids is merged as one that never had any.
        let has_ids = match value {
            Value::Array(items) => items.iter().any(|item| id(item).is_some()),
            other => id(other).is_some(),
        };
        let may_turn = self.moves_all || !has_ids;
        if may_turn && self.random.one_in(rarely * 12) {
            return self.value(2);
        }
        match value {
            Value::String(text) if text.contains('\n') => self.edited_text(text, rarely),
            Value::String(_) if self.random.one_in(rarely) => self.scalar(),
            Value::Array(items) => {
                let items = items.iter().map(|item| self.edited(item, rarely)).collect();
                self.edited_list(items, rarely)
            }
            Value::Object(members) => self.edited_object(members, rarely),
            leaf => leaf.clone(),
        }
    }

    fn edited_text(&mut self, text: &str, rarely: usize) -> Value {
        let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        while self.random.one_in(rarely) {
            let (at, line) = (self.random.below(lines.len() + 1), self.token() + "\n");
            match self.random.below(3) {
                0 => lines.insert(at, line),
                1 if at < lines.len() => lines[at] = line,
                _ if at < lines.len() => drop(lines.remove(at)),
                _ => {}
            }
        }
        Value::String(lines.concat())
    }

    fn edited_list(&mut self, mut items: Vec<Value>, rarely: usize) -> Value {
        // A list that was emptied may have had ids; what comes into it has.
        let may_have = items.is_empty() && !self.moves_all;
        let has_ids = may_have || items.iter().any(|item| id(item).is_some());
        while self.random.one_in(rarely) {
            let at = self.random.below(items.len() + 1);
            let from = self.random.below(items.len().max(1));
            match self.random.below(3) {
                0 if has_ids => {
                    let new = self.random.below(12);
                    if items.iter().all(|item| id(item) != Some(new)) {
                        items.insert(at, self.named(new, 1));
                    }
                }
                0 => items.insert(at, self.scalar()),
                1 if from < items.len() => drop(items.remove(from)),
                2 if from < items.len() && (has_ids || self.moves_all) => {
                    let moved = items.remove(from);
                    items.insert(at.min(items.len()), moved);
                }
                _ => {}
            }
        }
        Value::Array(items)
    }

    fn edited_object(&mut self, members: &[(String, Value)], rarely: usize) -> Value {
        let mut kept = Vec::new();
        for (name, value) in members {
            if name == "id" {
                kept.push((name.clone(), value.clone()));
            } else if !self.random.one_in(rarely * 3) {
                kept.push((name.clone(), self.edited(value, rarely)));
            }
        }
        let name = *self.random.pick(NAMES);
        if self.random.one_in(rarely) && members.iter().all(|(known, _)| known != name) {
            let value = self.value(1);
            kept.push((name.to_owned(), value));
        }
        Value::Object(kept)
    }

    /// A content, and two that grew from it, at times together for a while.
    pub fn triple(&mut self) -> [String; 3] {
        let depth = *self.random.pick(&[1, 1, 2, 2, 3]);
        let base = match self.random.below(4) {
            0 => self.value(depth),
            _ => self.object(depth),
        };
        let rarely = *self.random.pick(&[2, 3, 5, 10]);
        let together = if self.random.one_in(3) { self.edited(&base, 4) } else { base.clone() };
        let (mine, theirs) = (self.edited(&together, rarely), self.edited(&together, rarely));
        [base, mine, theirs].map(|value| value.canonical())
    }
}

fn id(value: &Value) -> Option<usize> {
    let Value::Object(members) = value else { return None };
    match members.iter().find(|(name, _)| name == "id")? {
        (_, Value::Number(id)) => Some(*id as usize),
        _ => None,
    }
}

/// The scalars that [`Life`] made, as they occur in a text.
pub fn tokens(text: &str) -> std::collections::BTreeSet<&str> {
    let starts = text.match_indices('v').map(|(at, _)| at);
    starts.filter_map(|at| text.get(at..at + 6)).collect()
}
