//! Records as an engine would write them, with the state that each one stands for, and an oracle
//! that says from these alone what must be recovered when some are missing, damaged or misplaced.

#![allow(dead_code, reason = "each test file includes this one and uses its part of it")]

use keepfast::record::{
    BaseRef, Body, Delta, Digest, Drawer, Entry, Header, Key, Kind, Origin, RecordError, Recovered,
    Recovery, Whole, encode, recover,
};
use keepfast::replica::{Edit, Replica};

pub const WORKSPACE: &str = "workbench";

/// A header with numbers that follow from the sequence.
pub fn header(kind: Kind, writer: &str, sequence: u64) -> Header {
    Header {
        kind,
        workspace: WORKSPACE.into(),
        collection: "sessions".into(),
        document: "plan".into(),
        writer: writer.into(),
        sequence,
        change: 10 * sequence,
        base: None,
        schema_version: 3,
        wall_ms: 1_800_000_000_000 + sequence,
    }
}

/// The key of a record in a drawer.
pub fn key(drawer: Drawer, header: &Header) -> Key {
    Key {
        drawer,
        collection: header.collection.clone(),
        document: header.document.clone(),
        writer: header.writer.clone(),
        sequence: if drawer == Drawer::Tail { 0 } else { header.sequence },
    }
}

pub fn put(at: &str, text: &str) -> Edit {
    Edit::Put { at: at.into(), text: text.as_bytes().into() }
}

/// A record in its store, and what it stands for.
#[derive(Clone)]
pub struct Stored {
    pub entry: Entry,
    pub header: Header,
    pub checksum: Digest,
    /// Place in the list of the record that it builds on.
    pub predecessor: Option<usize>,
    pub title: String,
    pub description: Option<String>,
    pub content: String,
    pub adopted: Vec<Origin>,
}

impl Stored {
    /// Whether an entry is this record where it may be: under its own key, or in the one slot that
    /// its writer has for the tail of a draft, which takes any sequence.
    fn is_at(&self, entry: &Entry) -> bool {
        let is_draft = self.header.kind != Kind::Base;
        let is_slot = entry.key == key(Drawer::Tail, &self.header);
        entry.bytes == self.entry.bytes && (entry.key == self.entry.key || is_draft && is_slot)
    }
}

/// Every record that was ever written.
#[derive(Clone, Default)]
pub struct History {
    pub stored: Vec<Stored>,
}

impl History {
    /// Writes a record that is whole; its place in the list.
    pub fn whole(&mut self, mut header: Header, title: &str, content: &str) -> usize {
        let bytes = content.as_bytes();
        if header.kind == Kind::Base {
            let digest = keepfast::json::digest(bytes);
            let revision = header.sequence;
            header.base = Some(BaseRef { revision, metadata_revision: 1, digest });
        }
        let adopted = match header.kind {
            Kind::Checkpoint => vec![Origin { writer: "gone".into(), sequence: header.sequence }],
            Kind::Base | Kind::Delta | Kind::Outbox | Kind::Head | Kind::Lease => Vec::new(),
        };
        let description = Some(format!("of {title}"));
        let body = Body::Whole(Whole {
            title: title.into(),
            description: description.clone(),
            content: bytes.to_vec(),
            adopted: adopted.clone(),
        });
        let drawer = if header.kind == Kind::Base { Drawer::Base } else { Drawer::Draft };
        let (bytes, checksum) = encode(&header, &body);
        self.stored.push(Stored {
            entry: Entry { key: key(drawer, &header), bytes },
            header,
            checksum,
            predecessor: None,
            title: title.into(),
            description,
            content: content.into(),
            adopted,
        });
        self.stored.len() - 1
    }

    /// Writes a delta that leads from the state of another record to this content.
    pub fn delta(
        &mut self,
        drawer: Drawer,
        header: Header,
        on: usize,
        edits: &[Edit],
        content: &str,
    ) -> usize {
        let before = &self.stored[on];
        let title = format!("draft {}", header.sequence);
        let body = Body::Delta(Delta {
            predecessor: before.checksum,
            result: Replica::from_canonical(content.as_bytes()).digest(),
            title: Some(title.clone()),
            description: None,
            edits: edits.to_vec(),
        });
        let (description, adopted) = (before.description.clone(), before.adopted.clone());
        let (bytes, checksum) = encode(&header, &body);
        self.stored.push(Stored {
            entry: Entry { key: key(drawer, &header), bytes },
            header,
            checksum,
            predecessor: Some(on),
            title,
            description,
            content: content.into(),
            adopted,
        });
        self.stored.len() - 1
    }

    pub fn entries(&self) -> Vec<Entry> {
        self.stored.iter().map(|stored| stored.entry.clone()).collect()
    }

    /// Recovers from the entries and compares everything that is told with what must be told:
    /// states that were really stored, of each writer the newest that verifies, and the name of
    /// every record that could not be used.
    pub fn check(&self, entries: &[Entry]) -> Option<Recovery> {
        let mut found = recover(WORKSPACE, entries);
        let found = match found.len() {
            0 => {
                assert!(entries.is_empty(), "records of a document are never passed over");
                return None;
            }
            _ => found.swap_remove(0),
        };
        let usable = self.usable(entries);
        self.check_drafts(&usable, &found);
        self.check_bases(&usable, &found);
        self.check_unusable(entries, &usable, &found);
        Some(found)
    }

