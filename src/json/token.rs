//! The tokens of the pass: strings, numbers, literals and names. Each is checked or trusted, and
//! respelled into the rewrite when it does not stand in its canonical spelling.

use super::fault::Fault;
use super::pass::{Key, Pass, Span};
use super::rewrite::SIDE;
use super::work::Part;
use super::{JsonErrorKind, byte, number, string};

impl Pass<'_> {
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
        let rewrite = &mut self.work.rewrite;
        let from = rewrite.side.len();
        string::write_canonical(&self.text[at..end], &mut rewrite.side);
        let node = rewrite.leaf((at, end), from);
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
        let plain = !self.exact_integers;
        Ok(number::Number { end, plain })
    }

    /// A number that may have to be spelled otherwise, or to be refused.
    #[inline(never)]
    fn doubtful_number(&mut self, at: usize, number: number::Number) -> Option<Span> {
        let token = &self.text[at..number.end];
        if self.exact_integers && number::is_inexact(token) {
            return self.refuse(Fault::new(JsonErrorKind::InexactInteger, at));
        }
        if !self.foreign || (!self.keep && number::is_finite_by_length(token)) {
            return Span::new(number.end, 0);
        }
        let rewrite = &mut self.work.rewrite;
        let from = rewrite.side.len();
        let canonical = number::canonical(token, |spelled| {
            let same = spelled == token;
            if !same {
                rewrite.side.extend_from_slice(spelled);
            }
            same
        });
        match canonical {
            Ok(true) => Span::new(number.end, 0),
            Ok(false) => Span::new(number.end, rewrite.leaf((at, number.end), from)),
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
            node => self.work.rewrite.token(node),
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
        let keys = &mut self.work.rewrite.keys;
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
        let start = self.work.rewrite.key_place(key.start);
        string::find_end(self.text, start + 1).unwrap_or(self.text.len())
    }

    /// Where the name of a member stands in the text.
    pub(crate) fn key_place(&self, key: Key) -> usize {
        self.work.rewrite.key_place(key.start)
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
}
