//! W43: "Server responded with message: undefined", and "[object Object]" for content that breaks
//! its schema. Here whatever ends a save is an error of its own, in words that people can read.

use crate::disk::Disk;
use crate::line::{Fault, Line};
use crate::steps::{A, put_elsewhere, rename, saved_on_line, with_notes};
use crate::tab::Tab;
use keepfast::engine::{Answer, CollectionOptions, DocumentId};
use keepfast::protocol::Problem;

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

#[test]
fn each_cause_has_its_own_words() {
    let lost = || (0..100).map(|_| Fault::LoseRequest);
    let forbidden = || Fault::Refuse(Problem::Forbidden);
    let cases = [
        (words(|line, _, _| line.strike(lost())), "the server did not answer in time"),
        (words(|line, _, _| line.expire_token(false)), "nobody is signed in; sign in to save"),
        (
            words(|line, _, _| line.strike([forbidden()])),
            "the server refused the request with status 403",
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
        (words(|_, tab, doc| rename(tab, doc, "")), "TitleShort is 0, the limit is 1"),
        (words(|_, tab, doc| tab.put(doc, "/text", "0")), "there is nothing to save"),
    ];
    for (words, wanted) in cases {
        assert_eq!(words, wanted);
    }
}
