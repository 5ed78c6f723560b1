//! `cargo xtask size`: owns the budgets of what a page downloads, and the table that shows them.
//! It must not know how a part is bundled or compressed. The numbers come from `js/size.mjs`, which
//! measures what `cargo xtask build` has just made.

use crate::{Outcome, build, npm, only_flags, paths, process};
use serde_json::{Map, Value};

/// The largest brotli size of a part, in bytes; a kB is 1000 bytes.
struct Budget {
    /// As `js/size.mjs` names it.
    part: &'static str,
    brotli_bytes_max: u64,
}

const BUDGETS: &[Budget] = &[
    Budget { part: "keepfast.wasm", brotli_bytes_max: 30_000 },
    Budget { part: "keepfast (JavaScript)", brotli_bytes_max: 4_000 },
];

/// Builds, measures, prints a table, and compares it with the budgets.
///
/// # Errors
/// Names each part over its budget.
pub fn run(args: &[String]) -> Outcome {
    only_flags(args, &[])?;
    build::run(&[])?;
    let report = report(&measure()?)?;
    print!("{}", report.table);
    if report.over.is_empty() { Ok(()) } else { Err(report.over.join("; ")) }
}

/// Sizes of the built package: `{"<part>": {"raw", "gzip", "brotli"}, …}`, in bytes.
fn measure() -> Outcome<Map<String, Value>> {
    let script = paths::root().join("xtask/js/size.mjs");
    let text = process::output(npm::node("pkg", &[]).arg(script).arg(npm::folder("pkg")))?;
    serde_json::from_str(&text).map_err(|error| format!("size.mjs printed {text:?}: {error}"))
}

struct Report {
    table: String,
    over: Vec<String>,
}

fn report(sizes: &Map<String, Value>) -> Outcome<Report> {
    let wide = sizes.keys().map(String::len).max().unwrap_or(0);
    let mut table = format!("{:<wide$}{:>9}{:>9}{:>9}  budget\n", "bytes", "raw", "gzip", "brotli");
    for (part, forms) in sizes {
        let budget = BUDGETS.iter().find(|budget| budget.part == part);
        let most = budget.map_or(String::new(), |budget| budget.brotli_bytes_max.to_string());
        let bytes = |form: &str| forms[form].as_u64().unwrap_or_default();
        let (raw, gzip, brotli) = (bytes("raw"), bytes("gzip"), bytes("brotli"));
        table += &format!("{part:<wide$}{raw:>9}{gzip:>9}{brotli:>9}  {most}\n");
    }
    let excesses: Vec<Option<String>> =
        BUDGETS.iter().map(|budget| excess(budget, sizes)).collect::<Outcome<_>>()?;
    Ok(Report { table, over: excesses.into_iter().flatten().collect() })
}

/// A sentence about a part over its budget, or nothing.
fn excess(budget: &Budget, sizes: &Map<String, Value>) -> Outcome<Option<String>> {
    let (part, most) = (budget.part, budget.brotli_bytes_max);
    let brotli = sizes.get(part).and_then(|forms| forms["brotli"].as_u64());
    let brotli = brotli.ok_or_else(|| format!("no brotli size of {part} was measured"))?;
    let told = || format!("{part}: {brotli} bytes of brotli, {} over budget", brotli - most);
    Ok((brotli > most).then(told))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sizes(wasm_brotli: u64) -> Map<String, Value> {
        let sizes = json!({
            "keepfast (JavaScript)": {"raw": 9_000, "gzip": 3_500, "brotli": 3_200},
            "keepfast.wasm": {"raw": 70_000, "gzip": 33_000, "brotli": wasm_brotli},
            "keepfast/inline": {"raw": 9_000, "gzip": 3_500, "brotli": 99_999},
        });
        sizes.as_object().expect("it is written as an object").clone()
    }

    #[test]
    fn a_part_over_its_budget_is_named_with_the_excess() {
        let report = report(&sizes(30_001)).expect("all sizes are there");
        assert_eq!(report.over, ["keepfast.wasm: 30001 bytes of brotli, 1 over budget"]);
    }

    #[test]
    fn parts_within_their_budgets_or_without_one_are_only_shown() {
        let report = report(&sizes(30_000)).expect("all sizes are there");
        assert!(report.over.is_empty());
        assert!(report.table.contains("    70000    33000    30000  30000\n"), "{}", report.table);
        assert!(report.table.contains("keepfast/inline"), "{}", report.table);
    }

    #[test]
    fn a_size_that_was_not_measured_is_an_error() {
        let mut sizes = sizes(30_000);
        sizes.remove("keepfast.wasm");
        assert!(report(&sizes).is_err());
    }
}
