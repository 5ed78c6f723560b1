//! Reports in JSON: flat, small, written by hand. Knows what errors and issues say of themselves,
//! and nothing of how they came about.

use crate::error::Error;
use crate::json;
use crate::json::pointer::push_decimal;
use crate::schema::Issue;
use alloc::vec::Vec;

/// What a pass found.
pub(super) fn found(bytes: usize, digest: Option<&str>, issues: &[Issue], out: &mut Vec<u8>) {
    out.clear();
    out.extend_from_slice(b"{\"bytes\":");
    push_decimal(out, bytes);
    if let Some(digest) = digest {
        push(",\"digest\":", digest, out);
    }
    out.extend_from_slice(b",\"issues\":[");
    for (i, issue) in issues.iter().enumerate() {
        let before = if i == 0 { "{\"message\":" } else { ",{\"message\":" };
        push(before, issue.message, out);
        push(",\"instancePath\":", &issue.instance_path, out);
        push(",\"schemaPath\":", &issue.schema_path, out);
        out.push(b'}');
    }
    out.extend_from_slice(b"]}");
}

/// What is wrong.
pub(super) fn wrong(error: &Error, out: &mut Vec<u8>) {
    head(error.code(), error.reason(), out);
    push(",\"pointer\":", error.pointer(), out);
    if let Some((name, position)) = error.position() {
        push(",", name, out);
        out.push(b':');
        push_decimal(out, position);
    }
    out.extend_from_slice(b"}}");
}

/// A handle that names no schema.
pub(super) fn unknown_schema(out: &mut Vec<u8>) {
    head("usage/unknown-schema", "unknown-schema", out);
    out.extend_from_slice(b"}}");
}

/// What people read is made of these in JavaScript: sentences would cost more here.
fn head(code: &str, reason: &str, out: &mut Vec<u8>) {
    out.clear();
    push("{\"code\":", code, out);
    push(",\"detail\":{\"reason\":", reason, out);
}

/// Appends `before`, and `text` as a string.
#[inline(never)]
fn push(before: &str, text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(before.as_bytes());
    out.push(b'"');
    json::escape(text.as_bytes(), out);
    out.push(b'"');
}
