//! What a document is opened with: the base, a draft, both, or not at all. Owns the choice; it
//! touches nothing.

use alloc::vec::Vec;

use super::classify::Classified;
use super::config::Recovery;
use super::error::EngineError;
use super::event::{DraftName, DraftState};
use super::ids::StoreId;
use crate::record::{Recovered, RecoveredBase};

/// What a document is opened with.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The base that it is compared with.
    pub(crate) base: Option<RecoveredBase>,
    /// The draft that it goes on with.
    pub(crate) draft: Option<Recovered>,
    /// The draft grew from an older base than the newest.
    pub(crate) is_in_conflict: bool,
    /// That newest base.
    pub(crate) rival: Option<RecoveredBase>,
    /// A newer version of the app wrote it.
    pub(crate) is_read_only: bool,
    /// Writers whose records need nobody any more.
    pub(crate) spent: Vec<Recovered>,
}

impl Plan {
    fn of_base(base: Option<RecoveredBase>, spent: Vec<Recovered>) -> Plan {
        let (is_in_conflict, is_read_only) = (false, false);
        Plan { base, draft: None, is_in_conflict, rival: None, is_read_only, spent }
    }
}

/// What `Load` opens.
pub(crate) fn decide_load(
    found: Classified,
    policy: Recovery,
    schema_version: u32,
    unread: &[StoreId],
) -> Result<Plan, EngineError> {
    if let Some(base) = found.base.clone() {
        let is_newer = base.schema_version > schema_version;
        return Ok(Plan { is_read_only: is_newer, ..with_base(found, base, policy, is_newer) });
    }
    let newer = found.drafts.iter().filter(|(state, _)| *state == DraftState::Newer).count();
    match (found.drafts.len(), newer) {
        (1, newer) => {
            let draft = found.drafts.into_iter().next().map(|(_, draft)| draft);
            let spent = carried_by(draft.as_ref(), found.carried);
            let is_read_only = newer == 1;
            Ok(Plan { draft, is_read_only, ..Plan::of_base(None, spent) })
        }
        (0, _) if !unread.is_empty() => Err(EngineError::Unavailable),
        (0, _) if found.is_held => Err(EngineError::WriterAlive),
        (0, _) if !found.unusable.is_empty() => Err(EngineError::Unreadable),
        (0, _) => Err(EngineError::NotFound),
        (_, _) => Err(EngineError::SeveralDrafts),
    }
}

fn with_base(found: Classified, base: RecoveredBase, policy: Recovery, is_newer: bool) -> Plan {
    let Classified { mut drafts, mut settled, carried, .. } = found;
    let is_sole = drafts.len() == 1 && drafts.iter().all(|(it, _)| *it == DraftState::Recoverable);
    if is_newer {
        return Plan::of_base(Some(base), Vec::new());
    }
    let draft = match is_sole && policy == Recovery::Apply {
        true => drafts.pop().map(|(_, draft)| draft),
        false => None,
    };
    let mut spent = carried_by(draft.as_ref(), carried.clone());
    for draft in &settled {
        spent.extend(carried_by(Some(draft), carried.clone()));
    }
    spent.append(&mut settled);
    Plan { draft, ..Plan::of_base(Some(base), spent) }
}

/// What `Recover` opens: the draft, over the base that it grew from.
pub(crate) fn decide_recover(found: Classified, name: &DraftName) -> Result<Plan, EngineError> {
    let is_named = |(_, draft): &(DraftState, Recovered)| draft.writer == name.writer;
    let Some(at) = found.drafts.iter().position(is_named) else {
        let is_bad = found.unusable.iter().any(|it| it.key.writer == name.writer);
        return Err(if is_bad { EngineError::Unreadable } else { EngineError::NoSuchDraft });
    };
    let Classified { mut drafts, bases, base, carried, .. } = found;
    let (state, draft) = drafts.swap_remove(at);
    let is_grown = |base: &RecoveredBase| {
        draft.base.is_some_and(|grown| {
            grown.digest == base.base.digest && grown.revision == base.base.revision
        })
    };
    let own = bases.into_iter().rev().find(is_grown);
    let spent = carried_by(Some(&draft), carried);
    let is_in_conflict = state == DraftState::Conflict;
    Ok(Plan {
        rival: base.clone().filter(|_| is_in_conflict),
        base: base.filter(|_| !is_in_conflict).or(own),
        draft: Some(draft),
        is_in_conflict,
        is_read_only: state == DraftState::Newer,
        spent,
    })
}

/// The drafts that a draft carries on, directly or through another.
fn carried_by(draft: Option<&Recovered>, mut rest: Vec<Recovered>) -> Vec<Recovered> {
    let Some(draft) = draft else { return Vec::new() };
    let mut carried: Vec<Recovered> = Vec::new();
    let mut origins = draft.adopted.clone();
    while let Some(origin) = origins.pop() {
        let is_meant =
            |other: &Recovered| other.writer == origin.writer && other.sequence <= origin.sequence;
        if let Some(at) = rest.iter().position(is_meant) {
            let other = rest.swap_remove(at);
            origins.extend(other.adopted.iter().cloned());
            carried.push(other);
        }
    }
    carried
}
