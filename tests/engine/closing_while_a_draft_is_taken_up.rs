//! The story: a user goes on with a draft, and the app closes the document while the engine looks
//! at its value. The close was answered, and then the draft was given to the document that was
//! closed, under a promise for which nobody had the document any more. Now the draft waits until
//! the close is done, and is opened anew.

use crate::disk::Disk;
use crate::steps::{A, B, draft_of, saved, text_of};
use crate::tab::{Tab, options};
use keepfast::engine::{Answer, Event, Options, Recovery};

#[test]
fn the_draft_is_opened_anew_after_the_close() {
    let disk = Disk::default();
    let mut first = Tab::new(&disk, A);
    let doc = saved(&mut first, "a", r#"{"text":0}"#);
    first.put(doc, "/text", "1");
    first.wait(2_000);
    first.kill();

    let mut tab = Tab::with(&disk, Options { recovery: Recovery::Ask, ..options(B) });
    let open = tab.load("a").expect("its base is there").document;
    tab.hold_captures();
    let draft = draft_of(A, "a");
    let recover = tab.ask(|request| Event::Recover { request, draft });
    let close = tab.close(open);
    assert_eq!((tab.answer(recover), tab.answer(close)), (None, None));
    assert!(tab.release_captures() > 0, "the value is looked at");
    tab.wait(2_000);

    assert_eq!(tab.answer(close), Some(&Answer::Done));
    assert_eq!(tab.applied, [], "nothing is given to a closed document");
    let Some(Answer::Opened(opened)) = tab.answer(recover) else { panic!("it is opened") };
    assert_ne!(opened.document, open);
    assert_eq!((text_of(opened), opened.recovered), (r#"{"text":1}"#, true));
}
