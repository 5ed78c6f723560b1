//! Differences and patches of generated documents: what `diff` writes rebuilds the other document,
//! JSON Patch (RFC 6902) and merge patch (RFC 7396) do what a plain reading of the RFCs does.

#[path = "common/model.rs"]
mod model;
#[path = "common/random.rs"]
mod random;
#[path = "common/reference.rs"]
mod reference;

use keepfast::json;
use model::Value;
use random::Random;
use serde_json::Value as Tree;

const DOCUMENTS: u64 = 20_000;

fn rebuild(a: &str, b: &str) -> usize {
    let patch = json::diff(a.as_bytes(), b.as_bytes());
    let canonical = reference::canonical(&patch).expect("a patch is JSON");
    assert_eq!(String::from_utf8_lossy(&patch), canonical, "a patch is canonical text");
    let rebuilt = json::apply_patch(a.as_bytes(), &patch).expect("the patch fits the document");
    assert_eq!(String::from_utf8_lossy(&rebuilt), b, "from {a} by {canonical}");
    patch.len()
}

/// The value with a few changes as an editor makes them.
fn edited(value: &Value, random: &mut Random) -> Value {
    if random.one_in(12) {
        return Value::random(random, 2);
    }
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(|item| edited(item, random)).collect();
            edit_list(&mut items, random);
            Value::Array(items)
        }
        Value::Object(members) => {
            let keep = |random: &mut Random| !random.one_in(10);
            let mut kept = Vec::new();
            for (name, member) in members {
                if keep(random) {
                    kept.push((name.clone(), edited(member, random)));
                }
            }
            let name = (*random.pick(model::NAMES)).to_owned();
            if random.one_in(4) && kept.iter().all(|(known, _)| *known != name) {
                kept.push((name, Value::random(random, 1)));
            }
            Value::Object(kept)
        }
        leaf => leaf.clone(),
    }
}

fn edit_list(items: &mut Vec<Value>, random: &mut Random) {
    if random.one_in(3) {
        let at = random.below(items.len() + 1);
        items.insert(at, Value::random(random, 1));
    }
    if !items.is_empty() && random.one_in(4) {
        let from = random.below(items.len());
        let item = items.remove(from);
        if random.one_in(2) {
            items.insert(random.below(items.len() + 1), item);
        }
    }
}

#[test]
fn the_patch_between_two_versions_rebuilds_the_second() {
    let (mut patches, mut documents) = (0, 0);
    for seed in 0..DOCUMENTS {
        let mut random = Random::new(seed);
        let depth = random.below(6);
        let value = Value::random(&mut random, depth);
        let (a, b) = (value.canonical(), edited(&value, &mut random).canonical());
        patches += rebuild(&a, &b);
        documents += b.len();
        rebuild(&b, &a);
    }
    println!("{patches} bytes of patches for {documents} bytes of documents");
}

