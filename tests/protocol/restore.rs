//! A server that was restored from a backup gives numbers a second time, and is known by that.

use keepfast::protocol::{Base, Change, Problem};

use crate::{Client, create, key, metadata, numbers, page, put, server_with};

#[test]
fn a_base_from_before_the_restore_matches_no_other_content_of_the_same_number() {
    let mut server = server_with("1");
    let backup = server.backup();
    let mut client = Client::new(&mut server);
    let base = client.base();
    client.push(base, put("2")).unwrap();
    let lost = client.base();
    server.restore(&backup, "e2");
    let mut client = Client::new(&mut server);
    let conflict = Problem::Conflict { position: Some(client.position()) };
    assert_eq!(client.push(lost, put("3")), Err(conflict));
    assert_eq!(numbers(client.push(base, put("[]")).unwrap().position), (2, 1));
    let conflict = Problem::Conflict { position: Some(client.position()) };
    assert_eq!(client.push(lost, put("3")), Err(conflict.clone()));
    assert_eq!(client.push(lost, Change::Delete), Err(conflict));
    assert_eq!(client.text(), "[]");
}

#[test]
fn a_base_from_before_the_restore_matches_the_same_content_of_the_same_number() {
    let mut server = server_with("1");
    let backup = server.backup();
    let base = Client::new(&mut server).base();
    server.restore(&backup, "e2");
    assert!(Client::new(&mut server).push(base, put("2")).is_ok());
}

#[test]
fn a_title_from_before_the_restore_is_no_base_of_another_of_the_same_number() {
    let mut server = server_with("1");
    let backup = server.backup();
    let mut client = Client::new(&mut server);
    let base = client.metadata_base();
    client.push(base, Change::PutMetadata(metadata("Mine", None))).unwrap();
    let lost = client.metadata_base();
    server.restore(&backup, "e2");
    let mut client = Client::new(&mut server);
    client.push(base, Change::PutMetadata(metadata("Theirs", None))).unwrap();
    let conflict = Problem::Conflict { position: Some(client.position()) };
    assert_eq!(numbers(client.position()), (1, 2));
    let renamed = Change::PutMetadata(metadata("Mine again", None));
    assert_eq!(client.push(lost, renamed), Err(conflict));
}

#[test]
fn a_document_that_the_backup_does_not_have_can_be_created_again() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let empty = crate::model_server::ModelServer::new("e0").backup();
    let base = client.base();
    client.server.restore(&empty, "e2");
    assert_eq!(client.push(base, put("2")), Err(Problem::Conflict { position: None }));
    assert_eq!(numbers(client.push(Base::Absent, create("2")).unwrap().position), (1, 1));
}

#[test]
fn a_push_that_the_backup_does_not_have_is_not_answered_from_before_the_restore() {
    let mut server = server_with("1");
    let backup = server.backup();
    let mut client = Client::new(&mut server);
    let base = client.base();
    client.push_as(Some(key("k1")), base, put("2")).unwrap();
    client.server.restore(&backup, "e2");
    let accepted = client.push_as(Some(key("k1")), base, put("2")).unwrap();
    assert_eq!((accepted.epoch.as_str(), client.text().as_str()), ("e2", "2"));
}

#[test]
fn every_cursor_from_before_the_restore_is_reset() {
    let mut server = server_with("1");
    let backup = server.backup();
    let before = page(&mut server, None, 10).unwrap().next.to_string();
    server.restore(&backup, "e2");
    let reset = page(&mut server, Some(&before), 10);
    assert!(
        matches!(reset, Err(Problem::CursorReset { epoch: Some(epoch) }) if epoch.as_str() == "e2")
    );
    let walk = page(&mut server, None, 10).unwrap();
    assert_eq!((walk.entries.len(), walk.next.to_string()), (1, "e2.1".to_string()));
}
