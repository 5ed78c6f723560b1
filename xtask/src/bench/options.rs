//! The arguments of `cargo xtask bench`: owns their names, defaults and limits. It must not know
//! what they are used for. The words come from the command line.

use crate::Outcome;
use std::fmt;

/// A browser to measure in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Engine {
    Chromium,
    Firefox,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Engine::Chromium => "chromium",
            Engine::Firefox => "firefox",
        })
    }
}

/// What to measure.
#[derive(Debug, PartialEq)]
pub enum Order {
    /// JSON and schemas, in browsers.
    Json(Options),
    /// Edits, natively.
    Engine {
        /// How often each row is measured.
        rounds: u32,
    },
}

/// What to measure of JSON and schemas.
#[derive(Debug, PartialEq)]
pub struct Options {
    pub engines: Vec<Engine>,
    /// How often each row is measured; at least [`ROUNDS_MIN`].
    pub rounds: u32,
    /// The suites to run, by their names in the page; `None` for all.
    pub suites: Option<Vec<String>>,
}

impl Order {
    /// Reads `json [--engine E,…] [--rounds N] [--suite S,…]` or `engine [--rounds N]`.
    ///
    /// # Errors
    /// Names the word that is not understood, and what would be.
    pub fn parse(args: &[String]) -> Outcome<Self> {
        let Some((subject, rest)) = args.split_first() else {
            return Err("say what to measure: `cargo xtask bench json` or `engine`".to_string());
        };
        match (subject.as_str(), rest) {
            ("json", _) => Ok(Order::Json(Options::parse(rest)?)),
            ("engine", []) => Ok(Order::Engine { rounds: NATIVE_ROUNDS }),
            ("engine", [flag, value]) if flag == "--rounds" => {
                Ok(Order::Engine { rounds: rounds(value)? })
            }
            ("engine", [flag]) if flag == "--rounds" => Err(format!("{flag} needs a value")),
            ("engine", [unknown, ..]) => {
                Err(format!("{unknown:?} is not understood; known: --rounds N"))
            }
            _ => Err(format!("there is no benchmark {subject:?}; there are: json, engine")),
        }
    }
}

impl Options {
    fn parse(mut rest: &[String]) -> Outcome<Self> {
        let engines = vec![Engine::Chromium, Engine::Firefox];
        let mut options = Options { engines, rounds: ROUNDS, suites: None };
        while let [flag, after @ ..] = rest {
            let [value, after @ ..] = after else {
                return Err(format!("{flag} needs a value"));
            };
            options.set(flag, value)?;
            rest = after;
        }
        Ok(options)
    }

    fn set(&mut self, flag: &str, value: &str) -> Outcome {
        match flag {
            "--engine" => self.engines = value.split(',').map(engine).collect::<Outcome<_>>()?,
            "--rounds" => self.rounds = rounds(value)?,
            "--suite" => self.suites = Some(value.split(',').map(str::to_string).collect()),
            _ => {
                let known = "--engine, --rounds, --suite";
                return Err(format!("unknown argument {flag:?}; known: {known}"));
            }
        }
        Ok(())
    }
}

fn engine(name: &str) -> Outcome<Engine> {
    match name {
        "chromium" => Ok(Engine::Chromium),
        "firefox" => Ok(Engine::Firefox),
        _ => Err(format!("unknown engine {name:?}; known: chromium, firefox")),
    }
}

fn rounds(value: &str) -> Outcome<u32> {
    let rounds = value.parse().map_err(|_| format!("--rounds: {value:?} is not a number"))?;
    if rounds < ROUNDS_MIN {
        return Err(format!("a median of fewer than {ROUNDS_MIN} rounds says too little"));
    }
    Ok(rounds)
}

/// Enough for medians that come back within a few per cent on a machine that does other work too.
const ROUNDS: u32 = 31;
/// A native round takes milliseconds.
const NATIVE_ROUNDS: u32 = 301;
const ROUNDS_MIN: u32 = 21;

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Outcome<Order> {
        Order::parse(&line.split_whitespace().map(str::to_string).collect::<Vec<_>>())
    }

    fn json(line: &str) -> Options {
        match parse(line) {
            Ok(Order::Json(options)) => options,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn both_browsers_are_the_default() {
        let options = json("json");
        assert_eq!(options.engines, [Engine::Chromium, Engine::Firefox]);
        assert_eq!((options.rounds, options.suites), (ROUNDS, None));
    }

    #[test]
    fn engines_rounds_and_suites_are_read() {
        let options = json("json --engine firefox --rounds 41 --suite inWasm,stages");
        assert_eq!(options.engines, [Engine::Firefox]);
        assert_eq!(options.rounds, 41);
        assert_eq!(options.suites, Some(vec!["inWasm".to_string(), "stages".to_string()]));
    }

    #[test]
    fn the_engine_is_measured_without_a_browser() {
        assert_eq!(parse("engine"), Ok(Order::Engine { rounds: NATIVE_ROUNDS }));
        assert_eq!(parse("engine --rounds 41"), Ok(Order::Engine { rounds: 41 }));
        for line in ["engine --rounds", "engine --rounds 20", "engine --engine firefox"] {
            assert!(parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn what_is_not_understood_is_named() {
        let cases = ["", "yaml", "json --rounds", "json --rounds many", "json --engine lynx"];
        for line in cases.into_iter().chain(["json --rounds 20", "json --fast yes"]) {
            let refused = parse(line).expect_err(line);
            let last = line.split_whitespace().last().unwrap_or("json");
            assert!(refused.contains(last) || line.ends_with("20") || line.ends_with("yes"));
        }
        assert!(parse("json --fast yes").expect_err("unknown").contains("--fast"));
        assert!(parse("json --rounds 20").expect_err("too few").contains("21"));
    }
}
