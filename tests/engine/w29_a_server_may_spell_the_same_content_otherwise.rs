//! W29 over a server: the server spells the content in its own way, and what was opened is dirty
//! after the first look at it, although nobody has edited anything. Here both sides pass through
//! one canonical form before they are compared.

use crate::disk::Disk;
use crate::line::{Fault, Line};
use crate::steps::{A, B, all_drafts, put_elsewhere, saved_on_line, sync};
use crate::tab::Tab;
use keepfast::engine::SyncTrack;
use keepfast::protocol::Response;

/// The same document, spelled by another server.
fn respelled(mut response: Response) -> Response {
    let body = String::from_utf8(response.body).unwrap();
    let (canonical, other) =
        (r#"{"a":[1,2.5],"b":"é"}"#, "{ \"b\":\"\\u00e9\",\n\"a\":[1.0,25e-1] }");
    assert!(body.contains(canonical), "{body}");
    response.body = body.replace(canonical, other).into_bytes();
    response
}

#[test]
fn what_is_loaded_in_another_spelling_is_clean_and_stays_clean() {
    let (disk, line) = (Disk::default(), Line::new());
    let mut one = Tab::on_line(&Disk::default(), &line, A);
    saved_on_line(&mut one, "a", r#"{"a":[1,2.5],"b":"é"}"#);
    let mut two = Tab::on_line(&disk, &line, B);
    line.strike([Fault::Answer(respelled(line.reading("a")))]);
    let doc = two.load_from_server("a");
    two.put(doc, "/b", r#""other""#);
    two.put(doc, "/b", r#""é""#);
    two.wait(60_000);
    let status = two.status(doc);
    assert_eq!((status.dirty, status.sync, status.revision), (false, SyncTrack::Ok, Some(1)));
    assert_eq!((all_drafts(&disk), line.revision("a")), (Vec::new(), 1));
}

#[test]
fn what_is_fetched_in_another_spelling_is_no_conflict_with_the_same_edit_here() {
    let line = Line::new();
    let mut tab = Tab::on_line(&Disk::default(), &line, A);
    let doc = saved_on_line(&mut tab, "a", r#"{"a":[1,2.5],"b":"e"}"#);
    tab.put(doc, "/b", r#""é""#);
    put_elsewhere(&line, "a", "/b", r#""é""#);
    line.strike([Fault::Pass, Fault::Answer(respelled(line.reading("a")))]);
    sync(&mut tab);
    let status = tab.status(doc);
    assert_eq!((status.dirty, status.sync, status.revision), (false, SyncTrack::Ok, Some(2)));
}
