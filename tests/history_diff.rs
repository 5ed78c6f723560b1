//! The difference of two contents, over generated lives of documents: it rebuilds the second from
//! the first byte for byte, says of a move that it is one, and stays small and fast for long lists.

#[path = "common/lives.rs"]
mod lives;
#[path = "common/model.rs"]
mod model;
#[path = "common/random.rs"]
mod random;

use keepfast::history::{diff, diff_canonical};
use keepfast::json::{self, Options};
use lives::Life;
use random::Random;

const PAIRS: u64 = 60_000;

/// The patch between two canonical texts, which is checked to lead from one to the other.
fn patch(a: &str, b: &str) -> String {
    let patch = diff(a.as_bytes(), b.as_bytes()).expect("both are content");
    let canonical = json::canonicalize(&patch, &Options::default()).expect("a patch is JSON");
    assert_eq!(patch, canonical, "a patch is canonical text");
    let rebuilt = json::apply_patch(a.as_bytes(), &patch).expect("the patch fits");
    assert_eq!(String::from_utf8_lossy(&rebuilt), b, "from {a}");
    String::from_utf8(patch).expect("canonical text is UTF-8")
}

#[test]
fn the_patch_between_two_states_rebuilds_the_second() {
    let (mut moves, mut with_moves, mut without) = (0, 0, 0);
    for seed in 0..PAIRS {
        let mut life = Life::new(seed);
        life.moves_all = true;
        let [a, b, c] = match seed % 2 {
            0 => life.triple(),
            _ => {
                let before = life.object(3);
                let after = life.edited(&before, 12);
                [before, after.clone(), life.edited(&after, 12)].map(|state| state.canonical())
            }
        };
        for (from, to) in [(&a, &b), (&b, &a), (&b, &c)] {
            let patch = patch(from, to);
            let whole = format!(r#"[{{"op":"replace","path":"","value":{to}}}]"#);
            assert!(patch.len() <= whole.len(), "more than replacing all: {from} {to}");
            moves += patch.matches(r#""op":"move""#).count();
            with_moves += patch.len();
            without += json::diff(from.as_bytes(), to.as_bytes()).len();
        }
        assert_eq!(patch(&a, &a), "[]");
    }
    println!("{moves} moves; {with_moves} bytes, {without} without moves and ids");
    assert!(moves > 1_000);
}

#[test]
fn every_state_of_a_real_series_is_rebuilt_from_the_one_before() {
    let series = [
        include_str!("vectors/version-series/board/v01.json"),
        include_str!("vectors/version-series/board/v02.json"),
        include_str!("vectors/version-series/board/v03.json"),
        include_str!("vectors/version-series/board/v04.json"),
        include_str!("vectors/version-series/board/v05.json"),
    ];
    let canonical = |text: &str| {
        let text = json::canonicalize(text.as_bytes(), &Options::default()).expect("it is JSON");
        String::from_utf8(text).expect("canonical text is UTF-8")
    };
    let states = series.map(canonical);
    for pair in states.windows(2) {
        patch(&pair[0], &pair[1]);
        patch(&pair[1], &pair[0]);
    }
}

/// A list of records with ids, in this order.
fn records(ids: impl Iterator<Item = usize>) -> String {
    let record = |id: usize| format!(r#"{{"done":false,"id":{id},"title":"title of {id}"}}"#);
    format!("[{}]", ids.map(record).collect::<Vec<_>>().join(","))
}

#[test]
fn a_small_edit_of_a_large_document_has_a_small_patch() {
    let count = 25_000;
    let before = records(0..count);
    let mut ids: Vec<usize> = (0..count).collect();
    let moved = ids.remove(20_000);
    ids.insert(3, moved);
    ids.remove(10_000);
    let after = records(ids.into_iter()).replace("title of 777\"", "another title\"");
    assert!(before.len() > 1_000_000);
    let expected = concat!(
        r#"[{"op":"remove","path":"/9999"},{"from":"/19999","op":"move","path":"/3"},"#,
        r#"{"op":"replace","path":"/778/title","value":"another title"}]"#
    );
    assert_eq!(patch(&before, &after), expected);
}

#[test]
fn lists_of_a_hundred_thousand_elements_are_compared_in_time() {
    let mut random = Random::new(1);
    let mut ids: Vec<usize> = (0..100_000).collect();
    let sorted = records(ids.iter().copied());
    random.shuffle(&mut ids);
    let shuffled = diff_canonical(sorted.as_bytes(), records(ids.into_iter()).as_bytes());
    assert!(shuffled.len() > 4_000_000);
    let bits: Vec<&str> = (0..100_000).map(|_| *random.pick(&["0", "1"])).collect();
    let mut other = bits.clone();
    random.shuffle(&mut other);
    let list = |bits: &[&str]| format!("[{}]", bits.join(","));
    patch(&list(&bits), &list(&bits[5..]));
    assert!(!diff_canonical(list(&bits).as_bytes(), list(&other).as_bytes()).is_empty());
}

#[test]
fn any_text_is_compared_or_refused_without_a_panic() {
    let mut compared = 0;
    for seed in 0..60_000 {
        let mut life = Life::new(seed);
        let mut texts = life.triple().map(String::into_bytes);
        let random = &mut life.random;
        for text in &mut texts {
            for _ in 0..random.below(3) {
                let byte = *random.pick(b"[]{}\",:\\0n\xff\x00 ");
                match (random.below(3), random.below(text.len() + 1)) {
                    (0, at) => text.insert(at, byte),
                    (1, at) if at < text.len() => text[at] = byte,
                    (_, at) => text.truncate(at.max(text.len() / 2)),
                }
            }
        }
        compared += usize::from(diff(&texts[0], &texts[1]).is_ok());
        assert!(diff_canonical(&texts[1], &texts[2]).ends_with(b"]"));
    }
    assert!((1_000..59_000).contains(&compared), "{compared} of 60000");
}

#[test]
fn contents_are_compared_down_to_the_deepest_level_and_refused_below() {
    let nest = |levels: usize, inner: &str| {
        format!("{}{inner}{}", "{\"a\":".repeat(levels), "}".repeat(levels))
    };
    let long = format!("[\"{}\",", "x".repeat(2000));
    let text = |levels, inner: &str| nest(levels, &format!("{long}{inner}]"));
    let expected = format!(r#"[{{"op":"replace","path":"{}/1","value":2}}]"#, "/a".repeat(127));
    assert_eq!(patch(&text(127, "1"), &text(127, "2")), expected);
    assert!(diff(nest(129, "1").as_bytes(), b"1").is_err());
    let deep = [nest(5_000, "1"), nest(5_000, "2")];
    assert!(diff_canonical(deep[0].as_bytes(), deep[1].as_bytes()).ends_with(b"]"));
}
