//! Any bytes through the strict door: accepted exactly when `serde_json` accepts them; an error
//! lies inside the text and everything before it could still become a valid text. The own door
//! may say anything about bytes that nobody stringified, but must not crash.

#![no_main]

use keepfast::json::{self, JsonErrorKind, Options, Source};
use keepfast_fuzz::{is_comparable, lenient, reference, strict};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    match strict(text) {
        Ok(_) => assert!(reference::canonical(text).is_some(), "serde_json refuses it"),
        Err(error) if is_comparable(&error) => {
            assert!(reference::canonical(text).is_none(), "serde_json accepts it: {error}");
            assert!(error.offset <= text.len(), "{error}");
            let is_end = error.offset == text.len();
            assert_eq!(error.kind == JsonErrorKind::Truncated, is_end, "{error}");
            let before = strict(&text[..error.offset]);
            let open = before.err().is_none_or(|e| e.kind == JsonErrorKind::Truncated);
            assert!(open, "the text before the fault is faulty already: {error}");
        }
        Err(_) => {}
    }
    // Refusing repeated names is the only way in which the default options are stricter.
    let refusing = json::canonicalize(text, &Options { depth_max: 100, ..Options::default() });
    match (refusing, strict(text)) {
        (Err(error), Ok(_)) => assert_eq!(error.kind, JsonErrorKind::DuplicateKey, "{error}"),
        (Err(a), Err(b)) if a != b => assert_eq!(a.kind, JsonErrorKind::DuplicateKey, "{a}, {b}"),
        (Ok(_), Err(error)) => panic!("only refused when names may repeat: {error}"),
        _ => {}
    }
    drop(json::canonicalize(text, &lenient(Source::Own)));
    drop(json::canonicalize(text, &Options { source: Source::Own, ..Options::default() }));
});
