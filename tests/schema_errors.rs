//! Schemas that RFC 8927 does not allow are refused with the place of the mistake; large, deep and
//! circular ones end in an answer.

use keepfast::json::Options;
use keepfast::schema::{CheckOptions, Schema};

#[track_caller]
fn refused(schema: &str, pointer: &str) {
    let error = Schema::compile(schema.as_bytes()).expect_err(schema);
    assert_eq!(error.pointer, pointer, "{error}: {schema}");
}

fn issues(schema: &Schema, text: &str) -> usize {
    let options = CheckOptions { issues_max: usize::MAX, ..CheckOptions::default() };
    schema.check(text.as_bytes(), &options).expect(text).issues.len()
}

#[test]
fn a_schema_is_an_object() {
    for schema in ["null", "true", "1", "\"string\"", "[]"] {
        refused(schema, "");
    }
    refused(r#"{"elements":[]}"#, "/elements");
    refused(r#"{"properties":{"a":null}}"#, "/properties/a");
}

#[test]
fn a_schema_that_is_no_json_is_refused_where_it_breaks() {
    refused(r#"{"elements":{"type":}}"#, "/elements/type");
    refused(r#"{"metadata":{"x":1e999}}"#, "/metadata/x");
    refused(r#"{"type":"string","type":"string"}"#, "/type");
    assert!(Schema::compile(b"").is_err());
    assert!(Schema::compile(b"{\"type\":\"str").is_err());
    assert!(Schema::compile(b"{\"type\":\"string\"} x").is_err());
}

#[test]
fn a_keyword_has_the_type_that_the_specification_gives_it() {
    refused(r#"{"type":1}"#, "/type");
    refused(r#"{"type":"int64"}"#, "/type");
    refused(r#"{"nullable":"yes"}"#, "/nullable");
    refused(r#"{"nullable":null}"#, "/nullable");
    refused(r#"{"metadata":[]}"#, "/metadata");
    refused(r#"{"definitions":[]}"#, "/definitions");
    refused(r#"{"enum":"a"}"#, "/enum");
    refused(r#"{"enum":["a",1]}"#, "/enum/1");
    refused(r#"{"properties":{},"additionalProperties":"no"}"#, "/additionalProperties");
    refused(r#"{"discriminator":1,"mapping":{}}"#, "/discriminator");
    refused(r#"{"discriminator":"t","mapping":[]}"#, "/mapping");
    refused(r#"{"ref":1}"#, "/ref");
}

#[test]
fn an_unknown_keyword_is_refused() {
    refused(r#"{"tpye":"string"}"#, "/tpye");
    refused(r#"{"elements":{"":0}}"#, "/elements/");
}

#[test]
fn an_enum_has_values_and_each_of_them_once() {
    refused(r#"{"enum":[]}"#, "/enum");
    refused(r#"{"enum":["a","b","\u0061"]}"#, "/enum/2");
}

#[test]
fn forms_cannot_be_mixed() {
    let mixed = [
        r#"{"type":"string","enum":["a"]}"#,
        r#"{"elements":{},"values":{}}"#,
        r#"{"properties":{},"type":"string"}"#,
        r#"{"discriminator":"t"}"#,
        r#"{"mapping":{}}"#,
        r#"{"additionalProperties":true}"#,
        r#"{"values":{},"additionalProperties":true}"#,
        r#"{"definitions":{"a":{}},"ref":"a","type":"string"}"#,
    ];
    for schema in mixed {
        assert!(Schema::compile(schema.as_bytes()).is_err(), "{schema}");
    }
}

#[test]
fn a_property_is_required_or_optional_but_not_both() {
    refused(
        r#"{"properties":{"b":{},"a":{}},"optionalProperties":{"\u0061":{}}}"#,
        "/optionalProperties/a",
    );
}

#[test]
fn a_mapping_holds_plain_properties_without_the_tag() {
    let mapping = |schema: &str| format!(r#"{{"discriminator":"t","mapping":{{"x":{schema}}}}}"#);
    for schema in [r#"{"type":"string"}"#, "{}", r#"{"values":{}}"#, r#"{"elements":{}}"#] {
        refused(&mapping(schema), "/mapping/x");
    }
    refused(&mapping(r#"{"properties":{},"nullable":true}"#), "/mapping/x");
    refused(&mapping(r#"{"properties":{"t":{}}}"#), "/mapping/x/properties/t");
    refused(&mapping(r#"{"optionalProperties":{"t":{}}}"#), "/mapping/x/optionalProperties/t");
    assert!(Schema::compile(mapping(r#"{"properties":{},"nullable":false}"#).as_bytes()).is_ok());
}

#[test]
fn definitions_stand_at_the_root_and_references_find_them() {
    refused(r#"{"elements":{"definitions":{}}}"#, "/elements/definitions");
    refused(r#"{"ref":"a"}"#, "/ref");
    refused(r#"{"definitions":{"a":{"ref":"b"}}}"#, "/definitions/a/ref");
    refused(r#"{"definitions":{"a":{}},"values":{"ref":"A"}}"#, "/values/ref");
    assert!(Schema::compile(br#"{"definitions":{"a":{}},"ref":"\u0061"}"#).is_ok());
}

#[test]
fn references_in_a_circle_are_refused_and_recursion_through_the_instance_is_not() {
    let circles = [
        r#"{"definitions":{"a":{"ref":"a"}},"ref":"a"}"#,
        r#"{"definitions":{"a":{"ref":"b"},"b":{"ref":"c","nullable":true},"c":{"ref":"a"}}}"#,
    ];
    for schema in circles {
        let error = Schema::compile(schema.as_bytes()).expect_err(schema);
        assert!(error.pointer.starts_with("/definitions/"), "{error}");
    }
    let schema = Schema::compile(
        br#"{"definitions":{"a":{"elements":{"ref":"b"}},"b":{"ref":"a"}},"ref":"b"}"#,
    );
    let schema = schema.expect("each step goes a level down in the instance");
    assert_eq!(issues(&schema, "[[],[[]],[[[]]]]"), 0);
    assert_eq!(issues(&schema, "[[],[[0]],[[[null]]]]"), 2);
}

#[test]
fn ten_thousand_definitions_compile_and_are_found() {
    let definition = |n: usize| match n {
        9_999 => r#""d9999":{"type":"uint8"}"#.to_owned(),
        _ => format!(r#""d{n}":{{"properties":{{"p{n}":{{"ref":"d{}"}}}}}}"#, n + 1),
    };
    let definitions: Vec<String> = (0..10_000).map(definition).collect();
    let schema = format!(r#"{{"definitions":{{{}}},"ref":"d9990"}}"#, definitions.join(","));
    let schema = Schema::compile(schema.as_bytes()).expect("ten thousand definitions");
    let instance = |leaf: &str| {
        let open: String = (9_990..9_999).map(|n| format!(r#"{{"p{n}":"#)).collect();
        open + leaf + &"}".repeat(9)
    };
    assert_eq!(issues(&schema, &instance("7")), 0);
    assert_eq!(issues(&schema, &instance("700")), 1);
}

#[test]
fn a_chain_of_ten_thousand_references_ends_in_an_answer() {
    let definition = |n: usize| match n {
        9_999 => r#""d9999":{"type":"uint8"}"#.to_owned(),
        _ => format!(r#""d{n}":{{"ref":"d{}"}}"#, n + 1),
    };
    let definitions: Vec<String> = (0..10_000).map(definition).collect();
    let schema = format!(r#"{{"definitions":{{{}}},"ref":"d0"}}"#, definitions.join(","));
    // A correct schema without a circle: it compiles and means uint8, or is refused as too deep.
    match Schema::compile(schema.as_bytes()) {
        Ok(schema) => assert_eq!((issues(&schema, "7"), issues(&schema, "\"\"")), (0, 1)),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

#[test]
fn a_schema_that_is_too_deep_is_refused() {
    let nested = |depth: usize| {
        ["{\"elements\":".repeat(depth), "{}".to_owned(), "}".repeat(depth)].concat()
    };
    assert!(Schema::compile(nested(100).as_bytes()).is_ok());
    for depth in [200, 1_000, 1_000_000] {
        assert!(Schema::compile(nested(depth).as_bytes()).is_err(), "{depth}");
    }
}

#[test]
fn a_member_named_proto_may_be_a_property_a_definition_or_a_tag() {
    let schema = Schema::compile(
        br#"{"definitions":{"__proto__":{"type":"uint8"}},
            "properties":{"__proto__":{"ref":"__proto__"}}}"#,
    );
    let schema = schema.expect("names are names");
    assert_eq!(issues(&schema, r#"{"__proto__":1}"#), 0);
    assert_eq!(issues(&schema, r#"{"__proto__":-1}"#), 1);
    assert_eq!(issues(&schema, r#"{"constructor":1}"#), 2);
}

#[test]
fn every_prefix_of_a_schema_is_refused() {
    let schema = br#"{"definitions":{"a":{"type":"uint8"}},"properties":{"x":{"ref":"a"}}}"#;
    for len in 0..schema.len() {
        assert!(Schema::compile(&schema[..len]).is_err(), "{len}");
    }
    let schema = Schema::compile(schema).expect("the whole is a schema");
    let options = Options { depth_max: 1, ..Options::default() };
    let options = CheckOptions { json: options, ..CheckOptions::default() };
    assert!(schema.check(br#"{"x":[]}"#, &options).is_err(), "too deep for these options");
}
