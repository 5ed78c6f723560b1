//! What becomes of a push: the one decision about every write, in the server and in the simulator
//! alike. Owns the rules by which a write is accepted; it must not know where documents are stored.
//! `PROTOCOL.md` has the table of answers.

use alloc::vec::Vec;

use super::Problem;
use super::document::{Content, Metadata, Position, Standing};
use super::number::{MetadataRevision, Revision};
use super::push::{Change, Push};
use super::rules::Rules;
use super::tag::Base;
use crate::json::{Digest, apply_patch};

/// A document as it is stored when a push arrives.
#[derive(Clone, Copy, Debug)]
pub struct Current<'c> {
    /// All but its content.
    pub standing: &'c Standing,
    /// Canonical text of its content. Only a patch is applied to it; for any other push, and for a
    /// document that is deleted, it may be left empty.
    pub content: &'c [u8],
}

/// What becomes of a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is accepted: this is stored, in the transaction in which the current state was read.
    Store(Outcome),
    /// What it wants is so already: nothing is stored, and it succeeds with the current state.
    Already,
    /// It is refused: nothing is stored.
    Refuse(Problem),
}

/// The new state of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// All but its content.
    pub standing: Standing,
    /// What becomes of the content.
    pub content: Fate,
    /// There was no document before, or a deleted one.
    pub is_created: bool,
}

/// What becomes of the content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It stays.
    Kept,
    /// It is this from here on.
    Put(Content),
    /// It goes.
    Removed,
}

/// Decides what becomes of a push.
///
/// Invariant: content is stored only on exactly the state that the push names as its base, and so
/// are title and description, each by its own number and digest. Numbers only grow.
///
/// A push whose key was accepted before does not come here; see [`admit`](super::admit()).
///
/// ```
/// use keepfast::protocol::{Address, Base, Call, Change, Content, Decision, Metadata, Push};
/// use keepfast::protocol::{Rules, resolve};
///
/// // What a client sends …
/// let change = Change::Put {
///     content: Content::parse(br#"{"cells": []}"#)?,
///     schema_version: 1,
///     metadata: Some(Metadata { title: "Plan".into(), description: None }),
/// };
/// let address = Address::new("acme", "sessions", "plan")?;
/// let push = Push { base: Base::Absent, change };
/// let request = Call::Write { address, push, key: None }.encode();
///
/// // … is what a server decides about: here, that a new document begins at revision 1.
/// let Ok(Call::Write { push, .. }) = Call::parse(&request) else { panic!("it is a write") };
/// let Decision::Store(outcome) = resolve(None, &push, &Rules::default()) else {
///     panic!("there is no such document yet")
/// };
/// assert_eq!(outcome.standing.position.revision.value(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn resolve(current: Option<&Current>, push: &Push, rules: &Rules) -> Decision {
    let decided = match &push.change {
        Change::Put { content, schema_version, metadata } => {
            let put = Put { content, schema_version: *schema_version, metadata: metadata.as_ref() };
            put.resolve(current, &push.base, rules)
        }
        Change::Patch { patch, result, schema_version } => {
            let patch = Patch { patch, result, schema_version: *schema_version };
            patch.resolve(current, &push.base, rules)
        }
        Change::Delete => delete(current, &push.base),
        Change::PutMetadata(metadata) => put_metadata(current, &push.base, metadata, rules),
    };
    match decided {
        Ok(Some(outcome)) => Decision::Store(outcome),
        Ok(None) => Decision::Already,
        Err(problem) => Decision::Refuse(problem),
    }
}

/// The outcome; nothing if what is wanted is so already.
type Decided = Result<Option<Outcome>, Problem>;

/// A push of whole content.
struct Put<'p> {
    content: &'p Content,
    schema_version: u32,
    metadata: Option<&'p Metadata>,
}

impl Put<'_> {
    fn resolve(&self, current: Option<&Current>, base: &Base, rules: &Rules) -> Decided {
        let standing = current.map(|current| current.standing);
        match (base, standing) {
            (Base::Unnamed, _) => Err(Problem::BaseRequired),
            (Base::Absent, None) => self.create(None, rules),
            (_, None) => Err(Problem::Conflict { position: None }),
            (Base::At(tag), Some(standing)) if standing.position.is_deleted() => {
                // Bringing back what was deleted takes knowing that it was.
                match *tag == standing.position.content_tag() {
                    true => self.create(Some(standing), rules),
                    false => Err(Problem::Gone { position: standing.position }),
                }
            }
            (_, Some(standing)) if standing.position.is_deleted() => {
                Err(Problem::Gone { position: standing.position })
            }
            (_, Some(standing)) if self.is_there(standing) => Ok(None),
            (_, Some(standing)) => {
                on_base(base, &standing.position)?;
                self.replace(standing, rules)
            }
        }
    }

    /// Whether storing it would make no difference. Title and description count when they are a
    /// part of what is asked for; a higher schema version is a difference.
    fn is_there(&self, standing: &Standing) -> bool {
        standing.position.digest == Some(*self.content.digest())
            && self.schema_version <= standing.schema_version
            && self.metadata.is_none_or(|metadata| *metadata == standing.metadata)
    }

    fn create(&self, deleted: Option<&Standing>, rules: &Rules) -> Decided {
        let metadata = self.metadata.ok_or(Problem::malformed("title"))?;
        rules.check_metadata(metadata)?;
        rules.check_content(self.content.text(), self.schema_version)?;
        let (revision, metadata_revision) = deleted
            .map_or((Revision::ZERO, MetadataRevision::ZERO), |it| {
                (it.position.revision, it.position.metadata_revision)
            });
        let position = Position {
            revision: revision.next().ok_or(Problem::Server)?,
            digest: Some(*self.content.digest()),
            metadata_revision: metadata_revision.next().ok_or(Problem::Server)?,
            metadata_digest: metadata.digest(),
        };
        let metadata = metadata.clone();
        let standing = Standing { position, schema_version: self.schema_version, metadata };
        let content = Fate::Put(self.content.clone());
        Ok(Some(Outcome { standing, content, is_created: true }))
    }

    fn replace(&self, standing: &Standing, rules: &Rules) -> Decided {
        if self.metadata.is_some() {
            // They have a precondition of their own, which this request cannot name.
            return Err(Problem::malformed("title"));
        }
        check_schema_version(standing, self.schema_version)?;
        rules.check_content(self.content.text(), self.schema_version)?;
        with_content(standing, self.content.clone(), self.schema_version)
    }
}

