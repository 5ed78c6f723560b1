//! Every answer there is but a refusal, typed. Owns their bodies and status codes, and reads an
//! answer as what was asked for; it must not know what it leads to.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::advice::Refusal;
use super::call::Call;
use super::changes::Page;
use super::document::{Document, Metadata, Part, Position};
use super::http::{JSON, Request, Response};
use super::members::{Members, MessageError, Writer};
use super::number::{Epoch, Sequence};
use super::push::Change;
use super::tag::Tag;
use crate::json::Digest;

/// What a push is answered with that succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The state that the push led to, or that was what it wanted.
    pub position: Position,
    /// Place of the change in the feed; of the last change where there was nothing to store.
    pub sequence: Sequence,
    /// Of the feed.
    pub epoch: Epoch,
    /// Wall time of that change by the server's clock, milliseconds since 1970; shown, never
    /// compared.
    pub updated_ms: u64,
    /// There was no such document before, or a deleted one.
    pub is_created: bool,
    /// It was so already: nothing was stored.
    pub is_already: bool,
}

/// An answer that is no refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// To `Call::Read`.
    Document {
        /// The document.
        document: Document,
        /// What of it was asked for.
        part: Part,
    },
    /// To `Call::Write`.
    Accepted {
        /// What became of the push.
        accepted: Accepted,
        /// Whether it was about content or about title and description.
        part: Part,
    },
    /// To `Call::Changes`.
    Changes(Page),
    /// To `Call::Changes`: nothing has changed since.
    Unchanged,
}

/// What a push aims at: what an answer that accepts it must name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// Content with this digest; of a new document also title and description with that one.
    Content {
        /// Of the content.
        digest: Digest,
        /// Of title and description, where the push has them.
        metadata: Option<Digest>,
    },
    /// Title and description with this digest.
    Metadata(Digest),
    /// That the document is deleted.
    Deletion,
}

impl Aim {
    /// Whether a state is what the push aimed at. What is acknowledged is what was sent.
    fn is_met_by(self, position: &Position) -> bool {
        match self {
            Aim::Content { digest, metadata } => {
                let has_metadata = metadata.is_none_or(|it| it == position.metadata_digest);
                position.digest == Some(digest) && has_metadata
            }
            Aim::Metadata(digest) => position.metadata_digest == digest,
            Aim::Deletion => position.is_deleted(),
        }
    }

    fn part(self) -> Part {
        match self {
            Aim::Content { .. } | Aim::Deletion => Part::Whole,
            Aim::Metadata(_) => Part::Metadata,
        }
    }
}

/// What a call is answered with when it succeeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// `Reply::Document`.
    Document(Part),
    /// `Reply::Accepted`.
    Accepted(Aim),
    /// `Reply::Changes`, or `Reply::Unchanged` if there was a cursor.
    Changes {
        /// There was a cursor.
        since: bool,
    },
}

impl Call {
    /// What it is answered with when it succeeds: all that is needed to read the answer.
    pub fn expects(&self) -> Expected {
        match self {
            Call::Read { part, .. } => Expected::Document(*part),
            Call::Write { push, .. } => Expected::Accepted(push.change.aim()),
            Call::Changes { since, .. } => Expected::Changes { since: since.is_some() },
        }
    }
}

impl Change {
    /// What it aims at.
    pub fn aim(&self) -> Aim {
        match self {
            Change::Put { content, metadata, .. } => Aim::Content {
                digest: *content.digest(),
                metadata: metadata.as_ref().map(Metadata::digest),
            },
            Change::Patch { result, .. } => Aim::Content { digest: *result, metadata: None },
            Change::Delete => Aim::Deletion,
            Change::PutMetadata(metadata) => Aim::Metadata(metadata.digest()),
        }
    }
}

