//! `cargo xtask setup`: owns what the other commands need from the machine, how each thing is
//! recognised, and how it is installed. It must not know who needs it. The versions are the
//! constants below; what is there comes from the file system.

use crate::browsers::{Program, find};
use crate::{Outcome, npm, only_flags, paths, process};
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;
use std::time::Instant;

/// wasm-bindgen's crate, command and test runner read each other's tables, whose form may change
/// with every release: all three have this exact version.
pub const WASM_BINDGEN: &str = "0.2.130";
const GECKODRIVER: &str = "0.37.1";
const CARGO_LLVM_COV: &str = "0.9.1";
const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// One thing that a command needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Item {
    /// The standard library of Rust for wasm.
    WasmTarget,
    /// The wasm-bindgen command and its test runner, in `target/tools`.
    WasmBindgen,
    /// Firefox's WebDriver, in `target/tools`.
    Geckodriver,
    /// Chromium and its WebDriver.
    Chromium,
    Firefox,
    Node,
    /// What reads the counters of an instrumented build, of the compiler's own LLVM.
    LlvmTools,
    /// The cargo-llvm-cov command, in `target/tools`.
    LlvmCov,
    /// The packages that an npm project's lock file names.
    Npm(&'static str),
}

/// Installs everything that the commands of every day need.
///
/// # Errors
/// Names each thing that is still missing.
pub fn run(args: &[String]) -> Outcome {
    only_flags(args, &[])?;
    let items = everything();
    ensure(&items)?;
    println!("setup: all {} things are there", items.len());
    Ok(())
}

/// Every item but those of coverage.
pub fn everything() -> Vec<Item> {
    let mut items = vec![Item::WasmTarget, Item::WasmBindgen, Item::Geckodriver];
    items.extend([Item::Chromium, Item::Firefox, Item::Node]);
    items.extend(npm::PROJECTS.iter().map(|project| Item::Npm(project)));
    items
}

/// What turning the Rust crate into the npm package needs.
pub fn for_build() -> Vec<Item> {
    vec![Item::WasmTarget, Item::WasmBindgen, Item::Node, Item::Npm("pkg")]
}

/// What measuring the coverage of the native tests needs; nothing else does.
pub fn for_coverage() -> Vec<Item> {
    vec![Item::LlvmTools, Item::LlvmCov]
}

/// Installs what is missing of `items`.
///
/// # Errors
/// One line for each thing that is still missing, with the command that would install it.
pub fn ensure(items: &[Item]) -> Outcome {
    let missing = install_missing(items);
    if missing.is_empty() { Ok(()) } else { Err(missing.join("\n       ")) }
}

/// Installs what is missing and returns a line for each thing that could not be installed.
pub fn install_missing(items: &[Item]) -> Vec<String> {
    let missing: Vec<Item> = items.iter().copied().filter(|item| !item.is_there()).collect();
    // Compiling keeps the processor busy and downloading the network: one lane for each.
    let (compiled, downloaded): (Vec<Item>, Vec<Item>) =
        missing.into_iter().partition(|item| item.is_cargo_work());
    std::thread::scope(|scope| {
        let compiling = scope.spawn(|| install_in_turn(&compiled));
        let mut failures = install_in_turn(&downloaded);
        failures.extend(compiling.join().expect("installing turns failures into sentences"));
        failures
    })
}

fn install_in_turn(items: &[Item]) -> Vec<String> {
    items.iter().filter_map(|item| item.install_aloud().err()).collect()
}

