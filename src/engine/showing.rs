//! How a document shows itself: from its facts to its status. Owns the rules; claims never more
//! than the weakest layer below (I10).

use alloc::string::String;

use super::context::Context;
use super::document::Document;
use super::effect::Effect;
use super::notice::Notice;
use super::status::{DraftTrack, SaveTrack, Status, SyncTrack};
use crate::json::hex;

impl Document {
    /// Tells of parts that are doing otherwise, and shows the status if it differs from the one
    /// shown last.
    pub(crate) fn show(&mut self, ctx: &mut Context) {
        for (pointer, state) in self.parts.take_changes() {
            let document = self.id;
            let changed = Notice::PartChanged { document, pointer, state };
            ctx.effects.push(Effect::Notify(changed));
        }
        let status = self.status();
        if let Some(status) = self.board.update(status) {
            ctx.effects.push(Effect::StatusChanged { document: self.id, status });
        }
    }

    fn status(&self) -> Status {
        let tracker = &self.tracker;
        let base = tracker.base.as_ref();
        let dirty = !self.is_read_only && tracker.is_dirty();
        let base_digest: Option<String> = base.map(|base| hex(&base.reference.digest));
        let is_saved = !dirty && base.is_some();
        Status {
            dirty,
            draft: self.draft_track(dirty),
            save: if is_saved { SaveTrack::Saved } else { SaveTrack::Idle },
            sync: if self.is_in_conflict { SyncTrack::Conflict } else { SyncTrack::Off },
            accepted: tracker.accepted,
            stored: self.draft.stored,
            flushed: self.draft.flushed,
            acknowledged: self.acknowledged,
            revision: base.map(|base| base.reference.revision),
            digest: if is_saved { base_digest.clone() } else { None },
            base_digest,
            content_bytes: tracker.state.content.bytes(),
            last_modified: tracker.modified,
            last_stored: self.last_stored,
            last_saved: self.last_saved,
            read_only: self.is_read_only,
            error: self.error.clone(),
        }
    }

    fn draft_track(&self, dirty: bool) -> DraftTrack {
        let is_stored = self.is_read_only || self.draft.stored >= self.tracker.accepted;
        match (self.error.is_some(), is_stored, dirty) {
            (_, true, true) => DraftTrack::Stored,
            (_, true, false) => DraftTrack::Clean,
            (true, false, _) => DraftTrack::Failed,
            (false, false, _) => DraftTrack::Pending,
        }
    }
}
