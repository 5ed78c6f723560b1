//! The laws of the three-way merge, over generated triples: nothing that either side did gets lost,
//! an unchanged side gives the other one, and which side is mine makes no difference but in what is
//! kept where the two are in conflict.

#[path = "common/lives.rs"]
mod lives;
#[path = "common/model.rs"]
mod model;
#[path = "common/random.rs"]
mod random;

use keepfast::history::{Conflict, ConflictKind, Merged, Part, Sides, merge};
use keepfast::json::{self, JsonErrorKind};
use keepfast::limits::TEXT_BYTES_MAX;
use keepfast::replica::Replica;
use keepfast::schema::{CheckOptions, Schema};
use lives::{Life, tokens};
use random::Random;

const TRIPLES: u64 = 100_000;

fn merged(base: &str, mine: &str, theirs: &str) -> Merged {
    let [base, mine, theirs] = [base, mine, theirs].map(str::as_bytes);
    merge(&Sides { base, mine, theirs }, None).expect("all three are content")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("canonical text is UTF-8")
}

/// Every triple, with what it was merged to. In every other one, lists without ids are rearranged.
/// Returns how many triples are in conflict, and the number of all conflicts.
fn for_each_triple(check: impl Fn(u64, &[String; 3], &Merged)) -> (usize, usize) {
    let (mut in_conflict, mut conflicts) = (0, 0);
    for seed in 0..TRIPLES {
        let mut life = Life::new(seed);
        life.moves_all = seed % 2 == 1;
        let triple = life.triple();
        let [base, mine, theirs] = &triple;
        let result = merged(base, mine, theirs);
        in_conflict += usize::from(!result.conflicts.is_empty());
        conflicts += result.conflicts.len();
        check(seed, &triple, &result);
    }
    println!("{in_conflict} of {TRIPLES} triples are in conflict, in {conflicts} places");
    (in_conflict, conflicts)
}

fn told(conflicts: &[Conflict]) -> String {
    let value = |value: &Option<Vec<u8>>| value.as_deref().map_or("", text).to_owned();
    let line = |conflict: &Conflict| {
        let Conflict { base, mine, theirs, path, .. } = conflict;
        format!("\n{path}: {} | {} | {}", value(base), value(mine), value(theirs))
    };
    conflicts.iter().map(line).collect()
}

#[test]
fn every_change_of_either_side_is_in_the_content_or_in_a_conflict() {
    let (in_conflict, conflicts) = for_each_triple(|seed, [base, mine, theirs], result| {
        nothing_is_lost([base, mine, theirs], result);
        mine_stands_at_each_conflict(seed, base, result);
    });
    // The law is easily kept by a merge that decides nothing: this one finds no more conflicts than
    // when it was last looked at.
    assert!(in_conflict * 1000 <= TRIPLES as usize * 498, "{in_conflict}");
    assert!(conflicts * 1000 <= TRIPLES as usize * 1110, "{conflicts}");
}

/// Whatever a side put in is there or disputed; whatever it took away is not there or disputed; and
/// nothing comes from elsewhere.
fn nothing_is_lost([base, mine, theirs]: [&str; 3], result: &Merged) {
    let (content, conflicts) = (text(&result.content), told(&result.conflicts));
    let (before, there, disputed) = (tokens(base), tokens(content), tokens(&conflicts));
    let sides = [tokens(mine), tokens(theirs)];
    let what = || format!("\n{base}\n{mine}\n{theirs}\n{content}{conflicts}");
    for after in &sides {
        let is_kept = |put: &&str| there.contains(put) || disputed.contains(put);
        let lost = after.difference(&before).find(|put| !is_kept(put));
        assert_eq!(lost, None, "was put in: {}", what());
        let is_gone = |taken: &&str| !there.contains(taken) || disputed.contains(taken);
        let back = before.difference(after).find(|taken| !is_gone(taken));
        assert_eq!(back, None, "was taken away: {}", what());
    }
    let strange = there.iter().find(|token| sides.iter().all(|side| !side.contains(**token)));
    assert_eq!(strange, None, "{}", what());
}

