//! What the app's changes mean for parts: each change is carried out once more on the content as it
//! was, and the parts that it reaches are looked at. Owns when bytes are put back; which places are
//! parts and where they lay before is for `places.rs` and `former.rs` to say.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::check;
use super::follow::{Step, below, follow};
use super::former::{By, Former, identity};
use super::places::{Place, places, rule_of};
use super::{Note, Notes, PartState, Tokens, pointer_to, state_at};
use crate::engine::config::PartRule;
use crate::json::pointer;
use crate::json::tree::Shape;
use crate::replica::{Edit, Replica};

/// Changes that are being looked at.
pub(super) struct Replay<'a> {
    rules: &'a [PartRule],
    notes: Notes,
    content: Replica,
    /// Content and notes before the first change.
    start: Former<'a>,
    start_notes: Notes,
    touched: BTreeMap<Tokens, Touched>,
    /// What the app gave since, by the ids on the way to it; kept where elements may come again.
    given: BTreeMap<Vec<Vec<u8>>, Vec<u8>>,
    remembers: bool,
}

/// What a replay came to.
pub(super) struct Outcome {
    pub(super) notes: Notes,
    /// What puts bytes back into the content that the app left.
    pub(super) mends: Vec<Edit>,
    /// Parts that are doing otherwise.
    pub(super) changes: Vec<(String, PartState)>,
}

/// A place at which the content has a part, or had one.
struct Touched {
    was: PartState,
    /// Bytes were put back there.
    is_mended: bool,
}

/// Places that a change reaches.
struct Area {
    at: Tokens,
    /// Whether what stands there took the place of what stood there.
    is_new: bool,
}

/// The content before a change, and the notes of what the change replaced.
struct Before<'b> {
    content: &'b Replica,
    gone: &'b Notes,
}

/// Bytes that were there before.
struct Origin {
    bytes: Vec<u8>,
    place: Tokens,
    of: Of,
}

/// Which content an origin was found in.
#[derive(Clone, Copy)]
enum Of {
    /// The content before the change.
    Before,
    /// The content before the first change.
    Start,
    /// A change since then.
    Changes,
}

