//! Requests that arrive twice: what is kept under an idempotency key, and what a second request
//! under it is told. Owns the comparison; it must not know how long anything is kept.

use super::Problem;
use super::reply::Accepted;
use crate::json::Digest;

/// What a space keeps of a push that succeeded, under its key: written in the transaction of the
/// push itself, and kept for [`KEPT_MS_MIN`] at least.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Of the request; see [`fingerprint`](super::fingerprint).
    pub fingerprint: Digest,
    /// What was answered.
    pub answer: Accepted,
}

/// Looks at what is kept under the key of a push before anything else is looked at. Nothing means
/// that it is to be resolved; refusals are not kept, so that a refused request is judged anew.
///
/// The answer is the first one even if the document has moved on since: it says what became of this
/// push, not how the document stands.
///
/// # Errors
/// [`Problem::KeyReused`]: another request had this key.
pub fn admit(kept: Option<&Kept>, fingerprint: &Digest) -> Result<Option<Accepted>, Problem> {
    match kept {
        None => Ok(None),
        Some(kept) if kept.fingerprint == *fingerprint => Ok(Some(kept.answer.clone())),
        Some(_) => Err(Problem::KeyReused),
    }
}

/// Milliseconds for which an answer is kept at least: seven days, as long as a closed laptop may
/// keep a push in its outbox. After that a repeated push is caught by its base, and by what is
/// there.
pub const KEPT_MS_MIN: u64 = 7 * 24 * 3_600_000;
