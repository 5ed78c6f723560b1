//! `cargo xtask test`: owns the order of the layers, what `--quick` leaves out, and the summary.
//! It must not know how a layer is run or counted. A layer that fails does not stop the others;
//! the last line of the output is `N passed, N failed`.

mod counts;
mod layers;

use crate::setup::Item;
use crate::{Outcome, build, npm, setup};
use counts::Counts;
use std::time::Instant;

/// One kind of test.
struct Layer {
    name: &'static str,
    run: fn(Extent) -> Outcome<Counts>,
    /// Whether `--quick` runs it too.
    quick: bool,
}

/// How much is to be tested.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Extent {
    /// Without the consumers and without Firefox.
    Quick,
    Full,
}

const LAYERS: &[Layer] = &[
    Layer { name: "native", run: layers::native, quick: true },
    Layer { name: "wasm-chromium", run: layers::wasm_in_chromium, quick: true },
    Layer { name: "wasm-firefox", run: layers::wasm_in_firefox, quick: false },
    Layer { name: "package", run: layers::package, quick: true },
    Layer { name: "tarball", run: layers::package_checks, quick: true },
    Layer { name: "browser", run: layers::browser, quick: true },
    Layer { name: "consumers", run: layers::consumers, quick: false },
];

/// What became of a layer.
struct Done {
    name: &'static str,
    counts: Counts,
    seconds: f64,
    /// Why the layer could not be run to its end.
    reason: Option<String>,
}

/// Installs what is missing, builds, runs the layers, and prints the summary.
///
/// `--quick` leaves out the slow layers; `--only LAYER` runs a single one.
///
/// # Errors
/// When anything failed; the summary has said what.
pub fn run(args: &[String]) -> Outcome {
    let Options { extent, only } = options(args)?;
    for missing in setup::install_missing(&needs(extent)) {
        println!("setup: {missing}");
    }
    let mut done = vec![run_layer("build", || build::build().map(|()| Counts::default()))];
    let is_chosen = |layer: &&Layer| match only {
        Some(name) => layer.name == name,
        None => layer.quick || extent == Extent::Full,
    };
    for layer in LAYERS.iter().filter(is_chosen) {
        println!("\n== {} ==", layer.name);
        done.push(run_layer(layer.name, || (layer.run)(extent)));
    }
    print!("{}", summary(&done));
    // The empty sentence: the summary is the last thing to be printed.
    if total(&done).failed == 0 { Ok(()) } else { Err(String::new()) }
}

#[derive(Debug, PartialEq)]
struct Options {
    extent: Extent,
    /// The name of the only layer to run.
    only: Option<&'static str>,
}

fn options(args: &[String]) -> Outcome<Options> {
    let mut options = Options { extent: Extent::Full, only: None };
    let mut words = args.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--quick" => options.extent = Extent::Quick,
            "--only" => {
                let wanted = words.next();
                let layer =
                    LAYERS.iter().find(|layer| Some(layer.name) == wanted.map(String::as_str));
                options.only = Some(layer.map(|layer| layer.name).ok_or_else(known_layers)?);
            }
            _ => return Err(format!("unknown argument {word:?}; known: --quick, --only LAYER")),
        }
    }
    Ok(options)
}

fn known_layers() -> String {
    let names: Vec<&str> = LAYERS.iter().map(|layer| layer.name).collect();
    format!("--only needs one of: {}", names.join(", "))
}

/// What the layers need: not the benchmarks' packages, and the quick ones no Firefox.
fn needs(extent: Extent) -> Vec<Item> {
    let mut items = setup::everything();
    items.retain(|item| match item {
        Item::Npm(project) if *project == npm::BENCH => false,
        Item::Npm(project) if *project == npm::CONSUMERS => extent == Extent::Full,
        Item::Firefox | Item::Geckodriver => extent == Extent::Full,
        _ => true,
    });
    items
}

fn run_layer(name: &'static str, run: impl FnOnce() -> Outcome<Counts>) -> Done {
    let started = Instant::now();
    let outcome = run();
    let seconds = started.elapsed().as_secs_f64();
    match outcome {
        Ok(counts) => Done { name, counts, seconds, reason: None },
        Err(reason) => {
            let counts = Counts { failed: 1, ..Counts::default() };
            Done { name, counts, seconds, reason: Some(reason) }
        }
    }
}

fn total(done: &[Done]) -> Counts {
    done.iter().fold(Counts::default(), |sum, layer| sum.plus(layer.counts))
}

fn summary(done: &[Done]) -> String {
    let mut text = format!("\n{:<18}{:>8}{:>8}{:>9}\n", "", "passed", "failed", "seconds");
    for layer in done {
        let Counts { passed, failed, skipped } = layer.counts;
        text += &format!("{:<18}{passed:>8}{failed:>8}{:>9.1}", layer.name, layer.seconds);
        if skipped > 0 {
            text += &format!("  {skipped} skipped");
        }
        if let Some(reason) = &layer.reason {
            text += &format!("  {}", reason.lines().next().unwrap_or_default());
        }
        text.push('\n');
    }
    text += "\nJSON suites: the small vectors of this tree ran; \
             `cargo xtask conformance --dir DIR` runs the public ones.\n";
    let Counts { passed, failed, .. } = total(done);
    text + &format!("{passed} passed, {failed} failed\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_is_the_sum_of_the_layers() {
        let passing = || Ok(Counts { passed: 5, failed: 0, skipped: 2 });
        let done = [
            run_layer("one", passing),
            run_layer("two", || Ok(Counts { passed: 3, failed: 2, skipped: 0 })),
            run_layer("three", || Err("no such folder\nand more".to_string())),
        ];
        let text = summary(&done);
        assert!(text.ends_with("\n8 passed, 3 failed\n"), "{text}");
        assert!(text.contains("2 skipped"), "{text}");
        assert!(text.contains("no such folder\n") && !text.contains("and more"), "{text}");
    }

    #[test]
    fn one_layer_can_be_chosen_by_its_name() {
        let words = |text: &str| text.split(' ').map(str::to_string).collect::<Vec<_>>();
        let chosen = options(&words("--quick --only browser"));
        assert_eq!(chosen, Ok(Options { extent: Extent::Quick, only: Some("browser") }));
        let refused = options(&words("--only brwser")).expect_err("there is no such layer");
        assert!(refused.contains("native, wasm-chromium"), "{refused}");
        assert!(options(&words("--fast")).is_err());
    }

    #[test]
    fn quick_needs_no_firefox_and_no_consumers() {
        let quick = needs(Extent::Quick);
        assert!(!quick.contains(&Item::Firefox) && !quick.contains(&Item::Npm(npm::CONSUMERS)));
        assert!(quick.contains(&Item::Chromium) && quick.contains(&Item::Npm("pkg")));
        assert!(needs(Extent::Full).contains(&Item::Firefox));
        assert!(LAYERS.iter().any(|layer| layer.name == "consumers" && !layer.quick));
    }
}
