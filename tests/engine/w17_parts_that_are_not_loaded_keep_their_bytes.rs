//! W17: a module's code is still loading, or failed to load; the app does not know its state and
//! serializes null for it. A system that stores what it is given stores null, and the settings are
//! lost for good with the next save. Here what was there stays in the document, byte for byte,
//! until the app has a value of its own; what the app holds and what is stored differ meanwhile,
//! and no edit goes astray between the two.

use crate::disk::Disk;
use crate::line::Line;
use crate::modules::{
    changes, content, found_after, module, saved_session, session, states, text, was_called_mutated,
};
use crate::steps::{elsewhere, revision_of, saved_on_line};
use crate::tab::{Tab, canonical};
use keepfast::engine::{Event, PartState};
use keepfast::replica::Edit;

/// Spelled as no serializer of ours would.
const ODD: &str = r#""{ \"size\" :\t 07e-1 }""#;
const SIZE: &str = r#""{ \"size\" :\n\t7e0 }""#;
const ZOOM: &str = r#""{\"zoom\":\"a\"}""#;

fn modules() -> Vec<String> {
    vec![module("a", SIZE, ZOOM), module("b", r#""{\"size\":2}""#, ZOOM)]
}

#[test]
fn null_for_a_module_that_is_loading_loses_nothing() {
    let disk = Disk::default();
    let (mut tab, doc) = saved_session(&disk, "writer-a-0001", &modules());
    tab.put(doc, "/modules/0/settings", "null");
    tab.edit(doc, Edit::Remove { at: "/modules/0/view".into() });
    tab.put(doc, "/camera", "5");
    tab.wait(1_000);
    assert!(tab.value(doc).contains(r#"[{"id":"a","settings":null},"#));
    let expected = [PartState::Pending, PartState::Pending, PartState::Ok, PartState::Ok];
    assert_eq!(states(&tab, doc), expected);
    let (next, opened) = found_after(tab);
    assert!(opened.recovered);
    assert_eq!(text(&opened), canonical(&content(&modules(), 5)));
    assert_eq!(states(&next, opened.document), [PartState::Ok; 4]);
}

#[test]
fn null_alone_is_no_change_of_the_document() {
    let disk = Disk::default();
    let (mut tab, doc) = saved_session(&disk, "writer-a-0001", &modules());
    tab.put(doc, "/modules/1/settings", "null");
    tab.wait(2_000);
    assert!(!tab.status(doc).dirty);
    assert_eq!(changes(&tab), [("/modules/1/settings".to_string(), PartState::Pending)]);
    let (_, opened) = found_after(tab);
    assert!(!opened.recovered);
    assert_eq!(text(&opened), canonical(&content(&modules(), 0)));
}

#[test]
fn the_value_of_a_module_that_has_loaded_counts() {
    let disk = Disk::default();
    let (mut tab, doc) = saved_session(&disk, "writer-a-0001", &modules());
    tab.put(doc, "/modules/0/settings", "null");
    tab.wait(1_000);
    tab.put(doc, "/modules/0/settings", r#""{\"size\":9}""#);
    tab.wait(1_000);
    assert_eq!(states(&tab, doc), [PartState::Ok; 4]);
    let at = "/modules/0/settings".to_string();
    assert_eq!(changes(&tab), [(at.clone(), PartState::Pending), (at, PartState::Ok)]);
    let (_, opened) = found_after(tab);
    let expected = vec![module("a", r#""{\"size\":9}""#, ZOOM), modules()[1].clone()];
    assert_eq!(text(&opened), canonical(&content(&expected, 0)));
}

#[test]
fn kept_bytes_go_along_when_their_module_moves() {
    let disk = Disk::default();
    let (mut tab, doc) = saved_session(&disk, "writer-a-0001", &modules());
    tab.put(doc, "/modules/0/settings", "null");
    tab.wait(1_000);
    let loading = r#"{"id":"c","settings":null,"view":null}"#;
    let at = "/modules/0".to_string();
    tab.edit(doc, Edit::Insert { at: at.clone(), text: loading.as_bytes().into() });
    tab.edit(doc, Edit::Move { from: "/modules/1".into(), to: "/modules/2".into() });
    tab.edit(doc, Edit::Remove { at });
    tab.wait(1_000);
    let (_, opened) = found_after(tab);
    let [a, b] = &modules()[..] else { panic!("there are two modules") };
    assert_eq!(text(&opened), canonical(&content(&[b.clone(), a.clone()], 0)));
}

#[test]
fn a_module_that_the_user_removes_is_gone() {
    let disk = Disk::default();
    let (mut tab, doc) = saved_session(&disk, "writer-a-0001", &modules());
    tab.put(doc, "/modules/0/settings", "null");
    tab.wait(1_000);
    tab.edit(doc, Edit::Remove { at: "/modules/0".into() });
    tab.wait(1_000);
    let (_, opened) = found_after(tab);
    assert_eq!(text(&opened), canonical(&content(&modules()[1..], 0)));
}

#[test]
fn a_whole_value_with_null_is_not_taken_for_one_that_was_mutated() {
    let disk = Disk::default();
    let mut options = session("writer-a-0001");
    // Without expectations every record is whole, and the whole value is asked for each time.
    options.stores.iter_mut().for_each(|store| store.expects = false);
    let mut tab = Tab::with(&disk, options);
    let doc = tab.create("s", "Session", &content(&modules(), 0));
    tab.wait(1_000);
    tab.put(doc, "/modules/0/settings", "null");
    for camera in 1..=5 {
        tab.put(doc, "/camera", &camera.to_string());
        tab.wait(1_000);
    }
    assert!(!was_called_mutated(&tab));
    assert!(tab.writes.iter().filter(|(_, _, batch)| !batch.put.is_empty()).count() >= 5);
    let (_, opened) = found_after(tab);
    assert_eq!(text(&opened), canonical(&content(&modules(), 5)));
}

#[test]
fn a_value_that_was_mutated_to_null_in_place_loses_nothing_either() {
    let disk = Disk::default();
    let mut options = session("writer-a-0001");
    options.stores.iter_mut().for_each(|store| store.expects = false);
    let mut tab = Tab::with(&disk, options);
    let doc = tab.create("s", "Session", &content(&modules(), 0));
    tab.wait(1_000);
    let [a, b] = &modules()[..] else { panic!("there are two modules") };
    let null = r#"{"id":"a","settings":null}"#;
    tab.mutate(doc, "/modules", &format!("[{b},{null}]"));
    tab.put(doc, "/camera", "1");
    tab.wait(1_000);
    assert!(was_called_mutated(&tab));
    let (_, opened) = found_after(tab);
    assert_eq!(text(&opened), canonical(&content(&[b.clone(), a.clone()], 1)));
}

#[test]
fn leaving_the_page_right_after_the_null_loses_nothing() {
    let disk = Disk::default();
    let (mut tab, doc) = saved_session(&disk, "writer-a-0001", &modules());
    tab.put(doc, "/camera", "3");
    tab.put(doc, "/modules/0/settings", "null");
    tab.put(doc, "/camera", "4");
    tab.send(Event::Hidden);
    let (_, opened) = found_after(tab);
    assert_eq!(text(&opened), canonical(&content(&modules(), 4)));
}

#[test]
fn a_base_that_arrives_counts_as_it_is() {
    let disk = Disk::default();
    let (mut tab, doc) = saved_session(&disk, "writer-a-0001", &modules());
    tab.put(doc, "/modules/0/settings", "null");
    tab.wait(1_000);
    let theirs = content(&[module("a", "null", ZOOM)], 8);
    tab.base(doc, false, 2, ("Session", &theirs));
    tab.wait(1_000);
    assert!(!tab.status(doc).dirty);
    assert_eq!(tab.value(doc), canonical(&theirs));
    assert_eq!(states(&tab, doc), [PartState::Invalid, PartState::Ok]);
    tab.put(doc, "/camera", "9");
    tab.wait(1_000);
    let (_, opened) = found_after(tab);
    assert_eq!(text(&opened), canonical(&content(&[module("a", "null", ZOOM)], 9)));
}

#[test]
fn a_text_that_is_no_json_is_kept_in_its_own_spelling() {
    let disk = Disk::default();
    let list = [module("a", ODD, ZOOM)];
    let (mut tab, doc) = saved_session(&disk, "writer-a-0001", &list);
    tab.put(doc, "/modules/0/settings", "null");
    tab.put(doc, "/camera", "1");
    tab.wait(1_000);
    assert_eq!(states(&tab, doc), [PartState::Invalid, PartState::Ok]);
    let (_, opened) = found_after(tab);
    assert_eq!(text(&opened), canonical(&content(&list, 1)));
}

#[test]
fn what_is_saved_to_a_server_has_the_bytes_of_what_is_not_loaded_or_invalid() {
    let line = Line::new();
    let mut tab = Tab::on_line_with(&Disk::default(), &line, session("writer-a-0001"));
    let invalid = module("c", r#""{\"size\":\"seven\"}""#, ZOOM);
    let modules = [modules(), vec![invalid]].concat();
    let doc = saved_on_line(&mut tab, "s", &content(&modules, 0));
    for at in ["/modules/0/settings", "/modules/2/settings"] {
        tab.put(doc, at, "null");
    }
    tab.edit(doc, Edit::Remove { at: "/modules/1/view".into() });
    tab.put(doc, "/camera", "5");
    let save = tab.save(doc);
    assert_eq!(revision_of(&tab, save), 2);
    assert_eq!(line.text("s").unwrap(), canonical(&content(&modules, 5)));
    assert!(!tab.status(doc).dirty, "what the app does not hold is no edit of it");
    let (other, there) = elsewhere(&line, "s");
    assert_eq!(other.value(there), canonical(&content(&modules, 5)));
}
