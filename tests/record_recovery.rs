//! Which of the records in a store count, and what is told of the rest. Each test builds the
//! records as an engine would write them; `common/records.rs` also checks what all have in common.

#[path = "common/records.rs"]
mod records;

use keepfast::json::digest;
use keepfast::record::{
    BaseRef, Body, Delta, Drawer, Entry, Header, Kind, RecordError, Whole, encode, recover,
};
use keepfast::replica::Replica;
use records::{History, WORKSPACE, header, key, put};

/// A checkpoint that counts to zero, and as many deltas on it, each counting one on.
fn counted(history: &mut History, writer: &str, deltas: u64) -> usize {
    let mut last = history.whole(header(Kind::Checkpoint, writer, 1), writer, "0");
    for count in 1..=deltas {
        last = count_on(history, writer, 1 + count, last, count);
    }
    last
}

/// A delta that leads to this number.
fn count_on(history: &mut History, writer: &str, sequence: u64, on: usize, count: u64) -> usize {
    let text = count.to_string();
    let header = header(Kind::Delta, writer, sequence);
    history.delta(Drawer::Draft, header, on, &[put("", &text)], &text)
}

/// A record that no history holds.
fn stored(header: &Header, body: &Body) -> Entry {
    let drawer = if header.kind == Kind::Base { Drawer::Base } else { Drawer::Draft };
    Entry { key: key(drawer, header), bytes: encode(header, body).0 }
}

fn whole(content: &str) -> Body {
    Body::Whole(Whole {
        title: "Plan".into(),
        description: None,
        content: content.into(),
        adopted: Vec::new(),
    })
}

fn reasons(history: &History, entries: &[Entry]) -> Vec<RecordError> {
    let found = history.check(entries).expect("the document is there");
    found.unusable.into_iter().map(|it| it.reason).collect()
}

#[test]
fn nothing_is_made_of_nothing() {
    assert!(recover(WORKSPACE, &[]).is_empty());
}

#[test]
fn every_writer_has_a_draft_of_its_own_on_the_same_base() {
    let mut history = History::default();
    let base = history.whole(header(Kind::Base, "c", 1), "base", "0");
    for (writer, sequence) in [("b", 1), ("a", 2), ("c", 3)] {
        count_on(&mut history, writer, sequence, base, sequence);
    }
    let found = history.check(&history.entries()).expect("the document is there");
    let drafts = found.drafts.iter().map(|draft| (&*draft.writer, draft.content.canonical()));
    let expected = [("a", b"2".to_vec()), ("b", b"1".to_vec()), ("c", b"3".to_vec())];
    assert_eq!(drafts.collect::<Vec<_>>(), expected);
    assert!(found.drafts[0].adopted.is_empty(), "a base has adopted nothing");
    // Without the base nobody's draft can be read, and each of them is named.
    let missing = vec![RecordError::PredecessorMissing; 3];
    assert_eq!(reasons(&history, &history.entries()[1..]), missing);
}

#[test]
fn the_order_of_entries_makes_no_difference() {
    let mut history = History::default();
    counted(&mut history, "a", 4);
    counted(&mut history, "b", 2);
    let mut entries = history.entries();
    for _ in 0..entries.len() {
        entries.rotate_left(1);
        history.check(&entries);
        entries.reverse();
        history.check(&entries);
    }
}

#[test]
fn a_delta_counts_only_as_far_as_its_chain_goes_back() {
    let mut history = History::default();
    counted(&mut history, "a", 6);
    let mut entries = history.entries();
    entries.remove(4);
    let found = history.check(&entries).expect("the document is there");
    assert_eq!(found.drafts[0].sequence, 4);
    assert_eq!(found.unusable.len(), 2, "what came after the gap");
}

