//! The payload of a record of format 1: a whole, or what changed. Owns its bytes as `FORMAT.md`
//! tells them; it must not know the header. What is read has passed the checksum, and is checked
//! all the same.

use alloc::string::String;
use alloc::vec::Vec;

use super::field::{Fields, push_bytes, push_count, push_optional};
use super::{Body, Delta, Kind, Lease, Origin, Outbox, RecordError, Whole};
use crate::replica::Edit;

/// Appends the payload.
pub(super) fn encode(body: &Body, out: &mut Vec<u8>) {
    match body {
        Body::Whole(whole) => encode_whole(whole, out),
        Body::Delta(delta) => encode_delta(delta, out),
        Body::Outbox(outbox) => encode_outbox(outbox, out),
        Body::Head => {}
        Body::Lease(lease) => {
            out.extend_from_slice(&lease.news.to_le_bytes());
            out.push(u8::from(lease.is_held));
        }
    }
}

/// Bytes that the payload takes at most, so that content is copied once.
pub(super) fn bytes_max(body: &Body) -> usize {
    let text = |text: Option<&String>| 5 + text.map_or(0, String::len);
    let whole = |whole: &Whole| {
        let adopted: usize = whole.adopted.iter().map(|origin| 12 + origin.writer.len()).sum();
        let words = text(Some(&whole.title)) + text(whole.description.as_ref());
        8 + words + adopted + whole.content.len()
    };
    match body {
        Body::Whole(it) => whole(it),
        Body::Outbox(outbox) => 33 + whole(&outbox.state),
        Body::Head => 0,
        Body::Lease(_) => 9,
        Body::Delta(delta) => {
            let edits: usize = delta.edits.iter().map(|edit| 9 + edit.bytes()).sum();
            let description = delta.description.as_ref().and_then(Option::as_ref);
            68 + text(delta.title.as_ref()) + text(description) + edits
        }
    }
}

/// The payload of a record of this kind.
pub(super) fn parse(kind: Kind, payload: &[u8]) -> Result<Body, RecordError> {
    let mut fields = Fields::new(payload);
    let body = match kind {
        Kind::Checkpoint | Kind::Base => Body::Whole(parse_whole(&mut fields)?),
        Kind::Delta => Body::Delta(parse_delta(&mut fields)?),
        Kind::Outbox => Body::Outbox(parse_outbox(&mut fields)?),
        Kind::Head => Body::Head,
        Kind::Lease => Body::Lease(parse_lease(&mut fields)?),
    };
    fields.end("payload length")?;
    Ok(body)
}

fn encode_whole(whole: &Whole, out: &mut Vec<u8>) {
    push_bytes(whole.title.as_bytes(), out);
    push_optional(whole.description.as_deref(), out);
    push_count(whole.adopted.len(), out);
    for origin in &whole.adopted {
        push_bytes(origin.writer.as_bytes(), out);
        out.extend_from_slice(&origin.sequence.to_le_bytes());
    }
    push_bytes(&whole.content, out);
}

fn parse_whole(fields: &mut Fields<'_>) -> Result<Whole, RecordError> {
    let title = fields.text("title")?;
    let description = match fields.byte("description")? {
        ABSENT => None,
        PRESENT => Some(fields.text("description")?),
        _ => return Err(RecordError::Malformed("description")),
    };
    let mut adopted = Vec::new();
    for _ in 0..fields.word("adopted drafts")? {
        let writer = fields.text("adopted drafts")?;
        let sequence = fields.long("adopted drafts")?;
        adopted.push(Origin { writer, sequence });
    }
    let content = fields.bytes("content")?.to_vec();
    Ok(Whole { title, description, content, adopted })
}

fn encode_outbox(outbox: &Outbox, out: &mut Vec<u8>) {
    out.push(u8::from(outbox.base_words.is_some()));
    outbox.base_words.iter().for_each(|digest| out.extend_from_slice(digest));
    encode_whole(&outbox.state, out);
}

fn parse_outbox(fields: &mut Fields<'_>) -> Result<Outbox, RecordError> {
    let base_words = match fields.byte("base words")? {
        ABSENT => None,
        PRESENT => Some(fields.array("base words")?),
        _ => return Err(RecordError::Malformed("base words")),
    };
    Ok(Outbox { base_words, state: parse_whole(fields)? })
}

fn parse_lease(fields: &mut Fields<'_>) -> Result<Lease, RecordError> {
    let news = fields.long("news")?;
    let is_held = match fields.byte("held")? {
        0 => false,
        1 => true,
        _ => return Err(RecordError::Malformed("held")),
    };
    Ok(Lease { news, is_held })
}

fn encode_delta(delta: &Delta, out: &mut Vec<u8>) {
    out.extend_from_slice(&delta.predecessor);
    out.extend_from_slice(&delta.result);
    push_optional(delta.title.as_deref(), out);
    match &delta.description {
        None => out.push(ABSENT),
        Some(None) => out.push(TAKEN_AWAY),
        Some(text) => push_optional(text.as_deref(), out),
    }
    push_count(delta.edits.len(), out);
    for edit in &delta.edits {
        encode_edit(edit, out);
    }
}

fn parse_delta(fields: &mut Fields<'_>) -> Result<Delta, RecordError> {
    let predecessor = fields.array("predecessor")?;
    let result = fields.array("result")?;
    let title = match fields.byte("title")? {
        ABSENT => None,
        PRESENT => Some(fields.text("title")?),
        _ => return Err(RecordError::Malformed("title")),
    };
    let description = match fields.byte("description")? {
        ABSENT => None,
        PRESENT => Some(Some(fields.text("description")?)),
        TAKEN_AWAY => Some(None),
        _ => return Err(RecordError::Malformed("description")),
    };
    let mut edits = Vec::new();
    for _ in 0..fields.word("edits")? {
        edits.push(parse_edit(fields)?);
    }
    Ok(Delta { predecessor, result, title, description, edits })
}

fn encode_edit(edit: &Edit, out: &mut Vec<u8>) {
    let (operation, at, value): (u8, &str, Option<&[u8]>) = match edit {
        Edit::Put { at, text } => (PUT, at, Some(text)),
        Edit::Insert { at, text } => (INSERT, at, Some(text)),
        Edit::Remove { at } => (REMOVE, at, None),
        Edit::Move { from, to } => (MOVE, from, Some(to.as_bytes())),
    };
    out.push(operation);
    push_bytes(at.as_bytes(), out);
    if let Some(value) = value {
        push_bytes(value, out);
    }
}

fn parse_edit(fields: &mut Fields<'_>) -> Result<Edit, RecordError> {
    let operation = fields.byte("edits")?;
    let at = fields.text("edits")?;
    match operation {
        PUT => Ok(Edit::Put { at, text: fields.bytes("edits")?.into() }),
        INSERT => Ok(Edit::Insert { at, text: fields.bytes("edits")?.into() }),
        REMOVE => Ok(Edit::Remove { at }),
        MOVE => Ok(Edit::Move { from: at, to: fields.text("edits")? }),
        _ => Err(RecordError::Malformed("edits")),
    }
}

/// Whether an optional text follows; of a description also that it was taken away.
const ABSENT: u8 = 0;
const PRESENT: u8 = 1;
const TAKEN_AWAY: u8 = 2;

/// What an edit does.
const PUT: u8 = 1;
const INSERT: u8 = 2;
const REMOVE: u8 = 3;
const MOVE: u8 = 4;