#[test]
fn the_patch_between_two_strangers_rebuilds_the_second() {
    for seed in 0..DOCUMENTS {
        let mut random = Random::new(seed);
        let (a, b) = (Value::random(&mut random, 4), Value::random(&mut random, 4));
        let (a, b) = (a.canonical(), b.canonical());
        let whole = format!(r#"[{{"op":"replace","path":"","value":{b}}}]"#);
        assert!(rebuild(&a, &b) <= whole.len(), "more than replacing all: {a} {b}");
    }
}

#[test]
fn there_is_nothing_between_a_document_and_itself() {
    for seed in 0..2_000 {
        let text = Value::random(&mut Random::new(seed), 4).canonical();
        assert_eq!(json::diff(text.as_bytes(), text.as_bytes()), b"[]", "{text}");
    }
}

#[test]
fn a_patch_of_any_operations_is_applied_as_the_rfc_says() {
    let (mut applied, mut failed) = (0, 0);
    for seed in 0..100_000 {
        let mut random = Random::new(seed);
        let document = Value::random(&mut random, 3).canonical();
        let tree: Tree = serde_json::from_str(&document).expect("canonical text is JSON");
        let count = *random.pick(&[1, 1, 1, 2, 3]);
        let operations = (0..count).map(|_| operation(&tree, &mut random)).collect();
        let operations = Value::Array(operations).canonical();
        let got = json::apply_patch(document.as_bytes(), operations.as_bytes());
        let list: Tree = serde_json::from_str(&operations).expect("canonical text is JSON");
        let what = || format!("seed {seed}: {operations} on {document}");
        match (got, apply(tree, &list)) {
            (Ok(got), Some(expected)) => {
                let expected = reference::canonical(expected.to_string().as_bytes());
                assert_eq!(
                    Some(String::from_utf8_lossy(&got).into_owned()),
                    expected,
                    "{}",
                    what()
                );
                applied += 1;
            }
            (Err(_), None) => failed += 1,
            (got, expected) => panic!("{}: {got:?}, expected {expected:?}", what()),
        }
    }
    println!("{applied} patches applied, {failed} refused");
    assert!(applied > 20_000 && failed > 20_000);
}

/// An operation with a path that mostly exists in the document as it was.
fn operation(tree: &Tree, random: &mut Random) -> Value {
    let text = |text: String| Value::String(text);
    let ops = ["add", "remove", "replace", "move", "copy", "test"];
    let op = if random.one_in(40) { "spam" } else { *random.pick(&ops) };
    let path = path(tree, random);
    let from = self::path(tree, random);
    let at_path = tree.pointer(&path).filter(|_| !random.one_in(4));
    let value = match at_path {
        Some(found) => from_tree(found),
        None => Value::random(random, 1),
    };
    let mut members = vec![("op", text(op.to_owned())), ("path", text(path))];
    if !random.one_in(40) {
        members.push(("from", text(from)));
    }
    if !random.one_in(40) {
        members.push(("value", value));
    }
    if random.one_in(60) {
        members.remove(random.below(members.len()));
    }
    Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn from_tree(tree: &Tree) -> Value {
    match tree {
        Tree::Null => Value::Null,
        Tree::Bool(value) => Value::Bool(*value),
        Tree::Number(number) => Value::Number(number.as_f64().expect("a double")),
        Tree::String(text) => Value::String(text.clone()),
        Tree::Array(items) => Value::Array(items.iter().map(from_tree).collect()),
        Tree::Object(members) => {
            let member = |(name, value): (&String, &Tree)| (name.clone(), from_tree(value));
            Value::Object(members.iter().map(member).collect())
        }
    }
}

/// A walk down the document, with a step aside now and then.
fn path(tree: &Tree, random: &mut Random) -> String {
    let (mut path, mut at) = (String::new(), Some(tree));
    while !random.one_in(3) {
        let token = match at {
            Some(Tree::Object(members)) if !members.is_empty() && !random.one_in(12) => {
                members.keys().nth(random.below(members.len())).expect("within").clone()
            }
            Some(Tree::Array(items)) if !random.one_in(12) => {
                random.below(items.len() + 1).to_string()
            }
            Some(_) if !random.one_in(8) => break,
            _ => {
                (*random.pick(&["-", "0", "1", "01", "a", "", "-1", "1e0", "__proto__"])).to_owned()
            }
        };
        at = match at {
            Some(Tree::Object(members)) => members.get(&token),
            Some(Tree::Array(items)) => token.parse().ok().and_then(|at: usize| items.get(at)),
            _ => None,
        };
        path += &format!("/{}", token.replace('~', "~0").replace('/', "~1"));
    }
    if random.one_in(40) { path + *random.pick(&["~", "~2", "a", "/~"]) } else { path }
}

/// RFC 6902 over a tree: nothing when the patch fails.
fn apply(mut document: Tree, patch: &Tree) -> Option<Tree> {
    for operation in patch.as_array()? {
        let member = |name: &str| operation.get(name);
        let tokens = |name: &str| tokens(member(name)?.as_str()?);
        let path = tokens("path")?;
        match member("op")?.as_str()? {
            "add" => add(&mut document, &path, member("value")?.clone())?,
            "remove" => drop(remove(&mut document, &path)?),
            "replace" => {
                let value = member("value")?.clone();
                *find(&mut document, &path)? = value;
            }
            "move" => {
                let from = tokens("from")?;
                if path.len() > from.len() && path.starts_with(&from) {
                    return None;
                }
                if from == path {
                    find(&mut document, &from)?;
                    continue;
                }
                let value = remove(&mut document, &from)?;
                add(&mut document, &path, value)?;
            }
            "copy" => {
                let value = find(&mut document, &tokens("from")?)?.clone();
                add(&mut document, &path, value)?;
            }
            "test" => {
                let canonical = |tree: &Tree| reference::canonical(tree.to_string().as_bytes());
                let found = canonical(find(&mut document, &path)?);
                (found == canonical(member("value")?)).then_some(())?;
            }
            _ => return None,
        }
    }
    Some(document)
}

fn tokens(pointer: &str) -> Option<Vec<String>> {
    if pointer.is_empty() {
        return Some(Vec::new());
    }
    let read = |token: &str| {
        let rest = token.replace("~0", "").replace("~1", "");
        (!rest.contains('~')).then(|| token.replace("~1", "/").replace("~0", "~"))
    };
    pointer.strip_prefix('/')?.split('/').map(read).collect()
}

fn index(token: &str, len: usize) -> Option<usize> {
    let digits = token.bytes().all(|byte| byte.is_ascii_digit()) && !token.is_empty();
    let plain = digits && (token.len() == 1 || !token.starts_with('0'));
    token.parse().ok().filter(|at| plain && *at < len)
}

fn find<'t>(tree: &'t mut Tree, path: &[String]) -> Option<&'t mut Tree> {
    path.iter().try_fold(tree, |at, token| match at {
        Tree::Object(members) => members.get_mut(token),
        Tree::Array(items) => index(token, items.len()).map(|at| &mut items[at]),
        _ => None,
    })
}

