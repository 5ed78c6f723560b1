//! Another document made of the content of an open one: created, told to the shell, saved like a
//! user's save. Owns what becomes of it when that fails: nothing of it is left, and the original
//! never hears of it (W7).

use alloc::string::String;
use alloc::vec::Vec;

use super::Engine;
use super::context::Context;
use super::document::Document;
use super::effect::{Answer, Batch, Durability, Effect};
use super::error::EngineError;
use super::event::NewCopy;
use super::ids::Request;
use super::inquiry::Purpose;
use super::tracker::State;

/// A document that is to be made.
#[derive(Debug)]
pub(crate) struct Copy {
    request: Request,
    collection: String,
    document: String,
    state: State,
}

impl Engine {
    /// Begins the copies that documents have given out.
    pub(super) fn make_copies(&mut self) {
        let given = self.documents.values_mut().flat_map(|document| document.copies.drain(..));
        for Copy { request, collection, document, state } in given.collect::<Vec<_>>() {
            let is_copy = true;
            self.inquire(request, Purpose::Create { collection, document, state, is_copy });
        }
    }

    /// A copy is open, or could not be opened: the shell takes it up, and it is saved. The request
    /// is answered with what becomes of that.
    pub(super) fn save_copy(&mut self, request: Request, answer: Answer) {
        let Answer::Opened(opened) = answer else {
            return self.effects.answer(request, answer);
        };
        let id = opened.document;
        self.effects.push(Effect::Copied { request, opened });
        self.with(id, |document, _| {
            document.copied_for = Some(request);
            document.saver.requests.push((request, document.tracker.accepted));
            document.want_save();
        });
    }
}

impl Document {
    /// What is here becomes the content of another document.
    pub(crate) fn order_copy(&mut self, request: Request, copy: NewCopy) {
        let NewCopy { collection, document, title, description } = copy;
        let collection = collection.unwrap_or_else(|| self.collection.clone());
        let state = State { title, description, content: self.tracker.state.content.clone() };
        self.copies.push(Copy { request, collection, document, state });
    }

    /// Answers somebody who waits for a save. A copy that could not be saved is dropped.
    pub(crate) fn answer_save(&mut self, request: Request, answer: Answer, ctx: &mut Context) {
        if self.copied_for.take_if(|own| *own == request).is_none() {
            return self.answer(request, answer, ctx);
        }
        // Somebody else has a document of that id.
        let is_taken = matches!(answer, Answer::Failed(EngineError::Conflict | EngineError::Gone));
        let answer = if is_taken { Answer::Failed(EngineError::Exists) } else { answer };
        if let Answer::Failed(_) = answer {
            self.abandon(ctx);
        }
        self.answer(request, answer, ctx);
    }

    /// Lets go of a copy: its records are removed, and it is closed, also if they cannot be.
    fn abandon(&mut self, ctx: &mut Context) {
        if self.requests.is_over || self.requests.close.is_some() {
            return;
        }
        self.is_abandoned = true;
        self.debounce.clear();
        self.withdraw_save(ctx);
        if let Some((store, remove)) = self.archive.made.take() {
            // Nobody else knows of the version: the document was never there.
            let batch = Batch { remove, ..Batch::default() };
            ctx.write(self.id, store, batch, Durability::Strict);
        }
        self.tracker.base = None;
        self.requests.is_discarding = true;
    }
}
