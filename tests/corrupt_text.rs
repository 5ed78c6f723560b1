//! A valid document damaged in every place: cut off, a byte replaced, a byte removed, a byte
//! added. The answer is an error with its place or a valid document, as a parser that others wrote
//! sees it; never a crash.

#[path = "common/model.rs"]
mod model;
#[path = "common/random.rs"]
mod random;
#[path = "common/reference.rs"]
mod reference;

use keepfast::json::{self, Duplicates, JsonError, JsonErrorKind, Options, Source};
use keepfast::schema::{CheckOptions, Schema};

/// Every construct of JSON, two- to four-byte characters, escapes, and runs longer than a block.
const SAMPLE: &str = "{\"name\":\"Kr\u{fc}mel \u{20ac} \u{1f600}\",\"\\u20ac\\ud83d\\ude00\":\
    [1,-0.5e+2,1E3,0,true,false,null,\"\"],\"sixteen bytes and more of plain text\":{},\
    \"quote \\\" slash \\\\ \\/ \\b\\f\\n\\r\\t\":[[],[{\"a\":[]}]] ,\n\t\"n\":123456789.125}";

fn strict(text: &[u8]) -> Result<Vec<u8>, JsonError> {
    let options = Options { duplicates: Duplicates::LastWins, ..Options::default() };
    json::canonicalize(text, &options)
}

/// The engine and `serde_json` must agree on the text, in value and in whether it has one.
fn agree_on(text: &[u8]) {
    let shown = String::from_utf8_lossy(text);
    match (strict(text), reference::canonical(text)) {
        (Ok(got), Some(expected)) => assert_eq!(String::from_utf8_lossy(&got), expected, "{shown}"),
        (Err(error), None) => check_place(text, &error),
        (Ok(_), None) => panic!("accepted, but serde_json refuses: {shown}"),
        (Err(error), Some(_)) => panic!("{error}, but serde_json accepts: {shown}"),
    }
    // The own door trusts its caller; a broken trust gives a wrong text or an error, no crash.
    let own = Options { source: Source::Own, ..Options::default() };
    drop(json::canonicalize(text, &own));
}

/// The offset lies in the text, and everything before it could still become a valid text.
fn check_place(text: &[u8], error: &JsonError) {
    assert!(error.offset <= text.len(), "{error}");
    let is_end = error.offset == text.len();
    assert_eq!(error.kind == JsonErrorKind::Truncated, is_end, "{error}");
    let before = strict(&text[..error.offset]);
    assert!(
        before.as_ref().map_or_else(|e| e.kind == JsonErrorKind::Truncated, |_| true),
        "{error}, but already the text before it is {before:?}"
    );
}

#[test]
fn every_prefix_of_a_valid_document_is_truncated_at_its_length() {
    for len in 0..SAMPLE.len() {
        let error = strict(&SAMPLE.as_bytes()[..len]).expect_err("a prefix is no document");
        assert_eq!((error.kind, error.offset), (JsonErrorKind::Truncated, len), "{error}");
    }
    agree_on(SAMPLE.as_bytes());
}

#[test]
fn every_byte_replaced_by_every_byte_is_judged_as_serde_json_judges_it() {
    for at in 0..SAMPLE.len() {
        for byte in 0..=255 {
            let mut text = SAMPLE.as_bytes().to_vec();
            text[at] = byte;
            agree_on(&text);
        }
    }
}

#[test]
fn every_byte_removed_or_doubled_is_judged_as_serde_json_judges_it() {
    for at in 0..SAMPLE.len() {
        let mut text = SAMPLE.as_bytes().to_vec();
        let byte = text.remove(at);
        agree_on(&text);
        text.insert(at, byte);
        text.insert(at, byte);
        agree_on(&text);
    }
}

