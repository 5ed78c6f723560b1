//! What an app may do to its content, and what becomes of it: each kind of edit is stored as a
//! delta and replayed to the same bytes. What the engine cannot follow makes it ask for the whole;
//! what JSON cannot say is told, and costs nothing that was there before.

use crate::disk::{DEVICE, Disk};
use crate::shorthand::{reloaded, replayed};
use crate::tab::{Tab, canonical};
use keepfast::engine::{DocumentId, EngineError, Event, Notice};
use keepfast::record::{self, Drawer, Kind};
use keepfast::replica::Edit;

const START: &str = r#"{"list":[1,2,3],"map":{"a":{"deep":[true]},"b":null}}"#;

fn put(at: &str, text: &str) -> Edit {
    Edit::Put { at: at.into(), text: text.as_bytes().into() }
}

fn insert(at: &str, text: &str) -> Edit {
    Edit::Insert { at: at.into(), text: text.as_bytes().into() }
}

fn remove(at: &str) -> Edit {
    Edit::Remove { at: at.into() }
}

fn relocate(from: &str, to: &str) -> Edit {
    Edit::Move { from: from.into(), to: to.into() }
}

/// How many records of the draft are whole.
fn wholes(disk: &Disk) -> usize {
    let drafts = disk.entries(DEVICE).into_iter().filter(|it| it.key.drawer == Drawer::Draft);
    let kinds = drafts.map(|entry| record::decode(&entry.bytes).unwrap().header.kind);
    kinds.filter(|kind| *kind == Kind::Checkpoint).count()
}

/// Makes these edits with a pause after each, and gives back what is recovered after each.
fn survives(edits: &[Edit]) -> Vec<String> {
    let mut recovered = Vec::new();
    for count in 1..=edits.len() {
        let disk = Disk::default();
        let mut tab = Tab::new(&disk, "writer-a-0001");
        let doc = tab.saved_document("a", START);
        for edit in &edits[..count] {
            tab.edit(doc, edit.clone());
            tab.wait(1_000);
        }
        let expected = canonical(&tab.value(doc));
        assert_eq!(wholes(&disk), 0, "edits are stored as deltas");
        tab.kill();
        let text = reloaded(&disk, "a").unwrap();
        assert_eq!(text, expected);
        recovered.push(text);
    }
    recovered
}

#[test]
fn each_kind_of_edit_is_stored_and_replayed() {
    let edits = [
        put("/map/b", r#"{"z":1,"y":"é"}"#),
        put("/list/1", "[]"),
        insert("/list/0", "\"first\""),
        insert("/list/4", "\"last\""),
        remove("/list/1"),
        remove("/map/a/deep"),
        relocate("/list/3", "/list/0"),
        relocate("/map/b", "/map/a/b"),
        put("", "[0]"),
    ];
    let recovered = survives(&edits);
    assert_eq!(recovered[0], canonical(&START.replace("null", r#"{"y":"é","z":1}"#)));
    assert_eq!(
        recovered[6],
        r#"{"list":["last","first",[],3],"map":{"a":{},"b":{"y":"é","z":1}}}"#
    );
    assert_eq!(recovered[7], r#"{"list":["last","first",[],3],"map":{"a":{"b":{"y":"é","z":1}}}}"#);
    assert_eq!(recovered[8], "[0]");
}

#[test]
fn a_value_that_is_known_as_a_whole_only_is_stored_whole() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", START);
    tab.forget_edits(doc);
    for edit in 0..5 {
        tab.put(doc, "/map/b", &edit.to_string());
        tab.wait(1_000);
    }
    let blames = |notice: &Notice| matches!(notice, Notice::MutatedInPlace { .. });
    assert!(!tab.notices.iter().any(blames), "nothing else was told");
    assert_eq!(wholes(&disk), 1, "the newest stands for those before it");
    let expected = tab.value(doc);
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), expected);
}

#[test]
fn where_edits_and_the_whole_disagree_the_whole_counts() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", START);
    tab.put(doc, "/list/0", "7");
    tab.mutate(doc, "/map/b", "8");
    tab.put(doc, "/list/1", "9");
    tab.send(Event::Hidden);
    assert!(tab.notices.contains(&Notice::MutatedInPlace { document: doc }));
    let expected = tab.value(doc);
    assert!(expected.contains(r#""b":8"#));
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), expected);
}

#[test]
fn a_misplaced_edit_asks_for_the_whole_and_nothing_is_lost() {
    let wrong = [
        remove("/nothing"),
        insert("/list/9", "1"),
        insert("/map/x", "1"),
        put("/list/-1", "1"),
        put("list", "1"),
        put("/map/b", "{"),
        relocate("/map", "/map/a/x"),
    ];
    for report in wrong {
        let disk = Disk::default();
        let mut tab = Tab::new(&disk, "writer-a-0001");
        let doc = tab.saved_document("a", START);
        tab.put(doc, "/list/0", "7");
        tab.wait(1_000);
        tab.put_misreported(doc, ("/map/b", "8"), report.clone());
        tab.wait(1_000);
        let status = tab.status(doc);
        assert_eq!((status.stored, status.error.clone()), (status.accepted, None), "{report:?}");
        let expected = tab.value(doc);
        tab.kill();
        assert_eq!(reloaded(&disk, "a").unwrap(), expected, "{report:?}");
        assert!(expected.contains(r#""b":8"#));
    }
}

#[test]
fn what_json_cannot_say_is_told_and_what_was_there_before_stays() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", START);
    tab.put(doc, "/list/0", "7");
    tab.wait(1_000);
    let before = tab.value(doc);
    tab.set_unspeakable(doc, Some("/map/b"));
    tab.put(doc, "/map/b", "8");
    let flush = tab.flush(doc);
    tab.wait(5_000);
    let error = EngineError::NotJson("/map/b".into());
    assert_eq!(tab.failure(flush), Some(error.clone()));
    let status = tab.status(doc);
    assert_eq!(status.error, Some(error));
    assert!(status.dirty && status.stored < status.accepted);
    let close = tab.close(doc);
    assert!(tab.failure(close).is_some(), "it is not closed over an edit that is not stored");
    tab.send(Event::Hidden);
    assert_eq!(
        reloaded(&replayed(&tab.writes), "a").unwrap(),
        before,
        "a crash leaves the content of before"
    );
    tab.set_unspeakable(doc, None);
    tab.put(doc, "/list/1", "9");
    tab.wait(1_000);
    let status = tab.status(doc);
    assert_eq!((status.stored, status.error.clone()), (status.accepted, None));
    let expected = tab.value(doc);
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), expected);
}

