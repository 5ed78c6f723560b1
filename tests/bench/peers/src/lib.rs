//! The "crates" peer of the JSON benchmark: parsing, JTD validation, canonical text and digest put
//! together from published crates the way an application would do it. Its input is text that the
//! page wrote into the buffer of [`reserve`]; it knows nothing of Keepfast.

use std::cell::RefCell;

use serde_json::Value;
use sha2::{Digest, Sha256};
use wasm_bindgen::prelude::wasm_bindgen;

mod writer;

#[derive(Default)]
struct Peer {
    input: Vec<u8>,
    output: Vec<u8>,
    schema: Option<jtd::Schema>,
}

impl Peer {
    fn parse(&self, len: usize) -> Value {
        serde_json::from_slice(&self.input[..len]).expect("the benchmark only hands in valid JSON")
    }

    fn issues(&self, value: &Value) -> usize {
        let schema = self.schema.as_ref().expect("the page loads a schema before it checks");
        jtd::validate(schema, value, Default::default()).expect("no depth limit is set").len()
    }
}

thread_local!(static PEER: RefCell<Peer> = RefCell::default());

fn with<R>(work: impl FnOnce(&mut Peer) -> R) -> R {
    PEER.with(|peer| work(&mut peer.borrow_mut()))
}

/// Makes room for `bytes` bytes of input and returns their address.
#[wasm_bindgen]
pub fn reserve(bytes: usize) -> usize {
    with(|peer| {
        peer.input.resize(bytes.max(peer.input.len()), 0);
        peer.input.as_ptr() as usize
    })
}

/// Takes the first `len` bytes of the input as the schema of the checks that follow.
#[wasm_bindgen]
pub fn load_schema(len: usize) {
    with(|peer| {
        let schema = serde_json::from_value(peer.parse(len)).expect("the schema has JTD's shape");
        peer.schema = Some(jtd::Schema::from_serde_schema(schema).expect("the schema is valid"));
    })
}

/// Parses only; returns whether the text holds an object.
#[wasm_bindgen]
pub fn parse(len: usize) -> bool {
    with(|peer| peer.parse(len).is_object())
}

/// Parses and validates; returns the number of error indicators.
#[wasm_bindgen]
pub fn check(len: usize) -> usize {
    with(|peer| peer.issues(&peer.parse(len)))
}

/// Parses, validates and writes canonical text with `serde_jcs`; returns the issues.
#[wasm_bindgen]
pub fn pass_jcs(len: usize) -> usize {
    with(|peer| {
        let value = peer.parse(len);
        let issues = peer.issues(&value);
        peer.output.clear();
        serde_jcs::to_writer(&mut peer.output, &value).expect("the value came from JSON");
        issues
    })
}

/// Like [`pass_jcs`], with the shortest canonical writer one can put together by hand.
#[wasm_bindgen]
pub fn pass_by_hand(len: usize) -> usize {
    with(|peer| {
        let value = peer.parse(len);
        let issues = peer.issues(&value);
        peer.output.clear();
        writer::write(&value, &mut peer.output);
        issues
    })
}

/// SHA-256 of the canonical text, as 64 hexadecimal digits.
#[wasm_bindgen]
pub fn digest() -> String {
    with(|peer| Sha256::digest(&peer.output).iter().map(|byte| format!("{byte:02x}")).collect())
}
