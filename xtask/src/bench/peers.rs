//! Builds the "crates" peer of `tests/bench/peers`: owns how its wasm comes about, with the
//! compiler flags of the product's. It must not know what the peer computes. wasm-opt is left out:
//! it makes this module smaller but, measured in both browsers, not faster.

use crate::{Outcome, paths, process};
use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "wasm32-unknown-unknown";

/// Compiles the peer and writes its glue and module.
///
/// Returns the folder with `peers.js` and `peers_bg.wasm`.
///
/// # Errors
/// The command that failed, after its own output.
pub fn build() -> Outcome<PathBuf> {
    let target = paths::target().join("bench/peers");
    compile(&target)?;
    let compiled = target.join(TARGET).join("release/keepfast_bench_peers.wasm");
    let out = target.join("out");
    let mut bindgen = Command::new(paths::tool("wasm-bindgen"));
    bindgen.args(["--target", "web", "--omit-default-module-path", "--out-name", "peers"]);
    process::run(bindgen.arg("--out-dir").arg(&out).arg(compiled))?;
    Ok(out)
}

/// The peer stands outside the workspace, so that its crates never get into the product's lock
/// file; cargo finds the flags for wasm in the tree's `.cargo/config.toml` all the same.
fn compile(target: &Path) -> Outcome {
    let mut cargo = process::cargo();
    cargo.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    cargo.args(["build", "--quiet", "--release", "--target", TARGET, "--manifest-path"]);
    cargo.arg(paths::root().join("tests/bench/peers/Cargo.toml"));
    process::run(cargo.env("CARGO_TARGET_DIR", target))
}
