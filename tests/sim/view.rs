//! What lies in the stores, put together by the project's own recovery, and kept until the records
//! of a document change. Owns the two moments at which that is asked: a tab is killed, or the
//! browser is.

use std::collections::BTreeMap;
use std::rc::Rc;

use keepfast::engine::Survives;
use keepfast::record::{Drawer, Entry, Key, recover};

use crate::disk::{Name, Store};
use crate::ledger::{Rest, State};
use crate::tab::WORKSPACE;
use crate::versions::has_writer;

/// What can be put together of a document.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// The newest state of each writer.
    pub drafts: Vec<Draft>,
    /// Bases: revision and state.
    pub bases: Vec<(u64, State)>,
    /// Versions of the schema that the bases follow.
    pub base_versions: Vec<u32>,
    /// Records that are of no use, and lie there.
    pub unusable: Vec<Key>,
}

/// The newest state of a writer.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The writer.
    pub writer: String,
    /// Change number.
    pub change: u64,
    /// The state.
    pub state: State,
    /// Revision of its base.
    pub base: Option<u64>,
    /// Version of the schema that it follows.
    pub schema_version: u32,
    /// Sequence of its record.
    pub sequence: u64,
    /// Drafts that it carries on: writer and sequence.
    pub adopted: Vec<(String, u64)>,
}

impl View {
    /// Whether the base of this revision, or a newer one, lies there.
    pub fn has_base(&self, revision: Option<u64>) -> bool {
        revision.is_none_or(|wanted| self.bases.iter().any(|(revision, _)| *revision >= wanted))
    }

    /// What lies in these records, which are all of one document.
    pub fn of(entries: &[Entry]) -> View {
        let mut view = View::default();
        let is_its = |key: &Key| key.drawer != Drawer::Outbox && has_writer(key);
        let entries = entries.iter().filter(|entry| is_its(&entry.key));
        let entries: Vec<Entry> = entries.cloned().collect();
        for recovery in recover(WORKSPACE, &entries) {
            for draft in recovery.drafts {
                let text = draft.content.canonical();
                view.drafts.push(Draft {
                    writer: draft.writer,
                    change: draft.change,
                    state: State::new(&text, &draft.title, draft.description.as_deref()),
                    base: draft.base.map(|base| base.revision),
                    schema_version: draft.schema_version,
                    sequence: draft.sequence,
                    adopted: draft.adopted.into_iter().map(|o| (o.writer, o.sequence)).collect(),
                });
            }
            for base in recovery.bases {
                let text = base.content.canonical();
                let state = State::new(&text, &base.title, base.description.as_deref());
                view.bases.push((base.base.revision, state));
                view.base_versions.push(base.schema_version);
            }
            view.unusable.extend(recovery.unusable.into_iter().map(|unusable| unusable.key));
        }
        view
    }

    /// The newest state of a writer.
    pub fn draft(&self, writer: &str) -> Option<&Draft> {
        self.drafts.iter().find(|draft| draft.writer == writer)
    }

    /// Whether another draft carries this one on.
    pub fn is_carried(&self, draft: &Draft) -> bool {
        let mut origins = self.drafts.iter().flat_map(|other| &other.adopted);
        origins.any(|(writer, upto)| *writer == draft.writer && *upto >= draft.sequence)
    }

    /// The same, as it is noted for the dead.
    pub fn rest_of(&self, writer: &str) -> Option<Rest> {
        let draft = self.draft(writer)?;
        Some(Rest { change: draft.change, state: draft.state.clone() })
    }
}

/// Views that are kept until records change.
#[derive(Clone, Debug, Default)]
pub struct Views {
    now: BTreeMap<Name, (u64, Rc<View>)>,
    worst: BTreeMap<Name, (u64, Rc<View>)>,
}

impl Views {
    /// What a kill of every tab would leave.
    pub fn now(&mut self, stores: &[Store], name: &Name) -> Rc<View> {
        let generation = generation(stores, name);
        if let Some((at, view)) = self.now.get(name)
            && *at == generation
        {
            return Rc::clone(view);
        }
        let entries: Vec<Entry> = stores.iter().flat_map(|s| s.of_document(name)).collect();
        let view = Rc::new(View::of(&entries));
        self.now.insert(name.clone(), (generation, Rc::clone(&view)));
        view
    }

    /// What the worst kill of the browser would leave: what the device has on disk.
    pub fn worst(&mut self, stores: &[Store], name: &Name) -> Rc<View> {
        let generation = generation(stores, name);
        if let Some((at, view)) = self.worst.get(name)
            && *at == generation
        {
            return Rc::clone(view);
        }
        let device = stores.iter().filter(|store| store.survives == Survives::Device);
        let entries: Vec<Entry> = device.flat_map(|s| s.of_document_at_worst(name)).collect();
        let view = Rc::new(View::of(&entries));
        self.worst.insert(name.clone(), (generation, Rc::clone(&view)));
        view
    }
}

/// Counts up with every change of the document's records in any store.
fn generation(stores: &[Store], name: &Name) -> u64 {
    stores.iter().map(|store| store.generation(name)).sum()
}
