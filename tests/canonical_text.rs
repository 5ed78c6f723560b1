//! The canonical form of RFC 8785, by examples: order of members, spelling of numbers and strings,
//! and the digests in both profiles.

use keepfast::json::{self, Duplicates, JsonErrorKind, Options, Source};

fn canonical(text: &str) -> String {
    let bytes = json::canonicalize(text.as_bytes(), &Options::default()).expect(text);
    String::from_utf8(bytes).expect("canonical text is UTF-8")
}

fn refused(text: &str, options: &Options) -> (JsonErrorKind, usize, String) {
    let error = json::canonicalize(text.as_bytes(), options).expect_err(text);
    (error.kind, error.offset, error.pointer)
}

#[test]
fn members_are_sorted_by_utf_16_code_units() {
    let text = r#"{"\u20ac":"Euro","\r":"CR","\ufb33":"He","1":"One","\ud83d\ude00":"Emoji",
        "\u0080":"Ctl","\u00f6":"o"}"#;
    let sorted = "{\"\\r\":\"CR\",\"1\":\"One\",\"\u{80}\":\"Ctl\",\"\u{f6}\":\"o\",\
        \"\u{20ac}\":\"Euro\",\"\u{1f600}\":\"Emoji\",\"\u{fb33}\":\"He\"}";
    assert_eq!(canonical(text), sorted);
}

#[test]
fn a_name_comes_before_the_names_that_it_begins() {
    let text = r#"{"ab":1,"a":2,"":3,"a\u0000":4,"abcdefghijklmnopqr":5,"abcdefghijklmnopq":6}"#;
    let sorted = "{\"\":3,\"a\":2,\"a\\u0000\":4,\"ab\":1,\
        \"abcdefghijklmnopq\":6,\"abcdefghijklmnopqr\":5}";
    assert_eq!(canonical(text), sorted);
}

#[test]
fn names_are_sorted_as_they_read_and_not_as_they_are_escaped() {
    let text = r#"{"\u0062":1,"a":2,"\"":3,"\\":4,"\/":5,"\u007a":6,"Z":7}"#;
    assert_eq!(canonical(text), r#"{"\"":3,"/":5,"Z":7,"\\":4,"a":2,"b":1,"z":6}"#);
}

#[test]
fn numbers_are_spelled_as_ecmascript_prints_them() {
    let pairs = [
        ("333333333.33333329", "333333333.3333333"),
        ("1E30", "1e+30"),
        ("4.50", "4.5"),
        ("2e-3", "0.002"),
        ("0.000000000000000000000000001", "1e-27"),
        ("-0", "0"),
        ("-0.0e9", "0"),
        ("9007199254740993", "9007199254740992"),
        ("9.999999999999997e22", "9.999999999999997e+22"),
        ("1e23", "1e+23"),
        ("999999999999999900000", "999999999999999900000"),
        ("999999999999999999999", "1e+21"),
        ("0.0000009999999999999997", "9.999999999999997e-7"),
        ("1.7976931348623157e308", "1.7976931348623157e+308"),
        ("1.7976931348623158e308", "1.7976931348623157e+308"),
        ("4.9406564584124654e-324", "5e-324"),
        ("2e-324", "0"),
        ("424000000000000000000000e-21", "424"),
    ];
    for (text, expected) in pairs {
        assert_eq!(canonical(text), expected, "{text}");
    }
}

#[test]
fn strings_are_spelled_with_the_fewest_escapes() {
    let text = r#""\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/\u007f\ud834\udd1e""#;
    let expected = "\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\u{7f}\u{1d11e}\"";
    assert_eq!(canonical(text), expected);
}

#[test]
fn the_digests_of_both_profiles_are_those_of_the_published_vectors() {
    let euro = r#"{"\u20ac":"Euro","\r":"CR","\ufb33":"He","1":"One","\ud83d\ude00":"Emoji",
        "\u0080":"Ctl","\u00f6":"o"}"#;
    let vectors = [
        (
            "{}",
            "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
            "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
        ),
        (
            r#"{"v":0}"#,
            "ec4f95abcb4e2e3dbe856c3eb2f81995eacb3823d40aa2e78ed4c5e1798f664d",
            "a0f8e282925bec19632c1aae2ef3931a4c2266abb08f22b6313f64c4d677a007",
        ),
        (
            r#"{"b":[3,1,2],"a":{"d":true,"c":null}}"#,
            "57b91a7893cc7aadb75cd66468a73b876c07e3f36488a1f0fc86e0da0b493e8f",
            "a20924df2019ea5ed8943769937680e2447a59969a4d62a732dc70c6734747af",
        ),
        (
            r#"{"10":1,"9":2,"a":3}"#,
            "d6e62753b8541dd53e8db28349f1b082a93958576574f1b34b4fd86fbbd78916",
            "c4480679afb0967a11e19aaa4ec44a8ea1117cfe8d09d7f0420c3c3119de8984",
        ),
        (
            euro,
            "e3ceb9cbc429193fa81960cd0fdc7b3f7c58b84301e76ec15467e42dcfdb575d",
            "3bace2814460dce8979982f0adef17e5195a0bc912c215fe8630eb3c4fc5c742",
        ),
        (
            r#"{"n":[333333333.33333329,1e30,4.5,0.002,1e-27,-0]}"#,
            "cee39e7da59b14ee64161781bf2f9a1ef4684fd6a30ab294dbea57c51f041c1c",
            "7a2081c701f55b777699a47a029804235bc9888a2fac38457865d432988481e2",
        ),
    ];
    for (text, rfc_8785, webviz_pretty_2) in vectors {
        let canonical = canonical(text);
        let pretty = json::pretty_text(canonical.as_bytes());
        assert_eq!(json::digest_hex(canonical.as_bytes()), rfc_8785, "{text}");
        assert_eq!(json::digest_hex(&pretty), webviz_pretty_2, "{text}");
    }
}

