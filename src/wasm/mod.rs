//! The boundary: the only exports of the WebAssembly module. Free functions over numbers; texts
//! are read from and written to linear memory, so that nothing of this side is held by the other,
//! and a trap can be answered with a new instance. Translates only: no rule lives here.

mod report;
mod runtime;
mod state;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::json;
use state::state;

/// Text from elsewhere than our own `JSON.stringify`: the strict door.
const FOREIGN: u32 = 1;
/// Canonical text is wanted in the output.
const CANONICAL: u32 = 2;
/// The digest is wanted in the report.
const DIGEST: u32 = 4;
/// Text and digest in the profile `webviz-pretty-2`.
const PRETTY: u32 = 8;

/// Makes the input at least `bytes` long, keeps what it holds, and returns its address. Growth of
/// memory detaches every view on it.
#[wasm_bindgen]
pub fn reserve(bytes: u32) -> u32 {
    state().reserve(bytes as usize)
}

/// Compiles the schema in the first `len` bytes of the input, which must be text that
/// `JSON.stringify` made. Returns its handle, or 0: the report tells why.
#[wasm_bindgen]
pub fn compile_schema(len: u32) -> u32 {
    state().compile(len as usize)
}

/// Forgets a compiled schema. An unknown handle is ignored.
#[wasm_bindgen]
pub fn release_schema(handle: u32) {
    state().release(handle);
}

/// Passes over the first `len` bytes of the input; `flags` say how, `handle` names a schema or is
/// 0. Returns 1 for success; the report tells what was found or what is wrong.
#[wasm_bindgen]
pub fn pass(len: u32, flags: u32, handle: u32) -> u32 {
    state().pass(len as usize, flags, handle)
}

/// Makes the output the first operand of `diff` and `apply_patch`.
#[wasm_bindgen]
pub fn keep() {
    state().keep();
}

/// Makes the output the patch that leads from the kept text to it. Returns 1.
#[wasm_bindgen]
pub fn diff() -> u32 {
    state().replace_output(|kept, output| Ok(json::diff(kept, output)))
}

/// Applies the patch in the output to the kept text, which makes the new output. Returns 1 for
/// success; otherwise the report tells why.
#[wasm_bindgen]
pub fn apply_patch() -> u32 {
    state().replace_output(|kept, output| Ok(json::apply_patch(kept, output)?))
}

/// Address of the output.
#[wasm_bindgen]
pub fn output_address() -> u32 {
    address(state().output())
}

/// Length of the output in bytes.
#[wasm_bindgen]
pub fn output_len() -> u32 {
    state().output().len() as u32
}

/// Address of the report, which is JSON text.
#[wasm_bindgen]
pub fn report_address() -> u32 {
    address(state().report())
}

/// Length of the report in bytes.
#[wasm_bindgen]
pub fn report_len() -> u32 {
    state().report().len() as u32
}

fn address(bytes: &[u8]) -> u32 {
    bytes.as_ptr() as usize as u32
}
