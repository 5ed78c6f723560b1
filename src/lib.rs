//! Keepfast keeps what people make in web apps: this crate is its engine.
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;

pub mod error;
pub mod json;
pub mod limits;
pub mod schema;

#[cfg(feature = "module")]
mod wasm;