#[test]
fn digests_are_sha_256() {
    let million = vec![b'a'; 1_000_000];
    let vectors: [(&[u8], &str); 4] = [
        (b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        ),
        (&million, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ];
    for (bytes, hex) in vectors {
        assert_eq!(json::digest_hex(bytes), hex);
        let spelled: String =
            json::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(spelled, hex);
    }
}

#[test]
fn repeated_names_are_refused_with_the_pointer_of_the_second() {
    let text = r#"{"x":{"a":1,"b":2,"\u0061":3}}"#;
    let (kind, offset, pointer) = refused(text, &Options::default());
    assert_eq!((kind, offset, pointer.as_str()), (JsonErrorKind::DuplicateKey, 18, "/x/a"));
}

#[test]
fn the_last_of_repeated_members_counts_when_that_is_asked_for() {
    let options = Options { duplicates: Duplicates::LastWins, ..Options::default() };
    let pairs = [
        (r#"{"a":1,"a":2}"#, r#"{"a":2}"#),
        (r#"{"a":1,"b":0,"\u0061":{"c":1,"c":[]},"B":0}"#, r#"{"B":0,"a":{"c":[]},"b":0}"#),
        (r#"{"a":1,"a":2,"a":3,"a":4,"":5,"":6}"#, r#"{"":6,"a":4}"#),
        (r#"[{"a":{"b":1,"b":2},"a":{"b":3,"b":4}}]"#, r#"[{"a":{"b":4}}]"#),
    ];
    for (text, expected) in pairs {
        let bytes = json::canonicalize(text.as_bytes(), &options).expect(text);
        assert_eq!(String::from_utf8(bytes).expect("UTF-8"), expected, "{text}");
    }
}

#[test]
fn integers_beyond_the_safe_range_are_refused_when_exactness_is_asked_for() {
    let options = Options { exact_integers: true, ..Options::default() };
    for text in ["9007199254740991", "-9007199254740991", "0.5", "0", "-0"] {
        json::canonicalize(text.as_bytes(), &options).expect(text);
    }
    for number in ["9007199254740992", "-9007199254740992", "18446744073709551616"] {
        let text = format!(r#"{{"a":[0,{number}]}}"#);
        let (kind, offset, pointer) = refused(&text, &options);
        assert_eq!((kind, offset), (JsonErrorKind::InexactInteger, 8), "{text}");
        assert_eq!(pointer, "/a/1", "{text}");
    }
}

#[test]
fn numbers_beyond_the_doubles_are_refused_with_their_place() {
    let nines = "9".repeat(400);
    for number in ["1e400", "-1e400", "1.7976931348623159e308", nines.as_str(), "0.1e999999999999"]
    {
        let text = format!(r#"{{"a~/b": [ true, {number} ]}}"#);
        let (kind, offset, pointer) = refused(&text, &Options::default());
        assert_eq!((kind, offset), (JsonErrorKind::NumberRange, 17), "{text}");
        assert_eq!(pointer, "/a~0~1b/1", "{text}");
    }
}

#[test]
fn a_member_named_proto_is_a_member_like_others() {
    let text = r#"{"b":1,"__proto__":{"__proto__":[],"a":0},"a":{"constructor":null}}"#;
    let expected = r#"{"__proto__":{"__proto__":[],"a":0},"a":{"constructor":null},"b":1}"#;
    assert_eq!(canonical(text), expected);
    let (kind, _, pointer) = refused(r#"{"__proto__":1,"__proto__":1}"#, &Options::default());
    assert_eq!((kind, pointer.as_str()), (JsonErrorKind::DuplicateKey, "/__proto__"));
}

#[test]
fn the_own_door_sorts_what_json_stringify_wrote() {
    let text = "{\"9\":[],\"10\":{},\"b\":\"\\u001f\\\"\u{e9}\",\"a\":[{\"d\":1e+30,\"c\":-0.5}]}";
    let options = Options { source: Source::Own, ..Options::default() };
    let bytes = json::canonicalize(text.as_bytes(), &options).expect(text);
    let expected =
        "{\"10\":{},\"9\":[],\"a\":[{\"c\":-0.5,\"d\":1e+30}],\"b\":\"\\u001f\\\"\u{e9}\"}";
    assert_eq!(String::from_utf8(bytes).expect("UTF-8"), expected);
    assert_eq!(canonical(text), expected);
}
