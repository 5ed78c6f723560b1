//! Strings and numbers at the edges: every string must survive canonicalising, diffing and
//! patching, as a value and as a name; every number text must read as the double that the file
//! gives.

use super::digests::check_file;
use super::document::{canonical, first_difference};
use super::oracle;
use super::suite::{Suite, Verdict};
use keepfast::json::{self, JsonErrorKind};
use std::path::Path;

/// Checks every list of strings and every number file of the folder.
pub fn run(folder: &Path, suite: &mut Suite) {
    let Some(entries) = suite.need("oracle.json", oracle::entries(folder)) else {
        return;
    };
    for name in suite.need("files", oracle::documents(folder)).unwrap_or_default() {
        let path = folder.join(&name);
        if name.ends_with(".txt") {
            run_numbers(&name, oracle::text(&path), suite);
        } else if name.ends_with(".json") {
            let verdict =
                oracle::bytes(&path).and_then(|text| check_file(&text, entries.get(&name)));
            suite.check(&name, verdict);
            run_strings(&name, oracle::text(&path), suite);
        }
    }
}

fn run_strings(name: &str, text: Result<String, String>, suite: &mut Suite) {
    let strings = text.and_then(|text| oracle::items(&text));
    for (index, raw) in suite.need(name, strings).unwrap_or_default().iter().enumerate() {
        let verdict = oracle::string(raw).and_then(|string| check_string(raw.get(), &string));
        suite.check(&format!("{name} {index}"), verdict);
    }
}

/// Checks one string, given as its JSON text and as its value.
fn check_string(text: &str, value: &str) -> Verdict {
    let wrapped = format!("{{\"name\":{{{text}:1}},\"value\":[{text}]}}");
    let full = canonical(wrapped.as_bytes()).map_err(|error| format!("refused: {error}"))?;
    check_survived(&full, value)?;
    let empty = br#"{"name":{},"value":[]}"#;
    for (from, to) in [(empty.as_slice(), full.as_slice()), (&full, empty)] {
        let patched = json::apply_patch(from, &json::diff(from, to)).map_err(|e| e.to_string())?;
        if patched != to {
            return Err(format!("diff and patch: {}", first_difference(&patched, to)));
        }
    }
    Ok(())
}

fn check_survived(canonical: &[u8], value: &str) -> Verdict {
    let read: serde_json::Value = serde_json::from_slice(canonical).map_err(|e| e.to_string())?;
    let names = read["name"].as_object().map(|members| members.keys().cloned().collect::<Vec<_>>());
    if read["value"][0].as_str() != Some(value) || names != Some(vec![value.to_owned()]) {
        return Err(format!("{value:?} became {read}"));
    }
    Ok(())
}

fn run_numbers(name: &str, text: Result<String, String>, suite: &mut Suite) {
    let mut others = 0;
    for (index, line) in suite.need(name, text).unwrap_or_default().lines().enumerate() {
        let Some((bits, number)) = bits_and_text(line) else {
            continue;
        };
        if is_json_number(number.as_bytes()) {
            suite.check(&format!("{name}:{}", index + 1), check_number(bits, number));
        } else {
            others += 1;
            let verdict = canonical(format!("[{number}]").as_bytes());
            let verdict = verdict.map_or(Ok(()), |_| Err(format!("{number} is accepted")));
            suite.check(&format!("{name}:{}", index + 1), verdict);
        }
    }
    suite.remark(format!("{name}: {others} lines are no JSON numbers and must be refused"));
}

/// The binary64 and the text of a line `binary16 binary32 binary64 text`.
fn bits_and_text(line: &str) -> Option<(u64, &str)> {
    let mut parts = line.split_ascii_whitespace().skip(2);
    let bits = u64::from_str_radix(parts.next()?, 16).ok()?;
    parts.next().map(|text| (bits, text))
}

fn check_number(bits: u64, text: &str) -> Verdict {
    let expected = f64::from_bits(bits);
    let got = match canonical(format!("[{text}]").as_bytes()) {
        Ok(got) => got,
        Err(e) if e.kind == JsonErrorKind::NumberRange && expected.is_infinite() => return Ok(()),
        Err(error) => return Err(format!("{text} refused: {error}")),
    };
    let inner = std::str::from_utf8(&got[1..got.len() - 1]).map_err(|e| e.to_string())?;
    let read: f64 = inner.parse().map_err(|error| format!("{inner}: {error}"))?;
    // RFC 8785 writes minus zero as 0.
    let expected = if expected == 0.0 { 0.0 } else { expected };
    if read.to_bits() == expected.to_bits() {
        return Ok(());
    }
    Err(format!("{text} became {inner}, {:016X} instead of {bits:016X}", read.to_bits()))
}

/// RFC 8259 section 6: `[ minus ] int [ frac ] [ exp ]`.
fn is_json_number(text: &[u8]) -> bool {
    let rest = text.strip_prefix(b"-").unwrap_or(text);
    let (whole, rest) = digits(rest);
    if whole.is_empty() || (whole.len() > 1 && whole[0] == b'0') {
        return false;
    }
    let rest = match rest.strip_prefix(b".").map(digits) {
        Some(([], _)) => return false,
        Some((_, rest)) => rest,
        None => rest,
    };
    match rest {
        [] => true,
        [b'e' | b'E', b'+' | b'-', exponent @ ..] | [b'e' | b'E', exponent @ ..] => {
            let (exponent, rest) = digits(exponent);
            !exponent.is_empty() && rest.is_empty()
        }
        _ => false,
    }
}

fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().take_while(|byte| byte.is_ascii_digit()).count())
}
