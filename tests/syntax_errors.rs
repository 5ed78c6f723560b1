//! What RFC 8259 forbids is refused at the first byte that cannot continue a valid text; at the end
//! of the text the offset is its length. The pointer names the value that the byte interrupts or
//! follows; a member's name counts to the member, a place for a value that is not there to the
//! container.

use keepfast::json::JsonErrorKind::{
    Control, DuplicateKey, Escape, LoneSurrogate, NumberRange, Syntax, TooDeep, Truncated, Utf8,
};
use keepfast::json::{self, Duplicates, JsonErrorKind, Options};

type Case = (&'static [u8], JsonErrorKind, usize, &'static str);

#[track_caller]
fn check(cases: &[Case]) {
    let mut wrong = Vec::new();
    for &(text, kind, offset, pointer) in cases {
        let shown = String::from_utf8_lossy(text);
        let error = json::canonicalize(text, &Options::default()).expect_err(&shown);
        let got = (error.kind, error.offset, error.pointer.as_str());
        if got != (kind, offset, pointer) {
            wrong.push(format!("{shown}: {got:?}, expected {:?}", (kind, offset, pointer)));
        }
        // What is no JSON stays refused whatever is asked for.
        let lenient = Options { duplicates: Duplicates::LastWins, ..Options::default() };
        assert_eq!(json::canonicalize(text, &lenient).is_err(), kind != DuplicateKey, "{shown}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_text_without_a_value_is_truncated() {
    check(&[(b"", Truncated, 0, ""), (b" ", Truncated, 1, ""), (b"\n\t\r ", Truncated, 4, "")]);
}

#[test]
fn what_is_no_value_is_refused_at_its_first_byte() {
    check(&[
        (b"*", Syntax, 0, ""),
        (b" undefined", Syntax, 1, ""),
        (b"NaN", Syntax, 0, ""),
        (b"Infinity", Syntax, 0, ""),
        (b"-Infinity", Syntax, 1, ""),
        (b"+1", Syntax, 0, ""),
        (b".5", Syntax, 0, ""),
        (b"'a'", Syntax, 0, ""),
        (b"True", Syntax, 0, ""),
        (b"/* c */ 1", Syntax, 0, ""),
        (b"]", Syntax, 0, ""),
        (b"}", Syntax, 0, ""),
        (b",", Syntax, 0, ""),
        (b":", Syntax, 0, ""),
        (b"\\u0031", Syntax, 0, ""),
        (b"\x00", Syntax, 0, ""),
        (b"\x0c1", Syntax, 0, ""),
        (b"\x0b1", Syntax, 0, ""),
        (b"[\x0c]", Syntax, 1, "/0"),
    ]);
}

#[test]
fn a_broken_literal_is_refused_where_it_breaks() {
    check(&[
        (b"t", Truncated, 1, ""),
        (b"tru", Truncated, 3, ""),
        (b"[nul", Truncated, 4, "/0"),
        (b"[fals]", Syntax, 5, "/0"),
        (b"[nul]", Syntax, 4, "/0"),
        (b"[tRue]", Syntax, 2, "/0"),
        (b"truee", Syntax, 4, ""),
        (b"[truefalse]", Syntax, 5, "/0"),
        (b"{\"a\":nulL}", Syntax, 8, "/a"),
    ]);
}

#[test]
fn a_broken_number_is_refused_where_it_breaks() {
    check(&[
        (b"-", Truncated, 1, ""),
        (b"1.", Truncated, 2, ""),
        (b"1e", Truncated, 2, ""),
        (b"1E+", Truncated, 3, ""),
        (b"[01]", Syntax, 2, "/0"),
        (b"[-01]", Syntax, 3, "/0"),
        (b"[00]", Syntax, 2, "/0"),
        (b"[1.]", Syntax, 3, "/0"),
        (b"[1.e1]", Syntax, 3, "/0"),
        (b"[1e]", Syntax, 3, "/0"),
        (b"[1eE2]", Syntax, 3, "/0"),
        (b"[1e+-2]", Syntax, 4, "/0"),
        (b"[-]", Syntax, 2, "/0"),
        (b"[--1]", Syntax, 2, "/0"),
        (b"[-.5]", Syntax, 2, "/0"),
        (b"[0x1]", Syntax, 2, "/0"),
        (b"[1_000]", Syntax, 2, "/0"),
        (b"[1 000]", Syntax, 3, "/0"),
        (b"[1.2.3]", Syntax, 4, "/0"),
        (b"[1+2]", Syntax, 2, "/0"),
        (b"[1a]", Syntax, 2, "/0"),
        (b"1a", Syntax, 1, ""),
        (b"[0,1e400]", NumberRange, 3, "/1"),
        (b"{\"a\":-1e400}", NumberRange, 5, "/a"),
    ]);
}

#[test]
fn a_broken_string_is_refused_where_it_breaks() {
    check(&[
        (b"\"", Truncated, 1, ""),
        (b"\"abc", Truncated, 4, ""),
        (b"[\"a", Truncated, 3, "/0"),
        (b"\"\\", Truncated, 2, ""),
        (b"\"\\u00", Truncated, 5, ""),
        (b"\"\\\"", Truncated, 3, ""),
        (b"[\"a\nb\"]", Control, 3, "/0"),
        (b"[\"a\tb\"]", Control, 3, "/0"),
        (b"[\"\x00\"]", Control, 2, "/0"),
        (b"[\"\x1f\"]", Control, 2, "/0"),
        (b"[\"\\x41\"]", Escape, 3, "/0"),
        (b"[\"\\'\"]", Escape, 3, "/0"),
        (b"[\"\\U0041\"]", Escape, 3, "/0"),
        (b"[\"\\u00g0\"]", Escape, 6, "/0"),
        (b"[\"\\u\"]", Escape, 4, "/0"),
        (b"[\"\\u004\"]", Escape, 7, "/0"),
        (b"[\"\\ \"]", Escape, 3, "/0"),
        (b"[\"sixteen bytes and more \\x\"]", Escape, 26, "/0"),
    ]);
}

#[test]
fn half_of_a_surrogate_pair_is_refused_where_it_stands() {
    check(&[
        (b"[\"\\ud800\"]", LoneSurrogate, 2, "/0"),
        (b"[\"a\\udfff\"]", LoneSurrogate, 3, "/0"),
        (b"[\"\\ud800\\n\"]", LoneSurrogate, 2, "/0"),
        (b"[\"\\ud800x\"]", LoneSurrogate, 2, "/0"),
        (b"[\"\\uD800\\uD800\\uDC00\"]", LoneSurrogate, 2, "/0"),
        (b"[\"\\udc00\\ud800\"]", LoneSurrogate, 2, "/0"),
        (b"{\"a\":{\"\\udead\":1}}", LoneSurrogate, 7, "/a/\\udead"),
    ]);
}

#[test]
fn bytes_that_are_not_utf_8_are_refused_where_their_sequence_begins() {
    check(&[
        (b"[\"\x80\"]", Utf8, 2, "/0"),
        (b"[\"\xff\"]", Utf8, 2, "/0"),
        (b"[\"\xc0\xaf\"]", Utf8, 2, "/0"),
        (b"[\"\xc3(\"]", Utf8, 2, "/0"),
        (b"[\"\xe0\x80\xaf\"]", Utf8, 2, "/0"),
        (b"[\"\xe2\x82\"]", Utf8, 2, "/0"),
        (b"[\"\xed\xa0\x80\"]", Utf8, 2, "/0"),
        (b"[\"\xf0\x82\x82\xac\"]", Utf8, 2, "/0"),
        (b"[\"\xf4\x90\x80\x80\"]", Utf8, 2, "/0"),
        (b"[\"\xf8\x88\x80\x80\x80\"]", Utf8, 2, "/0"),
        (b"[\"\xe2\x82", Truncated, 4, "/0"),
        (b"[\"\xf0\x9f\x98", Truncated, 5, "/0"),
        (b"{\"\xff\":1}", Utf8, 2, "/\u{fffd}"),
    ]);
}

#[test]
fn marks_and_characters_outside_strings_are_refused() {
    let cases: [(&[u8], usize); 7] = [
        (b"\xef\xbb\xbf{}", 0),
        (b"\xff\xfe{\x00}\x00", 0),
        (b"\xfe\xff\x00{\x00}", 0),
        (b"[\xe2\x81\xa0]", 1),
        (b"[1\xc2\xa0]", 2),
        (b"\xe9", 0),
        (b"1\xff", 1),
    ];
    for (text, offset) in cases {
        let error = json::canonicalize(text, &Options::default()).expect_err("no JSON");
        assert!(matches!(error.kind, Syntax | Utf8), "{error}");
        assert_eq!(error.offset, offset, "{error}");
    }
    check(&[(b"{\x00", Syntax, 1, ""), (b"\x00[\x00]", Syntax, 0, "")]);
}

#[test]
fn a_broken_array_is_refused_where_it_breaks() {
    check(&[
        (b"[", Truncated, 1, ""),
        (b"[1", Truncated, 2, ""),
        (b"[1,", Truncated, 3, ""),
        (b"[[]", Truncated, 3, ""),
        (b"[ ", Truncated, 2, ""),
        (b"[,1]", Syntax, 1, ""),
        (b"[1,]", Syntax, 3, ""),
        (b"[1,,2]", Syntax, 3, ""),
        (b"[1;2]", Syntax, 2, "/0"),
        (b"[1 2]", Syntax, 3, "/0"),
        (b"[1 true]", Syntax, 3, "/0"),
        (b"[\"a\":1]", Syntax, 4, "/0"),
        (b"[1}", Syntax, 2, ""),
        (b"[1]]", Syntax, 3, ""),
        (b"[3[4]]", Syntax, 2, "/0"),
        (b"[]x", Syntax, 2, ""),
    ]);
}

#[test]
fn a_broken_object_is_refused_where_it_breaks() {
    check(&[
        (b"{", Truncated, 1, ""),
        (b"{\"a\"", Truncated, 4, "/a"),
        (b"{\"a\":", Truncated, 5, "/a"),
        (b"{\"a\":1", Truncated, 6, ""),
        (b"{\"a\":1,", Truncated, 7, ""),
        (b"{\"a", Truncated, 3, "/a"),
        (b"{,}", Syntax, 1, ""),
        (b"{a:1}", Syntax, 1, ""),
        (b"{'a':1}", Syntax, 1, ""),
        (b"{1:1}", Syntax, 1, ""),
        (b"{null:1}", Syntax, 1, ""),
        (b"{[]:1}", Syntax, 1, ""),
        (b"{\"a\" 1}", Syntax, 5, "/a"),
        (b"{\"a\",1}", Syntax, 4, "/a"),
        (b"{\"a\"}", Syntax, 4, "/a"),
        (b"{\"a\":}", Syntax, 5, "/a"),
        (b"{\"a\"::1}", Syntax, 5, "/a"),
        (b"{\"a\":1 \"b\":2}", Syntax, 7, "/a"),
        (b"{\"a\":1,}", Syntax, 7, ""),
        (b"{\"a\":1,,\"b\":2}", Syntax, 7, ""),
        (b"{\"a\":1]", Syntax, 6, ""),
        (b"{\"a\":1}}", Syntax, 7, ""),
        (b"{\"a\":1}#", Syntax, 7, ""),
        (b"{\"a\":/**/1}", Syntax, 5, "/a"),
        (b"{\"a\":1 // c\n}", Syntax, 7, "/a"),
        (b"{} {}", Syntax, 3, ""),
        (b"{\"a\":1,\"a\":1}", DuplicateKey, 7, "/a"),
    ]);
}

#[test]
fn the_pointer_leads_to_the_value_that_holds_the_byte() {
    check(&[
        (b"{\"a\":[0,{\"b/c\":[1,2,x]}]}", Syntax, 20, "/a/1/b~1c/2"),
        (b"{\"\":{\"~\":tru}}", Syntax, 12, "//~0"),
        (b"[[],[[],[1,[]", Truncated, 13, "/1/1"),
        (b"{\"\\u0061\":{\"\\/\":+}}", Syntax, 16, "/a/~1"),
        (b"[{\"a\":1},{\"a\":2},{\"a\" 3}]", Syntax, 22, "/2/a"),
    ]);
}

#[test]
fn the_129th_level_is_refused_and_the_128th_is_not() {
    let nested = |depth: usize| ["[".repeat(depth), "]".repeat(depth)].concat().into_bytes();
    assert_eq!(json::canonicalize(&nested(128), &Options::default()), Ok(nested(128)));
    let error = json::canonicalize(&nested(129), &Options::default()).expect_err("too deep");
    assert_eq!((error.kind, error.offset), (TooDeep, 128));
    assert_eq!(error.pointer, "/0".repeat(128));
    let objects = ["{\"a\":".repeat(129), "1".to_owned(), "}".repeat(129)].concat();
    let error = json::canonicalize(objects.as_bytes(), &Options::default()).expect_err("too deep");
    assert_eq!((error.kind, error.offset), (TooDeep, 128 * 5));
}

#[test]
fn the_depth_that_is_asked_for_is_the_depth_that_is_allowed() {
    for depth_max in 0..6 {
        let options = Options { depth_max, ..Options::default() };
        for depth in 0..8 {
            let text = ["[{\"a\":".repeat(depth / 2), "[".repeat(depth % 2), "]".repeat(depth % 2)];
            let inner = if depth % 2 == 0 { "1" } else { "" };
            let text = text.concat() + inner + &"}]".repeat(depth / 2);
            let allowed = json::canonicalize(text.as_bytes(), &options).is_ok();
            assert_eq!(allowed, depth <= depth_max, "{text} at {depth_max}");
        }
    }
}
