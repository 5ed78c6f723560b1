//! Histories of real documents: every version of a series reads back from its slices, differences
//! that follow ids rebuild the next version, and merges of real notebooks keep their laws. A merge
//! whose result others have published as `*-merged` must come to that.

use super::deltas::read_folders;
use super::document::first_difference;
use super::suite::Suite;
use keepfast::history::{About, Kind, Merged, Sides, Versions, diff_canonical, merge};
use keepfast::json;
use keepfast::replica::Replica;
use std::collections::BTreeMap;
use std::path::Path;

/// Of a folder with more files, only the first ones are merged each with each.
const MERGED_FILES_MAX: usize = 10;

/// Checks every series: stored as versions, and compared version with version.
pub fn run_series(folder: &Path, suite: &mut Suite) {
    let Some(series) = read_folders(folder, suite) else {
        return;
    };
    let (mut whole, mut stored) = (0, 0);
    for (name, files) in &series {
        let texts: Vec<&[u8]> = files.iter().map(|(_, text)| &text[..]).collect();
        whole += texts.iter().map(|text| text.len()).sum::<usize>();
        if let Some(bytes) = suite.need(name, kept(&texts)) {
            stored += bytes;
            suite.check(name, Ok(()));
        }
        for pair in texts.windows(2) {
            suite.check(name, rebuilt(pair[0], pair[1]));
            suite.check(name, rebuilt(pair[1], pair[0]));
        }
    }
    suite.remark(format!("{whole} bytes of documents are stored as {stored} bytes of versions"));
}

/// Bytes that it takes to keep these texts as versions, if each reads back.
fn kept(texts: &[&[u8]]) -> Result<usize, String> {
    let (mut versions, mut store) = (Versions::default(), BTreeMap::new());
    let mut bytes = 0;
    for text in texts {
        let about = About {
            kind: Kind::Save,
            parent: Some(versions.newest()).filter(|number| *number > 0),
            at_ms: 0,
            author: String::new(),
            message: String::new(),
            title: String::new(),
            description: None,
        };
        let added = versions.add(about, &Replica::from_canonical(text));
        let added = added.map_err(|error| error.to_string())?;
        versions.confirm(&added);
        bytes += added.bytes();
        store.extend(added.slices);
    }
    for (number, text) in (1..).zip(texts) {
        let version = versions.read(number, |name| store.get(name));
        let content = version.map_err(|error| error.to_string())?.content;
        if content != *text {
            return Err(format!("version {number}: {}", first_difference(&content, text)));
        }
    }
    Ok(bytes)
}

fn rebuilt(a: &[u8], b: &[u8]) -> Result<(), String> {
    let result = json::apply_patch(a, &diff_canonical(a, b)).map_err(|error| error.to_string())?;
    if result == b { Ok(()) } else { Err(first_difference(&result, b)) }
}

/// Merges the documents of each folder in threes.
pub fn run_merges(folder: &Path, suite: &mut Suite) {
    let Some(folders) = read_folders(folder, suite) else {
        return;
    };
    for (name, files) in &folders {
        let few = &files[..files.len().min(MERGED_FILES_MAX)];
        for (base_name, base) in few {
            for (mine_name, mine) in few {
                for (theirs_name, theirs) in few {
                    let case = format!("{name}: {base_name}, {mine_name}, {theirs_name}");
                    suite.check(&case, lawful(&Sides { base, mine, theirs }));
                }
            }
        }
        for (base_name, base) in files {
            let sibling = |role: &str| {
                let name = base_name.replace("-base.", role);
                files.iter().find(|(known, _)| *known == name && name != *base_name)
            };
            let siblings = ["-local.", "-remote.", "-merged."].map(sibling);
            if let [Some((_, mine)), Some((_, theirs)), Some((_, expected))] = siblings {
                suite.check(base_name, comes_to(&Sides { base, mine, theirs }, expected));
            }
        }
    }
}

fn merged(sides: &Sides) -> Result<Merged, String> {
    merge(sides, None).map_err(|error| error.to_string())
}

/// Whether a merge does not depend on which side is mine, and an unchanged side gives the other.
fn lawful(sides: &Sides) -> Result<(), String> {
    let Sides { base, mine, theirs } = *sides;
    let (result, swapped) = (merged(sides)?, merged(&Sides { base, mine: theirs, theirs: mine })?);
    let places = |merged: &Merged| {
        let paths = merged.conflicts.iter().map(|conflict| conflict.base_path.clone());
        let mut paths: Vec<String> = paths.collect();
        paths.sort();
        paths
    };
    if places(&result) != places(&swapped) {
        return Err("the conflicts depend on which side is mine".to_owned());
    }
    if result.conflicts.is_empty() && result.content != swapped.content {
        return Err(first_difference(&result.content, &swapped.content));
    }
    if base == theirs && (result.content != mine || !result.conflicts.is_empty()) {
        return Err("an unchanged side does not give the other".to_owned());
    }
    Ok(())
}

fn comes_to(sides: &Sides, expected: &[u8]) -> Result<(), String> {
    let result = merged(sides)?;
    if !result.conflicts.is_empty() {
        return Err(format!("{} conflicts", result.conflicts.len()));
    }
    if result.content == expected {
        Ok(())
    } else {
        Err(first_difference(&result.content, expected))
    }
}
