//! Reads what a suite's folder holds: its files, the parts of a JSON text as they are written, and
//! `oracle.json`. Uses `serde_json`, never the code under test. Texts stay texts (`RawValue`), so
//! that the code under test sees `1.0` and repeated names as their authors wrote them.

use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The members of an object, each value as written.
pub type Fields = BTreeMap<String, Box<RawValue>>;

/// What the oracle says of one file.
pub enum Expected {
    /// The RFC 8785 text has this SHA-256 and length.
    Digest(Digest),
    /// Not JSON, not UTF-8, or a value that RFC 8785 cannot write.
    Refused(String),
}

/// The canonical digest of one file, by independent tools.
pub struct Digest {
    /// Lower-case hex of the SHA-256 of the canonical text.
    pub sha256: String,
    /// Bytes of the canonical text.
    pub bytes: usize,
    /// The file has integers outside ±(2^53−1); the digest reads every number as a double.
    pub inexact_integers: bool,
    /// The file repeats a member name; the digest takes the last member.
    pub duplicate_names: bool,
}

/// The entry of one file in `oracle.json`.
pub struct FileEntry {
    /// SHA-256 of the file's own bytes.
    pub file_sha256: Option<String>,
    /// What becomes of the file's value, when the tools that were asked agree.
    pub expected: Option<Expected>,
}

const ORACLE: &str = "oracle.json";

/// The entries of every `oracle.json` in or below the folder, by path below the folder.
pub fn entries(folder: &Path) -> Result<BTreeMap<String, FileEntry>, String> {
    let mut entries = BTreeMap::new();
    for name in files(folder)?.iter().filter(|name| is_oracle(name)) {
        let prefix = name.strip_suffix(ORACLE).unwrap_or_default();
        let oracle = fields(&text(&folder.join(name))?)?;
        let Some(listed) = oracle.get("files") else {
            continue;
        };
        for (file, raw) in fields(listed.get())? {
            entries.insert(format!("{prefix}{file}"), entry(raw.get())?);
        }
    }
    Ok(entries)
}

fn is_oracle(name: &str) -> bool {
    name.rsplit('/').next() == Some(ORACLE)
}

fn entry(text: &str) -> Result<FileEntry, String> {
    let entry = fields(text)?;
    let agree = entry.get("agree").is_none_or(|raw| raw.get() == "true");
    let python = entry.get("python").filter(|_| agree);
    Ok(FileEntry {
        file_sha256: entry.get("sha256").map(|raw| string(raw)).transpose()?,
        expected: python.map(|raw| expected(raw.get())).transpose()?,
    })
}

fn expected(text: &str) -> Result<Expected, String> {
    let python = fields(text)?;
    let inexact_integers = python.contains_key("jcs_sha256_numbers_as_double");
    let suffix = if inexact_integers { "_numbers_as_double" } else { "" };
    let member = |name: &str| python.get(&format!("{name}{suffix}"));
    match (member("jcs_sha256"), member("jcs_bytes")) {
        (Some(sha256), Some(bytes)) => Ok(Expected::Digest(Digest {
            sha256: string(sha256)?,
            bytes: bytes.get().parse().map_err(|_| "jcs_bytes is no count".to_owned())?,
            inexact_integers,
            duplicate_names: python.contains_key("duplicate_names"),
        })),
        _ => Ok(Expected::Refused(refusal(&python)?)),
    }
}

fn refusal(python: &Fields) -> Result<String, String> {
    let reason = python.get("error").or(python.get("not_representable"));
    reason
        .map_or(Err("the oracle's entry gives neither digest nor error".to_owned()), |r| string(r))
}

/// Every file below `folder`, sorted, as paths relative to it with `/` between the parts.
pub fn files(folder: &Path) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(dir) = open.pop() {
        for item in fs::read_dir(&dir).map_err(|e| format!("{}: {e}", dir.display()))? {
            let path = item.map_err(|e| e.to_string())?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(relative(folder, &path)?);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn relative(folder: &Path, path: &Path) -> Result<String, String> {
    let rest: PathBuf = path.strip_prefix(folder).map_err(|e| e.to_string())?.to_owned();
    let parts: Vec<_> = rest.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    Ok(parts.join("/"))
}

/// Every file below `folder` but the oracles, whatever its name ends in: documents have many.
pub fn documents(folder: &Path) -> Result<Vec<String>, String> {
    Ok(files(folder)?.into_iter().filter(|name| !is_oracle(name)).collect())
}

/// The documents whose name ends in `.json`: lists of cases, and schemas.
pub fn json_files(folder: &Path) -> Result<Vec<String>, String> {
    Ok(documents(folder)?.into_iter().filter(|name| name.ends_with(".json")).collect())
}

/// The bytes of a file.
pub fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|e| format!("{}: {e}", path.display()))
}

/// The text of a file that must be UTF-8.
pub fn text(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

/// The members of an object's text.
pub fn fields(text: &str) -> Result<Fields, String> {
    serde_json::from_str(text).map_err(|e| format!("not an object: {e}"))
}

/// The elements of an array's text.
pub fn items(text: &str) -> Result<Vec<Box<RawValue>>, String> {
    serde_json::from_str(text).map_err(|e| format!("not an array: {e}"))
}

/// The value of a string's text.
pub fn string(raw: &RawValue) -> Result<String, String> {
    serde_json::from_str(raw.get()).map_err(|e| format!("not a string: {e}"))
}

/// A member of an object, or why it is missing.
pub fn field<'a>(fields: &'a Fields, name: &str) -> Result<&'a str, String> {
    fields.get(name).map(|raw| raw.get()).ok_or_else(|| format!("no member {name:?}"))
}
