//! Large documents of the kinds that apps have, and small edits of them at random places.

#![allow(dead_code, reason = "each test file includes this one and uses its part of it")]

use crate::random::Random;
use keepfast::replica::{Edit, Replica};

/// A kind of large document: a list or object with many small parts.
pub struct Kind {
    pub name: &'static str,
    /// Pointer to what has the parts.
    place: &'static str,
    /// The first parts: elements, or members with the names that [`member`] gives.
    parts: usize,
    is_object: bool,
    /// Makes a part of this number.
    part: fn(&mut Random, usize) -> String,
    /// Where in a part there is a string or number to be replaced.
    detail: &'static str,
}

/// The kinds, each of about 1.5 MB.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "records with ids",
        place: "/board/records",
        parts: 14_000,
        is_object: false,
        part: |random, id| {
            let (title, view) = (words(random, 6), id % 700);
            format!(
                r#"{{"done":false,"id":{id},"tags":["x"],"title":"{title}","view":{{"x":{view}}}}}"#
            )
        },
        detail: "/title",
    },
    Kind {
        name: "numbers",
        place: "/numbers",
        parts: 310_000,
        is_object: false,
        part: |random, _| random.below(10_000).to_string(),
        detail: "",
    },
    Kind {
        name: "bits",
        place: "/a/b/c/bits",
        parts: 750_000,
        is_object: false,
        part: |random, _| random.below(2).to_string(),
        detail: "",
    },
    Kind {
        name: "long texts",
        place: "/texts",
        parts: 30,
        is_object: false,
        part: |random, _| format!("\"{}\"", words(random, 7_200)),
        detail: "",
    },
    Kind {
        name: "one text",
        place: "/texts",
        parts: 1,
        is_object: false,
        part: |random, _| format!("\"{}\"", words(random, 210_000)),
        detail: "",
    },
    Kind {
        name: "modules",
        place: "/modules",
        parts: 680,
        is_object: true,
        part: |random, _| {
            let setting = |s| format!("\"s{s:02}\":\"{}\"", words(random, 4));
            let settings: Vec<String> = (0..60).map(setting).collect();
            format!(r#"{{"settings":{{{}}},"view":[[[0]],{{}}]}}"#, settings.join(","))
        },
        detail: "/settings/s07",
    },
    Kind {
        name: "a notebook",
        place: "/cells",
        parts: 1_760,
        is_object: false,
        part: |random, id| {
            let line = |_| format!("\"{}\\n\"", words(random, 5));
            let lines: Vec<String> = (0..20).map(line).collect();
            let rest = r#""metadata":{},"outputs":[]"#;
            format!(r#"{{"cell_type":"code","id":"{id}",{rest},"source":[{}]}}"#, lines.join(","))
        },
        detail: "/source/3",
    },
    Kind {
        name: "the same again and again",
        place: "/rows",
        parts: 60_000,
        is_object: false,
        part: |_, _| r#"{"a":0,"b":"","c":null}"#.into(),
        detail: "/b",
    },
];

fn words(random: &mut Random, count: usize) -> String {
    let word = |_| format!("{:06x}", random.bits() >> 40);
    (0..count).map(word).collect::<Vec<_>>().join(" ")
}

/// The name of a member; those that are there at first leave room between them.
fn member(number: usize) -> String {
    format!("m{number:08}")
}

const ROOM: usize = 1000;

/// Documents with fewer parts have such large ones that removing one is no small edit.
const MANY: usize = 100;

/// A document that is edited.
pub struct Large {
    kind: &'static Kind,
    pub content: Replica,
    /// The number of elements; or the names of the members.
    count: usize,
    names: Vec<String>,
}

impl Large {
    /// The document before any edit.
    pub fn new(kind: &'static Kind, random: &mut Random) -> Large {
        let names: Vec<String> = match kind.is_object {
            true => (0..kind.parts).map(|number| member(number * ROOM)).collect(),
            false => Vec::new(),
        };
        let parts = (0..kind.parts).map(|number| {
            let part = (kind.part)(random, number);
            names.get(number).map_or(part.clone(), |name| format!("\"{name}\":{part}"))
        });
        let parts = parts.collect::<Vec<_>>().join(",");
        let parts = if kind.is_object { format!("{{{parts}}}") } else { format!("[{parts}]") };
        let within = |inner, name: &str| format!("{{\"{name}\":{inner}}}");
        let text = kind.place.rsplit('/').filter(|name| !name.is_empty()).fold(parts, within);
        let content = Replica::from_canonical(text.as_bytes());
        Large { kind, content, count: kind.parts, names }
    }

    /// Makes a small edit, as a person makes one: something is replaced, put in, removed or moved.
    pub fn edit(&mut self, random: &mut Random) -> Edit {
        let edit = match random.below(if self.count < 2 { 1 } else { 4 }) {
            0 => self.replacement(random),
            1 => self.insertion(random),
            2 if self.kind.parts >= MANY => Edit::Remove { at: self.take(random) },
            2 => self.replacement(random),
            _ => Edit::Move { from: self.take(random), to: self.make(random) },
        };
        self.content.apply(&edit).expect("its place is there");
        edit
    }

    fn pointer(&self, number: usize) -> String {
        let place = self.kind.place;
        self.names.get(number).map_or(format!("{place}/{number}"), |name| format!("{place}/{name}"))
    }

    /// The pointer to a part that is no longer counted.
    fn take(&mut self, random: &mut Random) -> String {
        let number = random.below(self.count);
        let pointer = self.pointer(number);
        self.count -= 1;
        if self.kind.is_object {
            self.names.swap_remove(number);
        }
        pointer
    }

    /// The pointer to a place for a part that is counted from now on.
    fn make(&mut self, random: &mut Random) -> String {
        let number = random.below(self.count + 1);
        self.count += 1;
        if !self.kind.is_object {
            return self.pointer(number);
        }
        let mut free = || Some(member(random.below(self.kind.parts * ROOM)));
        let free = core::iter::from_fn(&mut free).find(|name| !self.names.contains(name));
        self.names.extend(free);
        self.pointer(self.names.len() - 1)
    }

    fn replacement(&self, random: &mut Random) -> Edit {
        let part = self.pointer(random.below(self.count));
        let detail = format!("{part}{}", self.kind.detail);
        let found = self.content.value(&detail).map(|text| (detail, text));
        let whole = || (part.clone(), self.content.value(&part).expect("it is counted"));
        let (at, mut text) = found.unwrap_or_else(whole);
        if text.len() > 400 {
            // Some typing in a long text, or a stretch of it that is typed over.
            let start = 1 + random.below(text.len() - 200);
            text.splice(start..start + random.below(2) * random.below(100), *b"typed");
        } else if text[0] == b'"' {
            text = format!("\"{}\"", words(random, 3)).into();
        } else {
            text = random.below(10).to_string().into();
        }
        Edit::Put { at, text: text.into() }
    }

    /// Puts in a part, or where these are large something of the size of an edit.
    fn insertion(&mut self, random: &mut Random) -> Edit {
        let mut text = (self.kind.part)(random, self.count);
        if text.len() > 200 {
            text = format!("\"{}\"", words(random, 30));
        }
        let (at, text) = (self.make(random), text.into_bytes().into());
        match self.kind.is_object {
            true => Edit::Put { at, text },
            false => Edit::Insert { at, text },
        }
    }
}
