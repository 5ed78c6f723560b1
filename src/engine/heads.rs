//! What this device has of a document that is saved without a server: the head names the newest
//! base, whichever tab saved it. Owns how it is looked at and what is expected of it when the next
//! base is written (I3); what becomes of a base that another tab saved is `arrival.rs`'s, as if a
//! server had sent it.

use alloc::string::String;

use super::context::Context;
use super::document::Document;
use super::draft::key_of;
use super::error::{EngineError, StoreError};
use super::ids::{StoreId, Token};
use super::tabs::Expected;
use super::theirs::Arrived;
use super::tracker::State;
use crate::record::{BaseRef, Body, Drawer, Entry, Key, Prefix, Record, RecordError, decode};

/// What is known of the head of a document.
#[derive(Debug, Default)]
pub(crate) struct Head {
    /// What it held in a store when this tab last read or wrote it.
    known: Option<(StoreId, Expected)>,
    /// The base that it names, while that is being read.
    wanted: Option<BaseRef>,
    /// How often that could not be read.
    tries: u32,
    /// The document was opened although what another tab had saved may lie where it could not be
    /// read.
    pub(crate) is_unread: bool,
    /// A base that it names and that nobody can read: what is saved next comes after it.
    pub(crate) lost: Option<BaseRef>,
}

impl Head {
    /// What is expected of the head in this store; nothing when it has to be looked at first.
    pub(crate) fn expected_in(&self, store: StoreId) -> Option<Expected> {
        self.known.filter(|(known, _)| *known == store).map(|(_, expected)| expected)
    }

    /// It was written; in a store that refuses nothing it is read again before the next time.
    pub(crate) fn on_written(&mut self, store: StoreId, expected: Expected, expects: bool) {
        self.known = expects.then_some((store, expected));
        (self.lost, self.tries) = (None, 0);
    }

    /// It may have changed.
    pub(crate) fn forget(&mut self) {
        self.known = None;
    }
}

impl Document {
    /// Where its head lies.
    pub(crate) fn head_key(&self) -> Key {
        key_of(Drawer::Head, (&self.collection, &self.name), "", 0)
    }

    /// Another tab has saved the document, or may have.
    pub(crate) fn on_saved_elsewhere(&mut self, revisions: (u64, u64), ctx: &mut Context) {
        let base = self.tracker.base.as_ref().map(|base| base.reference);
        let known = base.map(|base| (base.revision, base.metadata_revision));
        // The same numbers may have been given twice where the store cannot refuse the slower one.
        let may_be_another = ctx.stores.best().is_some_and(|it| !ctx.stores.options(it).expects);
        let is_known = known.is_some_and(|known| {
            let is_same = known == revisions;
            known.0 >= revisions.0 && known.1 >= revisions.1 && !(is_same && may_be_another)
        });
        if !is_known && !self.is_read_only {
            self.head.forget();
            self.theirs.want();
            self.advance(ctx);
        }
    }

    /// Reads what this device has of the document.
    pub(crate) fn look_at_head(&mut self, ctx: &mut Context) {
        let is_due = self.theirs.is_due(ctx.now.instant) && self.saver.is_idle();
        let Some(store) = ctx.stores.best().filter(|_| is_due) else { return };
        self.head.wanted = None;
        let token = ctx.read(self.id, store, Prefix::Record(self.head_key()));
        self.theirs.on_sent(token, 0);
    }

    /// The head was read, or the base that it names.
    pub(crate) fn on_head_read(&mut self, entries: &[Entry], ctx: &mut Context) {
        self.theirs.on_answered();
        if self.theirs.take_void() {
            self.theirs.want();
        } else if let Some(reference) = self.head.wanted.take() {
            self.on_named_base(reference, entries, ctx);
        } else if let Some(store) = ctx.stores.best() {
            self.take_head(store, entries, ctx);
        }
        self.advance(ctx);
    }

