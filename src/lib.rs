//! Keepfast keeps what people make in web apps: an edit handed to it is never silently lost, never
//! overwritten by older work, and never reported safer than it is. This crate is its engine, pure
//! Rust without clocks, randomness or threads; `pkg/` is the npm package around it.
//!
//! Here are the ground that the engine stands on, JSON and its schemas; what lies in a store; the
//! [`history`] of documents, which is differences, merges and versions; what is on the wire to a
//! server, which uses [`protocol`] too; and the [`engine`]: edits, drafts and their
//! recovery, saving and syncing.
//!
//! ```
//! use keepfast::json::{self, Options, Source};
//! use keepfast::schema::{CheckOptions, Schema};
//!
//! // One pass makes canonical text (RFC 8785), whose SHA-256 is the digest of the content.
//! let text = br#"{"title": "Plan", "cells": [1.50, "\u0041"]}"#;
//! let canonical = json::canonicalize(text, &Options::default())?;
//! assert_eq!(canonical, br#"{"cells":[1.5,"A"],"title":"Plan"}"#);
//! assert_eq!(json::digest_hex(&canonical).len(), 64);
//!
//! // A schema (RFC 8927) is compiled once and checked in that same pass.
//! let schema = Schema::compile(br#"{"properties":{"title":{"type":"string"}}}"#)?;
//! let checked = schema.check(text, &CheckOptions::default())?;
//! assert_eq!(checked.issues[0].instance_path, "/cells");
//! assert_eq!(checked.canonical, canonical);
//!
//! // Text that JSON.stringify wrote for us takes the fast door, to the same canonical text.
//! let own = Options::for_source(Source::Own);
//! assert_eq!(json::canonicalize(br#"{"title":"Plan","cells":[1.5,"A"]}"#, &own)?, canonical);
//!
//! // Differences are JSON Patches (RFC 6902), over canonical text on both sides.
//! let edited = br#"{"cells":[1.5,"B"],"title":"Plan"}"#;
//! let patch = json::diff(&canonical, edited);
//! assert_eq!(patch, br#"[{"op":"replace","path":"/cells/1","value":"B"}]"#);
//! assert_eq!(json::apply_patch(&canonical, &patch)?, edited);
//! # Ok::<(), keepfast::error::Error>(())
//! ```
//!
//! Input never panics: whatever is wrong with a text, a schema or a patch is an
//! [`error::Error`] that says what, and where. `ARCHITECTURE.md` beside this file tells how it
//! works.
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;

pub mod engine;
pub mod error;
pub mod history;
pub mod json;
pub mod limits;
pub mod protocol;
pub mod record;
pub mod replica;
pub mod schema;

#[cfg(feature = "module")]
mod wasm;
