//! What must hold of what an engine finds in the stores: the list of drafts, what a load opens,
//! what an export gives, and that nothing is found only where nothing is. Owns these checks; each
//! is made only where no record changed and nothing failed since the request.

use keepfast::engine::{DraftName, DraftState, DraftSummary, Opened, Recovery};
use keepfast::record::{Drawer, Entry, Key};

use crate::disk::Name;
use crate::ledger::{State, engine_of};
use crate::tab::Asked;
use crate::view::{Draft, View};
use crate::world::{Checked, World};

impl World {
    /// Whether the stores are as they were at the request, and all of them could be read.
    pub fn is_undisturbed(&mut self, number: u32, asked: &Asked) -> bool {
        let is_same = asked.changes == self.changes() && self.stores.iter().all(|store| store.up);
        let Some(tab) = self.tab(number) else { return false };
        is_same && tab.troubles == asked.troubles && !tab.is_blind
    }

    /// The list names every draft of the dead that can be read, and none that is gone. Who died
    /// after the request may be left out.
    pub fn check_list(&mut self, number: u32, asked: &Asked, drafts: &[DraftSummary]) -> Checked {
        let Some(tab) = self.tab(number) else { return Ok(()) };
        let held: Vec<Name> = tab.documents.values().map(|open| open.name.clone()).collect();
        for name in self.names() {
            let view = self.view(&name);
            for draft in &view.drafts {
                if self.was_living(number, &name, &draft.writer, asked) {
                    continue;
                }
                let is_base = view.bases.iter().any(|(_, base)| base.same_work(&draft.state));
                let is_carried = view.is_carried(draft);
                let of_it = |summary: &&DraftSummary| {
                    (&summary.name.collection, &summary.name.document) == (&name.0, &name.1)
                        && summary.name.writer == draft.writer
                };
                let listed = drafts.iter().find(of_it);
                let is_right = listed.is_some_and(|summary| {
                    summary.change == draft.change && summary.state != DraftState::Unreadable
                });
                if !is_right && !is_base && !is_carried && !held.contains(&name) {
                    let what = format!("{name:?} of {} at {}", draft.writer, draft.change);
                    return self.fail("I1: every draft of the dead is listed", what);
                }
            }
            for key in view.unusable.iter().filter(|key| key.drawer != Drawer::Base) {
                let is_told =
                    drafts.iter().any(|draft| draft.unusable.iter().any(|(other, _)| other == key));
                let is_living = self.was_living(number, &name, &key.writer, asked);
                if !is_told && !is_living && !held.contains(&name) {
                    return self.fail("I4: what is unreadable is listed", format!("{key:?}"));
                }
            }
        }
        Ok(())
    }

    /// Whether the writer lives, or lived when this was asked for.
    fn was_living(&mut self, number: u32, name: &Name, writer: &str, asked: &Asked) -> bool {
        let engine = engine_of(writer);
        let is_own = self.tab(number).is_some_and(|tab| tab.writer == engine);
        let was_alive = !is_own && asked.alive.iter().any(|alive| alive == engine);
        was_alive || self.is_living(number, name, writer)
    }

    /// Nothing was found: then nothing is there.
    pub fn check_not_found(&mut self, name: &Name) -> Checked {
        let view = self.view(name);
        if !view.drafts.is_empty() || !view.bases.is_empty() || !view.unusable.is_empty() {
            let (drafts, bases) = (view.drafts.len(), view.bases.len());
            let what = format!("{name:?}: {drafts} drafts, {bases} bases, {:?}", view.unusable);
            return self.fail("I4: could not read is never nothing there", what);
        }
        Ok(())
    }

    /// A load goes on with the sole draft of the dead whose base is current, or shows the newest
    /// base.
    pub fn check_load(
        &mut self,
        number: u32,
        name: &Name,
        (asked, opened): (&Asked, &Opened),
    ) -> Checked {
        let view = self.view(name);
        let newest = view.bases.iter().max_by_key(|(revision, _)| *revision).cloned();
        let state = State::new(
            &crate::value::Value::parse(&opened.text).map(|it| it.canonical()).unwrap_or_default(),
            &opened.title,
            opened.description.as_deref(),
        );
        let drafts: Vec<&Draft> = self.candidates(number, name, &view);
        let is_current = |draft: &Draft| match &newest {
            Some((revision, _)) => draft.base == Some(*revision),
            None => true,
        };
        let applies = self.parameters.recovery == Recovery::Apply || newest.is_none();
        // Words have revisions of their own: several bases may have the same content.
        let is_newest = |(of, _): &&(u64, State)| newest.as_ref().is_some_and(|(it, _)| it == of);
        let expected: Vec<&State> = match drafts[..] {
            [draft] if applies && is_current(draft) => [&draft.state].into(),
            [] => view.bases.iter().filter(is_newest).map(|(_, base)| base).collect(),
            _ => Vec::new(),
        };
        let version = self.tab(number).map_or(1, |tab| tab.version);
        // What another version wrote is compared after a migration only.
        let versions = view.drafts.iter().map(|draft| draft.schema_version);
        let is_foreign = versions.chain(view.base_versions.clone()).any(|other| other != version);
        // A draft that equals one of the newest bases is settled or not, as their words come later.
        let newest_bases: Vec<_> = view.bases.iter().filter(is_newest).collect();
        let is_among =
            |draft: &Draft| newest_bases.iter().any(|(_, it)| it.same_work(&draft.state));
        let is_settled = newest_bases.len() > 1 && view.drafts.iter().any(is_among);
        let is_clear = view.unusable.is_empty() && !opened.read_only && !is_foreign;
        // Who lived when this was asked may have died after the writers were listed: that draft is
        // offered the next time.
        let mut writers = drafts.iter().map(|draft| draft.writer.clone());
        let is_late = writers.any(|writer| self.was_living(number, name, &writer, asked));
        let is_clear = is_clear && !is_settled && !is_late;
        let is_right = expected.is_empty() || expected.iter().any(|it| it.same_work(&state));
        if is_clear && !is_right {
            let what = format!("{name:?}: {} drafts, {:?}", drafts.len(), opened.change);
            return self.fail("I1: a load goes on with the newest work", what);
        }
        Ok(())
    }

    /// Drafts that a load may go on with.
    fn candidates<'a>(&mut self, number: u32, name: &Name, view: &'a View) -> Vec<&'a Draft> {
        let newest = view.bases.iter().max_by_key(|(revision, _)| *revision);
        let is_open = |draft: &&Draft| {
            !view.is_carried(draft) && !newest.is_some_and(|(_, base)| base.same_work(&draft.state))
        };
        let open = view.drafts.iter().filter(is_open);
        open.filter(|draft| !self.is_living(number, name, &draft.writer)).collect()
    }

    /// An export gives every record of the draft, as it lies there.
    pub fn check_export(&mut self, draft: &DraftName, entries: &[Entry]) -> Checked {
        let name = (draft.collection.clone(), draft.document.clone());
        let all: Vec<Entry> = self.stores.iter().flat_map(|it| it.of_document(&name)).collect();
        let is_draft = |key: &Key| matches!(key.drawer, Drawer::Draft | Drawer::Tail);
        let own =
            all.iter().filter(|entry| is_draft(&entry.key) && entry.key.writer == draft.writer);
        match own.into_iter().find(|entry| !entries.contains(entry)) {
            Some(entry) => {
                let what = format!("{:?}", entry.key);
                self.fail("I4: an export holds every record of the draft", what)
            }
            None => Ok(()),
        }
    }
}