#[test]
fn leftovers_of_a_replaced_chain_are_no_damage() {
    let mut history = History::default();
    counted(&mut history, "a", 3);
    history.whole(header(Kind::Checkpoint, "a", 9), "new", "9");
    let entries = history.entries().split_off(2);
    let found = history.check(&entries).expect("the document is there");
    assert_eq!(found.unusable, []);
    let sequences: Vec<u64> = found.drafts[0].keys.iter().map(|key| key.sequence).collect();
    assert_eq!(sequences, [3, 4, 9], "leftovers are listed with the draft");
    let bytes: usize = entries.iter().map(|entry| entry.bytes.len()).sum();
    assert_eq!(found.drafts[0].bytes, bytes);
}

#[test]
fn an_orphan_of_the_same_sequence_is_no_leftover() {
    let mut history = History::default();
    let last = counted(&mut history, "a", 2);
    let orphan = Delta {
        predecessor: [9; 32],
        result: Replica::from_canonical(b"7").digest(),
        title: None,
        description: None,
        edits: vec![put("", "7")],
    };
    for (sequence, is_named) in [(2, false), (3, true), (4, true)] {
        let header = header(Kind::Delta, "a", sequence);
        let bytes = encode(&header, &Body::Delta(orphan.clone())).0;
        let mut entries = history.entries();
        entries.push(Entry { key: key(Drawer::Tail, &header), bytes });
        let found = recover(WORKSPACE, &entries).swap_remove(0);
        assert_eq!(found.drafts[0].checksum, history.stored[last].checksum);
        assert_eq!(found.unusable.len(), usize::from(is_named), "sequence {sequence}");
    }
}

#[test]
fn of_two_records_with_one_sequence_that_of_the_later_change_counts() {
    for [first, second] in [[3, 8], [8, 3]] {
        let entry = |change: u64| {
            let header = Header { change, ..header(Kind::Checkpoint, "a", 1) };
            stored(&header, &whole(&change.to_string()))
        };
        let found = recover(WORKSPACE, &[entry(first), entry(second)]).swap_remove(0);
        assert_eq!(found.drafts[0].content.canonical(), b"8");
        assert_eq!(found.drafts[0].keys.len(), 1);
        assert_eq!(found.unusable, []);
    }
}

#[test]
fn the_keys_of_a_draft_name_each_record_once() {
    let mut history = History::default();
    let last = counted(&mut history, "a", 1);
    history.delta(Drawer::Tail, header(Kind::Delta, "a", 3), last, &[put("", "2")], "2");
    counted(&mut history, "b", 1);
    let base = history.whole(header(Kind::Base, "a", 4), "base", "0");
    let mut entries = history.entries();
    entries.extend(history.entries());
    let mut damaged = entries[0].clone();
    damaged.bytes.truncate(60);
    entries.push(damaged);
    let found = history.check(&entries).expect("the document is there");
    let of_a = |entry: &&Entry| entry.key.writer == "a" && entry.key.drawer != Drawer::Base;
    let own: Vec<Entry> = history.entries().iter().filter(of_a).cloned().collect();
    let keys: Vec<_> = own.iter().map(|entry| entry.key.clone()).collect();
    assert_eq!(found.drafts[0].keys, keys, "the base is no part of the draft");
    let bytes: usize = own.iter().map(|entry| entry.bytes.len()).sum();
    assert_eq!(found.drafts[0].bytes, bytes + 60, "both contents of a key take room");
    assert_eq!(found.bases[0].key, history.stored[base].entry.key);
}

#[test]
fn a_draft_may_go_on_from_the_record_of_another_writer() {
    let mut history = History::default();
    let last = counted(&mut history, "a", 2);
    count_on(&mut history, "b", 1, last, 5);
    let found = history.check(&history.entries()).expect("the document is there");
    assert_eq!(found.drafts.len(), 2);
    assert_eq!(found.drafts[1].adopted, found.drafts[0].adopted, "the checkpoint's");
}

