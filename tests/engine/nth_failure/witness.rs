//! What a new tab finds in the stores, held against what was promised. The stores are copied first,
//! so that looking changes nothing.

use super::promise::{State, state_of};
use super::world::World;
use crate::disk::{DEVICE, Disk, MEMORY};
use crate::line::Line;
use crate::tab::Tab;
use keepfast::engine::{DraftState, EngineError};

impl World {
    /// As if every tab died at this moment: what a new one is given of each document was accepted
    /// once, is not older than reported, and was not dropped. `is_settled`: it is the newest.
    pub fn check(&self, is_settled: bool) {
        let disk = self.after_a_crash();
        let line = self.line.as_ref().map(Line::copy);
        line.iter().for_each(Line::heal);
        line.iter().for_each(Line::sign_in);
        let line = line.as_ref();
        for (name, promise) in &self.promises {
            let found = self.found(&disk, line, name);
            let history = self.history(name);
            for state in &found {
                assert!(promise.rank(state).is_some(), "{name} was never: {state:?}, {promise:?}");
                let is_back = promise.dropped.contains(state) && !history.contains(state);
                assert!(!is_back, "{name} is back: {state:?}");
            }
            let newest = found.iter().filter_map(|it| promise.rank_among(it, &history)).max();
            let may_lack = promise.may_be_gone || promise.stored == 0;
            assert!(newest.is_some() || may_lack, "{name} is not found: {promise:?}");
            let saved = history.last().map(|last| promise.rank_among(last, &history));
            let has_saved = saved.is_none_or(|saved| saved >= Some(promise.confirmed));
            assert!(has_saved, "{name} lost a save: {promise:?}");
            let is_new = newest.is_none_or(|newest| newest >= promise.stored);
            assert!(is_new, "{name} is older than reported: {found:?}, {promise:?}");
            if is_settled {
                self.check_newest(name, &found);
            }
        }
    }

    /// Every tab finds again what it shows, unless the server has it.
    fn check_newest(&self, name: &str, found: &[State]) {
        for player in &self.players {
            let Some(id) = player.open.get(name) else { continue };
            let shown = player.state(*id);
            // What another tab made of it since is found in its place.
            let is_saved = self.history(name).last() == Some(&shown);
            assert!(found.contains(&shown) || is_saved, "{name}: {shown:?}, {found:?}");
        }
    }

    fn after_a_crash(&self) -> Disk {
        let disk = self.disk.copy();
        for writer in disk.alive() {
            disk.set_alive(&writer, false);
        }
        disk.heal(DEVICE);
        disk.refuse(DEVICE, None);
        disk.evict(MEMORY);
        disk
    }

    /// A tab that was never there before, over stores of its own.
    fn new_tab(&self, disk: &Disk, line: Option<&Line>) -> Tab {
        let line = line.map(Line::copy);
        self.tab(&disk.copy(), line.as_ref(), "writer-witness")
    }

    /// Every state of the document that a new tab is given: by loading it, and from the list.
    fn found(&self, disk: &Disk, line: Option<&Line>, name: &str) -> Vec<State> {
        let mut found = Vec::new();
        match self.new_tab(disk, line).load(name) {
            Ok(opened) => found.push(state_of(&opened)),
            Err(EngineError::NotFound | EngineError::SeveralDrafts | EngineError::Gone) => {}
            Err(error) => panic!("{name} is in stores that work: {error:?}"),
        }
        for draft in self.new_tab(disk, line).drafts() {
            assert_ne!(draft.state, DraftState::Unreadable, "{draft:?}");
            assert_eq!(draft.unusable, [], "{draft:?}");
            if draft.name.document == name {
                let opened = self.new_tab(disk, line).recover(draft.name);
                found.push(state_of(&opened.expect("a listed draft can be recovered")));
            }
        }
        found
    }
}