impl Item {
    /// Whether nothing needs to be done for this item; takes a few milliseconds.
    fn is_there(self) -> bool {
        match self {
            Item::WasmTarget => has_wasm_target(),
            Item::WasmBindgen => {
                has_crate("wasm-bindgen-cli", WASM_BINDGEN)
                    && ["wasm-bindgen", "wasm-bindgen-test-runner"]
                        .iter()
                        .all(|name| paths::tool(name).is_file())
            }
            Item::Geckodriver => find(Program::Geckodriver).is_some(),
            Item::Chromium => {
                find(Program::Chromium).is_some() && find(Program::Chromedriver).is_some()
            }
            Item::Firefox => find(Program::Firefox).is_some(),
            Item::Node => npm::has_node(),
            Item::LlvmTools => has_llvm_tools(),
            Item::LlvmCov => {
                has_crate("cargo-llvm-cov", CARGO_LLVM_COV)
                    && paths::tool("cargo-llvm-cov").is_file()
            }
            Item::Npm(project) => npm::is_installed(project),
        }
    }

    fn is_cargo_work(self) -> bool {
        match self {
            Item::WasmTarget | Item::WasmBindgen | Item::Geckodriver => true,
            Item::LlvmTools | Item::LlvmCov => true,
            Item::Chromium | Item::Firefox | Item::Node | Item::Npm(_) => false,
        }
    }

    fn install_aloud(self) -> Outcome {
        let started = Instant::now();
        println!("setup: installing {} …", self.name());
        let outcome = self.install();
        if self.is_there() {
            println!("setup: {} took {} s", self.name(), started.elapsed().as_secs());
            return Ok(());
        }
        if let Err(reason) = outcome {
            println!("setup: {}: {reason}", self.name());
        }
        Err(format!("{} is missing; install it with: {}", self.name(), self.by_hand()))
    }

    fn name(self) -> String {
        match self {
            Item::WasmTarget => format!("Rust's {WASM_TARGET} target"),
            Item::WasmBindgen => format!("wasm-bindgen-cli {WASM_BINDGEN}"),
            Item::Geckodriver => format!("geckodriver {GECKODRIVER}"),
            Item::Chromium => "Chromium with chromedriver".to_string(),
            Item::Firefox => "Firefox".to_string(),
            Item::Node => "Node 20 or newer".to_string(),
            Item::LlvmTools => "rustup's llvm-tools".to_string(),
            Item::LlvmCov => format!("cargo-llvm-cov {CARGO_LLVM_COV}"),
            Item::Npm(project) => format!("the npm packages of {project}"),
        }
    }

    fn install(self) -> Outcome {
        match self {
            Item::WasmTarget => {
                process::output(Command::new("rustup").args(["target", "add", WASM_TARGET]))
                    .map(drop)
            }
            Item::WasmBindgen => cargo_install("wasm-bindgen-cli", WASM_BINDGEN),
            Item::Geckodriver => cargo_install("geckodriver", GECKODRIVER),
            Item::Chromium => apt_install(&["chromium", "chromium-driver"]),
            Item::Firefox => apt_install(&["firefox-esr"]),
            Item::Node => Err("where it comes from is for you to choose".to_string()),
            Item::LlvmTools => {
                let mut rustup = Command::new("rustup");
                process::output(rustup.args(["component", "add", "llvm-tools"])).map(drop)
            }
            Item::LlvmCov => cargo_install("cargo-llvm-cov", CARGO_LLVM_COV),
            Item::Npm(project) => npm::install(project),
        }
    }

    /// The command that a person would type.
    fn by_hand(self) -> String {
        let mac = cfg!(target_os = "macos");
        match self {
            Item::WasmTarget => format!("rustup target add {WASM_TARGET}"),
            Item::WasmBindgen => cargo_line("wasm-bindgen-cli", WASM_BINDGEN),
            Item::Geckodriver => cargo_line("geckodriver", GECKODRIVER),
            Item::Chromium if mac => "brew install --cask google-chrome chromedriver".to_string(),
            Item::Firefox if mac => "brew install --cask firefox".to_string(),
            Item::Chromium => "sudo apt-get install chromium chromium-driver".to_string(),
            Item::Firefox => "sudo apt-get install firefox-esr".to_string(),
            Item::Node => "nvm install 20, or from https://nodejs.org/en/download".to_string(),
            Item::LlvmTools => "rustup component add llvm-tools".to_string(),
            Item::LlvmCov => cargo_line("cargo-llvm-cov", CARGO_LLVM_COV),
            Item::Npm(project) => format!("(cd {project} && npm ci)"),
        }
    }
}

