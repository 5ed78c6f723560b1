//! The printed form of a benchmark's answer: owns columns, words and the verdict on each bar. It
//! must not know how anything was measured. Its input is the JSON that `tests/bench` wrote.

use crate::Outcome;
use serde_json::Value;

/// Width of the column of row names.
const NAME_WIDTH: usize = 62;

/// A table, and a sentence for each bar that was missed.
pub struct Report {
    pub text: String,
    pub missed: Vec<String>,
}

/// Lays out the answer of one browser.
///
/// # Errors
/// Names the field that the answer lacks.
pub fn report(answer: &Value) -> Outcome<Report> {
    let engine = text(answer, "engine")?;
    let mut report = Report { text: heading(answer)?, missed: Vec::new() };
    for group in list(answer, "groups")? {
        report.add_group(group)?;
        for claim in list(group, "claims")? {
            report.add_claim(engine, claim)?;
        }
    }
    Ok(report)
}

/// What was measured in, and how busy the machine was before: peers that use several threads
/// suffer more from other work than the rest, so ratios of a busy machine say little.
fn heading(answer: &Value) -> Outcome<String> {
    let (engine, agent) = (text(answer, "engine")?, text(answer, "agent")?);
    let (load, processors) = (number(answer, "load")?, number(answer, "processors")?);
    let rounds = number(answer, "rounds")?;
    let heading = format!("\n{engine} ({agent}), medians of {rounds} rounds and of their ratios\n");
    if load <= processors / 2.0 {
        return Ok(heading);
    }
    Ok(format!("{heading}the machine is busy: load {load:.1} on {processors} processors\n"))
}

impl Report {
    fn add_group(&mut self, group: &Value) -> Outcome {
        let title = text(group, "title")?;
        // A group that names no unit is of milliseconds.
        let unit = group["unit"].as_str().unwrap_or("ms");
        let decimals = if unit == "bytes" { 0 } else { 3 };
        self.text += &format!("\n{title:<NAME_WIDTH$} {unit:>10} {:>9}\n", "ratio");
        for row in list(group, "rows")? {
            let (name, ratio) = (text(row, "name")?, short(number(row, "ratio")?));
            let measured = number(row, unit)?;
            self.text += &format!("  {name:<60} {measured:>10.decimals$} {ratio:>9}\n");
        }
        Ok(())
    }

    fn add_claim(&mut self, engine: &str, claim: &Value) -> Outcome {
        let (subject, peer) = (text(claim, "subject")?, text(claim, "peer")?);
        let (bar, measured) = (number(claim, "bar")?, number(claim, "measured")?);
        let met = claim["met"].as_bool().ok_or("a claim has no `met`")?;
        let wanted = match text(claim, "kind")? {
            "at most" => format!("at most {} of {peer}", short(bar)),
            "times faster" => format!("at least {} times as fast as {peer}", short(bar)),
            "bytes at most" => format!("at most {} bytes", short(bar)),
            kind => return Err(format!("unknown kind of bar {kind:?}")),
        };
        let verdict = if met { "met" } else { "MISSED" };
        self.text += &format!("  bar: {subject}\n       {wanted}: {} {verdict}\n", short(measured));
        if !met {
            let told = format!("{engine}: {subject}: {wanted}, measured {}", short(measured));
            self.missed.push(told);
        }
        Ok(())
    }
}

/// Three digits or more: 0.431, 12.3, 441; of small ones too: 0.000431.
fn short(ratio: f64) -> String {
    let decimals = match ratio {
        _ if ratio >= 10.0 => usize::from(ratio < 100.0),
        _ if ratio > 0.0 && ratio < 0.1 => 2 + leading_zeros(ratio),
        _ => 3,
    };
    let text = format!("{ratio:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    } else {
        text
    }
}

