//! Any bytes as a record, as they are and behind a checksum that is right: refused, or spelled in
//! the one way that there is. The same bytes, cut at every 0xff, as a chain of payloads with some
//! of the records damaged: what is recovered is the newest state that verifies, and no other.

#![no_main]

use keepfast::json::digest;
use keepfast::record::{
    Body, Digest, Drawer, Entry, Header, Key, Kind, RecordError, Whole, decode, encode, recover,
};
use keepfast::replica::Replica;
use libfuzzer_sys::fuzz_target;

/// Records in a chain.
const RECORDS_MAX: usize = 16;
/// Where the lengths of header and payload stand, and where the header begins.
const HEADER_LENGTH: usize = 12;
const PAYLOAD_LENGTH: usize = 16;
const PREAMBLE: usize = 24;

fuzz_target!(|input: &[u8]| {
    check_decoding(input);
    if let Some(sealed) = sealed(input) {
        check_decoding(&sealed);
    }
    check_recovery(input);
});

fn check_decoding(bytes: &[u8]) {
    if let Ok(record) = decode(bytes) {
        let (again, checksum) = encode(&record.header, &record.body);
        assert_eq!(again, bytes, "there is one way to spell a record");
        assert_eq!(record.checksum, checksum);
    }
}

/// The bytes with magic, lengths and checksum made right.
fn sealed(input: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = input.to_vec();
    let (place, _) = bytes.split_at_mut_checked(PREAMBLE)?;
    let asked = usize::from(place[HEADER_LENGTH]) + (usize::from(place[HEADER_LENGTH + 1]) << 8);
    let header_bytes = asked.clamp(PREAMBLE, input.len());
    place[..10].copy_from_slice(b"\x89KEEP\r\n\x1a\x01\x00");
    place[HEADER_LENGTH..][..4].copy_from_slice(&(header_bytes as u32).to_le_bytes());
    let payload_bytes = (input.len() - header_bytes) as u64;
    place[PAYLOAD_LENGTH..][..8].copy_from_slice(&payload_bytes.to_le_bytes());
    bytes.extend_from_slice(&digest(&bytes));
    Some(bytes)
}

/// The body that a payload is, by way of a record that is right but for it.
fn body(kind: Kind, payload: &[u8]) -> Option<Body> {
    let (title, content, adopted) = (String::new(), Vec::new(), Vec::new());
    let nothing = Body::Whole(Whole { title, description: None, content, adopted });
    let (mut bytes, _) = encode(&header(Kind::Checkpoint, 0), &nothing);
    let kind_byte = if kind == Kind::Checkpoint { 1 } else { 2 };
    let header_bytes = usize::from(bytes[HEADER_LENGTH]);
    bytes.truncate(header_bytes);
    bytes.extend_from_slice(payload);
    bytes[10] = kind_byte;
    sealed(&bytes).and_then(|bytes| decode(&bytes).ok()).map(|record| record.body)
}

fn header(kind: Kind, sequence: u64) -> Header {
    Header {
        kind,
        workspace: "w".into(),
        collection: "c".into(),
        document: "d".into(),
        writer: "a".into(),
        sequence,
        change: 0,
        base: None,
        schema_version: 0,
        wall_ms: 0,
    }
}

/// Records so far, and what the last of them leads to, if anything.
#[derive(Default)]
struct Model {
    entries: Vec<Entry>,
    last: Option<Digest>,
    state: Option<Replica>,
    /// Sequence and content of the newest state.
    newest: Option<(u64, Vec<u8>)>,
    damaged: usize,
}

impl Model {
    /// Stores a record; what the first byte of a part says is its kind, and whether it is damaged.
    fn store(&mut self, sequence: u64, says: u8, payload: &[u8]) {
        let kind = if says & 1 == 0 { Kind::Checkpoint } else { Kind::Delta };
        let Some(mut body) = body(kind, payload) else { return };
        self.state = match &mut body {
            Body::Whole(whole) => Some(Replica::from_canonical(&whole.content)),
            Body::Outbox(outbox) => Some(Replica::from_canonical(&outbox.state.content)),
            Body::Delta(delta) => {
                delta.predecessor = self.last.unwrap_or(delta.predecessor);
                let mut state = self.state.take();
                for edit in &delta.edits {
                    state = state.and_then(|mut it| it.apply(edit).is_ok().then_some(it));
                }
                delta.result = state.as_ref().map_or(delta.result, Replica::digest);
                state
            }
        };
        let (mut bytes, checksum) = encode(&header(kind, sequence), &body);
        self.last = Some(checksum);
        if says & 2 != 0 {
            let place = usize::from(says) % bytes.len();
            bytes[place] ^= 1 + (says >> 4);
            self.state = None;
            self.damaged += 1;
        }
        if let Some(state) = &self.state {
            self.newest = Some((sequence, state.canonical()));
        }
        let (collection, document, writer) = ("c".into(), "d".into(), "a".into());
        let key = Key { drawer: Drawer::Draft, collection, document, writer, sequence };
        self.entries.push(Entry { key, bytes });
    }
}

fn check_recovery(input: &[u8]) {
    let mut model = Model::default();
    let parts = input.split(|byte| *byte == 0xff).filter_map(<[u8]>::split_first);
    for (sequence, (says, payload)) in (1..).zip(parts.take(RECORDS_MAX)) {
        model.store(sequence, *says, payload);
    }
    let found = recover("w", &model.entries);
    assert_eq!(found.len(), usize::from(!model.entries.is_empty()));
    let Some(found) = found.first() else { return };
    let told = found.drafts.first().map(|it| (it.sequence, it.content.canonical()));
    assert_eq!(told, model.newest);
    let chained = [RecordError::PredecessorMissing, RecordError::ResultMismatch];
    let damaged = found.unusable.iter().filter(|it| !chained.contains(&it.reason));
    assert_eq!(damaged.count(), model.damaged, "all damage is named");
}
