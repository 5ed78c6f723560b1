//! What one instance holds between calls: input, output, report, schemas and buffers.

use alloc::vec::Vec;
use atomic_refcell::AtomicRefCell;

use super::{CANONICAL, DIGEST, EXACT_INTEGERS, FOREIGN, LAST_WINS, PRETTY, report};
use crate::error::Error;
use crate::json::{self, Duplicates, Options, Source};
use crate::schema::{Buffers, CheckOptions, Issue, Memory, Schema, canonical_into};

static STATE: AtomicRefCell<State> = AtomicRefCell::new(State::new());

/// Runs `work` on the state of this instance.
pub(super) fn with<R>(work: impl FnOnce(&mut State) -> R) -> R {
    work(&mut STATE.borrow_mut())
}

/// A compiled schema and what its checks remember.
struct Slot {
    schema: Schema,
    memory: Memory,
}

/// The state of one instance.
pub(super) struct State {
    input: Vec<u8>,
    kept: Vec<u8>,
    report: Vec<u8>,
    buffers: Buffers,
    /// The handle of a schema is 1 + its index here.
    schemas: Vec<Option<Slot>>,
}

impl State {
    const fn new() -> Self {
        State {
            input: Vec::new(),
            kept: Vec::new(),
            report: Vec::new(),
            buffers: Buffers::new(),
            schemas: Vec::new(),
        }
    }

    pub(super) fn reserve(&mut self, bytes: usize) -> u32 {
        if self.input.len() < bytes {
            self.input.resize(bytes, 0);
        }
        super::address(&self.input)
    }

    pub(super) fn compile(&mut self, len: usize) -> u32 {
        let text = self.input.get(..len).unwrap_or_default();
        match Schema::compile_with(text, &mut self.buffers) {
            Ok(schema) => {
                let slot = Some(Slot { schema, memory: Memory::default() });
                match self.schemas.iter().position(Option::is_none) {
                    Some(free) => {
                        self.schemas[free] = slot;
                        free as u32 + 1
                    }
                    None => {
                        self.schemas.push(slot);
                        self.schemas.len() as u32
                    }
                }
            }
            Err(error) => {
                report::wrong(&error.into(), &mut self.report);
                0
            }
        }
    }

    pub(super) fn release(&mut self, handle: u32) {
        if let Some(slot) = self.schemas.get_mut((handle as usize).wrapping_sub(1)) {
            *slot = None;
        }
    }

    pub(super) fn pass(&mut self, len: usize, flags: u32, handle: u32) -> u32 {
        let slot = self.schemas.get_mut((handle as usize).wrapping_sub(1)).and_then(Option::as_mut);
        if handle != 0 && slot.is_none() {
            report::unknown_schema(&mut self.report);
            return 0;
        }
        let text = self.input.get(..len).unwrap_or_default();
        match run(text, flags, slot, &mut self.buffers) {
            Ok(issues) => {
                self.finish(flags, &issues);
                1
            }
            Err(error) => {
                report::wrong(&error, &mut self.report);
                0
            }
        }
    }

    /// Writes the report of a pass that succeeded.
    fn finish(&mut self, flags: u32, issues: &[Issue]) {
        let out = &mut self.buffers.out;
        let bytes = out.text().len();
        if flags & PRETTY != 0 {
            out.set(json::pretty_text(out.text()));
        }
        let digest = (flags & DIGEST != 0).then(|| json::digest_hex(out.text()));
        report::found(bytes, digest.as_deref(), issues, &mut self.report);
    }

    pub(super) fn keep(&mut self) {
        self.kept.clear();
        self.kept.extend_from_slice(self.buffers.out.text());
    }

    /// Replaces the output by what `work` makes of the kept text and it.
    pub(super) fn replace_output(
        &mut self,
        work: impl FnOnce(&[u8], &[u8]) -> Result<Vec<u8>, Error>,
    ) -> u32 {
        match work(&self.kept, self.buffers.out.text()) {
            Ok(text) => {
                self.buffers.out.set(text);
                1
            }
            Err(error) => {
                report::wrong(&error, &mut self.report);
                0
            }
        }
    }

    pub(super) fn output(&self) -> &[u8] {
        self.buffers.out.text()
    }

    pub(super) fn report(&self) -> &[u8] {
        &self.report
    }
}

/// One pass; canonical text goes to the output unless nobody asked for it.
fn run(
    text: &[u8],
    flags: u32,
    slot: Option<&mut Slot>,
    buffers: &mut Buffers,
) -> Result<Vec<Issue>, Error> {
    let json = options(flags);
    let options = CheckOptions { json, ..CheckOptions::default() };
    let keep = flags & (CANONICAL | DIGEST | PRETTY) != 0;
    buffers.out.restart(0);
    let issues = match slot {
        Some(Slot { schema, memory }) => schema.check_into(text, &options, keep, (buffers, memory)),
        None => canonical_into(text, &options.json, buffers).map(|()| Vec::new()),
    };
    Ok(issues?)
}

fn options(flags: u32) -> Options {
    let foreign = flags & FOREIGN != 0;
    let last_wins = flags & LAST_WINS != 0;
    Options {
        source: if foreign { Source::Foreign } else { Source::Own },
        duplicates: if last_wins { Duplicates::LastWins } else { Duplicates::Refuse },
        exact_integers: flags & EXACT_INTEGERS != 0,
        ..Options::default()
    }
}
