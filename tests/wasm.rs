//! The engine as WebAssembly in a browser: what its simd128 blocks read is what readings of the
//! standards that others wrote say, for canonical texts, digests and schema issues.
#![cfg(target_arch = "wasm32")]

#[path = "common/model.rs"]
mod model;
#[path = "common/random.rs"]
mod random;
#[path = "common/reference.rs"]
mod reference;

use keepfast::json::{self, Options, Source};
use keepfast::schema::{CheckOptions, Schema};
use model::Value;
use random::Random;
use std::collections::BTreeSet;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const VALUES: u64 = 3_000;

fn by_door(source: Source, text: &str) -> String {
    let options = Options { source, ..Options::default() };
    let bytes = json::canonicalize(text.as_bytes(), &options);
    let bytes = bytes.unwrap_or_else(|error| panic!("{error}: {text}"));
    String::from_utf8(bytes).expect("canonical text is UTF-8")
}

#[wasm_bindgen_test]
fn in_a_browser_any_spelling_of_a_value_becomes_its_canonical_text() {
    for seed in 0..VALUES {
        let mut random = Random::new(seed);
        let depth = random.below(7);
        let value = Value::random(&mut random, depth);
        let (text, own) = (value.spelled(&mut random), value.stringified());
        let expected = reference::canonical(text.as_bytes());
        assert_eq!(Some(by_door(Source::Foreign, &text)), expected, "seed {seed}: {text}");
        assert_eq!(Some(by_door(Source::Own, &own)), expected, "seed {seed}: {own}");
    }
}

#[wasm_bindgen_test]
fn in_a_browser_the_digest_is_that_of_the_published_examples() {
    // FIPS 180-4 examples: one block, two blocks, many blocks.
    let million = "a".repeat(1_000_000);
    for (text, digest) in [
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        ),
        (&million, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ] {
        assert_eq!(json::digest_hex(text.as_bytes()), digest);
    }
}

#[wasm_bindgen_test]
fn in_a_browser_issues_are_those_of_the_crate_jtd() {
    let vectors: serde_json::Value =
        serde_json::from_str(include_str!("vectors/jtd/validation.json")).expect("JSON");
    let cases = vectors.as_object().expect("an object of cases");
    assert!(!cases.is_empty());
    for (name, case) in cases {
        assert_eq!(ours(case), theirs(case), "{name}");
    }
}

fn ours(case: &serde_json::Value) -> BTreeSet<(String, String)> {
    let schema = Schema::compile(case["schema"].to_string().as_bytes()).expect("a valid schema");
    let options = CheckOptions::default();
    let checked = schema.check(case["instance"].to_string().as_bytes(), &options);
    let issues = checked.expect("JSON").issues.into_iter();
    issues.map(|issue| (issue.instance_path, issue.schema_path)).collect()
}

fn theirs(case: &serde_json::Value) -> BTreeSet<(String, String)> {
    let schema = serde_json::from_value(case["schema"].clone()).expect("a schema's shape");
    let schema = jtd::Schema::from_serde_schema(schema).expect("a valid schema");
    let found = jtd::validate(&schema, &case["instance"], Default::default()).expect("no cycle");
    let pointers = found.into_iter().map(|error| error.into_owned_paths());
    let pointer = |path: Vec<String>| {
        let escaped = path.iter().map(|name| name.replace('~', "~0").replace('/', "~1"));
        escaped.map(|name| format!("/{name}")).collect::<String>()
    };
    pointers.map(|(instance, schema)| (pointer(instance), pointer(schema))).collect()
}
