//! The commands of the project, `cargo xtask <command>`: owns the list of them and how a failure
//! is told. It must not know what a command does; each has a file or folder of its own.
//! The arguments come from the command line.
#![forbid(unsafe_code)]
#![allow(
    clippy::disallowed_methods,
    reason = "the ban keeps clocks and randomness out of the engine; a tool may ask for the time"
)]

mod bench;
mod browsers;
mod build;
mod codegen;
mod conformance;
mod coverage;
mod demo;
mod npm;
mod paths;
mod process;
mod setup;
mod sim;
mod size;
mod test;
mod tidy;
mod trace;

use std::process::ExitCode;

/// What a command ends with: a value, or the sentence that says what went wrong.
/// An empty sentence means that the command has printed the reason itself.
pub type Outcome<T = ()> = Result<T, String>;

/// One word after `cargo xtask`.
struct Command {
    name: &'static str,
    about: &'static str,
    run: fn(&[String]) -> Outcome,
}

const COMMANDS: &[Command] = &[
    Command { name: "setup", about: "install what the other commands need", run: setup::run },
    Command { name: "build", about: "build the wasm module and the package", run: build::run },
    Command { name: "test", about: "run every test; --quick, --only LAYER", run: test::run },
    Command { name: "demo", about: "build, then serve the playground; --port N", run: demo::run },
    Command { name: "sim", about: "try to make the engine lose an edit; --help", run: sim::run },
    Command { name: "conformance", about: "run public suites; --dir DIR", run: conformance::run },
    Command { name: "bench", about: "measure speed and memory; json or engine", run: bench::run },
    Command {
        name: "size",
        about: "measure what a page downloads, against the budgets",
        run: size::run,
    },
    Command {
        name: "coverage",
        about: "name the lines of the engine that no test runs",
        run: coverage::run,
    },
    Command { name: "tidy", about: "check layers, lengths and leftovers", run: tidy::run },
    Command { name: "trace", about: "check the table of requirements and tests", run: trace::run },
    Command {
        name: "codegen",
        about: "write the error codes; --check: only compare",
        run: codegen::run,
    },
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = args.split_first() else {
        println!("{}", usage());
        return ExitCode::SUCCESS;
    };
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        eprintln!("there is no command {name:?}\n\n{}", usage());
        return ExitCode::from(2);
    };
    match (command.run)(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            if !reason.is_empty() {
                eprintln!("error: {reason}");
            }
            ExitCode::FAILURE
        }
    }
}

fn usage() -> String {
    let mut text = String::from("cargo xtask <command>\n");
    for command in COMMANDS {
        text += &format!("\n  {:<12} {}", command.name, command.about);
    }
    text
}

/// Refuses every argument that is not one of `known`, so that a typing error is not ignored.
///
/// # Errors
/// Names the first unknown argument and the ones that exist.
pub fn only_flags(args: &[String], known: &[&str]) -> Outcome {
    match args.iter().find(|arg| !known.contains(&arg.as_str())) {
        None => Ok(()),
        Some(unknown) if known.is_empty() => Err(format!("unexpected argument {unknown:?}")),
        Some(unknown) => Err(format!("unknown argument {unknown:?}; known: {}", known.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_argument_is_named() {
        let args = ["--quick".to_string(), "--fast".to_string()];
        assert_eq!(only_flags(&args[..1], &["--quick"]), Ok(()));
        let refused = only_flags(&args, &["--quick"]).expect_err("--fast is not known");
        assert!(refused.contains("--fast") && refused.contains("--quick"), "{refused}");
    }

    #[test]
    fn the_usage_names_every_command_once() {
        let text = usage();
        for command in COMMANDS {
            let rows = text.lines().filter(|row| row.trim().starts_with(command.name));
            assert_eq!(rows.count(), 1, "{}", command.name);
        }
    }
}
