//! The eight forms of RFC 8927 by examples: which instances fit, and which error indicators the
//! others get. Instances come through both doors; the answers must not differ.

use keepfast::json::{self, Options, Source};
use keepfast::schema::{CheckOptions, Checked, Schema};

fn check_through(source: Source, schema: &Schema, text: &[u8], issues_max: usize) -> Checked {
    let options = Options { source, ..Options::default() };
    let options = CheckOptions { json: options, issues_max };
    schema.check(text, &options).expect("valid JSON")
}

/// Indicators as `instance path -> schema path`, sorted.
fn indicators(schema: &str, instance: &str) -> Vec<String> {
    let compiled = Schema::compile(schema.as_bytes()).expect(schema);
    let canonical = json::canonicalize(instance.as_bytes(), &Options::default()).expect(instance);
    let doors = [(Source::Foreign, instance.as_bytes()), (Source::Own, canonical.as_slice())];
    let [foreign, own] = doors.map(|(source, text)| {
        let checked = check_through(source, &compiled, text, usize::MAX);
        assert_eq!(checked.canonical, canonical, "{instance}");
        let issues = checked.issues.iter();
        let lines = issues.map(|issue| format!("{} -> {}", issue.instance_path, issue.schema_path));
        let mut lines: Vec<String> = lines.collect();
        lines.sort();
        lines
    });
    assert_eq!(foreign, own, "{instance}");
    foreign
}

#[track_caller]
fn expect(schema: &str, instance: &str, expected: &[&str]) {
    assert_eq!(indicators(schema, instance), expected, "{schema} {instance}");
}

#[track_caller]
fn fits(schema: &str, instances: &[&str]) {
    for instance in instances {
        expect(schema, instance, &[]);
    }
}

#[track_caller]
fn refused_at(schema: &str, place: &str, instances: &[&str]) {
    for instance in instances {
        expect(schema, instance, &[place]);
    }
}

