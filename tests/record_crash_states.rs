//! Whatever a crash, a full disk or a failing store leaves of the records: what is recovered is a
//! state that was really stored, the newest that verifies, and what could not be used is named.
//! Every prefix and every byte is tried; the oracle in `common/records.rs` knows only what was
//! written.

#[path = "common/records.rs"]
mod records;

use keepfast::record::{Drawer, Entry, Kind, RecordError, decode};
use records::{History, content, edits, header};

/// A checkpoint of four kilobytes or a base, four deltas on it, and a tail on the last.
fn chain(first: Kind) -> History {
    let mut history = History::default();
    history.whole(header(first, "a", 1), "whole", &content(0));
    for count in 1..=4 {
        let header = header(Kind::Delta, "a", 1 + count as u64);
        history.delta(Drawer::Draft, header, count - 1, &edits(count), &content(count));
    }
    let header = header(Kind::Delta, "a", 6);
    history.delta(Drawer::Tail, header, 4, &edits(5), &content(5));
    history
}

/// A chain that a checkpoint has replaced, with all of it still there.
fn replaced_chain() -> History {
    let mut history = chain(Kind::Checkpoint);
    history.whole(header(Kind::Checkpoint, "a", 7), "new", &content(6));
    history
}

/// Checks every way to damage one record as `damage` does at an offset.
fn check_each_offset(history: &History, damage: impl Fn(&[u8], usize) -> Vec<Vec<u8>>) {
    let whole = history.entries();
    for at in 0..whole.len() {
        let mut entries = whole.clone();
        for offset in 0..whole[at].bytes.len() {
            for bytes in damage(&whole[at].bytes, offset) {
                entries[at].bytes = bytes;
                let found = history.check(&entries).expect("the document is there");
                let named = found.unusable.iter().any(|it| it.key == entries[at].key);
                assert!(named, "record {at} is named when it is damaged at {offset}");
            }
        }
    }
}

/// The bytes with the one at the offset changed, in each of four ways that does change it.
fn changed(bytes: &[u8], offset: usize) -> Vec<Vec<u8>> {
    let old = bytes[offset];
    let values = [old ^ 0x01, old ^ 0x80, 0x00, 0xff].into_iter().filter(|new| *new != old);
    let change = |new: u8| {
        let mut bytes = bytes.to_vec();
        bytes[offset] = new;
        bytes
    };
    values.map(change).collect()
}

fn cut(bytes: &[u8], offset: usize) -> Vec<Vec<u8>> {
    vec![bytes[..offset].to_vec()]
}

#[test]
fn an_undamaged_chain_leads_to_its_last_record() {
    for first in [Kind::Checkpoint, Kind::Base] {
        let history = chain(first);
        let sizes: Vec<usize> = history.stored.iter().map(|it| it.entry.bytes.len()).collect();
        assert!(sizes[0] > 4096 && sizes[1..].iter().all(|size| *size < 1000), "{sizes:?}");
        let found = history.check(&history.entries()).expect("the document is there");
        assert_eq!(found.drafts[0].sequence, 6, "the tail is the newest");
        assert_eq!(found.unusable, []);
    }
}

#[test]
fn any_changed_byte_leads_to_the_newest_state_that_verifies() {
    for history in [chain(Kind::Checkpoint), chain(Kind::Base), replaced_chain()] {
        check_each_offset(&history, changed);
    }
}

#[test]
fn any_prefix_leads_to_the_newest_state_that_verifies() {
    for history in [chain(Kind::Checkpoint), chain(Kind::Base), replaced_chain()] {
        check_each_offset(&history, cut);
    }
}

