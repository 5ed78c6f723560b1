//! How a document leaves with the page: what changed is captured, checked and encoded at once, and
//! goes into one relaxed write of all documents. Owns which record that is; it builds on the last
//! record known to be committed, whatever is on its way.

use super::context::Context;
use super::document::Document;
use super::draft::{Sent, key_of};
use super::effect::Batch;
use super::ids::{StoreId, Token};
use crate::record::{Drawer, Entry};

impl Document {
    /// The page is being left: asks for the whole value, so that nothing is overlooked.
    pub(crate) fn on_hidden(&mut self, ctx: &mut Context) {
        if self.is_read_only || self.requests.is_discarding {
            return;
        }
        self.is_leaving = true;
        self.tracker.wants_whole = true;
        self.capture(ctx);
    }

    /// Puts what no store has yet into the exit write.
    pub(crate) fn leave(&mut self, exit: &mut Exit, ctx: &mut Context) {
        if !core::mem::take(&mut self.is_leaving) {
            return;
        }
        self.put_exit(exit, ctx);
        self.draft.absences += 1;
        self.draft.is_unseen = true;
    }

    fn put_exit(&mut self, exit: &mut Exit, ctx: &mut Context) {
        let is_covered = self.is_covered(exit.store);
        let Some(store) = exit.store.filter(|_| !is_covered) else {
            return self.leave_tail(is_covered, exit, ctx);
        };
        let base = self.put_base(store, &mut exit.batch, ctx);
        let sealed = self.seal(store, true, ctx);
        let bytes = sealed.entry.bytes.len();
        self.put_tail(&sealed.entry, exit);
        exit.batch.put.push(sealed.entry);
        self.draft.late.push(Sent {
            token: exit.token,
            store,
            is_strict: false,
            base,
            expected: None,
            record: Some(sealed.committed),
            is_whole: sealed.is_whole,
            absences: self.draft.absences,
            bytes,
        });
        self.debounce.on_taken(false);
        exit.documents.push(self.id);
    }

    /// Whether the state is in a store, or on its way there with an earlier exit write.
    fn is_covered(&self, store: Option<StoreId>) -> bool {
        let has =
            |record: &super::draft::Committed| self.draft.leads_to(record, &self.tracker.state);
        let exits = self.draft.late.iter().filter(|sent| Some(sent.store) == store);
        let mut records = exits.filter_map(|sent| sent.record.as_ref());
        let is_bare = self.tracker.equals_base() && !self.draft.ledger.has_drafts(|_| true);
        is_bare || self.draft.committed.as_ref().is_some_and(has) || records.any(has)
    }

    /// Where no store takes drafts yet, a small document goes into the tail.
    fn leave_tail(&mut self, is_covered: bool, exit: &mut Exit, ctx: &mut Context) {
        if let Some(store) = exit.tail.filter(|_| !is_covered) {
            let sealed = self.seal(store, true, ctx);
            self.put_tail(&sealed.entry, exit);
        }
    }

    /// Lays a small record into this writer's slot as well.
    fn put_tail(&mut self, entry: &Entry, exit: &mut Exit) {
        let Some(store) = exit.tail else { return };
        if entry.bytes.len() > TAIL_BYTES_MAX {
            return;
        }
        let name = (&self.collection[..], &self.name[..]);
        let key = key_of(Drawer::Tail, name, &self.writer, 0);
        self.draft.trace(store, key.clone(), entry.key.sequence);
        exit.tails.put.push(Entry { key, bytes: entry.bytes.clone() });
    }
}

/// The one write of all documents when the page is left.
pub(crate) struct Exit {
    pub(crate) token: Token,
    pub(crate) store: Option<StoreId>,
    pub(crate) batch: Batch,
    pub(crate) documents: alloc::vec::Vec<super::ids::DocumentId>,
    /// Where tails go.
    pub(crate) tail: Option<StoreId>,
    pub(crate) tails: Batch,
}

/// Bytes of a record that is laid into the tail as well: `setItem` blocks the page for longer with
/// more, and the slots of all documents share five megabytes.
const TAIL_BYTES_MAX: usize = 64 << 10;
