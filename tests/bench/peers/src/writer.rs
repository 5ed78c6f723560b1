//! RFC 8785 text of a `serde_json` value, by hand: the map is ordered already, strings are written
//! by `serde_json`, numbers by `ryu-js`. Faster than `serde_jcs`, so the benchmark shows both.

use serde_json::{Map, Number, Value};

/// Appends the canonical text of `value` to `out`.
pub fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => write_number(number, out),
        Value::String(text) => write_string(text, out),
        Value::Array(elements) => write_array(elements, out),
        Value::Object(members) => write_object(members, out),
    }
}

fn write_number(number: &Number, out: &mut Vec<u8>) {
    let double = number.as_f64().expect("without arbitrary precision every number is a double");
    out.extend_from_slice(ryu_js::Buffer::new().format_finite(double).as_bytes());
}

fn write_string(text: &str, out: &mut Vec<u8>) {
    serde_json::to_writer(out, text).expect("writing into memory does not fail");
}

fn write_array(elements: &[Value], out: &mut Vec<u8>) {
    out.push(b'[');
    for (index, element) in elements.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(element, out);
    }
    out.push(b']');
}

/// The map orders keys by code points; RFC 8785 section 3.2.3 orders them by UTF-16 code units,
/// which differs only beyond U+FFFF, so only such objects are sorted again.
fn write_object(members: &Map<String, Value>, out: &mut Vec<u8>) {
    let mut sorted: Vec<_> = Vec::new();
    if members.keys().any(|key| key.bytes().any(|byte| byte >= 0xee)) {
        sorted.extend(members);
        sorted.sort_by(|a, b| a.0.encode_utf16().cmp(b.0.encode_utf16()));
        write_members(sorted.into_iter(), out);
    } else {
        write_members(members.iter(), out);
    }
}

fn write_members<'a>(members: impl Iterator<Item = (&'a String, &'a Value)>, out: &mut Vec<u8>) {
    out.push(b'{');
    for (index, (key, value)) in members.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_string(key, out);
        out.push(b':');
        write(value, out);
    }
    out.push(b'}');
}
