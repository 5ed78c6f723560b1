//! Checking: drives the pass over a text along a compiled schema, so that one pass checks and
//! canonicalises. Whatever breaks a rule is noted and passed over as any value would be, since
//! invalid content has canonical text too.

use super::form::{self, Form, FormId, List, Name, Shape, Tables};
use super::guess::{Guess, Order, UNNAMED};
use super::issue::{Notes, Rule};
use super::seek;
use super::timestamp::is_timestamp;
use crate::json::block::{self, Block, Lanes};
use crate::json::byte;
use crate::json::fault::Fault;
use crate::json::number::is_integer_within;
use crate::json::pass::{Frame, Key, Next, Pass, Span};
use crate::json::rewrite::Piece;
use alloc::vec::Vec;

/// Buffers of a check that outlive it.
#[derive(Default)]
pub(crate) struct Memory {
    /// One for every list of names.
    guesses: Vec<Guess>,
    /// Ranks of the members of the open objects.
    ranks: Vec<u32>,
}

/// One check of one text. Owns what it works on, so that everything is one step away.
pub(crate) struct Check<'s, 't> {
    tables: &'s Tables,
    pub(crate) memory: Memory,
    pub(crate) pass: Pass<'t>,
    pub(crate) notes: Notes,
}

impl<'s, 't> Check<'s, 't> {
    pub(crate) fn new(
        tables: &'s Tables,
        mut memory: Memory,
        pass: Pass<'t>,
        notes: Notes,
    ) -> Self {
        memory.guesses.resize_with(tables.lists.len(), Guess::default);
        memory.ranks.clear();
        Check { tables, memory, pass, notes }
    }

    /// Passes over the whole document.
    pub(crate) fn document(&mut self) -> Result<Piece, Fault> {
        let tables = self.tables;
        let span = self.value(&tables.forms[tables.root as usize], self.pass.begin());
        self.pass.finish(span)
    }

    /// Passes over the value at `at`, which should be of the form. What is not even of the form's
    /// JSON type is noted, and passed over like a value of which nothing is known.
    #[inline(never)]
    fn value(&mut self, form: &'s Form, at: usize) -> Option<Span> {
        self.value_inline(form, at)
    }

    /// As `value`, for the loop over the elements of an array, most of which are small.
    #[inline(always)]
    fn value_inline(&mut self, form: &'s Form, at: usize) -> Option<Span> {
        match byte(self.pass.text, at) {
            b'"' => {
                let span = self.pass.string(at)?;
                if !matches!(form.shape, Shape::String | Shape::Empty) {
                    self.string(form, at, span);
                }
                Some(span)
            }
            b'{' => self.object(form, at),
            b'[' => self.array(form, at),
            b'-' | b'0'..=b'9' => {
                let span = self.pass.number(at)?;
                if !matches!(form.shape, Shape::Float | Shape::Empty) {
                    self.number(form, at, span);
                }
                Some(span)
            }
            first => {
                let expected = match form.shape {
                    Shape::Empty => true,
                    Shape::Boolean => first != b'n' || form.nullable,
                    _ => first == b'n' && form.nullable,
                };
                if !expected {
                    self.mismatch(form, at);
                }
                self.pass.literal(at)
            }
        }
    }

    /// Checks a number that not every number will do for.
    #[inline(always)]
    fn number(&mut self, form: &Form, at: usize, span: Span) {
        if let Shape::Integer(min, max) = form.shape
            && min <= 0
            && max > NINE_DIGITS
        {
            // Nine digits and nothing else are in range: mostly one look is enough.
            let block: Block = block::load(self.pass.text, at);
            let digits = block.digits().trailing_ones() as usize;
            if digits <= 9 && at + digits == span.end() {
                return;
            }
        }
        self.long_number(form, at, span);
    }

    #[inline(never)]
    fn long_number(&mut self, form: &Form, at: usize, span: Span) {
        let token = self.pass.token(at, span);
        match form.shape {
            Shape::Integer(min, max) if is_integer_within(token, min.into(), max.into()) => {}
            _ => self.mismatch(form, at),
        }
    }

