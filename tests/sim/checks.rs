//! What must hold after every step, each check named after its invariant (I1 to I10 of the design).
//! Owns the comparison of what the engine claims with what the stores would give back after a kill
//! at this very moment.

use std::rc::Rc;

use keepfast::engine::{Instant, Survives};
use keepfast::record::{Drawer, Entry, Key, decode};

use crate::disk::{Name, name};
use crate::effects::Commit;
use crate::ledger::{Book, Line, Standing, engine_of};
use crate::sharing::is_shared;
use crate::tab::{Open, draft_times};
use crate::versions::{has_writer, is_version};
use crate::view::View;
use crate::world::{Checked, Due, World};

impl World {
    /// Everything that is checked without an answer or an event.
    pub fn check_all(&mut self) -> Checked {
        for name in self.names() {
            self.check_document(&name)?;
        }
        Ok(())
    }

    /// After an event of this tab.
    pub fn check_tab(&mut self, number: u32) -> Checked {
        self.check_numbers(number)?;
        self.check_in_time(number)?;
        self.check_all()
    }

    /// What recovery would find of a document after a kill at this moment.
    fn check_document(&mut self, name: &Name) -> Checked {
        let now = self.views.now(&self.stores, name);
        let worst = self.views.worst(&self.stores, name);
        self.check_accepted(name, &now)?;
        let book = self.ledger.book(name);
        let newest = book.newest_base().map(|(revision, _)| *revision);
        let is_there = now.has_base(newest) && worst.has_base(newest);
        book.has_lost_base &= !is_there;
        for index in 0..self.ledger.book(name).lines.len() {
            self.end_excuse(name, index, &now);
            let line = self.ledger.book(name).lines[index].clone();
            self.check_line(name, index, &line, &now, &worst)?;
        }
        Ok(())
    }

    /// After a fault took records, claims count again once a whole record is stored, and nothing
    /// that is newer, or on its way, builds on what is gone.
    fn end_excuse(&mut self, name: &Name, index: usize, view: &View) {
        let writes = |due: &Due| match due {
            Due::Commit(commit) => {
                commit.batch.put.iter().any(|it| crate::disk::name(&it.key) == *name)
            }
            Due::Event(_) | Due::Answer(_) | Due::Look(_) | Due::Letter(_) => false,
        };
        let is_still = !self.queue.values().any(|(_, due)| writes(due));
        let line = &mut self.ledger.book(name).lines[index];
        if !line.excused || !line.is_renewed || !is_still {
            return;
        }
        let Some(draft) = view.draft(&line.writer) else { return };
        if draft.change < line.stored {
            return;
        }
        let is_broken = |key: &Key| {
            key.drawer == Drawer::Base || key.writer == line.writer && key.sequence > draft.sequence
        };
        line.excused = view.unusable.iter().any(is_broken);
    }

    fn check_accepted(&mut self, name: &Name, view: &View) -> Checked {
        let book = self.ledger.book(name);
        for draft in &view.drafts {
            let mut own = book.lines.iter().filter(|line| line.writer == draft.writer);
            let is_base = || book.bases.iter().any(|(_, base)| base.same_work(&draft.state));
            // A record of the base may stand for a discarded draft that is out of reach.
            let stands_for =
                |line: &Line| line.given_up.max(line.discarding).is_some() && is_base();
            if !own.any(|line| line.was(draft.change, &draft.state) || stands_for(line)) {
                let what = format!("{name:?} of {} at change {}", draft.writer, draft.change);
                return self.fail("I2: what is recovered was accepted", what);
            }
            let gone = book.lines.iter().filter(|line| line.writer == draft.writer);
            let gone = gone.filter(|line| !line.was_excused);
            let mut gone = gone.filter_map(|line| line.discarded.map(|through| (line, through)));
            let is_back = |(line, through): (&Line, u64)| {
                draft.change <= through
                    && line.was(draft.change, &draft.state)
                    && !line.anew.contains(&draft.state)
            };
            // A record that carries it on keeps it from being offered; a base is never discarded.
            let is_kept = view.is_carried(draft) || is_base();
            if gone.any(is_back) && !is_kept && !book.lines.iter().any(|line| reopened(line, draft))
            {
                let what = format!("{name:?} of {} at change {}", draft.writer, draft.change);
                return self.fail("I7: what was discarded stays away", what);
            }
        }
        for (revision, state) in &view.bases {
            let mut known = book.bases.iter().filter(|(known, _)| known == revision);
            let is_known = known.any(|(_, base)| base.has_text_of(state));
            if !is_known || !book.has_saved(state) {
                let what = format!("{name:?} revision {revision}");
                return self.fail("I2: a base that is recovered has arrived", what);
            }
        }
        Ok(())
    }

