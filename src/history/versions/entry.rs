//! The entry of a version: what is known of it without its content. Owns the fields and how they
//! are spelled; `FORMAT.md` has the bytes. Must not know slices.

use alloc::string::String;
use alloc::vec::Vec;

use crate::json::{Digest, digest};
use crate::limits::INTEGER_MAX;
use crate::record::RecordError;
use crate::record::field::{Fields, push_bytes, push_optional};

/// Why there is a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A save by the user.
    Save,
    /// A save by the user into the local history: there is no server.
    LocalSave,
    /// The side of a conflict that was not kept.
    ConflictSide,
    /// What the user gave up to go back to the base.
    Discarded,
    /// An earlier version was made current again; `of` is its number.
    Revert {
        /// Number of the version that was restored.
        of: u64,
    },
}

/// What the maker of a version says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Why there is a version.
    pub kind: Kind,
    /// Number of the version that this one grew from, if any.
    pub parent: Option<u64>,
    /// Wall time in milliseconds since 1970, as its writer's clock had it. Shown, never compared.
    pub at_ms: u64,
    /// Who made it.
    pub author: String,
    /// What they say about it; may be empty.
    pub message: String,
    /// Title of the document.
    pub title: String,
    /// Description of the document, if it has one.
    pub description: Option<String>,
}

/// A version without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number among the versions of the document, from 1, at most 2^53 − 1; numbers only grow.
    pub number: u64,
    /// What its maker says of it.
    pub about: About,
    /// Digest of the content: SHA-256 of the canonical text.
    pub digest: Digest,
    /// Length of the canonical text.
    pub bytes: u64,
    /// Digest of the topmost slice.
    pub root: Digest,
}

impl Entry {
    /// The entry as bytes that check themselves.
    pub fn encode(&self) -> Vec<u8> {
        let About { kind, parent, at_ms, author, message, title, description } = &self.about;
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&FORMAT.to_le_bytes());
        let (kind, of) = match *kind {
            Kind::Save => (SAVE, 0),
            Kind::LocalSave => (LOCAL_SAVE, 0),
            Kind::ConflictSide => (CONFLICT_SIDE, 0),
            Kind::Discarded => (DISCARDED, 0),
            Kind::Revert { of } => (REVERT, of),
        };
        bytes.push(kind);
        for number in [self.number, parent.unwrap_or(0), of, *at_ms, self.bytes] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&self.digest);
        bytes.extend_from_slice(&self.root);
        for text in [author, message, title] {
            push_bytes(text.as_bytes(), &mut bytes);
        }
        push_optional(description.as_deref(), &mut bytes);
        bytes.extend_from_slice(&digest(&bytes));
        bytes
    }

    /// The entry that these bytes spell.
    ///
    /// # Errors
    /// The bytes are no entry, are damaged, or are of a later format. They stay where they are.
    pub fn decode(bytes: &[u8]) -> Result<Entry, RecordError> {
        let rest = bytes.strip_prefix(&MAGIC[..]).ok_or(RecordError::NotARecord)?;
        let format = rest.first_chunk().map(|format| u16::from_le_bytes(*format));
        match format {
            None => return Err(RecordError::Truncated),
            Some(FORMAT) => {}
            Some(format) => return Err(RecordError::NewerFormat { format }),
        }
        let (sealed, checksum) = bytes.split_last_chunk().ok_or(RecordError::Truncated)?;
        if digest(sealed) != *checksum {
            return Err(RecordError::ChecksumMismatch);
        }
        let payload = sealed.get(MAGIC.len() + size_of::<u16>()..).ok_or(RecordError::Truncated)?;
        let mut fields = Fields::new(payload);
        let entry = Entry::parse(&mut fields)?;
        fields.end("end")?;
        Ok(entry)
    }

    fn parse(fields: &mut Fields) -> Result<Entry, RecordError> {
        let kind = fields.byte("kind")?;
        let number = fields.long("number")?;
        let parent = Some(fields.long("parent")?).filter(|parent| *parent > 0);
        let of = fields.long("restored")?;
        let at_ms = fields.long("time")?;
        let bytes = fields.long("bytes")?;
        let (digest, root) = (fields.array("digest")?, fields.array("root")?);
        let kind = match (kind, of) {
            (SAVE, 0) => Kind::Save,
            (LOCAL_SAVE, 0) => Kind::LocalSave,
            (CONFLICT_SIDE, 0) => Kind::ConflictSide,
            (DISCARDED, 0) => Kind::Discarded,
            (REVERT, 1..) if of < number => Kind::Revert { of },
            _ => return Err(RecordError::Malformed("kind")),
        };
        if !(1..=INTEGER_MAX).contains(&number) || parent.is_some_and(|parent| parent >= number) {
            return Err(RecordError::Malformed("number"));
        }
        let author = fields.text("author")?;
        let (message, title) = (fields.text("message")?, fields.text("title")?);
        let description = match fields.byte("description")? {
            0 => None,
            1 => Some(fields.text("description")?),
            _ => return Err(RecordError::Malformed("description")),
        };
        let about = About { kind, parent, at_ms, author, message, title, description };
        Ok(Entry { number, about, digest, bytes, root })
    }
}

