//! The one pass over a text: checks it (foreign text) or trusts it (our own), and notes in the
//! draft what canonical text moves or rewrites. Recursive over containers, no tree. The schema checker drives
//! it along a schema; see `schema/check.rs`.

use core::num::{NonZeroU32, NonZeroU64};

use super::draft::{Piece, SIDE};
use super::fault::Fault;
use super::work::{Open, Part, Work};
use super::{Duplicates, JsonErrorKind, Options, Source, byte, number, order, string};

/// A value that was passed over: the index past its end, and its node in the draft (0: clean).
/// One word, so that it is handed on in a register.
#[derive(Clone, Copy)]
pub(crate) struct Span(NonZeroU64);

impl Span {
    #[inline(always)]
    pub(crate) fn new(end: usize, node: u32) -> Option<Self> {
        NonZeroU64::new(end as u64 | u64::from(node) << 32).map(Span)
    }
    #[inline(always)]
    pub(crate) fn end(self) -> usize {
        self.0.get() as u32 as usize
    }
    #[inline(always)]
    pub(crate) fn node(self) -> u32 {
        (self.0.get() >> 32) as u32
    }
}

/// Where the next member or element begins. There is none at the end of the container, which the
/// frame then knows, or after a fault, which the pass then knows.
pub(crate) type Next = Option<NonZeroU32>;

/// A container that is open: where it begins, and what has been seen of it.
pub(crate) struct Frame {
    pub(crate) start: usize,
    /// The index past its end; 0 while that has not been found.
    end: usize,
    /// Members so far.
    count: u32,
    /// Where the region of the element at hand begins: behind the bracket or comma before it.
    region: usize,
    /// Members so far stand in canonical order, without a name twice.
    sorted: bool,
    /// A part must be written otherwise than it stands.
    dirty: bool,
    /// White space stands between its tokens.
    spaced: bool,
}

impl Frame {
    /// Whether the end of the container has been found.
    #[inline(always)]
    pub(crate) fn is_complete(&self) -> bool {
        self.end != 0
    }
}

/// A member's name, quotes included: in the text, or in the draft's `keys` when it was respelled.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    start: u32,
    end: u32,
}

impl Key {
    /// A name that stands at `start..end` of the text as it must be written.
    #[inline(always)]
    pub(crate) fn at(start: usize, end: usize) -> Self {
        Key { start: start as u32, end: end as u32 }
    }
}

/// One pass over one text.
pub(crate) struct Pass<'t> {
    pub(crate) text: &'t [u8],
    pub(crate) work: Work,
    options: Options,
    /// The strict door: every byte is checked.
    foreign: bool,
    /// Whether canonical text is wanted; otherwise the draft stays empty.
    keep: bool,
    index_max: usize,
    pub(crate) fault: Option<Fault>,
}

/// Index bytes below which nothing is settled, however short the text.
const INDEX_MIN: usize = 64 << 10;

/// The part of so many bytes of text that the index may take. A list that grows holds its entries
/// twice for a moment, and settling holds settled text twice: all in all, less than twice the text.
fn share(bytes: usize) -> usize {
    (bytes / 16 * 7).max(INDEX_MIN)
}

impl<'t> Pass<'t> {
    /// A pass over `text`; `work` lends its buffers. `keep`: canonical text is wanted.
    pub(crate) fn new(text: &'t [u8], mut work: Work, options: &Options, keep: bool) -> Self {
        work.clear();
        let index_max = share(text.len());
        let foreign = options.source == Source::Foreign;
        Pass { text, work, options: *options, foreign, keep, index_max, fault: None }
    }

    /// Where the document's value begins.
    pub(crate) fn begin(&self) -> usize {
        self.skip(0)
    }

