//! What must hold of versions: none is overwritten or taken away, each was accepted once and reads
//! back as it was, no number is given twice, and what the user gave up for something else is one.

use std::collections::BTreeMap;
use std::rc::Rc;

use keepfast::engine::DocumentId;
use keepfast::history::{self, Versions};
use keepfast::json::Digest;
use keepfast::record::{Drawer, Entry, Key};

use crate::disk::{Name, Store, name};
use crate::effects::Commit;
use crate::ledger::State;
use crate::sharing::is_shared;
use crate::tab::Ask;
use crate::world::{Checked, World};

/// Whether a record is part of a version: its document has many writers, and it has none.
pub fn is_version(key: &Key) -> bool {
    matches!(key.drawer, Drawer::Version | Drawer::Slice)
}

/// Whether a record is one writer's.
pub fn has_writer(key: &Key) -> bool {
    !is_shared(key.drawer) && !is_version(key)
}

/// A version that can be read, as it lies in a store.
struct Found {
    number: u64,
    entry: Vec<u8>,
    state: State,
}

impl World {
    /// What a write may do to versions, seen when it takes effect.
    pub fn check_versions(&mut self, commit: &Commit) -> Checked {
        let index = commit.store.0 as usize;
        if let Some(key) = commit.batch.remove.iter().find(|key| is_version(key)) {
            return self.fail("I8: versions stay", format!("{key:?}"));
        }
        let store = &self.stores[index];
        let is_other =
            |entry: &&Entry| store.record(&entry.key).is_some_and(|bytes| **bytes != *entry.bytes);
        let changed = commit.batch.put.iter().filter(|entry| is_version(&entry.key)).find(is_other);
        let Some(key) = changed.map(|entry| entry.key.clone()) else { return Ok(()) };
        // Under its digest the right bytes take the place of those that are not.
        match key.drawer == Drawer::Slice && store.corrupt_since(&key).is_some() {
            true => Ok(()),
            false => self.fail("A5: a number is given once", format!("{key:?}")),
        }
    }

    /// Whether the user wants the content of a document to be replaced, and by which content if
    /// nobody has it yet.
    pub fn decision_on(&mut self, number: u32, id: DocumentId) -> Option<Option<State>> {
        let tab = self.tab(number)?;
        let decisions = tab.asked.values().filter_map(|asked| match &asked.ask {
            Ask::Resolve(document, expected) if *document == id => Some(expected.clone()),
            Ask::Revert(document) if *document == id => Some(None),
            _ => None,
        });
        let all: Vec<Option<State>> = decisions.collect();
        let expected = all.iter().flatten().next().cloned();
        (!all.is_empty()).then_some(expected)
    }

    /// What the app held is replaced because the user wants something else.
    pub fn check_given_up(
        &mut self,
        number: u32,
        id: DocumentId,
        (before, after): (&State, &State),
    ) -> Checked {
        let Some(tab) = self.tab(number) else { return Ok(()) };
        let of = tab.documents[&id].name.clone();
        let is_its = |ask: &Ask| match ask {
            Ask::Resolve(document, _) | Ask::Revert(document) => *document == id,
            _ => false,
        };
        let asked: Vec<u64> =
            tab.asked.values().filter(|it| is_its(&it.ask)).map(|it| it.since).collect();
        let Some(since) = asked.into_iter().min() else { return Ok(()) };
        let in_memory = found_in(&tab.memory, &of);
        let was_struck = self.ledger.book(&of).struck_at.is_some_and(|event| event >= since);
        let found = self.stores.iter().flat_map(|store| found_in(store, &of)).chain(in_memory);
        let is_kept = found.into_iter().any(|version| version.state.same_work(before));
        // What is saved elsewhere meanwhile is followed half by half.
        let bases = &self.ledger.book(&of).bases;
        let saved = || bases.iter().map(|(_, base)| base).chain([after]);
        let is_saved = saved().any(|it| it.has_text_of(before));
        let is_saved = is_saved && saved().any(|it| it.has_words_of(before));
        match is_kept || is_saved || was_struck {
            true => Ok(()),
            false => self.fail("I8: what is given up is a version", format!("{of:?}")),
        }
    }

    /// Every version that can be read was accepted once, and no number has two.
    pub fn check_all_versions(&mut self) -> Checked {
        for of in self.names() {
            let mut known: BTreeMap<u64, Vec<u8>> = BTreeMap::new();
            let found: Vec<Found> = self.stores.iter().flat_map(|s| found_in(s, &of)).collect();
            for Found { number, entry, state } in found {
                if !self.ledger.book(&of).knows(&state) {
                    let what = format!("{of:?} version {number}");
                    return self.fail("I2: a version was accepted once", what);
                }
                if known.insert(number, entry.clone()).is_some_and(|other| other != entry) {
                    let what = format!("{of:?} version {number}");
                    return self.fail("A5: a number is given once", what);
                }
            }
        }
        Ok(())
    }
}

/// The versions of a document in a store that can be read.
fn found_in(store: &Store, of: &Name) -> Vec<Found> {
    let entries = store.of_document(of);
    let is_of = |entry: &&Entry| name(&entry.key) == *of && entry.key.drawer == Drawer::Version;
    let stored = entries.iter().filter(is_of).map(|it| (it.key.sequence, &it.bytes[..]));
    let slices = entries.iter().filter(|it| it.key.drawer == Drawer::Slice && it.key.sequence == 0);
    let slices: BTreeMap<&str, &[u8]> =
        slices.map(|it| (&it.key.writer[..], &it.bytes[..])).collect();
    let lookup = |digest: &Digest| slices.get(&hex(digest)[..]).copied();
    let (versions, _) = Versions::load(stored, []);
    let all = versions.list(usize::MAX, None).entries.into_iter();
    all.filter_map(|entry| Some(found(entry, &versions.read(entry.number, lookup).ok()?))).collect()
}

fn found(entry: &history::Entry, version: &history::Version) -> Found {
    let about = &entry.about;
    let text: Rc<[u8]> = version.content.as_slice().into();
    let state = State { text, title: about.title.clone(), description: about.description.clone() };
    Found { number: entry.number, entry: entry.encode(), state }
}

/// A digest as keys spell it.
fn hex(digest: &Digest) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