/// All lists of these elements, which may repeat; but no token of them does.
fn lists_of(elements: &[&str], len_max: usize) -> Vec<String> {
    let mut lists = vec![Vec::new()];
    let mut from = 0;
    for _ in 0..len_max {
        let until = lists.len();
        for at in from..until {
            for element in elements {
                let mut longer: Vec<&str> = lists[at].clone();
                longer.push(element);
                let text = longer.concat();
                if tokens(&text).len() == text.matches('v').count() {
                    lists.push(longer);
                }
            }
        }
        from = until;
    }
    lists.iter().map(|list| format!("[{}]", list.join(","))).collect()
}

#[test]
fn no_change_of_a_small_list_is_lost_whatever_a_stranger_is_taken_for() {
    let (a, b, c) = ("\"v00001\"", "\"v00002\"", "\"v00003\"");
    let in_lists = [format!("[{a}]"), format!("[{b}]"), format!("[{a},{b}]")];
    let [in_a, in_b, in_both] = in_lists.each_ref().map(String::as_str);
    let mut count = 0;
    for elements in [&[a, b, "[]", in_a, in_b, in_both][..], &[a, b, c, "[]"], &[a, b, "0"]] {
        let lists = lists_of(elements, 3);
        for base in &lists {
            for mine in &lists {
                for theirs in &lists {
                    let result = merged(base, mine, theirs);
                    nothing_is_lost([base, mine, theirs], &result);
                    mine_stands_at_each_conflict(0, base, &result);
                    count += 1;
                }
            }
        }
    }
    println!("{count} triples of small lists");
}

fn mine_stands_at_each_conflict(seed: u64, base: &str, result: &Merged) {
    if result.conflicts.is_empty() {
        return;
    }
    let content = Replica::from_canonical(&result.content);
    let base = Replica::from_canonical(base.as_bytes());
    for conflict in result.conflicts.iter().filter(|c| c.kind == ConflictKind::Value) {
        if conflict.mine.is_some() {
            assert_eq!(content.value(&conflict.path), conflict.mine, "seed {seed}");
        }
        assert_eq!(base.value(&conflict.base_path), conflict.base, "seed {seed}");
    }
}

#[test]
fn an_unchanged_side_gives_exactly_the_other_one() {
    for seed in 0..TRIPLES {
        let mut life = Life::new(seed);
        life.moves_all = true;
        let [base, mine, _] = life.triple();
        for (first, second) in [(&base, &mine), (&mine, &base)] {
            let result = merged(&base, first, second);
            assert_eq!((text(&result.content), result.conflicts.len()), (mine.as_str(), 0));
        }
        let result = merged(&base, &mine, &mine);
        assert_eq!((text(&result.content), result.conflicts.len()), (mine.as_str(), 0));
        assert_eq!(result, merged(&base, &mine, &mine), "the same again");
    }
}

#[test]
fn swapped_sides_give_the_same_content_but_for_what_is_decided_for_mine() {
    for_each_triple(|seed, [base, mine, theirs], result| {
        let swapped = merged(base, theirs, mine);
        let what = || format!("seed {seed}\n{base}\n{mine}\n{theirs}");
        if result.conflicts.is_empty() {
            assert_eq!(text(&result.content), text(&swapped.content), "{}", what());
        }
        let mut ours: Vec<_> =
            result.conflicts.iter().map(|c| key(c, &c.mine, &c.theirs)).collect();
        let mut others: Vec<_> =
            swapped.conflicts.iter().map(|c| key(c, &c.theirs, &c.mine)).collect();
        ours.sort();
        others.sort();
        assert_eq!(ours, others, "{}", what());
        if result.conflicts.iter().all(|conflict| conflict.kind == ConflictKind::Value) {
            assert_eq!(decided_for_them(result), text(&swapped.content), "{}", what());
        }
    });
}

