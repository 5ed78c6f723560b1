//! What an inquiry comes to: a document is opened, a draft is removed, or the request is refused.
//! Owns the checks that come before either; it changes nothing. What was found comes from
//! `inquiry.rs`.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::Engine;
use super::classify::Classified;
use super::deciding::{Plan, decide_load, decide_recover};
use super::effect::Answer;
use super::error::EngineError;
use super::event::DraftName;
use super::ids::StoreId;
use super::inquiry::Found;
use super::opening::unusable_keys;
use crate::record::{Drawer, Key};

/// What becomes of a concluded inquiry.
pub(super) enum Outcome {
    /// What was found is older than what is open: the stores have to be read again.
    Again,
    Answer(Answer),
    /// No store here has it: the server may.
    Fetch,
    Open(Box<Plan>, Vec<Key>),
    Remove(Vec<(StoreId, Vec<Key>)>),
}

impl Engine {
    pub(super) fn plan_load(
        &mut self,
        name: &(String, String),
        found: Option<Classified>,
        seen: &Found,
    ) -> Outcome {
        if let Some(document) = self.opened(&name.0, &name.1) {
            return Outcome::Answer(Answer::Opened(document.opened(false)));
        }
        let Some(rules) = self.config.collections.get(&name.0) else {
            return Outcome::Answer(Answer::Failed(EngineError::UnknownCollection));
        };
        if seen.is_partial {
            return Outcome::Answer(Answer::Failed(EngineError::Unavailable));
        }
        let may_fetch = self.net.has_remote() && seen.unread.is_empty();
        let Some(found) = found else {
            return match may_fetch {
                true => Outcome::Fetch,
                false => Outcome::Answer(Answer::Failed(seen.lack(EngineError::NotFound))),
            };
        };
        let unusable = unusable_keys(&found.unusable);
        match decide_load(found, self.config.recovery, rules.schema_version, &seen.unread) {
            Ok(plan) => Outcome::Open(Box::new(plan), unusable),
            Err(EngineError::NotFound) if may_fetch => Outcome::Fetch,
            Err(error) => Outcome::Answer(Answer::Failed(error)),
        }
    }

    pub(super) fn plan_recover(
        &mut self,
        name: &DraftName,
        found: Option<Classified>,
        seen: &Found,
    ) -> Outcome {
        let refuse = |error| Outcome::Answer(Answer::Failed(error));
        if self.is_at_work((&name.collection, &name.document), &name.writer, seen) {
            return refuse(EngineError::WriterAlive);
        }
        let open = self.opened(&name.collection, &name.document);
        if open.is_some_and(|document| document.tracker.is_dirty()) {
            return refuse(EngineError::Dirty);
        }
        if seen.is_partial {
            return refuse(EngineError::Unavailable);
        }
        let Some(found) = found else { return refuse(seen.lack(EngineError::NoSuchDraft)) };
        if open.is_some_and(|document| document.has_newer_base(found.base.as_ref())) {
            return Outcome::Again;
        }
        let unusable = unusable_keys(&found.unusable);
        match decide_recover(found, name) {
            Ok(plan) => Outcome::Open(Box::new(plan), unusable),
            Err(EngineError::NoSuchDraft) => refuse(seen.lack(EngineError::NoSuchDraft)),
            Err(error) => refuse(error),
        }
    }

    /// A draft is removed with all that it carries on: those would come back otherwise (I7). What
    /// cannot be read of another writer's stays: it is listed as a draft of its own (I4).
    pub(super) fn plan_discard(
        &mut self,
        name: &DraftName,
        found: Option<&Classified>,
        seen: &Found,
    ) -> Outcome {
        let refuse = |error| Outcome::Answer(Answer::Failed(error));
        if self.is_at_work((&name.collection, &name.document), &name.writer, seen) {
            return refuse(EngineError::WriterAlive);
        }
        if !seen.unread.is_empty() {
            return refuse(EngineError::Unavailable);
        }
        let Some(found) = found.filter(|_| !self.is_adopted(name)) else {
            return refuse(EngineError::NoSuchDraft);
        };
        let writers = found.lineage(&name.writer);
        let bad = unusable_keys(&found.unusable);
        let is_meant = |key: &Key| {
            let is_own = key.writer == name.writer;
            let is_draft = key.drawer != Drawer::Base && writers.contains(&key.writer);
            if bad.contains(key) { is_own } else { is_draft }
        };
        let mut rest: Vec<(StoreId, Vec<Key>)> = Vec::new();
        for (store, entry) in seen.entries.iter().filter(|(_, entry)| is_meant(&entry.key)) {
            match rest.iter_mut().find(|(known, _)| known == store) {
                Some((_, keys)) => keys.push(entry.key.clone()),
                None => rest.push((*store, alloc::vec![entry.key.clone()])),
            }
        }
        // The draft goes last: as long as it is there, nothing that it carries on comes back.
        rest.sort_by_key(|(_, keys)| keys.iter().any(|key| key.writer == name.writer));
        let saves = rest.iter().flat_map(|(_, keys)| keys);
        let saves = saves.filter(|key| key.drawer == Drawer::Outbox);
        self.post.withdraw(saves.cloned().collect::<Vec<_>>().into_iter());
        match rest.is_empty() {
            true => refuse(EngineError::NoSuchDraft),
            false => Outcome::Remove(rest),
        }
    }
}

pub(super) fn export(name: &DraftName, found: &Found) -> Answer {
    let of_writer = found.entries.iter().filter(|(_, entry)| entry.key.writer == name.writer);
    let entries: Vec<_> = of_writer.map(|(_, entry)| entry.clone()).collect();
    match entries.is_empty() {
        true => Answer::Failed(found.lack(EngineError::NoSuchDraft)),
        false => Answer::Exported(entries),
    }
}
