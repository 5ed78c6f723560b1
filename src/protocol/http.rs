//! Requests and responses as any HTTP stack has them (RFC 9110): a method, a path, headers, bytes.
//! Owns these carriers and nothing of their meaning. The engine's effects, the simulator and the
//! server pass the same ones, so that none of them needs the types of another's HTTP library.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// What a request asks for (RFC 9110 section 9.3, PATCH: RFC 5789).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// Read. Safe: changes nothing, counts nothing.
    Get,
    /// Store whole.
    Put,
    /// Store what a patch makes of what is there.
    Patch,
    /// Take away.
    Delete,
}

impl Method {
    /// Every method of the protocol.
    pub const ALL: [Method; 4] = [Method::Get, Method::Put, Method::Patch, Method::Delete];

    /// As the request line spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }

    /// Reads the spelling of the request line; nothing for any other method.
    pub fn parse(text: &str) -> Option<Method> {
        Method::ALL.into_iter().find(|method| method.as_str() == text)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Header fields in the order in which they were added; names are in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// Adds a field. The name is stored in lower case (RFC 9110 section 5.1: case has no meaning).
    pub fn push(&mut self, name: &str, value: impl Into<String>) {
        self.0.push((name.to_ascii_lowercase(), value.into()));
    }

    /// The value of a field, without white space around it; nothing if there is no such field, or
    /// more than one: none of the fields of this protocol is a list.
    pub fn value(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(own, _)| own == name);
        match (values.next(), values.next()) {
            (Some((_, value)), None) => Some(value.trim_matches([' ', '\t'])),
            _ => None,
        }
    }

    /// Whether there is such a field, once or more often.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(own, _)| own == name)
    }

    /// Every field: its name in lower case and its value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What is asked for.
    pub method: Method,
    /// Path and query from the root of the protocol on, as `/workspaces/acme/changes?limit=10`.
    /// Whoever sends puts the address of the server before it, as `https://example.org/api/v1`.
    pub path: String,
    /// Header fields. Authentication is added by whoever sends and taken off by whoever receives:
    /// a request that waits in an outbox holds no secret.
    pub headers: Headers,
    /// The body; empty for none.
    pub body: Vec<u8>,
}

impl Request {
    /// A request without headers and body.
    pub(super) fn new(method: Method, path: String) -> Request {
        Request { method, path, headers: Headers::default(), body: Vec::new() }
    }
}

/// A response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status code (RFC 9110 section 15).
    pub status: u16,
    /// Header fields.
    pub headers: Headers,
    /// The body; empty for none.
    pub body: Vec<u8>,
}

impl Response {
    /// A response without headers and body.
    pub(super) fn new(status: u16) -> Response {
        Response { status, headers: Headers::default(), body: Vec::new() }
    }

    /// A response with a body of this media type.
    pub(super) fn with_body(status: u16, media_type: &str, body: Vec<u8>) -> Response {
        let mut response = Response { status, headers: Headers::default(), body };
        response.headers.push("content-type", media_type);
        response
    }
}

/// The essence of a media type (RFC 9110 section 8.3.1): without parameters, in lower case.
pub(super) fn media_type(headers: &Headers) -> Option<String> {
    let essence = headers.value("content-type")?.split(';').next()?;
    Some(essence.trim_matches([' ', '\t']).to_ascii_lowercase())
}

/// JSON (RFC 8259 section 11).
pub(super) const JSON: &str = "application/json";
/// Problem details (RFC 9457 section 3).
pub(super) const PROBLEM_JSON: &str = "application/problem+json";
