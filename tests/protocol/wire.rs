//! Requests and answers are read as they were written, and in any other spelling of the same.

use keepfast::protocol::{
    Address, Base, Call, Change, Content, Cursor, Document, Headers, MessageError, Method, Part,
    Problem, Push, Reply, Request, Response, fingerprint,
};

use crate::model_server::ModelServer;
use crate::{
    Client, NOW_MS, changes, content, create, digest, key, metadata, plan, put, raw, server_with,
    tag, workspace,
};

const AWKWARD: &str = "A \"title\" \\ with\n\u{1}, ö, 😀 and \u{2028}";

/// A call of every kind.
pub fn every_call() -> Vec<Call> {
    let base = Base::At(tag(7, "{}"));
    let of_metadata = metadata(AWKWARD, Some(""));
    let whole = Change::Put {
        content: content(r#"{"a":[1.5,"\u0001ö"],"__proto__":{}}"#),
        schema_version: u32::MAX,
        metadata: Some(of_metadata.clone()),
    };
    let patch = br#"[{"op":"add","path":"/a","value":[[]]}]"#;
    let patch = Change::Patch { patch: patch.into(), result: digest("{}"), schema_version: 3 };
    let write = |base, change, name: Option<&str>| {
        let push = Push { base, change };
        Call::Write { address: plan(), push, key: name.map(key) }
    };
    let walk = Cursor::parse("e1.17.118");
    vec![
        Call::Read { address: plan(), part: Part::Whole },
        Call::Read { address: plan(), part: Part::Metadata },
        write(Base::Absent, whole, Some("0f8fad5b-d9cb-469f-a165-70867728950e")),
        write(base, put("null"), None),
        write(Base::Elsewhere, put("\"\""), Some("k")),
        write(base, patch, Some("k")),
        write(base, Change::Delete, Some("k")),
        write(Base::Unnamed, Change::PutMetadata(of_metadata), None),
        Call::Changes { workspace: workspace("acme"), since: None, limit: 1 },
        Call::Changes { workspace: workspace("a._-Z9"), since: walk, limit: 500 },
    ]
}

#[test]
fn every_call_is_read_as_it_was_written() {
    for call in every_call() {
        assert_eq!(Call::parse(&call.encode()), Ok(call));
    }
}

#[test]
fn the_content_in_a_request_and_in_an_answer_is_the_canonical_text_byte_for_byte() {
    let text = r#"{"__proto__":[1e+21,"ö\u0001"],"a":{"":-1.5}}"#;
    let held = content(text);
    assert_eq!(held.text(), text.as_bytes());
    let has_it =
        |bytes: &[u8]| bytes.windows(text.len()).filter(|at| *at == text.as_bytes()).count();
    let mut server = ModelServer::new("e1");
    let change =
        Change::Put { content: held, schema_version: 1, metadata: Some(metadata("T", None)) };
    let push = Push { base: Base::Absent, change };
    let request = Call::Write { address: plan(), push, key: None }.encode();
    assert_eq!(has_it(&request.body), 1);
    assert_eq!(server.handle(&request, NOW_MS).status, 201);
    let read = Call::Read { address: plan(), part: Part::Whole }.encode();
    assert_eq!(has_it(&server.handle(&read, NOW_MS).body), 1);
}

#[test]
fn content_may_come_in_any_spelling_and_is_stored_as_canonical_text() {
    let mut server = server_with("1");
    let Base::At(base) = Client::new(&mut server).base() else { panic!("it is there") };
    let body = concat!(
        " {\r\n \"content\" : {\"b\" : 1.50 , \"a\":\"\\u0041\"} ,",
        "\"schemaVersion\":1e0, \"x\":{}}\t"
    );
    let (status, told) = raw(&mut server, &put_request(&base.to_string(), body));
    assert_eq!(status, 200, "{told}");
    assert_eq!(Client::new(&mut server).text(), r#"{"a":"A","b":1.5}"#);
}

/// A `PUT` of the document with this body.
fn put_request(base: &str, body: &str) -> Request {
    let mut headers = Headers::default();
    headers.push("If-Match", base);
    headers.push("Content-Type", "application/json; charset=utf-8");
    Request { method: Method::Put, path: plan().to_string(), headers, body: body.into() }
}

#[test]
fn content_that_is_not_json_is_refused_with_the_place() {
    let mut server = server_with("1");
    for (text, reason, pointer) in [
        (r#"{"a":[1,tru]}"#, "syntax", "/a/1"),
        (r#"{"a":1,"a":2}"#, "duplicate-key", "/a"),
        (r#"{"a":"\ud800"}"#, "lone-surrogate", "/a"),
        ("1e400", "number-range", ""),
        ("", "truncated", ""),
    ] {
        let body = format!(r#"{{"content":{text}}}"#);
        let call = Call::parse(&put_request("\"1-0000000000000000\"", &body));
        let pointer = pointer.to_string();
        assert_eq!(call, Err(Problem::NotJson { pointer, reason: reason.into() }), "{text}");
        let (status, _) = raw(&mut server, &put_request("\"1-0000000000000000\"", &body));
        assert_eq!(status, 422);
    }
}

#[test]
fn a_body_that_is_no_message_is_malformed_where_it_is() {
    for (body, field) in [
        ("", "body"),
        ("[]", "body"),
        ("{", "body"),
        (r#"{"content":1} x"#, "body"),
        (r#"{"content":1,}"#, "body"),
        (r#"{"content":1,"content":1}"#, "body"),
        (r#"{"content":1"#, "body"),
        (r#"{content:1}"#, "body"),
        (r#"{"content" 1}"#, "body"),
        ("{}", "content"),
        (r#"{"content":1,"digest":"abc"}"#, "digest"),
        (r#"{"content":1,"digest":7}"#, "digest"),
        (r#"{"content":1,"schemaVersion":0}"#, "schemaVersion"),
        (r#"{"content":1,"schemaVersion":1.5}"#, "schemaVersion"),
        (r#"{"content":1,"schemaVersion":4294967296}"#, "schemaVersion"),
        (r#"{"content":1,"title":7}"#, "title"),
        (r#"{"content":1,"description":"d"}"#, "title"),
        (r#"{"content":1,"title":"t","description":7}"#, "description"),
        (r#"{"content":1,"title":"t","other":}"#, "other"),
    ] {
        let call = Call::parse(&put_request("\"1-0000000000000000\"", body));
        assert_eq!(call, Err(Problem::Malformed { field: field.into() }), "{body}");
    }
}

#[test]
fn content_that_is_not_the_one_of_its_digest_is_refused() {
    let body = format!(r#"{{"content":2,"digest":"{}"}}"#, keepfast::json::digest_hex(b"1"));
    let call = Call::parse(&put_request("\"1-0000000000000000\"", &body));
    assert_eq!(call, Err(Problem::DigestMismatch { actual: digest("2") }));
}

#[test]
fn a_body_must_say_that_it_is_json() {
    let mut request = put_request("\"1-0000000000000000\"", r#"{"content":1}"#);
    for (name, value) in [("x", "y"), ("content-type", "text/plain"), ("content-type", "")] {
        request.headers = Headers::default();
        request.headers.push(name, value);
        assert_eq!(Call::parse(&request), Err(Problem::MediaType), "{name}: {value}");
    }
}

#[test]
fn a_path_that_is_none_is_answered_as_a_document_that_is_not_there() {
    let mut request = Call::Read { address: plan(), part: Part::Whole }.encode();
    let long = format!("/workspaces/{}/changes", "w".repeat(65));
    let deep = format!("/workspaces/w/documents/c/{}", "d".repeat(129));
    for path in [
        "",
        "/",
        "*",
        "workspaces/acme/changes",
        "/workspaces",
        "/workspaces/acme",
        "/workspaces/acme/",
        "/workspaces/acme/changes/",
        "/workspaces//changes",
        "/workspaces/../changes",
        "/workspaces/a~b/changes",
        "/workspaces/acme/documents",
        "/workspaces/acme/documents/sessions",
        "/workspaces/acme/documents/sessions/",
        "/workspaces/acme/documents/sessions/..",
        "/workspaces/acme/documents/sessions/a%2Fb",
        "/workspaces/acme/documents/sessions/plan/",
        "/workspaces/acme/documents/sessions/plan/other",
        "/workspaces/acme/documents/sessions/plan/metadata/x",
        "/workspaces/ä/documents/sessions/plan",
        &long,
        &deep,
    ] {
        request.path = path.into();
        assert_eq!(Call::parse(&request), Err(Problem::NotFound), "{path}");
    }
    request.path = plan().to_string();
    assert_eq!(raw(&mut ModelServer::new("e1"), &request).0, 404);
}

#[test]
fn a_path_that_is_for_other_methods_says_which() {
    let mut request = Call::Read { address: plan(), part: Part::Metadata }.encode();
    request.method = Method::Delete;
    let allowed = vec![Method::Get, Method::Put];
    assert_eq!(Call::parse(&request), Err(Problem::Method { allowed }));
    let mut request = changes(None, 10).encode();
    request.method = Method::Put;
    assert_eq!(Call::parse(&request), Err(Problem::Method { allowed: vec![Method::Get] }));
}

#[test]
fn names_that_a_path_cannot_carry_are_no_address() {
    assert!(Address::new("acme", "my.notes_1-2", "a~b.c_d-E9").is_ok());
    for (workspace, collection, document) in [
        ("", "c", "d"),
        ("..", "c", "d"),
        ("w", ".", "d"),
        ("w", "c", ".."),
        ("w", "c~", "d"),
        ("w", "c", "a/b"),
        ("w", "c", "ä"),
        ("w", "c", "a b"),
    ] {
        let error = Address::new(workspace, collection, document).unwrap_err();
        let names = [workspace, collection, document];
        assert!(names.contains(&error.name.as_str()), "{error}");
    }
}

#[test]
fn parameters_and_headers_that_are_not_known_do_no_harm() {
    let mut request = changes(Some("e1.1"), 10).encode();
    request.path += "&color=blue&x";
    request.headers.push("X-Other", "1");
    assert_eq!(Call::parse(&request), Ok(changes(Some("e1.1"), 10)));
    request.path += "&limit=10";
    assert_eq!(Call::parse(&request), Err(Problem::Malformed { field: "limit".into() }));
}

#[test]
fn a_key_may_stand_in_quotes_or_without() {
    for (value, expected) in [("\"k1\"", Ok(Some(key("k1")))), ("k1", Ok(Some(key("k1"))))] {
        let mut request = put_request("\"1-0000000000000000\"", r#"{"content":1}"#);
        request.headers.push("Idempotency-Key", value);
        let Ok(Call::Write { key, .. }) = Call::parse(&request) else { panic!("a write") };
        assert_eq!(Ok::<_, Problem>(key), expected);
    }
    for value in ["", "\"\"", "\"", "a b", "\"a\"b\""] {
        let mut request = put_request("\"1-0000000000000000\"", r#"{"content":1}"#);
        request.headers.push("Idempotency-Key", value);
        let malformed = Problem::Malformed { field: "idempotency-key".into() };
        assert_eq!(Call::parse(&request), Err(malformed), "{value:?}");
    }
}

#[test]
fn every_answer_is_read_as_it_was_written() {
    let mut server = ModelServer::new("e1");
    for call in [
        write(Base::Absent, create(r#"{"a":"ö"}"#)),
        Call::Read { address: plan(), part: Part::Whole },
        Call::Read { address: plan(), part: Part::Metadata },
        write(Base::At(tag(1, r#"{"a":"ö"}"#)), Change::Delete),
        changes(None, 10),
    ] {
        let response = server.handle(&call.encode(), NOW_MS);
        let reply = Reply::parse(call.expects(), &response).unwrap();
        assert_eq!(reply.encode(), response);
    }
}

fn write(base: Base, change: Change) -> Call {
    Call::Write { address: plan(), push: Push { base, change }, key: None }
}

#[test]
fn an_answer_acknowledges_what_was_sent_and_nothing_else() {
    let accepted_of = |call: &Call| {
        let mut server = server_with("1");
        server.handle(&call.encode(), NOW_MS)
    };
    let base = Base::At(tag(1, "1"));
    let metadata_base = Base::At(Client::new(&mut server_with("1")).position().metadata_tag());
    let renamed = |title| write(metadata_base, Change::PutMetadata(metadata(title, None)));
    let calls = [
        write(base, put("2")),
        write(base, put("3")),
        write(base, Change::Delete),
        renamed("A"),
        renamed("B"),
    ];
    for sent in &calls {
        for other in &calls {
            let reply = Reply::parse(sent.expects(), &accepted_of(other));
            assert_eq!(reply.is_ok(), sent == other, "{sent:?} answered as {other:?}");
        }
    }
    let mut server = ModelServer::new("e1");
    let call = write(Base::Absent, create("1"));
    let response = server.handle(&call.encode(), NOW_MS);
    let named = Some(metadata("Other", None));
    let other = Change::Put { content: content("1"), schema_version: 1, metadata: named };
    assert!(Reply::parse(call.expects(), &response).is_ok());
    let refusal = Reply::parse(write(Base::Absent, other).expects(), &response).unwrap_err();
    assert_eq!(refusal.unreadable, Some(MessageError::OtherThanSent));
}

#[test]
fn an_etag_names_what_was_asked_about() {
    let mut server = server_with("1");
    let mut client = Client::new(&mut server);
    let position = client.position();
    let etag = |response: Response| response.headers.value("etag").map(str::to_string);
    for (part, tag) in
        [(Part::Whole, position.content_tag()), (Part::Metadata, position.metadata_tag())]
    {
        let call = Call::Read { address: plan(), part };
        assert_eq!(etag(server.handle(&call.encode(), NOW_MS)), Some(tag.to_string()));
    }
    let renamed = Change::PutMetadata(metadata("Other", None));
    let call = write(Base::At(position.metadata_tag()), renamed);
    let told = etag(server.handle(&call.encode(), NOW_MS));
    assert_eq!(told, Some(Client::new(&mut server).position().metadata_tag().to_string()));
}

#[test]
fn a_document_is_read_only_if_its_content_has_the_digest_that_stands_beside_it() {
    let mut server = server_with(r#"{"a":1}"#);
    let call = Call::Read { address: plan(), part: Part::Whole };
    let whole = server.handle(&call.encode(), NOW_MS);
    for (old, new) in [(r#"{"a":1}"#, r#"{"a":2}"#), ("\"Plan\"", "\"Plane\"")] {
        let mut response = whole.clone();
        let text = String::from_utf8(response.body).unwrap();
        response.body = text.replace(old, new).into();
        let refusal = Reply::parse(call.expects(), &response).unwrap_err();
        assert_eq!(refusal.unreadable, Some(MessageError::DigestMismatch));
    }
}

#[test]
fn reading_title_and_description_brings_no_content_along() {
    let mut server = server_with(r#"{"a":1}"#);
    let call = Call::Read { address: plan(), part: Part::Metadata };
    let response = server.handle(&call.encode(), NOW_MS);
    let Ok(Reply::Document { document, .. }) = Reply::parse(call.expects(), &response) else {
        panic!("it is there")
    };
    let Document { content, content_bytes, times, .. } = document;
    assert_eq!((content, content_bytes, times.created_ms), (None, 7, NOW_MS));
    assert!(!String::from_utf8(response.body).unwrap().contains("\"content\""));
}

#[test]
fn a_request_has_one_fingerprint_and_another_request_another() {
    let calls = every_call();
    let mut all: Vec<_> = calls.iter().map(|call| fingerprint(&call.encode())).collect();
    all.sort();
    all.dedup();
    // Two of the calls are reads of pages, whose cursor stands in the path.
    assert_eq!(all.len(), calls.len());
    let with = |base: &str, body: &str| fingerprint(&put_request(base, body));
    assert_ne!(with("a", "bc"), with("ab", "c"));
    let mut request = put_request("a", "b");
    request.headers.push("Authorization", "Bearer other");
    assert_eq!(fingerprint(&request), with("a", "b"));
}

#[test]
fn content_and_its_digest_belong_together() {
    let held = Content::parse(b" { } ").unwrap();
    assert_eq!((held.text(), held.digest()), (&b"{}"[..], &keepfast::json::digest(b"{}")));
}
