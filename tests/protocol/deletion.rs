//! What was deleted stays deleted, until someone who knows that it was brings it back.

use keepfast::protocol::{Base, Change, Problem};

use crate::{Client, create, digest, metadata, numbers, put, server_with, tag};

#[test]
fn deleting_is_a_write_with_a_base_and_a_revision() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let stale = client.base();
    client.push(stale, put("2")).unwrap();
    let position = Some(client.position());
    assert_eq!(client.push(stale, Change::Delete), Err(Problem::Conflict { position }));
    assert_eq!(client.push(Base::Absent, Change::Delete), Err(Problem::BaseRequired));
    let base = client.base();
    let accepted = client.push(base, Change::Delete).unwrap();
    assert_eq!(numbers(accepted.position), (3, 1));
    assert!(accepted.position.is_deleted());
}

#[test]
fn a_deleted_document_is_gone_for_readers_and_for_every_writer_that_does_not_know() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let stale = client.base();
    let metadata_base = client.metadata_base();
    client.push(stale, Change::Delete).unwrap();
    let gone = Problem::Gone { position: client.position() };
    assert_eq!(client.read(), Err(gone.clone()));
    let patch = Change::Patch { patch: b"[]".into(), result: digest("1"), schema_version: 1 };
    let renamed = Change::PutMetadata(metadata("Other", None));
    for (base, change) in [
        (stale, put("2")),
        (stale, put("1")),
        (stale, create("1")),
        (Base::Absent, create("1")),
        (Base::Elsewhere, create("1")),
        (stale, patch),
        (metadata_base, renamed),
    ] {
        assert_eq!(client.push(base, change), Err(gone.clone()));
    }
    assert!(client.server.stored(&client.address).unwrap().content.is_none());
}

#[test]
fn deleting_what_is_deleted_succeeds_and_stores_nothing() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let base = client.base();
    client.push(base, Change::Delete).unwrap();
    for base in [base, Base::At(tag(9, "9")), client.base()] {
        let accepted = client.push(base, Change::Delete).unwrap();
        assert!(accepted.is_already && accepted.position.is_deleted());
        assert_eq!(numbers(accepted.position), (2, 1));
    }
    assert_eq!(client.push(Base::Unnamed, Change::Delete), Err(Problem::BaseRequired));
}

#[test]
fn whoever_names_the_deletion_brings_the_document_back_and_no_number_begins_anew() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let base = client.base();
    client.push(base, Change::Delete).unwrap();
    let deletion = client.base();
    assert_eq!(client.push(deletion, put("2")), Err(Problem::Malformed { field: "title".into() }));
    let accepted = client.push(deletion, create("2")).unwrap();
    assert_eq!(numbers(accepted.position), (3, 2));
    assert!(accepted.is_created);
    assert_eq!(client.text(), "2");
    assert!(client.push(deletion, create("2")).unwrap().is_already);
}

#[test]
fn a_deletion_that_the_feed_forgot_stays_and_no_revision_begins_anew() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let base = client.base();
    client.push(base, Change::Delete).unwrap();
    client.server.forget_deletions(crate::plan().workspace());
    let gone = Problem::Gone { position: client.position() };
    assert_eq!(client.push(Base::Absent, create("1")), Err(gone.clone()));
    assert_eq!(client.push(base, put("2")), Err(gone));
    let deletion = client.base();
    assert_eq!(numbers(client.push(deletion, create("2")).unwrap().position), (3, 2));
}
