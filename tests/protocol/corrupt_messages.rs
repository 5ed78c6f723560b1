//! Whatever arrives is read as a message or refused; it never brings anyone down, and no damage to
//! content passes for content.

use keepfast::protocol::{Aim, Call, Expected, Part, Reply, Request, Response};

use crate::answers::every_problem;
use crate::model_server::ModelServer;
use crate::random::Random;
use crate::wire::every_call;
use crate::{Client, NOW_MS, changes, create, plan};

const EXPECTED: [Expected; 4] = [
    Expected::Document(Part::Whole),
    Expected::Document(Part::Metadata),
    Expected::Accepted(Aim::Deletion),
    Expected::Changes { since: true },
];

/// A response of every kind.
fn every_response() -> Vec<Response> {
    let mut server = ModelServer::new("e1");
    Client::new(&mut server)
        .push(keepfast::protocol::Base::Absent, create(r#"{"a":["ö",1.5],"b":{}}"#))
        .unwrap();
    let whole = Call::Read { address: plan(), part: Part::Whole };
    let metadata = Call::Read { address: plan(), part: Part::Metadata };
    let mut all: Vec<Response> = [whole, metadata, changes(None, 10)]
        .iter()
        .map(|call| server.handle(&call.encode(), NOW_MS))
        .collect();
    all.extend(every_problem().iter().map(|problem| problem.encode()));
    all
}

/// Every text that a single damage makes of a text: cut off anywhere, or with one byte changed.
fn damaged(bytes: &[u8], each: &mut impl FnMut(Vec<u8>)) {
    for at in 0..bytes.len() {
        each(bytes[..at].to_vec());
        for change in [1, 0x20, 0x80, 0xff, bytes[at] ^ b'"', bytes[at] ^ b'}', bytes[at] ^ b'9'] {
            let mut other = bytes.to_vec();
            other[at] ^= change;
            each(other);
        }
    }
}

/// Reads a response as an answer to anything. What can be read is written as the same again.
fn read(response: &Response) {
    for expected in EXPECTED {
        if let Ok(reply) = Reply::parse(expected, response) {
            assert_eq!(Reply::parse(expected, &reply.encode()).as_ref(), Ok(&reply));
        }
    }
}

#[test]
fn a_request_that_is_damaged_anywhere_is_answered() {
    for call in every_call() {
        let request = call.encode();
        let mut server = ModelServer::new("e1");
        damaged(&request.body, &mut |body| {
            let damaged = Request { body, ..request.clone() };
            assert!((200..600).contains(&server.handle(&damaged, NOW_MS).status));
            if let Ok(read) = Call::parse(&damaged) {
                assert_eq!(Call::parse(&read.encode()), Ok(read));
            }
        });
        damaged(request.path.as_bytes(), &mut |path| {
            if let Ok(path) = String::from_utf8(path) {
                let _ = server.handle(&Request { path, ..request.clone() }, NOW_MS);
            }
        });
        for (name, value) in request.headers.iter() {
            damaged(value.as_bytes(), &mut |value| {
                let Ok(value) = String::from_utf8(value) else { return };
                let mut headers = keepfast::protocol::Headers::default();
                let others = request.headers.iter().filter(|(other, _)| *other != name);
                others.for_each(|(name, value)| headers.push(name, value));
                headers.push(name, value);
                let _ = server.handle(&Request { headers, ..request.clone() }, NOW_MS);
            });
        }
    }
}

#[test]
fn a_response_that_is_damaged_anywhere_is_read_or_refused() {
    for response in every_response() {
        damaged(&response.body, &mut |body| {
            read(&Response { body, ..response.clone() });
        });
        for status in [0, 200, 201, 304, 404, 412, 503, u16::MAX] {
            read(&Response { status, ..response.clone() });
        }
    }
}

#[test]
fn content_that_was_damaged_is_never_read_as_content() {
    let response = &every_response()[0];
    let expected = Expected::Document(Part::Whole);
    let Ok(Reply::Document { document, .. }) = Reply::parse(expected, response) else {
        panic!("it is whole")
    };
    damaged(&response.body, &mut |body| {
        let other = Reply::parse(expected, &Response { body, ..response.clone() });
        if let Ok(Reply::Document { document: other, .. }) = other {
            assert_eq!(other.content, document.content);
            assert_eq!(other.standing.metadata, document.standing.metadata);
        }
    });
}

#[test]
fn a_page_cut_off_or_out_of_order_is_not_read() {
    let mut server = ModelServer::new("e1");
    for name in ["a", "b"] {
        let mut client = Client::new(&mut server);
        client.address = keepfast::protocol::Address::new("acme", "sessions", name).unwrap();
        client.push(keepfast::protocol::Base::Absent, create("1")).unwrap();
    }
    let call = changes(None, 10);
    let response = server.handle(&call.encode(), NOW_MS);
    let text = String::from_utf8(response.body.clone()).unwrap();
    for (old, new) in [
        ("\"sequence\":1", "\"sequence\":2"),
        ("\"sequence\":1", "\"sequence\":9"),
        ("\"next\":\"e1.2\"", "\"next\":\"e1.1\""),
        ("\"next\":\"e1.2\"", "\"next\":\"e2.2\""),
        ("\"deleted\":false", "\"deleted\":true"),
        ("\"epoch\":\"e1\"", "\"epoch\":\"e2\""),
    ] {
        assert!(text.contains(old), "{text}");
        let body = text.replacen(old, new, 1).into();
        let reply = Reply::parse(call.expects(), &Response { body, ..response.clone() });
        assert!(reply.is_err(), "{new}");
    }
    let endless = r#"{"changes":[],"epoch":"e1","more":true,"next":"e1.2"}"#;
    let response = Response { body: endless.into(), ..response };
    assert!(Reply::parse(call.expects(), &response).is_err());
}

#[test]
fn rubbish_is_refused_by_everyone() {
    let mut random = Random::new(7);
    let mut server = ModelServer::new("e1");
    let pieces: [&[u8]; 12] =
        [b"{", b"}", b"\"content\"", b":", b",", b"[", b"]", b"\"", b"\\", b"1", b" ", b"\xff"];
    for _ in 0..20_000 {
        let length = random.below(12);
        let body: Vec<u8> = (0..length).flat_map(|_| random.pick(&pieces).to_vec()).collect();
        let calls = every_call();
        let request = Request { body: body.clone(), ..random.pick(&calls).encode() };
        let _ = server.handle(&request, NOW_MS);
        let mut response = random.pick(&every_problem()).encode();
        response.body = body;
        read(&response);
    }
}
