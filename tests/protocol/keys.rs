//! A push that arrives twice under its key is applied once and answered twice.

use keepfast::protocol::{Base, Call, Change, KEPT_MS_MIN, Key, Problem, Push, Reply};

use crate::model_server::ModelServer;
use crate::{Client, NOW_MS, create, digest, key, metadata, numbers, put, server_with};

#[test]
fn a_repeated_push_is_answered_as_the_first_time_and_stored_once() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let base = client.base();
    let first = client.push_as(Some(key("k1")), base, put("2")).unwrap();
    let again = client.push_as(Some(key("k1")), base, put("2")).unwrap();
    assert_eq!(first, again);
    assert_eq!(numbers(client.position()), (2, 1));
}

#[test]
fn a_repeated_push_tells_what_became_of_it_even_if_the_document_has_moved_on() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let base = client.base();
    let first = client.push_as(Some(key("k1")), base, put("2")).unwrap();
    let base_of_another = client.base();
    client.push(base_of_another, put("3")).unwrap();
    let again = client.push_as(Some(key("k1")), base, put("2")).unwrap();
    assert_eq!((first.position, first.sequence), (again.position, again.sequence));
    assert_eq!(client.text(), "3");
}

#[test]
fn every_kind_of_push_can_be_repeated() {
    let mut server = ModelServer::new("e1");
    let mut client = Client::new(&mut server);
    client.push(Base::Absent, create(r#"{"a":1}"#)).unwrap();
    let patch = br#"[{"op":"replace","path":"/a","value":2}]"#;
    let patched =
        Change::Patch { patch: patch.into(), result: digest(r#"{"a":2}"#), schema_version: 1 };
    let renamed = Change::PutMetadata(metadata("Other", None));
    for (name, change) in [("p", patched), ("r", renamed), ("d", Change::Delete)] {
        let of_metadata = matches!(change, Change::PutMetadata(_));
        let base = if of_metadata { client.metadata_base() } else { client.base() };
        let stores = client.server.stores;
        let first = client.push_as(Some(key(name)), base, change.clone()).unwrap();
        assert_eq!(client.push_as(Some(key(name)), base, change), Ok(first), "{name}");
        assert_eq!(client.server.stores, stores + 1, "{name}");
    }
    let deletion = client.base();
    let first = client.push_as(Some(key("c")), deletion, create("1")).unwrap();
    let base = client.base();
    client.push(base, Change::Delete).unwrap();
    let again = client.push_as(Some(key("c")), deletion, create("1")).unwrap();
    assert_eq!(first, again);
    assert!(client.position().is_deleted(), "what was deleted since stays deleted");
}

#[test]
fn a_key_is_for_one_request_and_no_other() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let base = client.base();
    client.push_as(Some(key("k1")), base, put("2")).unwrap();
    let other_body = client.push_as(Some(key("k1")), base, put("3"));
    assert_eq!(other_body, Err(Problem::KeyReused));
    let other_base = client.base();
    assert_eq!(client.push_as(Some(key("k1")), other_base, put("2")), Err(Problem::KeyReused));
    let other_method = client.push_as(Some(key("k1")), base, Change::Delete);
    assert_eq!(other_method, Err(Problem::KeyReused));
    client.address = keepfast::protocol::Address::new("acme", "sessions", "other").unwrap();
    assert_eq!(client.push_as(Some(key("k1")), base, put("2")), Err(Problem::KeyReused));
    client.address = crate::plan();
    assert_eq!(client.text(), "2");
}

#[test]
fn a_refused_push_uses_no_key_and_is_judged_anew() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let stale = Base::At(crate::tag(7, "7"));
    assert!(client.push_as(Some(key("k1")), stale, put("2")).is_err());
    let base = client.base();
    assert_eq!(numbers(client.push_as(Some(key("k1")), base, put("2")).unwrap().position), (2, 1));
}

#[test]
fn what_was_there_already_is_kept_under_its_key_too() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let stale = Base::At(crate::tag(7, "7"));
    let first = client.push_as(Some(key("k1")), stale, put("1")).unwrap();
    let base = client.base();
    client.push(base, put("2")).unwrap();
    assert_eq!(client.push_as(Some(key("k1")), stale, put("1")), Ok(first));
}

#[test]
fn a_key_that_was_forgotten_applies_nothing_twice() {
    let mut server = server_with("1");
    let address = crate::plan();
    let base = Client::new(&mut server).base();
    let push = Push { base, change: put("2") };
    let call = Call::Write { address, push, key: Some(key("k1")) };
    let mut at = |ms: u64| Reply::parse(call.expects(), &server.handle(&call.encode(), ms));
    let first = at(NOW_MS).unwrap();
    assert_eq!(at(NOW_MS + KEPT_MS_MIN).unwrap(), first);
    let Reply::Accepted { accepted, .. } = at(NOW_MS + KEPT_MS_MIN + 1).unwrap() else {
        panic!("a push is accepted")
    };
    assert!(accepted.is_already);
    assert_eq!(numbers(accepted.position), (2, 1));
}

#[test]
fn a_key_is_short_printable_and_without_quotes() {
    assert!(Key::parse("0f8fad5b-d9cb-469f-a165-70867728950e").is_some());
    assert!(Key::parse(&"k".repeat(64)).is_some());
    for text in ["", " ", "a b", "ä", "a\"b", "a\\b", &"k".repeat(65)] {
        assert_eq!(Key::parse(text), None, "{text:?}");
    }
}
