//! Everything that can happen to the n-th request: it is lost, its answer is, or the server, or
//! something between, says what it should not say. Each of these has been seen with a server that
//! works; what a client makes of it decides whether work is lost.

use super::{Coming, Inner};
use keepfast::engine::NetError;
use keepfast::protocol::{
    Call, Excess, Limited, Method, Position, Problem, Request, Response, Violation,
};

/// What strikes the requests from the n-th on.
#[derive(Clone, Copy, Debug)]
pub struct Strike {
    /// The first request that it strikes, counting from 1.
    pub nth: u32,
    /// How many it strikes.
    pub times: u32,
    pub mishap: Mishap,
}

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mishap {
    /// It does not arrive, and that is known at once.
    RequestLost,
    /// It has its effect, and the answer does not arrive.
    ResponseLost,
    /// It is given up, and arrives after the one that follows.
    Overtaken,
    /// It is answered with a status that says nothing more.
    Status(u16),
    /// It has its effect, and something on the way answers with an error.
    ErrorAfterEffect,
    /// The server rests, and says for how long.
    Resting,
    /// The server wants fewer requests, and says when.
    Limited,
    /// The token is refused; another one is to be had, or not.
    Unauthorized {
        can_renew: bool,
    },
    /// A write is told that the document is in another state, which is the one it names.
    Moved,
    /// A write is told that there has never been such a document.
    Absent,
    /// A write is told that its key is another's.
    KeyReused,
    TooLarge,
    Invalid,
    DigestMismatch,
    PatchMismatch,
    SchemaOlder,
    SpaceFull,
    /// It has its effect, and the answer is somebody else's page.
    Garbled,
    /// It has its effect, and the answer ends early.
    Cut,
    /// The answer comes twice.
    Repeated,
}

impl Mishap {
    pub const ALL: [Mishap; 24] = [
        Mishap::RequestLost,
        Mishap::ResponseLost,
        Mishap::Overtaken,
        Mishap::Status(500),
        Mishap::Status(503),
        Mishap::Status(404),
        Mishap::Status(400),
        Mishap::ErrorAfterEffect,
        Mishap::Resting,
        Mishap::Limited,
        Mishap::Unauthorized { can_renew: true },
        Mishap::Unauthorized { can_renew: false },
        Mishap::Moved,
        Mishap::Absent,
        Mishap::KeyReused,
        Mishap::TooLarge,
        Mishap::Invalid,
        Mishap::DigestMismatch,
        Mishap::PatchMismatch,
        Mishap::SchemaOlder,
        Mishap::SpaceFull,
        Mishap::Garbled,
        Mishap::Cut,
        Mishap::Repeated,
    ];

    /// Whether it can happen to writes only.
    fn is_of_writes(self) -> bool {
        match self {
            Mishap::Moved
            | Mishap::Absent
            | Mishap::KeyReused
            | Mishap::TooLarge
            | Mishap::Invalid
            | Mishap::DigestMismatch
            | Mishap::PatchMismatch
            | Mishap::SchemaOlder
            | Mishap::SpaceFull => true,
            Mishap::RequestLost
            | Mishap::ResponseLost
            | Mishap::Overtaken
            | Mishap::Status(_)
            | Mishap::ErrorAfterEffect
            | Mishap::Resting
            | Mishap::Limited
            | Mishap::Unauthorized { .. }
            | Mishap::Garbled
            | Mishap::Cut
            | Mishap::Repeated => false,
        }
    }
}

impl Inner {
    /// Counts a request, and says what is to happen to it.
    pub(super) fn count(&mut self, request: &Request) -> Option<Mishap> {
        let Strike { nth, times, mishap } = self.strike?;
        if mishap.is_of_writes() && request.method == Method::Get {
            return None;
        }
        self.struck += 1;
        let is_hit = self.struck >= nth && self.struck - nth < times;
        is_hit.then_some(mishap)
    }

    /// What was given up arrives.
    pub(super) fn deliver_delayed(&mut self) {
        for request in std::mem::take(&mut self.delayed) {
            let now_ms = self.now_ms;
            self.handle(&request, now_ms);
        }
    }

    pub(super) fn go_wrong(&mut self, mishap: Mishap, request: &Request) -> Coming {
        let answer = match mishap {
            Mishap::RequestLost => return Coming::Nothing(NetError::Offline),
            Mishap::Overtaken => {
                self.delayed.push(request.clone());
                return Coming::Nothing(NetError::Timeout);
            }
            Mishap::ResponseLost => {
                self.go_well(request);
                return Coming::Nothing(NetError::Timeout);
            }
            Mishap::ErrorAfterEffect => {
                self.go_well(request);
                bare(502)
            }
            Mishap::Garbled => {
                self.go_well(request);
                Response { body: b"<html>Welcome</html>".to_vec(), ..bare(200) }
            }
            Mishap::Cut | Mishap::Repeated => {
                let Coming::Once(mut answer) = self.go_well(request) else {
                    return Coming::Nothing(NetError::Timeout);
                };
                if mishap == Mishap::Repeated {
                    return Coming::Twice(answer);
                }
                answer.body.truncate(answer.body.len() / 2);
                answer
            }
            Mishap::Unauthorized { can_renew } => {
                (self.is_token_old, self.can_renew) = (true, can_renew);
                Problem::Unauthorized.encode()
            }
            Mishap::Status(status) => bare(status),
            Mishap::Resting => Problem::Unavailable { wait_s: 4 }.encode(),
            Mishap::Limited => Problem::RateLimited { wait_s: 20 }.encode(),
            Mishap::Moved => Problem::Conflict { position: self.position(request) }.encode(),
            Mishap::Absent => Problem::Conflict { position: None }.encode(),
            Mishap::KeyReused => Problem::KeyReused.encode(),
            Mishap::TooLarge => Problem::TooLarge(excess(Limited::Content)).encode(),
            Mishap::SpaceFull => Problem::SpaceFull(excess(Limited::Space)).encode(),
            Mishap::Invalid => Problem::Invalid { issues: [violation()].into() }.encode(),
            Mishap::DigestMismatch => Problem::DigestMismatch { actual: [7; 32] }.encode(),
            Mishap::PatchMismatch => Problem::PatchMismatch.encode(),
            Mishap::SchemaOlder => Problem::SchemaOlder { current: 9 }.encode(),
        };
        Coming::Once(answer)
    }

    /// Where the document of a write is at this moment.
    fn position(&self, request: &Request) -> Option<Position> {
        let Ok(Call::Write { address, .. }) = Call::parse(request) else { return None };
        self.server.stored(&address).map(|stored| stored.standing.position)
    }
}

fn bare(status: u16) -> Response {
    Response { status, headers: Default::default(), body: Vec::new() }
}

fn excess(what: Limited) -> Excess {
    Excess { what, actual: 12, limit: 11 }
}

fn violation() -> Violation {
    Violation {
        instance_path: "/text".into(),
        schema_path: "/properties/text/type".into(),
        message: "is no number".into(),
    }
}
