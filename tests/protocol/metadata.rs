//! Title and description have a revision and a precondition of their own.

use keepfast::protocol::{Base, Change, Method, Problem, Request};

use crate::{Client, metadata, numbers, put, raw, server_with};

fn renamed(title: &str, description: Option<&str>) -> Change {
    Change::PutMetadata(metadata(title, description))
}

#[test]
fn a_rename_raises_the_metadata_revision_and_leaves_the_content_alone() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let (content_base, base) = (client.base(), client.metadata_base());
    let accepted = client.push(base, renamed("Plan B", Some("why"))).unwrap();
    assert_eq!(numbers(accepted.position), (1, 2));
    assert_eq!(client.read().unwrap().standing.metadata, metadata("Plan B", Some("why")));
    let accepted = client.push(content_base, put("2")).unwrap();
    assert_eq!(numbers(accepted.position), (2, 2));
    assert_eq!(client.read().unwrap().standing.metadata, metadata("Plan B", Some("why")));
}

#[test]
fn a_write_of_content_does_not_make_a_rename_stale() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let (content_base, base) = (client.base(), client.metadata_base());
    client.push(content_base, put("2")).unwrap();
    assert_eq!(numbers(client.push(base, renamed("Plan B", None)).unwrap().position), (2, 2));
}

#[test]
fn a_stale_rename_is_refused_with_the_state_that_is_there() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let stale = client.metadata_base();
    client.push(stale, renamed("Plan B", None)).unwrap();
    let conflict = Problem::Conflict { position: Some(client.position()) };
    assert_eq!(client.push(stale, renamed("Plan C", None)), Err(conflict.clone()));
    let content_base = client.base();
    assert_eq!(client.push(content_base, renamed("Plan C", None)), Err(conflict));
    assert_eq!(client.push(Base::Absent, renamed("Plan C", None)), Err(Problem::BaseRequired));
}

#[test]
fn the_title_that_is_there_already_succeeds_on_any_base() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let stale = client.metadata_base();
    client.push(stale, renamed("Plan B", None)).unwrap();
    let accepted = client.push(stale, renamed("Plan B", None)).unwrap();
    assert!(accepted.is_already);
    assert_eq!(numbers(accepted.position), (1, 2));
}

#[test]
fn a_description_is_cleared_by_null_and_never_by_leaving_it_out() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let base = client.metadata_base();
    client.push(base, renamed("Plan", Some("why"))).unwrap();
    let Base::At(tag) = client.metadata_base() else { panic!("it is there") };
    let path = format!("{}/metadata", client.address);
    let mut request = keepfast::protocol::Call::Read {
        address: client.address.clone(),
        part: keepfast::protocol::Part::Metadata,
    }
    .encode();
    assert_eq!(request.path, path);
    request.method = Method::Put;
    request.headers.push("if-match", tag.to_string());
    request.headers.push("content-type", "application/json");
    let with = |body: &str| Request { body: body.into(), ..request.clone() };
    let (status, body) = raw(&mut server, &with(r#"{"title":"Plan"}"#));
    assert!(status == 400 && body.contains(r#""field":"description""#), "{body}");
    let (status, _) = raw(&mut server, &with(r#"{"title":"Plan","description":null}"#));
    assert_eq!(status, 200);
    assert_eq!(Client::new(&mut server).read().unwrap().standing.metadata, metadata("Plan", None));
}

#[test]
fn absent_and_empty_differ() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let base = client.metadata_base();
    let accepted = client.push(base, renamed("Plan", Some(""))).unwrap();
    assert!(!accepted.is_already);
    assert_eq!(client.read().unwrap().standing.metadata, metadata("Plan", Some("")));
}