    /// Notes that a value is not of the form's type.
    #[cold]
    #[inline(never)]
    fn mismatch(&mut self, form: &Form, at: usize) {
        let rule = match form.shape {
            Shape::Empty | Shape::Ref(_) | Shape::Float => Rule::Type("must be a number"),
            Shape::Boolean => Rule::Type("must be true or false"),
            Shape::Integer(..) => Rule::Type("must be an integer in the range of its type"),
            Shape::String => Rule::Type("must be a string"),
            Shape::Timestamp => Rule::Type("must be an RFC 3339 date and time"),
            Shape::Enum(_) => Rule::Enum,
            Shape::Elements(_) => Rule::Elements,
            Shape::Values(_) => Rule::Values,
            Shape::Properties(index) => Rule::Properties(self.tables.lists[index as usize].keyword),
            Shape::Discriminator(_) => Rule::Discriminator("must be an object"),
        };
        self.notes.note(at, form.place, rule);
    }

    /// Checks a string that not every string will do for.
    #[inline(never)]
    fn string(&mut self, form: &Form, at: usize, span: Span) {
        let text = self.pass.text;
        let token = self.pass.token(at, span);
        let inner = token.get(1..token.len().max(2) - 1).unwrap_or_default();
        let good = match form.shape {
            Shape::Timestamp => is_timestamp(inner),
            Shape::Enum(index) => {
                let schema = &self.tables.text;
                let list = &self.tables.lists[index as usize];
                match list.names.len() <= ENUM_SHORT && span.node() == 0 {
                    true => list.names.iter().any(|name| name.stands_at(schema, text, at)),
                    false => list.find(schema, inner).is_some(),
                }
            }
            _ => false,
        };
        if !good {
            self.mismatch(form, at);
        }
    }

    #[inline(never)]
    fn array(&mut self, form: &'s Form, start: usize) -> Option<Span> {
        let tables = self.tables;
        let element = match form.shape {
            Shape::Elements(element) => element,
            _ => self.unknown(form, start),
        };
        let element = &tables.forms[element as usize];
        let mut frame = self.pass.enter(start, true)?;
        let mut next = self.pass.first_element(&mut frame);
        while let Some(at) = next {
            let span = self.value_inline(element, at.get() as usize)?;
            next = self.pass.next_element(&mut frame, at, span);
        }
        self.pass.close_array(&frame)
    }

    /// The form for what is inside a container that should not be one; notes that.
    fn unknown(&mut self, form: &Form, at: usize) -> FormId {
        if !matches!(form.shape, Shape::Empty) {
            self.mismatch(form, at);
        }
        form::ANYTHING
    }

    #[inline(never)]
    fn object(&mut self, form: &'s Form, start: usize) -> Option<Span> {
        let tables = self.tables;
        let form = match form.shape {
            Shape::Discriminator(index) => {
                &tables.forms[self.discriminate(form, index, start) as usize]
            }
            _ => form,
        };
        match form.shape {
            Shape::Properties(index) => self.properties(form, index, start),
            Shape::Values(value) => self.values(value, start),
            _ => {
                let value = self.unknown(form, start);
                self.values(value, start)
            }
        }
    }

    #[inline(never)]
    fn values(&mut self, value: FormId, start: usize) -> Option<Span> {
        let tables = self.tables;
        let form = &tables.forms[value as usize];
        let mut frame = self.pass.enter(start, false)?;
        let mut next = self.pass.first_key(&mut frame);
        while let Some(at) = next {
            let key = self.pass.key(at.get() as usize)?;
            let at = self.pass.colon(key)?;
            let span = self.value(form, at)?;
            self.pass.member(&mut frame, key, at, span);
            next = self.pass.next_key(&mut frame, span.end());
            self.pass.compare_last(&mut frame)?;
        }
        self.pass.close_object(frame)
    }

    /// Passes over a member's value; where the next member begins.
    #[inline(always)]
    fn member(&mut self, value: FormId, key: Key, frame: &mut Frame) -> Next {
        let at = self.pass.colon(key)?;
        let tables = self.tables;
        let span = self.value_inline(&tables.forms[value as usize], at)?;
        self.pass.member(frame, key, at, span);
        self.pass.next_key(frame, span.end())
    }