fn add(tree: &mut Tree, path: &[String], value: Tree) -> Option<()> {
    let Some((last, parent)) = path.split_last() else {
        *tree = value;
        return Some(());
    };
    match find(tree, parent)? {
        Tree::Object(members) => drop(members.insert(last.clone(), value)),
        Tree::Array(items) if last == "-" => items.push(value),
        Tree::Array(items) => items.insert(index(last, items.len() + 1)?, value),
        _ => return None,
    }
    Some(())
}

fn remove(tree: &mut Tree, path: &[String]) -> Option<Tree> {
    let (last, parent) = path.split_last()?;
    match find(tree, parent)? {
        Tree::Object(members) => members.remove(last),
        Tree::Array(items) => index(last, items.len()).map(|at| items.remove(at)),
        _ => None,
    }
}

#[test]
fn a_merge_patch_is_applied_as_the_rfc_says() {
    for seed in 0..DOCUMENTS {
        let mut random = Random::new(seed);
        let target = Value::random(&mut random, 3);
        let patch = if random.one_in(2) {
            edited(&target, &mut random)
        } else {
            Value::random(&mut random, 3)
        };
        let expected = merge(&target, &patch).canonical();
        let (target, patch) = (target.canonical(), patch.canonical());
        let got = json::apply_merge_patch(target.as_bytes(), patch.as_bytes());
        assert_eq!(String::from_utf8_lossy(&got), expected, "seed {seed}: {patch} on {target}");
    }
}

/// RFC 7396 section 2, as its pseudocode has it.
fn merge(target: &Value, patch: &Value) -> Value {
    let Value::Object(changes) = patch else { return patch.clone() };
    let mut members = match target {
        Value::Object(members) => members.clone(),
        _ => Vec::new(),
    };
    for (name, change) in changes {
        let old = members.iter().position(|(known, _)| known == name).map(|at| members.remove(at));
        if *change != Value::Null {
            let old = old.map_or(Value::Null, |(_, value)| value);
            members.push((name.clone(), merge(&old, change)));
        }
    }
    Value::Object(members)
}
