//! `cargo xtask tidy`: owns the list of rules about the text of the project and how an offence is
//! told. It must not know what the code does. The files are those that git has or would add; each
//! rule looks at one file, or at all of them.

mod awaits;
mod file;
mod functions;
mod imports;
mod layers;
mod lengths;
mod manifests;
mod mask;
mod words;

use crate::{Outcome, only_flags};
use file::File;
use std::ops::RangeInclusive;

/// A place in the tree that breaks a rule.
#[derive(Debug, PartialEq)]
struct Offence {
    path: String,
    /// Line of the file, from 1.
    line: usize,
    reason: String,
}

impl Offence {
    fn new(file: &File, line: usize, reason: impl Into<String>) -> Offence {
        Offence { path: file.path.clone(), line, reason: reason.into() }
    }
}

type Rule = fn(&File) -> Vec<Offence>;

const RULES: &[Rule] = &[
    awaits::no_top_level_await,
    functions::short_with_few_parameters,
    imports::of_the_package,
    imports::of_the_pages,
    layers::own_modules,
    layers::foreign_paths,
    layers::target_switches,
    lengths::of_file,
    lengths::of_lines,
    manifests::browser_crates,
    words::module_comment,
    words::leftovers,
    words::places_and_hosts,
    words::small_text,
];

/// Checks every file of the tree.
///
/// # Errors
/// One line for each offence, with its file and line.
pub fn run(args: &[String]) -> Outcome {
    only_flags(args, &[])?;
    let files = file::all()?;
    let offences = offences(&files);
    if offences.is_empty() {
        println!("tidy: {} files, {} rules, no offence", files.len(), RULES.len() + 1);
        return Ok(());
    }
    let line = |offence: &Offence| format!("{}:{}: {}", offence.path, offence.line, offence.reason);
    let lines: Vec<String> = offences.iter().map(line).collect();
    Err(format!("{} offences\n{}", lines.len(), lines.join("\n")))
}

/// The lines of a file's test modules, numbered from 1.
pub fn test_modules(path: &str, text: &str) -> Vec<RangeInclusive<usize>> {
    lengths::test_modules(&File::new(path, text.as_bytes().to_vec())).collect()
}

fn offences(files: &[File]) -> Vec<Offence> {
    let mut found: Vec<Offence> =
        files.iter().flat_map(|file| RULES.iter().flat_map(|rule| rule(file))).collect();
    found.extend(lengths::of_the_boundary(files));
    found
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_project_is_tidy() {
        super::run(&[]).unwrap_or_else(|told| panic!("{told}"));
    }
}