    fn check_line(
        &mut self,
        name: &Name,
        index: usize,
        line: &Line,
        now: &Rc<View>,
        worst: &Rc<View>,
    ) -> Checked {
        if line.read_only || line.standing == Standing::Leaving {
            return Ok(());
        }
        let book = self.ledger.book(name);
        if line.adopted.as_ref().is_some_and(|from| book.given_up.contains(from))
            && line.stored <= line.opened
        {
            return Ok(());
        }
        let stored = match line.standing {
            Standing::Dead => line.rest.as_ref().map(|rest| rest.change),
            Standing::Open | Standing::Leaving => Some(line.stored).filter(|stored| *stored > 0),
        };
        let is_stored =
            line.excused || stored.is_none_or(|stored| self.holds(name, line, stored, now));
        let flushed = match line.standing {
            Standing::Dead => line.flushed.min(stored.unwrap_or(0)),
            Standing::Open | Standing::Leaving => line.flushed,
        };
        let owes_disk = stored.is_some() && flushed > 0;
        let is_on_disk = !owes_disk || self.holds(name, line, flushed, worst);
        let on_disk = worst.draft(&line.writer).map_or(0, |draft| draft.sequence);
        let is_broken = |key: &Key| key.writer == line.writer && key.sequence > on_disk;
        if is_on_disk && !line.excused && !worst.unusable.iter().any(is_broken) {
            self.ledger.book(name).lines[index].excused_on_disk = false;
        }
        let is_flushed = is_on_disk || line.excused_on_disk;
        let book = self.ledger.book(name);
        let is_saved = |least: u64| book.bases.iter().any(|(_, base)| line.was_since(least, base));
        let least = if is_stored { flushed } else { stored.unwrap_or(0) };
        if book.has_lost_base && is_saved(least) {
            return Ok(());
        }
        if is_stored && is_flushed {
            return Ok(());
        }
        let found = |view: &View| view.draft(&line.writer).map(|draft| draft.change);
        let what = format!(
            "{name:?} of {} ({:?}): stored {stored:?}, flushed {}, accepted {}; \
             a tab kill leaves {:?}, a browser kill {:?}",
            line.writer,
            line.standing,
            line.flushed,
            line.accepted,
            found(now),
            found(worst)
        );
        match (is_stored, line.standing) {
            (false, Standing::Dead) => self.fail("I1/I3: drafts of the dead stay", what),
            (false, _) => self.fail("I10: what is stored survives the tab", what),
            (true, _) => self.fail("I10: what is flushed survives the browser", what),
        }
    }

    /// Whether the view gives this line's work back, up to the change number at least.
    pub fn holds(&mut self, name: &Name, line: &Line, promised: u64, view: &View) -> bool {
        let book = self.ledger.book(name);
        Judge { book, view }.holds(line, promised, CHAIN_MAX)
    }

    /// What was changed in place may count as an edit of its own once it is seen.
    pub fn count_in_place(&mut self, number: u32) {
        let Some(tab) = self.tab(number) else { return };
        let writer = tab.writer.clone();
        let mut found = Vec::new();
        for (id, open) in &mut tab.documents {
            let accepted = tab.engine.status(*id).map(|status| status.accepted);
            if open.may_count && accepted == Some(open.count + 1) {
                (open.count, open.may_count) = (open.count + 1, false);
                if !open.is_touched {
                    open.captured_count = open.count;
                }
                found.push((open.name.clone(), open.count, open.state()));
            }
        }
        for (name, count, state) in found {
            self.note(&name, &writer, count, state);
        }
    }

    /// The numbers of every status against the shell's own.
    fn check_numbers(&mut self, number: u32) -> Checked {
        self.count_in_place(number);
        let Some(tab) = self.tab(number) else { return Ok(()) };
        let counts = tab.documents.iter().map(|(id, open)| {
            let accepted = tab.engine.status(*id).map(|status| status.accepted);
            (open.name.clone(), open.count, accepted, open.is_leaving)
        });
        for (name, count, accepted, is_leaving) in counts.collect::<Vec<_>>() {
            if accepted != Some(count) && !is_leaving {
                let what = format!("{name:?}: handed over {count}, accepted {accepted:?}");
                return self.fail("I10: every edit counts", what);
            }
        }
        Ok(())
    }

