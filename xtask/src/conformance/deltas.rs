//! Deltas between versions: the patch from one to the next must rebuild it byte for byte, and be no
//! larger than the reference in `oracle.json` where there is one. Pairs of notebooks are diffed in
//! both directions.

use super::document::{canonical, canonical_last_wins, first_difference, is_duplicate};
use super::oracle;
use super::suite::Suite;
use keepfast::json;
use std::collections::BTreeMap;
use std::path::Path;

/// Folders with more files than this are diffed as a chain, not each with each.
const PAIRED_FILES_MAX: usize = 64;

/// Checks every series: version to next version, and back.
pub fn run_series(folder: &Path, suite: &mut Suite) {
    let Some(references) = suite.need("oracle.json", references(folder)) else {
        return;
    };
    let Some(series) = read_folders(folder, suite) else {
        return;
    };
    let mut sizes = Sizes::default();
    for (name, versions) in &series {
        for pair in versions.windows(2) {
            let [(from, a), (to, b)] = pair else { continue };
            let case = format!("{name}/{from} to {to}");
            let Some(patch_bytes) = suite.need(&case, rebuild(a, b)) else {
                continue;
            };
            let reference = references.get(&(name.clone(), from.clone(), to.clone())).copied();
            let fits = reference.is_none_or(|bytes| patch_bytes <= bytes);
            let reason = || format!("patch has {patch_bytes} bytes, reference {reference:?}");
            suite.check(&case, if fits { Ok(()) } else { Err(reason()) });
            suite.check(&format!("{name}/{to} to {from}"), rebuild(b, a).map(|_| ()));
            sizes.add(&case, patch_bytes, reference);
        }
    }
    suite.remark(sizes.remark());
}

/// Checks every ordered pair of documents in each folder.
pub fn run_pairs(folder: &Path, suite: &mut Suite) {
    let Some(folders) = read_folders(folder, suite) else {
        return;
    };
    for (name, files) in &folders {
        for (index, (from, a)) in files.iter().enumerate() {
            for (other, (to, b)) in files.iter().enumerate() {
                if index != other && (files.len() <= PAIRED_FILES_MAX || index.abs_diff(other) == 1)
                {
                    suite.check(&format!("{name}/{from} to {to}"), rebuild(a, b).map(|_| ()));
                }
            }
        }
    }
}

/// Bytes of the patch from `a` to `b`, if it rebuilds `b` exactly.
fn rebuild(a: &[u8], b: &[u8]) -> Result<usize, String> {
    let patch = json::diff(a, b);
    let again = canonical(&patch).map_err(|error| format!("the patch is no JSON: {error}"))?;
    if again != patch {
        return Err(format!("the patch is not canonical: {}", first_difference(&patch, &again)));
    }
    let rebuilt = json::apply_patch(a, &patch).map_err(|error| format!("patch failed: {error}"))?;
    if rebuilt != b {
        return Err(first_difference(&rebuilt, b));
    }
    if a == b && patch != b"[]" {
        return Err(format!("equal versions, but a patch of {} bytes", patch.len()));
    }
    Ok(patch.len())
}

/// The documents of one folder: file name and canonical text, in order of name.
pub(super) type Folder = Vec<(String, Vec<u8>)>;

/// Canonical texts of all documents, by folder. What is no JSON was judged with the digests and is
/// left out here.
pub(super) fn read_folders(folder: &Path, suite: &mut Suite) -> Option<BTreeMap<String, Folder>> {
    let mut folders: BTreeMap<String, Folder> = BTreeMap::new();
    for name in suite.need("files", oracle::documents(folder))? {
        let text = suite.need(&name, oracle::bytes(&folder.join(&name)))?;
        let canonical = match canonical(&text) {
            Err(error) if is_duplicate(&error) => canonical_last_wins(&text),
            other => other,
        };
        let (dir, file) = name.rsplit_once('/').unwrap_or(("", &name));
        if let Ok(canonical) = canonical {
            folders.entry(dir.to_owned()).or_default().push((file.to_owned(), canonical));
        }
    }
    Some(folders)
}

/// Reference patch sizes by series, from and to.
type References = BTreeMap<(String, String, String), usize>;

fn references(folder: &Path) -> Result<References, String> {
    let path = folder.join("oracle.json");
    let mut references = References::new();
    if !path.is_file() {
        return Ok(references);
    }
    let oracle = oracle::fields(&oracle::text(&path)?)?;
    let Some(deltas) = oracle.get("deltas") else {
        return Ok(references);
    };
    for (series, list) in oracle::fields(deltas.get())? {
        for delta in oracle::items(list.get())? {
            let delta = oracle::fields(delta.get())?;
            let version = |name: &str| {
                delta
                    .get(name)
                    .map_or(Err(format!("no member {name:?}")), |raw| oracle::string(raw))
            };
            let bytes = oracle::field(&delta, "patch_bytes")?;
            let bytes = bytes.parse().map_err(|_| "patch_bytes is no count".to_owned())?;
            references.insert((series.clone(), version("from")?, version("to")?), bytes);
        }
    }
    Ok(references)
}

/// Sums over the pairs that have a reference.
#[derive(Default)]
struct Sizes {
    pairs: usize,
    patch_bytes: usize,
    reference_bytes: usize,
    worst: Option<(f64, String)>,
}

impl Sizes {
    fn add(&mut self, case: &str, patch_bytes: usize, reference: Option<usize>) {
        let Some(reference) = reference.filter(|bytes| *bytes > 0) else {
            return;
        };
        self.pairs += 1;
        self.patch_bytes += patch_bytes;
        self.reference_bytes += reference;
        let ratio = patch_bytes as f64 / reference as f64;
        if self.worst.as_ref().is_none_or(|(worst, _)| ratio > *worst) {
            self.worst = Some((ratio, case.to_owned()));
        }
    }

    fn remark(&self) -> String {
        let Sizes { pairs, patch_bytes, reference_bytes, worst } = self;
        let Some((ratio, case)) = worst else {
            return "no reference sizes".to_owned();
        };
        let total = *patch_bytes as f64 / *reference_bytes as f64;
        format!(
            "{pairs} patches: {patch_bytes} bytes, references {reference_bytes}: {total:.3} of \
             them; worst {ratio:.3} ({case})"
        )
    }
}
