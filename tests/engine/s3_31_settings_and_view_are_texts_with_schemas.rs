//! S3.31: the settings and the view of a module are texts within the content. A check of the
//! content sees two strings, whatever they spell. Here each is a part that is read as JSON and
//! follows a schema of its own, on opening and on every edit, wherever its module is.

use crate::disk::Disk;
use crate::modules::{content, module, session, states};
use crate::tab::Tab;
use keepfast::engine::PartState::{Invalid, Ok};
use keepfast::replica::Edit;

const SIZE: &str = r#""{\"size\":1}""#;
const ZOOM: &str = r#""{\"zoom\":\"a\"}""#;

#[test]
fn each_text_follows_its_own_schema() {
    let disk = Disk::default();
    let mut tab = Tab::with(&disk, session("writer-a-0001"));
    let list = [module("a", SIZE, ZOOM), module("b", ZOOM, SIZE)];
    let doc = tab.create("s", "Session", &content(&list, 0));
    let parts = tab.engine.parts(doc);
    let found: Vec<_> = parts.iter().map(|part| (&part.pointer[..], part.state)).collect();
    let expected = [
        ("/modules/0/settings", Ok),
        ("/modules/0/view", Ok),
        ("/modules/1/settings", Invalid),
        ("/modules/1/view", Invalid),
    ];
    assert_eq!(found, expected);
    // The object itself, where its text belongs, is no text.
    tab.put(doc, "/modules/0/settings", r#"{"size":1}"#);
    tab.wait(1_000);
    assert_eq!(states(&tab, doc), [Invalid, Ok, Invalid, Invalid]);
}

#[test]
fn a_module_that_is_added_has_parts_and_one_that_is_removed_has_none() {
    let disk = Disk::default();
    let mut tab = Tab::with(&disk, session("writer-a-0001"));
    let doc = tab.create("s", "Session", &content(&[module("a", SIZE, ZOOM)], 0));
    tab.wait(1_000);
    let bad = module("b", r#""""#, ZOOM);
    let text = bad.as_bytes().into();
    tab.edit(doc, Edit::Insert { at: "/modules/0".into(), text });
    tab.wait(1_000);
    assert_eq!(states(&tab, doc), [Invalid, Ok, Ok, Ok]);
    tab.edit(doc, Edit::Remove { at: "/modules/0".into() });
    tab.wait(1_000);
    assert_eq!(states(&tab, doc), [Ok, Ok]);
}

#[test]
fn a_collection_without_parts_has_none() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, "writer-a-0001");
    let doc = tab.create("s", "Session", &content(&[module("a", "null", "1")], 0));
    tab.put(doc, "/modules/0/settings", "null");
    tab.wait(1_000);
    assert!(tab.engine.parts(doc).is_empty());
    assert!(tab.notices.iter().all(|notice| !format!("{notice:?}").contains("Part")));
}
