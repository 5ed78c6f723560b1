//! A refusal inside the pass: what and at which byte. The pointer is found only when somebody
//! is told, by `locate`.

use super::JsonErrorKind;

/// What is wrong and the byte at which it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: JsonErrorKind,
    pub(crate) offset: usize,
}

impl Fault {
    #[cold]
    pub(crate) fn new(kind: JsonErrorKind, offset: usize) -> Self {
        Fault { kind, offset }
    }

    /// No valid text goes on like this at `offset`: a wrong byte, or the end of the text.
    #[cold]
    pub(crate) fn unexpected(text: &[u8], offset: usize) -> Self {
        let ended = offset >= text.len();
        let kind = if ended { JsonErrorKind::Truncated } else { JsonErrorKind::Syntax };
        Fault { kind, offset: offset.min(text.len()) }
    }
}