#[test]
fn records_under_a_wrong_key_are_named_as_such() {
    let mut history = History::default();
    counted(&mut history, "a", 0);
    history.whole(header(Kind::Base, "a", 2), "base", "0");
    for at in 0..2 {
        let right = history.entries().swap_remove(at);
        let mut wrong = vec![right.key.clone(); 3];
        wrong[0].writer = "b".into();
        wrong[1].sequence += 1;
        wrong[2].drawer = [Drawer::Base, Drawer::Tail][at];
        for key in wrong {
            let entry = Entry { key, bytes: right.bytes.clone() };
            assert_eq!(reasons(&history, &[entry]), [RecordError::KeyMismatch]);
        }
        for (collection, document) in [("projects", "plan"), ("sessions", "other")] {
            let (collection, document) = (collection.into(), document.into());
            let key = keepfast::record::Key { collection, document, ..right.key.clone() };
            let found =
                recover(WORKSPACE, &[Entry { key: key.clone(), bytes: right.bytes.clone() }]);
            assert_eq!(
                (&found[0].collection, &found[0].document),
                (&key.collection, &key.document)
            );
            assert_eq!(found[0].unusable[0].reason, RecordError::KeyMismatch);
        }
        let found = recover("another workspace", &[right]);
        assert_eq!(found[0].unusable[0].reason, RecordError::KeyMismatch);
        assert!(found[0].drafts.is_empty() && found[0].bases.is_empty());
    }
}

#[test]
fn a_delta_is_used_only_if_it_leads_to_its_result() {
    let mut history = History::default();
    let last = counted(&mut history, "a", 1);
    let wrong = [
        ("", "2", digest(b"no such content")),
        ("/no/such/place", "2", Replica::from_canonical(b"1").digest()),
    ];
    for (at, text, result) in wrong {
        let predecessor = history.stored[last].checksum;
        let edits = vec![put(at, text)];
        let delta = Delta { predecessor, result, title: None, description: None, edits };
        let header = header(Kind::Delta, "a", 3);
        let mut entries = history.entries();
        entries.push(stored(&header, &Body::Delta(delta)));
        let found = recover(WORKSPACE, &entries).swap_remove(0);
        assert_eq!(found.drafts[0].sequence, 2, "the state before it");
        assert_eq!(found.unusable[0].reason, RecordError::ResultMismatch);
        assert_eq!(found.unusable[0].key.sequence, 3);
    }
}

#[test]
fn what_builds_on_an_unusable_delta_is_unusable() {
    let mut history = History::default();
    let last = counted(&mut history, "a", 1);
    let mut predecessor = history.stored[last].checksum;
    let mut entries = history.entries();
    for (sequence, result) in [(3, [0; 32]), (4, Replica::from_canonical(b"1").digest())] {
        let delta =
            Delta { predecessor, result, title: None, description: None, edits: Vec::new() };
        let (header, body) = (header(Kind::Delta, "a", sequence), Body::Delta(delta));
        predecessor = encode(&header, &body).1;
        entries.push(stored(&header, &body));
    }
    let found = recover(WORKSPACE, &entries).swap_remove(0);
    assert_eq!(found.drafts[0].sequence, 2);
    let reasons: Vec<_> = found.unusable.iter().map(|it| &it.reason).collect();
    assert_eq!(reasons, [&RecordError::ResultMismatch, &RecordError::PredecessorMissing]);
}

