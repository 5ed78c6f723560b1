//! A replica under generated edits against a plain tree of values that is edited alike: the same
//! text after every edit, and the same digest as a replica that is built from that text at once.

#[path = "common/model.rs"]
mod model;
#[path = "common/random.rs"]
mod random;

use keepfast::json::{self, pointer};
use keepfast::replica::{Edit, Replica};
use model::Value;
use random::Random;

/// Sizes of text at which something changes, and sizes beside them.
const SIZES: &[usize] = &[0, 1, 10, 240, 256, 1000, 1014, 1022, 1023, 1024, 1025, 2000, 4090, 4096];

fn digit(random: &mut Random) -> Value {
    Value::Number(random.below(3) as f64)
}

fn long_string(random: &mut Random) -> Value {
    let len = random.pick(SIZES).saturating_sub(random.below(4));
    let letter = *random.pick(&["x", "é", "\n", "\\"]);
    Value::String(letter.repeat(len / letter.len()))
}

/// An object as apps have them, of some hundred bytes.
fn record(random: &mut Random) -> Value {
    let id = Value::Number((random.bits() >> 40) as f64);
    let title = Value::String("title ".repeat(random.below(30)));
    let done = Value::Bool(random.one_in(2));
    let member = |name: &str, value| (name.to_owned(), value);
    Value::Object(vec![member("done", done), member("id", id), member("title", title)])
}

fn name(random: &mut Random) -> String {
    match random.below(4) {
        0 => (*random.pick(model::NAMES)).to_owned(),
        1 => model::random_string(random),
        _ => format!("name {}", random.below(4000)),
    }
}

fn object(random: &mut Random, len: usize, value: fn(&mut Random) -> Value) -> Value {
    let mut members: std::collections::BTreeMap<String, Value> = Default::default();
    for _ in 0..len {
        members.insert(name(random), value(random));
    }
    Value::Object(members.into_iter().collect())
}

fn any(random: &mut Random) -> Value {
    match random.below(9) {
        0 => Value::random(random, 5),
        1 => long_string(random),
        2 => record(random),
        3 => (0..random.below(12)).fold(record(random), |inner, _| match random.one_in(2) {
            true => Value::Array(vec![digit(random), inner]),
            false => Value::Object(vec![(name(random), inner), ("z".to_owned(), digit(random))]),
        }),
        4 => Value::Array((0..random.below(12)).map(|_| record(random)).collect()),
        5 => {
            let len = *random.pick(SIZES);
            Value::Array(vec![digit(random); len / 2])
        }
        _ => digit(random),
    }
}

/// A document; the larger ones are long in one way or another.
fn document(random: &mut Random, scale: usize) -> Value {
    let len = random.below(scale);
    let list = |random: &mut Random, make: fn(&mut Random) -> Value| {
        Value::Array((0..len).map(|_| make(random)).collect())
    };
    match random.below(9) {
        0 => Value::Array(vec![digit(random); len * 8]),
        1 => list(random, digit),
        2 => list(random, long_string),
        3 => object(random, len, digit),
        4 => object(random, len / 4, any),
        5 => any(random),
        6 => {
            let cells = list(random, record);
            Value::Object(vec![
                ("cells".to_owned(), cells),
                ("more".to_owned(), object(random, 20, any)),
                ("title".to_owned(), long_string(random)),
            ])
        }
        _ => list(random, any),
    }
}

/// Tokens that lead to a random value in a value, at least one unless it has no children.
fn way(value: &Value, random: &mut Random) -> Vec<String> {
    let (token, child) = match value {
        Value::Array(items) if !items.is_empty() => {
            let at = match random.below(8) {
                0 => 0,
                1 => items.len() - 1,
                _ => random.below(items.len()),
            };
            (at.to_string(), &items[at])
        }
        Value::Object(members) if !members.is_empty() => {
            let (name, child) = random.pick(members);
            (name.clone(), child)
        }
        _ => return Vec::new(),
    };
    let mut tokens = vec![token];
    if !random.one_in(3) {
        tokens.extend(way(child, random));
    }
    tokens
}

