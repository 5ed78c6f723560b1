//! How a document is opened: from a plan, with the records that it answers for; or anew. Owns the
//! first state of every sub-machine.

use alloc::string::String;
use alloc::vec::Vec;

use super::archive::Archive;
use super::config::Collection;
use super::debounce::Debounce;
use super::deciding::Plan;
use super::document::{Document, Requests};
use super::draft::Draft;
use super::effect::Opened;
use super::error::EngineError;
use super::heads::Head;
use super::health::Survives;
use super::ids::{DocumentId, StoreId};
use super::inquiry::Found;
use super::ledger::{BaseTrace, Origin, Trace};
use super::parcel::words_digest;
use super::parts::Parts;
use super::saver::Saver;
use super::status::StatusBoard;
use super::theirs::{Arrived, Theirs};
use super::tracker::{Base, State, Tracker};
use crate::record::{self, BaseRef, Body, Drawer, Key, Recovered, RecoveredBase};

/// Who a document is.
pub(crate) struct Identity {
    pub(crate) id: DocumentId,
    pub(crate) writer: String,
    pub(crate) collection: String,
    pub(crate) name: String,
}

/// A plan with what is known about its records.
pub(crate) struct Ready<'a> {
    pub(crate) plan: Plan,
    pub(crate) found: &'a Found,
    /// Records that cannot be used, and so stay.
    pub(crate) unusable: &'a [Key],
    pub(crate) has_old_draft: bool,
    pub(crate) has_old_base: bool,
}

impl Document {
    /// A document that no store knows yet: its content is its first edit.
    pub(crate) fn create(identity: Identity, state: State, rules: &Collection) -> Document {
        let mut document = Document::new(identity, Tracker::new(state, None, 1), rules);
        document.debounce.press();
        document
    }

    /// The document of a plan.
    pub(crate) fn open(
        identity: Identity,
        ready: &Ready,
        active: Option<StoreId>,
        rules: &Collection,
    ) -> Option<Document> {
        let plan = &ready.plan;
        let base = plan.base.as_ref().map(|base| Base {
            reference: base.base,
            state: Some(state_of_base(base)),
            is_migrated: ready.has_old_base,
        });
        let state = match (&plan.draft, &plan.base) {
            (Some(draft), _) => state_of_draft(draft),
            (None, Some(base)) => state_of_base(base),
            (None, None) => return None,
        };
        // The base that a draft speaks of may be known by name only.
        let named = plan.draft.as_ref().and_then(|draft| draft.base);
        let base =
            base.or(named.map(|reference| Base { reference, state: None, is_migrated: false }));
        let change = plan.draft.as_ref().map_or(0, change_of);
        let mut document = Document::new(identity, Tracker::new(state, base, change), rules);
        document.is_read_only = plan.is_read_only;
        document.is_in_conflict = plan.is_in_conflict;
        document.meet_rival(plan, rules.schema_version);
        document.draft.claim(change, Survives::Tab);
        document.take_records(ready, active);
        Some(document)
    }

    fn new(identity: Identity, tracker: Tracker, rules: &Collection) -> Document {
        let parts = Parts::new(&rules.parts, &tracker.state.content);
        Document {
            id: identity.id,
            writer: identity.writer,
            collection: identity.collection,
            name: identity.name,
            tracker,
            debounce: Debounce::new(rules.draft),
            draft: Draft::default(),
            parts,
            board: StatusBoard::default(),
            is_read_only: false,
            requests: Requests::default(),
            error: None,
            acknowledged: 0,
            last_stored: None,
            last_saved: None,
            is_in_conflict: false,
            is_leaving: false,
            saver: Saver::new(rules.autosave),
            theirs: Theirs::default(),
            head: Head::default(),
            archive: Archive::default(),
            copies: Vec::new(),
            copied_for: None,
            is_abandoned: false,
            gone: None,
            revives: None,
            is_outdated: false,
            ancestors: Vec::new(),
        }
    }