impl<'a> Replay<'a> {
    /// Changes from this content on. `start_notes` are the notes as they were; nothing when no
    /// element can come from elsewhere.
    pub(super) fn new(
        rules: &'a [PartRule],
        start: &'a Replica,
        notes: Notes,
        start_notes: Option<Notes>,
    ) -> Replay<'a> {
        Replay {
            rules,
            notes,
            content: start.clone(),
            start: Former::new(start),
            remembers: start_notes.is_some(),
            start_notes: start_notes.unwrap_or_default(),
            touched: BTreeMap::new(),
            given: BTreeMap::new(),
        }
    }

    /// Carries out one edit. Nothing when it does not fit.
    pub(super) fn edit(&mut self, edit: &Edit) -> Option<()> {
        match edit {
            Edit::Put { at, .. } => self.step(Step::Put, at, edit, false),
            Edit::Insert { at, .. } => self.step(Step::Insert, at, edit, true),
            Edit::Remove { at } => self.step(self.removal(at), at, edit, false),
            Edit::Move { from, to } => self.shift(from, to),
        }
    }

    /// Another content came, and nothing tells how.
    pub(super) fn replace(&mut self, content: &Replica) {
        let before = core::mem::replace(&mut self.content, content.clone());
        let gone = self.start_notes.clone();
        self.remembers = false;
        let before = Before { content: &before, gone: &gone };
        for rule in 0..self.rules.len() {
            self.judge_area(rule, &Area { at: Tokens::new(), is_new: false }, &before);
        }
    }

    /// What is to be done to the content that the app left, and told.
    pub(super) fn finish(self) -> Outcome {
        let mut mends = Vec::new();
        let mut changes = Vec::new();
        for (place, touched) in &self.touched {
            let at = pointer_to(place);
            let Some(text) = self.content.value(&at) else { continue };
            let state = state_at(&self.notes, place);
            if state != touched.was {
                changes.push((at.clone(), state));
            }
            if touched.is_mended {
                mends.push(Edit::Put { at, text: text.into() });
            }
        }
        Outcome { notes: self.notes, mends, changes }
    }

    fn removal(&self, at: &str) -> Step {
        let parent = at.rfind('/').map_or("", |end| &at[..end]);
        match self.content.shape(parent) {
            Some(Shape::Array) => Step::Shut,
            Some(Shape::Object | Shape::Scalar) | None => Step::Drop,
        }
    }

    /// A move: what is known of the value goes with it.
    fn shift(&mut self, from: &str, to: &str) -> Option<()> {
        let text = self.content.value(from)?.into_boxed_slice();
        let old = pointer::parse(from)?;
        let notes: Vec<(Tokens, Note)> =
            below(&self.notes, &old).map(|(place, note)| (place.clone(), note.clone())).collect();
        let mended: Vec<Tokens> = below(&self.touched, &old)
            .filter(|(_, touched)| touched.is_mended)
            .map(|(place, _)| place.clone())
            .collect();
        self.step(self.removal(from), from, &Edit::Remove { at: from.into() }, false)?;
        let parent = to.rfind('/').map_or("", |end| &to[..end]);
        let at = to.to_string();
        match !to.is_empty() && self.content.shape(parent) == Some(Shape::Array) {
            true => self.step(Step::Insert, to, &Edit::Insert { at, text }, true)?,
            false => self.step(Step::Put, to, &Edit::Put { at, text }, true)?,
        }
        let new = pointer::parse(to)?;
        let moved = |place: &Tokens| -> Tokens { [&new[..], &place[old.len()..]].concat() };
        for (place, note) in notes {
            let place = moved(&place);
            if rule_of(self.rules, &place) == Some(note.rule) {
                if let Some(touched) = self.touched.get_mut(&place) {
                    touched.was = note.state;
                }
                self.notes.insert(place, note);
            }
        }
        for place in mended {
            let place = moved(&place);
            let was = state_at(&self.notes, &place);
            self.touched.entry(place).or_insert(Touched { was, is_mended: true }).is_mended = true;
        }
        Some(())
    }

    /// One step: the content changes, places shift, and the parts that it reaches are judged.
    fn step(&mut self, step: Step, at: &str, edit: &Edit, is_new: bool) -> Option<()> {
        let at = pointer::parse(at)?;
        let before = self.content.clone();
        self.content.apply(edit).ok()?;
        let gone = follow(&mut self.notes, step, &at);
        match step {
            Step::Put => {
                for (_, touched) in
                    self.touched.range_mut(at.clone()..).take_while(|it| it.0.starts_with(&at))
                {
                    touched.is_mended = false;
                }
            }
            Step::Insert | Step::Drop | Step::Shut => {
                follow(&mut self.touched, step, &at);
            }
        }
        if matches!(step, Step::Insert | Step::Shut) {
            let rules = self.rules;
            self.notes.retain(|place, note| rule_of(rules, place) == Some(note.rule));
        }
        let before = Before { content: &before, gone: &gone };
        for rule in 0..self.rules.len() {
            for area in areas(&self.rules[rule], step, &at, is_new) {
                self.judge_area(rule, &area, &before);
            }
        }
        Some(())
    }

    fn judge_area(&mut self, rule: usize, area: &Area, before: &Before) {
        let pattern = &self.rules[rule].pattern;
        let text = self.content.value(&pointer_to(&area.at));
        let found = match &text {
            Some(text) => places(self.rules, [rule], &area.at, text),
            None if pattern.matches(&area.at) => {
                vec![Place { tokens: area.at.clone(), rule, value: None }]
            }
            None => Vec::new(),
        };
        for place in found {
            let is_within_mended = (0..place.tokens.len()).any(|level| {
                self.touched.get(&place.tokens[..level]).is_some_and(|above| above.is_mended)
            });
            if !is_within_mended {
                self.judge(&place, area, before);
            }
        }
    }

    /// Looks at what the app left at a place.
    fn judge(&mut self, place: &Place, area: &Area, before: &Before) {
        let rule = &self.rules[place.rule];
        let was = match before.gone.get(&place.tokens) {
            Some(note) => note.state,
            None => state_at(&self.notes, &place.tokens),
        };
        let issues = check::issues(rule, place.value.unwrap_or(b"null"));
        let is_nothing = place.value.is_none_or(|value| value == b"null");
        let mut is_mended = false;
        if let Some(value) = place.value.filter(|_| self.remembers && !is_nothing)
            && let Some(identity) = identity(&self.content, &place.tokens)
        {
            self.given.insert(identity, value.to_vec());
        }
        let note = if issues.is_empty() {
            None
        } else {
            let origin = self.origin(&place.tokens, area, before);
            match (origin, place.value) {
                (Some(origin), given) if is_nothing || given == Some(&origin.bytes[..]) => {
                    is_mended = given != Some(&origin.bytes[..]);
                    Some(self.keep(place, origin, is_mended, before))
                }
                (Some(_) | None, Some(_)) => {
                    let rule = place.rule;
                    Some(Note { rule, state: PartState::Invalid, issues, is_own_edit: true })
                }
                (Some(_) | None, None) => None,
            }
        };
        let now = note.as_ref().map_or(PartState::Ok, |note| note.state);
        match note {
            Some(note) => self.notes.insert(place.tokens.clone(), note),
            None => self.notes.remove(&place.tokens),
        };
        if let Some(touched) = self.touched.get_mut(&place.tokens) {
            touched.is_mended = is_mended;
        } else if is_mended || now != was {
            self.touched.insert(place.tokens.clone(), Touched { was, is_mended });
        }
    }

    /// Keeps the bytes that were there before, putting them back where the app left nothing.
    fn keep(&mut self, place: &Place, origin: Origin, is_mended: bool, before: &Before) -> Note {
        let issues = check::issues(&self.rules[place.rule], &origin.bytes);
        let known = match origin.of {
            Of::Before => before.gone.get(&origin.place).or_else(|| self.notes.get(&origin.place)),
            Of::Start => self.start_notes.get(&origin.place),
            Of::Changes => None,
        };
        let is_own_edit = match origin.of {
            Of::Before | Of::Start => known.is_some_and(|note| note.is_own_edit),
            Of::Changes => true,
        };
        let state = if issues.is_empty() { PartState::Pending } else { PartState::Invalid };
        if is_mended {
            let within = match origin.of {
                Of::Before => inner(before.gone, &origin.place, &place.tokens),
                Of::Start => inner(&self.start_notes, &origin.place, &place.tokens),
                Of::Changes => Vec::new(),
            };
            self.notes.extend(within);
            let at = pointer_to(&place.tokens);
            let put = Edit::Put { at, text: origin.bytes.into() };
            self.content.apply(&put).expect("the parent of a part's place is there");
        }
        Note { rule: place.rule, state, issues, is_own_edit }
    }

    /// The bytes that the part had before: there, or wherever its element was last.
    fn origin(&mut self, place: &[String], area: &Area, before: &Before) -> Option<Origin> {
        if area.is_new && area.at.len() == place.len() {
            return None;
        }
        let id_at = area.at.len().checked_sub(1).filter(|_| area.is_new);
        let found = |of| move |(place, bytes)| Origin { bytes, place, of };
        let here = By { search: false, id_at };
        let there = Former::new(before.content).part(place, &self.content, here);
        if let Some(part) = there {
            return Some(part).map(found(Of::Before));
        }
        if self.remembers
            && let Some(identity) = identity(&self.content, place)
            && let Some(bytes) = self.given.get(&identity)
        {
            return Some((Tokens::new(), bytes.clone())).map(found(Of::Changes));
        }
        self.start.part(place, &self.content, By { search: true, id_at }).map(found(Of::Start))
    }
}

/// The notes below a place, as they are for another.
fn inner(notes: &Notes, from: &[String], to: &[String]) -> Vec<(Tokens, Note)> {
    let inner = below(notes, from).filter(|(place, _)| place.len() > from.len());
    inner.map(|(place, note)| ([to, &place[from.len()..]].concat(), note.clone())).collect()
}

/// The places of a rule that a step reaches.
fn areas(rule: &PartRule, step: Step, at: &[String], is_new: bool) -> Vec<Area> {
    let pattern = &rule.pattern;
    let mut areas = Vec::new();
    if pattern.meets(at) {
        let is_inside = at.len() > pattern.len();
        let is_slot = at.len() == pattern.len() && pattern.slot().is_some();
        match step {
            _ if is_inside => {
                areas.push(Area { at: at[..pattern.len()].to_vec(), is_new: false });
            }
            Step::Drop if is_slot => areas.push(Area { at: at.to_vec(), is_new: false }),
            Step::Put | Step::Insert => areas.push(Area { at: at.to_vec(), is_new }),
            Step::Drop | Step::Shut => {}
        }
    }
    if matches!(step, Step::Insert | Step::Shut) {
        areas.extend(pattern.element_from(at).map(|at| Area { at, is_new: true }));
    }
    areas
}
