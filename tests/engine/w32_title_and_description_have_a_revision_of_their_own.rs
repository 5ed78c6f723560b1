//! W32, W33: a rename from a list rewrites the whole document and looks like somebody else's
//! edit; and a description that was cleared comes back, because "nothing" was read as "not sent".
//! Here title and description have a revision of their own, and absent, empty and unchanged are
//! three different things.

use crate::disk::{DEVICE, Disk};
use crate::steps::{A, B, describe, rename, saved, text_of};
use crate::tab::Tab;
use keepfast::engine::{ArrivedBase, DocumentId, Event, SyncTrack};
use keepfast::record::{Body, Drawer, decode};

/// The title or the description was changed elsewhere, or saved alone.
fn renamed(tab: &mut Tab, doc: DocumentId, is_own: bool, of: (u64, &str, Option<&str>)) {
    let base = ArrivedBase {
        is_own,
        revision: 1,
        metadata_revision: of.0,
        title: of.1.into(),
        description: of.2.map(String::from),
        text: br#"{"text":0}"#.to_vec(),
    };
    tab.send(Event::BaseArrived { document: doc, base: Box::new(base) });
}

#[test]
fn a_rename_elsewhere_reaches_a_clean_document_without_a_new_revision_of_its_content() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    renamed(&mut tab, doc, false, (2, "Other", Some("why")));
    tab.wait(2_000);
    let status = tab.status(doc);
    assert_eq!((status.dirty, status.revision, status.sync), (false, Some(1), SyncTrack::Off));
    tab.kill();
    let opened = Tab::new(&disk, B).load("a").unwrap();
    assert_eq!((&opened.title[..], opened.description.as_deref()), ("Other", Some("why")));
    assert_eq!((text_of(&opened), opened.recovered), (r#"{"text":0}"#, false));
}

#[test]
fn an_older_rename_that_arrives_late_is_passed_over() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    renamed(&mut tab, doc, false, (3, "Newest", None));
    renamed(&mut tab, doc, false, (2, "Older", None));
    tab.wait(2_000);
    tab.kill();
    assert_eq!(Tab::new(&disk, B).load("a").unwrap().title, "Newest");
}

#[test]
fn saving_a_rename_alone_leaves_the_edits_of_the_content_in_the_draft() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    rename(&mut tab, doc, "Other");
    renamed(&mut tab, doc, true, (2, "Other", None));
    tab.wait(60_000);
    let status = tab.status(doc);
    assert_eq!((status.dirty, status.sync, status.revision), (true, SyncTrack::Off, Some(1)));
    tab.kill();
    let opened = Tab::new(&disk, B).load("a").unwrap();
    assert_eq!((&opened.title[..], text_of(&opened)), ("Other", r#"{"text":1}"#));
    assert!(opened.recovered);
}

#[test]
fn a_rename_is_stored_without_the_content() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let text = format!(r#"{{"text":"{}"}}"#, "x".repeat(100_000));
    let doc = saved(&mut tab, "a", &text);
    rename(&mut tab, doc, "Other");
    tab.wait(2_000);
    let drafts = disk.entries(DEVICE).into_iter();
    let mut drafts = drafts.filter(|entry| entry.key.drawer == Drawer::Draft).peekable();
    assert!(drafts.peek().is_some());
    assert!(drafts.all(|entry| entry.bytes.len() < 1_000));
}

#[test]
fn a_cleared_description_is_stored_as_cleared_and_an_unchanged_one_is_not_mentioned() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    renamed(&mut tab, doc, false, (2, "Plan", Some("why")));
    tab.wait(2_000);
    rename(&mut tab, doc, "Other");
    tab.wait(2_000);
    describe(&mut tab, doc, None);
    tab.wait(2_000);
    let drafts = disk.entries(DEVICE).into_iter();
    let drafts = drafts.filter(|entry| entry.key.drawer == Drawer::Draft);
    let said: Vec<_> = drafts
        .filter_map(|entry| match decode(&entry.bytes).unwrap().body {
            Body::Delta(delta) => Some(delta.description),
            Body::Whole(_) | Body::Outbox(_) | Body::Head | Body::Lease(_) => None,
        })
        .collect();
    assert_eq!(said.first(), Some(&None), "the rename says nothing of the description");
    assert!(said.contains(&Some(None)), "the clearing says that there is none: {said:?}");
    tab.kill();
    let opened = Tab::new(&disk, B).load("a").unwrap();
    assert_eq!((&opened.title[..], opened.description), ("Other", None));
    assert!(opened.recovered);
}

#[test]
fn a_description_cleared_elsewhere_is_cleared_here() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    renamed(&mut tab, doc, false, (2, "Plan", Some("why")));
    renamed(&mut tab, doc, false, (3, "Plan", None));
    tab.wait(2_000);
    assert!(!tab.status(doc).dirty);
    describe(&mut tab, doc, Some(""));
    assert!(tab.status(doc).dirty, "an empty description is not an absent one");
    tab.kill();
    assert_eq!(Tab::new(&disk, B).load("a").unwrap().description.as_deref(), Some(""));
}
