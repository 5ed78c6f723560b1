//! What a client must do about an answer: whatever it is, it never takes for a success, for gone or
//! for not there what no server of this protocol said.

use std::collections::BTreeSet;

use keepfast::protocol::{
    Aim, Epoch, Excess, Expected, Headers, Limited, Method, Part, Problem, Refusal, Reply,
    Response, Retry, Violation, WAIT_MS_MAX,
};

use crate::{Client, server_with};

const EXPECTED: [Expected; 7] = [
    Expected::Document(Part::Whole),
    Expected::Document(Part::Metadata),
    Expected::Accepted(Aim::Content { digest: [1; 32], metadata: None }),
    Expected::Accepted(Aim::Metadata([2; 32])),
    Expected::Accepted(Aim::Deletion),
    Expected::Changes { since: true },
    Expected::Changes { since: false },
];

/// A problem of every code that a server gives.
pub fn every_problem() -> Vec<Problem> {
    let position = Client::new(&mut server_with("1")).position();
    let excess = |what| Excess { what, actual: 3, limit: 2 };
    let issue = Violation {
        instance_path: "/a".into(),
        schema_path: "/properties/a/type".into(),
        message: "wrong".into(),
    };
    vec![
        Problem::Malformed { field: "limit".into() },
        Problem::Unauthorized,
        Problem::Forbidden,
        Problem::NotFound,
        Problem::Method { allowed: vec![Method::Get, Method::Put] },
        Problem::KeyReused,
        Problem::Gone { position },
        Problem::CursorReset { epoch: Epoch::parse("e1") },
        Problem::CursorReset { epoch: None },
        Problem::Conflict { position: Some(position) },
        Problem::Conflict { position: None },
        Problem::TooLarge(excess(Limited::Content)),
        Problem::MediaType,
        Problem::NotJson { pointer: "/a".into(), reason: "truncated".into() },
        Problem::Invalid { issues: vec![issue] },
        Problem::DigestMismatch { actual: [7; 32] },
        Problem::PatchMismatch,
        Problem::SchemaOlder { current: 4 },
        Problem::OutOfLimits(excess(Limited::Title)),
        Problem::BaseRequired,
        Problem::RateLimited { wait_s: 9 },
        Problem::Server,
        Problem::Unavailable { wait_s: 8 },
        Problem::SpaceFull(excess(Limited::Space)),
    ]
}

#[test]
fn every_problem_that_reaches_an_app_is_in_the_table_of_codes() {
    for problem in every_problem() {
        let row = keepfast::error::CODES.iter().find(|row| row.0 == problem.code());
        // Another key, another cursor: nobody has to hear of it.
        let is_settled = matches!(problem, Problem::KeyReused | Problem::CursorReset { .. });
        assert_eq!(row.is_none(), is_settled, "{}", problem.code());
        let Some((_, advice, _)) = row else { continue };
        let expected = match problem.retry() {
            Retry::Later => "later",
            // A text that is too large stays so, wherever that was found.
            Retry::AfterUser if problem.code() == "content/too-large" => "never",
            Retry::AfterUser | Retry::SignIn | Retry::Rebase => "after-user",
            Retry::Never | Retry::Whole | Retry::Reset => "never",
        };
        assert_eq!(*advice, expected, "{}", problem.code());
    }
}

fn response(status: u16, fields: &[(&str, &str)], body: &str) -> Response {
    let mut headers = Headers::default();
    fields.iter().for_each(|(name, value)| headers.push(name, *value));
    Response { status, headers, body: body.into() }
}

fn problem_json(status: u16, body: &str) -> Response {
    response(status, &[("Content-Type", "application/problem+json; charset=utf-8")], body)
}

/// The same refusal, whatever was asked for.
fn refused(response: &Response) -> Refusal {
    let all = EXPECTED.map(|expected| *Reply::parse(expected, response).unwrap_err());
    assert!(all.iter().all(|refusal| *refusal == all[0]), "{all:?}");
    all[0].clone()
}

#[test]
fn every_problem_is_read_as_it_was_written() {
    for problem in every_problem() {
        let response = problem.encode();
        assert_eq!(response.status, problem.status());
        let refusal = refused(&response);
        assert_eq!(refusal.problem.as_ref(), Some(&problem));
        assert_eq!((refusal.status, refusal.retry), (problem.status(), problem.retry()));
        assert_eq!(refusal.to_string(), problem.to_string());
    }
}

#[test]
fn every_problem_has_a_code_and_words_of_its_own() {
    let all = every_problem();
    let codes: BTreeSet<&str> = all.iter().map(|problem| problem.code()).collect();
    let titles: BTreeSet<&str> = all.iter().map(|problem| problem.title()).collect();
    // Two of them are of one code: a reset and a conflict with and without what explains.
    assert_eq!((codes.len(), titles.len()), (all.len() - 2, all.len() - 2));
    assert!(codes.iter().all(|code| code.split('/').count() == 2));
}

#[test]
fn a_problem_says_its_numbers_in_words() {
    let excess = Excess { what: Limited::Content, actual: 1_572_865, limit: 1_572_864 };
    let told = Problem::TooLarge(excess).to_string();
    assert!(told.contains("1572865") && told.contains("1572864"), "{told}");
    let short = Excess { what: Limited::Title, actual: 0, limit: 1 };
    assert!(Problem::OutOfLimits(short).to_string().contains("least"));
}

