//! The lcov format: owns how many times each line of each file ran. It must not know which files
//! matter. Its input is what `llvm-cov export` wrote; records other than files and lines are
//! passed over.

use crate::Outcome;
use std::collections::BTreeMap;

/// A file with the lines that hold code.
#[derive(Debug, PartialEq)]
pub struct Counted {
    pub path: String,
    /// How often each line ran, by its number from 1.
    pub lines: BTreeMap<usize, u64>,
}

/// Reads the `SF:` and `DA:` records. A file that comes twice is the sum of both.
///
/// # Errors
/// The record that is not understood.
pub fn parse(text: &str) -> Outcome<Vec<Counted>> {
    let mut files: BTreeMap<&str, BTreeMap<usize, u64>> = BTreeMap::new();
    let mut path = None;
    for record in text.lines() {
        if let Some(name) = record.strip_prefix("SF:") {
            path = Some(name);
        } else if let Some(line) = record.strip_prefix("DA:") {
            let told = || format!("lcov: {record:?} is no count of a line");
            let (number, count) = line_count(line).ok_or_else(told)?;
            let lines = files.entry(path.ok_or_else(told)?).or_default();
            *lines.entry(number).or_default() += count;
        }
    }
    let counted = |(path, lines): (&str, _)| Counted { path: path.to_string(), lines };
    Ok(files.into_iter().map(counted).collect())
}

/// The two numbers of `12,3`; a checksum may follow.
fn line_count(text: &str) -> Option<(usize, u64)> {
    let mut parts = text.split(',');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_lines_are_read_and_the_rest_is_passed_over() {
        let text = "SF:src/a.rs\nFN:1,f\nFNDA:4,f\nDA:1,4\nDA:3,0\nLF:2\nend_of_record\n\
                    SF:src/b.rs\nDA:7,1,checksum\nend_of_record\n\
                    SF:src/a.rs\nDA:3,2\nend_of_record\n";
        let files = parse(text).expect("it is lcov");
        let a = Counted { path: "src/a.rs".to_string(), lines: [(1, 4), (3, 2)].into() };
        let b = Counted { path: "src/b.rs".to_string(), lines: [(7, 1)].into() };
        assert_eq!(files, [a, b]);
    }

    #[test]
    fn a_count_without_a_file_or_without_numbers_is_an_error() {
        assert!(parse("DA:1,1\n").is_err());
        assert!(parse("SF:src/a.rs\nDA:1\n").is_err());
        assert!(parse("SF:src/a.rs\nDA:one,1\n").expect_err("no number").contains("DA:one,1"));
    }
}