/// The bytes that an entry begins with.
const MAGIC: [u8; 8] = *b"KEEPVERS";
const FORMAT: u16 = 1;

const SAVE: u8 = 1;
const LOCAL_SAVE: u8 = 2;
const CONFLICT_SIDE: u8 = 3;
const REVERT: u8 = 4;
const DISCARDED: u8 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(kind: Kind, description: Option<&str>) -> Entry {
        let about = About {
            kind,
            parent: Some(6),
            at_ms: 1_700_000_000_123,
            author: "Ada".into(),
            message: "first \u{1f600}\nsecond".into(),
            title: "".into(),
            description: description.map(Into::into),
        };
        Entry { number: 7, about, digest: [1; 32], bytes: 1 << 40, root: [2; 32] }
    }

    #[test]
    fn an_entry_comes_back_as_it_was() {
        let others = [Kind::ConflictSide, Kind::Discarded, Kind::Revert { of: 3 }];
        for kind in [Kind::Save, Kind::LocalSave].into_iter().chain(others) {
            for description in [None, Some(""), Some("text")] {
                let mut entry = entry(kind, description);
                assert_eq!(Entry::decode(&entry.encode()).as_ref(), Ok(&entry));
                entry.about.parent = None;
                assert_eq!(Entry::decode(&entry.encode()), Ok(entry));
            }
        }
    }

    #[test]
    fn the_fields_stand_where_the_format_says() {
        let entry = entry(Kind::Revert { of: 3 }, None);
        let bytes = entry.encode();
        let number = |at: usize| u64::from_le_bytes(*bytes[at..].first_chunk().unwrap());
        assert_eq!(bytes[..11], *b"KEEPVERS\x01\x00\x04");
        let numbers = [11, 19, 27, 35, 43].map(number);
        assert_eq!(numbers, [7, 6, 3, 1_700_000_000_123, 1 << 40]);
        assert_eq!((&bytes[51..83], &bytes[83..115]), (&[1; 32][..], &[2; 32][..]));
        assert_eq!(bytes[115..122], *b"\x03\0\0\0Ada");
        assert_eq!(bytes.len(), 122 + 4 + entry.about.message.len() + 4 + 1 + 32);
    }

    #[test]
    fn no_prefix_and_no_changed_byte_is_taken_for_an_entry() {
        let bytes = entry(Kind::Revert { of: 3 }, Some("text")).encode();
        for at in 0..bytes.len() {
            assert!(Entry::decode(&bytes[..at]).is_err());
            let mut changed = bytes.clone();
            changed[at] ^= 0x20;
            assert!(Entry::decode(&changed).is_err(), "byte {at}");
        }
        let mut longer = bytes.clone();
        longer.push(0);
        assert_eq!(Entry::decode(&longer), Err(RecordError::ChecksumMismatch));
    }

    #[test]
    fn whatever_is_taken_for_an_entry_encodes_to_the_same_bytes() {
        let sound = entry(Kind::Revert { of: 3 }, Some("text")).encode();
        let body = sound.len() - size_of::<Digest>();
        let mut state = 1_u64;
        let mut below = |bound: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as usize % bound
        };
        let mut taken = 0;
        for _ in 0..20_000 {
            // With a checksum that fits, so that the fields are read.
            let mut bytes = sound[..body].to_vec();
            for _ in 0..=below(3) {
                match below(4) {
                    0 => bytes.truncate(below(bytes.len() + 1)),
                    1 => bytes.insert(below(bytes.len() + 1), below(256) as u8),
                    _ if bytes.is_empty() => {}
                    _ => {
                        let at = below(bytes.len());
                        bytes[at] ^= 1 << below(8);
                    }
                }
            }
            bytes.extend_from_slice(&digest(&bytes));
            if let Ok(entry) = Entry::decode(&bytes) {
                assert_eq!(entry.encode(), bytes);
                taken += 1;
            }
        }
        assert!((1_000..19_000).contains(&taken), "{taken} of 20000");
    }

    #[test]
    fn a_later_format_is_told_from_damage() {
        let mut bytes = entry(Kind::Save, None).encode();
        bytes[MAGIC.len()] = 2;
        assert_eq!(Entry::decode(&bytes), Err(RecordError::NewerFormat { format: 2 }));
    }

    #[test]
    fn a_field_that_cannot_be_is_named() {
        let sealed = |change: fn(&mut Entry)| {
            let mut entry = entry(Kind::Save, None);
            change(&mut entry);
            Entry::decode(&entry.encode())
        };
        let malformed = |field| Err(RecordError::Malformed(field));
        assert_eq!(sealed(|entry| entry.number = 0), malformed("number"));
        assert_eq!(sealed(|entry| entry.number = 1 << 53), malformed("number"));
        assert_eq!(sealed(|entry| entry.about.parent = Some(7)), malformed("number"));
        assert_eq!(sealed(|entry| entry.about.kind = Kind::Revert { of: 7 }), malformed("kind"));
        assert_eq!(sealed(|entry| entry.about.kind = Kind::Revert { of: 0 }), malformed("kind"));
    }
}
