//! Every error of the engine under one roof, with the code and the advice that programs see. The
//! leaf errors live beside the code that raises them; none is defined here.

use core::fmt;

use crate::json::{JsonError, JsonErrorKind, PatchError, PatchErrorKind};
use crate::schema::SchemaError;

/// Whether trying again can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// The same call fails again.
    Never,
    /// The same call may succeed later.
    Later,
    /// After a person has done something.
    AfterUser,
}

impl Retry {
    /// As programs see it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Retry::Never => "never",
            Retry::Later => "later",
            Retry::AfterUser => "after-user",
        }
    }
}

/// Whatever can go wrong in the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A text is no JSON content, or is too large.
    Json(JsonError),
    /// A schema is no schema.
    Schema(SchemaError),
    /// A patch is malformed or does not apply.
    Patch(PatchError),
}

impl Error {
    /// Stable code in the form `area/what`; one of [`CODES`].
    pub fn code(&self) -> &'static str {
        match self {
            Error::Json(JsonError { kind: JsonErrorKind::TooLarge, .. }) => "content/too-large",
            Error::Json(_) => "content/not-json",
            Error::Schema(_) => "schema/invalid",
            Error::Patch(PatchError { kind: PatchErrorKind::TooLarge, .. }) => "content/too-large",
            Error::Patch(error) if error.kind.is_malformed() => "usage/patch-malformed",
            Error::Patch(_) => "content/patch-failed",
        }
    }

    /// Whether trying again can help.
    pub fn retry(&self) -> Retry {
        match self {
            Error::Json(_) | Error::Schema(_) | Error::Patch(_) => Retry::Never,
        }
    }

    /// Stable word for what is wrong within the code.
    pub fn reason(&self) -> &'static str {
        match self {
            Error::Json(error) => error.kind.reason(),
            Error::Schema(error) => error.kind.reason(),
            Error::Patch(error) => error.kind.reason(),
        }
    }

    /// What is wrong, for people.
    pub fn message(&self) -> &'static str {
        match self {
            Error::Json(error) => error.kind.message(),
            Error::Schema(error) => error.kind.message(),
            Error::Patch(error) => error.kind.message(),
        }
    }

    /// JSON Pointer to the place: in the document, the schema, or as an operation names it.
    pub fn pointer(&self) -> &str {
        match self {
            Error::Json(JsonError { pointer, .. })
            | Error::Schema(SchemaError { pointer, .. })
            | Error::Patch(PatchError { pointer, .. }) => pointer,
        }
    }

    /// The byte of the text, or the number of the operation, when there is one: its name and it.
    pub fn position(&self) -> Option<(&'static str, usize)> {
        match self {
            Error::Json(error) => Some(("offset", error.offset)),
            Error::Schema(_) => None,
            Error::Patch(error) => Some(("operation", error.index)),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Json(error) => error.fmt(f),
            Error::Schema(error) => error.fmt(f),
            Error::Patch(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for Error {}

impl From<JsonError> for Error {
    fn from(error: JsonError) -> Self {
        Error::Json(error)
    }
}

impl From<SchemaError> for Error {
    fn from(error: SchemaError) -> Self {
        Error::Schema(error)
    }
}

impl From<PatchError> for Error {
    fn from(error: PatchError) -> Self {
        Error::Patch(error)
    }
}

/// Every code that a program can meet: the code, whether trying again can help, what it means.
/// Codes are never renamed. Those of the area `usage` and `engine` are raised by the package; those
/// of a server are [`Problem`](crate::protocol::Problem)s that the engine cannot settle by itself.
pub const CODES: &[(&str, &str, &str)] = &[
    (
        "content/digest-mismatch",
        "later",
        "content was damaged on its way to the server; it is sent again",
    ),
    (
        "content/invalid",
        "after-user",
        "content breaks the schema of its collection; the issues have the places",
    ),
    (
        "content/not-json",
        "never",
        "a value or text is not JSON content; the detail has its pointer and the reason",
    ),
    ("content/patch-failed", "never", "a JSON Patch does not apply to the document"),
    ("content/patch-mismatch", "never", "the server made something else of a patch than was meant"),
    (
        "content/schema-older",
        "after-user",
        "a newer version of the app wrote the document; update to save",
    ),
    ("content/too-large", "never", "a text, or the result of a patch, is larger than the limit"),
    ("document/not-found", "never", "there is no such document, or it is not to be seen"),
    ("engine/panicked", "later", "the engine failed and was replaced; the next call works"),
    ("engine/unsupported", "never", "WebAssembly cannot run here, or its file cannot be loaded"),
    ("metadata/out-of-limits", "after-user", "a title or description is too long or too short"),
    ("record/corrupt", "never", "a stored record is damaged or incomplete; its bytes are kept"),
    ("record/newer-format", "never", "a later version wrote a stored record; its bytes are kept"),
    (
        "request/base-required",
        "never",
        "the server was told a write without the state it builds on",
    ),
    ("request/malformed", "never", "the server found a request that breaks the protocol"),
    ("request/media-type", "never", "the server was told a body of another type than JSON"),
    ("request/method", "never", "the server has no such path for this method"),
    ("schema/invalid", "never", "a schema breaks a rule of JSON Type Definition"),
    ("sync/conflict", "after-user", "the server has newer content; choose what to keep"),
    ("sync/forbidden", "after-user", "whoever is signed in may see the document and not change it"),
    ("sync/gone", "after-user", "the document was deleted on the server; what is here stays"),
    (
        "sync/rate-limited",
        "later",
        "the server wants fewer requests; it is asked again when it said",
    ),
    ("sync/server", "later", "the server failed; the request is made again"),
    ("sync/space-full", "after-user", "the space on the server has no room left"),
    (
        "sync/unauthorized",
        "after-user",
        "nobody is signed in; what was saved waits until somebody is",
    ),
    ("sync/unavailable", "later", "the server rests; it is asked again when it said"),
    ("usage/not-text", "never", "an argument that must be a text is none"),
    ("usage/patch-malformed", "never", "a patch is not a JSON Patch"),
    ("usage/reentrant", "never", "a getter or proxy called the engine while it was being read"),
    ("usage/schema-not-json", "never", "a schema is a value that JSON cannot express"),
    (
        "usage/stale",
        "never",
        "an inspected value was changed before its canonical text was asked for",
    ),
    ("usage/unknown-profile", "never", "a digest profile has an unknown name"),
    ("usage/unknown-schema", "never", "a schema was released, or is none of this package's"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Options, apply_patch, canonicalize};
    use crate::schema::Schema;

    #[test]
    fn every_error_has_a_code_from_the_table_with_its_advice() {
        let short = Options { bytes_max: 1, ..Options::default() };
        let errors: [Error; 5] = [
            canonicalize(b"[", &Options::default()).unwrap_err().into(),
            canonicalize(b"[]", &short).unwrap_err().into(),
            Schema::compile(b"[]").map(|_| ()).unwrap_err().into(),
            apply_patch(b"1", b"2").unwrap_err().into(),
            apply_patch(b"1", br#"[{"op":"test","path":"","value":2}]"#).unwrap_err().into(),
        ];
        let codes = errors.map(|error| {
            let row = CODES.iter().find(|row| row.0 == error.code()).unwrap();
            assert_eq!(row.1, error.retry().as_str());
            error.code()
        });
        let expected = [
            "content/not-json",
            "content/too-large",
            "schema/invalid",
            "usage/patch-malformed",
            "content/patch-failed",
        ];
        assert_eq!(codes, expected);
    }

    #[test]
    fn codes_are_sorted_and_in_the_form_area_what() {
        assert!(CODES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (code, retry, meaning) in CODES {
            assert_eq!(code.split('/').count(), 2, "{code}");
            assert!(["never", "later", "after-user"].contains(retry) && !meaning.is_empty());
        }
    }
}
