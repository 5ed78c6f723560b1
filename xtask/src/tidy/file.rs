//! A file as the rules see it: owns its path, its text, the text without comments and strings,
//! and what kind of file it is. It must not know the rules. The list of files comes from git.

use super::mask::{Language, mask};
use crate::{Outcome, paths, process};
use std::process::Command;

/// Folders below `tests/` that are crates of the workspace: programs, to be read like any other.
const TEST_CRATES: &[&str] = &["tests/sim/", "tests/bench/engine/"];

/// One file of the tree.
pub struct File {
    /// From the root, with forward slashes.
    pub path: String,
    pub bytes: Vec<u8>,
    /// The text; empty when the bytes are not UTF-8.
    pub text: String,
    /// The text with every comment and string blanked out, byte for byte as long.
    pub code: String,
}

impl File {
    pub fn new(path: &str, bytes: Vec<u8>) -> File {
        let text = String::from_utf8(bytes.clone()).unwrap_or_default();
        let code = Language::of(path).map_or_else(String::new, |language| mask(&text, language));
        File { path: path.to_string(), bytes, text, code }
    }

    /// Whether the path ends with one of these extensions.
    pub fn is(&self, extensions: &[&str]) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, extension)| extensions.contains(&extension))
    }

    /// The last part of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Whether the whole file is test code.
    pub fn is_test(&self) -> bool {
        if TEST_CRATES.iter().any(|folder| self.path.starts_with(folder)) {
            return false;
        }
        let in_folder = ["tests/", "pkg/test/"].iter().any(|folder| self.path.starts_with(folder));
        in_folder || self.path.contains("/tests/") || self.name() == "tests.rs"
    }

    /// The file's own Rust module below `src/`: `json` for `src/json/scan.rs` and `src/json.rs`.
    pub fn module(&self) -> Option<&str> {
        let inner = self.path.strip_prefix("src/")?;
        inner.split('/').next()?.split('.').next()
    }
}

/// The line, from 1, of a byte offset.
pub fn line_at(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

/// Every file that git has, or would add.
///
/// # Errors
/// What git said, or the file that cannot be read.
pub fn all() -> Outcome<Vec<File>> {
    let mut git = Command::new("git");
    // A clone made by another user is read all the same: nothing in it is run.
    git.args(["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others"]);
    let listed = process::output(git.arg("--exclude-standard").current_dir(paths::root()))?;
    let mut files = Vec::new();
    for path in listed.split('\0').filter(|path| !path.is_empty()) {
        match std::fs::read(paths::root().join(path)) {
            Ok(bytes) => files.push(File::new(path, bytes)),
            // Deleted, but not yet in a commit.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(format!("{path}: {error}")),
        }
    }
    Ok(files)
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A file with this text, for the examples of the rules.
    pub fn file(path: &str, text: &str) -> File {
        File::new(path, text.as_bytes().to_vec())
    }

    #[test]
    fn the_module_is_the_first_name_below_src() {
        assert_eq!(file("src/json/scan.rs", "").module(), Some("json"));
        assert_eq!(file("src/limits.rs", "").module(), Some("limits"));
        assert_eq!(file("xtask/src/main.rs", "").module(), None);
    }

    #[test]
    fn test_files_are_told_by_their_place() {
        assert!(file("tests/wasm.rs", "").is_test());
        assert!(file("xtask/tests/demo.rs", "").is_test());
        assert!(file("pkg/test/unit/a.test.ts", "").is_test());
        assert!(file("src/json/tests.rs", "").is_test());
        assert!(!file("xtask/src/test/mod.rs", "").is_test());
        assert!(!file("tests/sim/world.rs", "").is_test());
        assert!(!file("tests/bench/engine/main.rs", "").is_test());
    }

    #[test]
    fn the_tree_has_this_file() {
        let files = all().expect("the tree is a git work tree");
        assert!(files.iter().any(|file| file.path == "xtask/src/tidy/file.rs"));
        assert!(files.iter().all(|file| !file.path.starts_with("target/")));
    }
}
