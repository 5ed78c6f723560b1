//! JSON Type Definition, RFC 8927: the specification's own cases, schemas that must be refused or
//! compile, generated instances, and RFC 3339 timestamps. No exceptions: leap seconds are valid, as
//! the specification's cases have it.

use super::oracle::{self, Fields};
use super::suite::{Suite, Verdict};
use keepfast::json::{Options, Source, canonicalize};
use keepfast::schema::{CheckOptions, Schema};
use std::collections::BTreeSet;
use std::path::Path;

/// An error indicator as two JSON Pointers: into the instance, and into the schema.
type Indicator = (String, String);

/// Checks every file of the folder that has one of the four formats.
pub fn run(folder: &Path, suite: &mut Suite) {
    let part =
        |file: &str| Some(oracle::text(&folder.join(file))).filter(|_| folder.join(file).is_file());
    for file in ["validation.json", "fuzz-instances.json"] {
        match part(file) {
            Some(text) => run_cases(folder, file, text, suite),
            None => suite.remark(format!("{file}: absent")),
        }
    }
    match part("invalid_schemas.json") {
        Some(text) => run_invalid_schemas(text, suite),
        None => suite.remark("invalid_schemas.json: absent".to_owned()),
    }
    match part("rfc3339-timestamps.json") {
        Some(text) => run_timestamps(text, suite),
        None => suite.remark("rfc3339-timestamps.json: absent".to_owned()),
    }
    run_correct_schemas(folder, suite);
}

fn run_cases(folder: &Path, file: &str, text: Result<String, String>, suite: &mut Suite) {
    let cases = text.and_then(|text| oracle::fields(&text));
    for (name, case) in suite.need(file, cases).unwrap_or_default() {
        let verdict = oracle::fields(case.get()).and_then(|case| check_case(folder, &case));
        suite.check(&format!("{file} {name:?}"), verdict);
    }
}

fn check_case(folder: &Path, case: &Fields) -> Verdict {
    let schema = match case.get("schema_file") {
        Some(name) => oracle::text(&folder.join(oracle::string(name)?))?,
        None => oracle::field(case, "schema")?.to_owned(),
    };
    let instance = oracle::field(case, "instance")?;
    check_instance(&schema, instance, &indicators(oracle::field(case, "errors")?)?)
}

/// Checks that both doors give exactly the expected set of indicators, and the canonical text
/// beside it.
fn check_instance(schema: &str, instance: &str, expected: &BTreeSet<Indicator>) -> Verdict {
    let schema = Schema::compile(schema.as_bytes()).map_err(|e| format!("schema refused: {e}"))?;
    let canonical = canonicalize(instance.as_bytes(), &Options::default())
        .map_err(|e| format!("instance refused: {e}"))?;
    for (source, text) in [(Source::Foreign, instance.as_bytes()), (Source::Own, &canonical)] {
        let json = Options { source, ..Options::default() };
        let options = CheckOptions { json, issues_max: usize::MAX };
        let checked = schema.check(text, &options).map_err(|e| format!("instance refused: {e}"))?;
        let issues = checked.issues.into_iter().map(|i| (i.instance_path, i.schema_path));
        let found: Vec<Indicator> = issues.collect();
        if checked.canonical != canonical {
            return Err("checking gives another canonical text".to_owned());
        }
        if found.len() != expected.len() || found.iter().any(|i| !expected.contains(i)) {
            return Err(format!("indicators {found:?}, expected {expected:?}"));
        }
    }
    Ok(())
}

fn indicators(errors: &str) -> Result<BTreeSet<Indicator>, String> {
    let indicator = |error: &str| {
        let error = oracle::fields(error)?;
        let path = |name| pointer(oracle::field(&error, name)?);
        Ok((path("instancePath")?, path("schemaPath")?))
    };
    oracle::items(errors)?.iter().map(|error| indicator(error.get())).collect()
}

/// The JSON Pointer of a list of reference tokens.
fn pointer(tokens: &str) -> Result<String, String> {
    let escaped = |token: String| format!("/{}", token.replace('~', "~0").replace('/', "~1"));
    oracle::items(tokens)?.iter().map(|token| oracle::string(token).map(escaped)).collect()
}

fn run_invalid_schemas(text: Result<String, String>, suite: &mut Suite) {
    let cases = text.and_then(|text| oracle::fields(&text));
    for (name, schema) in suite.need("invalid_schemas.json", cases).unwrap_or_default() {
        let verdict = match Schema::compile(schema.get().as_bytes()) {
            Ok(_) => Err("accepted as a schema".to_owned()),
            Err(_) => Ok(()),
        };
        suite.check(&format!("invalid_schemas.json {name:?}"), verdict);
    }
}

fn run_timestamps(text: Result<String, String>, suite: &mut Suite) {
    let cases = text.and_then(|text| oracle::items(&text));
    for (index, case) in
        suite.need("rfc3339-timestamps.json", cases).unwrap_or_default().iter().enumerate()
    {
        let verdict = oracle::fields(case.get()).and_then(|case| check_timestamp(&case));
        suite.check(&format!("rfc3339-timestamps.json {index}"), verdict);
    }
}

fn check_timestamp(case: &Fields) -> Verdict {
    let valid = oracle::field(case, "valid")? == "true";
    let refusal = (String::new(), "/type".to_owned());
    let expected = if valid { BTreeSet::new() } else { BTreeSet::from([refusal]) };
    let data = oracle::field(case, "data")?;
    let description = oracle::field(case, "description").unwrap_or("");
    check_instance(r#"{"type":"timestamp"}"#, data, &expected)
        .map_err(|reason| format!("{data} {description}: {reason}"))
}

/// Every schema in the folder's subfolders (`codegen-schemas/`) is correct and must compile.
fn run_correct_schemas(folder: &Path, suite: &mut Suite) {
    let names = suite.need("files", oracle::json_files(folder)).unwrap_or_default();
    for name in names.iter().filter(|name| name.contains('/')) {
        let compiled = oracle::text(&folder.join(name)).and_then(|text| {
            Schema::compile(text.as_bytes()).map(|_| ()).map_err(|e| format!("schema refused: {e}"))
        });
        suite.check(name, compiled);
    }
}