#[test]
fn headers_that_a_status_asks_for_are_there() {
    let field = |problem: Problem, name| problem.encode().headers.value(name).map(str::to_string);
    assert_eq!(field(Problem::Unauthorized, "www-authenticate").as_deref(), Some("Bearer"));
    assert_eq!(field(Problem::RateLimited { wait_s: 9 }, "retry-after").as_deref(), Some("9"));
    assert_eq!(field(Problem::Unavailable { wait_s: 9 }, "retry-after").as_deref(), Some("9"));
    let method = Problem::Method { allowed: vec![Method::Get, Method::Put] };
    assert_eq!(field(method, "allow").as_deref(), Some("GET, PUT"));
}

#[test]
fn only_a_problem_with_a_known_code_says_that_a_document_is_gone_or_not_there() {
    for status in [404, 410] {
        for answer in [
            response(status, &[("Content-Type", "text/html")], "<h1>Not Found</h1>"),
            response(status, &[], ""),
            problem_json(status, "{}"),
            problem_json(status, r#"{"type":"about:blank","status":404}"#),
            problem_json(status, r#"{"code":"sync/gone"}"#),
            response(status, &[("content-type", "application/json")], r#"{"code":"sync/gone"}"#),
        ] {
            let refusal = refused(&answer);
            assert_eq!((refusal.problem, refusal.retry), (None, Retry::Later), "{answer:?}");
        }
    }
}

#[test]
fn a_success_that_cannot_be_read_is_none_and_is_tried_again() {
    let json = [("content-type", "application/json")];
    for body in ["", "<html>Sign in</html>", "{}", "[]", "null", r#"{"revision":1}"#] {
        for status in [200, 201] {
            let refusal = |expected| Reply::parse(expected, &response(status, &json, body));
            for refusal in EXPECTED.map(|expected| refusal(expected).unwrap_err()) {
                assert_eq!(refusal.retry, Retry::Later, "{body}");
                assert_eq!(refusal.problem, None);
            }
        }
    }
}

#[test]
fn a_status_that_nobody_expects_is_tried_again() {
    for status in
        [0, 100, 204, 206, 299, 301, 302, 307, 408, 418, 421, 425, 500, 502, 504, 520, 599]
    {
        assert_eq!(refused(&response(status, &[], "")).retry, Retry::Later, "{status}");
    }
}

#[test]
fn without_a_problem_the_status_says_what_to_do() {
    for (retry, statuses) in [
        (Retry::SignIn, &[401, 407][..]),
        (Retry::AfterUser, &[403, 413, 414, 431]),
        (Retry::Rebase, &[412]),
        (Retry::Never, &[400, 405, 409, 415, 422, 428, 501]),
        (Retry::Later, &[429, 500, 503, 507]),
    ] {
        for status in statuses {
            let html = response(*status, &[("content-type", "text/html")], "<p>");
            assert_eq!(refused(&html).retry, retry, "{status}");
        }
    }
}

#[test]
fn unchanged_is_no_answer_to_a_request_that_named_nothing() {
    let unchanged = response(304, &[], "");
    for expected in EXPECTED {
        let reply = Reply::parse(expected, &unchanged);
        match expected {
            Expected::Changes { since: true } => assert_eq!(reply, Ok(Reply::Unchanged)),
            _ => assert_eq!(reply.unwrap_err().retry, Retry::Later),
        }
    }
}

#[test]
fn a_code_of_a_newer_server_counts_with_what_it_says_is_to_be_done() {
    let body = r#"{"code":"sync/paused","retry":"after-user","status":422,"why":[1]}"#;
    let refusal = refused(&problem_json(422, body));
    let code = "sync/paused".to_string();
    let other = Problem::Other { code, status: 422, retry: Retry::AfterUser };
    assert_eq!((refusal.retry, refusal.problem), (Retry::AfterUser, Some(other)));
    let unknown_word = r#"{"code":"sync/paused","retry":"in-spring","status":503}"#;
    assert_eq!(refused(&problem_json(503, unknown_word)).retry, Retry::Later);
}

#[test]
fn a_known_code_under_another_status_is_not_believed() {
    let mut gone =
        Problem::Gone { position: Client::new(&mut server_with("1")).position() }.encode();
    gone.status = 502;
    let refusal = refused(&gone);
    assert_eq!((refusal.problem, refusal.retry), (None, Retry::Later));
}

#[test]
fn a_wait_that_the_server_asks_for_is_told_within_bounds() {
    let after = |value| refused(&response(503, &[("Retry-After", value)], "")).wait_ms;
    assert_eq!(after("7"), Some(7_000));
    assert_eq!(after("0"), Some(1_000));
    assert_eq!(after("999999999"), Some(WAIT_MS_MAX));
    assert_eq!(after("Sun, 06 Nov 1994 08:49:37 GMT"), None);
    let fields = [
        ("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ("Date", "Sun, 06 Nov 1994 08:49:27 GMT"),
    ];
    assert_eq!(refused(&response(429, &fields, "")).wait_ms, Some(10_000));
    assert_eq!(refused(&Problem::RateLimited { wait_s: 4 }.encode()).wait_ms, Some(4_000));
}
