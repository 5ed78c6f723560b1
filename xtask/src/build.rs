//! `cargo xtask build`: owns the way from the Rust crate to the npm package: cargo, wasm-bindgen,
//! wasm-opt, then the package's own script. It must not know what the module does or how the
//! TypeScript is laid out. Its input is the tree, its output `pkg/wasm` and `pkg/dist`.

use crate::{Outcome, npm, only_flags, paths, process, setup};
use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "wasm32-unknown-unknown";

/// What makes rustc and its linker write a small module.
const SMALL: [&str; 4] = [
    "-Clinker-plugin-lto",
    "-Cllvm-args=-inline-threshold=10",
    "-Clink-arg=-mllvm",
    "-Clink-arg=-inline-threshold=10",
];

/// The wasm features that the module may use. All of them run in Chrome 96, Firefox 89, Safari 16.4
/// and Node 20. They are named one by one: given `--all-features`, wasm-opt writes forms that
/// Chromium 156 refuses.
const WASM_FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];

/// Installs what the build needs and builds.
///
/// # Errors
/// See [`build`]; and what could not be installed.
pub fn run(args: &[String]) -> Outcome {
    only_flags(args, &[])?;
    setup::ensure(&setup::for_build())?;
    build()
}

/// Builds the wasm module into `pkg/wasm` and the package into `pkg/dist`.
///
/// # Errors
/// The command that failed, after its own output.
pub fn build() -> Outcome {
    let compiled = compile()?;
    bind(&compiled)?;
    optimise(&module())?;
    process::run(&mut npm::npm("pkg", &["run", "--silent", "build"]))
}

/// The wasm module as it ships.
pub fn module() -> PathBuf {
    paths::root().join("pkg/wasm/keepfast_bg.wasm")
}

/// Compiles the crate as a module. The manifest names no `cdylib`, so that native builds of the
/// library never link one, and the exports are behind a feature that only this build turns on.
fn compile() -> Outcome<PathBuf> {
    let mut rustc = process::cargo();
    // Flags from the environment would replace those of `.cargo/config.toml`, simd128 among them.
    rustc.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    rustc.args(["rustc", "--quiet", "--package", "keepfast", "--lib", "--crate-type", "cdylib"]);
    rustc.args(["--features", "module", "--release", "--target", TARGET]);
    rustc.args(["--config", &rustflags()]);
    process::run(&mut rustc)?;
    Ok(paths::target().join(TARGET).join("release/keepfast.wasm"))
}

/// The cargo setting for this build's flags, beyond those of `.cargo/config.toml`. The linker
/// optimises once more what rustc has optimised as a whole, which drops what panics would print:
/// nobody reads it, as the panic handler only traps. Functions that are called from several places
/// are rarely copied into them, which costs no time that could be measured. Together this takes a
/// tenth off the module. And the folders of downloaded crates stay out of it, whatever the machine.
fn rustflags() -> String {
    let registries = std::fs::read_dir(cargo_home().join("registry/src"));
    let folders = registries.into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let mut flags: Vec<String> =
        folders.map(|folder| format!("'--remap-path-prefix={}/='", folder.display())).collect();
    flags.sort();
    flags.extend(SMALL.map(|flag| format!("'{flag}'")));
    format!("target.{TARGET}.rustflags=[{}]", flags.join(", "))
}

fn cargo_home() -> PathBuf {
    let home = std::env::home_dir().unwrap_or_default();
    std::env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from)
}

/// Writes the glue and the declarations beside the module.
fn bind(compiled: &Path) -> Outcome {
    let mut bindgen = Command::new(paths::tool("wasm-bindgen"));
    bindgen.arg("--target").arg("web").arg("--out-dir").arg(paths::root().join("pkg/wasm"));
    bindgen.args(["--omit-default-module-path", "--experimental-reset-state-function"]);
    bindgen.args(["--remove-name-section", "--remove-producers-section"]);
    process::run(bindgen.arg(compiled))
}

/// Runs wasm-opt on the module in place. It runs after wasm-bindgen, whose input must still have
/// the sections that wasm-opt removes.
fn optimise(module: &Path) -> Outcome {
    let mut wasm_opt = npm::node("pkg", &["node_modules/binaryen/bin/wasm-opt"]);
    wasm_opt.args(WASM_FEATURES).args(["-O3", "--strip-debug", "--strip-producers"]);
    // The loops that gain by copies of functions have them already.
    wasm_opt.args(["-fimfs=5", "-aimfs=1", "-ocimfs=10"]);
    // Rust's linker puts the stack first: nothing lies in the lowest kilobyte of memory.
    wasm_opt.args(["--low-memory-unused", "--strip-target-features"]);
    process::run(wasm_opt.arg(module).arg("--output").arg(module))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_named_one_by_one() {
        assert!(WASM_FEATURES.iter().all(|flag| flag.starts_with("--enable-")));
        assert!(WASM_FEATURES.contains(&"--enable-simd"));
    }

    #[test]
    fn folders_of_downloaded_crates_are_taken_out_of_the_module() {
        let setting = rustflags();
        let home = cargo_home();
        assert!(setting.contains(&format!("'--remap-path-prefix={}", home.display())), "{setting}");
        assert!(setting.starts_with("target.wasm32-unknown-unknown.rustflags=["), "{setting}");
    }
}
