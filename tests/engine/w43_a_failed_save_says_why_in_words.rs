//! W43: "Server responded with message: undefined", and "[object Object]" for content that breaks
//! its schema. Here whatever ends a save is an error of its own, in words that people can read.

use crate::disk::Disk;
use crate::line::{Fault, Line};
use crate::steps::{A, put_elsewhere, rename, saved_on_line, with_notes};
use crate::tab::Tab;
use keepfast::engine::{Answer, CollectionOptions, DocumentId, EngineError, Excess, Limited};
use keepfast::protocol::{Problem, Violation};

/// What a user reads when this has happened to a save.
fn words(happen: impl FnOnce(&Line, &mut Tab, DocumentId)) -> String {
    let (disk, line) = (Disk::default(), Line::new());
    let schema = br#"{"properties":{"text":{"type":"int32"}}}"#.to_vec();
    let notes = CollectionOptions { schema: Some(schema), ..CollectionOptions::default() };
    let mut tab = Tab::on_line_with(&disk, &line, with_notes(A, notes));
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    happen(&line, &mut tab, doc);
    let save = tab.save(doc);
    tab.wait(20_000);
    match tab.answer(save) {
        Some(Answer::Failed(error) | Answer::Queued(error)) => error.to_string(),
        other => panic!("it did not fail: {other:?}"),
    }
}

fn excess(what: Limited) -> Excess {
    Excess { what, actual: 12, limit: 11 }
}

#[test]
fn what_the_server_says_of_limits_and_places_reaches_the_app() {
    let violation = Violation {
        instance_path: "/text".into(),
        schema_path: "/properties/text/type".into(),
        message: "is no number".into(),
    };
    let problems = [
        Problem::TooLarge(excess(Limited::Content)),
        Problem::OutOfLimits(excess(Limited::Title)),
        Problem::SpaceFull(excess(Limited::Space)),
        Problem::Invalid { issues: [violation].into() },
        Problem::SchemaOlder { current: 3 },
    ];
    for problem in problems {
        let line = Line::new();
        let mut tab = Tab::on_line(&Disk::default(), &line, A);
        let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
        tab.put(doc, "/text", "1");
        line.strike([Fault::Refuse(problem.clone())]);
        let save = tab.save(doc);
        let error = EngineError::Problem(problem.into());
        assert_eq!(tab.answer(save), Some(&Answer::Failed(error.clone())));
        assert_eq!(tab.status(doc).error, Some(error));
    }
}

#[test]
fn each_cause_has_its_own_words() {
    let lost = || (0..100).map(|_| Fault::LoseRequest);
    let forbidden = || Fault::Refuse(Problem::Forbidden);
    let too_large = || Fault::Refuse(Problem::TooLarge(excess(Limited::Content)));
    let cases = [
        (words(|line, _, _| line.strike(lost())), "the server did not answer in time"),
        (words(|line, _, _| line.expire_token(false)), "nobody is signed in; sign in to save"),
        (words(|line, _, _| line.strike([forbidden()])), "this may be seen and not changed"),
        (
            words(|line, _, _| line.strike([Fault::Status(403)])),
            "the server refused the request with status 403",
        ),
        (
            words(|line, _, _| line.strike([too_large()])),
            "the content is too large: content has 12 bytes, the most is 11",
        ),
        (
            words(|line, _, _| put_elsewhere(line, "a", "/text", "2")),
            "the server has newer content; choose what to keep",
        ),
        (words(|line, _, _| line.delete("a")), "the document is no longer on the server"),
        (
            words(|_, tab, doc| tab.put(doc, "/text", "true")),
            "the content breaks its schema in 1 places",
        ),
        (words(|_, tab, doc| rename(tab, doc, "")), "title has 0 characters, the least is 1"),
        (words(|_, tab, doc| tab.put(doc, "/text", "0")), "there is nothing to save"),
    ];
    for (words, wanted) in cases {
        assert_eq!(words, wanted);
    }
}
