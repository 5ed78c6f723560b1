//! A schema and an instance in one input (cut at the first zero byte): the indicators are those of
//! the crate `jtd`, through both doors, and checking gives the same canonical text as not checking.

#![no_main]

use keepfast::json::JsonErrorKind::DuplicateKey;
use keepfast::json::{self, Options, Source};
use keepfast::schema::{CheckOptions, Schema};
use keepfast_fuzz::jtd_oracle::{self, Indicators};
use keepfast_fuzz::{lenient, strict};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some(cut) = input.iter().position(|byte| *byte == 0) else { return };
    let (schema_text, instance) = (&input[..cut], &input[cut + 1..]);
    let Ok(schema) = Schema::compile(schema_text) else { return };
    let plain = json::canonicalize(instance, &Options::default());
    let checked = schema.check(instance, &CheckOptions::default());
    match (checked.map(|checked| checked.canonical), &plain) {
        (Err(a), Err(b)) if a.kind == DuplicateKey || b.kind == DuplicateKey => {
            // A repeated name shows when names are compared, which may be after the next fault.
        }
        (checked, plain) => assert_eq!(&checked, plain),
    }
    let Ok(canonical) = strict(instance) else { return };
    let own = indicators(&schema, &canonical, lenient(Source::Own), &canonical);
    let last_wins = indicators(&schema, instance, lenient(Source::Foreign), &canonical);
    assert_eq!(last_wins, own, "the last of repeated members counts");
    for source in [Source::Own, Source::Foreign] {
        let refusing = Options { source, ..Options::default() };
        let found = indicators(&schema, &canonical, refusing, &canonical);
        assert_eq!(found, own, "both doors find the same");
    }
    if plain.is_ok() {
        let foreign = indicators(&schema, instance, Options::default(), &canonical);
        assert_eq!(foreign, own, "the spelling does not matter");
    }
    compare(schema_text, &canonical, &own);
});

fn indicators(schema: &Schema, text: &[u8], json: Options, canonical: &[u8]) -> Indicators {
    let options = CheckOptions { json, issues_max: usize::MAX };
    let checked = schema.check(text, &options).expect("the same text was accepted before");
    assert_eq!(checked.canonical, canonical);
    let count = checked.issues.len();
    let pairs = checked.issues.into_iter().map(|issue| (issue.instance_path, issue.schema_path));
    let set: Indicators = pairs.collect();
    assert_eq!(set.len(), count, "every indicator once");
    set
}

fn compare(schema_text: &[u8], instance: &[u8], found: &Indicators) {
    let canonical = strict(schema_text).expect("a schema is JSON");
    let value = serde_json::from_slice(&canonical).expect("canonical text is JSON");
    let schema = jtd_oracle::schema(&value).expect("jtd accepts what the engine compiles");
    let instance = serde_json::from_slice(instance).expect("canonical text is JSON");
    if let Some(expected) = jtd_oracle::indicators(&schema, instance) {
        assert_eq!(*found, expected, "{value}");
    }
}
