//! Why a schema was refused: which rule of RFC 8927 it breaks, and where. Knows nothing of codes,
//! which `error.rs` at the root gives.

use alloc::string::String;
use core::fmt;

use crate::json::JsonErrorKind;

/// A text that is no JSON Type Definition schema (RFC 8927 section 2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaError {
    /// What is wrong.
    pub kind: SchemaErrorKind,
    /// JSON Pointer (RFC 6901) into the schema: to the value that is wrong.
    pub pointer: String,
}

/// What is wrong with a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemaErrorKind {
    /// The text is no JSON content, or nested too deeply.
    NotJson(JsonErrorKind),
    /// A schema, `properties`, `mapping`, `definitions` or `metadata` that is no object.
    NotObject,
    /// `ref`, `type`, `discriminator` or a value of `enum` that is no string.
    NotString,
    /// `nullable` or `additionalProperties` that is neither true nor false.
    NotBoolean,
    /// `enum` that is no array.
    NotArray,
    /// A keyword that JSON Type Definition does not know.
    UnknownKeyword,
    /// Keywords of more than one form, or a keyword without the one that it belongs to.
    MixedForms,
    /// `definitions` elsewhere than at the root.
    NestedDefinitions,
    /// `ref` to a definition that does not exist.
    UnknownDefinition,
    /// `ref` that leads back to itself without a value in between: it would accept nothing and
    /// never end.
    EndlessRef,
    /// A value of `type` that is none of the eleven.
    UnknownType,
    /// `enum` without a value.
    EmptyEnum,
    /// A value that `enum` lists twice.
    RepeatedValue,
    /// A member in both `properties` and `optionalProperties`.
    RepeatedProperty,
    /// A schema in `mapping` that has no properties form.
    MappingForm,
    /// A schema in `mapping` that is nullable.
    MappingNullable,
    /// A schema in `mapping` that names the discriminator among its properties.
    MappingTag,
}

impl SchemaErrorKind {
    /// Stable word for programs: `unknown-keyword`, `endless-ref` …
    pub fn reason(self) -> &'static str {
        match self {
            Self::NotJson(kind) => kind.reason(),
            Self::NotObject => "not-object",
            Self::NotString => "not-string",
            Self::NotBoolean => "not-boolean",
            Self::NotArray => "not-array",
            Self::UnknownKeyword => "unknown-keyword",
            Self::MixedForms => "mixed-forms",
            Self::NestedDefinitions => "nested-definitions",
            Self::UnknownDefinition => "unknown-definition",
            Self::EndlessRef => "endless-ref",
            Self::UnknownType => "unknown-type",
            Self::EmptyEnum => "empty-enum",
            Self::RepeatedValue => "repeated-value",
            Self::RepeatedProperty => "repeated-property",
            Self::MappingForm => "mapping-form",
            Self::MappingNullable => "mapping-nullable",
            Self::MappingTag => "mapping-tag",
        }
    }

    /// What is wrong, for people.
    pub fn message(self) -> &'static str {
        match self {
            Self::NotJson(kind) => kind.message(),
            Self::NotObject => "this must be an object",
            Self::NotString => "this must be a string",
            Self::NotBoolean => "this must be true or false",
            Self::NotArray => "this must be an array",
            Self::UnknownKeyword => "JSON Type Definition has no such keyword",
            Self::MixedForms => "these keywords do not go together in one schema",
            Self::NestedDefinitions => "definitions belong to the root schema",
            Self::UnknownDefinition => "there is no definition of this name",
            Self::EndlessRef => "this reference leads back to itself",
            Self::UnknownType => "JSON Type Definition has no such type",
            Self::EmptyEnum => "an enum needs at least one value",
            Self::RepeatedValue => "an enum must not repeat a value",
            Self::RepeatedProperty => "a property cannot be both required and optional",
            Self::MappingForm => "a mapping needs schemas of the properties form",
            Self::MappingNullable => "a schema of a mapping must not be nullable",
            Self::MappingTag => "a schema of a mapping must not name the discriminator",
        }
    }
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at \"{}\" of the schema)", self.kind.message(), self.pointer)
    }
}

impl core::error::Error for SchemaError {}
