//! What a client wants to be stored, and on which base. Owns the forms of a change and the body in
//! which each travels; it must not know whether it is accepted. The content in a body is the
//! canonical text whose digest is the change's, byte for byte.

use alloc::string::String;
use alloc::vec::Vec;

use super::Problem;
use super::document::{Content, Metadata, Part, digest_of, schema_version_of};
use super::http::Request;
use super::limits::{Excess, Limited};
use super::members::{BODY_BYTES_MAX, Members, MessageError, Writer};
use super::tag::{Base, parse_digest};
use crate::json::{Digest, Hasher, hex};

/// A change and its precondition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Push {
    /// The state that it builds on.
    pub base: Base,
    /// What is to become of it.
    pub change: Change,
}

/// What is to become of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// This content, whole: a new document, another content, or a document that was deleted.
    Put {
        /// The content.
        content: Content,
        /// Version of the collection's schema that it follows.
        schema_version: u32,
        /// Title and description, for a document that is created, or created again. Those of a
        /// document that is there have an address and a precondition of their own.
        metadata: Option<Metadata>,
    },
    /// What a JSON Patch (RFC 6902) makes of the content. Only a shorter way to say `Put`: whenever
    /// it does not lead to the result, the whole is asked for.
    Patch {
        /// The patch, as canonical text.
        patch: Vec<u8>,
        /// Digest of the content that it must lead to.
        result: Digest,
        /// Version of the collection's schema that the result follows.
        schema_version: u32,
    },
    /// Nothing: the document is deleted.
    Delete,
    /// This title and this description, whole.
    PutMetadata(Metadata),
}

impl Push {
    /// The body; empty for a deletion.
    pub(super) fn encode_body(&self) -> Vec<u8> {
        match &self.change {
            Change::Put { content, schema_version, metadata } => {
                let writer = metadata.iter().fold(Writer::new(), |writer, it| it.write(writer));
                writer
                    .raw("content", content.text())
                    .text("digest", &hex(content.digest()))
                    .number("schemaVersion", u64::from(*schema_version))
                    .finish()
            }
            Change::Patch { patch, result, schema_version } => Writer::new()
                .text("digest", &hex(result))
                .raw("patch", &patch[..])
                .number("schemaVersion", u64::from(*schema_version))
                .finish(),
            Change::Delete => Vec::new(),
            Change::PutMetadata(metadata) => metadata.encode(),
        }
    }
}

impl Change {
    /// What of the document it changes: the path that it goes to, and the base that it needs.
    pub fn part(&self) -> Part {
        match self {
            Change::Put { .. } | Change::Patch { .. } | Change::Delete => Part::Whole,
            Change::PutMetadata(_) => Part::Metadata,
        }
    }

    /// Reads the body of a `PUT` of content. The text of the content may be spelled in any way;
    /// from here on it is canonical. A digest beside it is compared with the content's own.
    pub(super) fn parse_put(body: &[u8]) -> Result<Change, Problem> {
        let mut members = Members::parse(body).map_err(problem_of)?;
        let content = members.take("content").ok_or(Problem::malformed("content"))?;
        let content = Content::from_canonical(content);
        let claimed = members.optional_text("digest").map_err(problem_of)?;
        if let Some(claimed) = claimed {
            let claimed = parse_digest(&claimed).ok_or(Problem::malformed("digest"))?;
            if claimed != *content.digest() {
                return Err(Problem::DigestMismatch { actual: *content.digest() });
            }
        }
        let has_metadata = members.raw("title").or(members.raw("description")).is_some();
        let metadata = has_metadata.then(|| of_creation(&members)).transpose();
        let schema_version = schema_version_of(&members).map_err(problem_of)?;
        Ok(Change::Put { content, schema_version, metadata: metadata.map_err(problem_of)? })
    }

    /// Reads the body of a `PATCH` of content. A patch that cannot be read is as one that does not
    /// apply: the sender has the whole.
    pub(super) fn parse_patch(body: &[u8]) -> Result<Change, Problem> {
        let mut members = Members::parse(body).map_err(|error| match error {
            MessageError::NotJson { member, .. } if member == "patch" => Problem::PatchMismatch,
            error => problem_of(error),
        })?;
        let patch = members.take("patch").ok_or(Problem::malformed("patch"))?;
        let result = digest_of(&members, "digest").map_err(problem_of)?;
        let schema_version = schema_version_of(&members).map_err(problem_of)?;
        Ok(Change::Patch { patch, result, schema_version })
    }

    /// Reads the body of a `PUT` of title and description. Both must be there: to leave the
    /// description out is not to clear it.
    pub(super) fn parse_metadata(body: &[u8]) -> Result<Change, Problem> {
        let members = Members::parse(body).map_err(problem_of)?;
        Metadata::parse(&members).map(Change::PutMetadata).map_err(problem_of)
    }
}

/// Title and description of a new document: a description that is not said is none.
fn of_creation(members: &Members) -> Result<Metadata, MessageError> {
    let description = match members.raw("description") {
        Some(_) => members.nullable_text("description")?,
        None => None,
    };
    Ok(Metadata { title: members.text("title")?, description })
}

/// What is wrong with a body, as it is answered.
fn problem_of(error: MessageError) -> Problem {
    match error {
        MessageError::NotJson { member, error } if member == "content" => {
            Problem::NotJson { pointer: error.pointer, reason: error.kind.reason().into() }
        }
        MessageError::NotJson { member, .. } => Problem::Malformed { field: member },
        MessageError::Member(name) => Problem::malformed(name),
        MessageError::TooLarge { bytes } => {
            let (actual, limit) = (bytes as u64, BODY_BYTES_MAX as u64);
            Problem::TooLarge(Excess { what: Limited::Content, actual, limit })
        }
        MessageError::NotAnObject | MessageError::DigestMismatch | MessageError::OtherThanSent => {
            Problem::malformed("body")
        }
    }
}

/// What a client calls one push, so that it can repeat it: 1 to 64 printable ASCII characters
/// without quotes and backslashes, drawn at random once, when the push is put into the outbox.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(String);

impl Key {
    /// Reads a key; nothing if it is none.
    pub fn parse(text: &str) -> Option<Key> {
        let is_part = |byte: u8| matches!(byte, b'!'..=b'~') && !b"\"\\".contains(&byte);
        let is_key = (1..=KEY_MAX).contains(&text.len()) && text.bytes().all(is_part);
        is_key.then(|| Key(text.into()))
    }

    /// As it is written, without quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// SHA-256 of what makes a request this one and no other: method, path, precondition and body. Each
/// stands behind its length, so that none can be taken for a piece of its neighbour.
pub fn fingerprint(request: &Request) -> Digest {
    let mut hasher = Hasher::new();
    let field = |name| request.headers.value(name).unwrap_or_default().as_bytes();
    let method = request.method.as_str().as_bytes();
    let parts =
        [method, request.path.as_bytes(), field("if-match"), field("if-none-match"), &request.body];
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finish()
}

/// Characters of a key.
const KEY_MAX: usize = 64;
