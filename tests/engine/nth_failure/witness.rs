//! What a new tab finds in the stores, held against what was promised. The stores are copied first,
//! so that looking changes nothing.

use super::world::{State, World, state_of};
use crate::disk::{DEVICE, Disk, MEMORY};
use crate::tab::Tab;
use keepfast::engine::{DraftState, EngineError};

impl World {
    /// As if every tab died at this moment: what a new one is given of each document was accepted
    /// once, is not older than reported, and was not dropped. `is_settled`: it is the newest.
    pub fn check(&self, is_settled: bool) {
        let disk = self.after_a_crash();
        for (name, promise) in &self.promises {
            let found = self.found(&disk, name);
            for state in &found {
                let newest = promise.newest(state);
                assert!(newest.is_some(), "{name} was never this: {state:?}, {promise:?}");
                assert!(!promise.dropped.contains(state), "{name} is back: {state:?}");
            }
            let newest = found.iter().filter_map(|state| promise.newest(state)).max();
            let may_lack = promise.may_be_gone || promise.stored == 0;
            assert!(newest.is_some() || may_lack, "{name} is not found: {promise:?}");
            let is_new = newest.is_none_or(|newest| newest >= promise.stored);
            assert!(is_new, "{name} is older than reported: {found:?}, {promise:?}");
            if is_settled {
                self.check_newest(name, &found);
            }
        }
    }

    /// Every tab finds again what it shows.
    fn check_newest(&self, name: &str, found: &[State]) {
        for player in &self.players {
            let Some(id) = player.open.get(name) else { continue };
            let shown = player.state(*id);
            assert!(found.contains(&shown), "{name}: {shown:?} is not among {found:?}");
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
    fn new_tab(&self, disk: &Disk) -> Tab {
        Tab::with(&disk.copy(), self.options("writer-witness"))
    }

    /// Every state of the document that a new tab is given: by loading it, and from the list.
    fn found(&self, disk: &Disk, name: &str) -> Vec<State> {
        let mut found = Vec::new();
        match self.new_tab(disk).load(name) {
            Ok(opened) => found.push(state_of(&opened)),
            Err(EngineError::NotFound | EngineError::SeveralDrafts) => {}
            Err(error) => panic!("{name} is in stores that work: {error:?}"),
        }
        for draft in self.new_tab(disk).drafts() {
            assert_ne!(draft.state, DraftState::Unreadable, "{draft:?}");
            assert_eq!(draft.unusable, [], "{draft:?}");
            if draft.name.document == name {
                let opened = self.new_tab(disk).recover(draft.name);
                found.push(state_of(&opened.expect("a listed draft can be recovered")));
            }
        }
        found
    }
}
