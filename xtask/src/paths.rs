//! Where things are in the tree: owns the root, the folder that cargo builds into and the folder
//! of installed tools. It must not know what is in them. Everything is derived from the place of
//! this crate, so that a command works from any folder below the root.

use std::path::{Path, PathBuf};

/// The folder of the workspace's `Cargo.toml`.
pub fn root() -> PathBuf {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    crate_folder.parent().expect("xtask is a folder of the workspace").to_path_buf()
}

/// The folder that cargo builds into: `CARGO_TARGET_DIR` where it is set, else `target`.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => std::path::absolute(folder).unwrap_or_else(|_| root().join("target")),
        None => root().join("target"),
    }
}

/// The root given to `cargo install --root`; kept apart from builds, so it is always in the tree.
pub fn tools() -> PathBuf {
    root().join("target").join("tools")
}

/// The place of an installed tool, whether or not it is there.
pub fn tool(name: &str) -> PathBuf {
    tools().join("bin").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
