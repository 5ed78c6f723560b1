//! The envelope of a record: what all formats have in common. Owns the preamble and the checksum,
//! and so the answer to whether bytes are what was written; it must not know the fields of a
//! format. Bytes come from a store and may be anything.

use alloc::vec::Vec;

use super::field::Fields;
use super::migrate::{self, FORMAT, NO_FLAGS};
use super::{Body, Digest, Header, Kind, Record, RecordError, body};
use crate::json::digest;

/// The bytes of a record, and its checksum.
///
/// The content is copied once. Debug builds check that the record decodes to itself.
///
/// # Panics
/// If the body is not of the header's kind, or the record of a base or a head names no base. Such a
/// record could be written and never be read again.
pub fn encode(header: &Header, body: &Body) -> (Vec<u8>, Digest) {
    let is_its = match body {
        Body::Whole(_) => matches!(header.kind, Kind::Checkpoint | Kind::Base),
        Body::Delta(_) => header.kind == Kind::Delta,
        Body::Outbox(_) => header.kind == Kind::Outbox,
        Body::Head => header.kind == Kind::Head,
        Body::Lease(_) => header.kind == Kind::Lease,
    };
    assert!(is_its, "the body is of the header's kind");
    let names_base = matches!(header.kind, Kind::Base | Kind::Head);
    assert!(!names_base || header.base.is_some(), "the record of a base names it");
    let mut out = Vec::with_capacity(bytes_max(header, body));
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&FORMAT.to_le_bytes());
    out.push(migrate::kind_byte(header.kind));
    out.push(NO_FLAGS);
    out.extend_from_slice(&[0; LENGTHS_BYTES]);
    migrate::encode_header(header, &mut out);
    let header_end = out.len();
    body::encode(body, &mut out);
    let payload_bytes = (out.len() - header_end) as u64;
    let header_bytes = u32::try_from(header_end).expect("names are far shorter than 4 GiB");
    out[LENGTHS..][..4].copy_from_slice(&header_bytes.to_le_bytes());
    out[LENGTHS + 4..][..8].copy_from_slice(&payload_bytes.to_le_bytes());
    let checksum = digest(&out);
    out.extend_from_slice(&checksum);
    debug_assert!(
        decode(&out).is_ok_and(|it| it.header == *header && it.body == *body),
        "an encoded record decodes to itself"
    );
    (out, checksum)
}

/// The record that the bytes are, all of them.
///
/// # Errors
/// Any [`RecordError`] but those about keys and other records. That a record is newer, or breaks
/// a rule, is said only of bytes whose checksum is right.
pub fn decode(bytes: &[u8]) -> Result<Record, RecordError> {
    let sealed = Sealed::open(bytes)?;
    let (header, body) = migrate::parse(&sealed)?;
    Ok(Record { header, body, checksum: sealed.checksum })
}

/// A record whose checksum is right.
pub(super) struct Sealed<'b> {
    pub format: u16,
    pub kind: u8,
    pub flags: u8,
    /// The fields between the preamble and the payload.
    pub header: &'b [u8],
    pub payload: &'b [u8],
    pub checksum: Digest,
}

impl<'b> Sealed<'b> {
    fn open(bytes: &'b [u8]) -> Result<Self, RecordError> {
        let begun = bytes.len().min(MAGIC.len());
        if bytes[..begun] != MAGIC[..begun] {
            return Err(RecordError::NotARecord);
        }
        let (sealed, checksum) = bytes.split_last_chunk().ok_or(RecordError::Truncated)?;
        let (preamble, rest) =
            sealed.split_at_checked(PREAMBLE_BYTES).ok_or(RecordError::Truncated)?;
        let mut fields = Fields::new(&preamble[MAGIC.len()..]);
        let format = fields.short("format")?;
        let kind = fields.byte("kind")?;
        let flags = fields.byte("flags")?;
        let header_bytes = u64::from(fields.word("header length")?);
        let payload_bytes = fields.long("payload length")?;
        if digest(sealed) != *checksum {
            let end = header_bytes.saturating_add(payload_bytes);
            let is_short = (sealed.len() as u64) < end;
            return Err(if is_short {
                RecordError::Truncated
            } else {
                RecordError::ChecksumMismatch
            });
        }
        if header_bytes.checked_add(payload_bytes) != Some(sealed.len() as u64) {
            return Err(RecordError::Malformed("payload length"));
        }
        let split = header_bytes.checked_sub(PREAMBLE_BYTES as u64).and_then(|header| {
            usize::try_from(header).ok().and_then(|header| rest.split_at_checked(header))
        });
        let (header, payload) = split.ok_or(RecordError::Malformed("header length"))?;
        Ok(Sealed { format, kind, flags, header, payload, checksum: *checksum })
    }
}