    /// With stores that work, an edit is written within the maximum wait; and whatever has failed,
    /// something is under way or being waited for.
    fn check_in_time(&mut self, number: u32) -> Checked {
        let (now_ms, is_opening) = (self.now_ms, self.is_opening(number));
        let Some(tab) = self.tab(number) else { return Ok(()) };
        if tab.in_flight > 0 || tab.engine.health().store.is_none() {
            return Ok(());
        }
        let wakeup = tab.engine.next_wakeup();
        let is_due = wakeup.is_some_and(|Instant(at)| at <= now_ms);
        let is_pending = |open: &&Open| !open.is_leaving && !open.is_unspeakable;
        for open in tab.documents.values().filter(is_pending) {
            let Some((change, since)) = open.unstored.front().copied() else { continue };
            let most = draft_times(&open.name.0).max_wait_ms;
            let what = format!("{:?} change {change} since {since} ms, at {now_ms}", open.name);
            if wakeup.is_none() && !is_opening {
                return self.fail("liveness: what is not stored is waited for", what);
            }
            if now_ms > since + most && !is_due && open.is_calm {
                return self.fail("W3: steady editing does not put the write off", what);
            }
        }
        Ok(())
    }

    /// What a write may do to the records that are there, seen when it is sent.
    pub fn check_write(&mut self, number: u32, commit: &Commit) -> Checked {
        let index = commit.store.0 as usize;
        let has_expectations = !commit.batch.expect.is_empty();
        if has_expectations && (commit.is_exit || self.stores[index].survives != Survives::Device) {
            let what = format!("to store {index}, exit {}", commit.is_exit);
            return self.fail("api: expectations go where they are understood", what);
        }
        if commit.batch.put.is_empty() && commit.batch.remove.is_empty() {
            return self.fail("api: a write does something", format!("to store {index}"));
        }
        let alive = self.alive();
        let Some(tab) = self.tab(number) else { return Ok(()) };
        let own = tab.writer.clone();
        let touched = commit.batch.put.iter().map(|entry| &entry.key).chain(&commit.batch.remove);
        let shown: Vec<&Name> =
            tab.documents.values().filter(|it| it.read_only).map(|it| &it.name).collect();
        // A save that its author began is told on, whoever may show the document.
        let is_its = |key: &&Key| key.drawer != Drawer::Outbox && !key.writer.ends_with("~0");
        let is_its = |key: &&Key| is_its(key) && !is_shared(key.drawer);
        let touched = touched.into_iter().filter(is_its).find(|key| shown.contains(&&name(key)));
        if let Some(key) = touched.cloned()
            && !self.is_given_up(&key)
        {
            return self.fail("api: what a newer version wrote is only shown", format!("{key:?}"));
        }
        for key in commit.batch.remove.iter().filter(|key| !is_version(key)) {
            let engine = engine_of(&key.writer);
            let is_alive = engine != own && alive.iter().any(|alive| alive == engine);
            if is_alive && key.drawer != Drawer::Base {
                let what = format!("{key:?} removed by {own}");
                return self.fail("I3: a living writer's records are its own", what);
            }
        }
        for entry in commit.batch.put.iter().filter(|entry| has_writer(&entry.key)) {
            let writer = &entry.key.writer;
            if engine_of(writer) != own {
                let what = format!("{:?} written by {own}", entry.key);
                return self.fail("I3: a writer writes under its own name", what);
            }
            // Bases of saves that nobody was at work on are written by no opening.
            if !writer.ends_with("~0") {
                self.learn_writer(number, &name(&entry.key), writer)?;
            }
        }
        Ok(())
    }

    /// Whether the user discarded the draft of this record, or the one that carries it on.
    fn is_given_up(&mut self, key: &Key) -> bool {
        let view = self.view(&name(key));
        let given_up = &self.ledger.book(&name(key)).given_up;
        let mut heirs = view.drafts.iter().filter(|draft| given_up.contains(&draft.writer));
        given_up.contains(&key.writer)
            || heirs.any(|heir| heir.adopted.iter().any(|(writer, _)| *writer == key.writer))
    }