    /// Becomes answerable for the records of a plan, and builds on the base where it can.
    fn take_records(&mut self, ready: &Ready, active: Option<StoreId>) {
        self.draft.ledger.words = self.tracker.base.as_ref().and_then(Base::words);
        if let Some(base) = &ready.plan.base {
            self.take_base(base, ready);
        }
        self.head.is_unread |= !ready.found.unread.is_empty();
        if ready.found.unread.is_empty() {
            self.take_drafts(ready);
        } else if let Some(draft) = &ready.plan.draft {
            self.name_unread(draft);
        }
        if self.is_read_only {
            return;
        }
        if self.draft.ledger.has_drafts(|_| true) || self.draft.ledger.has_named() {
            self.debounce.press();
        }
        if ready.plan.draft.is_none() {
            self.build_on_base(active);
        }
    }

    fn take_drafts(&mut self, ready: &Ready) {
        let plan = ready.plan.draft.iter().chain(&ready.plan.spent);
        for draft in plan {
            let earlier = draft.adopted.iter().map(|origin| &origin.writer);
            self.ancestors.extend([&draft.writer].into_iter().chain(earlier).cloned());
        }
        let origin = if ready.has_old_draft { Origin::Migrated } else { Origin::Adopted };
        if let Some(draft) = &ready.plan.draft {
            self.take_draft(draft, origin, ready);
        }
        // What an older version wrote outlives the draft that was made of it, until that is saved.
        let version = ready.plan.draft.as_ref().map_or(0, |draft| draft.schema_version);
        for draft in &ready.plan.spent {
            let is_old = ready.has_old_base || draft.schema_version < version;
            let origin = if is_old { Origin::Migrated } else { Origin::Adopted };
            self.take_draft(draft, origin, ready);
        }
    }

    /// A store that could not be read may hold newer records of a draft, which build on those that
    /// could: all of them stay. The draft and those that it named are named for as long.
    fn name_unread(&mut self, draft: &Recovered) {
        let writer = draft.writer.clone();
        self.draft.ledger.name(&record::Origin { writer, sequence: draft.sequence });
        draft.adopted.iter().for_each(|origin| self.draft.ledger.name(origin));
    }

    fn take_base(&mut self, base: &RecoveredBase, ready: &Ready) {
        let records = ready.found.entries.iter().filter(|(_, entry)| {
            entry.key.drawer == Drawer::Base && !ready.unusable.contains(&entry.key)
        });
        for (store, entry) in records {
            let Ok(record) = crate::record::decode(&entry.bytes) else { continue };
            let Some(reference) = record.header.base else { continue };
            let Body::Whole(whole) = &record.body else { continue };
            let words = words_digest(&whole.title, whole.description.as_deref());
            let has_words = Some(words) == self.draft.ledger.words;
            self.draft.ledger.add_base(BaseTrace {
                store: *store,
                key: entry.key.clone(),
                checksum: record.checksum,
                digest: reference.digest,
                revision: reference.revision,
                metadata_revision: reference.metadata_revision,
                is_verified: reference == base.base && has_words,
                is_flushed: false,
                is_needed: false,
                words,
            });
        }
    }

    fn take_draft(&mut self, draft: &Recovered, origin: Origin, ready: &Ready) {
        for (store, entry) in &ready.found.entries {
            let is_its = draft.keys.contains(&entry.key);
            if is_its && !ready.unusable.contains(&entry.key) {
                let (store, key) = (*store, entry.key.clone());
                let is_tail = key.drawer == Drawer::Tail;
                let sequence = if is_tail { draft.sequence } else { key.sequence };
                self.draft.ledger.add(Trace { store, key, sequence, origin });
            }
        }
    }