fn parent<'v>(value: &'v mut Value, tokens: &[String]) -> Option<&'v mut Value> {
    tokens.iter().try_fold(value, |value, token| match value {
        Value::Array(items) => items.get_mut(token.parse::<usize>().ok()?),
        Value::Object(members) => {
            members.iter_mut().find(|(name, _)| name == token).map(|(_, child)| child)
        }
        _ => None,
    })
}

/// Places something at the end of a way: in an array in front of an element or instead of it.
fn put(root: &mut Value, way: &[String], new: Value, inserts: bool) -> Option<()> {
    let Some((last, before)) = way.split_last() else {
        *root = new;
        return Some(());
    };
    match parent(root, before)? {
        Value::Array(items) => {
            let at = last.parse::<usize>().ok().filter(|at| at.to_string() == *last)?;
            match inserts {
                true if at <= items.len() => items.insert(at, new),
                false if at < items.len() => items[at] = new,
                _ => return None,
            }
        }
        Value::Object(members) => match members.iter_mut().find(|(name, _)| name == last) {
            Some((_, value)) => *value = new,
            None => members.push((last.clone(), new)),
        },
        _ => return None,
    }
    Some(())
}

fn take(root: &mut Value, way: &[String]) -> Option<Value> {
    let (last, before) = way.split_last()?;
    match parent(root, before)? {
        Value::Array(items) => {
            let at = last.parse::<usize>().ok().filter(|at| *at < items.len())?;
            Some(items.remove(at))
        }
        Value::Object(members) => {
            let at = members.iter().position(|(name, _)| name == last)?;
            Some(members.remove(at).1)
        }
        _ => None,
    }
}

fn spell(way: &[String]) -> String {
    pointer::format(way.iter().map(String::as_str))
}

/// A way to a place beside the one that a way leads to: behind the last, or under a new name.
fn beside(root: &mut Value, mut way: Vec<String>, random: &mut Random) -> Vec<String> {
    let Some(last) = way.pop() else { return way };
    let last = match parent(root, &way) {
        Some(Value::Array(items)) if random.one_in(6) => items.len().to_string(),
        Some(Value::Object(_)) if random.one_in(2) => name(random),
        _ => last,
    };
    way.push(last);
    way
}

/// A random edit, and the value after it, or nothing if there is no place for it.
fn edit(value: &Value, random: &mut Random) -> (Edit, Option<Value>) {
    let mut after = value.clone();
    let place = way(value, random);
    let new = any(random);
    let text = new.canonical().into_bytes().into_boxed_slice();
    let (edit, done) = match random.below(7) {
        0 | 1 if !place.is_empty() => {
            let at = beside(&mut after, place, random);
            (Edit::Put { at: spell(&at), text }, put(&mut after, &at, new, false))
        }
        2 | 3 => {
            let at = beside(&mut after, place, random);
            let (last, before) = match at.split_last() {
                Some((last, before)) => (Some(last), before),
                None => (None, &at[..]),
            };
            let fits =
                last.is_some() && matches!(parent(&mut after, before), Some(Value::Array(_)));
            let done = fits.then(|| put(&mut after, &at, new, true)).flatten();
            (Edit::Insert { at: spell(&at), text }, done)
        }
        4 | 5 => (Edit::Remove { at: spell(&place) }, take(&mut after, &place).map(drop)),
        _ if !place.is_empty() => {
            let taken = take(&mut after, &place).expect("the way leads to a value");
            let to = way(&after, random);
            let to = if to.is_empty() { place.clone() } else { beside(&mut after, to, random) };
            let into = to.len() > place.len() && to.starts_with(&place);
            let done = if into { None } else { put(&mut after, &to, taken, true) };
            (Edit::Move { from: spell(&place), to: spell(&to) }, done)
        }
        _ => (Edit::Put { at: String::new(), text }, put(&mut after, &[], new, false)),
    };
    (edit, done.map(|()| after))
}