    /// The first record of an opening says which writer it is.
    fn learn_writer(&mut self, number: u32, name: &Name, writer: &str) -> Checked {
        let tab = self.tab(number);
        let id = tab.as_ref().and_then(|tab| tab.find(name));
        let is_open = tab.zip(id).is_some_and(|(tab, id)| tab.engine.status(id).is_some());
        let book = self.ledger.book(name);
        let is_taken = book.lines.iter().any(|line| line.writer == *writer);
        let line = book.open_line(engine_of(writer));
        let Some(line) = line.filter(|line| is_open || line.standing == Standing::Open) else {
            // A record may be on its way before the app has heard that the document is open.
            if let Some(tab) = self.tab(number).filter(|_| !is_taken) {
                tab.early.insert(name.clone(), writer.to_owned());
            }
            return Ok(());
        };
        if line.writer == *writer {
            return Ok(());
        }
        if is_taken || !line.writer.ends_with('?') {
            let what = format!("{name:?}: {writer} after {}", line.writer);
            return self.fail("I3: every opening has a writer of its own", what);
        }
        line.writer = writer.to_owned();
        Ok(())
    }

    /// What a write may do to the records that are there, seen when it takes effect.
    pub fn check_batch(&mut self, number: u32, commit: &Commit) -> Checked {
        let index = commit.store.0 as usize;
        if self.is_memory(commit.store) {
            self.take_down_kept(&commit.batch.put);
            return Ok(());
        }
        self.check_versions(commit)?;
        for entry in commit.batch.put.iter().filter(|entry| !is_version(&entry.key)) {
            let there = self.stores[index].record(&entry.key);
            let is_other = there.is_some_and(|bytes| **bytes != *entry.bytes);
            let is_slot = entry.key.drawer == Drawer::Tail || is_shared(entry.key.drawer);
            // A save whose record was damaged is stored again in the same words.
            let is_damaged = self.stores[index].corrupt_since(&entry.key).is_some();
            let is_slot = is_slot || is_damaged;
            // A save that a store took and tore is put there once more, in the same words.
            let is_save = entry.key.drawer == Drawer::Outbox;
            if is_other && !is_slot && !(is_save && there.is_some_and(|it| decode(it).is_err())) {
                let what = format!("{:?}", entry.key);
                return self.fail("I4: a sequence is used once", what);
            }
        }
        self.check_shared(number, commit)?;
        self.take_down_kept(&commit.batch.put);
        let put = commit.batch.put.iter().map(|entry| &entry.key);
        let put = put.filter(|key| has_writer(key));
        let touched: Vec<Key> = put.chain(&commit.batch.remove).cloned().collect();
        for key in touched {
            self.check_quarantine(number, index, &key)?;
        }
        Ok(())
    }

    /// Damaged bytes stay, unless the user gave that draft up, or their own writer replaces them
    /// and could not know.
    fn check_quarantine(&mut self, number: u32, index: usize, key: &Key) -> Checked {
        let Some(since) = self.stores[index].corrupt_since(key) else { return Ok(()) };
        let Some(tab) = self.tab(number) else { return Ok(()) };
        let own = tab.writer.clone();
        let book = self.ledger.book(&name(key));
        let line = book.lines.iter().rfind(|line| line.engine == own);
        // What a save says was read before it was sent.
        if key.drawer == Drawer::Outbox {
            return Ok(());
        }
        let could_know = line.is_none_or(|line| line.read_since > since);
        if could_know && engine_of(&key.writer) != own && !book.given_up.contains(&key.writer) {
            return self.fail("I4: what is unreadable stays", format!("{key:?} by {own}"));
        }
        Ok(())
    }

    /// The page was just hidden: whatever becomes of the writes before, every edit is on its way.
    pub fn check_exit(&mut self, number: u32) -> Checked {
        let Some(tab) = self.tab(number) else { return Ok(()) };
        let health = tab.engine.health();
        if tab.exit_failed || health.survives == Survives::None {
            return Ok(());
        }
        let writer = tab.writer.clone();
        let is_meant = |open: &&Open| !open.is_leaving && !open.read_only && !open.is_unspeakable;
        let open = tab.documents.values().filter(is_meant);
        let open: Vec<(Name, u64)> = open.map(|open| (open.name.clone(), open.count)).collect();
        for (name, count) in open {
            let Some(line) = self.ledger.book(&name).open_line(&writer).cloned() else { continue };
            let book = self.ledger.book(&name);
            if line.excused || line.since(count).any(|state| book.has_saved(state)) {
                continue;
            }
            for lost in [false, true] {
                let view = self.view_after_exit(number, &name, lost);
                if !self.holds(&name, &line, count, &view) {
                    let found = view.draft(&line.writer).map(|draft| draft.change);
                    let before = if lost { ", the write before it lost" } else { "" };
                    let what = format!("{name:?} change {count}{before}: found {found:?}");
                    return self.fail("W4: leaving the page writes everything", what);
                }
            }
        }
        Ok(())
    }

