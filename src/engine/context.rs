//! What a document needs of the engine while it handles one event: the configuration, the stores,
//! the time, and where effects go. Owns nothing.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::config::{Collection, Config};
use super::defect::Defect;
use super::document::Document;
use super::effect::{Batch, Durability, Effect, Effects};
use super::ids::{DocumentId, Now, StoreId, Token};
use super::net::Net;
use super::post::Post;
use super::stores::Stores;
use crate::record::Prefix;

/// Whom the answer to an effect is for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Owner {
    /// One document.
    Document(DocumentId),
    /// The documents whose records were written together when the page was left.
    Documents(Vec<DocumentId>),
    /// A request that reads the stores.
    Inquiry(u64),
    /// The change feed.
    Feed,
    /// Saves that nobody is at work on.
    Post,
    /// Who asks the server for all tabs.
    Tabs,
}

/// What a document needs of the engine.
pub(crate) struct Context<'a> {
    pub(crate) config: &'a Config,
    pub(crate) collection: &'a Collection,
    pub(crate) stores: &'a mut Stores,
    pub(crate) net: &'a mut Net,
    pub(crate) post: &'a mut Post,
    pub(crate) effects: &'a mut Effects,
    pub(crate) awaited: &'a mut BTreeMap<Token, Owner>,
    pub(crate) now: Now,
}

impl Context<'_> {
    /// A token whose answer is for this document.
    pub(crate) fn token(&mut self, document: DocumentId) -> Token {
        let token = self.effects.token();
        self.awaited.insert(token, Owner::Document(document));
        token
    }

    pub(crate) fn write(
        &mut self,
        document: DocumentId,
        store: StoreId,
        batch: Batch,
        durability: Durability,
    ) -> Token {
        let token = self.token(document);
        self.effects.push(Effect::Write { token, store, batch, durability });
        token
    }

    pub(crate) fn read(&mut self, document: DocumentId, store: StoreId, prefix: Prefix) -> Token {
        let token = self.token(document);
        self.effects.push(Effect::Read { token, store, prefix });
        token
    }

    /// Whether an earlier save of the document is on its way, or may be: then the next one waits
    /// for its answer.
    pub(crate) fn is_posting(&self, document: &Document) -> bool {
        self.net.has_remote() && self.post.has(&document.collection, &document.name)
    }

    /// Whether this deliberate defect is switched on; never in a build that is shipped.
    pub(crate) fn has_defect(&self, defect: Defect) -> bool {
        self.config.has_defect(defect)
    }
}
