//! Who may import whom in the engine crate: owns the table of layers. It must not know what a
//! module does. It reads the paths in the code of `src/`, without comments and strings.

use super::Offence;
use super::file::{File, line_at};

/// The modules that are pure: no browser, no clock, no file, no thread. Each uses those after it.
const PURE: &[&str] = &[
    "engine", "history", "bundle", "record", "protocol", "replica", "schema", "json", "error",
    "limits",
];
/// Modules that do not use one after them all the same: the wire is shared with a server, which has
/// content as text and nothing else.
const APART: &[(&str, &str)] = &[("protocol", "replica")];
/// The modules that know the browser; the only ones that may differ by target.
const BROWSER: &[&str] = &["wasm", "web"];

const BROWSER_CRATES: &[&str] =
    &["wasm_bindgen", "web_sys", "js_sys", "gloo_timers", "serde_wasm_bindgen"];
const OUTSIDE_WORLD: &[&str] =
    &["std::time", "std::thread", "std::fs", "std::net", "std::env", "std::process"];

/// A module of the crate uses only the modules below it.
pub fn own_modules(file: &File) -> Vec<Offence> {
    let Some(module) = file.module().filter(|module| *module != "lib") else {
        return Vec::new();
    };
    if !file.is(&["rs"]) {
        return Vec::new();
    }
    if !PURE.contains(&module) && !BROWSER.contains(&module) {
        let reason = format!("module {module} has no place in the table of layers");
        return vec![Offence::new(file, 1, reason)];
    }
    let used = used_modules(&file.code, crate_prefixes(file)).into_iter();
    let wrong = used.filter(|(_, used)| !may_use(module, used));
    wrong
        .map(|(line, used)| Offence::new(file, line, format!("{module} must not know {used}")))
        .collect()
}

/// The engine's pure modules name no browser crate and no part of the outside world.
pub fn foreign_paths(file: &File) -> Vec<Offence> {
    let pure = file.module().is_some_and(|module| !BROWSER.contains(&module));
    if !pure || !file.is(&["rs"]) {
        return Vec::new();
    }
    let named = BROWSER_CRATES.iter().chain(OUTSIDE_WORLD);
    let places = named.flat_map(|name| file.code.match_indices(name));
    places
        .filter(|(at, _)| !file.code[..*at].ends_with(|l: char| l.is_alphanumeric() || l == '_'))
        .map(|(at, name)| {
            Offence::new(file, line_at(&file.code, at), format!("{name} outside of web and wasm"))
        })
        .collect()
}

/// Code differs by target only where the browser is known, where the crate names those modules,
/// and in the one module of simd blocks, which has a scalar path of equal results.
pub fn target_switches(file: &File) -> Vec<Offence> {
    let browser = file.module().is_none_or(|module| BROWSER.contains(&module));
    if browser || file.path.starts_with("src/json/block") {
        return Vec::new();
    }
    let places = file.code.match_indices("target_arch");
    let wrong = places.filter(|(at, _)| !(file.name() == "lib.rs" && names_browser(file, *at)));
    let reason = "target_arch is told apart only in src/web, src/wasm and src/json/block*";
    wrong.map(|(at, _)| Offence::new(file, line_at(&file.code, at), reason)).collect()
}

/// Whether the line after this place declares a module that knows the browser.
fn names_browser(file: &File, at: usize) -> bool {
    let next = file.code[at..].lines().nth(1).unwrap_or_default();
    BROWSER.iter().any(|module| next.ends_with(&format!("mod {module};")))
}

fn may_use(module: &str, used: &str) -> bool {
    // `error` composes the errors of the pure modules, so it alone looks up as well as down.
    let pure_place = |name: &str| PURE.iter().position(|pure| *pure == name);
    match (pure_place(module), pure_place(used)) {
        _ if module == used => true,
        _ if APART.contains(&(module, used)) => false,
        (Some(_), Some(_)) if module == "error" => used != "engine",
        (Some(from), Some(to)) => from < to,
        // The browser modules may use all pure ones, and `wasm` uses `web`.
        (None, Some(_)) => true,
        (_, None) => module == "wasm" && used == "web",
    }
}

/// How a path of this file may begin that leads to the root of the crate.
fn crate_prefixes(file: &File) -> &'static [&'static str] {
    let is_top = file.name() == "mod.rs" || file.path.matches('/').count() == 1;
    if is_top { &["crate::", "super::"] } else { &["crate::", "super::super::"] }
}

