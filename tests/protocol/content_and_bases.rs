//! Content is written on the state that its writer knows, and on no other.

use keepfast::protocol::{Base, Change, Problem, Tag};

use crate::model_server::ModelServer;
use crate::{Client, content, create, digest, metadata, numbers, put, server_with, tag};

#[test]
fn a_new_document_begins_at_one() {
    let mut server = ModelServer::new("e1");
    let mut client = Client::new(&mut server);
    let accepted = client.push(Base::Absent, create(r#"{"a":1}"#)).unwrap();
    assert_eq!(numbers(accepted.position), (1, 1));
    assert_eq!(accepted.position.digest, Some(digest(r#"{"a":1}"#)));
    assert!(accepted.is_created && !accepted.is_already);
    assert_eq!(client.text(), r#"{"a":1}"#);
}

#[test]
fn accepted_content_raises_the_revision_by_one_and_leaves_the_metadata_revision() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    for (revision, text) in [(2, "2"), (3, "1"), (4, "[]")] {
        let base = client.base();
        let accepted = client.push(base, put(text)).unwrap();
        assert_eq!(numbers(accepted.position), (revision, 1));
        assert!(!accepted.is_created && !accepted.is_already);
        assert_eq!(client.text(), text);
    }
}

#[test]
fn a_write_without_a_base_is_refused() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let patch = Change::Patch { patch: b"[]".into(), result: digest("1"), schema_version: 1 };
    let renamed = Change::PutMetadata(metadata("Other", None));
    for change in [put("2"), create("2"), patch, Change::Delete, renamed] {
        assert_eq!(client.push(Base::Unnamed, change), Err(Problem::BaseRequired));
    }
    client.address = keepfast::protocol::Address::new("acme", "sessions", "new").unwrap();
    assert_eq!(client.push(Base::Unnamed, create("2")), Err(Problem::BaseRequired));
}

#[test]
fn a_stale_write_is_refused_with_the_state_that_is_there() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let stale = client.base();
    client.push(stale, put("2")).unwrap();
    let position = Some(client.position());
    assert_eq!(client.push(stale, put("3")), Err(Problem::Conflict { position }));
    assert_eq!(client.text(), "2");
}

#[test]
fn number_and_content_must_both_be_right_for_a_base() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let position = Some(client.position());
    for base in [tag(1, "2"), tag(2, "1"), tag(0, "1")] {
        assert_eq!(client.push(Base::At(base), put("3")), Err(Problem::Conflict { position }));
    }
    let metadata_tag = client.position().metadata_tag();
    assert_eq!(client.push(Base::At(metadata_tag), put("3")), Err(Problem::Conflict { position }));
    assert_eq!(client.push(Base::Elsewhere, put("3")), Err(Problem::Conflict { position }));
}

#[test]
fn a_document_that_exists_is_not_created_again() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let position = Some(client.position());
    assert_eq!(client.push(Base::Absent, create("2")), Err(Problem::Conflict { position }));
    assert_eq!(client.text(), "1");
}

#[test]
fn on_a_document_that_never_was_no_state_is_a_base() {
    let mut client_of = ModelServer::new("e1");
    let mut client = Client::new(&mut client_of);
    let none = Problem::Conflict { position: None };
    assert_eq!(client.push(Base::At(tag(1, "1")), put("2")), Err(none.clone()));
    let patch = Change::Patch { patch: b"[]".into(), result: digest("1"), schema_version: 1 };
    assert_eq!(client.push(Base::At(tag(1, "1")), patch), Err(none.clone()));
    let renamed = Change::PutMetadata(metadata("Other", None));
    assert_eq!(client.push(Base::At(tag(1, "1")), renamed), Err(none));
    assert_eq!(client.push(Base::At(tag(1, "1")), Change::Delete), Err(Problem::NotFound));
}

#[test]
fn content_that_is_there_already_succeeds_on_any_base_and_stores_nothing() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let stale = client.base();
    client.push(stale, put("2")).unwrap();
    let stores = client.server.stores;
    let elsewhere = Base::At(Tag::parse("\"9-0123456789abcdef\"").unwrap());
    for base in [stale, client.base(), elsewhere, Base::Elsewhere, Base::Absent] {
        let accepted = client.push(base, put("2")).unwrap();
        assert!(accepted.is_already);
        assert_eq!(accepted.position, client.position());
        assert_eq!(numbers(accepted.position), (2, 1));
    }
    assert_eq!(client.server.stores, stores);
}

#[test]
fn creating_the_same_document_twice_gives_one_document() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let accepted = client.push(Base::Absent, create("1")).unwrap();
    assert!(accepted.is_already);
    assert_eq!(numbers(accepted.position), (1, 1));
}

#[test]
fn the_same_content_under_another_title_is_another_document_and_no_title_is_dropped() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let named = Some(metadata("Another", None));
    let change = Change::Put { content: content("1"), schema_version: 1, metadata: named };
    let position = Some(client.position());
    assert_eq!(client.push(Base::Absent, change), Err(Problem::Conflict { position }));
}

#[test]
fn content_does_not_bring_a_title_along_for_a_document_that_is_there() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let base = client.base();
    assert_eq!(client.push(base, create("2")), Err(Problem::Malformed { field: "title".into() }));
    assert_eq!(client.text(), "1");
}

#[test]
fn a_new_document_needs_a_title() {
    let mut server = ModelServer::new("e1");
    let mut client = Client::new(&mut server);
    assert_eq!(
        client.push(Base::Absent, put("1")),
        Err(Problem::Malformed { field: "title".into() })
    );
    assert!(client.server.stored(&client.address).is_none());
}

#[test]
fn content_of_an_older_schema_never_replaces_content_of_a_newer_one() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let of_version = |text, schema_version| Change::Put {
        content: content(text),
        schema_version,
        metadata: None,
    };
    let base = client.base();
    client.push(base, of_version("2", 3)).unwrap();
    let base = client.base();
    let older = Problem::SchemaOlder { current: 3 };
    assert_eq!(client.push(base, of_version("4", 2)), Err(older.clone()));
    let patch = br#"[{"op":"replace","path":"","value":4}]"#;
    let patch = Change::Patch { patch: patch.into(), result: digest("4"), schema_version: 2 };
    assert_eq!(client.push(base, patch), Err(older));
    assert!(client.push(base, of_version("2", 2)).unwrap().is_already);
    assert_eq!(numbers(client.push(base, of_version("4", 3)).unwrap().position), (3, 1));
}

#[test]
fn the_same_content_of_a_newer_schema_is_stored_as_such() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let migrated = Change::Put { content: content("1"), schema_version: 2, metadata: None };
    let stale = Base::At(tag(7, "1"));
    let position = Some(client.position());
    assert_eq!(client.push(stale, migrated.clone()), Err(Problem::Conflict { position }));
    let base = client.base();
    let accepted = client.push(base, migrated).unwrap();
    assert_eq!(numbers(accepted.position), (2, 1));
    assert_eq!(client.read().unwrap().standing.schema_version, 2);
}
