//! npm projects of the tree: owns their list, when one needs `npm ci`, and how npm is called.
//! It must not know what their scripts do. Folders come from the list below.

use crate::{Outcome, browsers, paths, process};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// The tools that load the packed tarball.
pub const CONSUMERS: &str = "pkg/test/consumers";
/// The benchmark pages with the packages that they compare with.
pub const BENCH: &str = "tests/bench";
/// Every folder with a `package.json` and a lock file of its own, from the root.
pub const PROJECTS: &[&str] = &["pkg", CONSUMERS, "tests/browser", BENCH];

/// The oldest Node that the package and its tools support.
const NODE_MAJOR_MIN: u32 = 20;

/// The folder of a project.
pub fn folder(project: &str) -> PathBuf {
    paths::root().join(project)
}

/// A call of npm in a project, with the places of the browsers in its environment.
pub fn npm(project: &str, args: &[&str]) -> Command {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    in_project(Command::new(program), project, args)
}

/// A call of Node in a project, with the places of the browsers in its environment.
pub fn node(project: &str, args: &[&str]) -> Command {
    in_project(Command::new("node"), project, args)
}

fn in_project(mut command: Command, project: &str, args: &[&str]) -> Command {
    command.args(args).current_dir(folder(project));
    browsers::tell(&mut command);
    command
}

/// Whether Node is there and new enough, and npm with it.
pub fn has_node() -> bool {
    let version = process::output(Command::new("node").arg("--version"));
    version.is_ok_and(|text| node_major(&text).is_some_and(|major| major >= NODE_MAJOR_MIN))
}

/// The major number of what `node --version` prints.
fn node_major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// Whether a project has nothing to install: no lock file, or an install that is not older.
pub fn is_installed(project: &str) -> bool {
    let folder = folder(project);
    let Some(locked) = modified(&folder.join("package-lock.json")) else {
        return true;
    };
    // npm writes this file at the end of every install, so an interrupted one does not count.
    modified(&folder.join("node_modules/.package-lock.json")).is_some_and(|done| done >= locked)
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().ok()?.modified().ok()
}

/// Installs a project exactly as its lock file says.
///
/// # Errors
/// What npm said.
pub fn install(project: &str) -> Outcome {
    process::output(&mut npm(project, &["ci", "--no-audit", "--no-fund"])).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_of_node_is_read() {
        assert_eq!(node_major("v20.20.2\n"), Some(20));
        assert_eq!(node_major("v8.1.0"), Some(8));
        assert_eq!(node_major("not a version"), None);
    }

    #[test]
    fn a_folder_without_a_lock_file_needs_no_install() {
        assert!(is_installed("xtask/src"));
    }
}
