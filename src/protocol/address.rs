//! Where a document lies: the names in a path. Owns which names there may be; it must not know who
//! asks. The owner is no part of a path: a space is found by who signed in and its workspace.

use alloc::string::String;
use core::fmt;

/// A workspace, by its name: 1 to 64 of `A-Z a-z 0-9 . _ -`, and neither `.` nor `..`. Together
/// with whoever signed in it names a space.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Workspace(String);

impl Workspace {
    /// The workspace with this name.
    ///
    /// # Errors
    /// [`NameError`] if it is none.
    pub fn new(name: &str) -> Result<Workspace, NameError> {
        let name = String::from(name);
        if is_plain_name(&name) { Ok(Workspace(name)) } else { Err(NameError { name }) }
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Workspace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A document of a space, by its names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    workspace: Workspace,
    collection: String,
    document: String,
}

impl Address {
    /// The document with these names: workspace and collection 1 to 64 of `A-Z a-z 0-9 . _ -`, the
    /// document 1 to 128 of these and `~`. `.` and `..` are no names: whoever resolves an address
    /// takes them out of the path (RFC 3986 section 5.2.4), however they are escaped.
    ///
    /// # Errors
    /// [`NameError`] with the name that is none. Such a document can be kept on a device only.
    pub fn new(workspace: &str, collection: &str, document: &str) -> Result<Address, NameError> {
        let workspace = Workspace::new(workspace)?;
        let is_document = is_name(document, b"._~-", DOCUMENT_MAX);
        for (name, is_name) in [(collection, is_plain_name(collection)), (document, is_document)] {
            if !is_name {
                return Err(NameError { name: name.into() });
            }
        }
        Ok(Address { workspace, collection: collection.into(), document: document.into() })
    }

    /// The workspace.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// The collection.
    pub fn collection(&self) -> &str {
        &self.collection
    }

    /// The id of the document.
    pub fn document(&self) -> &str {
        &self.document
    }
}

impl fmt::Display for Address {
    /// The path, from the root of the protocol on.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Address { workspace, collection, document } = self;
        write!(f, "/workspaces/{workspace}/documents/{collection}/{document}")
    }
}

/// A name that no path can carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameError {
    /// The name.
    pub name: String,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        write!(f, "{name:?} cannot be saved under this name; use letters, digits, '.', '_' and '-'")
    }
}

impl core::error::Error for NameError {}

/// Whether a text may name a workspace or a collection.
fn is_plain_name(name: &str) -> bool {
    is_name(name, b"._-", NAME_MAX)
}

fn is_name(name: &str, marks: &[u8], max: usize) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || marks.contains(&byte);
    (1..=max).contains(&name.len()) && name.bytes().all(is_part) && name != "." && name != ".."
}

/// Characters of the name of a workspace or a collection.
const NAME_MAX: usize = 64;
/// Characters of the id of a document.
const DOCUMENT_MAX: usize = 128;
