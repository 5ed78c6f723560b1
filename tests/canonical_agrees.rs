//! The canonical form of generated values, whatever text they arrive in: the same bytes through
//! both doors, equal to two readings of RFC 8785 that are not the engine's, and at rest.

#[path = "common/model.rs"]
mod model;
#[path = "common/random.rs"]
mod random;
#[path = "common/reference.rs"]
mod reference;

use keepfast::json::{self, Duplicates, Options, Source};
use model::Value;
use random::Random;

const VALUES: u64 = 30_000;

fn by_door(source: Source, text: &str) -> String {
    let options = Options { source, ..Options::default() };
    let bytes = json::canonicalize(text.as_bytes(), &options);
    let bytes = bytes.unwrap_or_else(|error| panic!("{error}: {text}"));
    String::from_utf8(bytes).expect("canonical text is UTF-8")
}

fn for_each_value(check: impl Fn(u64, &mut Random, Value)) {
    for seed in 0..VALUES {
        let mut random = Random::new(seed);
        let depth = random.below(7);
        let value = Value::random(&mut random, depth);
        check(seed, &mut random, value);
    }
}

#[test]
fn any_spelling_of_a_value_becomes_its_canonical_text() {
    for_each_value(|seed, random, value| {
        let text = value.spelled(random);
        assert_eq!(by_door(Source::Foreign, &text), value.canonical(), "seed {seed}: {text}");
    });
}

#[test]
fn a_parser_that_others_wrote_reads_the_same_value() {
    for_each_value(|seed, random, value| {
        let text = value.spelled(random);
        let expected = reference::canonical(text.as_bytes());
        assert_eq!(Some(by_door(Source::Foreign, &text)), expected, "seed {seed}: {text}");
    });
}

#[test]
fn both_doors_agree_on_what_json_stringify_writes() {
    for_each_value(|seed, _, value| {
        let text = value.stringified();
        assert_eq!(by_door(Source::Own, &text), value.canonical(), "seed {seed}: {text}");
        assert_eq!(by_door(Source::Foreign, &text), value.canonical(), "seed {seed}: {text}");
    });
}

#[test]
fn the_canonical_text_of_a_canonical_text_is_itself() {
    for_each_value(|seed, _, value| {
        let canonical = value.canonical();
        assert_eq!(by_door(Source::Own, &canonical), canonical, "seed {seed}");
        assert_eq!(by_door(Source::Foreign, &canonical), canonical, "seed {seed}");
    });
}

#[test]
fn indented_text_reads_back_as_the_value_it_was_made_of() {
    for_each_value(|seed, _, value| {
        // The profile drops members of that name, as the program does whose digests it reproduces.
        let canonical = without_proto(&value).canonical();
        let pretty = json::pretty_text(value.canonical().as_bytes());
        let pretty = String::from_utf8(pretty).expect("indented text is UTF-8");
        assert_eq!(by_door(Source::Foreign, &pretty), canonical, "seed {seed}: {pretty}");
    });
}

fn without_proto(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(without_proto).collect()),
        Value::Object(members) => {
            let kept = members.iter().filter(|(name, _)| name != "__proto__");
            Value::Object(
                kept.map(|(name, member)| (name.clone(), without_proto(member))).collect(),
            )
        }
        leaf => leaf.clone(),
    }
}

#[test]
fn the_last_of_repeated_members_counts_as_it_does_for_other_parsers() {
    let options = Options { duplicates: Duplicates::LastWins, ..Options::default() };
    for_each_value(|seed, random, value| {
        let text = with_repeated_names(&value, random).spelled(random);
        let bytes = json::canonicalize(text.as_bytes(), &options);
        let bytes = bytes.unwrap_or_else(|error| panic!("seed {seed}: {error}: {text}"));
        let got = String::from_utf8(bytes).expect("canonical text is UTF-8");
        assert_eq!(Some(got), reference::canonical(text.as_bytes()), "seed {seed}: {text}");
    });
}

/// The value with some members given again under the same name, with other content.
fn with_repeated_names(value: &Value, random: &mut Random) -> Value {
    match value {
        Value::Array(items) => {
            Value::Array(items.iter().map(|item| with_repeated_names(item, random)).collect())
        }
        Value::Object(members) => {
            let mut repeated = Vec::new();
            for (name, member) in members {
                for _ in 0..=random.below(3) / 2 + random.below(12) / 10 {
                    repeated.push((name.clone(), Value::random(random, 1)));
                }
                repeated.push((name.clone(), with_repeated_names(member, random)));
            }
            Value::Object(repeated)
        }
        leaf => leaf.clone(),
    }
}

#[test]
fn a_wide_object_is_sorted_whatever_order_it_comes_in() {
    let names: Vec<String> = (0..5_000).map(|n| format!("{n:x}-{}", n % 7)).collect();
    let members = names.into_iter().map(|name| (name, Value::Bool(true)));
    let mut members: Vec<_> = members.collect();
    let canonical = Value::Object(members.clone()).canonical();
    for seed in 0..5 {
        Random::new(seed).shuffle(&mut members);
        let text = Value::Object(members.clone()).stringified();
        assert_eq!(by_door(Source::Own, &text), canonical, "seed {seed}");
        assert_eq!(by_door(Source::Foreign, &text), canonical, "seed {seed}");
    }
}
