//! What is made of the records of a document: which bases and drafts there are, and what each
//! draft is. Owns the rules of recovery (design: return); it must not know how a document is
//! opened. Compares revisions and digests, never times.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::config::Collection;
use super::event::{DraftName, DraftState, DraftSummary};
use super::inquiry::Found;
use crate::record::{self, Drawer, Entry, Recovered, RecoveredBase, Recovery, Unusable};
use crate::schema::CheckOptions;

/// What there is of a document.
#[derive(Debug)]
pub(crate) struct Classified {
    pub(crate) collection: String,
    pub(crate) document: String,
    /// The newest base.
    pub(crate) base: Option<RecoveredBase>,
    /// All bases that verify, the newest included.
    pub(crate) bases: Vec<RecoveredBase>,
    /// Drafts that no writer is at work on and nothing stands for, with what each is.
    pub(crate) drafts: Vec<(DraftState, Recovered)>,
    /// Drafts of dead writers that need nobody: they equal the base.
    pub(crate) settled: Vec<Recovered>,
    /// Drafts of dead writers that another draft carries on.
    pub(crate) carried: Vec<Recovered>,
    /// Records of dead writers that cannot be used.
    pub(crate) unusable: Vec<Unusable>,
    /// A writer that is at work on the document has a draft.
    pub(crate) is_held: bool,
}

/// Sorts what was found, document by document, leaving out the writers that are at work on it.
pub(crate) fn classify(
    workspace: &str,
    found: &Found,
    is_at_work: impl Fn((&str, &str), &str) -> bool,
    schema_version: impl Fn(&str) -> Option<u32>,
) -> Vec<Classified> {
    let entries = found.entries.iter().map(|(_, entry)| entry);
    let entries = entries.filter(|entry| entry.key.drawer != Drawer::Outbox);
    let entries: Vec<Entry> = entries.cloned().collect();
    let recoveries = record::recover(workspace, &entries).into_iter();
    let sorted = recoveries.map(|recovery| {
        let name = (recovery.collection.clone(), recovery.document.clone());
        let is_dead = |writer: &str| !is_at_work((&name.0, &name.1), writer);
        sort(recovery, &is_dead, &schema_version)
    });
    sorted.collect()
}

fn sort(
    recovery: Recovery,
    is_dead: &impl Fn(&str) -> bool,
    schema_version: &impl Fn(&str) -> Option<u32>,
) -> Classified {
    let Recovery { collection, document, drafts, bases, unusable } = recovery;
    let version = schema_version(&collection).unwrap_or(u32::MAX);
    let base = bases.iter().max_by_key(|base| base_order(base)).cloned();
    let mut sorted = Classified {
        collection,
        document,
        base,
        bases,
        drafts: Vec::new(),
        settled: Vec::new(),
        carried: Vec::new(),
        unusable,
        is_held: false,
    };
    let origins: Vec<record::Origin> =
        drafts.iter().flat_map(|draft| draft.adopted.iter().cloned()).collect();
    for draft in drafts {
        let is_carried = origins
            .iter()
            .any(|origin| origin.writer == draft.writer && origin.sequence >= draft.sequence);
        if !is_dead(&draft.writer) {
            sorted.is_held = true;
        } else if is_carried {
            sorted.carried.push(draft);
        } else if sorted.equals_base(&draft) {
            sorted.settled.push(draft);
        } else {
            sorted.drafts.push((sorted.state_of(&draft, version), draft));
        }
    }
    sorted.is_held |= sorted.unusable.iter().any(|unusable| !is_dead(&unusable.key.writer));
    sorted.unusable.retain(|unusable| is_dead(&unusable.key.writer));
    sorted
}

fn base_order(base: &RecoveredBase) -> (u64, u64, u64) {
    (base.base.revision, base.base.metadata_revision, base.key.sequence)
}

impl Classified {
    fn equals_base(&self, draft: &Recovered) -> bool {
        self.base.as_ref().is_some_and(|base| {
            base.content.digest() == draft.content.digest()
                && base.title == draft.title
                && base.description == draft.description
        })
    }

