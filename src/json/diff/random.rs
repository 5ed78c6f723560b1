//! Random documents for tests: the same ones in every run. A pair is a document and a version of
//! it with elements changed, put in, removed, moved, duplicated, and members renamed.

use super::super::order::compare_keys;

/// Numbers that look random (xorshift).
pub(crate) struct Random(u64);

/// A document that can be changed.
#[derive(Clone)]
enum Value {
    Scalar(String),
    Array(Vec<Value>),
    Object(Vec<(&'static str, Value)>),
}

/// Names as canonical text spells them.
const NAMES: [&str; 16] = [
    "a", "b", "c", "cells", "0", "1", "-", "", "~", "/", "a/b", "m~n", "\\\"", "\\n", "é",
    "\u{e000}",
];

const SCALARS: [&str; 14] = [
    "null",
    "true",
    "0",
    "1",
    "-1.5",
    "1e+21",
    "\"\"",
    "\"a\"",
    "\"[{,:}]\"",
    "\"\\\\\"",
    "\"\\\"\"",
    "\"~1/\"",
    "\"é😀\"",
    "\"\\u0001\"",
];

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below a limit.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit
    }

    /// The canonical texts of a document and of a version of it.
    pub fn pair(&mut self) -> (String, String) {
        let levels = 1 + self.below(5);
        let old = self.value(levels);
        let rarely = [3, 10, 40][self.below(3)];
        let new = if self.below(12) == 0 {
            self.value(levels)
        } else {
            self.changed(&old, rarely, levels)
        };
        (text(&old), text(&new))
    }

    fn value(&mut self, levels: usize) -> Value {
        if levels == 0 || self.below(3) == 0 {
            return match self.below(4) {
                0 => Value::Scalar(self.below(1000).to_string()),
                1 => Value::Scalar(format!("\"{}\"", "xy".repeat(self.below(40)))),
                _ => Value::Scalar(SCALARS[self.below(SCALARS.len())].to_string()),
            };
        }
        let len = self.below(7);
        if self.below(2) == 0 {
            return Value::Array((0..len).map(|_| self.value(levels - 1)).collect());
        }
        let name = |random: &mut Self| NAMES[random.below(NAMES.len())];
        object((0..len).map(|_| (name(self), self.value(levels - 1))).collect())
    }

    fn changed(&mut self, old: &Value, rarely: usize, levels: usize) -> Value {
        let below = levels.saturating_sub(1);
        if self.below(rarely) == 0 {
            return self.value(levels);
        }
        match old {
            Value::Scalar(_) => old.clone(),
            Value::Array(list) => {
                let list = list.iter().map(|x| self.changed(x, rarely, below)).collect();
                self.rearranged(list, below)
            }
            Value::Object(list) => {
                let change = |(name, x): &(_, Value)| (*name, self.changed(x, rarely, below));
                let mut list: Vec<_> = list.iter().map(change).collect();
                for _ in 0..self.below(3) {
                    let name = NAMES[self.below(NAMES.len())];
                    match list.len() {
                        0 => list.push((name, self.value(below))),
                        len if self.below(2) == 0 => drop(list.remove(self.below(len))),
                        len => list[self.below(len)].0 = name,
                    }
                }
                object(list)
            }
        }
    }

    fn rearranged(&mut self, mut list: Vec<Value>, levels: usize) -> Value {
        for _ in 0..self.below(3) {
            let at = self.below(list.len() + 1);
            let Some(other) = list.len().checked_sub(1).map(|last| self.below(last + 1)) else {
                list.push(self.value(levels));
                continue;
            };
            match self.below(4) {
                0 => list.insert(at, self.value(levels)),
                1 => drop(list.remove(other)),
                2 => list.insert(at, list[other].clone()),
                _ => {
                    let moved = list.remove(other);
                    list.insert(at.min(list.len()), moved);
                }
            }
        }
        Value::Array(list)
    }
}

fn object(mut list: Vec<(&'static str, Value)>) -> Value {
    list.sort_by(|x, y| compare_keys(x.0.as_bytes(), y.0.as_bytes()));
    list.dedup_by(|x, y| x.0 == y.0);
    Value::Object(list)
}

fn text(value: &Value) -> String {
    let joined = |list: Vec<String>| list.join(",");
    match value {
        Value::Scalar(text) => text.clone(),
        Value::Array(list) => format!("[{}]", joined(list.iter().map(text).collect())),
        Value::Object(list) => {
            let member = |(name, x): &(_, Value)| format!("\"{name}\":{}", text(x));
            format!("{{{}}}", joined(list.iter().map(member).collect()))
        }
    }
}
