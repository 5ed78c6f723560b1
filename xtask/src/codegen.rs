//! `cargo xtask codegen`: owns the text of the error codes in TypeScript and in the package's
//! README. It must not know when an error is raised. The codes come from the engine crate, where
//! each is listed once with its retry class and its meaning.

use crate::{Outcome, only_flags, paths};
use keepfast::error::CODES;
use std::path::PathBuf;

const TABLE_BEGIN: &str = "<!-- codes -->";
const TABLE_END: &str = "<!-- /codes -->";

/// Writes the generated texts; with `--check` only compares.
///
/// # Errors
/// Names each file that cannot be read or written, or that is stale.
pub fn run(args: &[String]) -> Outcome {
    only_flags(args, &["--check"])?;
    let check = !args.is_empty();
    for (path, wanted) in [types()?, readme()?] {
        let place = paths::root().join(path);
        if std::fs::read_to_string(&place).is_ok_and(|present| present == wanted) {
            println!("{path}: up to date");
        } else if check {
            return Err(format!("{path} is stale; run `cargo xtask codegen`"));
        } else {
            std::fs::write(&place, wanted).map_err(|error| format!("{path}: {error}"))?;
            println!("{path}: written");
        }
    }
    Ok(())
}

/// The TypeScript file: types only, so that it costs a page nothing.
fn types() -> Outcome<(&'static str, String)> {
    let mut text = String::from(
        "// Every error code of Keepfast and whether trying again can help, as types.\n\
         // Generated from src/error.rs by `cargo xtask codegen`; edits here are overwritten.\n\n\
         /** For each code, whether trying again can help. Codes are never renamed. */\n\
         export interface RetryOf {\n",
    );
    for (code, retry, meaning) in CODES {
        text += &format!("  /** {}. */\n  readonly \"{code}\": \"{retry}\";\n", sentence(meaning));
    }
    text += "}\n\n/** A stable name for what went wrong, as `area/what`. */\n\
             export type Code = keyof RetryOf;\n";
    Ok(("pkg/src/codes.ts", text))
}

/// The package's README with the table of codes between its markers.
fn readme() -> Outcome<(&'static str, String)> {
    let path = "pkg/README.md";
    let place: PathBuf = paths::root().join(path);
    let text = std::fs::read_to_string(place).map_err(|error| format!("{path}: {error}"))?;
    let with_table = with_table(&text).ok_or_else(|| {
        format!("{path} has no line `{TABLE_BEGIN}` followed by a line `{TABLE_END}`")
    })?;
    Ok((path, with_table))
}

/// The text with everything between the markers replaced by the table.
fn with_table(text: &str) -> Option<String> {
    let (before, rest) = text.split_once(TABLE_BEGIN)?;
    let (_, after) = rest.split_once(TABLE_END)?;
    let mut table = String::from("| code | retry | meaning |\n|---|---|---|\n");
    for (code, retry, meaning) in CODES {
        table += &format!("| `{code}` | {retry} | {meaning} |\n");
    }
    Some(format!("{before}{TABLE_BEGIN}\n{table}{TABLE_END}{after}"))
}

/// The meaning with a capital at its start.
fn sentence(meaning: &str) -> String {
    let mut letters = meaning.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generated_files_are_not_stale() {
        run(&["--check".to_string()]).unwrap_or_else(|told| panic!("{told}"));
    }

    #[test]
    fn the_table_replaces_what_was_between_the_markers() {
        let text = format!("above\n{TABLE_BEGIN}\n| old row |\n{TABLE_END}\nbelow\n");
        let table = with_table(&text).expect("both markers are there");
        assert!(table.starts_with("above\n") && table.ends_with("\nbelow\n"), "{table}");
        assert!(!table.contains("| old row |"));
        assert!(table.contains(CODES[0].0));
        assert_eq!(with_table(&table), Some(table.clone()), "writing it twice changes nothing");
    }

    #[test]
    fn a_readme_without_markers_is_refused() {
        assert_eq!(with_table("above\nbelow\n"), None);
    }

    #[test]
    fn codes_have_an_area_and_a_known_retry_class() {
        for (code, retry, meaning) in CODES {
            assert_eq!(code.split('/').count(), 2, "{code}");
            assert!(["never", "later", "after-user"].contains(retry), "{code}: {retry}");
            assert!(!meaning.is_empty() && !meaning.ends_with('.'), "{code}: {meaning}");
        }
    }
}
