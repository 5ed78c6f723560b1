//! What the document is at the moment: content, title, description, the number of edits, and the
//! base that all of it is compared with. Owns the replica; it must not know where anything is
//! stored. Edits come from the shell's captures.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::error::EngineError;
use super::event::Capture;
use super::ids::Token;
use super::parcel::words_digest;
use crate::json::{self, Options, Source, pointer, tree};
use crate::limits;
use crate::record::{BaseRef, Digest};
use crate::replica::{Edit, Replica};

/// Content with title and description.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    pub(crate) content: Replica,
}

impl State {
    /// Whether both are the same, by digest of the content and by the words themselves.
    pub(crate) fn equals(&self, other: &State) -> bool {
        self.content.digest() == other.content.digest() && self.has_words_of(other)
    }

    /// Whether title and description are the same.
    pub(crate) fn has_words_of(&self, other: &State) -> bool {
        self.title == other.title && self.description == other.description
    }
}

/// The base: what was confirmed where documents are saved.
#[derive(Clone, Debug)]
pub(crate) struct Base {
    pub(crate) reference: BaseRef,
    /// What it holds, brought to the schema version of this engine; nothing when only a draft
    /// speaks of it.
    pub(crate) state: Option<State>,
    /// An older version of the app wrote it: its record holds other content than `state`.
    pub(crate) is_migrated: bool,
}

impl Base {
    /// Digest of its title and description, if it is at hand.
    pub(crate) fn words(&self) -> Option<Digest> {
        let state = self.state.as_ref()?;
        Some(words_digest(&state.title, state.description.as_deref()))
    }
}

/// What the document is at the moment.
#[derive(Debug)]
pub(crate) struct Tracker {
    pub(crate) state: State,
    pub(crate) base: Option<Base>,
    /// Edits handed over so far.
    pub(crate) accepted: u64,
    /// The newest edit that is part of `state`.
    pub(crate) captured: u64,
    /// The capture that is being answered.
    pub(crate) awaited: Option<Token>,
    /// What the app holds, where that is not `state.content`: parts that it has not taken up are
    /// null or absent in it. Edits are told by it.
    held: Option<Replica>,
    /// The app's value may differ from what was captured last.
    is_touched: bool,
    /// The next capture asks for the whole value.
    pub(crate) wants_whole: bool,
    /// Wall time of the last edit.
    pub(crate) modified: Option<u64>,
}

/// What a capture brought.
#[derive(Debug, PartialEq)]
pub(crate) enum Captured {
    /// These edits, which `state` has taken.
    Edits(Vec<Edit>),
    /// Another content, and no edit tells how it came about.
    Replaced {
        /// The edits told something else: the value was mutated in place.
        in_place: bool,
    },
}

impl Tracker {
    pub(crate) fn new(state: State, base: Option<Base>, change: u64) -> Tracker {
        Tracker {
            state,
            base,
            accepted: change,
            captured: change,
            awaited: None,
            held: None,
            is_touched: false,
            wants_whole: false,
            modified: None,
        }
    }

    /// Whether there is no base, or anything differs from it.
    pub(crate) fn is_dirty(&self) -> bool {
        self.is_touched && self.accepted > self.captured || !self.equals_base()
    }

    /// Whether everything captured is as in the base.
    pub(crate) fn equals_base(&self) -> bool {
        let base = self.base.as_ref().and_then(|base| base.state.as_ref());
        base.is_some_and(|base| base.equals(&self.state))
    }

    /// The content changed; the value itself comes with the next capture.
    pub(crate) fn on_changed(&mut self, wall: u64) {
        self.accepted += 1;
        self.is_touched = true;
        self.modified = Some(wall);
    }

    /// The title or the description changed.
    pub(crate) fn on_words(&mut self, wall: u64) {
        self.accepted += 1;
        self.modified = Some(wall);
        if !self.is_touched {
            self.captured = self.accepted;
        }
    }

    /// Whether the app's value has to be looked at before the content can be written.
    pub(crate) fn is_touched(&self) -> bool {
        self.is_touched
    }

    /// Takes what a capture brought. On an error everything is as before.
    pub(crate) fn on_captured(&mut self, capture: Capture) -> Result<Captured, EngineError> {
        // A value that was mutated without a word is another edit: what a store has is older.
        let is_silent = self.accepted == self.captured;
        let before = is_silent.then(|| self.state.content.digest());
        let captured = match capture {
            Capture::Edits(edits) => {
                let edited = self.edited(edits)?;
                self.take(edited)
            }
            Capture::Whole(text) => {
                let canonical = canonical_of(&text, Source::Own)?;
                self.replace(&canonical, false)
            }
            Capture::Both { edits, text } => {
                let canonical = canonical_of(&text, Source::Own)?;
                match self.edited(edits) {
                    Ok(edited) if edited.held().spells(&canonical) => self.take(edited),
                    Ok(_) | Err(_) => self.replace(&canonical, true),
                }
            }
        };
        if before.is_some_and(|before| before != self.state.content.digest()) {
            self.accepted += 1;
        }
        self.is_touched = false;
        self.wants_whole = false;
        self.captured = self.accepted;
        Ok(captured)
    }