/// Bytes that the record takes at most.
fn bytes_max(header: &Header, body: &Body) -> usize {
    let names = [&header.workspace, &header.collection, &header.document, &header.writer];
    let names: usize = names.iter().map(|name| name.len()).sum();
    PREAMBLE_BYTES + FIXED_FIELDS_BYTES + names + body::bytes_max(body) + CHECKSUM_BYTES
}

/// First of all bytes, in every format. The first is no ASCII, and a line end of either kind and
/// an end-of-file character follow the name, so that a store that treats bytes as text shows.
const MAGIC: [u8; 8] = *b"\x89KEEP\r\n\x1a";

/// Where the length of the header and then that of the payload stand.
const LENGTHS: usize = 12;
const LENGTHS_BYTES: usize = 12;

/// What is the same in every format: magic, format, kind, flags, two lengths.
const PREAMBLE_BYTES: usize = LENGTHS + LENGTHS_BYTES;

/// Everything in the header of format 1 but the characters of its names.
const FIXED_FIELDS_BYTES: usize = 32 + 49 + 16;

const CHECKSUM_BYTES: usize = 32;

#[cfg(test)]
mod tests {
    use super::super::{BaseRef, Delta, Origin, Whole};
    use super::*;
    use crate::replica::Edit;

    fn header(kind: Kind) -> Header {
        Header {
            kind,
            workspace: "workbench".into(),
            collection: "sessions".into(),
            document: "plan".into(),
            writer: "w1".into(),
            sequence: 7,
            change: 12,
            base: None,
            schema_version: 3,
            wall_ms: 1_800_000_000_000,
        }
    }

    fn whole() -> Whole {
        Whole {
            title: "Plan".into(),
            description: None,
            content: br#"{"a":1}"#.to_vec(),
            adopted: vec![Origin { writer: "w0".into(), sequence: 4 }],
        }
    }

    fn delta(edits: Vec<Edit>) -> Delta {
        let (predecessor, result) = ([1; 32], [2; 32]);
        Delta { predecessor, result, title: None, description: None, edits }
    }

    /// One record for each thing that can be there or not.
    fn records() -> Vec<(Header, Body)> {
        let base = BaseRef { revision: u64::MAX, metadata_revision: 0, digest: [3; 32] };
        let on_base = |kind| Header { base: Some(base), ..header(kind) };
        let mut records = Vec::new();
        for description in [None, Some(String::new()), Some("Ünïcode\0\"".into())] {
            let body = Body::Whole(Whole { description: description.clone(), ..whole() });
            records.push((header(Kind::Checkpoint), body.clone()));
            records.push((on_base(Kind::Checkpoint), body.clone()));
            records.push((on_base(Kind::Base), body));
            for title in [None, Some(String::new()), Some("Plan".into())] {
                for description in [None, Some(None), Some(description.clone())] {
                    let (title, edits) = (title.clone(), every_edit());
                    let body = Body::Delta(Delta { title, description, ..delta(edits) });
                    records.push((on_base(Kind::Delta), body));
                }
            }
        }
        let nothing =
            Whole { title: String::new(), content: Vec::new(), adopted: vec![], ..whole() };
        records.push((header(Kind::Checkpoint), Body::Whole(nothing)));
        records.push((header(Kind::Delta), Body::Delta(delta(Vec::new()))));
        records
    }

    fn every_edit() -> Vec<Edit> {
        vec![
            Edit::Put { at: String::new(), text: (*b"[]").into() },
            Edit::Insert { at: "/0".into(), text: (*b"\"x\"").into() },
            Edit::Move { from: "/0".into(), to: "/1".into() },
            Edit::Remove { at: "/a~1b".into() },
        ]
    }

    /// The record with other bytes in place of these, its lengths and its checksum made right.
    fn forged(bytes: &[u8], change: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
        let mut bytes = bytes[..bytes.len() - CHECKSUM_BYTES].to_vec();
        change(&mut bytes);
        let checksum = digest(&bytes);
        bytes.extend_from_slice(&checksum);
        bytes
    }

    #[test]
    fn every_record_decodes_to_what_was_encoded() {
        for (header, body) in records() {
            let (bytes, checksum) = encode(&header, &body);
            assert_eq!(decode(&bytes), Ok(Record { header, body, checksum }));
            assert_eq!(checksum, digest(&bytes[..bytes.len() - 32]), "SHA-256 of all before it");
        }
    }

    #[test]
    fn encoding_reserves_what_it_needs_and_little_more() {
        for (header, body) in records() {
            let (bytes, _) = encode(&header, &body);
            let most = bytes_max(&header, &body);
            assert!(bytes.len() <= most && most <= bytes.len() + 96, "{} {most}", bytes.len());
        }
    }