    /// What lies in the stores when the exit writes of a tab are complete, and the writes that were
    /// under way before them are too, or are lost.
    fn view_after_exit(&mut self, number: u32, name: &Name, lost: bool) -> View {
        let mut entries: Vec<Entry> =
            self.stores.iter().flat_map(|store| store.of_document(name)).collect();
        for (owner, due) in self.queue.values() {
            let Due::Commit(commit) = due else { continue };
            if *owner != number || lost && !commit.is_exit {
                continue;
            }
            entries.retain(|entry| !commit.batch.remove.contains(&entry.key));
            let put =
                commit.batch.put.iter().filter(|entry| crate::disk::name(&entry.key) == *name);
            entries.extend(put.cloned());
        }
        View::of(&entries)
    }
}

/// Whether a line has the draft again that another line of its writer discarded.
fn reopened(line: &Line, draft: &crate::view::Draft) -> bool {
    line.writer == draft.writer
        && line.discarded.is_none_or(|through| through < draft.change)
        && line.was(draft.change, &draft.state)
}

/// What recovery finds of a document, beside what the app was told of it.
#[derive(Clone, Copy)]
struct Judge<'a> {
    book: &'a Book,
    view: &'a View,
}

impl Judge<'_> {
    /// Whether this line's work is given back, up to the change number at least.
    fn holds(self, line: &Line, promised: u64, depth: u32) -> bool {
        // An edit that changed nothing is stored with the record before it.
        let is_kept = |draft: &crate::view::Draft| {
            draft.change >= promised && line.was(draft.change, &draft.state)
                || line.was_since(promised, &draft.state)
        };
        if self.view.draft(&line.writer).is_some_and(is_kept)
            || self.is_saved(line, promised)
            || self.is_carried_on(line, &line.writer, promised, depth)
        {
            return true;
        }
        // What was adopted and is not written again yet still lies with the writer it came from,
        // or with another that adopted it too.
        let Some(from) = line.adopted.as_ref().filter(|_| promised <= line.opened) else {
            return false;
        };
        let draft = self.view.draft(from);
        draft.is_some_and(|draft| draft.change >= promised || is_kept(draft))
            || self.is_carried_on(line, from, promised, depth)
    }

    /// Whether a base that the line has reached, or a newer one, lies in the stores.
    fn is_saved(self, line: &Line, promised: u64) -> bool {
        let newest = self.view.bases.iter().map(|(revision, _)| *revision).max();
        let newest = newest.unwrap_or_default();
        line.since(promised).any(|state| self.book.has_saved_by(newest, state))
    }

    /// Whether another line has adopted the draft of a writer and holds it, or the user dropped it
    /// there.
    fn is_carried_on(self, line: &Line, writer: &String, promised: u64, depth: u32) -> bool {
        let is_heir = |other: &&Line| {
            let states = other.history.get(&other.opened);
            let is_same =
                || states.is_some_and(|all| all.iter().any(|it| line.was_since(promised, it)));
            other.adopted.as_ref() == Some(writer)
                && other.opened_at != line.opened_at
                && (other.opened >= promised || is_same())
        };
        self.book.lines.iter().filter(is_heir).any(|other| {
            let dropped = other.given_up.max(other.discarding);
            dropped.is_some_and(|through| through >= other.opened)
                || depth > 0 && self.has_taken_over(other, depth - 1)
        })
    }

    /// Whether a line has records of its own for what it adopted.
    fn has_taken_over(self, line: &Line, depth: u32) -> bool {
        let alone = Line { adopted: None, ..line.clone() };
        self.holds(&alone, line.opened, depth)
    }
}

/// Longest line of adoptions that is followed.
const CHAIN_MAX: u32 = 40;
