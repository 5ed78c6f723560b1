//! Words and bytes that a file must or must not have: owns the lists of them. It must not know
//! the structure of the code. It reads the whole text, comments and strings included, so the words
//! below are written in two parts.

use super::Offence;
use super::file::File;

/// Lines of the comment at the top of a source file.
const COMMENT_LINES_MIN: usize = 2;
const COMMENT_LINES_MAX: usize = 6;
/// A lock file is as long as it is; nothing else is.
const BYTES_MAX: usize = 200_000;
/// Folders of test inputs, which may be any bytes.
const BYTE_INPUTS: &[&str] = &["tests/vectors/", "tests/fixtures/", "tests/fuzz/seeds/"];

const LEFTOVERS: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("X", "XX"),
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("dbg", "!("),
    concat!("#[", "ignore"),
    concat!("assert!(", "true)"),
    concat!("expect(", "true)"),
];
const DEAD_CODE: &str = concat!("allow(", "dead_code");
const SCRIPT_LEFTOVERS: &[&str] = &[
    concat!(".on", "ly("),
    concat!(".sk", "ip("),
    concat!("it.to", "do"),
    concat!("test.to", "do"),
    concat!("eslint-", "disable"),
    concat!("@ts-", "ignore"),
    concat!("@ts-", "nocheck"),
    concat!("debug", "ger;"),
];
const PLACES: &[&str] =
    &[concat!("/ho", "me/"), concat!("/ro", "ot/"), concat!("/wo", "rk/"), concat!("/Us", "ers/")];
