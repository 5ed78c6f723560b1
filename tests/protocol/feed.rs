//! The feed tells of every change once, in order, and says when it cannot.

use keepfast::protocol::{
    Address, Base, Change, Cursor, Headers, PAGE_ENTRIES, PAGE_ENTRIES_MAX, Page, Problem, Reply,
};

use crate::model_server::ModelServer;
use crate::{Client, changes, create, metadata, page, put, raw, server_with, workspace};

/// A server with so many documents, `d0` and on.
fn server_of(count: usize) -> ModelServer {
    let mut server = ModelServer::new("e1");
    for number in 0..count {
        let mut client = Client::new(&mut server);
        client.address = Address::new("acme", "sessions", &format!("d{number}")).unwrap();
        client.push(Base::Absent, create("1")).unwrap();
    }
    server
}

fn names(page: &Page) -> Vec<&str> {
    page.entries.iter().map(|entry| entry.document.as_str()).collect()
}

#[test]
fn an_entry_says_which_state_a_document_is_in() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let base = client.metadata_base();
    client.push(base, Change::PutMetadata(metadata("Other", None))).unwrap();
    let position = client.position();
    let page = page(&mut server, None, 10).unwrap();
    let [entry] = &page.entries[..] else { panic!("{page:?}") };
    assert_eq!((&*entry.collection, &*entry.document), ("sessions", "plan"));
    assert_eq!((entry.position, entry.sequence.value()), (position, 2));
    assert_eq!(page.next.to_string(), "e1.2");
}

#[test]
fn a_document_stands_in_the_feed_once_at_its_last_change() {
    let mut server = server_of(3);
    let mut client = Client::new(&mut server);
    client.address = Address::new("acme", "sessions", "d0").unwrap();
    let base = client.base();
    client.push(base, put("2")).unwrap();
    let all = page(&mut server, None, 10).unwrap();
    assert_eq!(names(&all), ["d1", "d2", "d0"]);
    let newest = page(&mut server, Some("e1.3"), 10).unwrap();
    assert_eq!(names(&newest), ["d0"]);
}

#[test]
fn a_deletion_stands_in_the_feed() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let base = client.base();
    client.push(base, Change::Delete).unwrap();
    let page = page(&mut server, Some("e1.1"), 10).unwrap();
    assert!(page.entries[0].position.is_deleted());
}

#[test]
fn pages_follow_one_another_without_a_gap_even_if_documents_change_in_between() {
    let mut server = server_of(7);
    let first = page(&mut server, None, 3).unwrap();
    assert_eq!(names(&first), ["d0", "d1", "d2"]);
    assert!(first.has_more);
    for moved in ["d1", "d4"] {
        let mut client = Client::new(&mut server);
        client.address = Address::new("acme", "sessions", moved).unwrap();
        let base = client.base();
        client.push(base, put("2")).unwrap();
    }
    let second = page(&mut server, Some(&first.next.to_string()), 3).unwrap();
    assert_eq!(names(&second), ["d3", "d5", "d6"]);
    let third = page(&mut server, Some(&second.next.to_string()), 3).unwrap();
    assert_eq!(names(&third), ["d1", "d4"]);
    assert!(!third.has_more);
    assert_eq!(third.next.to_string(), "e1.9");
}

#[test]
fn when_nothing_has_changed_the_answer_is_304_without_a_body() {
    let mut server = server_with("1");
    let call = changes(Some("e1.1"), 10);
    let response = server.handle(&call.encode(), 0);
    assert_eq!((response.status, &response.body[..]), (304, &b""[..]));
    assert_eq!(Reply::parse(call.expects(), &response), Ok(Reply::Unchanged));
    let mut weak = call.encode();
    weak.headers = Headers::default();
    assert_eq!(server.handle(&weak, 0).status, 200);
    weak.headers.push("If-None-Match", "W/\"e1.1\"");
    assert_eq!(server.handle(&weak, 0).status, 304);
    let mut client = Client::new(&mut server);
    let base = client.base();
    client.push(base, put("2")).unwrap();
    assert_eq!(server.handle(&call.encode(), 0).status, 200);
}

#[test]
fn a_cursor_of_another_life_of_the_space_is_reset() {
    let mut server = server_with("1");
    for since in ["e2.1", "e2.0", "E1.1"] {
        let Err(Problem::CursorReset { epoch }) = page(&mut server, Some(since), 10) else {
            panic!("{since} is none of this server's")
        };
        assert_eq!(epoch.unwrap().as_str(), "e1");
    }
}

#[test]
fn a_cursor_ahead_of_the_space_is_reset() {
    let mut server = server_with("1");
    assert!(page(&mut server, Some("e1.1"), 10).is_ok());
    for since in ["e1.2", "e1.0.2"] {
        assert!(matches!(page(&mut server, Some(since), 10), Err(Problem::CursorReset { .. })));
    }
}

#[test]
fn a_cursor_that_cannot_be_read_is_reset() {
    let mut server = server_with("1");
    let mut request = changes(None, 10).encode();
    for since in ["7", "", "e1.", "e1.-1", "e1.1.1.1", "e1.9007199254740992"] {
        request.path = format!("/workspaces/acme/changes?since={since}");
        let (status, body) = raw(&mut server, &request);
        assert!(status == 410 && body.contains(r#""code":"sync/cursor-reset""#), "{body}");
    }
}

#[test]
fn a_cursor_from_before_forgotten_deletions_is_reset_and_a_walk_goes_through() {
    let mut server = server_of(5);
    let mut client = Client::new(&mut server);
    client.address = Address::new("acme", "sessions", "d4").unwrap();
    let base = client.base();
    client.push(base, Change::Delete).unwrap();
    server.forget_deletions(&workspace("acme"));
    assert!(matches!(page(&mut server, Some("e1.5"), 2), Err(Problem::CursorReset { .. })));
    assert!(page(&mut server, Some("e1.6"), 2).is_ok());
    let mut since: Option<String> = None;
    let mut seen = Vec::new();
    loop {
        let page = page(&mut server, since.as_deref(), 2).unwrap();
        seen.extend(page.entries.iter().map(|entry| entry.document.clone()));
        since = Some(page.next.to_string());
        if !page.has_more {
            break;
        }
    }
    assert_eq!(seen, ["d0", "d1", "d2", "d3"]);
    assert_eq!(since.as_deref(), Some("e1.6"));
}

#[test]
fn a_page_has_as_many_entries_as_were_asked_for_within_the_limit() {
    let mut server = server_of(usize::try_from(PAGE_ENTRIES).unwrap() + 1);
    let mut request = changes(None, 10).encode();
    request.path = "/workspaces/acme/changes".into();
    let (_, body) = raw(&mut server, &request);
    assert_eq!(body.matches("\"id\"").count(), PAGE_ENTRIES as usize);
    assert_eq!(page(&mut server, None, PAGE_ENTRIES_MAX).unwrap().entries.len(), 101);
    for limit in ["0", "501", "-1", "ten", ""] {
        request.path = format!("/workspaces/acme/changes?limit={limit}");
        assert_eq!(raw(&mut server, &request).0, 400, "{limit}");
    }
}

#[test]
fn an_empty_space_has_a_cursor() {
    let mut server = ModelServer::new("e1");
    let page = page(&mut server, None, 10).unwrap();
    assert_eq!((page.entries.len(), page.next.to_string()), (0, "e1.0".to_string()));
}

#[test]
fn a_cursor_has_one_spelling() {
    for text in ["e1.0", "a_B-9.118", "e1.17.118"] {
        assert_eq!(Cursor::parse(text).unwrap().to_string(), text);
    }
}