/// The content after every conflict was decided for them, as a conflict's path says.
fn decided_for_them(result: &Merged) -> String {
    let mut content = result.content.clone();
    for conflict in result.conflicts.iter().rev() {
        content = json::apply_patch(&content, decision(conflict).as_bytes())
            .unwrap_or_else(|error| panic!("{}: {error}", told(&result.conflicts)));
    }
    text(&content).to_owned()
}

type Key<'c> = (&'c str, bool, [&'c Option<Vec<u8>>; 3]);

/// What a conflict is, whichever side is mine.
fn key<'c>(c: &'c Conflict, mine: &'c Option<Vec<u8>>, theirs: &'c Option<Vec<u8>>) -> Key<'c> {
    (&c.base_path, c.kind == ConflictKind::Order, [&c.base, mine, theirs])
}

/// The patch that puts their value in place of mine.
fn decision(conflict: &Conflict) -> String {
    let path = model::string_text(&conflict.path);
    match (&conflict.mine, &conflict.theirs) {
        (_, None) => format!(r#"[{{"op":"remove","path":{path}}}]"#),
        (None, Some(value)) => format!(r#"[{{"op":"add","path":{path},"value":{}}}]"#, text(value)),
        (Some(_), Some(value)) => {
            format!(r#"[{{"op":"replace","path":{path},"value":{}}}]"#, text(value))
        }
    }
}

#[test]
fn the_merged_content_is_canonical_and_its_issues_are_those_of_the_schema() {
    let schema = Schema::compile(
        br#"{
            "optionalProperties": {"a": {"type": "string"}, "e": {"elements": {}}},
            "additionalProperties": true
        }"#,
    )
    .expect("this is a schema");
    let mut broken = 0;
    for seed in 0..TRIPLES / 6 {
        let [base, mine, theirs] = Life::new(seed).triple();
        let [base, mine, theirs] = [&base, &mine, &theirs].map(|text| text.as_bytes());
        let result = merge(&Sides { base, mine, theirs }, Some(&schema)).expect("content");
        let checked = schema.check(&result.content, &CheckOptions::default()).expect("content");
        assert_eq!(checked.canonical, result.content, "seed {seed}");
        assert_eq!(checked.issues, result.issues, "seed {seed}");
        broken += usize::from(!result.issues.is_empty());
    }
    assert!(broken > 1000, "{broken} break the schema");
}

/// Elements with these ids, each with a value.
fn list(elements: &[(usize, &str)]) -> String {
    let element = |(id, value): &(usize, &str)| format!(r#"{{"id":{id},"v":"{value}"}}"#);
    format!("[{}]", elements.iter().map(element).collect::<Vec<_>>().join(","))
}

fn plain(ids: &[usize]) -> String {
    list(&ids.iter().map(|id| (*id, "")).collect::<Vec<_>>())
}

#[test]
fn what_one_side_moves_stands_where_it_was_moved_to() {
    for seed in 0..20_000 {
        let mut random = Random::new(seed);
        let base: Vec<usize> = (0..random.below(9)).collect();
        let mut moved = base.clone();
        random.shuffle(&mut moved);
        let mut other: Vec<usize> = base.iter().copied().filter(|_| !random.one_in(5)).collect();
        for new in 20..20 + random.below(3) {
            other.insert(random.below(other.len() + 1), new);
        }
        let result = merged(&plain(&base), &plain(&moved), &plain(&other));
        let stays = |id: &&usize| other.contains(*id);
        let expected: Vec<usize> = moved.iter().filter(stays).copied().collect();
        let ids = text(&result.content).split("\"id\":").skip(1);
        let ids = ids.map(|rest| rest.split(',').next().expect("a number").parse().expect("one"));
        let (old, new): (Vec<usize>, Vec<usize>) = ids.partition(|id: &usize| *id < 20);
        assert_eq!(old, expected, "seed {seed}: {base:?} {moved:?} {other:?}");
        assert_eq!(new.len(), other.iter().filter(|id| **id >= 20).count());
        assert!(result.conflicts.is_empty());
    }
}

#[test]
fn both_sides_insert_remove_and_move_elements_of_one_list() {
    let base = plain(&[1, 2, 3, 4, 5]);
    let result = merged(&base, &plain(&[5, 1, 2, 3, 4, 6]), &plain(&[1, 7, 2, 4, 5]));
    assert_eq!(text(&result.content), plain(&[5, 1, 7, 2, 4, 6]));
    assert_eq!(result.conflicts, []);
}

#[test]
fn what_both_move_to_different_places_is_a_conflict_of_order() {
    let (base, mine) = (plain(&[1, 2, 3, 4, 5]), plain(&[5, 1, 2, 3, 4]));
    let theirs = plain(&[1, 2, 5, 3, 4]);
    let result = merged(&base, &mine, &theirs);
    assert_eq!(text(&result.content), mine);
    let [conflict] = &result.conflicts[..] else { panic!("{:?}", result.conflicts) };
    assert_eq!((conflict.kind, conflict.path.as_str()), (ConflictKind::Order, ""));
    assert_eq!(conflict.theirs.as_deref().map(text), Some(theirs.as_str()));
}

#[test]
fn a_change_of_what_the_other_side_removed_is_a_conflict_that_says_what_is_absent() {
    let base = list(&[(1, "a"), (2, "b"), (3, "c")]);
    let (mine, theirs) = (list(&[(1, "a"), (3, "c")]), list(&[(1, "a"), (2, "B"), (3, "c")]));
    let result = merged(&base, &mine, &theirs);
    assert_eq!(text(&result.content), mine);
    let [conflict] = &result.conflicts[..] else { panic!("{:?}", result.conflicts) };
    assert_eq!((conflict.path.as_str(), conflict.base_path.as_str()), ("/1", "/1"));
    assert_eq!(conflict.mine, None);
    assert_eq!(conflict.theirs.as_deref(), Some(&br#"{"id":2,"v":"B"}"#[..]));
    let kept = merged(&base, &theirs, &mine);
    assert_eq!(text(&kept.content), theirs);
    assert_eq!(kept.conflicts[0].theirs, None);
}

#[test]
fn conflicts_are_found_cell_by_cell() {
    let notebook = |first: &str, second: &str, third: &str| {
        let cell = |id: &str, source: &str| format!(r#"{{"cell_id":"{id}","source":"{source}"}}"#);
        let cells = [cell("a", first), cell("b", second), cell("c", third)].join(",");
        format!(r#"{{"cells":[{cells}],"nbformat":4}}"#)
    };
    let base = notebook("x = 1", "y = 2", "a\\nb\\nc\\nd");
    let mine = notebook("x = 10", "y = 3", "A\\nb\\nc\\nd");
    let theirs = notebook("x = 1", "y = 4", "a\\nb\\nc\\nD");
    let result = merged(&base, &mine, &theirs);
    assert_eq!(text(&result.content), notebook("x = 10", "y = 3", "A\\nb\\nc\\nD"));
    let [conflict] = &result.conflicts[..] else { panic!("{:?}", result.conflicts) };
    assert_eq!(conflict.path, "/cells/1/source");
    let sides = [&conflict.base, &conflict.mine, &conflict.theirs];
    let sides = sides.map(|side| side.as_deref().map(text));
    assert_eq!(sides, [Some("\"y = 2\""), Some("\"y = 3\""), Some("\"y = 4\"")]);
}

#[test]
fn null_is_a_value_and_absent_is_none() {
    let result = merged(r#"{"a":1}"#, r#"{"a":null}"#, "{}");
    assert_eq!(result.content, br#"{"a":null}"#);
    let [conflict] = &result.conflicts[..] else { panic!("{:?}", result.conflicts) };
    assert_eq!(conflict.mine.as_deref(), Some(&b"null"[..]));
    assert_eq!((conflict.base.as_deref(), &conflict.theirs), (Some(&b"1"[..]), &None));
}

#[test]
fn members_that_both_add_are_merged_as_far_as_they_agree() {
    let result = merged("{}", r#"{"o":{"a":1,"b":2}}"#, r#"{"o":{"a":1,"b":3,"c":4}}"#);
    assert_eq!(result.content, br#"{"o":{"a":1,"b":2,"c":4}}"#);
    let [conflict] = &result.conflicts[..] else { panic!("{:?}", result.conflicts) };
    assert_eq!((conflict.path.as_str(), &conflict.base), ("/o/b", &None));
}

#[test]
fn what_both_put_in_at_one_place_is_kept_from_both() {
    let result = merged(r#"["a"]"#, r#"["a","x","y"]"#, r#"["a","x","b"]"#);
    assert_eq!(result.content, br#"["a","x","b","y"]"#);
    assert_eq!(result.conflicts, []);
}

#[test]
fn elements_without_ids_are_merged_one_by_one_where_their_number_has_not_changed() {
    let result = merged(r#"[{"a":1,"b":1}]"#, r#"[{"a":2,"b":1}]"#, r#"[{"a":1,"b":2}]"#);
    assert_eq!((&result.content[..], result.conflicts.len()), (&br#"[{"a":2,"b":2}]"#[..], 0));
    let longer = r#"[{"c":1},{"a":2,"b":1}]"#;
    let result = merged(r#"[{"a":1,"b":1}]"#, longer, r#"[{"a":1,"b":2}]"#);
    assert_eq!((text(&result.content), result.conflicts.len()), (longer, 2));
}

#[test]
fn what_one_side_moved_and_the_other_took_away_is_a_conflict_where_it_was_moved_to() {
    let result = merged("[1,2,3,4]", "[2,3,4]", "[2,3,4,1]");
    assert_eq!(text(&result.content), "[2,3,4]");
    let [conflict] = &result.conflicts[..] else { panic!("{:?}", result.conflicts) };
    assert_eq!((conflict.path.as_str(), conflict.base_path.as_str()), ("/3", "/0"));
    let values = [&conflict.base, &conflict.mine, &conflict.theirs];
    assert_eq!(values.map(|value| value.as_deref().map(text)), [Some("1"), None, Some("1")]);
    let swapped = merged("[1,2,3,4]", "[2,3,4,1]", "[2,3,4]");
    assert_eq!((text(&swapped.content), swapped.conflicts.len()), ("[2,3,4,1]", 1));
    // What one side only moved, and what it copied, is as that side has it.
    assert_eq!(merged("[1,2,3,4]", "[2,3,4,1]", "[1,2,4]").conflicts, []);
    let copied = merged("[1,2,3]", "[2,3]", "[1,2,3,1]");
    assert_eq!((text(&copied.content), copied.conflicts), ("[2,3,1]", Vec::new()));
    // Nobody follows `true` and `null`: they are everywhere.
    let everywhere = merged("[true,1,2]", "[1,2]", "[1,2,true]");
    assert_eq!((text(&everywhere.content), everywhere.conflicts), ("[1,2,true]", Vec::new()));
}

#[test]
fn objects_that_an_id_tells_apart_are_not_mixed() {
    let of = |id: u32, name: &str| format!(r#"{{"author":{{"id":{id},"name":"{name}"}}}}"#);
    let mine = of(2, "Ada");
    let result = merged(&of(1, "Bob"), &mine, &of(1, "Bobby"));
    assert_eq!((text(&result.content), result.conflicts.len()), (mine.as_str(), 1));
    assert_eq!(result.conflicts[0].path, "/author");
}

#[test]
fn the_path_of_a_conflict_is_a_pointer_with_plain_names() {
    let of = |value: u32| format!("{{\"a/b\":{{\"~\\n\\\"\":{value}}}}}");
    let result = merged(&of(1), &of(2), &of(3));
    assert_eq!(result.conflicts[0].path, "/a~1b/~0\n\"");
}

#[test]
fn lists_of_a_hundred_thousand_elements_are_merged_in_time() {
    let numbers = |skip: usize| (0..100_000).filter(move |n| n % skip > 0).map(|n| n.to_string());
    let list = |skip| format!("[{}]", numbers(skip).collect::<Vec<_>>().join(","));
    let result = merged(&list(200_000), &list(3), &list(5));
    let both: Vec<String> =
        (1..100_000).filter(|n| n % 3 > 0 && n % 5 > 0).map(|n| n.to_string()).collect();
    assert_eq!(text(&result.content), format!("[{}]", both.join(",")));
    let ids: Vec<usize> = (0..100_000).collect();
    let back: Vec<usize> = ids.iter().rev().copied().collect();
    let result = merged(&plain(&ids), &plain(&back), &plain(&ids[1..]));
    assert_eq!(text(&result.content), plain(&back[..99_999]));
    let bits: Vec<String> = (0..100_000_u32).map(|i| (i.count_ones() % 2).to_string()).collect();
    let mut mine = bits.clone();
    mine.rotate_left(1000);
    let list = |bits: &[String]| format!("[{}]", bits.join(","));
    let result = merged(&list(&bits), &list(&mine), &list(&bits[7..]));
    assert!(result.content.len() > 190_000);
}

#[test]
fn what_both_add_may_be_too_large_together() {
    let side = |name: &str| format!("{{\"{name}\":\"{}\"}}", "x".repeat(TEXT_BYTES_MAX / 2));
    let [mine, theirs] = [side("a"), side("b")];
    let sides = Sides { base: b"{}", mine: mine.as_bytes(), theirs: theirs.as_bytes() };
    let error = merge(&sides, None).expect_err("each has half of what may be, and more");
    assert_eq!((error.part, error.error.kind), (Part::Merged, JsonErrorKind::TooLarge));
}

#[test]
fn an_error_says_which_text_cannot_be_merged() {
    let told = |base: &str, mine: &str, theirs: &str| {
        let [base, mine, theirs] = [base, mine, theirs].map(str::as_bytes);
        merge(&Sides { base, mine, theirs }, None).expect_err("one is none").to_string()
    };
    assert!(told("[", "1", "1").starts_with("the base cannot be merged: "));
    assert!(told("1", "[", "1").starts_with("my side cannot be merged: "));
    assert!(told("1", "1", "[").starts_with("their side cannot be merged: "));
}

#[test]
fn texts_that_are_no_content_are_told_by_their_part() {
    let deep = format!("{}{}", "[".repeat(129), "]".repeat(129));
    for garbage in ["", "[", "{\"a\":1,\"a\":2}", "\u{0}", "[1,]", "nul", "\"\\ud800\"", &deep] {
        for part in [Part::Base, Part::Mine, Part::Theirs] {
            let text = |of| if part == of { garbage.as_bytes() } else { b"[]" };
            let (base, mine) = (text(Part::Base), text(Part::Mine));
            let error = merge(&Sides { base, mine, theirs: text(Part::Theirs) }, None).unwrap_err();
            assert_eq!(error.part, part, "{garbage}");
        }
    }
}

#[test]
fn arbitrary_bytes_are_merged_or_refused_without_a_panic() {
    let mut merges = 0;
    for seed in 0..60_000 {
        let mut life = Life::new(seed);
        let mut triple = life.triple().map(String::into_bytes);
        let random = &mut life.random;
        for text in &mut triple {
            for _ in 0..random.below(3) {
                let byte = *random.pick(b"[]{}\",:\\0n\xff\x00 ");
                match (random.below(3), random.below(text.len() + 1)) {
                    (0, at) => text.insert(at, byte),
                    (1, at) if at < text.len() => text[at] = byte,
                    (_, at) => text.truncate(at.max(text.len() / 2)),
                }
            }
        }
        let [base, mine, theirs] = &triple;
        merges += usize::from(merge(&Sides { base, mine, theirs }, None).is_ok());
    }
    assert!((1000..59_000).contains(&merges), "{merges} of 60000");
}

#[test]
fn the_deepest_contents_are_merged() {
    let nest = |inner: &str| format!("{}{inner}{}", "{\"a\":[0,".repeat(64), "]}".repeat(64));
    let result = merged(&nest("1"), &nest("2"), &nest("3"));
    assert_eq!((text(&result.content), result.conflicts.len()), (nest("2").as_str(), 1));
}
