//! The rows of a Markdown table `| id | what | held by |`: owns how a row and its list of tests
//! are written. It must not know which ids there are or whether a test exists. The text comes
//! from the caller.

/// One row.
#[derive(Debug)]
pub struct Row {
    /// Line of the file, from 1.
    pub line: usize,
    pub id: String,
    pub what: String,
    /// The last cell as it stands.
    pub held_by: String,
    pub tests: Vec<Test>,
}

/// A test as a row names it: `path::name`.
#[derive(Debug, PartialEq)]
pub struct Test {
    pub path: String,
    /// A function in Rust, a title elsewhere.
    pub name: String,
}

/// Every row of every table in the text, without the heads.
pub fn rows(text: &str) -> Vec<Row> {
    text.lines().enumerate().filter_map(|(at, line)| row(at + 1, line)).collect()
}

fn row(line: usize, text: &str) -> Option<Row> {
    let inner = text.trim().strip_prefix('|')?.strip_suffix('|')?;
    let mut cells = inner.splitn(3, '|').map(str::trim);
    let (id, what, held_by) = (cells.next()?, cells.next()?, cells.next()?);
    if id == "id" || id.starts_with("--") {
        return None;
    }
    Some(Row {
        line,
        id: id.to_string(),
        what: what.to_string(),
        held_by: held_by.to_string(),
        tests: tests(held_by),
    })
}

/// The tests of a cell: separated by commas, each with its path, optionally followed by a
/// semicolon and words that say which part of the statement they hold.
fn tests(cell: &str) -> Vec<Test> {
    let mut tests: Vec<Test> = Vec::new();
    let named = cell.split(';').next().unwrap_or_default();
    for piece in named.split(',') {
        match (piece.trim().split_once("::"), tests.last_mut()) {
            (Some((path, name)), _) => {
                tests.push(Test { path: path.trim().to_string(), name: name.trim().to_string() });
            }
            // A comma inside a title.
            (None, Some(last)) => last.name += &format!(",{}", piece.trim_end()),
            (None, None) => {}
        }
    }
    tests
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(cell: &str) -> Vec<(String, String)> {
        tests(cell).into_iter().map(|test| (test.path, test.name)).collect()
    }

    #[test]
    fn heads_rules_and_prose_are_no_rows() {
        let text =
            "# Title\n\n| id | what | held by |\n|---|---|---|\n| C.1 | It works | not yet |\n";
        let rows = rows(text);
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].line, rows[0].id.as_str()), (5, "C.1"));
        assert_eq!((rows[0].what.as_str(), rows[0].held_by.as_str()), ("It works", "not yet"));
    }

    #[test]
    fn tests_are_separated_by_commas_and_may_be_followed_by_words() {
        let cell = "tests/a.rs::one, src/b/c.rs::two; only the limits";
        let pair = |path: &str, name: &str| (path.to_string(), name.to_string());
        assert_eq!(named(cell), [pair("tests/a.rs", "one"), pair("src/b/c.rs", "two")]);
        assert_eq!(named("not yet"), []);
    }

    #[test]
    fn a_title_may_hold_a_comma() {
        let cell = "pkg/test/unit/a.test.ts::first, then second, tests/b.rs::three";
        let tests = named(cell);
        assert_eq!(tests[0].1, "first, then second");
        assert_eq!(tests[1].1, "three");
    }
}
