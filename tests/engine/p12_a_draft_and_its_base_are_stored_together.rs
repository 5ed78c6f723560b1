//! P12: a checkpoint and the file it belongs to are two writes; the first may succeed alone, the
//! list does not see it, and a delete leaves it behind. Here a draft and the base that it grew
//! from are one batch, and listing, exporting and discarding see every record of a draft.

use crate::disk::{DEVICE, Disk, TAB};
use crate::shorthand::draft_keys;
use crate::tab::Tab;
use keepfast::engine::{Answer, DraftState, Event, StoreError};
use keepfast::record::{self, Drawer};

#[test]
fn whatever_write_is_the_last_one_every_draft_has_its_base() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.create("a", "Plan", r#"{"text":""}"#);
    for revision in 1..=30 {
        tab.put(doc, "/text", &revision.to_string());
        let sent = tab.value(doc);
        tab.put(doc, "/text", &format!("\"after {revision}\""));
        tab.base(doc, true, revision, ("Plan", &sent));
        tab.wait(250);
    }
    let replayed = Disk::default();
    let mut with_base = 0;
    for (store, _, batch) in &tab.writes {
        replayed.write(*store, batch).expect("it was stored once");
        let entries: Vec<_> = replayed.entries(DEVICE);
        for recovery in record::recover("acme", &entries) {
            for draft in &recovery.drafts {
                let Some(base) = draft.base else { continue };
                let has = recovery.bases.iter().any(|known| known.base.digest == base.digest);
                assert!(has, "revision {} is not there", base.revision);
                with_base += 1;
            }
        }
    }
    assert!(with_base > 30, "{with_base}");
}

#[test]
fn of_a_batch_that_fails_nothing_is_there() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.create("a", "Plan", r#"{"text":""}"#);
    tab.wait(5_000);
    let before = disk.entries(DEVICE);
    tab.hold();
    let sent = tab.value(doc);
    tab.put(doc, "/text", "1");
    tab.base(doc, true, 1, ("Plan", &sent));
    tab.fail_held(StoreError::Aborted, false);
    assert_eq!(disk.entries(DEVICE), before);
    let sent = tab.writes.len();
    tab.wait(60_000);
    let batch = &tab.writes[sent].2;
    let drawers: Vec<_> = batch.put.iter().map(|entry| entry.key.drawer).collect();
    assert_eq!(drawers, [Drawer::Base, Drawer::Draft], "both are one batch");
    tab.kill();
    let mut tab = Tab::new(&disk, "writer-b-0001");
    let opened = tab.load("a").unwrap();
    assert_eq!(opened.text, br#"{"text":1}"#);
}

#[test]
fn listing_exporting_and_discarding_see_every_record() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.create("a", "Plan", r#"{"text":""}"#);
    for edit in 0..10 {
        tab.put(doc, "/text", &edit.to_string());
        tab.wait(1_000);
    }
    tab.put(doc, "/text", "10");
    tab.put(doc, "/text", "11");
    tab.send(Event::Hidden);
    tab.kill();
    let records = draft_keys(&disk);
    assert!(
        disk.keys(DEVICE, Drawer::Draft).len() > 10 && !disk.keys(TAB, Drawer::Tail).is_empty()
    );
    let mut tab = Tab::new(&disk, "writer-b-0001");
    let drafts = tab.drafts();
    assert_eq!((drafts.len(), drafts[0].state), (1, DraftState::Recoverable));
    let name = drafts[0].name.clone();
    let export = tab.ask(|request| Event::ExportDraft { request, draft: name.clone() });
    let Some(Answer::Exported(entries)) = tab.answer(export) else { panic!("it is exported") };
    assert_eq!(entries.len(), records.len());
    let discard = tab.ask(|request| Event::DiscardDraft { request, draft: name });
    assert!(tab.is_done(discard));
    assert_eq!(draft_keys(&disk), []);
    assert_eq!(tab.drafts(), []);
}
