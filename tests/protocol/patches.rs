//! A patch is a shorter way to send content, and never a way to make other content.

use keepfast::protocol::{Base, Change, Method, Problem, Request};

use crate::{Client, digest, numbers, put, raw, server_with, tag};

fn patch(text: &str, result: &str) -> Change {
    Change::Patch { patch: text.into(), result: digest(result), schema_version: 1 }
}

const TWO: &str = r#"[{"op":"replace","path":"/a","value":2}]"#;

#[test]
fn a_patch_on_its_base_leads_to_the_content_that_was_meant() {
    let mut server = server_with(r#"{"a":1,"b":[]}"#);
    let mut client = Client::new(&mut server);
    let base = client.base();
    let accepted = client.push(base, patch(TWO, r#"{"a":2,"b":[]}"#)).unwrap();
    assert_eq!(numbers(accepted.position), (2, 1));
    assert_eq!(client.text(), r#"{"a":2,"b":[]}"#);
}

#[test]
fn a_patch_that_leads_elsewhere_or_nowhere_asks_for_the_whole() {
    let mut server = server_with(r#"{"a":1}"#);
    let mut client = Client::new(&mut server);
    let base = client.base();
    for (text, result) in [
        (TWO, r#"{"a":3}"#),
        (r#"[{"op":"remove","path":"/x"}]"#, r#"{"a":2}"#),
        ("{}", r#"{"a":2}"#),
        ("7", r#"{"a":2}"#),
    ] {
        assert_eq!(client.push(base, patch(text, result)), Err(Problem::PatchMismatch), "{text}");
    }
    assert_eq!(client.text(), r#"{"a":1}"#);
    assert!(client.push(base, put(r#"{"a":2}"#)).is_ok());
}

#[test]
fn a_patch_that_cannot_be_read_asks_for_the_whole() {
    let mut server = server_with("1");
    let Base::At(base) = Client::new(&mut server).base() else { panic!("it is there") };
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    for text in ["nothing", &deep, r#"[{"a":1,"a":2}]"#] {
        let body = format!(r#"{{"digest":"{}","patch":{text}}}"#, "0".repeat(64));
        let mut headers = keepfast::protocol::Headers::default();
        headers.push("if-match", base.to_string());
        headers.push("content-type", "application/json");
        let path = crate::plan().to_string();
        let request = Request { method: Method::Patch, path, headers, body: body.into() };
        let (status, body) = raw(&mut server, &request);
        assert!(status == 422 && body.contains("content/patch-mismatch"), "{body}");
    }
}

#[test]
fn a_stale_patch_is_a_conflict_and_is_not_applied_to_what_is_there() {
    let mut server = server_with(r#"{"a":1}"#);
    let mut client = Client::new(&mut server);
    let stale = client.base();
    client.push(stale, put(r#"{"a":1,"c":1}"#)).unwrap();
    let position = Some(client.position());
    let refused = client.push(stale, patch(TWO, r#"{"a":2,"c":1}"#));
    assert_eq!(refused, Err(Problem::Conflict { position }));
}

#[test]
fn a_patch_whose_result_is_there_already_succeeds() {
    let mut server = server_with(r#"{"a":2}"#);
    let mut client = Client::new(&mut server);
    let accepted = client.push(Base::At(tag(7, "7")), patch(TWO, r#"{"a":2}"#)).unwrap();
    assert!(accepted.is_already);
    assert_eq!(numbers(accepted.position), (1, 1));
}