#[test]
fn a_schema_makes_no_difference_to_what_is_no_json() {
    // The tag stands last, so that the checker has to look for it in text that nobody has read.
    let text = r#"{"kids":[{"k\u0069nd":"leaf","v":1.0e1},{"v":"\ud83d\ude00","kind":"leaf"}],
        "at":"1990-12-31T23:59:60Z","on":{"a":true,"b":null},"kind" : "node"}"#;
    let schema = br#"{"definitions":{"any":{"discriminator":"kind","mapping":{
        "leaf":{"properties":{"v":{"type":"uint8"}}},
        "node":{"properties":{"kids":{"elements":{"ref":"any"}},"at":{"type":"timestamp"}},
            "optionalProperties":{"on":{"values":{"type":"boolean"}}}}}}},"ref":"any"}"#;
    let schema = Schema::compile(schema).expect("a schema");
    for at in 0..text.len() {
        same_with_schema(&schema, &text.as_bytes()[..at]);
        for byte in 0..=255 {
            let mut damaged = text.as_bytes().to_vec();
            damaged[at] = byte;
            same_with_schema(&schema, &damaged);
        }
    }
    same_with_schema(&schema, text.as_bytes());
}

/// Checking gives the canonical text or the error that canonicalising alone gives.
fn same_with_schema(schema: &Schema, text: &[u8]) {
    for source in [Source::Foreign, Source::Own] {
        let json = Options { source, ..Options::default() };
        let checked = schema.check(text, &CheckOptions { json, ..CheckOptions::default() });
        let plain = json::canonicalize(text, &json);
        // What the own door makes of text that nobody stringified is nobody's business.
        if source == Source::Foreign {
            let shown = String::from_utf8_lossy(text);
            assert_eq!(checked.map(|checked| checked.canonical), plain, "{shown}");
        }
    }
}

#[test]
fn every_kind_of_ill_formed_utf_8_is_refused_at_every_place_in_a_string() {
    let sequences: [&[u8]; 9] = [
        b"\x80",
        b"\xc2",
        b"\xc1\xbf",
        b"\xe0\x9f\xbf",
        b"\xe2\x82",
        b"\xed\xbf\xbf",
        b"\xf0\x8f\xbf\xbf",
        b"\xf4\x90\x80\x80",
        b"\xf5\x80\x80\x80",
    ];
    for sequence in sequences {
        for len in 0..70 {
            let text = [b"[\"", "x".repeat(len).as_bytes(), sequence, b"  \"]"].concat();
            let error = strict(&text).expect_err("not UTF-8");
            assert_eq!((error.kind, error.offset), (JsonErrorKind::Utf8, 2 + len), "{sequence:x?}");
            assert_eq!(error.pointer, "/0");
        }
    }
}

#[test]
fn a_truncated_character_at_the_end_of_the_text_is_truncated_there() {
    for character in ["\u{e9}", "\u{20ac}", "\u{1f600}"] {
        for padding in 0..40 {
            for len in 1..character.len() {
                let padding = "y".repeat(padding);
                let text = [b"\"", padding.as_bytes(), &character.as_bytes()[..len]].concat();
                let error = strict(&text).expect_err("cut off");
                let place = (JsonErrorKind::Truncated, text.len());
                assert_eq!((error.kind, error.offset), place, "{error}");
            }
        }
    }
}

#[test]
fn lone_surrogates_are_refused_at_every_place_in_a_string_by_both_doors() {
    for escape in ["\\ud800", "\\udbff", "\\udc00", "\\udfff"] {
        for len in 0..40 {
            let text = format!("[\"{}{escape} \"]", "z".repeat(len));
            for source in [Source::Own, Source::Foreign] {
                let options = Options { source, ..Options::default() };
                let error = json::canonicalize(text.as_bytes(), &options).expect_err(&text);
                let place = (JsonErrorKind::LoneSurrogate, 2 + len);
                assert_eq!((error.kind, error.offset), place, "{text}");
                assert_eq!(error.pointer, "/0", "{text}");
            }
        }
    }
}