    #[test]
    fn the_example_in_the_format_is_a_record_of_today() {
        let example = include_str!("FORMAT.md").rsplit("```").nth(1).expect("the last block");
        let mut bytes = Vec::new();
        for line in example.lines() {
            let hex = line.get(..48).unwrap_or(line).split_whitespace();
            bytes.extend(hex.map(|pair| u8::from_str_radix(pair, 16).expect("two digits")));
        }
        assert_eq!(encode(&header(Kind::Checkpoint), &Body::Whole(whole())).0, bytes);
    }

    #[test]
    fn a_delta_of_a_small_slice_is_far_smaller_than_a_kilobyte() {
        let text = vec![b'x'; 200].into();
        let edit = Edit::Put { at: "/cells/1234/outputs/0".into(), text };
        let base = BaseRef { revision: 1, metadata_revision: 1, digest: [0; 32] };
        let header = Header { base: Some(base), ..header(Kind::Delta) };
        assert_eq!(encode(&header, &Body::Delta(delta(vec![edit]))).0.len(), 476);
    }

    #[test]
    fn a_newer_format_is_told_from_damage() {
        let (bytes, _) = encode(&header(Kind::Checkpoint), &Body::Whole(whole()));
        let newer = forged(&bytes, |bytes| {
            bytes[8] = 2;
            bytes[10] = 77;
            bytes[30] = 99;
        });
        assert_eq!(decode(&newer), Err(RecordError::NewerFormat { format: 2 }));
        let mut damaged = bytes.clone();
        damaged[8] = 2;
        assert_eq!(decode(&damaged), Err(RecordError::ChecksumMismatch));
        let none = forged(&bytes, |bytes| bytes[8] = 0);
        assert_eq!(decode(&none), Err(RecordError::Malformed("format")));
    }

    #[test]
    fn what_only_a_later_version_can_have_meant_is_a_newer_format() {
        let (bytes, _) = encode(&header(Kind::Checkpoint), &Body::Whole(whole()));
        for (at, value) in [(10, 0), (10, 7), (11, 1), (11, 16), (28, 1)] {
            let forged = forged(&bytes, |bytes| bytes[at] = value);
            assert_eq!(decode(&forged), Err(RecordError::NewerFormat { format: 1 }), "byte {at}");
        }
    }

    #[test]
    fn what_breaks_a_rule_behind_a_right_checksum_is_named() {
        let (bytes, _) = encode(&header(Kind::Checkpoint), &Body::Whole(whole()));
        let cases: [(usize, u8, &str); 15] = [
            (12, 0, "payload length"),
            (16, 0xff, "payload length"),
            (23, 0xff, "payload length"),
            (56, 2, "base"),
            (56, 1, "base"),
            (57, 0xff, "workspace"),
            (60, 0xff, "workspace"),
            (61, 0xff, "workspace"),
            (98, 0xff, "title"),
            (100, 0xff, "title"),
            (104, 2, "description"),
            (105, 0xff, "adopted drafts"),
            (109, 0xff, "adopted drafts"),
            (123, 0xff, "content"),
            (123, 6, "payload length"),
        ];
        for (at, value, field) in cases {
            let forged = forged(&bytes, |bytes| bytes[at] = value);
            assert_eq!(decode(&forged), Err(RecordError::Malformed(field)), "byte {at}");
        }
        let longer = forged(&bytes, |bytes| {
            bytes[16] += 1;
            bytes.push(0);
        });
        assert_eq!(decode(&longer), Err(RecordError::Malformed("payload length")));
    }

    #[test]
    fn a_base_record_without_a_base_is_malformed() {
        let (bytes, _) = encode(&header(Kind::Checkpoint), &Body::Whole(whole()));
        let forged = forged(&bytes, |bytes| bytes[10] = 3);
        assert_eq!(decode(&forged), Err(RecordError::Malformed("base")));
    }

    #[test]
    fn no_byte_behind_a_right_checksum_makes_decoding_fail_otherwise_than_with_a_reason() {
        for (header, body) in records() {
            let (bytes, _) = encode(&header, &body);
            for at in 0..bytes.len() - CHECKSUM_BYTES {
                for value in [0, 1, 2, 0x7f, 0x80, 0xff] {
                    let forged = forged(&bytes, |bytes| bytes[at] = value);
                    if let Ok(record) = decode(&forged) {
                        let again = encode(&record.header, &record.body);
                        assert_eq!(again.0, forged, "there is one way to spell a record");
                    }
                }
            }
        }
    }
}
