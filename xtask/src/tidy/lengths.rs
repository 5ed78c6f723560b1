//! Lengths of files and lines: owns their limits and what counts. It must not know what a file
//! is about. Test code does not count toward the length of a file.

use super::Offence;
use super::file::{File, line_at};
use std::ops::RangeInclusive;

const RUST_LINES_MAX: usize = 500;
const SCRIPT_LINES_MAX: usize = 300;
/// All of `src/wasm` together: the place where other projects' boundaries grew without limit.
const BOUNDARY_LINES_MAX: usize = 600;
const WIDTH_MAX: usize = 100;
const WIDTH_FILES: &[&str] = &["rs", "ts", "tsx", "js", "mjs", "css", "html", "sh"];

/// A Rust file has at most 500 lines without tests, a TypeScript or JavaScript file 300.
pub fn of_file(file: &File) -> Vec<Offence> {
    let most = match file.is(&["rs"]) {
        _ if file.is_test() => return Vec::new(),
        true => RUST_LINES_MAX,
        false if file.is(&["ts", "tsx", "js", "mjs"]) => SCRIPT_LINES_MAX,
        false => return Vec::new(),
    };
    let lines = lines_without_tests(file);
    if lines <= most {
        return Vec::new();
    }
    vec![Offence::new(file, 1, format!("{lines} lines without tests; the most is {most}"))]
}

/// A line has at most 100 characters.
pub fn of_lines(file: &File) -> Vec<Offence> {
    if !file.is(WIDTH_FILES) {
        return Vec::new();
    }
    let widths = file.text.lines().map(|line| line.chars().count()).enumerate();
    let wide = widths.filter(|(_, width)| *width > WIDTH_MAX);
    wide.map(|(at, width)| Offence::new(file, at + 1, format!("{width} characters wide"))).collect()
}

/// The files of `src/wasm` have at most 600 lines together.
pub fn of_the_boundary(files: &[File]) -> Vec<Offence> {
    let of_wasm: Vec<&File> =
        files.iter().filter(|file| file.module() == Some("wasm") && !file.is_test()).collect();
    let lines: usize = of_wasm.iter().map(|file| lines_without_tests(file)).sum();
    match of_wasm.first() {
        Some(first) if lines > BOUNDARY_LINES_MAX => vec![Offence::new(
            first,
            1,
            format!("src/wasm has {lines} lines in all; the most is {BOUNDARY_LINES_MAX}"),
        )],
        _ => Vec::new(),
    }
}

/// All lines but those of modules under `#[cfg(test)]`.
fn lines_without_tests(file: &File) -> usize {
    let all = file.text.lines().count();
    all.saturating_sub(test_modules(file).map(|lines| lines.count()).sum())
}

/// The lines of each module under `#[cfg(test)]`, numbered from 1.
pub fn test_modules(file: &File) -> impl Iterator<Item = RangeInclusive<usize>> {
    file.code.match_indices("#[cfg(test)]").filter_map(|(at, _)| {
        let first = line_at(&file.code, at);
        let lines = test_lines(&file.code[at..]);
        (lines > 0).then(|| first..=first + lines - 1)
    })
}

/// How many lines a `#[cfg(test)]` at the start of `code` covers, when it is a module's.
fn test_lines(code: &str) -> usize {
    let Some(opening) = code.find(['{', ';']) else {
        return 0;
    };
    let is_module = code[..opening].contains("mod ");
    if !is_module || code.as_bytes()[opening] == b';' {
        return 0;
    }
    let mut depth = 0_usize;
    for (at, letter) in code.char_indices().skip_while(|(at, _)| *at < opening) {
        match letter {
            '{' => depth += 1,
            '}' if depth == 1 => return line_at(code, at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::super::file::tests::file;
    use super::*;

    #[test]
    fn the_longest_file_passes_and_one_line_more_does_not() {
        for (path, most) in [("src/a.rs", 500), ("pkg/src/a.ts", 300)] {
            assert_eq!(of_file(&file(path, &"x\n".repeat(most))), []);
            assert_eq!(of_file(&file(path, &"x\n".repeat(most + 1))).len(), 1, "{path}");
        }
    }

    #[test]
    fn tests_do_not_count_toward_the_length_of_a_file() {
        let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "    {}\n".repeat(400));
        assert_eq!(of_file(&file("src/a.rs", &("x\n".repeat(500) + &tests))), []);
        assert_eq!(of_file(&file("src/a.rs", &("x\n".repeat(501) + &tests))).len(), 1);
        assert_eq!(of_file(&file("tests/a.rs", &"x\n".repeat(900))), []);
        assert_eq!(of_file(&file("tests/sim/a.rs", &"x\n".repeat(900))).len(), 1);
    }

    #[test]
    fn the_lines_of_a_test_module_are_known() {
        let text = "fn f() {}\n\n#[cfg(test)]\nmod tests {\n    fn g() {}\n}\n\nfn h() {}\n";
        assert_eq!(test_modules(&file("src/a.rs", text)).collect::<Vec<_>>(), [3..=6]);
    }

    #[test]
    fn a_test_only_import_hides_no_lines() {
        let text = format!("#[cfg(test)]\nuse a::b;\nfn f() {{\n{}}}\n", "x\n".repeat(600));
        assert_eq!(of_file(&file("src/a.rs", &text)).len(), 1);
    }

    #[test]
    fn a_line_of_100_characters_passes_and_101_do_not() {
        assert_eq!(of_lines(&file("src/a.rs", &"é".repeat(100))), []);
        let offences = of_lines(&file("tests/a.rs", &format!("x\n{}\n", "é".repeat(101))));
        assert_eq!(offences.iter().map(|offence| offence.line).collect::<Vec<_>>(), [2]);
        assert_eq!(of_lines(&file("README.md", &"x".repeat(200))), []);
    }

    #[test]
    fn the_files_of_the_boundary_share_one_limit() {
        let half = "x\n".repeat(300);
        let mut files = vec![file("src/wasm/a.rs", &half), file("src/wasm/b.rs", &half)];
        assert_eq!(of_the_boundary(&files), []);
        files.push(file("src/wasm/c.rs", "x\n"));
        assert_eq!(of_the_boundary(&files).len(), 1);
    }
}