    /// Takes note of the base that the draft of a plan is in conflict with: it can be chosen even
    /// without a network. One of an older version is migrated first.
    fn meet_rival(&mut self, plan: &Plan, schema_version: u32) {
        let Some(rival) = &plan.rival else { return self.theirs.rival = None };
        let (reference, state) = (rival.base, state_of_base(rival));
        let arrived = Arrived { reference, state, is_migrated: false };
        match rival.schema_version < schema_version {
            true => self.theirs.unmigrated = Some((rival.schema_version, arrived)),
            false => self.theirs.rival = Some(arrived),
        }
    }

    /// Whether the base is newer than the newest that was found in the stores.
    pub(crate) fn has_newer_base(&self, found: Option<&RecoveredBase>) -> bool {
        let order = |base: BaseRef| (base.revision, base.metadata_revision);
        let known = self.tracker.base.as_ref().map(|base| order(base.reference));
        known > found.map(|found| order(found.base))
    }

    /// Whether a clean document still has something to store, and can: what is found in the stores
    /// is not the last word then.
    pub(crate) fn is_busy(&self) -> bool {
        !self.is_read_only
            && !self.tracker.is_dirty()
            && !self.is_settled()
            && self.draft.retry.at().is_none()
    }

    /// Why an open document does not go on with the draft of a plan: it has edits of its own, or
    /// one of both may only be shown.
    pub(crate) fn refusal_of(&self, plan: &Plan) -> Option<EngineError> {
        plan.draft.as_ref()?;
        let is_dirty = self.tracker.is_dirty() || self.is_unspeakable();
        match (is_dirty, self.is_read_only == plan.is_read_only) {
            (_, false) => Some(EngineError::ReadOnly),
            (true, true) if !self.is_read_only => Some(EngineError::Dirty),
            (true | false, true) => None,
        }
    }

    /// Goes on with a draft in place of its own clean state.
    pub(crate) fn take_over(&mut self, ready: &Ready, schema_version: u32) {
        let Some(draft) = &ready.plan.draft else { return };
        self.tracker.reset(state_of_draft(draft));
        self.tracker.accepted = self.tracker.accepted.max(change_of(draft) + 1);
        self.tracker.captured = self.tracker.accepted;
        if let Some(base) = &ready.plan.base {
            let state = Some(state_of_base(base));
            let is_migrated = ready.has_old_base;
            self.rebase(Base { reference: base.base, state, is_migrated });
        }
        self.is_in_conflict = ready.plan.is_in_conflict;
        self.meet_rival(&ready.plan, schema_version);
        self.draft.log.cut();
        self.parts.on_loaded(&self.tracker.state.content);
        if !self.is_read_only {
            self.take_records(ready, None);
            self.debounce.press();
        }
    }

    /// As the app is told of it.
    pub(crate) fn opened(&self, recovered: bool) -> Opened {
        let state = &self.tracker.state;
        Opened {
            document: self.id,
            writer: self.writer.clone(),
            title: state.title.clone(),
            description: state.description.clone(),
            text: state.content.canonical(),
            change: self.tracker.captured,
            recovered,
            read_only: self.is_read_only,
            parts: self.parts.statuses(),
        }
    }
}

/// The change number to go on from. No engine counts as far as the bound: beyond it the number is
/// somebody's mistake, and there would be none left for the edits that follow.
fn change_of(draft: &Recovered) -> u64 {
    draft.change.min(CHANGE_MAX)
}

/// The greatest integer that a JavaScript number holds exactly.
const CHANGE_MAX: u64 = (1 << 53) - 1;

fn state_of_base(base: &RecoveredBase) -> State {
    State {
        title: base.title.clone(),
        description: base.description.clone(),
        content: base.content.clone(),
    }
}

fn state_of_draft(draft: &Recovered) -> State {
    State {
        title: draft.title.clone(),
        description: draft.description.clone(),
        content: draft.content.clone(),
    }
}

/// The keys of records that cannot be used.
pub(crate) fn unusable_keys(unusable: &[crate::record::Unusable]) -> Vec<Key> {
    unusable.iter().map(|unusable| unusable.key.clone()).collect()
}
