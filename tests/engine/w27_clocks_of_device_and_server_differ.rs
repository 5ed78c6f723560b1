//! W27 over a server: the server's clock is ahead, and an own save looks like somebody else's; the
//! device's is ahead, and somebody else's save is never seen. Here no time of either is compared
//! with anything.

use crate::disk::Disk;
use crate::line::Line;
use crate::steps::{A, B, put_elsewhere, saved_on_line};
use crate::tab::Tab;
use keepfast::engine::SyncTrack;

const HOUR: i64 = 3_600_000;

/// What a session leads to: after an own save, after one from elsewhere, after a conflict, and in
/// the tab after.
fn session(device_off: i64, server_off: i64) -> Vec<(SyncTrack, bool, Option<u64>, String)> {
    let (disk, line) = (Disk::default(), Line::new());
    let mut tab = Tab::on_line(&disk, &line, A);
    tab.skew_wall(device_off);
    line.set_clock(1_700_000_000_000_u64.saturating_add_signed(server_off));
    let doc = saved_on_line(&mut tab, "a", r#"{"text":0}"#);
    let mut verdicts = Vec::new();
    let mut note = |tab: &Tab, doc| {
        let status = tab.status(doc);
        verdicts.push((status.sync, status.dirty, status.revision, tab.value(doc)));
    };
    tab.put(doc, "/text", "1");
    tab.save(doc);
    tab.wait(15_000);
    note(&tab, doc);
    put_elsewhere(&line, "a", "/text", "2");
    tab.wait(15_000);
    note(&tab, doc);
    tab.put(doc, "/text", "3");
    put_elsewhere(&line, "a", "/text", "4");
    tab.wait(15_000);
    note(&tab, doc);
    tab.kill();
    let mut next = Tab::on_line(&disk, &line, B);
    next.skew_wall(-device_off);
    let doc = next.load("a").unwrap().document;
    next.wait(15_000);
    note(&next, doc);
    verdicts
}

#[test]
fn hours_in_either_direction_change_no_verdict() {
    let right = session(0, 0);
    let conflict = (SyncTrack::Conflict, true, Some(3), r#"{"text":3}"#.to_string());
    assert_eq!(
        right,
        [
            (SyncTrack::Ok, false, Some(2), r#"{"text":1}"#.into()),
            (SyncTrack::Ok, false, Some(3), r#"{"text":2}"#.into()),
            conflict.clone(),
            conflict,
        ]
    );
    for device in [-24 * HOUR, -HOUR, 0, HOUR, 24 * HOUR] {
        for server in [-24 * HOUR, -HOUR, 0, HOUR, 24 * HOUR] {
            assert_eq!(session(device, server), right, "{device} {server}");
        }
    }
}