    fn replace(&mut self, canonical: &[u8], in_place: bool) -> Captured {
        let held = self.held.as_ref().unwrap_or(&self.state.content);
        if held.spells(canonical) {
            return Captured::Edits(Vec::new());
        }
        self.held = None;
        self.state.content = Replica::from_canonical(canonical);
        Captured::Replaced { in_place }
    }

    fn take(&mut self, edited: Edited) -> Captured {
        let Edited { content, held, edits } = edited;
        (self.state.content, self.held) = (content, held);
        Captured::Edits(edits)
    }

    /// Lets what the app does not hold be put back into the content that it left.
    pub(crate) fn mend<T>(&mut self, run: impl FnOnce(&mut Replica) -> T) -> T {
        let held = self.held.take().unwrap_or_else(|| self.state.content.clone());
        let result = run(&mut self.state.content);
        self.held = (held.digest() != self.state.content.digest()).then_some(held);
        result
    }

    /// The content and what the app holds with the edits, and the edits in canonical text.
    fn edited(&self, edits: Vec<Edit>) -> Result<Edited, EngineError> {
        let (mut content, mut held) = (self.state.content.clone(), self.held.clone());
        let mut canonical = Vec::with_capacity(edits.len());
        for edit in edits {
            let edit = canonical_edit(edit)?;
            check_move(&content, &edit)?;
            for replica in held.iter_mut().chain([&mut content]) {
                let applied = replica.apply(&edit);
                applied.map_err(|misplaced| EngineError::EditMisplaced(misplaced.at))?;
            }
            canonical.push(edit);
        }
        Ok(Edited { content, held, edits: canonical })
    }

    /// Everything handed over is given up: the state is this one, as a change of its own.
    pub(crate) fn reset(&mut self, state: State) {
        self.state = state;
        self.accepted += 1;
        self.captured = self.accepted;
        self.awaited = None;
        self.held = None;
        self.is_touched = false;
        self.wants_whole = false;
    }
}

/// What edits made of the content.
struct Edited {
    content: Replica,
    /// What the app holds, where that is another.
    held: Option<Replica>,
    edits: Vec<Edit>,
}

impl Edited {
    fn held(&self) -> &Replica {
        self.held.as_ref().unwrap_or(&self.content)
    }
}

/// The replica of a JSON text.
pub(crate) fn replica_of(text: &[u8], source: Source) -> Result<Replica, EngineError> {
    Ok(Replica::from_canonical(&canonical_of(text, source)?))
}

fn canonical_of(text: &[u8], source: Source) -> Result<Vec<u8>, EngineError> {
    json::canonicalize(text, &Options::for_source(source)).map_err(EngineError::Json)
}

/// The edit with its text in canonical form.
fn canonical_edit(edit: Edit) -> Result<Edit, EngineError> {
    Ok(match edit {
        Edit::Put { at, text } => {
            let text = canonical_part(&at, &text)?;
            Edit::Put { at, text }
        }
        Edit::Insert { at, text } => {
            let text = canonical_part(&at, &text)?;
            Edit::Insert { at, text }
        }
        Edit::Remove { .. } | Edit::Move { .. } => edit,
    })
}

/// Canonical text of a value that will stand at this place.
fn canonical_part(at: &str, text: &[u8]) -> Result<Box<[u8]>, EngineError> {
    let canonical = canonical_of(text, Source::Own)?;
    check_depth(at, &canonical)?;
    Ok(canonical.into_boxed_slice())
}

/// A value that moves down may stand too deep at its new place.
fn check_move(content: &Replica, edit: &Edit) -> Result<(), EngineError> {
    let Edit::Move { from, to } = edit else { return Ok(()) };
    if levels_above(to) <= levels_above(from) {
        return Ok(());
    }
    content.value(from).map_or(Ok(()), |text| check_depth(to, &text))
}

fn check_depth(at: &str, canonical: &[u8]) -> Result<(), EngineError> {
    match levels_above(at) + tree::height(canonical) > limits::DEPTH_MAX {
        true => Err(EngineError::NotJson(at.into())),
        false => Ok(()),
    }
}

fn levels_above(at: &str) -> usize {
    pointer::parse(at).map_or(0, |tokens| tokens.len())
}
