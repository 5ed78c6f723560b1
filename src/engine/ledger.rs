//! Which records of a document this writer is answerable for, store by store: its own, those of
//! drafts it carries on, and bases. Owns when one of them may go; it must not know what is in
//! them.

use alloc::vec::Vec;

use super::ids::StoreId;
use crate::record::{self, BaseRef, Digest, Drawer, Key};

/// The records that this writer is answerable for.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    traces: Vec<Trace>,
    bases: Vec<BaseTrace>,
    /// Digest of title and description of the base, if they are at hand.
    pub(crate) words: Option<Digest>,
    /// Drafts that are carried on and of which a store may hold more than is known.
    named: Vec<record::Origin>,
}

/// A draft record that lies in a store, or may lie there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Trace {
    pub(crate) store: StoreId,
    pub(crate) key: Key,
    /// Its sequence, which the key of a tail does not say.
    pub(crate) sequence: u64,
    pub(crate) origin: Origin,
}

/// Where a draft record comes from, and so what it waits for before it may go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Origin {
    /// This writer: it goes when a later checkpoint is verified.
    Own,
    /// A draft that was adopted: it goes when the first checkpoint of this writer is verified.
    Adopted,
    /// A draft that was migrated: it goes when the migrated content has been saved.
    Migrated,
}

/// A base record that lies in a store.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BaseTrace {
    pub(crate) store: StoreId,
    pub(crate) key: Key,
    pub(crate) checksum: Digest,
    /// Digest of its content.
    pub(crate) digest: Digest,
    pub(crate) revision: u64,
    /// Revision of title and description.
    pub(crate) metadata_revision: u64,
    /// It was read back.
    pub(crate) is_verified: bool,
    /// A strict write to its store was confirmed since it was there: it is on disk.
    pub(crate) is_flushed: bool,
    /// A draft in the store grew from it, when the drafts were last looked through.
    pub(crate) is_needed: bool,
    /// Digest of its title and description: a server that was restored gives the same numbers to
    /// others.
    pub(crate) words: Digest,
}

/// What may go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Extent {
    /// Records that a verified checkpoint of this sequence stands for.
    Before(u64),
    /// All draft records: the content is the base's, or was discarded.
    All,
}

/// The order in which all draft records go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Stage {
    /// Tails whose content a draft record has as well.
    NeedlessTails,
    /// Records whose writer has a newer one in another store.
    Overtaken,
    /// All other records but tails.
    Drafts,
    Tails,
}

impl Stage {
    pub(crate) const ALL: [Stage; 4] =
        [Stage::NeedlessTails, Stage::Overtaken, Stage::Drafts, Stage::Tails];
}

impl Ledger {
    pub(crate) fn add(&mut self, trace: Trace) {
        let is_known = |known: &&mut Trace| known.store == trace.store && known.key == trace.key;
        match self.traces.iter_mut().find(is_known) {
            Some(known) => *known = trace,
            None => self.traces.push(trace),
        }
    }

    pub(crate) fn add_base(&mut self, base: BaseTrace) {
        self.bases.retain(|known| known.store != base.store || known.key != base.key);
        self.bases.push(base);
        for known in &mut self.bases {
            known.is_needed = false;
        }
    }

    /// The draft records in a store that may go.
    pub(crate) fn removable(&self, store: StoreId, extent: Extent) -> Vec<Key> {
        let here = self.traces.iter().filter(|trace| trace.store == store);
        here.filter(|trace| trace.may_go(extent)).map(|trace| trace.key.clone()).collect()
    }

    /// What of a store goes first when all drafts go, so that after a crash none comes back that
    /// a newer record stood for, and none is left without what it builds on.
    pub(crate) fn clear_next(&self, store: StoreId, stage: Stage) -> Vec<Key> {
        let here = self.traces.iter().filter(|trace| trace.store == store);
        here.filter(|trace| self.stage_of(trace) == stage).map(|it| it.key.clone()).collect()
    }

    fn stage_of(&self, trace: &Trace) -> Stage {
        let is_draft =
            |it: &&Trace| it.key.drawer == Drawer::Draft && it.key.writer == trace.key.writer;
        let newest = |is_meant: &dyn Fn(StoreId) -> bool| {
            let drafts = self.traces.iter().filter(is_draft).filter(|it| is_meant(it.store));
            drafts.map(|it| it.sequence).max()
        };
        let elsewhere = newest(&|store| store != trace.store);
        if trace.key.drawer == Drawer::Tail {
            let is_needless = newest(&|_| true) >= Some(trace.sequence);
            return if is_needless { Stage::NeedlessTails } else { Stage::Tails };
        }
        let is_overtaken = elsewhere > newest(&|store| store == trace.store);
        if is_overtaken { Stage::Overtaken } else { Stage::Drafts }
    }