    /// For each record whether it is there unchanged, and so is what it builds on.
    fn usable(&self, entries: &[Entry]) -> Vec<bool> {
        let mut usable = Vec::new();
        for stored in &self.stored {
            let is_there = entries.iter().any(|entry| stored.is_at(entry));
            usable.push(is_there && stored.predecessor.is_none_or(|before| usable[before]));
        }
        usable
    }

    /// The newest usable record of a writer's draft.
    fn newest(&self, usable: &[bool], writer: &str) -> Option<&Stored> {
        let all = self.stored.iter().zip(usable).filter(|(_, usable)| **usable);
        let own = all
            .map(|(stored, _)| stored)
            .filter(|stored| stored.header.writer == writer && stored.header.kind != Kind::Base);
        own.max_by_key(|stored| stored.header.sequence)
    }

    fn check_drafts(&self, usable: &[bool], found: &Recovery) {
        let mut writers: Vec<&str> = self.stored.iter().map(|it| &*it.header.writer).collect();
        writers.sort_unstable();
        writers.dedup();
        let expected = writers.into_iter().filter_map(|writer| self.newest(usable, writer));
        let expected: Vec<_> = expected.collect();
        let numbers = |it: &Recovered| (it.writer.clone(), it.sequence);
        let told: Vec<_> = found.drafts.iter().map(numbers).collect();
        let numbers = |it: &&Stored| (it.header.writer.clone(), it.header.sequence);
        assert_eq!(told, expected.iter().map(numbers).collect::<Vec<_>>());
        for (told, expected) in found.drafts.iter().zip(expected) {
            assert_eq!(told.checksum, expected.checksum);
            assert_eq!(told.change, expected.header.change);
            assert_eq!(told.base, expected.header.base);
            assert_eq!(told.schema_version, expected.header.schema_version);
            assert_eq!(told.wall_ms, expected.header.wall_ms);
            assert_eq!(told.title, expected.title);
            assert_eq!(told.description, expected.description);
            assert_eq!(told.adopted, expected.adopted);
            assert_eq!(told.content.canonical(), expected.content.as_bytes());
        }
    }

    fn check_bases(&self, usable: &[bool], found: &Recovery) {
        let all = self.stored.iter().zip(usable).filter(|(_, usable)| **usable);
        let mut expected: Vec<&Stored> =
            all.map(|(stored, _)| stored).filter(|it| it.header.kind == Kind::Base).collect();
        expected.sort_by_key(|stored| stored.entry.key.clone());
        assert_eq!(found.bases.len(), expected.len());
        for (told, expected) in found.bases.iter().zip(expected) {
            assert_eq!(told.key, expected.entry.key);
            assert_eq!(told.checksum, expected.checksum);
            assert_eq!(Some(told.base), expected.header.base);
            assert_eq!(told.title, expected.title);
            assert_eq!(told.description, expected.description);
            assert_eq!(told.content.canonical(), expected.content.as_bytes());
        }
    }

    fn check_unusable(&self, entries: &[Entry], usable: &[bool], found: &Recovery) {
        let mut expected = Vec::new();
        for entry in entries {
            let told = match self.stored.iter().position(|stored| stored.is_at(entry)) {
                // Whatever the bytes are, they are not what was stored under the key.
                None => Some(false),
                Some(at) if usable[at] => None,
                Some(at) => {
                    let header = &self.stored[at].header;
                    let newest = self.newest(usable, &header.writer);
                    let is_stale =
                        newest.is_some_and(|newest| header.sequence < newest.header.sequence);
                    (!is_stale).then_some(true)
                }
            };
            if let Some(is_orphan) = told {
                expected.push((entry.key.clone(), entry.bytes.len(), is_orphan));
            }
        }
        let mut told = Vec::new();
        for it in &found.unusable {
            let is_orphan = it.reason == RecordError::PredecessorMissing;
            told.push((it.key.clone(), it.bytes, is_orphan));
        }
        expected.sort();
        expected.dedup();
        assert!(told.is_sorted_by_key(|(key, ..)| key), "in the order of keys");
        told.sort();
        assert_eq!(told, expected);
    }
}

/// Content of some four kilobytes after this many edits.
pub fn content(edits: usize) -> String {
    let mut text = String::from("{\"cells\":[");
    for cell in 0..36 {
        let comma = if cell == 0 { "" } else { "," };
        text += &format!("{comma}\"{}\"", cell_text(cell, edits));
    }
    text + &format!("],\"count\":{edits}}}")
}

/// The edits that lead to the content after this many from the one before.
pub fn edits(count: usize) -> [Edit; 2] {
    let text = format!("\"{}\"", cell_text(count, count));
    [put(&format!("/cells/{count}"), &text), put("/count", &count.to_string())]
}

fn cell_text(cell: usize, edits: usize) -> String {
    if (1..=edits).contains(&cell) {
        format!("cell {cell} after an edit")
    } else {
        format!(
            "cell {cell}: {}",
            "what stands here was written before anything was edited. ".repeat(2)
        )
    }
}
