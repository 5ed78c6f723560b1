//! The examples in `PROTOCOL.md` are one conversation, and true: each request is one that the
//! client writes, and the server answers it with the bytes that stand below it.

use std::fmt::Write as _;

use keepfast::protocol::{Call, Headers, Method, Request, Response};

use crate::NOW_MS;
use crate::model_server::ModelServer;

/// The text in each block of the document that is marked as HTTP.
fn blocks() -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/protocol/PROTOCOL.md");
    let text = std::fs::read_to_string(path).expect("the document is there");
    let after = text.split("```http\n").skip(1);
    after.map(|rest| rest.split("\n```").next().expect("a block ends").to_string()).collect()
}

/// The first line, the header fields and the body of a block.
fn parts(block: &str) -> (&str, Headers, Vec<u8>) {
    let (head, body) = block.split_once("\n\n").unwrap_or((block, ""));
    let (first, fields) = head.split_once('\n').unwrap_or((head, ""));
    let mut headers = Headers::default();
    for field in fields.lines() {
        let (name, value) = field.split_once(": ").expect("a field has a value");
        headers.push(name, value);
    }
    (first, headers, body.into())
}

fn request(block: &str) -> Request {
    let (first, headers, body) = parts(block);
    let (method, path) = first.split_once(' ').expect("a request has a path");
    let method = Method::parse(method).expect("a method of the protocol");
    Request { method, path: path.into(), headers, body }
}

fn told(response: &Response) -> String {
    let mut text = format!("HTTP {}", response.status);
    for (name, value) in response.headers.iter() {
        write!(text, "\n{name}: {value}").expect("a text takes more");
    }
    if !response.body.is_empty() {
        let body = std::str::from_utf8(&response.body).expect("JSON is UTF-8");
        write!(text, "\n\n{body}").expect("a text takes more");
    }
    text
}

#[test]
fn every_request_in_the_document_is_answered_as_it_says() {
    let mut server = ModelServer::new("mVx2");
    let blocks = blocks();
    let (pairs, rest) = blocks.as_chunks();
    assert!(pairs.len() >= 8 && rest.is_empty(), "each request has an answer");
    for [asked, answered] in pairs {
        let response = server.handle(&request(asked), NOW_MS);
        assert_eq!(told(&response), *answered, "\nasked: {asked}");
    }
}

#[test]
fn every_request_in_the_document_is_one_that_a_client_writes() {
    let blocks = blocks();
    let whole = blocks.as_chunks::<2>().0.iter().map(|[asked, _]| asked);
    // One of them shows what is refused, and no client writes it.
    for asked in whole.filter(|asked| !asked.contains("\n\n{\"content\":{}}")) {
        let request = request(asked);
        let call = Call::parse(&request).unwrap_or_else(|problem| panic!("{problem}: {asked}"));
        assert_eq!(call.encode(), request, "{asked}");
    }
}

#[test]
fn every_code_stands_in_the_table_of_the_document_with_its_status_and_what_to_do() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/protocol/PROTOCOL.md");
    let text = std::fs::read_to_string(path).expect("the document is there");
    let all = crate::answers::every_problem();
    for problem in &all {
        let (code, status) = (problem.code(), problem.status());
        let row = format!("| `{code}` | {status} | {} |", problem.retry().as_str());
        assert!(text.contains(&row), "{row}");
    }
    let has_status = |line: &&str| {
        let status = line.split(" | ").nth(1).unwrap_or_default();
        line.starts_with("| `") && status.parse::<u16>().is_ok()
    };
    let rows = text.lines().filter(has_status).count();
    // Two codes are in the list twice.
    assert_eq!(rows, all.len() - 2);
}
