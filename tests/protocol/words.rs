//! What people read when something is wrong: each cause in words of its own, with the numbers and
//! names that explain it. Nothing of a body that is too large is read.

use std::collections::BTreeSet;

use keepfast::json::{Options, canonicalize};
use keepfast::protocol::{
    Address, BODY_BYTES_MAX, Base, Call, Excess, Expected, Limited, MessageError, Method, Part,
    Problem, Push, Reply, Response, Workspace,
};

use crate::{plan, put};

#[test]
fn every_way_in_which_a_message_is_wrong_has_its_own_words() {
    let error = canonicalize(b"[", &Options::default()).unwrap_err();
    let errors = [
        MessageError::TooLarge { bytes: BODY_BYTES_MAX + 1 },
        MessageError::NotAnObject,
        MessageError::NotJson { member: "content".into(), error },
        MessageError::Member("epoch"),
        MessageError::DigestMismatch,
        MessageError::OtherThanSent,
    ];
    let words: BTreeSet<String> = errors.iter().map(|error| error.to_string()).collect();
    assert_eq!(words.len(), errors.len());
    assert!(errors[0].to_string().contains(&BODY_BYTES_MAX.to_string()));
    assert!(errors[2].to_string().contains("\"content\""));
    assert!(errors[3].to_string().contains("\"epoch\""));
}

#[test]
fn a_name_that_no_path_can_carry_is_refused_by_name() {
    assert_eq!(Workspace::new("acme").unwrap().to_string(), "acme");
    let error = Workspace::new("a/b").unwrap_err();
    assert!(error.to_string().starts_with("\"a/b\" cannot be saved under this name"));
    let error = Address::new("acme", "sessions", "").unwrap_err();
    assert_eq!(error.name, "");
}

#[test]
fn methods_are_spelled_as_in_the_request_line() {
    for method in [Method::Get, Method::Put, Method::Patch, Method::Delete] {
        assert_eq!(Method::parse(&method.to_string()), Some(method));
    }
    assert_eq!(Method::parse("get"), None);
}

#[test]
fn of_a_body_that_is_too_large_nothing_is_read() {
    let body = vec![b' '; BODY_BYTES_MAX + 1];
    let push = Push { base: Base::Absent, change: put("1") };
    let mut request = Call::Write { address: plan(), push, key: None }.encode();
    request.body.clone_from(&body);
    let (actual, limit) = (body.len() as u64, BODY_BYTES_MAX as u64);
    let excess = Excess { what: Limited::Content, actual, limit };
    assert_eq!(Call::parse(&request).unwrap_err(), Problem::TooLarge(excess));
    let response = Response { status: 200, headers: Default::default(), body };
    let refusal = Reply::parse(Expected::Document(Part::Whole), &response).unwrap_err();
    assert_eq!(refusal.unreadable, Some(MessageError::TooLarge { bytes: BODY_BYTES_MAX + 1 }));
    assert!(refusal.to_string().starts_with("the answer (200) is unreadable: the body has"));
    let bare = Response { status: 418, ..response };
    let refusal = Reply::parse(Expected::Document(Part::Whole), &bare).unwrap_err();
    assert_eq!(refusal.to_string(), "the server answered with status 418");
}