    /// Whether a draft record may lie in any store.
    pub(crate) fn has(&self, key: &Key) -> bool {
        self.traces.iter().any(|trace| trace.key == *key)
    }

    /// Sequence of the newest draft record of this writer that may lie in any store.
    pub(crate) fn newest_own(&self) -> Option<u64> {
        let own = self.traces.iter().filter(|trace| trace.origin == Origin::Own);
        own.map(|trace| trace.sequence).max()
    }

    /// Whether a draft record may lie in one of these stores.
    pub(crate) fn has_drafts(&self, is_meant: impl Fn(StoreId) -> bool) -> bool {
        self.traces.iter().any(|trace| is_meant(trace.store))
    }

    /// The record of this base in a store.
    pub(crate) fn base_in(&self, store: StoreId, base: &BaseRef) -> Option<&BaseTrace> {
        self.records_of(base).find(|known| known.store == store)
    }

    /// The records of this base, wherever they are.
    pub(crate) fn records_of(&self, base: &BaseRef) -> impl Iterator<Item = &BaseTrace> {
        let base = *base;
        let words = self.words;
        let has_words = move |known: &&BaseTrace| words.is_none_or(|words| words == known.words);
        self.bases.iter().filter(move |known| known.is_called(&base)).filter(has_words)
    }

    /// Whether the base was read back, or can be, from a store that is firm enough.
    pub(crate) fn is_base_safe(
        &self,
        base: &BaseRef,
        is_firm: impl Fn(StoreId) -> bool,
        is_open: impl Fn(StoreId) -> bool,
    ) -> bool {
        let mut records = self.records_of(base).filter(|known| is_firm(known.store));
        records.any(|known| known.is_verified || is_open(known.store))
    }

    /// The records of other bases in the store that nothing is known to need. A newer base is
    /// needed even while a draft of an older one is open: it tells that the two are in conflict.
    /// One that the next delta builds on is in use.
    pub(crate) fn spare_bases(
        &self,
        current: &BaseTrace,
        in_use: Option<&Key>,
    ) -> impl Iterator<Item = &BaseTrace> {
        let bases = self.bases.iter().filter(|base| base.store == current.store);
        let spare = bases.filter(|base| base.key != current.key && !base.is_needed);
        let spare = spare.filter(move |base| in_use != Some(&base.key));
        spare.filter(|base| base.order() <= current.order())
    }

    /// A strict write to the store was confirmed, which brings all before it to disk as well.
    pub(crate) fn mark_flushed(&mut self, store: StoreId) {
        for base in self.bases.iter_mut().filter(|base| base.store == store) {
            base.is_flushed = true;
        }
    }

    pub(crate) fn mark_base_verified(&mut self, store: StoreId, key: &Key) {
        for base in self.bases.iter_mut().filter(|base| base.store == store && base.key == *key) {
            base.is_verified = true;
        }
    }

    /// Notes which bases drafts of the store grew from.
    pub(crate) fn mark_bases_needed(
        &mut self,
        store: StoreId,
        is_needed: impl Fn(&BaseTrace) -> bool,
    ) {
        for base in self.bases.iter_mut().filter(|base| base.store == store) {
            base.is_needed = is_needed(base);
        }
    }

    /// These records are gone.
    pub(crate) fn forget(&mut self, store: StoreId, keys: &[Key]) {
        self.traces.retain(|trace| trace.store != store || !keys.contains(&trace.key));
        self.bases.retain(|base| base.store != store || !keys.contains(&base.key));
    }

    /// The store lost what it held: nothing of it can be built upon.
    pub(crate) fn forget_bases(&mut self, store: StoreId) {
        self.bases.retain(|base| base.store != store);
    }

    /// Whether records of adopted drafts lie in the store.
    pub(crate) fn has_foreign(&self, store: StoreId) -> bool {
        self.traces.iter().any(|trace| trace.store == store && trace.origin != Origin::Own)
    }

    /// Meets a record in a store. If it is newer than what was adopted of its writer, the writer
    /// is alive: its draft is its own again.
    pub(crate) fn let_go_of(&mut self, met: &Key) {
        let is_its = |trace: &&Trace| trace.origin != Origin::Own && trace.key.writer == met.writer;
        let newest = self.traces.iter().filter(is_its).map(|trace| trace.sequence).max();
        if newest.is_some_and(|newest| newest < met.sequence) {
            self.traces.retain(|trace| !is_its(&trace));
        }
    }

