//! How far the saving of a document is. Owns the stages of one save, who waits for it, and when the
//! next one is due; what a save consists of is `parcel.rs`'s, what becomes of the document is
//! `saving.rs`'s. One save is in flight; what is asked for meanwhile becomes one save after it.

use alloc::vec::Vec;

use super::autosave::AutosaveTimer;
use super::backoff::Backoff;
use super::config::Autosave;
use super::error::EngineError;
use super::ids::{Instant, Request, StoreId, Token};
use super::ledger::BaseTrace;
use super::parcel::Parcel;
use super::retry::Retry;
use super::status::SaveTrack;
use super::tracker::State;
use crate::record::{BaseRef, Digest, Key};

/// How far the saving of a document is.
#[derive(Debug)]
pub(crate) struct Saver {
    /// Who waits, and for which edit to be part of what is saved.
    pub(crate) requests: Vec<(Request, u64)>,
    /// A save follows as soon as one can begin.
    pub(crate) is_wanted: bool,
    /// The whole value was looked at for the save that is wanted.
    pub(crate) is_verified: bool,
    pub(crate) stage: Stage,
    pub(crate) backoff: Backoff,
    /// When the record of what is to be sent can be stored again.
    pub(crate) recording: Retry,
    /// How often in a row the server spoke of another state than the base, and had none.
    pub(crate) contradictions: u32,
    /// Every attempt failed: it is made again when something has changed, not by the clock.
    pub(crate) is_parked: bool,
    pub(crate) timer: AutosaveTimer,
    /// Why the last save failed.
    pub(crate) failure: Option<EngineError>,
}

/// Where a save is.
#[derive(Debug, Default)]
pub(crate) enum Stage {
    #[default]
    Idle,
    /// What will be sent is being stored.
    Storing { token: Token, delivery: Delivery },
    /// It can be sent.
    Ready(Delivery),
    /// It was sent, after so many renewals of the token.
    Sending { token: Token, renewals: u32, delivery: Delivery },
    /// There is no server: what the user saves is being kept as a version first.
    Archiving { errand: u64, saved: Saved },
    /// There is no server: the base is being stored, and that is the save.
    Keeping { token: Token, trace: BaseTrace, head: Digest, saved: Saved },
}

/// What is saved.
#[derive(Debug)]
pub(crate) struct Saved {
    /// Up to this edit.
    pub(crate) change: u64,
    pub(crate) state: State,
    /// What it is the base of; of a save without a server.
    pub(crate) reference: Option<BaseRef>,
}

/// A save on its way.
#[derive(Debug)]
pub(crate) struct Delivery {
    pub(crate) parcel: Parcel,
    pub(crate) saved: Saved,
    /// Of its record.
    pub(crate) sequence: u64,
    /// Where it lies, or may lie, so that it can be sent again after a crash.
    pub(crate) record: Option<(StoreId, Key)>,
    /// Its record, while no store has confirmed that it has it.
    pub(crate) unrecorded: Option<Vec<u8>>,
    /// Its record is being written; known when somebody else is to bring it.
    pub(crate) storing: Option<Token>,
    /// It may have had an effect.
    pub(crate) was_sent: bool,
    /// It was discarded while it was under way: it is not sent again.
    pub(crate) is_withdrawn: bool,
}

impl Saver {
    pub(crate) fn new(rule: Autosave) -> Saver {
        Saver {
            requests: Vec::new(),
            is_wanted: false,
            is_verified: false,
            stage: Stage::Idle,
            backoff: Backoff::default(),
            recording: Retry::default(),
            contradictions: 0,
            is_parked: false,
            timer: AutosaveTimer::new(rule),
            failure: None,
        }
    }

    pub(crate) fn is_idle(&self) -> bool {
        matches!(self.stage, Stage::Idle)
    }