fn has_wasm_target() -> bool {
    let mut rustc = Command::new("rustc");
    let libraries = rustc.args(["--print", "target-libdir", "--target", WASM_TARGET]);
    process::output(libraries).is_ok_and(|folder| Path::new(folder.trim()).is_dir())
}

/// Whether the tools are where cargo-llvm-cov looks for them: in the compiler's own folder, or
/// where the variables that it reads say.
fn has_llvm_tools() -> bool {
    if ["LLVM_COV", "LLVM_PROFDATA"].iter().all(|name| std::env::var_os(name).is_some()) {
        return true;
    }
    let libraries = process::output(Command::new("rustc").args(["--print", "target-libdir"]));
    let tool = format!("llvm-profdata{}", std::env::consts::EXE_SUFFIX);
    // The tools lie beside the libraries of the target that the compiler itself runs on.
    libraries
        .is_ok_and(|folder| Path::new(folder.trim()).with_file_name("bin").join(tool).is_file())
}

/// Whether cargo's own record of `target/tools` names this version.
fn has_crate(name: &str, version: &str) -> bool {
    let record = std::fs::read_to_string(paths::tools().join(".crates.toml")).unwrap_or_default();
    record.contains(&format!("\"{name} {version} ("))
}

fn cargo_line(name: &str, version: &str) -> String {
    format!("cargo install {name} --version ={version} --root target/tools")
}

/// Installs without `--locked`: the lock file that wasm-bindgen-cli was published with names
/// versions that not every registry mirror has.
fn cargo_install(name: &str, version: &str) -> Outcome {
    let mut install = process::cargo();
    // The tool's build must neither wait for the project's build folder nor mix with it.
    install.env_remove("CARGO_TARGET_DIR");
    install.args(["install", name, "--version", &format!("={version}"), "--root"]);
    process::output(install.arg(paths::tools())).map(drop)
}

fn apt_install(packages: &[&str]) -> Outcome {
    if !is_root() || !Path::new("/usr/bin/apt-get").exists() {
        return Err("only root can install it, and only with apt-get".to_string());
    }
    static UPDATED: OnceLock<Outcome> = OnceLock::new();
    UPDATED.get_or_init(|| process::output(apt_get().arg("update")).map(drop)).clone()?;
    let mut install = apt_get();
    install.args(["install", "--yes", "--no-install-recommends"]).args(packages);
    process::output(&mut install).map(drop)
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn is_root() -> bool {
    process::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_missing_item_comes_with_the_command_that_installs_it() {
        for item in everything().into_iter().chain(for_coverage()) {
            let command = item.by_hand();
            assert!(
                command.contains("install") || command.contains(" add ") || command.contains(" ci")
            );
            assert!(!item.name().is_empty());
        }
    }

    #[test]
    fn the_pin_is_the_version_that_the_crate_asks_for() {
        let manifest = std::fs::read_to_string(paths::root().join("Cargo.toml"));
        let manifest = manifest.expect("the workspace has a manifest");
        let mut pins = manifest.lines().filter(|line| line.starts_with("wasm-bindgen = "));
        let pin = pins.next().expect("the engine crate depends on wasm-bindgen");
        assert!(pin.contains(&format!("\"={WASM_BINDGEN}\"")), "{pin}");
    }

    #[test]
    fn what_compiles_and_what_downloads_are_told_apart() {
        assert!(Item::WasmBindgen.is_cargo_work());
        assert!(!Item::Chromium.is_cargo_work());
        assert!(!Item::Npm("pkg").is_cargo_work());
    }
}
