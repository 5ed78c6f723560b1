//! What the fuzz targets share: second opinions on a text and on a schema, from code that is not
//! the engine's. Panics are findings, so everything here says loudly what it found.

#[path = "../../common/model.rs"]
mod model;
#[path = "../../common/random.rs"]
mod random;
#[path = "../../common/reference.rs"]
pub mod reference;
#[path = "../../common/timestamps.rs"]
mod timestamps;

pub mod jtd_oracle;

use keepfast::json::{self, Duplicates, JsonError, JsonErrorKind, Options, Source};

/// Nesting up to which `serde_json` (which stops at 127) can be asked.
const DEPTH_ASKED: usize = 100;

/// Options under which the engine accepts what other parsers accept.
pub fn lenient(source: Source) -> Options {
    let duplicates = Duplicates::LastWins;
    Options { source, duplicates, depth_max: DEPTH_ASKED, ..Options::default() }
}

/// The canonical text by the strict door, the last of repeated members counting.
pub fn strict(text: &[u8]) -> Result<Vec<u8>, JsonError> {
    json::canonicalize(text, &lenient(Source::Foreign))
}

/// Whether another parser's opinion counts on an error: it has no limit at our depth.
pub fn is_comparable(error: &JsonError) -> bool {
    error.kind != JsonErrorKind::TooDeep
}