/// How many decimal places it takes to reach the first digit of a ratio below one.
fn leading_zeros(ratio: f64) -> usize {
    let mut places = 0;
    let mut scaled = ratio;
    while scaled < 1.0 && places < 9 {
        scaled *= 10.0;
        places += 1;
    }
    places
}

fn text<'a>(value: &'a Value, field: &str) -> Outcome<&'a str> {
    value[field].as_str().ok_or_else(|| format!("the answer has no text {field:?}: {value}"))
}

fn number(value: &Value, field: &str) -> Outcome<f64> {
    value[field].as_f64().ok_or_else(|| format!("the answer has no number {field:?}: {value}"))
}

fn list<'a>(value: &'a Value, field: &str) -> Outcome<&'a Vec<Value>> {
    value[field].as_array().ok_or_else(|| format!("the answer has no list {field:?}: {value}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answer(met: bool) -> Value {
        json!({
            "engine": "chromium", "agent": "Chrome/1", "rounds": 31, "load": 0.2, "processors": 2,
            "groups": [{
                "title": "a pass",
                "rows": [
                    {"name": "ours", "ms": 11.84, "ratio": 0.4312},
                    {"name": "theirs", "ms": 26.3, "ratio": 1.0},
                ],
                "claims": [
                    {"subject": "ours", "peer": "theirs", "kind": "at most", "bar": 0.5,
                     "measured": 0.4312, "met": met},
                ],
            }],
        })
    }

    #[test]
    fn a_bar_that_holds_is_shown_with_its_ratio() {
        let report = report(&answer(true)).expect("the answer is complete");
        assert!(report.missed.is_empty());
        assert!(report.text.contains("at most 0.5 of theirs: 0.431 met"), "{}", report.text);
    }

    #[test]
    fn a_missed_bar_is_named_with_its_browser() {
        let report = report(&answer(false)).expect("the answer is complete");
        assert_eq!(report.missed, ["chromium: ours: at most 0.5 of theirs, measured 0.431"]);
        assert!(report.text.contains("MISSED"), "{}", report.text);
    }

    #[test]
    fn a_busy_machine_is_mentioned() {
        let mut busy = answer(true);
        busy["load"] = json!(3.25);
        let busy = report(&busy).expect("the answer is complete").text;
        assert!(busy.contains("busy: load 3.2 on 2 processors"), "{busy}");
        let idle = report(&answer(true)).expect("the answer is complete").text;
        assert!(!idle.contains("busy"), "{idle}");
    }

    #[test]
    fn a_group_may_be_of_another_unit() {
        let mut answer = answer(true);
        let rows = json!([{"name": "ours", "bytes": 412.0, "ratio": 0.5}]);
        let claims = json!([{"subject": "ours", "peer": "", "kind": "bytes at most",
                             "bar": 4000.0, "measured": 412.0, "met": true}]);
        let group = json!({"title": "written", "unit": "bytes", "rows": rows, "claims": claims});
        answer["groups"] = json!([group]);
        let text = report(&answer).expect("the answer is complete").text;
        assert!(text.contains("     bytes     ratio\n"), "{text}");
        assert!(text.contains("        412       0.5\n"), "{text}");
        assert!(text.contains("at most 4000 bytes: 412 met"), "{text}");
    }

    #[test]
    fn an_incomplete_answer_is_an_error() {
        let mut incomplete = answer(true);
        incomplete["groups"][0]["rows"][0]["ms"] = Value::Null;
        assert!(report(&incomplete).is_err());
        assert!(report(&json!({})).is_err());
    }

    #[test]
    fn ratios_have_three_digits_at_least() {
        let cases = [
            (0.4312, "0.431"),
            (0.5, "0.5"),
            (12.34, "12.3"),
            (441.5, "442"),
            (100.0, "100"),
            (0.0043123, "0.00431"),
            (0.0004312, "0.000431"),
            (0.02, "0.02"),
            (0.0, "0"),
        ];
        for (ratio, shown) in cases {
            assert_eq!(short(ratio), shown);
        }
    }
}
