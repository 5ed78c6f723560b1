//! The change feed of a space: which documents have changed since a cursor. Owns cursors, pages and
//! where a page begins; it must not know what the changes mean. Order is that of sequences; no
//! clock has a say.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::Problem;
use super::document::Position;
use super::members::{Members, MessageError, Writer};
use super::number::{Epoch, Sequence, parse_decimal};

/// How far a client has read the feed: everything up to this sequence of this epoch, as
/// `mVx2.118`. A client keeps it as it came and gives it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Which life of the space.
    pub epoch: Epoch,
    /// The last sequence that was seen.
    pub sequence: Sequence,
    /// In the middle of a walk through the whole space, as `mVx2.17.118`: the last sequence there
    /// was when it began. Deletions that were forgotten before then are none that the client must
    /// hear of.
    pub walk: Option<Sequence>,
}

impl Cursor {
    /// Reads a cursor; nothing if it is none.
    pub fn parse(text: &str) -> Option<Cursor> {
        let (epoch, rest) = text.split_once('.')?;
        let sequence = |text: &str| Sequence::new(parse_decimal(text)?);
        let (read, walk) = match rest.split_once('.') {
            Some((read, walk)) => (read, Some(sequence(walk)?)),
            None => (rest, None),
        };
        Some(Cursor { epoch: Epoch::parse(epoch)?, sequence: sequence(read)?, walk })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.epoch, self.sequence)?;
        self.walk.map_or(Ok(()), |walk| write!(f, ".{walk}"))
    }
}

/// What the feed says of a document: its last change, and only that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Collection of the document.
    pub collection: String,
    /// Id of the document.
    pub document: String,
    /// Which state it is in; the digest says whether it is deleted.
    pub position: Position,
    /// Place of its last change.
    pub sequence: Sequence,
}

/// A page of the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The documents that changed, in the order of their sequences, each once.
    pub entries: Vec<Entry>,
    /// Where to go on.
    pub next: Cursor,
    /// There is more to read at once.
    pub has_more: bool,
}

impl Entry {
    fn encode(&self) -> Vec<u8> {
        let writer = self.position.write(Writer::new());
        writer
            .text("collection", &self.collection)
            .truth("deleted", self.position.is_deleted())
            .text("id", &self.document)
            .number("sequence", self.sequence.value())
            .finish()
    }

    fn parse(members: &Members) -> Result<Entry, MessageError> {
        let position = Position::parse(members)?;
        if members.truth("deleted")? != position.is_deleted() {
            return Err(MessageError::Member("deleted"));
        }
        let sequence = Sequence::new(members.number("sequence")?);
        Ok(Entry {
            collection: members.text("collection")?,
            document: members.text("id")?,
            position,
            sequence: sequence.ok_or(MessageError::Member("sequence"))?,
        })
    }
}

impl Page {
    pub(super) fn encode(&self) -> Vec<u8> {
        Writer::new()
            .list("changes", self.entries.iter().map(Entry::encode))
            .text("epoch", self.next.epoch.as_str())
            .truth("more", self.has_more)
            .text("next", &format!("{}", self.next))
            .finish()
    }

    pub(super) fn parse(body: &[u8]) -> Result<Page, MessageError> {
        let members = Members::parse(body)?;
        let entries = members.objects("changes")?;
        let entries = entries.iter().map(Entry::parse).collect::<Result<Vec<_>, _>>()?;
        let next = Cursor::parse(&members.text("next")?).ok_or(MessageError::Member("next"))?;
        if members.text("epoch")? != next.epoch.as_str() {
            return Err(MessageError::Member("epoch"));
        }
        // Out of order, an entry behind `next` would be read and never asked for again.
        let is_ordered = entries.is_sorted_by(|a, b| a.sequence < b.sequence);
        let is_within = entries.last().is_none_or(|last| last.sequence <= next.sequence);
        // More behind an empty page would be asked for without end.
        let has_more = members.truth("more")?;
        if !is_ordered || !is_within || has_more && entries.is_empty() {
            return Err(MessageError::Member("changes"));
        }
        Ok(Page { entries, next, has_more })
    }
}

/// The numbers of a space that say which cursors it can answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// Which life of the space.
    pub epoch: Epoch,
    /// Sequence of the last change.
    pub head: Sequence,
    /// The feed no longer tells of deletions up to this sequence; zero while it tells of all. The
    /// documents stay deleted, with their numbers: a revision that began anew would have gone back.
    pub horizon: Sequence,
}

/// Where a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// The page has what changed after this sequence.
    pub after: Sequence,
    /// As in [`Cursor::walk`].
    pub walk: Option<Sequence>,
}

impl Feed {
    /// Where the page behind a cursor begins.
    ///
    /// Without a cursor a walk begins, which visits every document that is there, and the deleted
    /// ones that are remembered.
    ///
    /// # Errors
    /// [`Problem::CursorReset`]: the cursor is of another epoch, or of this one but ahead of it, or
    /// deletions behind it are forgotten. The client begins a walk.
    pub fn start(&self, since: Option<&Cursor>) -> Result<Start, Problem> {
        let Some(since) = since else {
            return Ok(Start { after: Sequence::ZERO, walk: Some(self.head) });
        };
        let heard = since.walk.map_or(since.sequence, |walk| walk.max(since.sequence));
        let is_known = since.epoch == self.epoch && heard <= self.head;
        match is_known && heard >= self.horizon {
            true => Ok(Start { after: since.sequence, walk: since.walk }),
            false => Err(Problem::CursorReset { epoch: Some(self.epoch.clone()) }),
        }
    }

    /// The page of these entries: the first ones behind its start, in order, one more than fit onto
    /// it if there are as many. Read in the same transaction as the numbers of the feed.
    pub fn page(&self, start: Start, mut entries: Vec<Entry>, limit: u32) -> Page {
        let has_more = entries.len() > limit as usize;
        entries.truncate(limit as usize);
        let last = entries.last().map_or(start.after, |entry| entry.sequence);
        let sequence = if has_more { last } else { self.head };
        let walk = start.walk.filter(|walk| sequence < *walk);
        Page { entries, next: Cursor { epoch: self.epoch.clone(), sequence, walk }, has_more }
    }
}

/// Documents on a page, unless fewer are asked for.
pub const PAGE_ENTRIES_MAX: u32 = 500;
/// Documents on a page, unless a number is asked for.
pub const PAGE_ENTRIES: u32 = 100;
