//! Versions over generated lives of documents: each reads back byte for byte whatever came after
//! it, costs little more than what has changed, and damage is told, never returned.

#[path = "common/large.rs"]
mod large;
#[path = "common/lives.rs"]
mod lives;
#[path = "common/model.rs"]
mod model;
#[path = "common/random.rs"]
mod random;

use keepfast::history::{About, Added, Entry, Kind, VersionError, Versions};
use keepfast::json::{self, Digest};
use keepfast::limits::VERSION_TEXT_BYTES_MAX;
use keepfast::record::RecordError;
use keepfast::replica::Replica;
use large::{KINDS, Large};
use lives::Life;
use model::Value;
use random::Random;
use std::collections::{BTreeMap, BTreeSet};

/// Edits of each kind of large document.
const EDITS: u64 = 100;

/// What a version after a small edit costs at most, with its entry and the names of its slices.
const VERSION_BYTES_MAX: usize = 8000;

/// Where versions are stored: entries by number, slices by digest.
#[derive(Clone, Default)]
struct Store {
    entries: BTreeMap<u64, Vec<u8>>,
    slices: BTreeMap<Digest, Vec<u8>>,
}

impl Store {
    fn put(&mut self, added: &Added) {
        for (name, bytes) in &added.slices {
            let before = self.slices.insert(*name, bytes.clone());
            assert_eq!(before, None, "a slice that the store has is not stored again");
        }
        let before = self.entries.insert(added.entry.number, added.entry_bytes.clone());
        assert_eq!(before, None, "numbers are not given twice");
    }

    fn load(&self) -> (Versions, Vec<(u64, RecordError)>) {
        let entries = self.entries.iter().map(|(number, bytes)| (*number, &bytes[..]));
        Versions::load(entries, self.slices.keys().copied())
    }

    fn lookup<'s>(&'s self) -> impl Fn(&Digest) -> Option<&'s Vec<u8>> {
        |name| self.slices.get(name)
    }
}

fn about(message: &str) -> About {
    About {
        kind: Kind::Save,
        parent: None,
        at_ms: 0,
        author: "Ada".into(),
        message: message.into(),
        title: "A document".into(),
        description: None,
    }
}

fn replica(text: &str) -> Replica {
    Replica::from_canonical(text.as_bytes())
}

/// Makes a version and stores it; how many bytes that takes.
fn add(versions: &mut Versions, store: &mut Store, content: &Replica) -> usize {
    let about = About { parent: Some(versions.newest()).filter(|n| *n > 0), ..about("") };
    let added = versions.add(about, content).expect("its parent is there");
    store.put(&added);
    versions.confirm(&added);
    added.bytes()
}

/// The states of a document that is edited again and again, at times put back to an earlier one.
fn series(seed: u64) -> Vec<String> {
    let mut life = Life::new(seed);
    life.moves_all = true;
    let mut state = life.object(4);
    let mut states: Vec<Value> = Vec::new();
    for _ in 0..3 + life.random.below(8) {
        state = match states.is_empty() || !life.random.one_in(6) {
            true => life.edited(&state, 6),
            false => states[life.random.below(states.len())].clone(),
        };
        states.push(state.clone());
    }
    // A long text and a long list, so that there are slices.
    let texts = states.iter().map(Value::canonical).enumerate().map(|(at, text)| {
        let list: Vec<String> = (0..600).map(|n| (n * (at / 3 + 1)).to_string()).collect();
        format!(
            "{{\"list\":[{}],\"state\":{text},\"text\":\"{}\"}}",
            list.join(","),
            list.join(" ")
        )
    });
    texts.collect()
}

#[test]
fn every_version_reads_back_byte_for_byte_also_after_reopening() {
    for seed in 0..400 {
        let (mut versions, mut store) = (Versions::default(), Store::default());
        let states = series(seed);
        for (at, state) in states.iter().enumerate() {
            add(&mut versions, &mut store, &replica(state));
            if at % 3 == 1 {
                let (loaded, unreadable) = store.load();
                assert_eq!(unreadable, []);
                versions = loaded;
            }
        }
        for (state, number) in states.iter().zip(1..) {
            let version = versions.read(number, store.lookup()).expect("it was stored");
            assert_eq!(String::from_utf8_lossy(&version.content), *state, "seed {seed}");
            assert_eq!(version.entry.digest, json::digest(state.as_bytes()));
            assert_eq!(version.entry.about.parent, Some(number - 1).filter(|n| *n > 0));
        }
    }
}

#[test]
fn equal_content_costs_its_entry_only() {
    let (mut versions, mut store) = (Versions::default(), Store::default());
    let states = series(1);
    add(&mut versions, &mut store, &replica(&states[0]));
    add(&mut versions, &mut store, &replica(&states[1]));
    let slices = store.slices.len();
    let bytes = add(&mut versions, &mut store, &replica(&states[0]));
    assert!(bytes < 300 && slices == store.slices.len(), "{bytes} bytes");
    assert_eq!(versions.read(3, store.lookup()).unwrap().content, states[0].as_bytes());
}

