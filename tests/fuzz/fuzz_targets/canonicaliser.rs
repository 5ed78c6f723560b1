//! Canonical text of whatever is accepted: equal to a plain reading of RFC 8785 over `serde_json`,
//! at rest under both doors, and with its names refused when they repeat. Two documents in one
//! input (cut at the first zero byte) are diffed and patched into each other.

#![no_main]

use keepfast::json::{self, JsonErrorKind, Options, Source};
use keepfast_fuzz::{lenient, reference, strict};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let cut = input.iter().position(|byte| *byte == 0);
    let (first, second) = input.split_at(cut.unwrap_or(input.len()));
    let first = check(first);
    let second = check(second.get(1..).unwrap_or_default());
    if let (Some(a), Some(b)) = (first, second) {
        rebuild(&a, &b);
        rebuild(&b, &a);
        let merged = json::apply_merge_patch(&a, &b);
        assert_eq!(strict(&merged).as_ref(), Ok(&merged), "a merge patch gives canonical text");
        if let Ok(patched) = json::apply_patch(&a, &b) {
            assert_eq!(strict(&patched).as_ref(), Ok(&patched), "a patch gives canonical text");
        }
    }
});

fn check(text: &[u8]) -> Option<Vec<u8>> {
    let canonical = strict(text).ok()?;
    let expected = reference::canonical(text).expect("serde_json accepts what the engine accepts");
    assert_eq!(String::from_utf8_lossy(&canonical), expected);
    for source in [Source::Own, Source::Foreign] {
        for options in [lenient(source), Options { source, ..Options::default() }] {
            let again = json::canonicalize(&canonical, &options);
            assert_eq!(again.as_ref(), Ok(&canonical), "canonical text is at rest");
        }
    }
    match json::canonicalize(text, &Options::default()) {
        Ok(refusing) => assert_eq!(refusing, canonical, "no name is repeated"),
        Err(error) => assert_eq!(error.kind, JsonErrorKind::DuplicateKey, "{error}"),
    }
    let exact = Options { exact_integers: true, ..lenient(Source::Foreign) };
    if let Err(error) = json::canonicalize(text, &exact) {
        assert_eq!(error.kind, JsonErrorKind::InexactInteger, "{error}");
    }
    Some(canonical)
}

fn rebuild(a: &[u8], b: &[u8]) {
    let patch = json::diff(a, b);
    assert_eq!(strict(&patch).as_ref(), Ok(&patch), "a patch is canonical text");
    let rebuilt = json::apply_patch(a, &patch).expect("the patch of a document fits it");
    assert_eq!(String::from_utf8_lossy(&rebuilt), String::from_utf8_lossy(b));
}