#[test]
fn a_prefix_is_told_from_a_changed_byte() {
    let history = chain(Kind::Checkpoint);
    for bytes in history.stored.iter().map(|stored| &stored.entry.bytes) {
        for end in 0..bytes.len() {
            assert_eq!(decode(&bytes[..end]), Err(RecordError::Truncated), "up to {end}");
        }
        // The lengths stand in bytes 12 to 24; damaged, they may promise more than there is.
        for offset in (0..12).chain(24..bytes.len()) {
            let expected =
                if offset < 8 { RecordError::NotARecord } else { RecordError::ChecksumMismatch };
            for bytes in changed(bytes, offset) {
                assert_eq!(decode(&bytes).as_ref(), Err(&expected), "byte {offset}");
            }
        }
    }
}

#[test]
fn every_other_value_of_every_byte_is_refused() {
    for stored in &chain(Kind::Checkpoint).stored {
        let mut bytes = stored.entry.bytes.clone();
        for offset in 0..bytes.len() {
            let old = bytes[offset];
            for value in (0..=255).filter(|value| *value != old) {
                bytes[offset] = value;
                assert!(decode(&bytes).is_err(), "byte {offset} as {value}");
            }
            bytes[offset] = old;
        }
    }
}

#[test]
fn bytes_behind_a_record_are_damage() {
    let history = chain(Kind::Checkpoint);
    for at in 0..history.stored.len() {
        for tail in [&b"\0"[..], b"\n", &[0; 40], &history.stored[0].entry.bytes] {
            let mut entries = history.entries();
            entries[at].bytes.extend_from_slice(tail);
            history.check(&entries);
        }
    }
}

#[test]
fn any_records_may_be_missing() {
    for history in [chain(Kind::Checkpoint), chain(Kind::Base), replaced_chain()] {
        let whole = history.entries();
        for subset in 0..1_u32 << whole.len() {
            let is_in =
                |(at, entry): (usize, &Entry)| (subset >> at & 1 == 1).then(|| entry.clone());
            let entries: Vec<Entry> = whole.iter().enumerate().filter_map(is_in).collect();
            history.check(&entries);
        }
    }
}

#[test]
fn records_under_the_keys_of_others_are_used_by_nobody() {
    for history in [chain(Kind::Checkpoint), chain(Kind::Base), replaced_chain()] {
        let whole = history.entries();
        for a in 0..whole.len() {
            for b in 0..whole.len() {
                let mut swapped = whole.clone();
                swapped[a].bytes = whole[b].bytes.clone();
                swapped[b].bytes = whole[a].bytes.clone();
                history.check(&swapped);
                let mut copied = whole.clone();
                copied[a].bytes = whole[b].bytes.clone();
                history.check(&copied);
            }
        }
    }
}

#[test]
fn a_second_store_makes_up_for_what_the_first_has_lost() {
    let history = chain(Kind::Checkpoint);
    let whole = history.entries();
    for at in 0..whole.len() {
        for offset in (0..whole[at].bytes.len()).step_by(7) {
            for damaged in
                changed(&whole[at].bytes, offset).into_iter().chain(cut(&whole[at].bytes, offset))
            {
                let mut entries = whole.clone();
                entries[at].bytes = damaged;
                entries.extend(whole.iter().rev().cloned());
                let found = history.check(&entries).expect("the document is there");
                assert_eq!(found.drafts[0].sequence, 6, "nothing is lost");
                assert_eq!(found.unusable.len(), 1, "and the damage is named");
            }
        }
    }
}

#[test]
fn two_damaged_stores_are_put_together() {
    let history = chain(Kind::Checkpoint);
    let whole = history.entries();
    for subset in 0..1_u32 << whole.len() {
        let (mut first, mut second) = (whole.clone(), whole.clone());
        for at in 0..whole.len() {
            let damaged = if subset >> at & 1 == 1 { &mut first } else { &mut second };
            let middle = damaged[at].bytes.len() / 2;
            damaged[at].bytes[middle] ^= 1;
        }
        first.append(&mut second);
        let found = history.check(&first).expect("the document is there");
        assert_eq!(found.drafts[0].sequence, 6, "each record is whole in one of them");
        assert_eq!(found.unusable.len(), whole.len());
    }
}