    fn take_head(&mut self, store: StoreId, entries: &[Entry], ctx: &mut Context) {
        let key = self.head_key();
        let Some(entry) = entries.iter().find(|entry| entry.key == key) else {
            self.head.known = Some((store, Expected::Nothing));
            return self.theirs.on_admitted();
        };
        let record = match decode(&entry.bytes) {
            Ok(record) if self.is_named_by(&record, ctx) => record,
            Err(RecordError::NewerFormat { .. }) => {
                self.is_outdated = true;
                return self.fail_save(EngineError::ReadOnly, ctx);
            }
            // It said nothing but which base is the newest: the bases are there.
            Ok(_) | Err(_) => {
                self.head.known = Some((store, Expected::end_of(&entry.bytes)));
                return self.theirs.on_admitted();
            }
        };
        self.head.known = Some((store, Expected::Record(record.checksum)));
        let header = record.header;
        let Some(reference) = header.base else { return };
        let base = self.tracker.base.as_ref().map(|base| base.reference);
        if base.is_some_and(|base| base == reference || is_behind(&reference, &base)) {
            return self.theirs.on_admitted();
        }
        // A record that could not be read back was stored once more, under another key.
        let (collection, document) = self.full_name();
        let prefix = Prefix::Document { drawer: Drawer::Base, collection, document };
        let token = ctx.read(self.id, store, prefix);
        self.head.wanted = Some(reference);
        self.theirs.on_sent(token, 0);
    }

    /// Whether a record is the head of this document.
    fn is_named_by(&self, record: &Record, ctx: &Context) -> bool {
        let header = &record.header;
        matches!(record.body, Body::Head)
            && header.workspace == ctx.config.workspace
            && header.collection == self.collection
            && header.document == self.name
    }

    fn on_named_base(&mut self, reference: BaseRef, entries: &[Entry], ctx: &mut Context) {
        let mut records = entries.iter().filter_map(|entry| decode(&entry.bytes).ok());
        let whole = records.find_map(|record| match record.body {
            Body::Whole(whole) if record.header.base == Some(reference) => {
                Some((record.header.schema_version, whole))
            }
            Body::Whole(_) | Body::Delta(_) | Body::Outbox(_) | Body::Head | Body::Lease(_) => None,
        });
        let Some((version, whole)) = whole else { return self.on_base_lost(reference, ctx) };
        self.head.tries = 0;
        self.theirs.on_admitted();
        self.is_outdated = version > ctx.collection.schema_version;
        if self.is_outdated {
            return self.fail_save(EngineError::ReadOnly, ctx);
        }
        let content = crate::replica::Replica::from_canonical(&whole.content);
        let (title, description): (String, Option<String>) = (whole.title, whole.description);
        let state = State { title, description, content };
        let arrived = Arrived { reference, state, is_migrated: false };
        match version < ctx.collection.schema_version {
            true => self.migrate_theirs(version, arrived, ctx),
            false => self.theirs.arrive(arrived),
        }
    }

    /// The newest base cannot be read. The head may have moved on since; if it has not, nobody can
    /// bring that base back, and what is here comes after it.
    fn on_base_lost(&mut self, reference: BaseRef, ctx: &mut Context) {
        self.head.tries += 1;
        if self.head.tries < TRIES_MAX {
            self.head.forget();
            return self.theirs.on_failed(ctx.now.instant, None, ctx.net);
        }
        self.head.lost = Some(reference);
        self.theirs.on_admitted();
    }

    /// The head could not be read: nothing is known of it.
    pub(crate) fn on_head_unread(
        &mut self,
        token: Token,
        error: StoreError,
        ctx: &mut Context,
    ) -> bool {
        if !self.theirs.is_fetched_by(token) {
            return false;
        }
        self.head.wanted = None;
        self.on_fetch_failed(None, EngineError::Store(error), ctx);
        self.advance(ctx);
        true
    }
}

/// Whether a base comes before another.
fn is_behind(reference: &BaseRef, base: &BaseRef) -> bool {
    let is_not_ahead = reference.revision <= base.revision
        && reference.metadata_revision <= base.metadata_revision;
    let is_same = reference.revision == base.revision
        && reference.metadata_revision == base.metadata_revision;
    is_not_ahead && !is_same
}

/// Readings after which a base that a head names is taken for lost.
const TRIES_MAX: u32 = 3;
