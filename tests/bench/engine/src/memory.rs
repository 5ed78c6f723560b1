//! How much memory the engine holds for a document of 1.5 MB: after it was created, after a
//! thousand edits, and after a hundred thousand. The app's value and the store do not count.

use crate::answer::{at_most, row};
use crate::counting::{live, take_peak};
use crate::session::{CHANGES, Session};
use crate::tab::Tab;
use serde_json::{Value, json};

/// Measures; returns the group of rows.
///
/// # Errors
/// What the engine refused, or did wrong.
pub fn group() -> Result<Value, String> {
    let session = Session::new(BYTES as u64, BYTES);
    let before = live();
    take_peak();
    let mut tab = Tab::open(session)?;
    let text = tab.content_bytes();
    let (loaded, load_peak) = (live() - before, take_peak() - before);
    edit(&mut tab, EDITS_FEW)?;
    let (few, few_peak) = (live() - before, take_peak() - before);
    edit(&mut tab, EDITS_MANY - EDITS_FEW)?;
    let (many, many_peak) = (live() - before, take_peak() - before);
    tab.check()?;
    let kb = |name: &str, bytes: usize| {
        row(name, "kB", bytes as f64 / 1_000.0, bytes as f64 / text as f64)
    };
    let rows = [
        kb("canonical text", text),
        kb("after creating the document", loaded),
        kb("after 1 000 edits", few),
        kb("after 100 000 edits", many),
        kb("most while creating", load_peak),
        // A checkpoint compares the whole value: the text that the shell hands over counts as well.
        kb("most during 1 000 edits, a whole text handed over", few_peak),
        kb("most during 100 000 edits, the same", many_peak),
    ];
    let of_text = |bytes: usize| bytes as f64 / text as f64;
    let claims = [
        at_most("memory after 1 000 edits", "the text", OF_TEXT_MAX, of_text(few)),
        at_most("most while creating", "the text", OF_TEXT_MAX, of_text(load_peak)),
        at_most(
            "memory after 100 000 edits",
            "that after 1 000",
            GROWTH_MAX,
            many as f64 / few as f64,
        ),
    ];
    let title = "memory of the engine for 1.5 MB; of the canonical text";
    Ok(json!({"title": title, "unit": "kB", "rows": rows, "claims": claims}))
}

/// Makes this many edits, of each kind in turn, so that the number of cells stays.
fn edit(tab: &mut Tab, count: usize) -> Result<(), String> {
    for at in 0..count {
        tab.edit(CHANGES[at % CHANGES.len()])?;
    }
    Ok(())
}

const BYTES: usize = 1_500_000;
const EDITS_FEW: usize = 1_000;
const EDITS_MANY: usize = 100_000;

/// The bars: memory against the text, and that after many edits against that after few.
const OF_TEXT_MAX: f64 = 4.0;
const GROWTH_MAX: f64 = 1.05;