    /// The document as a piece, when its value was passed over and nothing follows.
    pub(crate) fn finish(&self, span: Option<Span>) -> Result<Piece, Fault> {
        let start = self.begin();
        let Some(span) = span else {
            return Err(self.fault.unwrap_or_else(|| Fault::unexpected(self.text, start)));
        };
        let end = self.skip(span.end());
        if end != self.text.len() {
            return Err(Fault::unexpected(self.text, end));
        }
        Ok(Piece { start: start as u32, end: span.end() as u32, node: span.node() })
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn refuse<T>(&mut self, fault: Fault) -> Option<T> {
        self.fault = Some(fault);
        None
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn unexpected<T>(&mut self, at: usize) -> Option<T> {
        self.refuse(Fault::unexpected(self.text, at))
    }

    /// As `skip_space`; our own text has none.
    #[inline(always)]
    pub(crate) fn skip(&self, at: usize) -> usize {
        if self.foreign && byte(self.text, at) <= b' ' { skip_space(self.text, at) } else { at }
    }

    /// Passes over any value.
    pub(crate) fn any(&mut self, at: usize) -> Option<Span> {
        match byte(self.text, at) {
            b'"' => self.string(at),
            b'{' => self.any_object(at),
            b'[' => self.any_array(at),
            b'-' | b'0'..=b'9' => self.number(at),
            _ => self.literal(at),
        }
    }

    #[inline(always)]
    pub(crate) fn string(&mut self, at: usize) -> Option<Span> {
        if !self.foreign {
            return match string::end_own(self.text, at + 1) {
                Ok(end) => Span::new(end, 0),
                Err(fault) => self.refuse(fault),
            };
        }
        match string::end_foreign(self.text, at + 1) {
            Ok((end, true)) => Span::new(end, 0),
            Ok((end, false)) => self.respell_string(at, end),
            Err(fault) => self.refuse(fault),
        }
    }

    #[cold]
    fn respell_string(&mut self, at: usize, end: usize) -> Option<Span> {
        let draft = &mut self.work.draft;
        let from = draft.side.len();
        string::write_canonical(&self.text[at..end], &mut draft.side);
        let node = draft.leaf((at, end), from);
        Span::new(end, node)
    }

    #[inline(always)]
    pub(crate) fn number(&mut self, at: usize) -> Option<Span> {
        let scanned = if self.foreign { number::scan(self.text, at) } else { self.own_number(at) };
        match scanned {
            Ok(number) if number.plain => Span::new(number.end, 0),
            Ok(number) => self.doubtful_number(at, number),
            Err(fault) => self.refuse(fault),
        }
    }

    /// Our own text has canonical numbers; only the exactness of long integers is in doubt.
    #[inline(always)]
    fn own_number(&self, at: usize) -> Result<number::Number, Fault> {
        let end = number::end_own(self.text, at);
        let plain = !self.options.exact_integers;
        Ok(number::Number { end, plain })
    }

    /// A number that may have to be spelled otherwise, or to be refused.
    #[inline(never)]
    fn doubtful_number(&mut self, at: usize, number: number::Number) -> Option<Span> {
        let token = &self.text[at..number.end];
        if self.options.exact_integers && number::is_inexact(token) {
            return self.refuse(Fault::new(JsonErrorKind::InexactInteger, at));
        }
        if !self.foreign || (!self.keep && number::is_finite_by_length(token)) {
            return Span::new(number.end, 0);
        }
        let draft = &mut self.work.draft;
        let from = draft.side.len();
        let canonical = number::canonical(token, |spelled| {
            let same = spelled == token;
            if !same {
                draft.side.extend_from_slice(spelled);
            }
            same
        });
        match canonical {
            Ok(true) => Span::new(number.end, 0),
            Ok(false) => Span::new(number.end, draft.leaf((at, number.end), from)),
            Err(fault) => self.refuse(Fault::new(fault.kind, at)),
        }
    }

    #[inline(always)]
    pub(crate) fn literal(&mut self, at: usize) -> Option<Span> {
        let (word, len): (&[u8; 5], usize) = match byte(self.text, at) {
            b't' => (b"true\0", 4),
            b'f' => (b"false", 5),
            b'n' => (b"null\0", 4),
            _ => return self.unexpected(at),
        };
        match self.foreign {
            true => self.spelled_literal(at, &word[..len]),
            false => Span::new(at + len, 0),
        }
    }

    /// Checks the letters of a literal.
    #[inline(never)]
    fn spelled_literal(&mut self, at: usize, word: &[u8]) -> Option<Span> {
        let same = (0..word.len()).take_while(|&i| byte(self.text, at + i) == word[i]).count();
        if same < word.len() {
            return self.unexpected(at + same);
        }
        Span::new(at + same, 0)
    }

    /// The canonical spelling of a string or number that was passed over.
    #[inline(always)]
    pub(crate) fn token(&self, at: usize, span: Span) -> &[u8] {
        match span.node() {
            0 => &self.text[at..span.end()],
            node => self.work.draft.token(node),
        }
    }

    // ---- containers ----

    /// Opens the container that begins at `start`.
    #[inline(never)]
    pub(crate) fn enter(&mut self, start: usize, array: bool) -> Option<Frame> {
        if self.work.open.len() >= self.options.depth_max {
            return self.refuse(Fault::new(JsonErrorKind::TooDeep, start));
        }
        let base = self.work.parts.len() as u32;
        self.work.open.push(Open { base, array });
        Some(Frame {
            start,
            end: 0,
            count: 0,
            region: 0,
            sorted: true,
            dirty: false,
            spaced: false,
        })
    }

    pub(crate) fn any_array(&mut self, start: usize) -> Option<Span> {
        let mut frame = self.enter(start, true)?;
        let mut next = self.first_element(&mut frame);
        while let Some(at) = next {
            let span = self.any(at.get() as usize)?;
            next = self.next_element(&mut frame, at, span);
        }
        self.close_array(&frame)
    }

    /// Where the first element begins, if there is one.
    #[inline(always)]
    pub(crate) fn first_element(&mut self, frame: &mut Frame) -> Next {
        frame.region = frame.start + 1;
        let at = self.skip(frame.region);
        if byte(self.text, at) != b']' {
            return next(at);
        }
        frame.spaced = at != frame.region;
        frame.end = at + 1;
        None
    }

    /// Notes the element at `at`, which was passed over: where the next begins, if there is one.
    #[inline(always)]
    pub(crate) fn next_element(&mut self, frame: &mut Frame, at: NonZeroU32, span: Span) -> Next {
        let at = at.get() as usize;
        let end = self.skip(span.end());
        if span.node() != 0 || at != frame.region || end != span.end() {
            self.element(frame, end, (at, span));
        }
        match byte(self.text, end) {
            b',' => {
                frame.region = end + 1;
                next(self.skip(end + 1))
            }
            b']' => {
                frame.end = end + 1;
                None
            }
            _ => self.unexpected(end),
        }
    }

    /// Notes that the region of an element is written otherwise.
    fn element(&mut self, frame: &mut Frame, end: usize, (at, span): (usize, Span)) {
        if !self.keep {
            return;
        }
        frame.dirty = true;
        let node = match span.node() {
            0 => self.work.draft.raw(at, span.end()),
            node => node,
        };
        let (start, end) = (frame.region as u32, end as u32);
        self.work.parts.push(Part { start, key_end: start, end, node });
        self.settle_if_heavy();
    }

    #[inline(always)]
    pub(crate) fn close_array(&mut self, frame: &Frame) -> Option<Span> {
        let base = self.work.leave();
        let range = (frame.start, frame.end);
        if frame.dirty && frame.is_complete() {
            return Span::new(frame.end, self.work.close_array(base, range));
        }
        match frame.spaced && self.keep {
            true => Span::new(frame.end, self.spaced_empty_array(range)),
            false => Span::new(frame.end, 0),
        }
    }

    #[cold]
    fn spaced_empty_array(&mut self, range: (usize, usize)) -> u32 {
        let draft = &mut self.work.draft;
        let from = draft.side.len();
        draft.side.extend_from_slice(b"[]");
        draft.leaf(range, from)
    }

    pub(crate) fn any_object(&mut self, start: usize) -> Option<Span> {
        let mut frame = self.enter(start, false)?;
        let mut next = self.first_key(&mut frame);
        while let Some(at) = next {
            let key = self.key(at.get() as usize)?;
            let value = self.colon(key)?;
            let span = self.any(value)?;
            self.member(&mut frame, key, value, span);
            self.compare_last(&mut frame)?;
            next = self.next_key(&mut frame, span.end());
        }
        self.close_object(&mut frame)
    }

    /// Where the first member's name begins, if there is one.
    #[inline(always)]
    pub(crate) fn first_key(&mut self, frame: &mut Frame) -> Next {
        let at = self.skip(frame.start + 1);
        frame.spaced = at != frame.start + 1;
        if byte(self.text, at) != b'}' {
            return next(at);
        }
        frame.end = at + 1;
        None
    }

    /// Where the next member's name begins, if there is one.
    #[inline(always)]
    pub(crate) fn next_key(&mut self, frame: &mut Frame, end: usize) -> Next {
        let at = self.skip(end);
        frame.spaced |= at != end;
        match byte(self.text, at) {
            b',' => {
                let name = self.skip(at + 1);
                frame.spaced |= name != at + 1;
                next(name)
            }
            b'}' => {
                frame.end = at + 1;
                None
            }
            _ => self.unexpected(at),
        }
    }

    /// Passes over a member's name.
    #[inline(never)]
    pub(crate) fn key(&mut self, at: usize) -> Option<Key> {
        if byte(self.text, at) != b'"' {
            return self.unexpected(at);
        }
        if !self.foreign {
            return Some(Key::at(at, self.string(at)?.end()));
        }
        match string::end_foreign(self.text, at + 1) {
            Ok((end, true)) => Some(Key::at(at, end)),
            Ok((end, false)) => Some(self.respelled_key(at, end)),
            Err(fault) => self.refuse(fault),
        }
    }

    #[cold]
    fn respelled_key(&mut self, at: usize, text_end: usize) -> Key {
        let keys = &mut self.work.draft.keys;
        keys.extend_from_slice(&(at as u32).to_le_bytes());
        let start = keys.len() as u32 | SIDE;
        string::write_canonical(&self.text[at..text_end], keys);
        Key { start, end: keys.len() as u32 | SIDE }
    }

    /// Index past the name in the text itself.
    #[inline(always)]
    fn key_end(&self, key: Key) -> usize {
        if key.start & SIDE == 0 { key.end as usize } else { self.respelled_key_end(key) }
    }

    #[cold]
    fn respelled_key_end(&self, key: Key) -> usize {
        let start = self.work.draft.key_place(key.start);
        string::find_end(self.text, start + 1).unwrap_or(self.text.len())
    }

    /// Where the name of a member stands in the text.
    pub(crate) fn key_place(&self, key: Key) -> usize {
        self.work.draft.key_place(key.start)
    }

    /// A name as canonical text spells it, without quotes.
    pub(crate) fn name(&self, key: Key) -> &[u8] {
        let part = Part { start: key.start, key_end: key.end, end: 0, node: 0 };
        self.work.name(self.text, part)
    }

    /// Where the value of the member with this name begins.
    #[inline(always)]
    pub(crate) fn colon(&mut self, key: Key) -> Option<usize> {
        let at = self.skip(self.key_end(key));
        if byte(self.text, at) != b':' {
            return self.unexpected(at);
        }
        Some(self.skip(at + 1))
    }

    /// Notes a member that was passed over.
    #[inline(always)]
    pub(crate) fn member(&mut self, frame: &mut Frame, key: Key, value: usize, span: Span) {
        let mut node = span.node();
        if key.start & SIDE != 0 || value != key.end as usize + 1 {
            frame.spaced = true;
            if node == 0 && self.keep {
                node = self.work.draft.raw(value, span.end());
            }
        }
        frame.dirty |= node != 0;
        frame.count += 1;
        let end = span.end() as u32;
        self.work.parts.push(Part { start: key.start, key_end: key.end, end, node });
        if node != 0 {
            self.settle_if_heavy();
        }
    }

    /// Notes whether the last member comes after the one before it.
    #[inline(always)]
    pub(crate) fn compare_last(&mut self, frame: &mut Frame) -> Option<()> {
        if frame.sorted
            && frame.count > 1
            && let [.., a, b] = self.work.parts[..]
        {
            let (x, y) = (self.work.name(self.text, a), self.work.name(self.text, b));
            let order = order::compare_keys(x, y);
            frame.sorted = order.is_lt();
            if order.is_eq() {
                return self.repeated(frame, b);
            }
        }
        Some(())
    }

    /// The last member has the name of the one before it.
    #[cold]
    fn repeated(&mut self, frame: &mut Frame, last: Part) -> Option<()> {
        if self.options.duplicates == Duplicates::Refuse {
            if self.fault.is_none() {
                let place = self.work.draft.key_place(last.start);
                self.fault = Some(Fault::new(JsonErrorKind::DuplicateKey, place));
            }
            return None;
        }
        self.work.parts.pop();
        if let Some(part) = self.work.parts.last_mut() {
            *part = last;
        }
        frame.count -= 1;
        (frame.sorted, frame.spaced) = (true, true);
        Some(())
    }

    /// Closes an object whose members were compared one by one.
    #[inline(never)]
    pub(crate) fn close_object(&mut self, frame: &mut Frame) -> Option<Span> {
        if !frame.sorted && frame.is_complete() {
            self.sort()?;
        }
        self.close_sorted(frame)
    }

    /// Puts the members of an open object in order; of equal names refuses the second, or keeps
    /// the last.
    fn sort(&mut self) -> Option<()> {
        let base = self.work.open.last()?.base as usize;
        let Some(repeated) = self.work.sort(self.text, base) else { return Some(()) };
        if self.options.duplicates == Duplicates::Refuse {
            return self.refuse(Fault::new(JsonErrorKind::DuplicateKey, repeated));
        }
        self.work.keep_last(self.text, base);
        Some(())
    }

    /// Closes an object whose parts are in canonical order.
    #[inline(always)]
    fn close_sorted(&mut self, frame: &Frame) -> Option<Span> {
        let base = self.work.leave();
        let clean = frame.sorted && !frame.spaced;
        if !self.keep || !frame.is_complete() || (clean && !frame.dirty) {
            self.work.parts.truncate(base);
            return Span::new(frame.end, 0);
        }
        let range = (frame.start, frame.end);
        let node = match clean {
            true => self.work.close_patched(base, range),
            false => self.work.close_object(base, range),
        };
        Span::new(frame.end, node)
    }

    /// Closes an object whose members were not compared.
    pub(crate) fn close_unsorted(&mut self, frame: &mut Frame) -> Option<Span> {
        frame.sorted = false;
        self.close_object(frame)
    }

    /// Closes an object whose members, in the order of `places`, are in canonical order and have
    /// different names.
    #[inline(always)]
    pub(crate) fn close_known(
        &mut self,
        frame: &mut Frame,
        places: &[u32],
        as_written: bool,
    ) -> Option<Span> {
        frame.sorted = as_written;
        if as_written || !self.keep || !frame.is_complete() {
            return self.close_sorted(frame);
        }
        let base = self.work.leave();
        let range = (frame.start, frame.end);
        Span::new(frame.end, self.work.close_permuted(base, range, places))
    }

    /// Keeps the index within bounds; see `Work::settle`.
    #[inline(always)]
    fn settle_if_heavy(&mut self) {
        if self.work.index_bytes() > self.index_max {
            self.settle();
        }
    }

    #[cold]
    #[inline(never)]
    fn settle(&mut self) {
        self.work.settle(self.text);
        // The members of an open object stay: without room for more of them, every further one
        // would settle them again.
        let rest = self.text.len().saturating_sub(self.work.draft.side.len());
        let held = self.work.index_bytes();
        self.index_max = share(rest).max(held + held / 2);
    }
}

/// Index of the next byte that is no white space (RFC 8259 section 2).
#[inline(never)]
pub(crate) fn skip_space(text: &[u8], mut at: usize) -> usize {
    while matches!(byte(text, at), b' ' | b'\n' | b'\r' | b'\t') {
        at += 1;
    }
    at
}

#[inline(always)]
fn next(at: usize) -> Next {
    NonZeroU32::new(at as u32)
}