fn check(replica: &Replica, value: &Value, told: &str) {
    let text = value.canonical();
    let held = replica.canonical();
    assert_eq!(held.len(), replica.bytes(), "{told}");
    assert!(held == text.as_bytes(), "{told}: another text");
    let built = Replica::from_canonical(text.as_bytes());
    assert_eq!(replica.digest(), built.digest(), "{told}: another tree of the same text");
    assert!(replica.size_of() <= built.size_of(), "{told}");
}

/// Edits documents, and returns how many edits applied and how many did not.
fn run(seeds: std::ops::Range<u64>, scale: usize, edits: usize) -> (usize, usize) {
    let (mut applied, mut refused) = (0, 0);
    for seed in seeds {
        let random = &mut Random::new(seed);
        let mut value = document(random, scale);
        let mut replica = Replica::from_canonical(value.canonical().as_bytes());
        for step in 0..edits {
            let (edit, after) = edit(&value, random);
            let told = format!("seed {seed}, step {step}");
            let before = replica.clone();
            match (replica.apply(&edit), after) {
                (Ok(()), Some(after)) => {
                    check(&replica, &after, &told);
                    if step % 8 == 0 {
                        check(&before, &value, &told);
                    }
                    let same = before.digest() == replica.digest();
                    assert_eq!(same, before.canonical() == replica.canonical(), "{told}");
                    value = after;
                    applied += 1;
                }
                (Err(_), None) => {
                    refused += 1;
                    check(&replica, &value, &told);
                }
                (result, after) => {
                    panic!("{told}: {result:?}, to be applied: {}: {edit:?}", after.is_some())
                }
            }
        }
        let digest = json::digest(value.canonical().as_bytes());
        assert_eq!(replica.document_digest(), digest, "seed {seed}");
    }
    (applied, refused)
}

#[test]
fn small_documents_have_the_tree_of_their_text_after_every_edit() {
    let (applied, refused) = run(0..600, 20, 30);
    assert!(applied > 9_000 && refused > 500, "{applied} {refused}");
}

#[test]
fn documents_of_some_slices_have_the_tree_of_their_text_after_every_edit() {
    let (applied, refused) = run(1_000..1_150, 300, 40);
    assert!(applied > 4_000 && refused > 100, "{applied} {refused}");
}

#[test]
fn long_documents_have_the_tree_of_their_text_after_every_edit() {
    let (applied, refused) = run(2_000..2_040, 3_000, 40);
    assert!(applied > 1_000 && refused > 30, "{applied} {refused}");
}

#[test]
fn every_value_is_found_by_its_pointer() {
    for seed in 0..400 {
        let random = &mut Random::new(seed);
        let mut value = document(random, 300);
        let replica = Replica::from_canonical(value.canonical().as_bytes());
        for _ in 0..40 {
            let way = way(&value, random);
            let beside = beside(&mut value, way.clone(), random);
            for way in [way, beside] {
                let expected = parent(&mut value, &way).map(|found| found.canonical());
                let found = replica.value(&spell(&way));
                let found = found.map(|text| String::from_utf8(text).expect("text is UTF-8"));
                assert_eq!(found, expected, "seed {seed}: {way:?}");
            }
        }
    }
}

#[test]
fn an_edit_and_its_opposite_lead_back_to_the_same_digest() {
    let random = &mut Random::new(7);
    let records = (0..2_000).map(|_| record(random)).collect();
    let mut replica = Replica::from_canonical(Value::Array(records).canonical().as_bytes());
    let (digest, held) = (replica.digest(), replica.size_of());
    for step in 0..5_000 {
        let (a, b) = (random.below(2_000), random.below(2_000));
        let (from, to) = (format!("/{a}"), format!("/{b}"));
        let element = replica.value(&from).expect("the element exists");
        let there = Edit::Move { from: from.clone(), to: to.clone() };
        let back = [
            Edit::Move { from: to, to: from.clone() },
            Edit::Remove { at: from.clone() },
            Edit::Insert { at: from, text: element.into() },
        ];
        for edit in [there].iter().chain(&back) {
            replica.apply(edit).expect("the elements exist");
        }
        assert_eq!(replica.digest(), digest, "step {step}");
    }
    assert_eq!(replica.size_of(), held, "nothing is left behind by 20 000 edits");
}
