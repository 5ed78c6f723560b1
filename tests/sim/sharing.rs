//! What the tabs of a device have in common: the lease and the heads of documents. Owns what must
//! hold of both, and takes down what is saved on the device.

use keepfast::engine::{Survives, SyncTrack};
use keepfast::record::{Body, Drawer, Entry, Record, decode};

use crate::disk::{Name, name};
use crate::effects::Commit;
use crate::ledger::State;
use crate::world::{Checked, World};

/// Whether records of a drawer belong to no writer.
pub fn is_shared(drawer: Drawer) -> bool {
    matches!(drawer, Drawer::Head | Drawer::Lease)
}

impl World {
    /// What is written over a lease or a head that is there, seen when it takes effect.
    pub fn check_shared(&mut self, number: u32, commit: &Commit) -> Checked {
        // Other stores cannot refuse the slower of two.
        let is_device = self.stores[commit.store.0 as usize].survives == Survives::Device;
        let shared = commit.batch.put.iter().filter(|entry| is_shared(entry.key.drawer));
        for entry in shared.filter(|_| is_device) {
            let there = self.stores[commit.store.0 as usize].record(&entry.key);
            let old = there.and_then(|bytes| decode(bytes).ok());
            let Ok(new) = decode(&entry.bytes) else {
                return self.fail("I4: what is written can be read", format!("{:?}", entry.key));
            };
            let is_after = old.as_ref().is_none_or(|old| is_after(&new, old));
            if !is_after {
                let what = format!("{:?} by tab {number}: {old:?}, then {new:?}", entry.key);
                return match entry.key.drawer {
                    Drawer::Lease => self.fail("I3: a later holder is not overruled", what),
                    _ => self.fail("I3: a save builds on the newest one", what),
                };
            }
        }
        Ok(())
    }

    /// What is saved on the device is a base from here on.
    pub fn take_down_kept(&mut self, entries: &[Entry]) {
        let has_head = entries.iter().any(|entry| entry.key.drawer == Drawer::Head);
        for entry in entries.iter().filter(|it| has_head && it.key.drawer == Drawer::Base) {
            let Ok(Record { header, body: Body::Whole(whole), .. }) = decode(&entry.bytes) else {
                continue;
            };
            let state = State::new(&whole.content, &whole.title, whole.description.as_deref());
            let revision = header.base.map_or(0, |base| base.revision);
            let bases = &mut self.ledger.book(&name(&entry.key)).bases;
            if !bases.contains(&(revision, state.clone())) {
                bases.push((revision, state));
            }
        }
    }

    /// One visible tab asks the server for all, where the tabs can agree on one.
    pub fn check_leader(&mut self) -> Checked {
        let can_agree = self.parameters.ladder[0] == Survives::Device;
        if self.parameters.net.is_none() || !can_agree || self.tabs.is_empty() {
            return Ok(());
        }
        let leaders = self.tabs.iter().filter(|tab| tab.engine.leads()).map(|tab| tab.number);
        let leaders: Vec<u32> = leaders.collect();
        match leaders[..] {
            [_] => Ok(()),
            _ => self.fail("liveness: one tab leads", format!("{leaders:?}")),
        }
    }

    /// Every document is the newest one that was saved on the device, or grew from it, or is in
    /// conflict with it.
    pub fn check_kept(&mut self, number: u32) -> Checked {
        let Some(tab) = self.tab(number) else { return Ok(()) };
        let open = tab.documents.iter().filter(|(_, it)| !it.read_only && !it.is_unspeakable);
        let open = open.filter_map(|(id, it)| {
            Some((it.name.clone(), it.told_state(), tab.engine.status(*id)?))
        });
        for (name, state, status) in open.collect::<Vec<_>>() {
            let view = self.view(&name);
            let Some(head) = self.head_of(&name) else { continue };
            if !view.bases.iter().any(|(revision, _)| *revision == head) {
                // A fault took what it names.
                continue;
            }
            // One begun while its namesake could not be seen meets it when it is saved.
            let is_new = status.revision.is_none();
            let waits = is_new || matches!(status.sync, SyncTrack::Conflict | SyncTrack::Behind);
            let is_newest = waits || status.revision == Some(head);
            let is_same = |(revision, base): &(u64, State)| {
                Some(*revision) == status.revision && base.same_work(&state)
            };
            let is_it = status.dirty || self.ledger.book(&name).bases.iter().any(is_same);
            let is_excused = self.ledger.book(&name).struck_at.is_some();
            let holds = is_newest && is_it;
            if !holds && !is_excused {
                let what = format!("{name:?}: head {head}, {status:?}");
                return self.fail("liveness: every tab has what was saved last", what);
            }
        }
        Ok(())
    }

    /// The revision that the head of a document names, in the best store.
    fn head_of(&self, of: &Name) -> Option<u64> {
        let entries = self.stores[0].of_document(of).into_iter();
        let mut heads = entries.filter(|entry| entry.key.drawer == Drawer::Head);
        let record = decode(&heads.next()?.bytes).ok()?;
        record.header.base.map(|base| base.revision)
    }
}

/// Whether a lease or a head may take the place of another.
fn is_after(new: &Record, old: &Record) -> bool {
    let sign = |it: &Record| (it.header.sequence, it.header.change);
    match (new.header.base, old.header.base) {
        (Some(new), Some(old)) => {
            let numbers = |it: &keepfast::record::BaseRef| (it.revision, it.metadata_revision);
            let (of, words) = numbers(&old);
            new.revision >= of && new.metadata_revision >= words && numbers(&new) != numbers(&old)
        }
        _ => sign(new) >= sign(old),
    }
}