    fn state_of(&self, draft: &Recovered, schema_version: u32) -> DraftState {
        if draft.schema_version > schema_version {
            return DraftState::Newer;
        }
        let known = self.base.as_ref().map(|base| base.base);
        let is_own = |origin: &record::Origin| {
            origin.writer == draft.writer && origin.sequence < draft.sequence
        };
        if self.base.as_ref().is_some_and(|base| base.saved_from.iter().any(is_own)) {
            return DraftState::Recoverable;
        }
        match (draft.base, known) {
            (Some(grown), Some(known)) if known.revision > grown.revision => DraftState::Conflict,
            (None, Some(_)) => DraftState::Conflict,
            (Some(_) | None, Some(_) | None) => DraftState::Recoverable,
        }
    }

    /// The drafts as the list shows them: those that verify, and those of which nothing does.
    pub(crate) fn summaries(&self, rules: Option<&Collection>) -> Vec<DraftSummary> {
        let mut list: BTreeMap<DraftName, DraftSummary> = BTreeMap::new();
        for (state, draft) in &self.drafts {
            let name = self.name(&draft.writer);
            list.insert(name.clone(), summary(name, *state, draft, rules));
        }
        for draft in &self.settled {
            let is_hiding = self.unusable.iter().any(|it| it.key.writer == draft.writer);
            if is_hiding {
                let name = self.name(&draft.writer);
                let state = DraftState::Recoverable;
                list.insert(name.clone(), summary(name, state, draft, rules));
            }
        }
        for unusable in &self.unusable {
            let name = self.name(&unusable.key.writer);
            let known = list.entry(name.clone()).or_insert_with(|| unreadable(name));
            known.unusable.push((unusable.key.clone(), unusable.reason.clone()));
            if known.state == DraftState::Unreadable {
                known.bytes += unusable.bytes;
            }
        }
        list.into_values().collect()
    }

    fn name(&self, writer: &str) -> DraftName {
        DraftName {
            collection: self.collection.clone(),
            document: self.document.clone(),
            writer: writer.into(),
        }
    }

    /// The writers whose drafts one writer's draft carries on, directly or through another, itself
    /// included. One that went on afterwards is not among them.
    pub(crate) fn lineage(&self, writer: &str) -> Vec<String> {
        let mut lineage = alloc::vec![String::from(writer)];
        let mut at = 0;
        while let Some(writer) = lineage.get(at).cloned() {
            for origin in self.all().filter(|it| it.writer == writer).flat_map(|it| &it.adopted) {
                let has_gone_on = |other: &Recovered| {
                    other.writer == origin.writer && other.sequence > origin.sequence
                };
                if !lineage.contains(&origin.writer) && !self.all().any(has_gone_on) {
                    lineage.push(origin.writer.clone());
                }
            }
            at += 1;
        }
        lineage
    }

    fn all(&self) -> impl Iterator<Item = &Recovered> {
        let drafts = self.drafts.iter().map(|(_, draft)| draft);
        drafts.chain(&self.settled).chain(&self.carried)
    }
}

fn summary(
    name: DraftName,
    state: DraftState,
    draft: &Recovered,
    rules: Option<&Collection>,
) -> DraftSummary {
    let schema = rules.and_then(|rules| rules.schema.as_ref());
    let checked = schema
        .filter(|_| state != DraftState::Newer)
        .and_then(|schema| schema.check(&draft.content.canonical(), &CheckOptions::default()).ok());
    DraftSummary {
        name,
        title: draft.title.clone(),
        changed_at: draft.wall_ms,
        bytes: draft.bytes,
        change: draft.change,
        base: draft.base,
        state,
        unusable: Vec::new(),
        issues: checked.map(|checked| checked.issues).unwrap_or_default(),
    }
}

fn unreadable(name: DraftName) -> DraftSummary {
    DraftSummary {
        name,
        title: String::new(),
        changed_at: 0,
        bytes: 0,
        change: 0,
        base: None,
        state: DraftState::Unreadable,
        unusable: Vec::new(),
        issues: Vec::new(),
    }
}
