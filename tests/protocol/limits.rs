//! What equals a limit is accepted; one more is refused with both numbers.

use keepfast::limits::DEPTH_MAX;
use keepfast::protocol::{
    Base, Change, Content, Excess, Limited, Limits, Problem, Rules, Violation,
};
use keepfast::schema::Schema;

use crate::model_server::ModelServer;
use crate::{Client, metadata, put, server_with};

/// A JSON string whose canonical text has so many bytes.
fn text_of(bytes: usize) -> String {
    format!("\"{}\"", "x".repeat(bytes - 2))
}

fn named(title: &str, description: Option<&str>) -> Change {
    Change::PutMetadata(metadata(title, description))
}

#[test]
fn content_of_exactly_the_limit_is_accepted_and_one_byte_more_is_refused() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let most = Limits::default().content_bytes_max as usize;
    assert_eq!(most, 1_572_864);
    let base = client.base();
    let excess = Excess { what: Limited::Content, actual: 1_572_865, limit: 1_572_864 };
    assert_eq!(client.push(base, put(&text_of(most + 1))), Err(Problem::TooLarge(excess)));
    assert!(client.push(base, put(&text_of(most))).is_ok());
}

#[test]
fn a_patch_is_measured_by_its_result() {
    let mut server = server_with(r#"["",""]"#);
    let limits = Limits { content_bytes_max: 20, ..Limits::default() };
    server.allow("sessions", Rules { limits, schema: None });
    let mut client = Client::new(&mut server);
    let base = client.base();
    let patch = |letters: usize| {
        let word = "x".repeat(letters);
        let patch = format!(r#"[{{"op":"replace","path":"/0","value":"{word}"}}]"#);
        let result = crate::digest(&format!(r#"["{word}",""]"#));
        Change::Patch { patch: patch.into(), result, schema_version: 1 }
    };
    let excess = Excess { what: Limited::Content, actual: 21, limit: 20 };
    assert_eq!(client.push(base, patch(14)), Err(Problem::TooLarge(excess)));
    assert!(client.push(base, patch(13)).is_ok());
}

#[test]
fn titles_and_descriptions_count_characters_and_not_bytes() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let base = client.metadata_base();
    let of = |what, actual, limit| Err(Problem::OutOfLimits(Excess { what, actual, limit }));
    assert_eq!(client.push(base, named("", None)), of(Limited::Title, 0, 1));
    assert_eq!(client.push(base, named(&"ö".repeat(51), None)), of(Limited::Title, 51, 50));
    let long = "😀".repeat(251);
    assert_eq!(client.push(base, named("A", Some(&long))), of(Limited::Description, 251, 250));
    let long = "😀".repeat(250);
    assert!(client.push(base, named(&"ö".repeat(50), Some(&long))).is_ok());
}

#[test]
fn a_new_document_keeps_every_limit() {
    let mut server = ModelServer::new("e1");
    let mut client = Client::new(&mut server);
    let new = |title: &str, text: &str| Change::Put {
        content: Content::parse(text.as_bytes()).unwrap(),
        schema_version: 1,
        metadata: Some(metadata(title, None)),
    };
    let excess = Excess { what: Limited::Title, actual: 51, limit: 50 };
    let long = "t".repeat(51);
    assert_eq!(client.push(Base::Absent, new(&long, "1")), Err(Problem::OutOfLimits(excess)));
    let excess = Excess { what: Limited::Content, actual: 1_572_865, limit: 1_572_864 };
    let large = text_of(1_572_865);
    assert_eq!(client.push(Base::Absent, new("T", &large)), Err(Problem::TooLarge(excess)));
    assert!(client.push(Base::Absent, new(&"t".repeat(50), &text_of(1_572_864))).is_ok());
}

#[test]
fn content_may_be_as_deep_in_a_message_as_anywhere_else() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let base = client.base();
    let deepest = format!("{}{}", "[".repeat(DEPTH_MAX), "]".repeat(DEPTH_MAX));
    client.push(base, put(&deepest)).unwrap();
    assert_eq!(client.text(), deepest);
}

#[test]
fn content_that_breaks_the_schema_is_refused_with_what_is_wrong_and_where() {
    let mut server = server_with(r#"{"a":1}"#);
    let schema = br#"{"properties":{"a":{"type":"uint8"}}}"#;
    let schema: &'static Schema = Box::leak(Box::new(Schema::compile(schema).unwrap()));
    let limits = Limits::default();
    server.allow("sessions", Rules { limits, schema: Some((1, schema)) });
    let mut client = Client::new(&mut server);
    let base = client.base();
    let Err(Problem::Invalid { issues }) = client.push(base, put(r#"{"a":"x"}"#)) else {
        panic!("it is not valid")
    };
    let [Violation { instance_path, schema_path, message }] = &issues[..] else {
        panic!("{issues:?}")
    };
    assert_eq!((&**instance_path, &**schema_path), ("/a", "/properties/a/type"));
    assert!(!message.is_empty());
    assert_eq!(client.text(), r#"{"a":1}"#);
    assert!(client.push(base, put(r#"{"a":2}"#)).is_ok());
}

#[test]
fn content_of_a_schema_version_that_the_server_does_not_know_is_not_judged_by_another() {
    let mut server = server_with(r#"{"a":1}"#);
    let schema = br#"{"properties":{"a":{"type":"uint8"}}}"#;
    let schema: &'static Schema = Box::leak(Box::new(Schema::compile(schema).unwrap()));
    server.allow("sessions", Rules { schema: Some((1, schema)), ..Rules::default() });
    let mut client = Client::new(&mut server);
    let base = client.base();
    let content = Content::parse(br#"{"b":{}}"#).unwrap();
    let newer = Change::Put { content, schema_version: 2, metadata: None };
    assert!(client.push(base, newer).is_ok());
}
