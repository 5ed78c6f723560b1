//! From the format of a record to the types of this version. Owns which formats can be read, and
//! the header of each; it must not know how bytes are sealed. A later format gets an arm here that
//! brings its records to the same types; the arms of earlier ones stay for ever.

use alloc::vec::Vec;

use super::body;
use super::envelope::Sealed;
use super::field::{Fields, push_bytes};
use super::{BaseRef, Body, Header, Kind, RecordError};

/// The format that is written.
pub(super) const FORMAT: u16 = 1;

/// What a sealed record of any format says.
pub(super) fn parse(sealed: &Sealed<'_>) -> Result<(Header, Body), RecordError> {
    match sealed.format {
        0 => Err(RecordError::Malformed("format")),
        1 => {
            let header = parse_header(sealed)?;
            let body = body::parse(header.kind, sealed.payload)?;
            Ok((header, body))
        }
        format => Err(RecordError::NewerFormat { format }),
    }
}

/// The byte that says what the record is.
pub(super) fn kind_byte(kind: Kind) -> u8 {
    match kind {
        Kind::Checkpoint => 1,
        Kind::Delta => 2,
        Kind::Base => 3,
        Kind::Outbox => 4,
        Kind::Head => 5,
        Kind::Lease => 6,
    }
}

/// Appends the header of format 1 from behind the preamble.
pub(super) fn encode_header(header: &Header, out: &mut Vec<u8>) {
    out.extend_from_slice(&header.schema_version.to_le_bytes());
    out.extend_from_slice(&NO_KEY.to_le_bytes());
    for number in [header.sequence, header.change, header.wall_ms] {
        out.extend_from_slice(&number.to_le_bytes());
    }
    out.push(u8::from(header.base.is_some()));
    if let Some(base) = &header.base {
        out.extend_from_slice(&base.revision.to_le_bytes());
        out.extend_from_slice(&base.metadata_revision.to_le_bytes());
        out.extend_from_slice(&base.digest);
    }
    for name in [&header.workspace, &header.collection, &header.document, &header.writer] {
        push_bytes(name.as_bytes(), out);
    }
}

/// The header of format 1. What only a later version can have meant is told as such.
fn parse_header(sealed: &Sealed<'_>) -> Result<Header, RecordError> {
    let newer = RecordError::NewerFormat { format: sealed.format };
    let kind = match sealed.kind {
        1 => Kind::Checkpoint,
        2 => Kind::Delta,
        3 => Kind::Base,
        4 => Kind::Outbox,
        5 => Kind::Head,
        6 => Kind::Lease,
        _ => return Err(newer),
    };
    let mut fields = Fields::new(sealed.header);
    let schema_version = fields.word("schema version")?;
    if sealed.flags != NO_FLAGS || fields.word("key id")? != NO_KEY {
        return Err(newer);
    }
    let sequence = fields.long("sequence")?;
    let change = fields.long("change number")?;
    let wall_ms = fields.long("wall time")?;
    let base = parse_base(kind, &mut fields)?;
    let workspace = fields.text("workspace")?;
    let collection = fields.text("collection")?;
    let document = fields.text("document")?;
    let writer = fields.text("writer")?;
    fields.end("header length")?;
    Ok(Header {
        kind,
        workspace,
        collection,
        document,
        writer,
        sequence,
        change,
        base,
        schema_version,
        wall_ms,
    })
}

fn parse_base(kind: Kind, fields: &mut Fields<'_>) -> Result<Option<BaseRef>, RecordError> {
    match fields.byte("base")? {
        0 if !matches!(kind, Kind::Base | Kind::Head) => Ok(None),
        1 => {
            let revision = fields.long("base")?;
            let metadata_revision = fields.long("base")?;
            let digest = fields.array("base")?;
            Ok(Some(BaseRef { revision, metadata_revision, digest }))
        }
        _ => Err(RecordError::Malformed("base")),
    }
}

/// Neither compressed nor encrypted.
pub(super) const NO_FLAGS: u8 = 0;

/// Reserved for the key of an encrypted payload.
const NO_KEY: u32 = 0;
