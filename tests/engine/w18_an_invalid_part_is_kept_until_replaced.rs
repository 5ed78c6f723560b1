//! W18, S3.33: the settings of one module break their schema, or are no JSON at all. A system that
//! sets them to nothing destroys them with the next save, and a mistake in the settings takes the
//! view along. Here the part is flagged, with what is wrong, and its bytes stay until somebody
//! replaces them; everything else loads and is edited as ever.

use crate::disk::Disk;
use crate::modules::{changes, content, found_after, module, saved_session, session, states, text};
use crate::tab::{Tab, canonical};
use keepfast::engine::PartState::{Invalid, Ok};
use keepfast::replica::Edit;

const ZOOM: &str = r#""{\"zoom\":\"a\"}""#;
/// The size is no number; the rest of the text ends too soon.
const WRONG: &str = r#""{\"size\":\"seven\"}""#;
const BROKEN: &str = r#""{\"size\":""#;

fn modules() -> Vec<String> {
    vec![module("a", WRONG, ZOOM), module("b", BROKEN, ZOOM), module("c", "7", ZOOM)]
}

#[test]
fn invalid_parts_are_flagged_with_what_is_wrong_and_the_rest_loads() {
    let disk = Disk::default();
    let (tab, _) = saved_session(&disk, "writer-a-0001", &modules());
    let (tab, opened) = found_after(tab);
    assert_eq!(text(&opened), canonical(&content(&modules(), 0)));
    assert_eq!(opened.parts, tab.engine.parts(opened.document));
    let flagged: Vec<(&str, &str, &str)> = opened
        .parts
        .iter()
        .flat_map(|part| part.issues.iter().map(move |issue| (part, issue)))
        .map(|(part, issue)| (&part.pointer[..], &issue.instance_path[..], issue.message))
        .collect();
    let expected = [
        ("/modules/0/settings", "/size", "must be an integer in the range of its type"),
        ("/modules/1/settings", "/size", "the text ends before the value is complete"),
        ("/modules/2/settings", "", "must be a string that holds JSON text"),
    ];
    assert_eq!(flagged, expected);
    assert_eq!(states(&tab, opened.document), [Invalid, Ok, Invalid, Ok, Invalid, Ok]);
}

#[test]
fn an_app_that_sets_what_it_could_not_read_to_nothing_destroys_nothing() {
    let disk = Disk::default();
    let (mut tab, doc) = saved_session(&disk, "writer-a-0001", &modules());
    tab.edit(doc, Edit::Remove { at: "/modules/0/settings".into() });
    tab.put(doc, "/modules/1/settings", "null");
    tab.put(doc, "/modules/2/settings", "null");
    tab.put(doc, "/camera", "1");
    tab.wait(1_000);
    assert_eq!(states(&tab, doc), [Invalid, Ok, Invalid, Ok, Invalid, Ok]);
    assert!(changes(&tab).is_empty());
    let (_, opened) = found_after(tab);
    assert_eq!(text(&opened), canonical(&content(&modules(), 1)));
}

#[test]
fn the_view_beside_broken_settings_is_edited_as_ever() {
    let disk = Disk::default();
    let (mut tab, doc) = saved_session(&disk, "writer-a-0001", &modules());
    tab.put(doc, "/modules/1/view", r#""{\"zoom\":\"b\"}""#);
    tab.wait(1_000);
    assert!(tab.status(doc).dirty);
    let (_, opened) = found_after(tab);
    let mut expected = modules();
    expected[1] = module("b", BROKEN, r#""{\"zoom\":\"b\"}""#);
    assert_eq!(text(&opened), canonical(&content(&expected, 0)));
}

#[test]
fn what_the_user_puts_in_its_place_replaces_it() {
    let disk = Disk::default();
    let (mut tab, doc) = saved_session(&disk, "writer-a-0001", &modules());
    tab.put(doc, "/modules/0/settings", "null");
    tab.put(doc, "/modules/0/settings", r#""{\"size\":1}""#);
    tab.wait(1_000);
    assert_eq!(states(&tab, doc), [Ok, Ok, Invalid, Ok, Invalid, Ok]);
    assert_eq!(changes(&tab), [("/modules/0/settings".to_string(), Ok)]);
    // What is null from here on is the user's value, not the one that came.
    tab.put(doc, "/modules/0/settings", "null");
    tab.wait(1_000);
    let (_, opened) = found_after(tab);
    let mut expected = modules();
    expected[0] = module("a", r#""{\"size\":1}""#, ZOOM);
    assert_eq!(text(&opened), canonical(&content(&expected, 0)));
}

#[test]
fn an_edit_that_breaks_the_schema_is_stored_like_any_other_and_flagged() {
    let disk = Disk::default();
    let mut tab = Tab::with(&disk, session("writer-a-0001"));
    let good = [module("a", r#""{\"size\":1}""#, ZOOM)];
    let doc = tab.create("s", "Session", &content(&good, 0));
    tab.wait(1_000);
    tab.put(doc, "/modules/0/settings", r#""{\"size\":256}""#);
    tab.wait(1_000);
    assert_eq!(states(&tab, doc), [Invalid, Ok]);
    assert_eq!(changes(&tab), [("/modules/0/settings".to_string(), Invalid)]);
    let status = tab.status(doc);
    assert_eq!(status.stored, status.accepted);
    let (_, opened) = found_after(tab);
    let expected = [module("a", r#""{\"size\":256}""#, ZOOM)];
    assert_eq!(text(&opened), canonical(&content(&expected, 0)));
    assert_eq!(opened.parts[0].state, Invalid);
}