#[test]
fn a_version_after_a_small_edit_of_a_large_document_costs_eight_kilobytes_at_most() {
    for kind in KINDS {
        let mut random = Random::new(EDITS);
        let mut large = Large::new(kind, &mut random);
        let bytes = large.content.bytes();
        assert!((1_400_000..1_700_000).contains(&bytes), "{} has {bytes} bytes", kind.name);
        let (mut versions, mut store) = (Versions::default(), Store::default());
        let first = add(&mut versions, &mut store, &large.content);
        assert!(first < bytes * 12 / 10, "{}: {first} bytes for {bytes}", kind.name);
        let mut costs = Vec::new();
        for turn in 0..EDITS {
            let edit = large.edit(&mut random);
            costs.push(add(&mut versions, &mut store, &large.content));
            let cost = costs[costs.len() - 1];
            assert!(cost <= VERSION_BYTES_MAX, "{}: {cost} bytes after {edit:?}", kind.name);
            if turn % 40 == 0 {
                let read = versions.read(versions.newest(), store.lookup()).expect("just stored");
                assert!(large.content.spells(&read.content));
            }
        }
        costs.sort_unstable();
        let mean = costs.iter().sum::<usize>() / costs.len();
        println!("{}: {first} bytes, then {mean}, {} at most", kind.name, costs[costs.len() - 1]);
    }
}

#[test]
fn what_is_missing_or_damaged_is_named_and_never_returned() {
    let (mut versions, mut store) = (Versions::default(), Store::default());
    let states = series(7);
    for state in &states {
        add(&mut versions, &mut store, &replica(state));
    }
    let mut random = Random::new(1);
    for (name, bytes) in &store.slices {
        let mut missing = store.clone();
        missing.slices.remove(name);
        let mut damaged = store.clone();
        damaged.slices.get_mut(name).unwrap()[random.below(bytes.len())] ^= 4;
        for (number, state) in (1..).zip(&states) {
            let expected = VersionError::MissingSlice { number, slice: *name };
            match versions.read(number, missing.lookup()) {
                Ok(version) => assert_eq!(version.content, state.as_bytes()),
                Err(error) => assert_eq!(error, expected),
            }
            match versions.read(number, damaged.lookup()) {
                Ok(version) => assert_eq!(version.content, state.as_bytes()),
                Err(error) => {
                    assert_eq!(error, VersionError::DamagedSlice { number, slice: *name });
                }
            }
        }
        // What a text needs is known without it; what is below a lost slice is not.
        let in_use = versions.slices_in_use(store.lookup()).expect("all slices are sound");
        let is_text = bytes[0] == 0;
        for store in [&missing, &damaged] {
            match versions.slices_in_use(store.lookup()) {
                Ok(used) => assert!(is_text && used == in_use),
                Err(_) => assert!(!is_text),
            }
        }
    }
}

#[test]
fn an_entry_whose_slices_spell_another_content_gives_none() {
    let (mut versions, mut store) = (Versions::default(), Store::default());
    let long = "x".repeat(5000);
    for text in ["[1]", "[2]", &format!("\"{long}\"")] {
        add(&mut versions, &mut store, &replica(text));
    }
    let entries = [1, 2, 3].map(|number| versions.entry(number).expect("just stored").clone());
    let [first, other, longer] = entries;
    // The text is as long, is another one; is longer.
    for (number, root) in [(1, other.root), (2, longer.root)] {
        let forged = Entry { number, root, ..first.clone() };
        store.entries.insert(number, forged.encode());
    }
    let (loaded, unreadable) = store.load();
    assert_eq!(unreadable, []);
    for number in [1, 2] {
        let error = VersionError::DigestMismatch { number };
        assert_eq!(loaded.read(number, store.lookup()), Err(error));
    }
    assert!(loaded.read(3, store.lookup()).is_ok());
}

#[test]
fn a_version_after_damage_is_whole_whatever_was_lost() {
    let (mut versions, mut store) = (Versions::default(), Store::default());
    let states = series(9);
    for state in &states {
        add(&mut versions, &mut store, &replica(state));
    }
    let newest = states.last().expect("a series has states");
    let lost: Vec<Digest> = store.slices.keys().copied().step_by(3).collect();
    for name in lost {
        store.slices.remove(&name);
    }
    assert!(versions.read(versions.newest(), store.lookup()).is_err());
    versions.forget_all_slices();
    let added = versions.add(about(""), &replica(newest)).expect("it names no other version");
    store.slices.extend(added.slices.iter().cloned());
    versions.confirm(&added);
    let read = versions.read(versions.newest(), store.lookup()).expect("it is whole");
    assert_eq!(read.content, newest.as_bytes());
}

