//! Random JSON values and the ways in which their text may be written: canonical (RFC 8785, by
//! this file's own reading of it), as `JSON.stringify` writes it, and as anybody may write it.
//! Knows nothing of the engine; numbers are printed by `ryu-js`, order is by `encode_utf16`.

#![allow(dead_code, reason = "each test file includes this one and uses its part of it")]

use crate::random::Random;
use std::fmt::Write as _;

/// A JSON value. Names within an object are unique; their order is that of insertion.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Number(f64),
    String(String),
    Array(Vec<Value>),
    Object(Vec<(String, Value)>),
}

/// Names at the edges of the sort order, of escaping, and of objects in JavaScript.
pub const NAMES: &[&str] = &[
    "",
    "a",
    "b",
    "aa",
    "ab",
    "A",
    "id",
    "name",
    "value",
    "__proto__",
    "constructor",
    "toString",
    "0",
    "1",
    "9",
    "10",
    "010",
    "4294967294",
    "4294967295",
    "-1",
    "1.5",
    "\u{20ac}",
    "\r",
    "\u{fb33}",
    "\u{1f600}",
    "\u{80}",
    "\u{f6}",
    "\u{ffff}",
    "\u{e000}",
    "\u{10000}",
    "\u{d7ff}",
    "\u{10ffff}",
    "\0",
    "\u{1f}",
    "\u{7f}",
    "\"",
    "\\",
    "/",
    "~",
    "~0",
    "~1",
    "a/b",
    "a~b",
    "\u{2028}",
    "\u{feff}",
    "a longer name that needs two blocks",
    "sixteen bytes ab",
    "fifteen bytes a",
    "seventeen bytes a",
];

const NUMBERS: &[f64] = &[
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.1,
    0.5,
    1.5,
    255.5,
    1e2,
    1e15,
    1e16,
    1e20,
    1e21,
    1e22,
    1e-6,
    1e-7,
    9007199254740991.0,
    9007199254740992.0,
    -9007199254740993.0,
    4294967296.0,
    123456789012345.6,
    f64::MAX,
    f64::MIN,
    f64::MIN_POSITIVE,
    5e-324,
    333333333.3333333,
    4.35,
    0.000001,
    1e300,
    2.225073858507201e-308,
    9.5367431640625e-7,
    18446744073709551615.0,
];

/// Brings the members of an object into the order in which they are written.
type Sort<'a> = dyn Fn(&mut Vec<&(String, Value)>) + 'a;

impl Value {
    /// A random value, at most `depth` containers deep.
    pub fn random(random: &mut Random, depth: usize) -> Value {
        match random.below(if depth == 0 { 6 } else { 10 }) {
            0 => Value::Null,
            1 => Value::Bool(random.one_in(2)),
            2 | 3 => Value::Number(random_number(random)),
            4 | 5 => Value::String(random_string(random)),
            6 | 7 => {
                let len = random_len(random);
                Value::Array((0..len).map(|_| Value::random(random, depth - 1)).collect())
            }
            _ => Value::random_object(random, depth),
        }
    }

    fn random_object(random: &mut Random, depth: usize) -> Value {
        let mut members: Vec<(String, Value)> = Vec::new();
        for _ in 0..random_len(random) {
            let name = random_name(random);
            if members.iter().all(|(known, _)| *known != name) {
                members.push((name, Value::random(random, depth - 1)));
            }
        }
        Value::Object(members)
    }

    /// The RFC 8785 text.
    pub fn canonical(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, &|names| {
            names.sort_by(|a, b| a.0.encode_utf16().cmp(b.0.encode_utf16()))
        });
        out
    }

    /// What `JSON.stringify` writes for the object that has its members in this order: names that
    /// are array indices come first, ascending; everything else as inserted.
    pub fn stringified(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, &|names| names.sort_by_key(|(name, _)| array_index(name)));
        out
    }

    fn write(&self, out: &mut String, sort: &Sort) {
        match self {
            Value::Null => out.push_str("null"),
            Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Value::Number(value) => out.push_str(&number_text(*value)),
            Value::String(value) => out.push_str(&string_text(value)),
            Value::Array(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    item.write(out, sort);
                }
                out.push(']');
            }
            Value::Object(members) => {
                let mut sorted: Vec<_> = members.iter().collect();
                sort(&mut sorted);
                out.push('{');
                for (index, (name, value)) in sorted.into_iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    out.push_str(&string_text(name));
                    out.push(':');
                    value.write(out, sort);
                }
                out.push('}');
            }
        }
    }

    /// A text of the same value in a random spelling: white space, escapes, forms of numbers.
    pub fn spelled(&self, random: &mut Random) -> String {
        let mut out = space(random);
        self.spell(random, &mut out);
        out + &space(random)
    }

    fn spell(&self, random: &mut Random, out: &mut String) {
        match self {
            Value::Null | Value::Bool(_) => out.push_str(&self.canonical()),
            Value::Number(value) => out.push_str(&spelled_number(*value, random)),
            Value::String(value) => out.push_str(&spelled_string(value, random)),
            Value::Array(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    *out += &item.spelled(random);
                }
                out.push_str(if items.is_empty() { " ]" } else { "]" });
            }
            Value::Object(members) => {
                let mut order: Vec<_> = members.iter().collect();
                random.shuffle(&mut order);
                out.push('{');
                for (index, (name, value)) in order.into_iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    *out += &space(random);
                    *out += &spelled_string(name, random);
                    *out += &space(random);
                    out.push(':');
                    *out += &value.spelled(random);
                }
                out.push_str(if members.is_empty() { "\t}" } else { "}" });
            }
        }
    }
}

