//! What a client must do when an answer is no success: by the code if it is one of this protocol's,
//! by the status if not. Owns that table; it must not know what was asked. An answer may come from
//! anything between, so only a problem with a known code may say that a document is gone or not
//! there.

use core::fmt;

use super::http::Response;
use super::members::MessageError;
use super::problem::{Problem, Retry};
use super::retry_after::retry_after_ms;

/// An answer that is no success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Status code.
    pub status: u16,
    /// What is wrong, if the server said it in a way that is known here.
    pub problem: Option<Problem>,
    /// What cannot be read in the answer, if that is why it is no success.
    pub unreadable: Option<MessageError>,
    /// What to do next.
    pub retry: Retry,
    /// Milliseconds that the server wants to be left alone; it wins over any wait of our own. See
    /// [`retry_after_ms`].
    pub wait_ms: Option<u64>,
}

impl Refusal {
    /// Reads an answer whose status is no success, or none that was expected.
    pub(super) fn of(response: &Response) -> Refusal {
        match Problem::parse(response) {
            Ok(Some(problem)) => {
                let retry = problem.retry();
                Refusal { problem: Some(problem), retry, ..Refusal::by_status(response) }
            }
            Ok(None) => Refusal::by_status(response),
            Err(error) => Refusal::unreadable(response, error),
        }
    }

    /// An answer that says something else than it must. Of a success nothing is known; of a refusal
    /// its status still is.
    pub(super) fn unreadable(response: &Response, error: MessageError) -> Refusal {
        Refusal { unreadable: Some(error), ..Refusal::by_status(response) }
    }

    fn by_status(response: &Response) -> Refusal {
        Refusal {
            status: response.status,
            problem: None,
            unreadable: None,
            retry: of_status(response.status),
            wait_ms: retry_after_ms(&response.headers),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.problem, &self.unreadable) {
            (Some(problem), _) => problem.fmt(f),
            (None, Some(error)) => write!(f, "the answer ({}) is unreadable: {error}", self.status),
            (None, None) => write!(f, "the server answered with status {}", self.status),
        }
    }
}

impl core::error::Error for Refusal {}

/// What to do about a status alone.
///
/// To stop is safe, nothing is lost by it; to repeat is safe, since a push has a key and a base. To
/// believe that a document is gone is not: a gateway that knows no path says 404 too.
fn of_status(status: u16) -> Retry {
    match status {
        401 | 407 => Retry::SignIn,
        403 => Retry::AfterUser,
        412 => Retry::Rebase,
        // Not of this protocol, or not as it says it: what lies between is set up to refuse it.
        413 | 414 | 431 => Retry::AfterUser,
        400 | 405 | 406 | 409 | 411 | 415..=417 | 422 | 426 | 428 | 451 | 501 | 505 => Retry::Never,
        _ => Retry::Later,
    }
}