impl Reply {
    /// The answer with a page: nothing new, if it has nothing and the request names its cursor in
    /// `If-None-Match` (RFC 9110 section 13.1.2, which compares weakly).
    pub fn of_page(page: Page, request: &Request) -> Reply {
        let known = request.headers.value("if-none-match").unwrap_or_default();
        let is_known = known.strip_prefix("W/").unwrap_or(known) == tag_of_page(&page);
        if is_known && page.entries.is_empty() { Reply::Unchanged } else { Reply::Changes(page) }
    }

    /// The response. An `ETag` is that of what was asked about: of the content, or of title and
    /// description.
    pub fn encode(&self) -> Response {
        match self {
            Reply::Document { document, part } => {
                let tag = tag_of(&document.standing.position, *part);
                tagged(200, format!("{tag}"), document.encode())
            }
            Reply::Accepted { accepted, part } => {
                let status = if accepted.is_created { 201 } else { 200 };
                let tag = tag_of(&accepted.position, *part);
                tagged(status, format!("{tag}"), accepted.encode())
            }
            Reply::Changes(page) => tagged(200, tag_of_page(page), page.encode()),
            Reply::Unchanged => Response::new(304),
        }
    }

    /// Reads the answer to a call.
    ///
    /// A success that cannot be read, or accepts something else than was sent, is none: it may come
    /// from a sign-in page or a gateway between, and whether the request arrived is not known.
    ///
    /// # Errors
    /// [`Refusal`]: what the client must do, whatever the answer is.
    pub fn parse(expected: Expected, response: &Response) -> Result<Reply, Box<Refusal>> {
        let body = &response.body;
        let read = match (expected, response.status) {
            (Expected::Document(part), 200) => {
                let document = Document::parse(body);
                document
                    .and_then(|it| complete(it, part))
                    .map(|document| Reply::Document { document, part })
            }
            (Expected::Accepted(aim), 200 | 201) => {
                let accepted = Accepted::parse(body, response.status == 201, aim);
                accepted.map(|accepted| Reply::Accepted { accepted, part: aim.part() })
            }
            (Expected::Changes { .. }, 200) => Page::parse(body).map(Reply::Changes),
            (Expected::Changes { since: true }, 304) => Ok(Reply::Unchanged),
            _ => return Err(Box::new(Refusal::of(response))),
        };
        read.map_err(|error| Box::new(Refusal::unreadable(response, error)))
    }
}

/// A document with the content that was asked for.
fn complete(document: Document, part: Part) -> Result<Document, MessageError> {
    match part == Part::Whole && document.content.is_none() {
        true => Err(MessageError::Member("content")),
        false => Ok(document),
    }
}

fn tag_of(position: &Position, part: Part) -> Tag {
    match part {
        Part::Whole => position.content_tag(),
        Part::Metadata => position.metadata_tag(),
    }
}

fn tag_of_page(page: &Page) -> String {
    format!("\"{}\"", page.next)
}

fn tagged(status: u16, tag: String, body: Vec<u8>) -> Response {
    let mut response = Response::with_body(status, JSON, body);
    response.headers.push("etag", tag);
    response
}

impl Accepted {
    fn encode(&self) -> Vec<u8> {
        self.position
            .write(Writer::new())
            .truth("already", self.is_already)
            .text("epoch", self.epoch.as_str())
            .number("sequence", self.sequence.value())
            .number("updatedAt", self.updated_ms)
            .finish()
    }

    fn parse(body: &[u8], is_created: bool, aim: Aim) -> Result<Accepted, MessageError> {
        let members = Members::parse(body)?;
        let sequence = Sequence::new(members.number("sequence")?);
        let epoch = Epoch::parse(&members.text("epoch")?);
        let position = Position::parse(&members)?;
        if !aim.is_met_by(&position) {
            return Err(MessageError::OtherThanSent);
        }
        Ok(Accepted {
            position,
            sequence: sequence.ok_or(MessageError::Member("sequence"))?,
            epoch: epoch.ok_or(MessageError::Member("epoch"))?,
            updated_ms: members.number("updatedAt")?,
            is_created,
            is_already: members.truth("already")?,
        })
    }
}
