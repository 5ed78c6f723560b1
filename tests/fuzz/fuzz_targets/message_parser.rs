//! Any bytes as a request and as a response: refused, or read as a message that is read again from
//! what it is written as. The first line is the method, the path, and what headers say.

#![no_main]

use keepfast::protocol::{
    Aim, Call, Expected, Headers, Method, Part, Reply, Request, Response, fingerprint,
};
use libfuzzer_sys::fuzz_target;

const EXPECTED: [Expected; 4] = [
    Expected::Document(Part::Whole),
    Expected::Document(Part::Metadata),
    Expected::Accepted(Aim::Deletion),
    Expected::Changes { since: true },
];

fuzz_target!(|input: &[u8]| {
    let end = input.iter().position(|&byte| byte == b'\n').unwrap_or(input.len());
    let (line, rest) = input.split_at(end);
    let body = rest.strip_prefix(b"\n").unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    check_request(&line, body);
    check_response(&line, body);
});

fn check_request(line: &str, body: &[u8]) {
    let mut words = line.split('\t');
    let mut word = || words.next().unwrap_or_default();
    let method = Method::parse(word()).unwrap_or(Method::Put);
    let path = match word() {
        "" => "/workspaces/w/documents/c/d".to_string(),
        path => path.to_string(),
    };
    let mut headers = Headers::default();
    headers.push("content-type", "application/json");
    for name in ["if-match", "if-none-match", "idempotency-key"] {
        let value = word();
        if !value.is_empty() {
            headers.push(name, value);
        }
    }
    let request = Request { method, path, headers, body: body.to_vec() };
    let _ = fingerprint(&request);
    if let Ok(call) = Call::parse(&request) {
        assert_eq!(Call::parse(&call.encode()), Ok(call));
    }
}

fn check_response(line: &str, body: &[u8]) {
    let status = line.split('\t').next().and_then(|word| word.parse().ok()).unwrap_or(200);
    let mut headers = Headers::default();
    let is_problem = status >= 400;
    headers.push(
        "content-type",
        if is_problem { "application/problem+json" } else { "application/json" },
    );
    headers.push("retry-after", line);
    headers.push("date", line);
    let response = Response { status, headers, body: body.to_vec() };
    for expected in EXPECTED {
        match Reply::parse(expected, &response) {
            Ok(reply) => {
                assert_eq!(Reply::parse(expected, &reply.encode()).as_ref(), Ok(&reply));
            }
            Err(refusal) => assert!(!refusal.to_string().is_empty()),
        }
    }
}