#[test]
fn an_entry_that_cannot_be_read_hides_no_other_and_keeps_its_number() {
    let (mut versions, mut store) = (Versions::default(), Store::default());
    for state in series(3).iter().take(3) {
        add(&mut versions, &mut store, &replica(state));
    }
    store.entries.get_mut(&3).unwrap()[20] ^= 1;
    let swapped = store.entries[&1].clone();
    store.entries.insert(2, swapped);
    let (mut loaded, unreadable) = store.load();
    assert_eq!(unreadable, [(2, RecordError::KeyMismatch), (3, RecordError::ChecksumMismatch)]);
    assert_eq!((loaded.newest(), loaded.list(9, None).entries.len()), (3, 1));
    assert_eq!(loaded.read(3, store.lookup()), Err(VersionError::Unknown { number: 3 }));
    assert_eq!(loaded.add(about("the next one"), &replica("1")).unwrap().entry.number, 4);
    // What it needs is not known, so nothing is free until the user has discarded it.
    let unknown = VersionError::UnreadableEntry { number: 2 };
    assert_eq!(loaded.slices_in_use(store.lookup()), Err(unknown));
    assert_eq!(loaded.remove(2), Ok(()));
}

#[test]
fn a_slice_is_free_only_when_no_version_uses_it() {
    for seed in 0..60 {
        let (mut versions, mut store) = (Versions::default(), Store::default());
        let states = series(seed);
        for state in &states {
            add(&mut versions, &mut store, &replica(state));
        }
        let mut random = Random::new(seed);
        let mut removed = BTreeSet::new();
        for number in 1..states.len() as u64 {
            if random.one_in(2) {
                versions.remove(number).expect("it is there, and not the newest");
                store.entries.remove(&number);
                removed.insert(number);
            }
        }
        let used = versions.slices_in_use(store.lookup()).expect("all slices are sound");
        let freed: BTreeSet<Digest> =
            store.slices.keys().copied().filter(|name| !used.contains(name)).collect();
        store.slices.retain(|name, _| !freed.contains(name));
        versions.forget_slices(&freed);
        for (number, state) in (1..).zip(&states) {
            match versions.read(number, store.lookup()) {
                Ok(version) => assert_eq!(version.content, state.as_bytes()),
                Err(error) => {
                    assert!(removed.contains(&number));
                    assert_eq!(error, VersionError::Unknown { number });
                }
            }
        }
        // What was freed is stored again with the next version that needs it.
        for state in &states {
            add(&mut versions, &mut store, &replica(state));
            let read = versions.read(versions.newest(), store.lookup()).expect("just stored");
            assert_eq!(read.content, state.as_bytes());
        }
    }
}

#[test]
fn versions_are_listed_newest_first_page_by_page() {
    let (mut versions, mut store) = (Versions::default(), Store::default());
    for number in 1..=7 {
        add(&mut versions, &mut store, &replica(&number.to_string()));
    }
    let numbers = |versions: &Versions, limit, cursor| {
        let page = versions.list(limit, cursor);
        (page.entries.iter().map(|entry| entry.number).collect::<Vec<_>>(), page.cursor)
    };
    assert_eq!(numbers(&versions, 3, None), (vec![7, 6, 5], Some(5)));
    versions.remove(4).unwrap();
    add(&mut versions, &mut store, &replica("8"));
    assert_eq!(numbers(&versions, 3, Some(5)), (vec![3, 2, 1], None));
    assert_eq!(numbers(&versions, 0, None), (vec![], None));
    assert_eq!(numbers(&versions, 100, None).0.len(), 7);
}

#[test]
fn numbers_only_grow_also_when_an_earlier_version_is_restored() {
    let (mut versions, mut store) = (Versions::default(), Store::default());
    for text in ["1", "2"] {
        add(&mut versions, &mut store, &replica(text));
    }
    assert_eq!(versions.remove(2), Err(VersionError::NewestStays { number: 2 }));
    let restored = versions.read(1, store.lookup()).unwrap();
    let revert = About { kind: Kind::Revert { of: 1 }, parent: Some(2), ..about("back") };
    let text = String::from_utf8(restored.content).unwrap();
    let added = versions.add(revert, &replica(&text)).unwrap();
    store.put(&added);
    versions.confirm(&added);
    assert_eq!((added.entry.number, added.entry.digest), (3, restored.entry.digest));
    assert!(versions.remove(1).is_ok());
    assert_eq!(versions.read(1, store.lookup()), Err(VersionError::Unknown { number: 1 }));
}

#[test]
fn a_version_that_cannot_be_described_is_refused() {
    let versions = Versions::default();
    let long = "x".repeat(VERSION_TEXT_BYTES_MAX + 1);
    let error = versions.add(about(&long), &replica("1")).unwrap_err();
    let (bytes, bytes_max) = (long.len(), VERSION_TEXT_BYTES_MAX);
    assert_eq!(error, VersionError::TextTooLong { field: "message", bytes, bytes_max });
    assert!(versions.add(about(&long[1..]), &replica("1")).is_ok());
    let orphan = About { parent: Some(1), ..about("") };
    let error = versions.add(orphan, &replica("1")).unwrap_err();
    assert_eq!(error, VersionError::UnknownParent { number: 1 });
}