/// A push of a patch.
struct Patch<'p> {
    patch: &'p [u8],
    result: &'p Digest,
    schema_version: u32,
}

impl Patch<'_> {
    fn resolve(&self, current: Option<&Current>, base: &Base, rules: &Rules) -> Decided {
        let (current, standing) = live(current, base)?;
        let is_there = standing.position.digest == Some(*self.result)
            && self.schema_version <= standing.schema_version;
        if is_there {
            return Ok(None);
        }
        on_base(base, &standing.position)?;
        check_schema_version(standing, self.schema_version)?;
        let content = self.apply(current.content).ok_or(Problem::PatchMismatch)?;
        rules.check_content(content.text(), self.schema_version)?;
        with_content(standing, content, self.schema_version)
    }

    /// The content that the patch leads to, if it is the one that was meant.
    fn apply(&self, content: &[u8]) -> Option<Content> {
        let patched: Vec<u8> = apply_patch(content, self.patch).ok()?;
        Some(Content::from_canonical(patched)).filter(|it| it.digest() == self.result)
    }
}

fn delete(current: Option<&Current>, base: &Base) -> Decided {
    let standing = match current {
        None if !matches!(base, Base::Unnamed | Base::Absent) => return Err(Problem::NotFound),
        Some(current) if current.standing.position.is_deleted() => {
            // Whoever deletes what is deleted has what they want, whatever they knew of it.
            return if names_state(base) { Ok(None) } else { Err(Problem::BaseRequired) };
        }
        _ => live(current, base)?.1,
    };
    on_base(base, &standing.position)?;
    let mut standing = standing.clone();
    standing.position.revision = standing.position.revision.next().ok_or(Problem::Server)?;
    standing.position.digest = None;
    Ok(Some(Outcome { standing, content: Fate::Removed, is_created: false }))
}

fn put_metadata(
    current: Option<&Current>,
    base: &Base,
    metadata: &Metadata,
    rules: &Rules,
) -> Decided {
    let (_, standing) = live(current, base)?;
    if standing.metadata == *metadata {
        return Ok(None);
    }
    if *base != Base::At(standing.position.metadata_tag()) {
        return Err(Problem::Conflict { position: Some(standing.position) });
    }
    rules.check_metadata(metadata)?;
    let mut standing = standing.clone();
    let revision = standing.position.metadata_revision.next();
    standing.position.metadata_revision = revision.ok_or(Problem::Server)?;
    standing.position.metadata_digest = metadata.digest();
    standing.metadata = metadata.clone();
    Ok(Some(Outcome { standing, content: Fate::Kept, is_created: false }))
}

/// The document that a write to one that is there is about.
fn live<'c>(
    current: Option<&'c Current>,
    base: &Base,
) -> Result<(&'c Current<'c>, &'c Standing), Problem> {
    if !names_state(base) {
        return Err(Problem::BaseRequired);
    }
    let current = current.ok_or(Problem::Conflict { position: None })?;
    match current.standing.position {
        position if position.is_deleted() => Err(Problem::Gone { position }),
        _ => Ok((current, current.standing)),
    }
}

/// Whether the base is a state, known or not.
fn names_state(base: &Base) -> bool {
    matches!(base, Base::At(_) | Base::Elsewhere)
}

/// Whether the base is the current content.
fn on_base(base: &Base, position: &Position) -> Result<(), Problem> {
    match *base == Base::At(position.content_tag()) {
        true => Ok(()),
        false => Err(Problem::Conflict { position: Some(*position) }),
    }
}

/// Content of an older schema never replaces content of a newer one: its author cannot have
/// understood what it replaces.
fn check_schema_version(standing: &Standing, version: u32) -> Result<(), Problem> {
    let current = standing.schema_version;
    if version < current { Err(Problem::SchemaOlder { current }) } else { Ok(()) }
}

/// The document with other content.
fn with_content(standing: &Standing, content: Content, schema_version: u32) -> Decided {
    let mut standing = Standing { schema_version, ..standing.clone() };
    standing.position.revision = standing.position.revision.next().ok_or(Problem::Server)?;
    standing.position.digest = Some(*content.digest());
    Ok(Some(Outcome { standing, content: Fate::Put(content), is_created: false }))
}
