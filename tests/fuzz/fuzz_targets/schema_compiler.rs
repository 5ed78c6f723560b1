//! Any bytes as a schema: refused or compiled as the crate `jtd` does, but for its known
//! liberties; an error names a place, and a compiled schema can be asked at once.

#![no_main]

use keepfast::schema::{CheckOptions, Schema};
use keepfast_fuzz::{jtd_oracle, strict};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|text: &[u8]| {
    let compiled = Schema::compile(text);
    if let Err(error) = &compiled {
        assert!(error.pointer.is_empty() || error.pointer.starts_with('/'), "{error}");
    }
    if let Ok(schema) = &compiled {
        for instance in ["null", "{}", "[]", "\"\"", "0", "{\"a\":[{\"a\":null}]}"] {
            let checked = schema.check(instance.as_bytes(), &CheckOptions::default());
            assert_eq!(checked.expect("valid JSON").canonical, instance.as_bytes());
        }
    }
    // Repeated names are ours to refuse; what is no JSON was the scanner's matter.
    let Ok(canonical) = strict(text) else { return };
    let refusing = keepfast::json::canonicalize(text, &Default::default());
    if refusing.as_ref() != Ok(&canonical) {
        return assert!(compiled.is_err());
    }
    let value: Value = serde_json::from_slice(&canonical).expect("canonical text is JSON");
    if jtd_oracle::is_lenient_about(&value) {
        return assert!(compiled.is_err(), "{value}");
    }
    assert_eq!(compiled.is_ok(), jtd_oracle::schema(&value).is_some(), "{value}");
});
