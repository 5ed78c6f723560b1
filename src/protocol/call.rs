//! Every request there is, typed: from a path and headers to what is asked for, and back. Owns the
//! paths; it must not know who asks, nor how it is answered.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::Problem;
use super::address::{Address, Workspace};
use super::changes::{Cursor, PAGE_ENTRIES, PAGE_ENTRIES_MAX};
use super::document::Part;
use super::http::{Headers, JSON, Method, Request, media_type};
use super::number::parse_decimal;
use super::push::{Change, Key, Push};
use super::tag::Base;

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// Read a document.
    Read {
        /// Which.
        address: Address,
        /// What of it.
        part: Part,
    },
    /// Change a document.
    Write {
        /// Which.
        address: Address,
        /// How, and on which base.
        push: Push,
        /// What the client calls it; without one it is judged anew when it is repeated.
        key: Option<Key>,
    },
    /// Read which documents have changed.
    Changes {
        /// In which workspace.
        workspace: Workspace,
        /// Since when; nothing begins a walk.
        since: Option<Cursor>,
        /// Entries on the page, 1 to [`PAGE_ENTRIES_MAX`].
        limit: u32,
    },
}

impl Call {
    /// The request.
    pub fn encode(&self) -> Request {
        match self {
            Call::Read { address, part } => Request::new(Method::Get, path(address, *part)),
            Call::Write { address, push, key } => encode_write(address, push, key.as_ref()),
            Call::Changes { workspace, since, limit } => {
                let mut path = format!("/workspaces/{workspace}/changes?limit={limit}");
                let mut request = Request::new(Method::Get, String::new());
                if let Some(since) = since {
                    path += &format!("&since={since}");
                    request.headers.push("if-none-match", format!("\"{since}\""));
                }
                request.path = path;
                request
            }
        }
    }

    /// Reads a request. Headers and parameters that are not known do no harm.
    ///
    /// # Errors
    /// The problem with which it is answered.
    pub fn parse(request: &Request) -> Result<Call, Problem> {
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let mut segments = path.split('/');
        if (segments.next(), segments.next()) != (Some(""), Some("workspaces")) {
            return Err(Problem::NotFound);
        }
        match &segments.collect::<Vec<_>>()[..] {
            [workspace, "changes"] => changes(request.method, workspace, query),
            [workspace, "documents", collection, document, rest @ ..] => {
                let address = Address::new(workspace, collection, document);
                let address = address.map_err(|_| Problem::NotFound)?;
                match rest {
                    [] => of_document(request, address),
                    ["metadata"] => of_metadata(request, address),
                    _ => Err(Problem::NotFound),
                }
            }
            _ => Err(Problem::NotFound),
        }
    }
}

fn path(address: &Address, part: Part) -> String {
    match part {
        Part::Whole => format!("{address}"),
        Part::Metadata => format!("{address}/metadata"),
    }
}

fn encode_write(address: &Address, push: &Push, key: Option<&Key>) -> Request {
    let method = match push.change {
        Change::Put { .. } | Change::PutMetadata(_) => Method::Put,
        Change::Patch { .. } => Method::Patch,
        Change::Delete => Method::Delete,
    };
    let mut request = Request::new(method, path(address, push.change.part()));
    push.base.push_to(&mut request.headers);
    if let Some(key) = key {
        request.headers.push("idempotency-key", format!("\"{}\"", key.as_str()));
    }
    request.body = push.encode_body();
    if method != Method::Delete {
        request.headers.push("content-type", JSON);
    }
    request
}

fn of_document(request: &Request, address: Address) -> Result<Call, Problem> {
    let change = match request.method {
        Method::Get => return Ok(Call::Read { address, part: Part::Whole }),
        Method::Put => Change::parse_put(body(request)?)?,
        Method::Patch => Change::parse_patch(body(request)?)?,
        Method::Delete => Change::Delete,
    };
    write(request, address, change)
}

fn of_metadata(request: &Request, address: Address) -> Result<Call, Problem> {
    match request.method {
        Method::Get => Ok(Call::Read { address, part: Part::Metadata }),
        Method::Put => write(request, address, Change::parse_metadata(body(request)?)?),
        Method::Patch | Method::Delete => {
            Err(Problem::Method { allowed: [Method::Get, Method::Put].into() })
        }
    }
}

fn write(request: &Request, address: Address, change: Change) -> Result<Call, Problem> {
    let push = Push { base: Base::parse(&request.headers)?, change };
    Ok(Call::Write { address, push, key: key(&request.headers)? })
}

/// The body, if it says that it is JSON.
fn body(request: &Request) -> Result<&[u8], Problem> {
    match media_type(&request.headers).as_deref() {
        Some(JSON) => Ok(&request.body),
        _ => Err(Problem::MediaType),
    }
}

/// The key of a push: a string in quotes
/// (draft-ietf-httpapi-idempotency-key-header-07 section 2.1), or the same without them.
fn key(headers: &Headers) -> Result<Option<Key>, Problem> {
    if !headers.has("idempotency-key") {
        return Ok(None);
    }
    let value = headers.value("idempotency-key").unwrap_or_default();
    let quoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    let key = Key::parse(quoted.unwrap_or(value));
    key.map(Some).ok_or_else(|| Problem::malformed("idempotency-key"))
}

fn changes(method: Method, workspace: &str, query: &str) -> Result<Call, Problem> {
    let workspace = Workspace::new(workspace).map_err(|_| Problem::NotFound)?;
    if method != Method::Get {
        return Err(Problem::Method { allowed: [Method::Get].into() });
    }
    let since = parameter(query, "since")?.map(|text| {
        // What is no cursor of this server may be one of the server that was here before.
        Cursor::parse(text).ok_or(Problem::CursorReset { epoch: None })
    });
    let limit = parameter(query, "limit")?.map(|text| {
        let limit = parse_decimal(text).and_then(|limit| u32::try_from(limit).ok());
        let limit = limit.filter(|limit| (1..=PAGE_ENTRIES_MAX).contains(limit));
        limit.ok_or_else(|| Problem::malformed("limit"))
    });
    Ok(Call::Changes {
        workspace,
        since: since.transpose()?,
        limit: limit.transpose()?.unwrap_or(PAGE_ENTRIES),
    })
}

/// The value of a parameter of the query. The values of this protocol need no escapes.
fn parameter<'q>(query: &'q str, name: &'static str) -> Result<Option<&'q str>, Problem> {
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let mut values = pairs.filter(|(own, _)| *own == name).map(|(_, value)| value);
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        _ => Err(Problem::malformed(name)),
    }
}
