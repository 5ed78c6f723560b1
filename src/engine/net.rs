//! Whether the server may be asked at all: somebody is signed in, the network is there, and there
//! is a server. Owns the renewal of the token, which happens once for all who were refused; what is
//! asked for is the saver's and the feed's to say.

use alloc::string::String;

use super::backoff::Jitter;
use super::config::{RemoteOptions, RetryOptions};
use super::effect::{Effect, Effects};
use super::ids::Token;
use crate::json::digest;

/// Whether the server may be asked.
#[derive(Debug)]
pub(crate) struct Net {
    pub(crate) remote: Option<RemoteOptions>,
    pub(crate) retry: RetryOptions,
    pub(crate) jitter: Jitter,
    is_offline: bool,
    sign_in: SignIn,
    /// How often a token was renewed: tells an answer to the old token from one to the new.
    pub(crate) renewals: u32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum SignIn {
    /// As far as is known.
    Valid,
    /// The token was renewed, and no request was answered since.
    Unproven,
    Renewing(Token),
    /// The new token was refused as well: nothing is sent until somebody signs in.
    Refused,
}

impl Net {
    pub(crate) fn new(remote: Option<RemoteOptions>, retry: RetryOptions, writer: &str) -> Net {
        let [a, b, c, d, e, f, g, h, ..] = digest(writer.as_bytes());
        let jitter = Jitter::new(u64::from_le_bytes([a, b, c, d, e, f, g, h]));
        let sign_in = SignIn::Valid;
        Net { remote, retry, jitter, is_offline: false, sign_in, renewals: 0 }
    }

    pub(crate) fn has_remote(&self) -> bool {
        self.remote.is_some()
    }

    pub(crate) fn is_offline(&self) -> bool {
        self.is_offline
    }

    pub(crate) fn is_signed_out(&self) -> bool {
        self.sign_in == SignIn::Refused
    }

    /// Whether a request may be sent now.
    pub(crate) fn can_send(&self) -> bool {
        let is_signed_in = matches!(self.sign_in, SignIn::Valid | SignIn::Unproven);
        self.remote.is_some() && !self.is_offline && is_signed_in
    }

    pub(crate) fn set_offline(&mut self, is_offline: bool) {
        self.is_offline = is_offline;
    }

    /// A request was answered, and not with 401.
    pub(crate) fn on_admitted(&mut self) {
        if self.sign_in == SignIn::Unproven {
            self.sign_in = SignIn::Valid;
        }
    }

    /// A request that was sent after so many renewals was answered with 401.
    pub(crate) fn on_unauthorized(&mut self, renewals: u32, effects: &mut Effects) {
        match self.sign_in {
            SignIn::Valid if renewals == self.renewals => {
                let token = effects.token();
                effects.push(Effect::RenewToken { token });
                self.sign_in = SignIn::Renewing(token);
            }
            SignIn::Unproven if renewals == self.renewals => self.sign_in = SignIn::Refused,
            SignIn::Valid | SignIn::Unproven | SignIn::Renewing(_) | SignIn::Refused => {}
        }
    }

    /// The app has a new token, or none. Gives back whether it was waited for.
    pub(crate) fn on_renewed(&mut self, token: Token, is_new: bool) -> bool {
        let is_awaited = self.sign_in == SignIn::Renewing(token);
        if is_awaited {
            self.renewals += 1;
            self.sign_in = if is_new { SignIn::Unproven } else { SignIn::Refused };
        }
        is_awaited
    }

    /// Somebody signed in: what the app had before is of no account.
    pub(crate) fn on_signed_in(&mut self) {
        match self.sign_in {
            SignIn::Valid | SignIn::Unproven => {}
            SignIn::Renewing(_) | SignIn::Refused => {
                self.renewals += 1;
                self.sign_in = SignIn::Valid;
            }
        }
    }

    /// Somebody wants it to be tried again.
    pub(crate) fn retry_sign_in(&mut self) {
        if self.sign_in == SignIn::Refused {
            self.on_signed_in();
        }
    }
}

/// A name that is never given twice: of these bytes, for this purpose.
pub(crate) fn name_of(bytes: &[u8], purpose: &str) -> String {
    let mut named = alloc::vec::Vec::from(bytes);
    named.extend_from_slice(purpose.as_bytes());
    let mut name = crate::json::hex(&digest(&named));
    name.truncate(NAME_DIGITS);
    name
}

/// 128 bits are enough for names never to meet by chance.
const NAME_DIGITS: usize = 32;