    /// Whether the draft of this writer is carried on.
    pub(crate) fn carries(&self, writer: &str) -> bool {
        let foreign = self.traces.iter().filter(|trace| trace.origin != Origin::Own);
        foreign.into_iter().any(|trace| trace.key.writer == writer)
            || self.named.iter().any(|origin| origin.writer == writer)
    }

    /// The writers whose drafts are carried on, with the newest sequence of each.
    pub(crate) fn adopted(&self) -> Vec<record::Origin> {
        let mut origins = self.named.clone();
        for trace in self.traces.iter().filter(|trace| trace.origin != Origin::Own) {
            add_origin(&mut origins, &trace.key.writer, trace.sequence);
        }
        origins
    }

    /// A store that could not be read may hold more of this draft: it is named as long as the
    /// document is open.
    pub(crate) fn name(&mut self, origin: &record::Origin) {
        add_origin(&mut self.named, &origin.writer, origin.sequence);
    }

    /// Whether drafts are named of which a store may hold more than is known.
    pub(crate) fn has_named(&self) -> bool {
        !self.named.is_empty()
    }
}

fn add_origin(origins: &mut Vec<record::Origin>, writer: &str, sequence: u64) {
    match origins.iter_mut().find(|origin| origin.writer == writer) {
        Some(origin) => origin.sequence = origin.sequence.max(sequence),
        None => origins.push(record::Origin { writer: writer.into(), sequence }),
    }
}

impl BaseTrace {
    /// Whether it has content and numbers of this base.
    pub(crate) fn is_called(&self, base: &BaseRef) -> bool {
        self.digest == base.digest && self.metadata_revision == base.metadata_revision
    }

    fn order(&self) -> (u64, u64) {
        (self.revision, self.metadata_revision)
    }
}

impl Trace {
    fn may_go(&self, extent: Extent) -> bool {
        match (extent, self.origin) {
            (Extent::All, Origin::Own | Origin::Adopted | Origin::Migrated) => true,
            (Extent::Before(sequence), Origin::Own) => self.sequence < sequence,
            (Extent::Before(_), Origin::Adopted) => true,
            (Extent::Before(_), Origin::Migrated) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trace(writer: &str, sequence: u64, origin: Origin) -> Trace {
        let key = Key {
            drawer: Drawer::Draft,
            collection: "notes".into(),
            document: "a".into(),
            writer: writer.into(),
            sequence,
        };
        Trace { store: StoreId(0), key, sequence, origin }
    }

    #[test]
    fn a_checkpoint_stands_for_what_came_before_it_but_not_for_what_was_migrated() {
        let mut ledger = Ledger::default();
        ledger.add(trace("me", 1, Origin::Own));
        ledger.add(trace("me", 2, Origin::Own));
        ledger.add(trace("old", 7, Origin::Adopted));
        ledger.add(trace("older", 9, Origin::Migrated));
        let gone = ledger.removable(StoreId(0), Extent::Before(2));
        let names: Vec<_> = gone.iter().map(|key| (&key.writer[..], key.sequence)).collect();
        assert_eq!(names, [("me", 1), ("old", 7)]);
        assert_eq!(ledger.removable(StoreId(0), Extent::All).len(), 4);
        assert_eq!(ledger.removable(StoreId(1), Extent::All), []);
    }

    #[test]
    fn a_draft_is_let_go_of_when_its_writer_went_on() {
        let mut ledger = Ledger::default();
        ledger.add(trace("me", 1, Origin::Own));
        ledger.add(trace("old", 3, Origin::Adopted));
        ledger.add(trace("older", 3, Origin::Adopted));
        ledger.let_go_of(&trace("old", 3, Origin::Adopted).key);
        assert!(ledger.carries("old"));
        ledger.let_go_of(&trace("old", 4, Origin::Adopted).key);
        ledger.let_go_of(&trace("me", 9, Origin::Own).key);
        assert!(!ledger.carries("old") && ledger.carries("older"));
        assert_eq!(ledger.removable(StoreId(0), Extent::All).len(), 2);
    }

    #[test]
    fn a_record_is_listed_once_however_often_it_is_sent() {
        let mut ledger = Ledger::default();
        ledger.add(trace("me", 1, Origin::Own));
        ledger.add(trace("me", 1, Origin::Own));
        assert_eq!(ledger.removable(StoreId(0), Extent::All).len(), 1);
    }

    #[test]
    fn each_adopted_writer_is_named_with_its_newest_record() {
        let mut ledger = Ledger::default();
        ledger.add(trace("me", 1, Origin::Own));
        ledger.add(trace("old", 3, Origin::Adopted));
        ledger.add(trace("old", 5, Origin::Adopted));
        let names = ledger.adopted();
        assert_eq!(names, [crate::record::Origin { writer: "old".into(), sequence: 5 }]);
    }
}
