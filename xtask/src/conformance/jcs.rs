//! RFC 8785: the pairs of input and output, the ECMAScript number lines, and the Appendix B of the
//! RFC. Numbers come as the bits of a double and are read from three spellings of it.

use super::document::{canonical, check_accepted, first_difference};
use super::oracle;
use super::suite::{Suite, Verdict};
use std::path::Path;

/// Checks the pairs and every number file of the folder.
pub fn run(folder: &Path, suite: &mut Suite) {
    for name in suite.need("files", oracle::files(folder)).unwrap_or_default() {
        let case = || oracle::text(&folder.join(&name));
        if let Some(input) = name.strip_prefix("input/") {
            suite.check(&name, check_pair(folder, input));
        } else if name.ends_with(".txt") && name.starts_with("es6-numbers") {
            run_number_lines(&name, case(), suite);
        } else if name.ends_with("appendix-b.json") {
            run_appendix_b(&name, case(), suite);
        }
    }
}

fn check_pair(folder: &Path, name: &str) -> Verdict {
    let input = oracle::bytes(&folder.join("input").join(name))?;
    let output = oracle::bytes(&folder.join("output").join(name))?;
    // A canonical text ends in a byte of its value; white space behind it is an editor's final
    // newline.
    let expected = output.trim_ascii_end();
    let got = canonical(&input).map_err(|error| format!("refused: {error}"))?;
    if got != expected {
        return Err(first_difference(&got, expected));
    }
    let stem = name.strip_suffix(".json").unwrap_or(name);
    let hex = folder.join("outhex").join(format!("{stem}.txt"));
    if hex.is_file() && unhex(&oracle::text(&hex)?)? != got {
        return Err(format!("outhex/{stem}.txt differs"));
    }
    check_accepted(&input, &got)
}

fn unhex(text: &str) -> Result<Vec<u8>, String> {
    let byte = |pair: &str| u8::from_str_radix(pair, 16).map_err(|e| format!("outhex: {e}"));
    text.split_ascii_whitespace().map(byte).collect()
}

fn run_number_lines(name: &str, text: Result<String, String>, suite: &mut Suite) {
    for (index, line) in suite.need(name, text).unwrap_or_default().lines().enumerate() {
        let verdict = match line.split_once(',') {
            Some((bits, expected)) => check_number(bits, expected),
            None => Err(format!("no comma in {line:?}")),
        };
        suite.check(&format!("{name}:{}", index + 1), verdict);
    }
}

fn run_appendix_b(name: &str, text: Result<String, String>, suite: &mut Suite) {
    let rows = text.and_then(|text| oracle::items(&text));
    for row in suite.need(name, rows).unwrap_or_default() {
        let verdict = oracle::fields(row.get()).and_then(|row| {
            let bits =
                row.get("ieee754_hex").map_or(Err("no bits".to_owned()), |r| oracle::string(r))?;
            let expected = row.get("json").filter(|raw| raw.get() != "null");
            // NaN and the infinities have no JSON text, thus nothing to read.
            expected.map_or(Ok(()), |raw| check_number(&bits, &oracle::string(raw)?))
        });
        suite.check(&format!("{name} {}", row.get()), verdict);
    }
}

/// Checks that the number with these bits, written in three ways, becomes the expected text.
fn check_number(bits: &str, expected: &str) -> Verdict {
    let bits = u64::from_str_radix(bits, 16).map_err(|error| format!("{bits}: {error}"))?;
    let number = f64::from_bits(bits);
    for text in [expected.to_owned(), format!("{number:e}"), format!("{number:.16E}")] {
        let got = canonical(text.as_bytes()).map_err(|error| format!("{text} refused: {error}"))?;
        if got != expected.as_bytes() {
            let got = String::from_utf8_lossy(&got);
            return Err(format!("{text} became {got}, expected {expected}"));
        }
    }
    Ok(())
}
