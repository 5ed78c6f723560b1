//! The crate `jtd` as the second opinion on schemas and instances, asked in such a way that its
//! known liberties do not matter. The list of them, with reasons, is in `jtd_differential.rs`.

use crate::timestamps;
use serde_json::Value;
use std::collections::BTreeSet;

/// Error indicators: pointers into the instance and into the schema.
pub type Indicators = BTreeSet<(String, String)>;

/// Steps that `jtd` may follow references before it gives up.
const REFS_MAX: usize = 200;

/// The schema, if `jtd` accepts it.
pub fn schema(value: &Value) -> Option<jtd::Schema> {
    let schema = serde_json::from_value(value.clone()).ok()?;
    let schema = jtd::Schema::from_serde_schema(schema).ok()?;
    schema.validate().ok().map(|()| schema)
}

/// Whether the engine refuses the schema for a reason that `jtd` does not know: a keyword that is
/// `null`, empty `definitions` below the root, or references in a circle.
pub fn is_lenient_about(schema: &Value) -> bool {
    has_leniency(schema, true) || has_ref_cycle(schema)
}

fn has_leniency(schema: &Value, is_root: bool) -> bool {
    let Value::Object(members) = schema else { return false };
    members.iter().any(|(keyword, value)| match (keyword.as_str(), value) {
        ("elements" | "values", Value::Object(_)) => has_leniency(value, false),
        ("definitions", Value::Object(schemas)) if schemas.is_empty() => !is_root,
        (
            "definitions" | "properties" | "optionalProperties" | "mapping",
            Value::Object(schemas),
        ) => schemas.values().any(|inner| has_leniency(inner, false)),
        (_, value) => value.is_null(),
    })
}

fn has_ref_cycle(schema: &Value) -> bool {
    let Some(definitions) = schema.get("definitions").and_then(Value::as_object) else {
        return false;
    };
    definitions.keys().any(|start| {
        let mut name = start.as_str();
        (0..=definitions.len()).all(|_| {
            let next = definitions.get(name).and_then(|node| node.get("ref")?.as_str());
            next.inspect(|next| name = next).is_some()
        })
    })
}

/// The indicators for an instance, or nothing when references lead too far, or when the schema
/// compares strings with a text that would have to be replaced.
pub fn indicators(schema: &jtd::Schema, mut instance: Value) -> Option<Indicators> {
    if mentioned(schema).iter().any(|text| timestamps::only_jtd_reads(text)) {
        return None;
    }
    rewrite(&mut instance);
    let options = jtd::ValidateOptions::new().with_max_depth(REFS_MAX);
    let found = jtd::validate(schema, &instance, options).ok()?;
    let indicator = |error: jtd::ValidationErrorIndicator| {
        let (instance_path, schema_path) = error.into_owned_paths();
        (pointer(&instance_path), pointer(&schema_path))
    };
    Some(found.into_iter().map(indicator).collect())
}

fn pointer(tokens: &[String]) -> String {
    tokens.iter().map(|t| format!("/{}", t.replace('~', "~0").replace('/', "~1"))).collect()
}

/// Every text that the schema may compare a string with.
fn mentioned(schema: &jtd::Schema) -> BTreeSet<String> {
    use jtd::Schema::{Discriminator, Elements, Enum, Properties, Values};
    let mut texts = BTreeSet::new();
    let mut open = vec![schema];
    while let Some(schema) = open.pop() {
        open.extend(schema.definitions().values());
        match schema {
            Enum { enum_, .. } => texts.extend(enum_.iter().cloned()),
            Elements { elements, .. } => open.push(elements),
            Values { values, .. } => open.push(values),
            Properties { properties, optional_properties, .. } => {
                open.extend(properties.values().chain(optional_properties.values()));
            }
            Discriminator { mapping, .. } => {
                texts.extend(mapping.keys().cloned());
                open.extend(mapping.values());
            }
            _ => {}
        }
    }
    texts
}

/// Puts in place of what `jtd` reads otherwise a value on which it decides as RFC 8927 does.
fn rewrite(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_u64() && !number.is_i64() => {
            *value = Value::from(number.as_f64().expect("an integer is a double"));
        }
        Value::String(text) if timestamps::only_jtd_reads(text) => {
            *value = Value::from("no timestamp");
        }
        Value::Array(items) => items.iter_mut().for_each(rewrite),
        Value::Object(members) => {
            members.values_mut().for_each(rewrite);
        }
        _ => {}
    }
}
