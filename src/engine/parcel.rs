//! What one save tells the server: content first, then title and description, each under its own
//! precondition (W32). Owns the order of these requests, their keys, and what an answer means for
//! the save; it must not know who sends them, nor when. All of it is made from one outbox record,
//! so that a save that was interrupted is told again in the same words.

use alloc::string::String;
use alloc::vec::Vec;

use super::net::name_of;
use crate::json::{Digest, digest};
use crate::protocol::{
    Accepted, Address, Base, Call, Change, Content, Epoch, Key, Metadata, MetadataRevision, Part,
    Position, Problem, Push, Refusal, Reply, Response, Retry, Revision, Tag,
};
use crate::record::{BaseRef, Body, Record};

/// What one save tells the server.
#[derive(Debug)]
pub(crate) struct Parcel {
    address: Address,
    /// Of the outbox record: names the save.
    checksum: Digest,
    base: Option<BaseRef>,
    base_words: Option<Digest>,
    schema_version: u32,
    pub(crate) words: Metadata,
    content: Content,
    /// A patch that leads from the base to the content; nothing when the whole is sent.
    patch: Option<Vec<u8>>,
    /// What was accepted of it so far.
    accepted: Option<Position>,
    /// Which life of the server has accepted it.
    pub(crate) epoch: Option<Epoch>,
}

/// What an answer means for the save.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// The next request can be sent.
    Next,
    /// All of it is saved: this is the base from here on.
    Delivered(BaseRef),
    /// The document is in another state than the save builds on.
    Moved,
    /// There is no such document, and never was as far as the server knows.
    Absent,
    /// The document was deleted.
    Gone(Position),
    /// The same again after a while, as long as the server says.
    Later(Refusal),
    /// The same again with another token.
    SignIn,
    /// It is never accepted like this.
    Refused(Refusal),
}

impl Parcel {
    /// The parcel of an outbox record; nothing if the record is no save, or the server can have no
    /// document of that name.
    pub(crate) fn of(record: Record) -> Option<Parcel> {
        let header = record.header;
        let Body::Outbox(outbox) = record.body else { return None };
        let address = Address::new(&header.workspace, &header.collection, &header.document).ok()?;
        let words = Metadata { title: outbox.state.title, description: outbox.state.description };
        Some(Parcel {
            address,
            checksum: record.checksum,
            base: header.base,
            base_words: outbox.base_words,
            schema_version: header.schema_version,
            words,
            content: Content::from_canonical(outbox.state.content),
            patch: None,
            accepted: None,
            epoch: None,
        })
    }

    /// Sends this patch instead of the whole. Only who makes the parcel for the first time may: the
    /// same key must mean the same bytes.
    pub(crate) fn with_patch(mut self, patch: Option<Vec<u8>>) -> Parcel {
        let is_short = |patch: &Vec<u8>| patch.len() < self.content.text().len() / 2;
        self.patch = patch.filter(|patch| !self.is_creation() && is_short(patch));
        self
    }

    pub(crate) fn content(&self) -> &Content {
        &self.content
    }

    /// Content with title and description makes a new document, or one that was deleted.
    fn is_creation(&self) -> bool {
        self.base.is_none_or(|base| base.digest == digest(b""))
    }

    /// Whether content is still to be told.
    fn has_content(&self) -> bool {
        self.accepted.is_none() && self.base.is_none_or(|it| it.digest != *self.content.digest())
    }

    fn has_words(&self) -> bool {
        let known = self.base_words.filter(|_| !self.is_creation());
        known.is_some_and(|base| base != self.words.digest())
    }

    /// The request that comes next; nothing when there is none.
    pub(crate) fn call(&self) -> Option<Call> {
        let (push, purpose) = match (self.has_content(), self.has_words()) {
            (true, _) => self.content_push(),
            (false, true) => (self.words_push()?, "words"),
            (false, false) => return None,
        };
        let key = Key::parse(&name_of(&self.checksum, purpose));
        Some(Call::Write { address: self.address.clone(), push, key })
    }

    fn content_push(&self) -> (Push, &'static str) {
        let schema_version = self.schema_version;
        let base = self.base.map_or(Base::Absent, |base| {
            let revision = Revision::new(base.revision).unwrap_or_default();
            Base::At(Tag::of_content(revision, Some(&base.digest)))
        });
        match &self.patch {
            Some(patch) => {
                let (patch, result) = (patch.clone(), *self.content.digest());
                (Push { base, change: Change::Patch { patch, result, schema_version } }, "patch")
            }
            None => {
                let metadata = self.is_creation().then(|| self.words.clone());
                let content = self.content.clone();
                (Push { base, change: Change::Put { content, schema_version, metadata } }, "whole")
            }
        }
    }

    fn words_push(&self) -> Option<Push> {
        let number = MetadataRevision::new(self.base?.metadata_revision)?;
        let base = Base::At(Tag::of_metadata(number, &self.base_words?));
        Some(Push { base, change: Change::PutMetadata(self.words.clone()) })
    }

    /// Takes the answer to the last request.
    pub(crate) fn on_response(&mut self, response: &Response) -> Verdict {
        let Some(call) = self.call() else { return Verdict::Moved };
        match Reply::parse(call.expects(), response) {
            Ok(Reply::Accepted { accepted, part }) => self.on_accepted(&accepted, part),
            // An answer to a write is read as nothing else.
            Ok(Reply::Document { .. } | Reply::Changes(_) | Reply::Unchanged) => Verdict::Moved,
            Err(refusal) => self.on_refused(*refusal),
        }
    }

    fn on_accepted(&mut self, accepted: &Accepted, part: Part) -> Verdict {
        let position = accepted.position;
        self.epoch = Some(accepted.epoch.clone());
        match part {
            Part::Whole => {
                self.accepted = Some(position);
                if self.has_words() { Verdict::Next } else { self.delivered(None) }
            }
            Part::Metadata => self.delivered(Some(position)),
        }
    }

    /// The base that the save led to. An answer about the one half tells nothing of the other half
    /// that was not known before: that may be somebody else's by now, and is still to be fetched.
    fn delivered(&self, words: Option<Position>) -> Verdict {
        let own = self.accepted.filter(|it| it.metadata_digest == self.words.digest());
        let of_words = words.or(own).map(|it| it.metadata_revision.value());
        let revision = self.accepted.map(|it| it.revision.value());
        Verdict::Delivered(BaseRef {
            revision: revision.or(self.base.map(|base| base.revision)).unwrap_or_default(),
            metadata_revision: of_words
                .or(self.base.map(|base| base.metadata_revision))
                .unwrap_or_default(),
            digest: *self.content.digest(),
        })
    }

    fn on_refused(&mut self, refusal: Refusal) -> Verdict {
        match (&refusal.problem, refusal.retry) {
            (Some(Problem::Conflict { position: None } | Problem::NotFound), _) => Verdict::Absent,
            (Some(Problem::Gone { position }), _) => Verdict::Gone(*position),
            (_, Retry::Rebase) => Verdict::Moved,
            (_, Retry::Whole) if self.patch.take().is_some() => Verdict::Next,
            (_, Retry::Later) => Verdict::Later(refusal),
            (_, Retry::SignIn) => Verdict::SignIn,
            (_, Retry::Never | Retry::Whole | Retry::AfterUser | Retry::Reset) => {
                Verdict::Refused(refusal)
            }
        }
    }
}

/// The digest by which the server names title and description.
pub(crate) fn words_digest(title: &str, description: Option<&str>) -> Digest {
    let description = description.map(String::from);
    Metadata { title: title.into(), description }.digest()
}
