//! W29: the server spells the same content in another way, or an older version of the app did. A
//! system that compares spellings is clean until the first look and dirty ever after. Here both
//! sides pass through one canonical form.

use crate::disk::Disk;
use crate::steps::{A, B, all_drafts, saved, text_of};
use crate::tab::{Tab, canonical};
use keepfast::engine::{Capture, DraftTrack, Effect, Event};
use keepfast::replica::Edit;

const SPELLINGS: [&str; 4] = [
    r#"{"b":[1,2.5],"a":"é"}"#,
    "{ \"a\" : \"\\u00e9\",\n \"b\" : [1.0, 25e-1] }",
    r#"{"b":[1e0,2.50],"a":"\u00E9"}"#,
    "{\"b\":[1,2.5]\t,\"a\":\"é\"}\r\n",
];

#[test]
fn a_base_in_any_spelling_leaves_the_same_content_clean() {
    for spelling in SPELLINGS {
        let disk = Disk::default();
        let mut tab = Tab::new(&disk, A);
        let doc = tab.create("a", "Plan", SPELLINGS[0]);
        tab.base(doc, true, 1, ("Plan", spelling));
        tab.wait(2_000);
        let status = tab.status(doc);
        assert_eq!((status.dirty, status.draft), (false, DraftTrack::Clean), "{spelling}");
        assert_eq!(tab.value(doc), canonical(spelling));
        assert_eq!(all_drafts(&disk), []);
    }
}

#[test]
fn a_clean_document_is_clean_after_reopening_and_after_a_look_at_it() {
    for spelling in SPELLINGS {
        let disk = Disk::default();
        let mut tab = Tab::new(&disk, A);
        let doc = tab.create("a", "Plan", SPELLINGS[0]);
        tab.base(doc, true, 1, ("Plan", spelling));
        tab.wait(2_000);
        tab.kill();
        let mut tab = Tab::new(&disk, B);
        let opened = tab.load("a").unwrap();
        assert_eq!(text_of(&opened), canonical(spelling));
        assert!(!tab.status(opened.document).dirty);
        // The app reports a change and there is none; then the whole value is looked at.
        tab.send(Event::Changed { document: opened.document });
        tab.send(Event::Hidden);
        tab.wait(60_000);
        let status = tab.status(opened.document);
        assert_eq!((status.dirty, status.draft), (false, DraftTrack::Clean));
        assert_eq!(all_drafts(&disk), []);
    }
}

#[test]
fn members_put_in_another_order_are_no_difference() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"box":{"x":1,"y":2}}"#);
    let asked = tab.effects_of(Event::Changed { document: doc });
    let token = asked.iter().find_map(|effect| match effect {
        Effect::Capture { token, .. } => Some(*token),
        _ => None,
    });
    let text = br#"{"y":2,"x":1}"#[..].into();
    let capture = Capture::Edits(vec![Edit::Put { at: "/box".into(), text }]);
    let token = token.expect("the edit is captured at once");
    tab.send(Event::Captured { document: doc, token, capture });
    assert!(!tab.status(doc).dirty);
    tab.wait(2_000);
    assert_eq!(all_drafts(&disk), []);
}
