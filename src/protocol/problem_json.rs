//! How a problem is spelled: problem details (RFC 9457) with the members `code`, `retry` and those
//! that explain. Owns the JSON and the headers; the codes are `problem.rs`'s.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::document::{Position, digest_of, schema_version_of};
use super::http::{Headers, Method, PROBLEM_JSON, Response, media_type};
use super::limits::{Excess, Limited};
use super::members::{Members, MessageError, Writer};
use super::number::Epoch;
use super::problem::{Problem, Retry, Violation};
use crate::json::hex;

impl Problem {
    /// The response: `application/problem+json`, with `Retry-After`, `Allow` or `WWW-Authenticate`
    /// where the status asks for it.
    pub fn encode(&self) -> Response {
        let (code, status, retry) = (self.code(), self.status(), self.retry());
        let writer = Writer::new()
            .text("code", code)
            .text("detail", &format!("{self}"))
            .text("retry", retry.as_str())
            .number("status", u64::from(status))
            .text("title", self.title())
            .text("type", &format!("urn:keepfast:{code}"));
        let mut response =
            Response::with_body(status, PROBLEM_JSON, self.write_fields(writer).finish());
        match self {
            Problem::RateLimited { wait_s } | Problem::Unavailable { wait_s } => {
                response.headers.push("retry-after", format!("{wait_s}"));
            }
            Problem::Method { allowed } => {
                let names: Vec<&str> = allowed.iter().map(|method| method.as_str()).collect();
                response.headers.push("allow", names.join(", "));
            }
            Problem::Unauthorized => response.headers.push("www-authenticate", "Bearer"),
            _ => {}
        }
        response
    }

    /// The members that explain.
    fn write_fields<'v>(&self, writer: Writer<'v>) -> Writer<'v> {
        match self {
            Problem::Malformed { field } => writer.text("field", field),
            Problem::Gone { position } => position.write(writer.truth("deleted", true)),
            Problem::CursorReset { epoch } => {
                writer.nullable_text("epoch", epoch.as_ref().map(Epoch::as_str))
            }
            Problem::Conflict { position: Some(position) } => {
                position.write(writer.truth("deleted", position.is_deleted()))
            }
            Problem::Conflict { position: None } => writer.raw("revision", &b"null"[..]),
            Problem::TooLarge(excess)
            | Problem::OutOfLimits(excess)
            | Problem::SpaceFull(excess) => writer
                .number("actual", excess.actual)
                .number("limit", excess.limit)
                .text("what", excess.what.as_str()),
            Problem::NotJson { pointer, reason } => {
                writer.text("pointer", pointer).text("reason", reason)
            }
            Problem::Invalid { issues } => {
                writer.list("issues", issues.iter().map(Violation::encode))
            }
            Problem::DigestMismatch { actual } => writer.text("actual", &hex(actual)),
            Problem::SchemaOlder { current } => writer.number("schemaVersion", u64::from(*current)),
            _ => writer,
        }
    }

    /// Reads a problem of this protocol; nothing if the response is none. A code that is not known
    /// counts with what the problem itself says is to be done.
    ///
    /// # Errors
    /// The member without which the code says nothing.
    pub(super) fn parse(response: &Response) -> Result<Option<Problem>, MessageError> {
        if media_type(&response.headers).as_deref() != Some(PROBLEM_JSON) {
            return Ok(None);
        }
        let members = Members::parse(&response.body)?;
        let code = members.text("code")?;
        let problem = Problem::of_code(&code, &members, &response.headers)?;
        let problem = problem.or_else(|| {
            let retry = Retry::parse(&members.text("retry").ok()?)?;
            Some(Problem::Other { code, status: response.status, retry })
        });
        // A code under another status is not this protocol's: what lies between has changed one.
        Ok(problem.filter(|problem| problem.status() == response.status))
    }

    fn of_code(
        code: &str,
        members: &Members,
        headers: &Headers,
    ) -> Result<Option<Problem>, MessageError> {
        let wait_s = || headers.value("retry-after").and_then(|it| it.parse().ok()).unwrap_or(0);
        Ok(Some(match code {
            "request/malformed" => Problem::Malformed { field: members.text("field")? },
            "sync/unauthorized" => Problem::Unauthorized,
            "sync/forbidden" => Problem::Forbidden,
            "document/not-found" => Problem::NotFound,
            "request/method" => Problem::Method { allowed: allowed(headers) },
            "request/key-reused" => Problem::KeyReused,
            "sync/gone" => Problem::Gone { position: Position::parse(members)? },
            "sync/cursor-reset" => Problem::CursorReset { epoch: epoch_of(members)? },
            "sync/conflict" if members.raw("revision") == Some(b"null") => {
                Problem::Conflict { position: None }
            }
            "sync/conflict" => Problem::Conflict { position: Some(Position::parse(members)?) },
            "content/too-large" => Problem::TooLarge(excess_of(members)?),
            "request/media-type" => Problem::MediaType,
            "content/not-json" => Problem::NotJson {
                pointer: members.text("pointer")?,
                reason: members.text("reason")?,
            },
            "content/invalid" => Problem::Invalid { issues: issues_of(members)? },
            "content/digest-mismatch" => {
                Problem::DigestMismatch { actual: digest_of(members, "actual")? }
            }
            "content/patch-mismatch" => Problem::PatchMismatch,
            "content/schema-older" => Problem::SchemaOlder { current: schema_version_of(members)? },
            "metadata/out-of-limits" => Problem::OutOfLimits(excess_of(members)?),
            "request/base-required" => Problem::BaseRequired,
            "sync/rate-limited" => Problem::RateLimited { wait_s: wait_s() },
            "sync/server" => Problem::Server,
            "sync/unavailable" => Problem::Unavailable { wait_s: wait_s() },
            "sync/space-full" => Problem::SpaceFull(excess_of(members)?),
            _ => return Ok(None),
        }))
    }
}

fn issues_of(members: &Members) -> Result<Vec<Violation>, MessageError> {
    members.objects("issues")?.iter().map(Violation::parse).collect()
}

fn epoch_of(members: &Members) -> Result<Option<Epoch>, MessageError> {
    let epoch = |text: String| Epoch::parse(&text).ok_or(MessageError::Member("epoch"));
    members.nullable_text("epoch")?.map(epoch).transpose()
}

impl Violation {
    fn encode(&self) -> Vec<u8> {
        Writer::new()
            .text("instancePath", &self.instance_path)
            .text("message", &self.message)
            .text("schemaPath", &self.schema_path)
            .finish()
    }

    fn parse(members: &Members) -> Result<Violation, MessageError> {
        Ok(Violation {
            instance_path: members.text("instancePath")?,
            schema_path: members.text("schemaPath")?,
            message: members.text("message")?,
        })
    }
}

fn excess_of(members: &Members) -> Result<Excess, MessageError> {
    Ok(Excess {
        what: Limited::parse(&members.text("what")?).ok_or(MessageError::Member("what"))?,
        actual: members.number("actual")?,
        limit: members.number("limit")?,
    })
}

/// The methods that the header `Allow` names.
fn allowed(headers: &Headers) -> Vec<Method> {
    let names = headers.value("allow").unwrap_or_default().split(',');
    names.filter_map(|name| Method::parse(name.trim())).collect()
}
