//! A compiled schema: forms in tables that name each other by number. References are resolved,
//! so that checking never follows one. Names, and the places that issues tell of, are positions in
//! the schema's canonical text, which is kept.

use crate::json::block::{self, Block, Lanes};
use crate::json::order::compare_keys;
use alloc::vec;
use alloc::vec::Vec;

/// Number of a form in [`Tables::forms`].
pub(crate) type FormId = u32;

/// Byte of the schema's text at which a value stands, or the name of a member.
pub(crate) type Place = u32;

/// The empty form, in every schema.
pub(crate) const ANYTHING: FormId = 0;

/// A schema's form and whether null is accepted besides (RFC 8927 section 2.2).
#[derive(Clone, Copy)]
pub(crate) struct Form {
    pub(crate) shape: Shape,
    pub(crate) nullable: bool,
    /// Where the form stands in the schema; for a reference, where its definition stands.
    pub(crate) place: Place,
}

/// The eight forms, without the reference.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    Empty,
    /// Stands for the definition of this number until the schema is compiled.
    Ref(FormId),
    Boolean,
    Float,
    /// An integer within these bounds, both allowed.
    Integer(i32, u32),
    String,
    Timestamp,
    /// Index in [`Tables::lists`].
    Enum(u32),
    Elements(FormId),
    Values(FormId),
    /// Index in [`Tables::lists`].
    Properties(u32),
    /// Index in [`Tables::lists`].
    Discriminator(u32),
}

/// Everything that a compiled schema consists of.
pub(crate) struct Tables {
    /// The schema's canonical text.
    pub(crate) text: Vec<u8>,
    pub(crate) forms: Vec<Form>,
    pub(crate) lists: Vec<List>,
    pub(crate) root: FormId,
}

impl Tables {
    /// Those of the schema that accepts everything.
    pub(crate) fn anything() -> Self {
        Tables {
            text: Vec::new(),
            forms: vec![Form { shape: Shape::Empty, nullable: false, place: 0 }],
            lists: Vec::new(),
            root: ANYTHING,
        }
    }
}

/// A string token of the schema, ready to be compared, and what the schema says of it.
#[derive(Clone, Copy)]
pub(crate) struct Name {
    start: Block,
    /// The bytes of a block that the token takes.
    mask: u16,
    /// Where the token stands, quotes included.
    pub(crate) place: Place,
    len: u32,
    /// The form of the member with this name, or of objects with this tag.
    pub(crate) form: FormId,
    /// The member must not be absent.
    pub(crate) required: bool,
}

impl Name {
    /// The token at `place` of the schema's text.
    #[inline(never)]
    pub(crate) fn new(text: &[u8], place: Place, len: usize, form: FormId) -> Self {
        let mask = u16::MAX >> (16 - len.clamp(1, block::WIDTH));
        let start = block::load(text, place as usize);
        Name { start, mask, place, len: len as u32, form, required: false }
    }

    /// Length of the token, with its quotes.
    pub(crate) fn len(&self) -> usize {
        self.len as usize
    }

    /// The name without its quotes, in the schema's text.
    #[inline(never)]
    pub(crate) fn inner<'s>(&self, schema: &'s [u8]) -> &'s [u8] {
        let end = (self.place + self.len) as usize;
        schema.get(self.place as usize + 1..end - 1).unwrap_or_default()
    }

    /// Whether this very token stands at `at`.
    #[inline(always)]
    pub(crate) fn stands_at(&self, schema: &[u8], text: &[u8], at: usize) -> bool {
        let block: Block = block::load(text, at);
        block.same(self.start) & u32::from(self.mask) == u32::from(self.mask)
            && (self.len() <= block::WIDTH || self.rest_stands_at(schema, text, at))
    }

    #[inline(never)]
    fn rest_stands_at(&self, schema: &[u8], text: &[u8], at: usize) -> bool {
        let token = schema.get(self.place as usize..self.place as usize + self.len());
        token.is_some() && text.get(at..at + self.len()) == token
    }
}

/// The names of one form: the members of a properties form (RFC 8927 section 2.2.6), the values
/// of an enum (2.2.4), or those of the tag of a discriminator form (2.2.8).
pub(crate) struct List {
    /// In canonical order: a member's number here is its rank among its siblings.
    pub(crate) names: Vec<Name>,
    /// Members that have no name here are accepted.
    pub(crate) additional: bool,
    /// The way to the keyword that speaks for a properties form when the value is no object.
    pub(crate) keyword: &'static str,
    /// The name of the member that is the tag of a discriminator form.
    pub(crate) tag: Option<Name>,
}

impl List {
    /// The number of this name, spelled canonically without quotes.
    #[inline(never)]
    pub(crate) fn find(&self, schema: &[u8], name: &[u8]) -> Option<usize> {
        self.names.binary_search_by(|other| compare_keys(other.inner(schema), name)).ok()
    }
}