/// Mostly few, sometimes none, rarely many.
fn random_len(random: &mut Random) -> usize {
    match random.below(12) {
        0 => 0,
        11 => random.below(24),
        small => small % 5 + 1,
    }
}

fn random_name(random: &mut Random) -> String {
    if random.one_in(4) { random_string(random) } else { (*random.pick(NAMES)).to_owned() }
}

/// A random double: one of the edges, a whole number, a decimal, or any bits.
pub fn random_number(random: &mut Random) -> f64 {
    match random.below(5) {
        0 => *random.pick(NUMBERS),
        1 => random.below(1000) as f64 - 500.0,
        2 => (random.bits() >> 20) as f64 / 10_f64.powi(random.below(20) as i32),
        3 => (random.bits() >> random.below(64)) as f64,
        _ => Some(f64::from_bits(random.bits())).filter(|n| n.is_finite()).unwrap_or(0.25),
    }
}

/// A random text of up to some forty characters.
pub fn random_string(random: &mut Random) -> String {
    let bound = *random.pick(&[2, 8, 20, 40]);
    let len = random.below(bound);
    (0..len).map(|_| random_char(random)).collect()
}

fn random_char(random: &mut Random) -> char {
    let code = match random.below(10) {
        0 => random.below(0x20),
        1 => *random.pick(&[0x22, 0x5c, 0x2f, 0x7f, 0x2028, 0x2029, 0xfeff, 0xfffd, 0xffff]),
        2 => 0x80 + random.below(0x780),
        3 => 0x800 + random.below(0xd000),
        4 => 0x10000 + random.below(0x10_0000),
        _ => 0x20 + random.below(0x5f),
    };
    char::from_u32(code as u32).unwrap_or('?')
}

/// The array index (0 to 2^32 − 2) that a name spells, or a number behind all of them.
fn array_index(name: &str) -> u64 {
    let index = name.parse::<u32>().ok().filter(|n| n.to_string() == name && *n < u32::MAX);
    index.map_or(u64::MAX, u64::from)
}

fn number_text(value: f64) -> String {
    ryu_js::Buffer::new().format_finite(value).to_owned()
}

/// RFC 8785 section 3.2.2.2; `JSON.stringify` writes strings without lone surrogates alike.
pub fn string_text(value: &str) -> String {
    let mut out = String::from("\"");
    for char in value.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\0'..='\u{1f}' => write!(out, "\\u{:04x}", char as u32).expect("writes to memory"),
            _ => out.push(char),
        }
    }
    out + "\""
}

fn space(random: &mut Random) -> String {
    match random.below(8) {
        0 => " ".to_owned(),
        1 => "\n  ".to_owned(),
        2 => "\r\n\t".to_owned(),
        3 => " ".repeat(random.below(40)),
        _ => String::new(),
    }
}

/// Some text that reads as the same double.
fn spelled_number(value: f64, random: &mut Random) -> String {
    match random.below(6) {
        0 => format!("{value:e}"),
        1 => format!("{value:E}").replace('E', "E+").replace("E+-", "E-"),
        2 => format!("{value:.16e}"),
        3 if value.fract() == 0.0 && value.abs() < 1e15 => format!("{value}.000"),
        4 => format!("{value}"),
        _ => number_text(value),
    }
}

fn spelled_string(value: &str, random: &mut Random) -> String {
    let rate = *random.pick(&[1, 3, 1000]);
    let mut out = String::from("\"");
    for char in value.chars() {
        let plain = string_text(char.encode_utf8(&mut [0; 4]));
        if char == '/' && random.one_in(2) {
            out.push_str("\\/");
        } else if random.one_in(rate) {
            for unit in char.encode_utf16(&mut [0; 2]) {
                let lower = format!("\\u{unit:04x}");
                out += &if random.one_in(2) { format!("\\u{unit:04X}") } else { lower };
            }
        } else {
            out += &plain[1..plain.len() - 1];
        }
    }
    out + "\""
}