#[test]
fn a_new_title_is_stored_also_while_the_content_cannot_be_said() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", START);
    tab.set_unspeakable(doc, Some("/map/b"));
    tab.put(doc, "/map/b", "8");
    tab.send(Event::Renamed { document: doc, title: "Other".into() });
    tab.wait(5_000);
    tab.send(Event::Hidden);
    assert!(tab.status(doc).stored < tab.status(doc).accepted);
    tab.kill();
    let mut tab = Tab::new(&disk, "writer-b-0001");
    let opened = tab.load("a").unwrap();
    assert_eq!(opened.title, "Other");
    assert_eq!(String::from_utf8(opened.text).unwrap(), START);
}

/// So many arrays within each other.
fn nested(levels: usize) -> String {
    format!("{}{}", "[".repeat(levels), "]".repeat(levels))
}

fn deep(tab: &mut Tab, doc: DocumentId) -> EngineError {
    tab.wait(1_000);
    let status = tab.status(doc);
    assert!(status.stored < status.accepted, "what is refused is not said to be stored");
    status.error.clone().expect("it is told")
}

#[test]
fn content_is_128_levels_deep_at_most() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"far":{"off":{}},"text":0}"#);
    tab.put(doc, "/text", &nested(127));
    tab.wait(1_000);
    let status = tab.status(doc);
    assert_eq!((status.stored, status.error.clone()), (status.accepted, None), "128 are allowed");
    let allowed = tab.value(doc);
    tab.put(doc, "/text", &nested(128));
    deep(&mut tab, doc);
    assert_eq!(reloaded(&replayed(&tab.writes), "a").unwrap(), allowed);
    let request = tab.request();
    tab.send(Event::Create {
        request,
        collection: "notes".into(),
        document: "b".into(),
        title: "Plan".into(),
        description: None,
        text: nested(129).into_bytes(),
    });
    assert!(matches!(tab.failure(request), Some(EngineError::Json(_))));
    tab.create("b", "Plan", &nested(128));
}

#[test]
fn a_value_that_is_moved_too_deep_is_refused_like_one_that_is_put_there() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.saved_document("a", r#"{"far":{"off":{}},"text":0}"#);
    tab.put(doc, "/text", &nested(127));
    tab.wait(1_000);
    let allowed = tab.value(doc);
    tab.edit(doc, relocate("/text", "/far/off/text"));
    deep(&mut tab, doc);
    tab.kill();
    assert_eq!(reloaded(&disk, "a").unwrap(), allowed);
}
