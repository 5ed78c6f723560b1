//! A document as the server has it: its content, its title and description, and the numbers and
//! digests that name both. Owns these types and their JSON; it must not know how they change.

use alloc::string::String;
use alloc::vec::Vec;

use super::members::{Members, MessageError, Writer};
use super::number::{MetadataRevision, Revision};
use super::tag::{Tag, parse_digest};
use crate::json::{Digest, JsonError, Options, canonicalize, digest, hex};

/// What of a document is read or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Of what is read: everything. Of what is written: the content.
    Whole,
    /// Of what is read: everything but the content. Of what is written: title and description.
    Metadata,
}

/// Content: canonical text (RFC 8785) and its digest, which belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    text: Vec<u8>,
    digest: Digest,
}

impl Content {
    /// Content that this canonical text spells. The text is trusted to be canonical.
    pub fn from_canonical(text: Vec<u8>) -> Content {
        Content { digest: digest(&text), text }
    }

    /// Content that this JSON text of any spelling stands for.
    ///
    /// # Errors
    /// Whatever is no content; see [`canonicalize`].
    pub fn parse(text: &[u8]) -> Result<Content, JsonError> {
        canonicalize(text, &Options::default()).map(Content::from_canonical)
    }

    /// The canonical text.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// SHA-256 of the canonical text.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// The canonical text, taken out.
    pub fn into_text(self) -> Vec<u8> {
        self.text
    }
}

/// Title and description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// The title.
    pub title: String,
    /// The description; nothing and empty differ.
    pub description: Option<String>,
}

impl Metadata {
    /// Canonical text: `{"description":…,"title":…}`.
    pub(super) fn encode(&self) -> Vec<u8> {
        self.write(Writer::new()).finish()
    }

    pub(super) fn write<'v>(&self, writer: Writer<'v>) -> Writer<'v> {
        writer.nullable_text("description", self.description.as_deref()).text("title", &self.title)
    }

    pub(super) fn parse(members: &Members) -> Result<Metadata, MessageError> {
        let description = members.nullable_text("description")?;
        Ok(Metadata { title: members.text("title")?, description })
    }

    /// SHA-256 of the canonical text `{"description":…,"title":…}`, absent being `null`.
    pub fn digest(&self) -> Digest {
        digest(&self.encode())
    }
}

/// Which state of a document is meant: the numbers and digests of its content and of its title and
/// description. Equal numbers alone do not make it the same state: a server that was restored gives
/// them a second time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Of the content, or of the deletion.
    pub revision: Revision,
    /// Of the content; nothing when the document is deleted.
    pub digest: Option<Digest>,
    /// Of title and description.
    pub metadata_revision: MetadataRevision,
    /// Of title and description; see [`Metadata::digest`].
    pub metadata_digest: Digest,
}

impl Position {
    /// Whether the document is deleted.
    pub fn is_deleted(&self) -> bool {
        self.digest.is_none()
    }

    /// The tag under which content is written and the document deleted.
    pub fn content_tag(&self) -> Tag {
        Tag::of_content(self.revision, self.digest.as_ref())
    }

    /// The tag under which title and description are written.
    pub fn metadata_tag(&self) -> Tag {
        Tag::of_metadata(self.metadata_revision, &self.metadata_digest)
    }

    pub(super) fn write<'v>(&self, writer: Writer<'v>) -> Writer<'v> {
        let digest = self.digest.map(|digest| hex(&digest));
        writer
            .nullable_text("digest", digest.as_deref())
            .text("metadataDigest", &hex(&self.metadata_digest))
            .number("metadataRevision", self.metadata_revision.value())
            .number("revision", self.revision.value())
    }

    pub(super) fn parse(members: &Members) -> Result<Position, MessageError> {
        let revision = Revision::new(members.number("revision")?);
        let metadata_revision = MetadataRevision::new(members.number("metadataRevision")?);
        Ok(Position {
            revision: revision.ok_or(MessageError::Member("revision"))?,
            digest: parse_nullable_digest(members)?,
            metadata_revision: metadata_revision.ok_or(MessageError::Member("metadataRevision"))?,
            metadata_digest: digest_of(members, "metadataDigest")?,
        })
    }
}

/// A document without its content, as the server stores it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Which state it is.
    pub position: Position,
    /// Version of the collection's schema that the content follows.
    pub schema_version: u32,
    /// Title and description; of a deleted document the last ones.
    pub metadata: Metadata,
}

/// When, by the server's clock, in milliseconds since 1970 (UTC). Shown, never compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Times {
    /// Of the first accepted write.
    pub created_ms: u64,
    /// Of the last accepted write of anything.
    pub updated_ms: u64,
}

/// A document as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// All but its content.
    pub standing: Standing,
    /// Times.
    pub times: Times,
    /// Bytes of the content's canonical text.
    pub content_bytes: u64,
    /// The content; nothing where it was not asked for.
    pub content: Option<Content>,
}

impl Document {
    /// One JSON object. The content stands in it byte for byte, as its canonical text.
    pub(super) fn encode(&self) -> Vec<u8> {
        let Standing { position, schema_version, metadata } = &self.standing;
        let mut writer = position.write(metadata.write(Writer::new()));
        if let Some(content) = &self.content {
            writer = writer.raw("content", content.text());
        }
        writer
            .number("contentBytes", self.content_bytes)
            .number("createdAt", self.times.created_ms)
            .number("schemaVersion", u64::from(*schema_version))
            .number("updatedAt", self.times.updated_ms)
            .finish()
    }

    /// Reads what [`Document::encode`] wrote, or another server in any other spelling.
    pub(super) fn parse(body: &[u8]) -> Result<Document, MessageError> {
        let mut members = Members::parse(body)?;
        let content = members.take("content").map(Content::from_canonical);
        let position = Position::parse(&members)?;
        if content.as_ref().is_some_and(|content| position.digest != Some(content.digest)) {
            return Err(MessageError::DigestMismatch);
        }
        let metadata = Metadata::parse(&members)?;
        if metadata.digest() != position.metadata_digest {
            return Err(MessageError::DigestMismatch);
        }
        let schema_version = schema_version_of(&members)?;
        let times = Times {
            created_ms: members.number("createdAt")?,
            updated_ms: members.number("updatedAt")?,
        };
        let content_bytes = members.number("contentBytes")?;
        let standing = Standing { position, schema_version, metadata };
        Ok(Document { standing, times, content_bytes, content })
    }
}

/// Reads the version of a collection's schema; 1 if nothing is said.
pub(super) fn schema_version_of(members: &Members) -> Result<u32, MessageError> {
    let version = members.optional_number("schemaVersion")?.unwrap_or(1);
    let version = u32::try_from(version).ok().filter(|version| *version > 0);
    version.ok_or(MessageError::Member("schemaVersion"))
}

/// Reads the digest of content, or `null`.
fn parse_nullable_digest(members: &Members) -> Result<Option<Digest>, MessageError> {
    let text = members.nullable_text("digest")?;
    let digest = |text: String| parse_digest(&text).ok_or(MessageError::Member("digest"));
    text.map(digest).transpose()
}

/// Reads a digest.
pub(super) fn digest_of(members: &Members, name: &'static str) -> Result<Digest, MessageError> {
    parse_digest(&members.text(name)?).ok_or(MessageError::Member(name))
}
