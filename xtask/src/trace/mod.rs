//! `cargo xtask trace`: owns the check of `tests/TRACE.md`, the table of every requirement and
//! scenario with the tests that hold it. It must not know what a requirement says. The rows come
//! from the table, the tests from the files that it names.

mod ids;
mod table;

use crate::{Outcome, only_flags, paths};
use std::path::Path;
use table::{Row, Test};

const TABLE: &str = "tests/TRACE.md";

/// Checks the table and prints how many rows are held.
///
/// # Errors
/// One line for each id that is missing, repeated, unknown or out of order, each row without a
/// statement, and each named test that does not exist.
pub fn run(args: &[String]) -> Outcome {
    only_flags(args, &[])?;
    let root = paths::root();
    let text = std::fs::read_to_string(root.join(TABLE));
    let text = text.map_err(|error| format!("{TABLE}: {error}"))?;
    let rows = table::rows(&text);
    let mut faults = faults_of_ids(&rows);
    faults.extend(rows.iter().flat_map(|row| faults_of_row(row, &root)));
    if !faults.is_empty() {
        return Err(faults.join("\n"));
    }
    let held = rows.iter().filter(|row| !row.tests.is_empty()).count();
    let tests: usize = rows.iter().map(|row| row.tests.len()).sum();
    println!("trace: {} ids, {held} held by tests ({tests} mentions)", rows.len());
    Ok(())
}

/// Compares the ids of the rows with those that there are, in order.
fn faults_of_ids(rows: &[Row]) -> Vec<String> {
    let wanted = ids::all();
    let mut faults = Vec::new();
    for id in &wanted {
        match rows.iter().filter(|row| row.id == *id).count() {
            0 => faults.push(format!("{TABLE}: {id} is missing")),
            1 => {}
            count => faults.push(format!("{TABLE}: {id} appears {count} times")),
        }
    }
    for row in rows.iter().filter(|row| !wanted.contains(&row.id)) {
        faults.push(format!("{TABLE}:{}: there is no id {:?}", row.line, row.id));
    }
    if faults.is_empty() {
        let misplaced = rows.iter().zip(&wanted).find(|(row, id)| row.id != **id);
        faults.extend(misplaced.map(|(row, id)| {
            format!("{TABLE}:{}: {} stands where {id} belongs", row.line, row.id)
        }));
    }
    faults
}

fn faults_of_row(row: &Row, root: &Path) -> Vec<String> {
    let place = format!("{TABLE}:{}: {}", row.line, row.id);
    let mut faults = Vec::new();
    if row.what.is_empty() {
        faults.push(format!("{place} has no statement"));
    }
    if row.tests.is_empty() && row.held_by != "not yet" {
        faults.push(format!("{place} is held by neither `path::test` nor `not yet`"));
    }
    faults.extend(row.tests.iter().filter_map(|test| {
        test.fault(root).map(|reason| format!("{place}: {}::{} {reason}", test.path, test.name))
    }));
    faults
}

impl Test {
    /// Why this test cannot be found, or nothing.
    fn fault(&self, root: &Path) -> Option<&'static str> {
        let Ok(text) = std::fs::read_to_string(root.join(&self.path)) else {
            return Some("names a file that cannot be read");
        };
        let found = if self.path.ends_with(".rs") {
            has_rust_test(&text, &self.name)
        } else {
            has_title(&text, &self.name)
        };
        if found { None } else { Some("names a test that the file does not have") }
    }
}

/// Whether the file has a function of this name under an attribute that makes it a test.
fn has_rust_test(text: &str, name: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let opening = format!("fn {name}(");
    let is_function = |line: &&str| line.contains(&opening) && !line.starts_with("//");
    let Some(at) = lines.iter().position(is_function) else {
        return false;
    };
    let above = lines[..at].iter().rev();
    above
        .take_while(|line| line.starts_with("#[") || line.starts_with("//"))
        .any(|line| line.starts_with("#[") && line.contains("test"))
}

/// Whether the file has this title as a whole string.
fn has_title(text: &str, title: &str) -> bool {
    ['"', '\'', '`'].iter().any(|quote| text.contains(&format!("{quote}{title}{quote}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_the_project_is_sound() {
        run(&[]).unwrap_or_else(|told| panic!("{told}"));
    }

    fn complete() -> Vec<Row> {
        let row = |id: &String| format!("| {id} | It works | not yet |\n");
        table::rows(&ids::all().iter().map(row).collect::<String>())
    }

    #[test]
    fn a_complete_table_has_no_fault() {
        assert_eq!(faults_of_ids(&complete()), [""; 0]);
    }

    #[test]
    fn a_missing_a_repeated_and_an_unknown_id_are_named() {
        let mut rows = complete();
        rows[0].id = "C.2".to_string();
        rows[2].id = "Z9".to_string();
        let faults = faults_of_ids(&rows).join("\n");
        for told in ["C.1 is missing", "C.2 appears 2 times", "C.3 is missing", "no id \"Z9\""] {
            assert!(faults.contains(told), "{told} is not in:\n{faults}");
        }
    }

    #[test]
    fn an_id_out_of_order_is_named() {
        let mut rows = complete();
        rows.swap(3, 4);
        assert_eq!(faults_of_ids(&rows), ["tests/TRACE.md:5: C.5 stands where C.4 belongs"]);
    }

    #[test]
    fn a_row_must_name_tests_or_say_not_yet() {
        let root = paths::root();
        let row = |text: &str| table::rows(text).remove(0);
        assert_eq!(faults_of_row(&row("| C.1 | It works | not yet |"), &root), [""; 0]);
        assert_eq!(faults_of_row(&row("| C.1 | It works | some day |"), &root).len(), 1);
        assert_eq!(faults_of_row(&row("| C.1 | | not yet |"), &root).len(), 1);
        let this = "xtask/src/trace/mod.rs";
        let good = format!("| C.1 | x | {this}::an_id_out_of_order_is_named |");
        assert_eq!(faults_of_row(&row(&good), &root), [""; 0]);
        assert_eq!(
            faults_of_row(&row(&format!("| C.1 | x | {this}::no_such_test |")), &root).len(),
            1
        );
        assert_eq!(faults_of_row(&row("| C.1 | x | no/such/file.rs::test |"), &root).len(), 1);
    }

    #[test]
    fn a_function_that_is_no_test_does_not_count() {
        let text = "fn helps() {}\n\n#[test]\n// why\nfn proves() {}\n// fn told() {}\n";
        assert!(has_rust_test(text, "proves"));
        assert!(!has_rust_test(text, "helps"));
        assert!(!has_rust_test(text, "told"));
        assert!(!has_rust_test(text, "prove"));
    }

    #[test]
    fn a_title_counts_only_as_a_whole_string() {
        let text = "test(\"an edit is kept\", () => {});";
        assert!(has_title(text, "an edit is kept"));
        assert!(!has_title(text, "an edit"));
    }
}
