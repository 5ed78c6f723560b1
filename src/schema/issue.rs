//! What a check finds: the error indicators of RFC 8927 section 3.3. During the pass an issue is
//! a byte of the text and a place in the schema; pointers are made only at the end.

use super::form::{Place, Tables};
use crate::json::locate::{self, Walk};
use alloc::string::String;
use alloc::vec::Vec;

/// One error indicator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// JSON Pointer (RFC 6901) to the value that is wrong, empty for the whole document.
    pub instance_path: String,
    /// JSON Pointer into the schema to the rule that it breaks.
    pub schema_path: String,
    /// What is wrong, for people; not part of the specification, and may change.
    pub message: &'static str,
    /// Where the value stands in the text, and the form in that of the schema.
    places: [usize; 2],
    /// The way from there to the keyword that speaks of the rule.
    keyword: &'static str,
}

impl Issue {
    /// What is wrong with a value that cannot be checked at all.
    pub(crate) fn unreadable(instance_path: String, message: &'static str) -> Issue {
        let schema_path = String::new();
        Issue { instance_path, schema_path, message, places: [0, 0], keyword: "" }
    }
}

/// Which rule is broken.
#[derive(Clone, Copy)]
pub(crate) enum Rule {
    Type(&'static str),
    Enum,
    Elements,
    Values,
    /// The value is no object; the way to the keyword that speaks for the form.
    Properties(&'static str),
    Missing,
    Additional,
    /// The value is no object, or has no tag, or one that is no string.
    Discriminator(&'static str),
    Mapping,
}

impl Rule {
    /// The way to the keyword in the schema, from the form's place.
    fn keyword(self) -> &'static str {
        match self {
            Rule::Type(_) => "/type",
            Rule::Enum => "/enum",
            Rule::Elements => "/elements",
            Rule::Values => "/values",
            Rule::Properties(keyword) => keyword,
            Rule::Missing | Rule::Additional => "",
            Rule::Discriminator(_) => "/discriminator",
            Rule::Mapping => "/mapping",
        }
    }

    fn message(self) -> &'static str {
        match self {
            Rule::Type(message) | Rule::Discriminator(message) => message,
            Rule::Enum => "must be one of the enum's values",
            Rule::Elements => "must be an array",
            Rule::Values | Rule::Properties(_) => "must be an object",
            Rule::Missing => "lacks a required member",
            Rule::Additional => "is not named by the schema",
            Rule::Mapping => "must be one of the mapping's names",
        }
    }
}

/// The issues of one check, up to a maximum. They have no pointers until [`Notes::issues`].
pub(crate) struct Notes {
    notes: Vec<Issue>,
    max: usize,
}

impl Notes {
    pub(crate) fn new(max: usize) -> Self {
        Notes { notes: Vec::new(), max }
    }

    /// Notes that the value at `offset` breaks the rule at `place`.
    #[cold]
    #[inline(never)]
    pub(crate) fn note(&mut self, offset: usize, place: Place, rule: Rule) {
        if self.notes.len() >= self.max {
            return;
        }
        let places = [offset, place as usize];
        // What concerns an object as a whole is found behind its members.
        let mut at = self.notes.len();
        while at > 0 && self.notes[at - 1].places > places {
            at -= 1;
        }
        let issue = Issue {
            instance_path: String::new(),
            schema_path: String::new(),
            message: rule.message(),
            places,
            keyword: rule.keyword(),
        };
        self.notes.insert(at, issue);
    }

    /// The issues, in the order of their places in the text.
    pub(crate) fn issues(self, text: &[u8], tables: &Tables) -> Vec<Issue> {
        let mut issues = self.notes;
        let mut walk = Walk::new(text);
        for issue in &mut issues {
            issue.instance_path = walk.pointer(issue.places[0]);
            issue.schema_path = locate::pointer(&tables.text, issue.places[1]) + issue.keyword;
        }
        issues
    }
}