const HOSTS: &[&str] = &[
    concat!("registry.", "npmjs"),
    concat!("registry.", "yarnpkg"),
    concat!("index.", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("\"resolved\"", ": \"http"),
];

/// A source file begins with a comment that says what it owns.
pub fn module_comment(file: &File) -> Vec<Offence> {
    let marks: &[&str] = match file.is(&["rs"]) {
        true => &["//!"],
        false if file.is(&["ts", "tsx", "js", "mjs"]) => &["//", "/*", "*"],
        false => return Vec::new(),
    };
    let lines = file.text.lines().map(str::trim).skip_while(|line| line.starts_with("#!/"));
    let is_mark = |line: &&str| marks.iter().any(|mark| line.starts_with(mark));
    let count = lines.take_while(is_mark).count();
    // A test or a page says what it is about in one line or in a story; a crate root is a tour.
    let (least, most) = match file.name() {
        _ if file.is_test() || file.path.starts_with("www/") => (1, usize::MAX),
        "lib.rs" | "main.rs" => (COMMENT_LINES_MIN, usize::MAX),
        _ => (COMMENT_LINES_MIN, COMMENT_LINES_MAX),
    };
    let reason = match count {
        _ if count < least => format!("begins with {count} lines of comment; {least} is the least"),
        _ if count > most => format!("begins with {count} lines of comment; {most} is the most"),
        _ => return Vec::new(),
    };
    vec![Offence::new(file, 1, reason)]
}

/// No unfinished work, no switched-off test, no check silenced without a reason beside it.
pub fn leftovers(file: &File) -> Vec<Offence> {
    if is_lock(file) {
        return Vec::new();
    }
    let mut offences = places_of(file, LEFTOVERS, "unfinished or switched off");
    offences.extend(places_of(file, &[DEAD_CODE], "silenced without a reason").into_iter().filter(
        |offence| !file.text.lines().nth(offence.line - 1).unwrap_or_default().contains("reason ="),
    ));
    if file.is(&["ts", "tsx", "js", "mjs"]) {
        offences.extend(places_of(file, SCRIPT_LEFTOVERS, "unfinished or switched off"));
    }
    offences
}

/// No path of one machine, no host of a package registry.
pub fn places_and_hosts(file: &File) -> Vec<Offence> {
    let mut offences = places_of(file, HOSTS, "names a registry's host");
    for place in PLACES {
        let of_place = places_of(file, &[place], "is a path of one machine");
        offences.extend(of_place.into_iter().filter(|offence| {
            let line = file.text.lines().nth(offence.line - 1).unwrap_or_default();
            starts_a_path(line, place)
        }));
    }
    offences
}

/// Every file is small enough to read, and text, save for inputs of tests.
pub fn small_text(file: &File) -> Vec<Offence> {
    let is_text = std::str::from_utf8(&file.bytes).is_ok_and(|text| !text.contains('\0'));
    let is_input = BYTE_INPUTS.iter().any(|folder| file.path.starts_with(folder));
    if !is_text && !is_input {
        vec![Offence::new(file, 1, "is not text")]
    } else if file.bytes.len() > BYTES_MAX && !is_lock(file) {
        let bytes = file.bytes.len();
        vec![Offence::new(file, 1, format!("has {bytes} bytes; the most is {BYTES_MAX}"))]
    } else {
        Vec::new()
    }
}

/// Whether a package manager wrote the file.
fn is_lock(file: &File) -> bool {
    matches!(file.name(), "Cargo.lock" | "package-lock.json")
}

fn places_of(file: &File, words: &[&str], reason: &str) -> Vec<Offence> {
    let mut offences = Vec::new();
    for (at, line) in file.text.lines().enumerate() {
        for word in words.iter().filter(|word| line.contains(**word)) {
            offences.push(Offence::new(file, at + 1, format!("{word} {reason}")));
        }
    }
    offences
}

/// Whether `place` stands in the line as the start of a path, and not inside an address.
fn starts_a_path(line: &str, place: &str) -> bool {
    let part = |letter: char| letter.is_alphanumeric() || "._-}/".contains(letter);
    line.match_indices(place).any(|(at, _)| !line[..at].ends_with(part))
}

#[cfg(test)]
mod tests {
    use super::super::file::tests::file;
    use super::*;

    #[test]
    fn a_source_file_begins_with_two_to_six_lines_of_comment() {
        assert_eq!(module_comment(&file("src/a.rs", "//! One.\n//! Two.\n\nuse a;\n")), []);
        assert_eq!(module_comment(&file("src/a.rs", "use a;\n")).len(), 1);
        assert_eq!(module_comment(&file("src/a.rs", "//! One.\n\nuse a;\n")).len(), 1);
        let seven = "//! Line.\n".repeat(7);
        assert_eq!(module_comment(&file("src/a.rs", &seven)).len(), 1);
        assert_eq!(module_comment(&file("src/lib.rs", &seven)), []);
        assert_eq!(module_comment(&file("tests/a.rs", &seven)), []);
        assert_eq!(module_comment(&file("www/a.js", "// One.\n")), []);
        assert_eq!(module_comment(&file("www/a.js", "import \"a\";\n")).len(), 1);
    }

    #[test]
    fn a_script_begins_with_a_comment_of_either_form() {
        let lines = "#!/usr/bin/env node\n// One.\n// Two.\nimport \"a\";\n";
        assert_eq!(module_comment(&file("xtask/js/a.mjs", lines)), []);
        assert_eq!(module_comment(&file("pkg/src/a.ts", "/**\n * One.\n */\nimport \"a\";\n")), []);
        assert_eq!(module_comment(&file("pkg/src/a.ts", "import \"a\";\n")).len(), 1);
    }

    #[test]
    fn every_leftover_is_found_with_its_line() {
        for word in LEFTOVERS {
            let offences = leftovers(&file("src/a.rs", &format!("a\nb {word} c\n")));
            assert_eq!(offences.iter().map(|o| o.line).collect::<Vec<_>>(), [2], "{word}");
        }
        for word in SCRIPT_LEFTOVERS {
            assert_eq!(leftovers(&file("pkg/test/a.test.ts", word)).len(), 1, "{word}");
        }
        assert_eq!(leftovers(&file("src/a.rs", "iter.skip(1);\n")), []);
        assert_eq!(leftovers(&file("Cargo.lock", LEFTOVERS[0])), []);
    }

    #[test]
    fn a_silenced_check_has_its_reason_beside_it() {
        assert_eq!(leftovers(&file("src/a.rs", &format!("#[{DEAD_CODE})]"))).len(), 1);
        let reasoned = format!("#[{DEAD_CODE}, reason = \"each test uses a part\")]");
        assert_eq!(leftovers(&file("src/a.rs", &reasoned)), []);
    }

    #[test]
    fn a_path_of_one_machine_is_found_and_an_address_is_not() {
        for place in PLACES {
            let text = format!("open(\"{place}someone/a\")");
            assert_eq!(places_and_hosts(&file("a.mjs", &text)).len(), 1, "{place}");
            let address = format!("https://example.org{place}page");
            assert_eq!(places_and_hosts(&file("a.md", &address)), [], "{place}");
        }
    }

    #[test]
    fn hosts_of_registries_are_found() {
        for host in HOSTS {
            assert_eq!(places_and_hosts(&file("pkg/package-lock.json", host)).len(), 1, "{host}");
        }
        let cargo = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
        assert_eq!(places_and_hosts(&file("Cargo.lock", cargo)), []);
    }

    #[test]
    fn files_are_small_and_text() {
        assert_eq!(small_text(&file("a.json", "{}")), []);
        assert_eq!(small_text(&file("a.json", &"x".repeat(BYTES_MAX + 1))).len(), 1);
        assert_eq!(small_text(&file("Cargo.lock", &"x".repeat(BYTES_MAX + 1))), []);
        assert_eq!(small_text(&File::new("a.png", vec![0x89, 0x50, 0x4E, 0x47])).len(), 1);
        assert_eq!(small_text(&File::new("tests/vectors/latin-1.json", vec![0xE9])), []);
        assert_eq!(small_text(&file("a.bin", "a\0b")).len(), 1);
    }
}
