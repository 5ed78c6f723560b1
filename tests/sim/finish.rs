//! The end of a world: all faults are off, and everything comes to rest. Owns the checks that only
//! hold then: every edit is stored, every request answered, and nothing piles up.

use keepfast::engine::{DraftTrack, EngineError, Survives, SyncTrack};
use keepfast::record::{Drawer, Prefix, decode};

use crate::disk::Name;
use crate::ledger::Standing;
use crate::workload::EditKind;
use crate::world::{Checked, World};

impl World {
    /// Lets the world come to rest and checks what must hold then.
    pub fn finish(&mut self) -> Checked {
        self.trace.push(format!("{} ms, the end: no fault strikes any more", self.now_ms));
        self.quiet = true;
        self.kill_after = None;
        for store in &mut self.stores {
            store.up = true;
            store.quota = usize::MAX;
        }
        for number in
            self.tabs.iter().filter(|tab| tab.frozen).map(|t| t.number).collect::<Vec<_>>()
        {
            self.wake(number)?;
        }
        self.reconnect()?;
        self.advance(REST_MS)?;
        self.check_all()?;
        let numbers: Vec<u32> = self.tabs.iter().map(|tab| tab.number).collect();
        for number in &numbers {
            self.check_at_rest(*number)?;
            self.check_converged(*number)?;
        }
        // What nobody noticed to be gone is written again with the next edit.
        for number in &numbers {
            let ids: Vec<_> = self
                .tab(*number)
                .map(|t| t.documents.keys().copied().collect())
                .unwrap_or_default();
            for id in ids {
                self.edit_now(*number, id, EditKind::PutMember)?;
            }
        }
        self.advance(REST_MS)?;
        self.check_leader()?;
        for number in &numbers {
            self.check_at_rest(*number)?;
            self.check_converged(*number)?;
        }
        self.check_records()?;
        self.check_all_versions()?;
        self.check_after_the_last_kill()
    }

    /// The way to the server is open, somebody is signed in, and every page is visible.
    fn reconnect(&mut self) -> Checked {
        self.set_away(false, true)?;
        self.sign_in()?;
        for number in self.tabs.iter().map(|tab| tab.number).collect::<Vec<_>>() {
            self.deliver(number, keepfast::engine::Event::Shown)?;
        }
        Ok(())
    }

    /// Every document is what the server has, or grew from it, or is in conflict with it.
    fn check_converged(&mut self, number: u32) -> Checked {
        if self.parameters.keeps {
            return self.check_kept(number);
        }
        if self.parameters.net.is_none() {
            return Ok(());
        }
        let Some(tab) = self.tab(number) else { return Ok(()) };
        let is_meant = |open: &&crate::tab::Open| !open.read_only && !open.is_unspeakable;
        let open: Vec<_> = tab.documents.iter().filter(|(_, it)| is_meant(it)).collect();
        let open: Vec<_> = open
            .into_iter()
            .filter_map(|(id, it)| {
                // What was changed in place is seen with the next look at the whole value.
                Some((it.name.clone(), it.told_state(), tab.engine.status(*id)?))
            })
            .collect();
        for (name, state, status) in open {
            let theirs = self.on_server(&name);
            let is_same = match (status.sync, &theirs) {
                (SyncTrack::Ok, Some((revision, theirs))) => {
                    status.revision == Some(*revision) && (status.dirty || theirs.same_work(&state))
                }
                (SyncTrack::Ok, None) => status.revision.is_none(),
                (SyncTrack::Conflict, theirs) => theirs.is_some(),
                (SyncTrack::Gone, theirs) => theirs.is_none(),
                _ => false,
            };
            // A newer version of the app has saved it.
            let is_newer =
                status.sync == SyncTrack::Behind && self.is_newer_on_server(number, &name);
            // Nothing goes wrong any more: a server that is asked rightly contradicts nobody.
            let is_contradicted = status.error == Some(EngineError::Refused { status: 412 });
            if !is_same && !is_newer || is_contradicted {
                let theirs = theirs.map(|(revision, _)| revision);
                let what = format!("{name:?}: server {theirs:?}, {status:?}");
                return self.fail("liveness: everything converges", what);
            }
        }
        Ok(())
    }

    /// Nothing waits to be sent any more.
    fn check_outbox(&mut self) -> Checked {
        for store in self.stores.iter().filter(|store| store.survives != Survives::None) {
            let left = store.read(&Prefix::Drawer(Drawer::Outbox));
            if let Some(entry) = left.iter().find(|it| decode(&it.bytes).is_ok()) {
                let what = format!("{:?}", entry.key);
                return self.fail("liveness: every save is told to the server", what);
            }
        }
        Ok(())
    }

