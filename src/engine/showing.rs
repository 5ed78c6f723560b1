//! How a document shows itself: from its facts to its status. Owns the rules; claims never more
//! than the weakest layer below (I10).

use alloc::string::String;

use super::context::Context;
use super::document::Document;
use super::effect::Effect;
use super::net::Net;
use super::notice::Notice;
use super::status::{DraftTrack, Status, SyncTrack};
use crate::json::hex;

impl Document {
    /// Tells of parts that are doing otherwise, and shows the status if it differs from the one
    /// shown last.
    pub(crate) fn show(&mut self, is_paused: bool, ctx: &mut Context) {
        for (pointer, state) in self.parts.take_changes() {
            let document = self.id;
            let changed = Notice::PartChanged { document, pointer, state };
            ctx.effects.push(Effect::Notify(changed));
        }
        let sync = self.sync_track(is_paused, ctx.net);
        let status = self.status(sync);
        if let Some(status) = self.board.update(status) {
            ctx.effects.push(Effect::StatusChanged { document: self.id, status });
        }
    }

    fn status(&self, sync: SyncTrack) -> Status {
        let tracker = &self.tracker;
        let base = tracker.base.as_ref();
        let dirty = !self.is_read_only && tracker.is_dirty();
        let base_digest: Option<String> = base.map(|base| hex(&base.reference.digest));
        let is_saved = !dirty && base.is_some();
        Status {
            dirty,
            draft: self.draft_track(dirty),
            save: self.saver.track(is_saved),
            sync,
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
            error: self.error.clone().or_else(|| self.saver.failure.clone()),
        }
    }

    /// What stands between this document and the server, the worst first.
    fn sync_track(&self, is_paused: bool, net: &Net) -> SyncTrack {
        if self.gone.is_some() {
            return SyncTrack::Gone;
        }
        if self.is_in_conflict {
            return SyncTrack::Conflict;
        }
        if !net.has_remote() {
            return if self.is_outdated { SyncTrack::Behind } else { SyncTrack::Off };
        }
        match (net.is_signed_out(), net.is_offline(), is_paused) {
            (true, ..) => SyncTrack::Unauthorized,
            (false, true, _) => SyncTrack::Offline,
            (false, false, true) => SyncTrack::Paused,
            (false, false, false) if self.theirs.is_behind() || self.is_outdated => {
                SyncTrack::Behind
            }
            (false, false, false) => SyncTrack::Ok,
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
