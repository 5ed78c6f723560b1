//! Cargo manifests: owns the rule that browser crates are declared for wasm32 only, so that a
//! native build cannot compile an engine that touches them. It must not know the code.

use super::Offence;
use super::file::File;

const BROWSER_CRATES: &[&str] =
    &["wasm-bindgen", "web-sys", "js-sys", "gloo-", "serde-wasm-bindgen", "console_error"];

/// A browser crate stands only under `target.'cfg(target_arch = "wasm32")'`, save for crates that
/// only tests and benchmarks have.
pub fn browser_crates(file: &File) -> Vec<Offence> {
    if file.name() != "Cargo.toml" || file.is_test() {
        return Vec::new();
    }
    let mut offences = Vec::new();
    let mut section = "";
    for (at, line) in file.text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('[') {
            section = line;
        }
        let name = if line.starts_with('[') { table_name(line) } else { line };
        let is_browser = BROWSER_CRATES.iter().any(|crate_name| name.starts_with(crate_name));
        if section.contains("dependencies") && is_browser && !section.contains("wasm32") {
            let reason = "browser crates are declared for wasm32 only";
            offences.push(Offence::new(file, at + 1, reason));
        }
    }
    offences
}

/// The crate of a head like `[dependencies.web-sys]`.
fn table_name(head: &str) -> &str {
    head.rsplit('.').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::file::tests::file;
    use super::*;

    #[test]
    fn a_browser_crate_for_wasm_is_fine() {
        let text = "[dependencies]\nsha2 = \"0.11\"\n\n\
                    [target.'cfg(target_arch = \"wasm32\")'.dependencies]\n\
                    wasm-bindgen = \"=0.2\"\n";
        assert_eq!(browser_crates(&file("Cargo.toml", text)), []);
        let peers = "[dependencies]\nwasm-bindgen = \"=0.2\"\n";
        assert_eq!(browser_crates(&file("tests/bench/peers/Cargo.toml", peers)), []);
    }

    #[test]
    fn a_browser_crate_for_every_target_is_an_offence() {
        let text = "[dependencies]\nsha2 = \"0.11\"\nweb-sys = \"0.3\"\n";
        assert_eq!(browser_crates(&file("Cargo.toml", text)).len(), 1);
        let text = "[dependencies.js-sys]\nversion = \"0.3\"\n";
        assert_eq!(browser_crates(&file("server/Cargo.toml", text)).len(), 1);
    }
}