    fn check_at_rest(&mut self, number: u32) -> Checked {
        let best = self.parameters.ladder[0];
        let is_flushing = best == Survives::Device;
        let Some(tab) = self.tab(number) else { return Ok(()) };
        let health = tab.engine.health();
        if health.survives != best {
            return self.fail("liveness: back to the best store", format!("{health:?}"));
        }
        if let Some((request, asked)) = tab.asked.iter().next() {
            let what = format!("{request:?} {:?}", asked.ask);
            return self.fail("liveness: every request is answered", what);
        }
        let writer = tab.writer.clone();
        let open: Vec<_> =
            tab.documents.iter().map(|(id, open)| (*id, open.name.clone())).collect();
        for (id, name) in open {
            let Some(line) = self.ledger.book(&name).open_line(&writer).cloned() else { continue };
            let open = self.tab(number).and_then(|tab| tab.documents.get(&id));
            if open.is_some_and(|open| open.is_unspeakable) {
                continue;
            }
            let Some(status) = self.tab(number).and_then(|tab| tab.engine.status(id)) else {
                continue;
            };
            if line.read_only || line.excused || line.standing == Standing::Leaving {
                continue;
            }
            let is_settled = matches!(status.draft, DraftTrack::Clean | DraftTrack::Stored);
            let is_stored = status.stored == status.accepted;
            let is_flushed = status.flushed == status.accepted || !is_flushing;
            if !is_settled || status.draft == DraftTrack::Stored && !(is_stored && is_flushed) {
                return self.fail("liveness: every edit is stored", format!("{name:?} {status:?}"));
            }
            let view = self.view(&name);
            if !self.holds(&name, &line, status.accepted, &view) {
                let what = format!("{name:?} at {}", status.accepted);
                return self.fail("liveness: what is stored can be read", what);
            }
        }
        Ok(())
    }

    fn check_records(&mut self) -> Checked {
        for name in self.names() {
            let writers: Vec<String> =
                self.ledger.book(&name).lines.iter().map(|line| line.writer.clone()).collect();
            for writer in writers {
                let counts = self.stores.iter().map(|store| store.count(&name, &writer));
                if let Some(count) = counts.max().filter(|count| *count > RECORDS_MAX) {
                    let what = format!("{count} of {writer} for {name:?}");
                    return self.fail("liveness: records do not pile up", what);
                }
            }
        }
        Ok(())
    }

    /// Every tab dies, and a new one still finds everything.
    fn check_after_the_last_kill(&mut self) -> Checked {
        for number in self.tabs.iter().map(|tab| tab.number).collect::<Vec<_>>() {
            self.kill_tab(number)?;
        }
        self.parameters.versions = true;
        let number = loop {
            let number = self.open_tab()?;
            if self.tab(number).is_some_and(|tab| tab.version == 2) {
                break number;
            }
            self.kill_tab(number)?;
        };
        self.advance(1_000)?;
        let Some(request) = self.ask(number, crate::tab::Ask::List) else { return Ok(()) };
        self.deliver(number, keepfast::engine::Event::ListDrafts { request })?;
        self.advance(1_000)?;
        for name in self.names() {
            self.load_in(number, name)?;
            self.advance(2_000)?;
        }
        self.advance(REST_MS)?;
        self.check_all()?;
        for name in self.names() {
            self.check_found(number, &name)?;
        }
        self.check_at_rest(number)?;
        self.check_converged(number)?;
        self.check_outbox()
    }

    /// A document of which there is a base, or a sole draft, is open.
    fn check_found(&mut self, number: u32, name: &Name) -> Checked {
        let view = self.view(name);
        let is_open = self.tab(number).is_some_and(|tab| tab.find(name).is_some());
        let drafts = view.drafts.iter().filter(|draft| !view.is_carried(draft)).count();
        if !is_open && (drafts == 1 || !view.bases.is_empty()) {
            let what = format!("{name:?}: {drafts} drafts, {} bases", view.bases.len());
            return self.fail("liveness: every document is found again", what);
        }
        Ok(())
    }
}

/// How long everything may take to come to rest, in milliseconds: an opening that hangs ends within
/// ten seconds, and a store that was away is tried again within a minute.
const REST_MS: u64 = 72_000;
/// Records that a writer may have for a document in a store: a chain, the one before it, a tail.
const RECORDS_MAX: usize = 150;