/// The modules of the crate that the code names, each with its line.
fn used_modules(code: &str, prefixes: &[&str]) -> Vec<(usize, String)> {
    let mut used = Vec::new();
    for prefix in prefixes {
        for (at, _) in code.match_indices(prefix) {
            let rest = &code[at + prefix.len()..];
            let line = line_at(code, at);
            let names = if rest.starts_with('{') { group(rest) } else { vec![first_name(rest)] };
            used.extend(names.into_iter().map(|name| (line, name)));
        }
    }
    used.retain(|(_, name)| PURE.contains(&name.as_str()) || BROWSER.contains(&name.as_str()));
    used
}

/// The first names of the members of `{a::b, c::{d, e}}`.
fn group(code: &str) -> Vec<String> {
    let mut depth = 0;
    let mut names = Vec::new();
    for (at, letter) in code.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if depth == 1 && matches!(letter, '{' | ',') {
            names.push(first_name(code[at + 1..].trim_start()));
        }
    }
    names
}

fn first_name(code: &str) -> String {
    code.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
}

#[cfg(test)]
mod tests {
    use super::super::file::tests::file;
    use super::*;

    fn reasons(offences: Vec<Offence>) -> Vec<String> {
        offences.into_iter().map(|offence| offence.reason).collect()
    }

    #[test]
    fn a_module_may_use_those_below_it() {
        let text = "use crate::json::{Options, canonicalize};\nuse crate::{error::Code, limits};\n";
        assert_eq!(own_modules(&file("src/schema/check.rs", text)), []);
        assert_eq!(own_modules(&file("src/wasm/mod.rs", "use crate::schema::Schema;")), []);
        for above in ["engine/tracker.rs", "history/diff.rs", "record/header.rs"] {
            let text = "use crate::replica::Edit;";
            assert_eq!(own_modules(&file(&format!("src/{above}"), text)), [], "{above}");
        }
        let wire =
            file("src/protocol/push.rs", "use crate::{json::Digest, schema::Issue, limits};");
        assert_eq!(own_modules(&wire), []);
        assert_eq!(own_modules(&file("src/error.rs", "use crate::schema::SchemaError;")), []);
    }

    #[test]
    fn a_module_must_not_know_those_above_it() {
        let text = "use crate::{limits, schema::{Schema, Issue}};\n\nfn f() { crate::wasm::g() }";
        let told = reasons(own_modules(&file("src/json/scan.rs", text)));
        assert_eq!(told, ["json must not know schema", "json must not know wasm"]);
        let climbed = file("src/json/mod.rs", "use super::schema::Schema;");
        assert_eq!(reasons(own_modules(&climbed)), ["json must not know schema"]);
        let climbed = file("src/replica/mod.rs", "use super::record::Digest;");
        assert_eq!(reasons(own_modules(&climbed)), ["replica must not know record"]);
        let climbed = file("src/web/clock.rs", "use super::super::wasm::run;");
        assert_eq!(reasons(own_modules(&climbed)), ["web must not know wasm"]);
    }

    #[test]
    fn the_wire_knows_neither_stores_nor_replicas() {
        for used in ["replica", "record", "engine"] {
            let wire = file("src/protocol/push.rs", &format!("use crate::{used}::Anything;"));
            assert_eq!(reasons(own_modules(&wire)), [format!("protocol must not know {used}")]);
        }
    }

    #[test]
    fn a_module_outside_the_table_is_named() {
        let told = reasons(own_modules(&file("src/misc/a.rs", "")));
        assert_eq!(told, ["module misc has no place in the table of layers"]);
        assert_eq!(own_modules(&file("src/lib.rs", "pub mod json;")), []);
    }

    #[test]
    fn pure_modules_name_no_browser_and_no_clock() {
        let text = "use std::time::Instant;\nuse wasm_bindgen::prelude::*;\n";
        assert_eq!(foreign_paths(&file("src/json/scan.rs", text)).len(), 2);
        assert_eq!(foreign_paths(&file("src/wasm/mod.rs", text)), []);
        let told = "//! Without std::time.\nuse std::fmt;\n";
        assert_eq!(foreign_paths(&file("src/json/scan.rs", told)), []);
    }

    #[test]
    fn targets_are_told_apart_only_where_the_browser_is_known() {
        let text = "#[cfg(target_arch = \"wasm32\")]\nfn f() {}\n";
        for allowed in ["src/wasm/mod.rs", "src/web/clock.rs", "src/json/block.rs", "tests/wasm.rs"]
        {
            assert_eq!(target_switches(&file(allowed, text)), [], "{allowed}");
        }
        assert_eq!(target_switches(&file("src/json/scan.rs", text)).len(), 1);
        assert_eq!(target_switches(&file("src/lib.rs", text)).len(), 1);
        let named = "#[cfg(target_arch = \"wasm32\")]\nmod wasm;\n";
        assert_eq!(target_switches(&file("src/lib.rs", named)), []);
    }
}