    /// Whether a save is due.
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        self.is_wanted || self.timer.due().is_some_and(|due| due <= now)
    }

    /// What was failing is tried again at once: something has changed.
    pub(crate) fn hurry(&mut self) {
        self.backoff.hurry();
        self.is_parked = false;
    }

    /// The server answers again: what was given up for a while goes on.
    pub(crate) fn hurry_parked(&mut self) {
        if core::mem::take(&mut self.is_parked) {
            self.backoff.hurry();
        }
    }

    /// Takes the delivery out if the token is that of its request.
    pub(crate) fn take_sent(&mut self, token: Token) -> Option<(Delivery, u32)> {
        let is_its = matches!(&self.stage, Stage::Sending { token: own, .. } if *own == token);
        let stage = self.take_stage_if(is_its)?;
        let Stage::Sending { renewals, delivery, .. } = stage else { return None };
        Some((delivery, renewals))
    }

    /// The answer to a write came, stored or not: the delivery can be sent. What could not be
    /// stored is sent all the same: a full device keeps no work from the server.
    pub(crate) fn on_stored(&mut self, token: Token, is_stored: bool, now: Instant) -> bool {
        let is_its = matches!(&self.stage, Stage::Storing { token: own, .. } if *own == token);
        let Some(Stage::Storing { mut delivery, .. }) = self.take_stage_if(is_its) else {
            return false;
        };
        delivery.unrecorded.take_if(|_| is_stored);
        match is_stored {
            true => self.recording.clear(),
            false => self.recording.on_failure(now),
        }
        self.stage = Stage::Ready(delivery);
        true
    }

    /// When the record of what waits to be sent is to be stored once more.
    pub(crate) fn record_at(&self) -> Option<Instant> {
        let waits = matches!(&self.stage, Stage::Ready(delivery) if delivery.unrecorded.is_some());
        self.recording.at().filter(|_| waits)
    }

    /// Takes what was to be kept as a version by this errand.
    pub(crate) fn take_archived(&mut self, errand: u64) -> Option<Saved> {
        let is_its = matches!(&self.stage, Stage::Archiving { errand: own, .. } if *own == errand);
        let Stage::Archiving { saved, .. } = self.take_stage_if(is_its)? else { return None };
        Some(saved)
    }

    /// Takes what was kept on this device if the token is that of its write.
    pub(crate) fn take_kept(&mut self, token: Token) -> Option<(BaseTrace, Digest, Saved)> {
        let is_its = matches!(&self.stage, Stage::Keeping { token: own, .. } if *own == token);
        let stage = self.take_stage_if(is_its)?;
        let Stage::Keeping { trace, head, saved, .. } = stage else { return None };
        Some((trace, head, saved))
    }

    /// Takes the stage out if it is the one that an answer belongs to; nothing is under way then.
    fn take_stage_if(&mut self, is_its: bool) -> Option<Stage> {
        is_its.then(|| core::mem::take(&mut self.stage))
    }

    /// The delivery that is on its way.
    pub(crate) fn delivery(&self) -> Option<&Delivery> {
        match &self.stage {
            Stage::Storing { delivery, .. }
            | Stage::Ready(delivery)
            | Stage::Sending { delivery, .. } => Some(delivery),
            Stage::Idle | Stage::Archiving { .. } | Stage::Keeping { .. } => None,
        }
    }

    /// The delivery, for somebody else to bring: the document is closed.
    pub(crate) fn take_delivery(&mut self) -> Option<Delivery> {
        match core::mem::take(&mut self.stage) {
            Stage::Storing { token, delivery } => {
                Some(Delivery { storing: Some(token), ..delivery })
            }
            Stage::Ready(delivery) | Stage::Sending { delivery, .. } => Some(delivery),
            Stage::Idle | Stage::Archiving { .. } | Stage::Keeping { .. } => None,
        }
    }

    /// As the status shows it.
    pub(crate) fn track(&self, is_saved: bool) -> SaveTrack {
        let is_failing = self.backoff.failures() > 0;
        match (&self.stage, self.failure.is_some()) {
            (Stage::Storing { .. } | Stage::Archiving { .. } | Stage::Keeping { .. }, _) => {
                SaveTrack::Saving
            }
            (Stage::Ready(_) | Stage::Sending { .. }, true) if self.is_parked => SaveTrack::Failed,
            (Stage::Ready(_) | Stage::Sending { .. }, _) if is_failing => SaveTrack::Retrying,
            (Stage::Ready(_) | Stage::Sending { .. }, _) => SaveTrack::Saving,
            (Stage::Idle, true) => SaveTrack::Failed,
            (Stage::Idle, false) if is_saved => SaveTrack::Saved,
            (Stage::Idle, false) => SaveTrack::Idle,
        }
    }
}
