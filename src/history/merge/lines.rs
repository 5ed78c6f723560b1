//! Merges strings of several lines by line. Owns what a line is in canonical text; must not know
//! where the strings stand. A string that cannot be merged without a conflict is not merged.

use alloc::vec::Vec;

use super::Sides;
use super::hunk::{By, Reach, hunks};

/// Two strings merged by line, as canonical text; nothing if they are no strings of several lines,
/// or changed the same lines, or lines beside each other.
pub(super) fn merged(sides: Sides) -> Option<Vec<u8>> {
    let [base, mine, theirs] = [sides.base, sides.mine, sides.theirs].map(inner);
    let (base, mine, theirs) = (lines(base?), lines(mine?), lines(theirs?));
    if base.len().max(mine.len()).max(theirs.len()) < 2 {
        return None;
    }
    let mut text = b"\"".to_vec();
    let mut passed = 0;
    for hunk in hunks([&base, &mine, &theirs], Reach::Touching) {
        text.extend(base[passed..hunk.base.start].concat());
        let (mine, theirs) = (&mine[hunk.mine], &theirs[hunk.theirs]);
        match hunk.by {
            By::Theirs => text.extend(theirs.concat()),
            By::Both if mine != theirs => return None,
            By::Mine | By::Both => text.extend(mine.concat()),
        }
        passed = hunk.base.end;
    }
    text.extend(base[passed..].concat());
    text.push(b'"');
    Some(text)
}

/// What stands between the quotes of a string.
pub(super) fn inner(text: &[u8]) -> Option<&[u8]> {
    text.strip_prefix(b"\"")?.strip_suffix(b"\"")
}

/// The lines of a string, each with the `\n` that ends it, as canonical text spells them.
pub(super) fn lines(text: &[u8]) -> Vec<&[u8]> {
    let (mut lines, mut start, mut at) = (Vec::new(), 0, 0);
    while at < text.len() {
        let is_escape = text[at] == b'\\';
        at += if is_escape { 2 } else { 1 };
        if is_escape && text.get(at - 1) == Some(&b'n') {
            lines.push(&text[start..at]);
            start = at;
        }
    }
    if start < text.len() {
        lines.push(&text[start..]);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merge(base: &str, mine: &str, theirs: &str) -> Option<String> {
        let [base, mine, theirs] = [base, mine, theirs].map(|text| format!("{text:?}"));
        let (base, mine, theirs) = (base.as_bytes(), mine.as_bytes(), theirs.as_bytes());
        let text = merged(Sides { base, mine, theirs })?;
        Some(String::from_utf8(text).unwrap())
    }

    #[test]
    fn lines_that_each_side_changed_are_taken_over() {
        let base = "import a\n\nfn one\nfn two\n";
        let both = merge(base, "import b\n\nfn one\nfn two\n", "import a\n\nfn one\nfn 2\nend\n");
        assert_eq!(both.unwrap(), r#""import b\n\nfn one\nfn 2\nend\n""#);
    }

    #[test]
    fn equal_changes_are_taken_once() {
        let both = merge("a\nb\nc\nd\n", "A\nb\nc\nD\n", "A\nb\nc\nd\n");
        assert_eq!(both.unwrap(), r#""A\nb\nc\nD\n""#);
    }

    #[test]
    fn changes_of_one_line_or_of_neighbours_are_not_merged() {
        assert_eq!(merge("a\nb\n", "A\nb\n", "x\nb\n"), None);
        assert_eq!(merge("a\nb\n", "A\nb\n", "a\nB\n"), None);
        assert_eq!(merge("a\n", "a\nb\n", "a\nc\n"), None);
        assert_eq!(merge("a", "b", "c"), None);
    }

    #[test]
    fn a_backslash_before_an_n_ends_no_line() {
        assert_eq!(lines(br"a\\nb\nc"), [&br"a\\nb\n"[..], b"c"]);
        assert_eq!(lines(br"\n\\"), [&br"\n"[..], br"\\"]);
        assert_eq!(lines(b"\\"), [b"\\"]);
    }
}
