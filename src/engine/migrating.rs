//! Brings content that an older version of the app wrote to the schema version of this one, step
//! by step, by the app's functions. Owns which text is next; the old records stay as they are.

use alloc::string::String;
use alloc::vec::Vec;

use super::deciding::Plan;
use super::effect::{Effect, Effects};
use super::error::EngineError;
use super::ids::Token;
use super::tracker::replica_of;
use crate::json::Source;
use crate::replica::Replica;

/// A plan on its way to the schema version of this engine.
#[derive(Debug)]
pub(crate) struct Migration {
    pub(crate) plan: Plan,
    collection: String,
    target: u32,
    token: Option<Token>,
    jobs: Vec<Job>,
    /// The draft was written by an older version.
    pub(crate) has_old_draft: bool,
    /// The base was written by an older version.
    pub(crate) has_old_base: bool,
}

#[derive(Debug)]
struct Job {
    subject: Subject,
    version: u32,
}

#[derive(Clone, Copy, Debug)]
enum Subject {
    Base,
    Draft,
}

impl Migration {
    pub(crate) fn new(plan: Plan, collection: String, target: u32) -> Migration {
        let is_old = |version: u32| !plan.is_read_only && version < target;
        let base = plan.base.as_ref().map(|base| base.schema_version).filter(|it| is_old(*it));
        let draft = plan.draft.as_ref().map(|draft| draft.schema_version).filter(|it| is_old(*it));
        let base_job = base.map(|version| Job { subject: Subject::Base, version });
        let draft_job = draft.map(|version| Job { subject: Subject::Draft, version });
        Migration {
            collection,
            target,
            token: None,
            jobs: base_job.into_iter().chain(draft_job).collect(),
            has_old_draft: draft.is_some(),
            has_old_base: base.is_some(),
            plan,
        }
    }

    /// Asks for the next step; nothing when everything is of this version.
    pub(crate) fn ask(&mut self, effects: &mut Effects) -> Option<Token> {
        let job = self.jobs.first()?;
        let content = match job.subject {
            Subject::Base => self.plan.base.as_ref().map(|base| &base.content),
            Subject::Draft => self.plan.draft.as_ref().map(|draft| &draft.content),
        };
        let text = content.map(Replica::canonical).unwrap_or_default();
        let token = effects.token();
        let (collection, to) = (self.collection.clone(), job.version + 1);
        effects.push(Effect::Migrate { token, collection, to, text });
        self.token = Some(token);
        self.token
    }

    /// Takes the result of a step.
    pub(crate) fn on_migrated(&mut self, token: Token, text: &[u8]) -> Result<(), EngineError> {
        if self.token.take_if(|known| *known == token).is_none() {
            return Ok(());
        }
        let content = replica_of(text, Source::Foreign)?;
        let Some(job) = self.jobs.first_mut() else { return Ok(()) };
        match job.subject {
            Subject::Base => self.plan.base.iter_mut().for_each(|it| it.content = content.clone()),
            Subject::Draft => {
                self.plan.draft.iter_mut().for_each(|it| it.content = content.clone());
            }
        }
        job.version += 1;
        if job.version >= self.target {
            self.jobs.remove(0);
        }
        Ok(())
    }
}
