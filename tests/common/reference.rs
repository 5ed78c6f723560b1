//! A second opinion on canonical text, from a parser that others wrote: `serde_json` reads, this
//! file sorts and writes as RFC 8785 says. Slow and plain on purpose.

#![allow(dead_code, reason = "each test file includes this one and uses its part of it")]

use crate::model;
use serde_json::Value;

/// The RFC 8785 text of a JSON text, the last of repeated members counting; nothing if
/// `serde_json` refuses the text.
pub fn canonical(text: &[u8]) -> Option<String> {
    let value: Value = serde_json::from_slice(text).ok()?;
    let mut out = String::new();
    write(&value, &mut out);
    Some(out)
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Number(number) => {
            let double = number.as_f64().expect("without arbitrary precision every number is one");
            out.push_str(ryu_js::Buffer::new().format_finite(double));
        }
        Value::String(text) => out.push_str(&model::string_text(text)),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by(|a, b| a.0.encode_utf16().cmp(b.0.encode_utf16()));
            out.push('{');
            for (index, (name, member)) in sorted.into_iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                *out += &model::string_text(name);
                out.push(':');
                write(member, out);
            }
            out.push('}');
        }
        literal => *out += &literal.to_string(),
    }
}