    fn properties(&mut self, form: &Form, index: u32, start: usize) -> Option<Span> {
        let tables = self.tables;
        let object = &tables.lists[index as usize];
        let mut frame = self.pass.enter(start, false)?;
        let mut next = self.pass.first_key(&mut frame);
        let base = self.memory.ranks.len();
        let mut last = UNNAMED;
        while let Some(at) = next {
            let at = at.get() as usize;
            let guess = self.memory.guesses[index as usize].after(last);
            let (value, key) = match object.names.get(guess) {
                Some(name) if name.stands_at(&tables.text, self.pass.text, at) => {
                    last = guess as u32;
                    self.memory.ranks.push(last);
                    (name.form, Key::at(at, at + name.len()))
                }
                _ => self.look_up(form, index, &mut last, at)?,
            };
            next = self.member(value, key, &mut frame);
        }
        let span = self.close_properties(index, base, frame);
        self.memory.ranks.truncate(base);
        span
    }

    /// The form for the member whose name stands at `at`, which was not guessed, and the name.
    #[inline(never)]
    fn look_up(
        &mut self,
        form: &Form,
        index: u32,
        last: &mut u32,
        at: usize,
    ) -> Option<(FormId, Key)> {
        let key = self.pass.key(at)?;
        let object = &self.tables.lists[index as usize];
        let rank = object.find(&self.tables.text, self.pass.name(key));
        self.memory.ranks.push(rank.map_or(UNNAMED, |rank| rank as u32));
        let Some(rank) = rank else { return Some((self.additional(form, object, key), key)) };
        self.memory.guesses[index as usize].learn(*last, rank as u32);
        *last = rank as u32;
        Some((object.names[rank].form, key))
    }

    /// The form of a member that the object's form does not name.
    #[cold]
    fn additional(&mut self, form: &Form, object: &List, key: Key) -> FormId {
        if !object.additional {
            self.notes.note(self.pass.key_place(key), form.place, Rule::Additional);
        }
        form::ANYTHING
    }

    #[inline(always)]
    fn close_properties(&mut self, index: u32, base: usize, frame: Frame) -> Option<Span> {
        let guess = &mut self.memory.guesses[index as usize];
        let ranks = &self.memory.ranks[base..];
        if frame.is_complete() && !guess.fits(ranks) {
            let object = &self.tables.lists[index as usize];
            let order = guess.learn_order(ranks);
            let complete = note_missing(&mut self.notes, object, guess, frame.start);
            match order {
                Order::Strange => return self.pass.close_unsorted(frame),
                Order::Known if complete => guess.confirm(),
                Order::Known => {}
            }
        }
        self.pass.close_known(frame, &guess.places, guess.as_written)
    }

    /// The form of an object that depends on one of its members.
    #[inline(never)]
    fn discriminate(&mut self, form: &Form, index: u32, start: usize) -> FormId {
        let (text, schema) = (self.pass.text, &self.tables.text);
        let union = &self.tables.lists[index as usize];
        let tag = union.tag.and_then(|tag| self.tag_value(start, &tag));
        let (at, rule) = match tag {
            None => (start, Rule::Discriminator("lacks its tag")),
            Some(at) => {
                if let Some(name) = union.names.iter().find(|n| n.stands_at(schema, text, at)) {
                    return name.form;
                }
                match seek::string(text, at) {
                    None => (at, Rule::Discriminator("must be a string")),
                    Some(value) => match union.find(schema, &value) {
                        None => (at, Rule::Mapping),
                        Some(i) => return union.names[i].form,
                    },
                }
            }
        };
        self.notes.note(at, form.place, rule);
        form::ANYTHING
    }

    /// Where the tag of the object at `start` has its value. It mostly is the first member.
    fn tag_value(&self, start: usize, tag: &Name) -> Option<usize> {
        let (text, schema) = (self.pass.text, &self.tables.text);
        let first = start + 1;
        let end = first + tag.len();
        if tag.stands_at(schema, text, first) && byte(text, end) == b':' {
            return Some(self.pass.skip(end + 1));
        }
        seek::member(text, start, tag, schema)
    }
}

/// Notes the required members that the object at `start`, which was just learned, lacks; whether
/// it has them all.
#[cold]
fn note_missing(notes: &mut Notes, object: &List, guess: &Guess, start: usize) -> bool {
    let mut complete = true;
    for (rank, name) in object.names.iter().enumerate() {
        if name.required && !guess.has(rank as u32) {
            notes.note(start, name.place, Rule::Missing);
            complete = false;
        }
    }
    complete
}

/// The largest number of nine digits.
const NINE_DIGITS: u32 = 999_999_999;

/// Values of an enum up to which looking at each is quicker than searching.
const ENUM_SHORT: usize = 8;
