//! How a document is loaded that no store here has: it is asked of the server. Owns that request of
//! an inquiry; what is opened is decided as for a base that lies in a store.

use alloc::string::String;
use alloc::vec::Vec;

use super::Engine;
use super::classify::Classified;
use super::context::Owner;
use super::deciding::decide_load;
use super::effect::{Answer, Effect};
use super::error::{EngineError, NetError};
use super::inquiry::{Inquiry, Stage};
use crate::protocol::{
    Address, Call, Document as Stored, Expected, Part, Problem, Reply, Response, Retry,
};
use crate::record::{BaseRef, Drawer, Key, RecoveredBase};
use crate::replica::Replica;

impl Engine {
    /// Asks the server for the document of an inquiry.
    pub(super) fn fetch(&mut self, number: u64, mut inquiry: Inquiry) {
        let refuse = |error| Answer::Failed(error);
        let name = inquiry.purpose.document().unwrap_or_default();
        let Ok(address) = Address::new(&self.config.workspace, &name.0, &name.1) else {
            return self.effects.answer(inquiry.request, refuse(EngineError::NotFound));
        };
        if !self.net.can_send() {
            let error = match self.net.is_signed_out() {
                true => EngineError::Unauthorized,
                false => EngineError::Unavailable,
            };
            return self.effects.answer(inquiry.request, refuse(error));
        }
        let token = self.effects.token();
        let request = Call::Read { address, part: Part::Whole }.encode();
        self.awaited.insert(token, Owner::Inquiry(number));
        self.effects.push(Effect::Send { token, request });
        inquiry.stage = Stage::Fetching { renewals: self.net.renewals };
        self.inquiries.insert(number, inquiry);
    }

    /// The server answered, or did not.
    pub(super) fn on_fetched(&mut self, number: u64, response: Option<&Response>) {
        let Some(mut inquiry) = self.inquiries.remove(&number) else { return self.on_stray() };
        let Stage::Fetching { renewals } = core::mem::replace(&mut inquiry.stage, Stage::Reading)
        else {
            return self.on_stray();
        };
        let Some(response) = response else {
            let error = EngineError::Net(NetError::Timeout);
            return self.effects.answer(inquiry.request, Answer::Failed(error));
        };
        let error = match Reply::parse(Expected::Document(Part::Whole), response) {
            Ok(Reply::Document { document, .. }) => {
                self.net.on_admitted();
                return self.open_fetched(number, inquiry, document);
            }
            Ok(Reply::Accepted { .. } | Reply::Changes(_) | Reply::Unchanged) => {
                EngineError::Unavailable
            }
            Err(refusal) if refusal.retry == Retry::SignIn => {
                self.net.on_unauthorized(renewals, &mut self.effects);
                if self.net.can_send() {
                    // The token was renewed meanwhile.
                    return self.fetch(number, inquiry);
                }
                if !self.net.is_signed_out() {
                    inquiry.stage = Stage::Signing;
                    self.inquiries.insert(number, inquiry);
                    return;
                }
                EngineError::Unauthorized
            }
            Err(refusal) => match refusal.problem {
                Some(Problem::NotFound) => EngineError::NotFound,
                Some(Problem::Gone { .. }) => EngineError::Gone,
                _ => EngineError::Unavailable,
            },
        };
        self.effects.answer(inquiry.request, Answer::Failed(error));
    }

    /// A token was renewed, or could not be: what waited for it goes on.
    pub(super) fn fetch_again(&mut self) {
        let is_waiting = |inquiry: &Inquiry| matches!(inquiry.stage, Stage::Signing);
        let waiting = self.inquiries.iter().filter(|(_, inquiry)| is_waiting(inquiry));
        for number in waiting.map(|(number, _)| *number).collect::<Vec<_>>() {
            if let Some(inquiry) = self.inquiries.remove(&number) {
                self.fetch(number, inquiry);
            }
        }
    }

    fn open_fetched(&mut self, number: u64, inquiry: Inquiry, stored: Stored) {
        let name = inquiry.purpose.document().unwrap_or_default();
        let version = self.config.collections.get(&name.0).map_or(1, |it| it.schema_version);
        let Some(found) = classified(name, stored) else {
            let error = Answer::Failed(EngineError::NotFound);
            return self.effects.answer(inquiry.request, error);
        };
        match decide_load(found, self.config.recovery, version, &[]) {
            Ok(plan) => self.migrate(number, inquiry, plan, Vec::new()),
            Err(error) => self.effects.answer(inquiry.request, Answer::Failed(error)),
        }
    }
}

/// What the server has, as if it had been found in a store.
fn classified(name: (String, String), stored: Stored) -> Option<Classified> {
    let content = stored.content?;
    let standing = stored.standing;
    let (collection, document) = name;
    let base = RecoveredBase {
        key: Key {
            drawer: Drawer::Base,
            collection: collection.clone(),
            document: document.clone(),
            writer: String::new(),
            sequence: 0,
        },
        checksum: Default::default(),
        base: BaseRef {
            revision: standing.position.revision.value(),
            metadata_revision: standing.position.metadata_revision.value(),
            digest: *content.digest(),
        },
        schema_version: standing.schema_version,
        wall_ms: stored.times.updated_ms,
        title: standing.metadata.title,
        description: standing.metadata.description,
        content: Replica::from_canonical(content.text()),
        saved_from: Vec::new(),
    };
    Some(Classified {
        collection,
        document,
        bases: [base.clone()].into(),
        base: Some(base),
        drafts: Vec::new(),
        settled: Vec::new(),
        carried: Vec::new(),
        unusable: Vec::new(),
        is_held: false,
    })
}