#[test]
fn the_empty_form_takes_everything() {
    fits("{}", &["null", "true", "1.5", "\"\"", "[1,{}]", "{\"a\":[]}"]);
    fits(r#"{"nullable":false,"metadata":{"x":[null]}}"#, &["null", "0"]);
}

#[test]
fn the_type_form_takes_its_json_type() {
    fits(r#"{"type":"boolean"}"#, &["true", "false"]);
    refused_at(r#"{"type":"boolean"}"#, " -> /type", &["null", "0", "\"true\"", "[]", "{}"]);
    fits(r#"{"type":"string"}"#, &["\"\"", "\"\\u0000\""]);
    refused_at(r#"{"type":"string"}"#, " -> /type", &["null", "0", "[\"\"]", "{\"a\":\"\"}"]);
    for float in [r#"{"type":"float32"}"#, r#"{"type":"float64"}"#] {
        fits(float, &["0", "-0", "1.5", "1e300", "-4e-200", "18446744073709551616"]);
        refused_at(float, " -> /type", &["null", "\"1\"", "[1]", "true"]);
    }
}

#[test]
fn an_integer_type_takes_whole_numbers_of_its_range_in_any_spelling() {
    let types = [
        ("int8", "-128", "127", "-129", "128"),
        ("uint8", "0", "255", "-1", "256"),
        ("int16", "-32768", "32767", "-32769", "32768"),
        ("uint16", "0", "65535", "-1", "65536"),
        ("int32", "-2147483648", "2147483647", "-2147483649", "2147483648"),
        ("uint32", "0", "4294967295", "-1", "4294967296"),
    ];
    for (name, min, max, below, above) in types {
        let schema = format!(r#"{{"type":"{name}"}}"#);
        let fractions = [format!("{min}.0"), format!("{max}.000"), format!("{max}e0")];
        fits(&schema, &[min, max, "0", "-0", "1e1", "1.0", "10e-1", "1.5e1", "0.0e9", "100E0"]);
        fits(&schema, &fractions.each_ref().map(String::as_str));
        refused_at(&schema, " -> /type", &[below, above, "0.5", "1e-1", "1e100", "null", "\"1\""]);
        let beyond = [format!("{max}.5"), format!("{above}.0"), format!("{above}e0")];
        refused_at(&schema, " -> /type", &beyond.each_ref().map(String::as_str));
    }
}

#[test]
fn a_timestamp_is_a_date_time_of_rfc_3339() {
    let schema = r#"{"type":"timestamp"}"#;
    let valid = [
        "1985-04-12T23:20:50.52Z",
        "1996-12-19T16:39:57-08:00",
        "1990-12-31T23:59:60Z",
        "1990-12-31T15:59:60-08:00",
        "1937-01-01T12:00:27.87+00:20",
        "2000-02-29T00:00:00Z",
        "0000-01-01T00:00:00-00:00",
        "1985-04-12t23:20:50z",
        "9999-12-31T23:59:59.999999999999999999999+23:59",
    ];
    for text in valid {
        expect(schema, &format!("\"{text}\""), &[]);
    }
    let invalid = [
        "",
        "1985-04-12",
        "1985-04-12 23:20:50Z",
        "1985-04-12T23:20:50",
        "1985-04-12T23:20Z",
        "1985-4-12T23:20:50Z",
        "1985-04-31T23:20:50Z",
        "1900-02-29T23:20:50Z",
        "1985-00-12T23:20:50Z",
        "1985-04-12T24:00:00Z",
        "1985-04-12T23:60:50Z",
        "1985-04-12T23:20:61Z",
        "1985-04-12T23:20:60Z",
        "1985-04-12T23:20:50.Z",
        "1985-04-12T23:20:50+24:00",
        "1985-04-12T23:20:50+01:60",
        "1985-04-12T23:20:50+01",
        "1985-04-12T23:20:50+0100",
        "1985-04-12T23:20:50\u{2212}01:00",
        "1985-04-12T23:20:5\u{9ea}Z",
        "1985-04-12T23:20:50Z\\n",
        " 1985-04-12T23:20:50Z",
    ];
    for text in invalid {
        expect(schema, &format!("\"{text}\""), &[" -> /type"]);
    }
    refused_at(schema, " -> /type", &["null", "19850412", "[\"1985-04-12T23:20:50Z\"]"]);
}

#[test]
fn a_timestamp_may_be_spelled_with_escapes() {
    let text = r#""\u0031985-04-12\u005423:20:50\u005a""#;
    expect(r#"{"type":"timestamp"}"#, text, &[]);
}

#[test]
fn the_enum_form_takes_one_of_its_strings() {
    let schema = r#"{"enum":["a","","\u20ac","b\/c"]}"#;
    fits(schema, &["\"a\"", "\"\"", "\"\u{20ac}\"", "\"\\u20aC\"", "\"b/c\"", "\"\\u0061\""]);
    refused_at(schema, " -> /enum", &["\"A\"", "\"ab\"", "null", "0", "[\"a\"]", "\"\\u0062\""]);
}

#[test]
fn the_elements_form_checks_every_element() {
    let schema = r#"{"elements":{"type":"uint8"}}"#;
    fits(schema, &["[]", "[0]", "[1, 2.0, 255]"]);
    refused_at(schema, " -> /elements", &["null", "{}", "\"\"", "1"]);
    let places = ["/1 -> /elements/type", "/3 -> /elements/type"];
    expect(schema, r#"[1,"2",3,[4]]"#, &places);
    let nested = r#"{"elements":{"elements":{"type":"boolean"}}}"#;
    let places = ["/0/1 -> /elements/elements/type", "/2 -> /elements/elements"];
    expect(nested, "[[true,0],[],{}]", &places);
}

#[test]
fn the_properties_form_wants_its_members_and_no_others() {
    let schema = r#"{"properties":{"a":{"type":"string"},"b":{}},
        "optionalProperties":{"c":{"type":"boolean"}}}"#;
    fits(schema, &[r#"{"a":"","b":null}"#, r#"{"c":true,"b":1,"a":"x"}"#]);
    expect(schema, "{}", &[" -> /properties/a", " -> /properties/b"]);
    expect(schema, r#"{"b":0,"a":0}"#, &["/a -> /properties/a/type"]);
    expect(schema, r#"{"a":"","b":0,"c":0}"#, &["/c -> /optionalProperties/c/type"]);
    expect(schema, r#"{"a":"","b":0,"d":0,"":1}"#, &["/ -> ", "/d -> "]);
    refused_at(schema, " -> /properties", &["null", "[]", "\"a\"", "0"]);
    let optional = r#"{"optionalProperties":{"a":{}}}"#;
    fits(optional, &["{}", r#"{"a":0}"#]);
    refused_at(optional, " -> /optionalProperties", &["null", "[]"]);
    expect(optional, r#"{"b":0}"#, &["/b -> "]);
}

#[test]
fn additional_properties_are_allowed_only_when_that_is_said() {
    let open = r#"{"properties":{"a":{"type":"string"}},"additionalProperties":true}"#;
    fits(open, &[r#"{"a":"","b":[{"c":1}],"a b":0}"#]);
    expect(open, r#"{"b":{"a":0}}"#, &[" -> /properties/a"]);
    let closed = r#"{"properties":{},"additionalProperties":false}"#;
    expect(closed, r#"{"b":{"c":0}}"#, &["/b -> "]);
    // The permission is for this object alone.
    let inner = r#"{"properties":{"a":{"properties":{}}},"additionalProperties":true}"#;
    expect(inner, r#"{"a":{"b":0},"c":0}"#, &["/a/b -> /properties/a"]);
}

#[test]
fn the_values_form_checks_every_member() {
    let schema = r#"{"values":{"type":"float32"}}"#;
    fits(schema, &["{}", r#"{"":1,"a":2.5}"#]);
    refused_at(schema, " -> /values", &["null", "[]", "1"]);
    expect(
        schema,
        r#"{"x":"","y":1,"a~/":null}"#,
        &["/a~0~1 -> /values/type", "/x -> /values/type"],
    );
}

#[test]
fn the_discriminator_form_chooses_by_the_tag_wherever_it_stands() {
    let schema = r#"{"discriminator":"t","mapping":{
        "a":{"properties":{"n":{"type":"uint8"}}},
        "b":{"optionalProperties":{"s":{"type":"string"}},"additionalProperties":true},
        "":{"properties":{}}}}"#;
    fits(
        schema,
        &[
            r#"{"t":"a","n":1}"#,
            r#"{"n":1,"t":"a"}"#,
            r#"{"x":0,"t":"b","s":""}"#,
            r#"{"t":""}"#,
            r#"{"n":1,"\u0074":"\u0061"}"#,
        ],
    );
    refused_at(schema, " -> /discriminator", &["null", "[]", "\"a\"", "{}", r#"{"n":1}"#]);
    expect(schema, r#"{"n":1,"t":1}"#, &["/t -> /discriminator"]);
    expect(schema, r#"{"n":1,"t":null}"#, &["/t -> /discriminator"]);
    expect(schema, r#"{"n":1,"t":"c"}"#, &["/t -> /mapping"]);
    let places = ["/m -> /mapping/a", "/n -> /mapping/a/properties/n/type"];
    expect(schema, r#"{"n":"","m":0,"t":"a"}"#, &places);
    expect(schema, r#"{"t":"a"}"#, &[" -> /mapping/a/properties/n"]);
    expect(schema, r#"{"s":0,"t":"b"}"#, &["/s -> /mapping/b/optionalProperties/s/type"]);
}

#[test]
fn a_reference_starts_a_schema_path_of_its_own() {
    let schema = r#"{"definitions":{"n/1":{"type":"uint8"},"list":{"elements":{"ref":"n/1"}}},
        "properties":{"a":{"ref":"list"},"b":{"ref":"n/1","nullable":true}}}"#;
    fits(schema, &[r#"{"a":[1,2],"b":null}"#]);
    let places = ["/a/1 -> /definitions/n~11/type", "/b -> /definitions/n~11/type"];
    expect(schema, r#"{"a":[1,-1],"b":""}"#, &places);
    expect(schema, r#"{"a":null,"b":1}"#, &["/a -> /definitions/list/elements"]);
}

#[test]
fn a_recursive_definition_follows_the_instance() {
    let schema = r#"{"definitions":{"tree":{"properties":{"v":{"type":"int32"}},
        "optionalProperties":{"l":{"ref":"tree"},"r":{"ref":"tree"}}}},"ref":"tree"}"#;
    fits(schema, &[r#"{"v":1,"l":{"v":2,"r":{"v":3}}}"#]);
    let deep = ["{\"v\":0,\"l\":".repeat(120), "7".to_owned(), "}".repeat(120)].concat();
    let place = format!("{} -> /definitions/tree/properties", "/l".repeat(120));
    expect(schema, &deep, &[&place]);
}

#[test]
fn any_form_may_be_null_when_it_says_so() {
    let forms = [
        r#""type":"uint8""#,
        r#""enum":["a"]"#,
        r#""elements":{}"#,
        r#""properties":{"a":{}}"#,
        r#""values":{}"#,
        r#""discriminator":"t","mapping":{"a":{"properties":{}}}"#,
        r#""definitions":{"d":{"type":"string"}},"ref":"d""#,
    ];
    for form in forms {
        fits(&format!(r#"{{{form},"nullable":true}}"#), &["null"]);
        let refused = |nullable| indicators(&format!("{{{form}{nullable}}}"), "null");
        assert_eq!(refused("").len(), 1, "{form}");
        assert_eq!(refused(r#","nullable":false"#), refused(""), "{form}");
    }
}

#[test]
fn no_more_issues_are_reported_than_were_asked_for() {
    let schema = Schema::compile(br#"{"elements":{"type":"string"}}"#).expect("a schema");
    let text = format!("[{}0]", "1,".repeat(999));
    for (issues_max, expected) in [(0, 0), (1, 1), (7, 7), (1000, 1000), (usize::MAX, 1000)] {
        for source in [Source::Foreign, Source::Own] {
            let checked = check_through(source, &schema, text.as_bytes(), issues_max);
            assert_eq!(checked.issues.len(), expected, "{issues_max}");
            assert_eq!(checked.canonical, text.as_bytes());
            let places = checked.issues.iter().map(|issue| issue.instance_path.clone());
            assert!(places.eq((0..expected).map(|index| format!("/{index}"))), "in text order");
        }
    }
}

#[test]
fn a_member_that_a_later_one_replaces_is_not_checked() {
    let schema = r#"{"properties":{"a":{"type":"uint8"}},"optionalProperties":{"b":{}}}"#;
    let schema = Schema::compile(schema.as_bytes()).expect("a schema");
    let json = Options { duplicates: json::Duplicates::LastWins, ..Options::default() };
    let options = CheckOptions { json, ..CheckOptions::default() };
    let check = |text: &str| schema.check(text.as_bytes(), &options).expect(text);
    let checked = check(r#"{"a":"x","b":1,"\u0061":2}"#);
    assert_eq!((checked.issues.len(), checked.canonical), (0, br#"{"a":2,"b":1}"#.to_vec()));
    let checked = check(r#"{"a":2,"a":"x"}"#);
    assert_eq!(checked.issues.len(), 1);
    assert_eq!(checked.issues[0].instance_path, "/a");
}

#[test]
fn text_that_is_no_json_is_an_error_and_not_an_issue() {
    let schema = Schema::compile(br#"{"properties":{"a":{"type":"uint8"}}}"#).expect("a schema");
    for (text, pointer) in [(r#"{"a":"x","b":tru}"#, "/b"), (r#"{"a":1e999}"#, "/a")] {
        let error = schema.check(text.as_bytes(), &CheckOptions::default()).expect_err(text);
        assert_eq!(error.pointer, pointer, "{text}");
        let plain = json::canonicalize(text.as_bytes(), &Options::default()).expect_err(text);
        assert_eq!(error, plain, "{text}");
    }
}

/// Names longer than a block of sixteen bytes were once compared without their closing quote, so
/// that an enum accepted, and a properties form took for its own, whatever began like one of its
/// names. The generated pairs never held such a name beside a longer one; a fuzzer found it.
#[test]
fn a_long_name_is_not_taken_for_one_that_only_begins_like_it() {
    for len in 12..40 {
        let name = "n".repeat(len);
        let longer = format!("{name}n");
        let schema = format!(r#"{{"enum":["{name}"]}}"#);
        expect(&schema, &format!(r#""{name}""#), &[]);
        expect(&schema, &format!(r#""{longer}""#), &[" -> /enum"]);
        let schema = format!(r#"{{"properties":{{"{name}":{{}}}}}}"#);
        expect(&schema, &format!(r#"{{"{name}":0}}"#), &[]);
        let issues = [format!(" -> /properties/{name}"), format!("/{longer} -> ")];
        expect(&schema, &format!(r#"{{"{longer}":0}}"#), &issues.each_ref().map(String::as_str));
    }
}
