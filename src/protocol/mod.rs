//! What is on the wire between a client and the server, and the decision about every write. Client,
//! server and simulator use the same types; nothing here knows a network, a clock or a database.
//! `PROTOCOL.md` beside this file describes every message and every answer.

mod address;
mod admit;
mod advice;
mod call;
mod changes;
mod document;
mod http;
mod limits;
mod members;
mod number;
mod problem;
mod problem_json;
mod push;
mod reply;
mod resolve;
mod retry_after;
mod rules;
mod tag;

pub use address::{Address, NameError, Workspace};
pub use admit::{KEPT_MS_MIN, Kept, admit};
pub use advice::Refusal;
pub use call::Call;
pub use changes::{Cursor, Entry, Feed, PAGE_ENTRIES, PAGE_ENTRIES_MAX, Page, Start};
pub use document::{Content, Document, Metadata, Part, Position, Standing, Times};
pub use http::{Headers, Method, Request, Response};
pub use limits::{Excess, Limited, Limits};
pub use members::{BODY_BYTES_MAX, MessageError};
pub use number::{Epoch, MetadataRevision, Revision, Sequence};
pub use problem::{Problem, Retry, Violation};
pub use push::{Change, Key, Push, fingerprint};
pub use reply::{Accepted, Aim, Expected, Reply};
pub use resolve::{Current, Decision, Fate, Outcome, resolve};
pub use retry_after::{WAIT_MS_MAX, WAIT_MS_MIN, retry_after_ms};
pub use rules::Rules;
pub use tag::{Base, Tag};
