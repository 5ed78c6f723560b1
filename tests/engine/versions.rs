//! What is asked of a document's versions, in one word each.

use crate::tab::Tab;
use keepfast::engine::{Answer, DocumentId, EngineError, Event, PageOf, Request};
use keepfast::history::{Entry, Kind, Version};

pub fn revert(tab: &mut Tab, document: DocumentId) -> Request {
    tab.ask(|request| Event::Revert { request, document })
}

/// The versions of a document, the oldest first.
pub fn versions(tab: &mut Tab, document: DocumentId) -> Vec<Entry> {
    let page = PageOf { limit: usize::MAX, cursor: None };
    let list = tab.ask(|request| Event::ListVersions { request, document, page });
    match tab.answer(list) {
        Some(Answer::Versions { entries, cursor: None, .. }) => {
            entries.iter().rev().cloned().collect()
        }
        other => panic!("the versions were not listed: {other:?}"),
    }
}

/// A version with its content.
pub fn version(tab: &mut Tab, document: DocumentId, number: u64) -> Result<Version, EngineError> {
    let read = tab.ask(|request| Event::ReadVersion { request, document, number });
    match tab.answer(read) {
        Some(Answer::Version(version)) => Ok((**version).clone()),
        Some(Answer::Failed(error)) => Err(error.clone()),
        other => panic!("the version was neither read nor refused: {other:?}"),
    }
}

/// Number, kind, title and content of each version, the oldest first.
pub fn told(tab: &mut Tab, document: DocumentId) -> Vec<(u64, Kind, String, String)> {
    let entries = versions(tab, document).into_iter();
    let told = entries.map(|entry| {
        let content = version(tab, document, entry.number).expect("it can be read").content;
        let content = String::from_utf8(content).expect("canonical text is UTF-8");
        (entry.number, entry.about.kind, entry.about.title, content)
    });
    told.collect()
}

/// One of `told`, of a document that was never renamed.
pub fn one(number: u64, kind: Kind, content: &str) -> (u64, Kind, String, String) {
    (number, kind, "Plan".into(), content.into())
}