#[test]
fn a_base_whose_content_is_another_is_not_used_and_nothing_builds_on_it() {
    let digest = digest(b"1");
    let base = Some(BaseRef { revision: 4, metadata_revision: 2, digest });
    let of_base = Header { base, ..header(Kind::Base, "a", 1) };
    let right = stored(&of_base, &whole("1"));
    assert_eq!(recover(WORKSPACE, &[right])[0].bases[0].content.canonical(), b"1");
    let predecessor = encode(&of_base, &whole("2")).1;
    let result = Replica::from_canonical(b"2").digest();
    let delta = Delta { predecessor, result, title: None, description: None, edits: Vec::new() };
    let delta = stored(&Header { base, ..header(Kind::Delta, "a", 2) }, &Body::Delta(delta));
    let found = recover(WORKSPACE, &[stored(&of_base, &whole("2")), delta]).swap_remove(0);
    assert!(found.bases.is_empty() && found.drafts.is_empty());
    let reasons: Vec<_> = found.unusable.into_iter().map(|it| it.reason).collect();
    let expected = [RecordError::Malformed("base digest"), RecordError::PredecessorMissing];
    assert_eq!(reasons, expected);
}

#[test]
fn a_record_of_a_newer_format_is_kept_and_what_is_older_is_used() {
    let mut history = History::default();
    counted(&mut history, "a", 2);
    let mut entries = history.entries();
    let newest = &mut entries[2].bytes;
    newest[8] = 2;
    let end = newest.len() - 32;
    let checksum = digest(&newest[..end]);
    newest[end..].copy_from_slice(&checksum);
    assert_eq!(reasons(&history, &entries), [RecordError::NewerFormat { format: 2 }]);
}

#[test]
fn a_title_and_a_description_go_along_a_chain_until_they_change() {
    let first = header(Kind::Checkpoint, "a", 1);
    let mut body = whole("0");
    let mut entries = Vec::new();
    let mut predecessor = encode(&first, &body).1;
    entries.push(stored(&first, &body));
    type Step =
        (Option<&'static str>, Option<Option<&'static str>>, &'static str, Option<&'static str>);
    let steps: [Step; 5] = [
        (None, None, "Plan", None),
        (Some("Plan B"), Some(Some("second")), "Plan B", Some("second")),
        (None, None, "Plan B", Some("second")),
        (Some(""), Some(Some("")), "", Some("")),
        (None, Some(None), "", None),
    ];
    for (sequence, (title, description, title_after, description_after)) in (2..).zip(steps) {
        let header = header(Kind::Delta, "a", sequence);
        body = Body::Delta(Delta {
            predecessor,
            result: Replica::from_canonical(b"0").digest(),
            title: title.map(Into::into),
            description: description.map(|text| text.map(Into::into)),
            edits: Vec::new(),
        });
        predecessor = encode(&header, &body).1;
        entries.push(stored(&header, &body));
        let found = recover(WORKSPACE, &entries).swap_remove(0);
        assert_eq!(found.drafts[0].title, title_after);
        assert_eq!(found.drafts[0].description.as_deref(), description_after);
    }
}

#[test]
fn documents_are_told_apart() {
    let mut entries = Vec::new();
    for (collection, document) in [("b", "x"), ("a", "y"), ("a", "x")] {
        let (collection, document) = (collection.into(), document.into());
        let header = Header { collection, document, ..header(Kind::Checkpoint, "a", 1) };
        entries.push(stored(&header, &whole("0")));
    }
    let found = recover(WORKSPACE, &entries);
    let names = found.iter().map(|it| (&*it.collection, &*it.document, it.drafts.len()));
    assert_eq!(names.collect::<Vec<_>>(), [("a", "x", 1), ("a", "y", 1), ("b", "x", 1)]);
}

#[test]
fn chains_of_thousands_of_deltas_are_followed() {
    let mut history = History::default();
    counted(&mut history, "a", 20_000);
    let mut entries = history.entries();
    let found = recover(WORKSPACE, &entries).swap_remove(0);
    assert_eq!(found.drafts[0].content.canonical(), b"20000");
    assert_eq!(found.drafts[0].keys.len(), 20_001);
    // From the gap on every record is tried and named, from the newest down.
    entries.remove(10_000);
    let found = recover(WORKSPACE, &entries).swap_remove(0);
    assert_eq!(found.drafts[0].content.canonical(), b"9999");
    assert_eq!(found.unusable.len(), 10_000);
}
