//! What one instance holds between calls: input, output, report, schemas and buffers. Knows nothing
//! of linear memory but the address of its input.

use alloc::vec::Vec;
use atomic_refcell::{AtomicRefCell, AtomicRefMut};

use super::{CANONICAL, DIGEST, FOREIGN, PRETTY, report};
use crate::error::Error;
use crate::json::{self, Options, Source};
use crate::schema::{Buffers, CheckOptions, Issue, Memory, Schema};

static STATE: AtomicRefCell<State> = AtomicRefCell::new(State::new());

/// The state of this instance. One thread runs it, and no export calls another one.
#[inline(never)]
pub(super) fn state() -> AtomicRefMut<'static, State> {
    STATE.borrow_mut()
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
    /// The handle of a schema is its index here. The first accepts everything.
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

    /// Puts in the schema that accepts everything.
    #[inline(never)]
    fn begin(&mut self) {
        if self.schemas.is_empty() {
            self.add(Schema::anything());
        }
    }

    /// Gives a schema a handle.
    #[inline(never)]
    fn add(&mut self, schema: Schema) -> u32 {
        let mut handle = 0;
        while self.schemas.get(handle).is_some_and(Option::is_some) {
            handle += 1;
        }
        if handle == self.schemas.len() {
            self.schemas.push(None);
        }
        self.schemas[handle] = Some(Slot { schema, memory: Memory::default() });
        handle as u32
    }

    pub(super) fn compile(&mut self, len: usize) -> u32 {
        self.begin();
        let text = self.input.get(..len).unwrap_or_default();
        match Schema::compile_with(text, Source::Own, &mut self.buffers) {
            Ok(schema) => self.add(schema),
            Err(error) => self.refuse(error.into()),
        }
    }

    /// Reports an error. Returns 0.
    #[inline(never)]
    fn refuse(&mut self, error: Error) -> u32 {
        report::wrong(&error, &mut self.report);
        0
    }

    pub(super) fn release(&mut self, handle: u32) {
        if handle > 0
            && let Some(slot) = self.schemas.get_mut(handle as usize)
        {
            *slot = None;
        }
    }

    pub(super) fn pass(&mut self, len: usize, flags: u32, handle: u32) -> u32 {
        self.begin();
        let Some(Some(Slot { schema, memory })) = self.schemas.get_mut(handle as usize) else {
            report::unknown_schema(&mut self.report);
            return 0;
        };
        let text = self.input.get(..len).unwrap_or_default();
        let options = CheckOptions { json: options(flags), ..CheckOptions::default() };
        // Canonical text goes to the output unless only a schema's issues were asked for.
        let keep = handle == 0 || flags & (CANONICAL | DIGEST | PRETTY) != 0;
        self.buffers.out.restart(0);
        match schema.check_into(text, &options, keep, (&mut self.buffers, memory)) {
            Ok(issues) => {
                self.finish(flags, &issues);
                1
            }
            Err(error) => self.refuse(error.into()),
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
            Err(error) => self.refuse(error),
        }
    }

    pub(super) fn output(&self) -> &[u8] {
        self.buffers.out.text()
    }

    pub(super) fn report(&self) -> &[u8] {
        &self.report
    }
}

fn options(flags: u32) -> Options {
    Options::for_source(if flags & FOREIGN != 0 { Source::Foreign } else { Source::Own })
}
