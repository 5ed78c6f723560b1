//! Pieces of the content with their own schema: which there are, what is wrong with them, and the
//! bytes that are kept for them. Owns the rule that nothing but a value replaces a part; it must
//! not know how content is stored. Content comes from the tracker.

mod check;
mod follow;
mod former;
mod places;
mod replay;

use alloc::collections::BTreeMap;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::mem::take;

use super::config::PartRule;
use crate::json::pointer;
use crate::replica::{Edit, Replica};
use crate::schema::Issue;
use places::{Place, places};
use replay::{Outcome, Replay};

/// How a part is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartState {
    /// It follows its schema.
    Ok,
    /// It breaks its schema. As long as nobody replaces it, its bytes are kept.
    Invalid,
    /// The app has not taken it up yet: its bytes are kept in place of the app's null or nothing.
    Pending,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartStatus {
    /// JSON Pointer into the content.
    pub pointer: String,
    /// How it is doing.
    pub state: PartState,
    /// What it breaks. Places are pointers into the part.
    pub issues: Vec<Issue>,
}

/// The parts of an open document.
#[derive(Debug)]
pub(crate) struct Parts {
    rules: Rc<[PartRule]>,
    notes: Notes,
    /// The content as it was when it was last looked at; nothing without rules. Where the app
    /// leaves a part out, its bytes are taken from here.
    seen: Option<Replica>,
    /// Parts that are doing otherwise since it was last asked.
    changes: Vec<(String, PartState)>,
}

/// The tokens of a pointer.
type Tokens = Vec<String>;

/// The parts that are not ok.
type Notes = BTreeMap<Tokens, Note>;

/// What is known of a part that is not ok.
#[derive(Clone, Debug, PartialEq)]
struct Note {
    rule: usize,
    state: PartState,
    issues: Vec<Issue>,
    /// The app gave it these bytes. Otherwise they came with the document.
    is_own_edit: bool,
}

impl Parts {
    /// The parts of content that comes from a store or from elsewhere.
    pub(crate) fn new(rules: &Rc<[PartRule]>, content: &Replica) -> Parts {
        let mut parts =
            Parts { rules: Rc::clone(rules), notes: Notes::new(), seen: None, changes: Vec::new() };
        parts.survey(content);
        parts
    }

    /// Other content came from a store or from elsewhere: it counts as it is.
    pub(crate) fn on_loaded(&mut self, content: &Replica) {
        let old = take(&mut self.notes);
        self.survey(content);
        let places: Vec<&Tokens> = old.keys().chain(self.notes.keys()).collect();
        let mut changes: BTreeMap<String, PartState> = BTreeMap::new();
        for place in places {
            let (was, is) = (state_at(&old, place), state_at(&self.notes, place));
            let at = pointer_to(place);
            if was != is && content.shape(&at).is_some() {
                changes.insert(at, is);
            }
        }
        self.changes.extend(changes);
    }

    /// The app edited its value, and the content has taken these edits. Puts back what the app has
    /// not taken up; gives back the edits that do so, which the content has taken too.
    pub(crate) fn on_edits(&mut self, content: &mut Replica, edits: &[Edit]) -> Vec<Edit> {
        let Some(seen) = &mut self.seen else { return Vec::new() };
        if !edits.iter().any(|edit| reaches(&self.rules, edit)) {
            *seen = content.clone();
            return Vec::new();
        }
        let is_structural = !edits.iter().all(|edit| is_inside(&self.rules, edit));
        let notes = take(&mut self.notes);
        let start_notes = is_structural.then(|| notes.clone());
        let mut replay = Replay::new(&self.rules, seen, notes, start_notes);
        let fits = edits.iter().all(|edit| replay.edit(edit).is_some());
        debug_assert!(fits, "the content has taken these edits");
        let outcome = replay.finish();
        if !fits {
            self.on_loaded(content);
            return Vec::new();
        }
        self.settle(content, outcome)
    }

    /// The app's value is another as a whole. Puts back what the app has not taken up.
    pub(crate) fn on_replaced(&mut self, content: &mut Replica) {
        let Some(seen) = &self.seen else { return };
        let notes = take(&mut self.notes);
        let mut replay = Replay::new(&self.rules, seen, Notes::new(), Some(notes));
        replay.replace(content);
        let outcome = replay.finish();
        self.settle(content, outcome);
    }

    /// The parts of the content, in the order of the document.
    pub(crate) fn statuses(&self) -> Vec<PartStatus> {
        let Some(seen) = &self.seen else { return Vec::new() };
        let text = seen.canonical();
        let found = places(&self.rules, 0..self.rules.len(), &[], &text).into_iter();
        let found = found.filter(|place| place.value.is_some());
        found.map(|place| self.status(&place)).collect()
    }

    /// The parts that are doing otherwise since it was last asked.
    pub(crate) fn take_changes(&mut self) -> Vec<(String, PartState)> {
        take(&mut self.changes)
    }

    /// Parts that break their schemas because the app gave them so; those that came so are not
    /// among them.
    #[cfg(test)]
    fn invalid_by_edit(&self) -> impl Iterator<Item = String> {
        let own = self
            .notes
            .iter()
            .filter(|(_, note)| note.is_own_edit && note.state == PartState::Invalid);
        own.map(|(place, _)| pointer_to(place))
    }

    fn status(&self, place: &Place) -> PartStatus {
        let pointer = pointer_to(&place.tokens);
        match self.notes.get(&place.tokens) {
            Some(note) => PartStatus { pointer, state: note.state, issues: note.issues.clone() },
            None => PartStatus { pointer, state: PartState::Ok, issues: Vec::new() },
        }
    }

    fn survey(&mut self, content: &Replica) {
        if self.rules.is_empty() {
            return;
        }
        let text = content.canonical();
        self.notes.clear();
        for place in places(&self.rules, 0..self.rules.len(), &[], &text) {
            let Some(value) = place.value else { continue };
            let issues = check::issues(&self.rules[place.rule], value);
            if !issues.is_empty() {
                let (rule, state) = (place.rule, PartState::Invalid);
                self.notes.insert(place.tokens, Note { rule, state, issues, is_own_edit: false });
            }
        }
        self.seen = Some(content.clone());
    }

    fn settle(&mut self, content: &mut Replica, outcome: Outcome) -> Vec<Edit> {
        let Outcome { notes, mends, changes } = outcome;
        for mend in &mends {
            content.apply(mend).expect("the parent of a part's place is there");
        }
        self.notes = notes;
        self.changes.extend(changes);
        self.seen = Some(content.clone());
        mends
    }
}

fn state_at(notes: &Notes, place: &[String]) -> PartState {
    notes.get(place).map_or(PartState::Ok, |note| note.state)
}

fn pointer_to(place: &[String]) -> String {
    pointer::format(place.iter().map(String::as_str))
}

/// Whether an edit may concern parts: it is in one, has some in it, or shifts some.
fn reaches(rules: &[PartRule], edit: &Edit) -> bool {
    let concerns = |at: &str| {
        let at = pointer::parse(at).unwrap_or_default();
        rules.iter().any(|rule| rule.pattern.meets(&at) || rule.pattern.element_from(&at).is_some())
    };
    match edit {
        Edit::Put { at, .. } | Edit::Insert { at, .. } | Edit::Remove { at } => concerns(at),
        Edit::Move { from, to } => concerns(from) || concerns(to),
    }
}

/// Whether an edit leaves all around the parts as it is.
fn is_inside(rules: &[PartRule], edit: &Edit) -> bool {
    let Edit::Put { at, .. } = edit else { return false };
    let at = pointer::parse(at).unwrap_or_default();
    rules.iter().all(|rule| !rule.pattern.meets(&at) || at.len() >= rule.pattern.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::pattern::Pattern;
    use crate::schema::Schema;

    const NUMBER: &str = r#"{"properties":{"n":{"type":"uint8"}}}"#;
    const SETTINGS: &str = "/modules/*/settings";

    /// A document: what the app holds, what is stored, and its parts.
    struct Doc {
        app: Replica,
        content: Replica,
        parts: Parts,
    }

    fn replica(text: &str) -> Replica {
        Replica::from_canonical(text.as_bytes())
    }

    fn text(replica: &Replica) -> String {
        String::from_utf8(replica.canonical()).unwrap()
    }

    fn put(at: &str, text: &str) -> Edit {
        Edit::Put { at: at.into(), text: text.as_bytes().into() }
    }

    fn insert(at: &str, text: &str) -> Edit {
        Edit::Insert { at: at.into(), text: text.as_bytes().into() }
    }

    fn remove(at: &str) -> Edit {
        Edit::Remove { at: at.into() }
    }

    fn moves(from: &str, to: &str) -> Edit {
        Edit::Move { from: from.into(), to: to.into() }
    }

    fn rules(patterns: &[&str]) -> Rc<[PartRule]> {
        let rule = |pattern: &&str| PartRule {
            pattern: Pattern::parse(pattern).unwrap(),
            schema: Schema::compile(NUMBER.as_bytes()).unwrap(),
            is_text: false,
        };
        patterns.iter().map(rule).collect()
    }

    impl Doc {
        fn new(pattern: &str, content: &str) -> Doc {
            let content = replica(content);
            let parts = Parts::new(&rules(&[pattern]), &content);
            Doc { app: content.clone(), content, parts }
        }

        /// The app edits its value. What is put back is exactly what the extra edits say.
        fn edit(&mut self, edits: &[Edit]) -> Vec<Edit> {
            let mut log = self.content.clone();
            for edit in edits {
                self.app.apply(edit).unwrap();
                self.content.apply(edit).unwrap();
                log.apply(edit).unwrap();
            }
            let mends = self.parts.on_edits(&mut self.content, edits);
            mends.iter().for_each(|mend| log.apply(mend).unwrap());
            assert_eq!(text(&log), text(&self.content));
            mends
        }

        fn replace(&mut self, content: &str) {
            (self.app, self.content) = (replica(content), replica(content));
            self.parts.on_replaced(&mut self.content);
        }

        fn states(&self) -> Vec<(String, PartState)> {
            let statuses = self.parts.statuses().into_iter();
            statuses
                .map(|part| {
                    assert_eq!(part.issues.is_empty(), part.state != PartState::Invalid);
                    (part.pointer, part.state)
                })
                .collect()
        }

        fn own(&self) -> Vec<String> {
            self.parts.invalid_by_edit().collect()
        }
    }

    fn states(list: &[(&str, PartState)]) -> Vec<(String, PartState)> {
        list.iter().map(|(pointer, state)| (String::from(*pointer), *state)).collect()
    }

    use PartState::{Invalid, Ok, Pending};

    const TWO: &str =
        r#"{"modules":[{"id":"a","settings":{"n":1}},{"id":"b","settings":{"n":"bad"}}],"t":0}"#;

    #[test]
    fn every_part_is_judged_when_the_document_opens() {
        let doc = Doc::new(SETTINGS, TWO);
        let expected = [("/modules/0/settings", Ok), ("/modules/1/settings", Invalid)];
        assert_eq!(doc.states(), states(&expected));
        assert_eq!(doc.parts.statuses()[1].issues[0].instance_path, "/n");
        assert!(doc.own().is_empty());
    }

    #[test]
    fn null_in_place_of_a_part_leaves_the_content_as_it_was() {
        for nothing in [put("/modules/0/settings", "null"), remove("/modules/0/settings")] {
            let mut doc = Doc::new(SETTINGS, TWO);
            doc.edit(&[nothing, put("/modules/1/settings", "null"), put("/t", "1")]);
            assert_eq!(text(&doc.content), TWO.replace(":0}", ":1}"));
            let expected = [("/modules/0/settings", Pending), ("/modules/1/settings", Invalid)];
            assert_eq!(doc.states(), states(&expected));
            assert!(doc.own().is_empty());
        }
    }

    #[test]
    fn a_value_that_follows_the_schema_ends_the_keeping() {
        let mut doc = Doc::new(SETTINGS, TWO);
        doc.edit(&[put("/modules/0/settings", "null")]);
        doc.edit(&[put("/modules/0/settings", r#"{"n":7}"#)]);
        doc.edit(&[put("/modules/1/settings", r#"{"n":8}"#)]);
        assert_eq!(text(&doc.content), text(&doc.app));
        assert!(doc.states().iter().all(|(_, state)| *state == Ok));
        assert_eq!(doc.edit(&[put("/t", "null")]), []);
    }

    #[test]
    fn the_same_bytes_given_by_the_app_are_taken_up() {
        let mut doc = Doc::new(SETTINGS, TWO);
        doc.edit(&[put("/modules/0/settings", "null")]);
        doc.edit(&[put("/modules/0/settings", r#"{"n":1}"#)]);
        assert_eq!(doc.states()[0].1, Ok);
    }

    #[test]
    fn what_the_app_gave_last_is_what_is_kept() {
        let mut doc = Doc::new(SETTINGS, TWO);
        let given = put("/modules/0/settings", r#"{"n":5}"#);
        doc.edit(&[given.clone(), put("/modules/0/settings", "null")]);
        assert_eq!(doc.content.value("/modules/0/settings").unwrap(), br#"{"n":5}"#);
        doc.edit(&[given]);
        doc.edit(&[put("/modules/0/settings/n", "9")]);
        doc.edit(&[remove("/modules/0/settings")]);
        assert_eq!(doc.content.value("/modules/0/settings").unwrap(), br#"{"n":9}"#);
    }

    #[test]
    fn an_edit_that_breaks_the_schema_is_taken_and_is_the_users_own() {
        let mut doc = Doc::new(SETTINGS, TWO);
        doc.edit(&[put("/modules/0/settings/n", "\"x\"")]);
        assert_eq!(text(&doc.content), text(&doc.app));
        assert_eq!(doc.states()[0].1, Invalid);
        assert_eq!(doc.own(), ["/modules/0/settings"]);
        // The user's own bytes stay the user's when the app unloads the module.
        doc.edit(&[put("/modules/0/settings", "null")]);
        assert_eq!((doc.states()[0].1, doc.own().len()), (Invalid, 1));
        assert_eq!(doc.content.value("/modules/0/settings").unwrap(), br#"{"n":"x"}"#);
        // Giving invalid bytes back as they came is no edit.
        doc.edit(&[put("/modules/1/settings", r#"{"n":"bad"}"#)]);
        doc.replace(&text(&doc.content));
        assert_eq!(doc.own(), ["/modules/0/settings"]);
    }

    #[test]
    fn a_part_goes_with_its_parent() {
        for edit in [remove("/modules/0"), put("/modules", "[]"), put("", "null")] {
            let mut doc = Doc::new(SETTINGS, TWO);
            doc.edit(&[put("/modules/0/settings", "null")]);
            assert_eq!(doc.edit(&[edit]), []);
            assert_eq!(text(&doc.content), text(&doc.app));
        }
    }

    #[test]
    fn an_element_named_by_a_star_can_be_removed_though_not_emptied() {
        let content = r#"{"cells":{"x":{"n":1},"y":{"n":2}}}"#;
        let mut doc = Doc::new("/cells/*", content);
        doc.edit(&[put("/cells/x", "null")]);
        assert_eq!(text(&doc.content), content);
        doc.edit(&[remove("/cells/x")]);
        assert_eq!(text(&doc.content), r#"{"cells":{"y":{"n":2}}}"#);
    }

    #[test]
    fn kept_bytes_follow_their_element() {
        let content =
            r#"{"modules":[{"settings":{"n":0}},{"settings":{"n":1}},{"settings":{"n":2}}]}"#;
        for edits in [
            vec![insert("/modules/0", "{}"), insert("/modules/4", "{}")],
            vec![remove("/modules/0")],
            vec![moves("/modules/1", "/modules/2")],
            vec![moves("/modules/0", "/modules/2"), moves("/modules/1", "/modules/0")],
        ] {
            for is_one_batch in [false, true] {
                let mut doc = Doc::new(SETTINGS, content);
                let nothing = put("/modules/1/settings", "null");
                match is_one_batch {
                    true => drop(doc.edit(&[&[nothing], &edits[..]].concat())),
                    false => drop((doc.edit(&[nothing]), doc.edit(&edits))),
                }
                let list: Vec<_> = doc.states().into_iter().filter(|it| it.1 != Ok).collect();
                assert_eq!(list.len(), 1, "{edits:?}");
                assert_eq!(list[0].1, Pending);
                assert_eq!(doc.content.value(&list[0].0).unwrap(), br#"{"n":1}"#);
                assert_eq!(doc.app.value(&list[0].0).unwrap(), b"null");
                // Hydrated at last, nothing is between the two any more.
                doc.edit(&[put(&list[0].0, r#"{"n":3}"#)]);
                assert_eq!(text(&doc.content), text(&doc.app));
            }
        }
    }

    #[test]
    fn elements_that_are_written_anew_are_known_by_their_ids() {
        let null = |id: &str| format!(r#"{{"id":"{id}","settings":null}}"#);
        for edits in [
            vec![put("/modules/0", &null("b")), put("/modules/1", &null("a"))],
            vec![remove("/modules/0"), insert("/modules/1", &null("a"))],
            vec![put("/modules", &format!("[{},{}]", null("b"), r#"{"id":"a"}"#))],
        ] {
            let mut doc = Doc::new(SETTINGS, TWO);
            doc.edit(&edits);
            let content = r#"[{"id":"b","settings":{"n":"bad"}},{"id":"a","settings":{"n":1}}]"#;
            assert_eq!(doc.content.value("/modules").unwrap(), content.as_bytes(), "{edits:?}");
            assert!(doc.own().is_empty());
        }
    }

    #[test]
    fn an_element_that_comes_again_has_what_it_was_given_last() {
        let mut doc = Doc::new(SETTINGS, TWO);
        let null = r#"{"id":"a","settings":null}"#;
        let given = put("/modules/0/settings", r#"{"n":5}"#);
        doc.edit(&[given, remove("/modules/0"), insert("/modules/1", null)]);
        assert_eq!(doc.content.value("/modules/1/settings").unwrap(), br#"{"n":5}"#);
        let given = put("/modules/0/settings", "\"own\"");
        doc.edit(&[given, remove("/modules/0"), insert("/modules/0", r#"{"id":"b"}"#)]);
        assert_eq!(doc.content.value("/modules/0/settings").unwrap(), b"\"own\"");
        assert_eq!(doc.own(), ["/modules/0/settings"]);
        let given = put("/modules/1/settings", r#"{"n":6}"#);
        let all = format!(r#"[{null},{{"settings":null}}]"#);
        doc.edit(&[given, put("/modules", "[]"), put("/modules", &all)]);
        let expected = r#"[{"id":"a","settings":{"n":6}},{"settings":null}]"#;
        assert_eq!(doc.content.value("/modules").unwrap(), expected.as_bytes());
    }

    #[test]
    fn bytes_go_along_to_where_no_part_is_and_back() {
        for is_one_batch in [false, true] {
            let mut doc = Doc::new(SETTINGS, TWO);
            let nothing = put("/modules/0/settings", "null");
            let (away, back) = (moves("/modules/0", "/bin"), moves("/bin", "/modules/1"));
            match is_one_batch {
                true => drop(doc.edit(&[nothing, away.clone()])),
                false => drop((doc.edit(&[nothing]), doc.edit(&[away]))),
            }
            assert_eq!(doc.content.value("/bin/settings").unwrap(), br#"{"n":1}"#);
            doc.edit(&[back]);
            assert_eq!(doc.content.value("/modules/1/settings").unwrap(), br#"{"n":1}"#);
        }
    }

    #[test]
    fn what_moves_in_from_elsewhere_is_what_was_there_at_last() {
        let mut doc = Doc::new(SETTINGS, TWO);
        doc.edit(&[put("/bin", r#"{"settings":{"n":5}}"#)]);
        doc.edit(&[moves("/bin", "/modules/0")]);
        doc.edit(&[put("/modules/0/settings", "null")]);
        assert_eq!(doc.content.value("/modules/0/settings").unwrap(), br#"{"n":5}"#);
    }

    #[test]
    fn a_null_that_is_put_among_elements_takes_no_bytes_from_them() {
        let mut doc = Doc::new("/cells/*", r#"{"cells":[{"n":1}]}"#);
        doc.edit(&[insert("/cells/0", "null")]);
        assert_eq!(text(&doc.content), r#"{"cells":[null,{"n":1}]}"#);
        assert_eq!(doc.states(), states(&[("/cells/0", Invalid), ("/cells/1", Ok)]));
        doc.edit(&[put("/cells/1", "null")]);
        assert_eq!(text(&doc.content), r#"{"cells":[null,{"n":1}]}"#);
    }

    #[test]
    fn where_no_part_is_the_app_may_write_over_kept_bytes() {
        let mut doc = Doc::new(SETTINGS, TWO);
        let away = [put("/modules/0/settings", "null"), moves("/modules/0", "/bin")];
        assert_eq!(doc.edit(&[&away[..], &[put("/bin", r#"{"settings":null}"#)]].concat()), []);
        assert_eq!(text(&doc.content), text(&doc.app));
    }

    #[test]
    fn an_element_of_another_id_has_nothing_of_the_one_before() {
        let mut doc = Doc::new(SETTINGS, TWO);
        doc.edit(&[put("/modules/0", r#"{"id":"c","settings":null}"#)]);
        doc.edit(&[insert("/modules/0", r#"{"settings":null}"#)]);
        assert_eq!(text(&doc.content), text(&doc.app));
        assert_eq!(doc.own().len(), 2);
    }

    #[test]
    fn a_value_that_is_another_as_a_whole_keeps_parts_by_id() {
        let mut doc = Doc::new(SETTINGS, TWO);
        let new = r#"{"modules":[{"id":"c"},{"id":"b"},{"id":"a","settings":null}],"t":1}"#;
        doc.replace(new);
        let modules =
            r#"[{"id":"c"},{"id":"b","settings":{"n":"bad"}},{"id":"a","settings":{"n":1}}]"#;
        assert_eq!(doc.content.value("/modules").unwrap(), modules.as_bytes());
        let expected = [("/modules/1/settings", Invalid), ("/modules/2/settings", Pending)];
        assert_eq!(doc.states(), states(&expected));
        doc.replace(new);
        assert_eq!(doc.content.value("/modules").unwrap(), modules.as_bytes());
    }

    #[test]
    fn content_from_elsewhere_counts_as_it_is() {
        let mut doc = Doc::new(SETTINGS, TWO);
        let content = replica(&TWO.replace(r#"{"n":1}"#, "null"));
        doc.parts.on_loaded(&content);
        assert_eq!(doc.states()[0].1, Invalid);
        assert!(doc.own().is_empty());
        assert_eq!(doc.parts.take_changes(), states(&[("/modules/0/settings", Invalid)]));
    }

    #[test]
    fn a_part_within_a_part_goes_back_with_it() {
        let content = replica(r#"{"a":{"n":1,"s":{"n":2}}}"#);
        let schema = r#"{"properties":{"n":{"type":"uint8"}},"additionalProperties":true}"#;
        let rule = |pattern| PartRule {
            pattern: Pattern::parse(pattern).unwrap(),
            schema: Schema::compile(schema.as_bytes()).unwrap(),
            is_text: false,
        };
        let parts = Parts::new(&[rule("/a"), rule("/a/s")].into(), &content);
        let mut doc = Doc { app: content.clone(), content: content.clone(), parts };
        doc.edit(&[put("/a/s", "null")]);
        doc.edit(&[put("/a", "null")]);
        assert_eq!(text(&doc.content), text(&content));
        assert_eq!(doc.states(), states(&[("/a", Pending), ("/a/s", Pending)]));
        doc.edit(&[put("/a", r#"{"n":3,"s":null}"#)]);
        assert_eq!(text(&doc.content), r#"{"a":{"n":3,"s":{"n":2}}}"#);
        assert_eq!(doc.states(), states(&[("/a", Ok), ("/a/s", Pending)]));
    }

    #[test]
    fn a_part_named_by_its_number_is_whatever_stands_there() {
        let mut doc = Doc::new("/1/s", r#"[{"s":{"n":0}},{"s":{"n":1}},{"s":2}]"#);
        doc.edit(&[put("/1/s", "null")]);
        doc.edit(&[insert("/0", "{}")]);
        assert_eq!(doc.states(), states(&[("/1/s", Ok)]));
        // An edit behind the place is none of its business.
        doc.edit(&[insert("/2", r#"{"s":{"n":9}}"#)]);
        doc.edit(&[remove("/0")]);
        assert_eq!(text(&doc.content), r#"[{"s":{"n":0}},{"s":{"n":9}},{"s":{"n":1}},{"s":2}]"#);
        assert_eq!(doc.states(), states(&[("/1/s", Ok)]));
        doc.edit(&[remove("/0"), remove("/0")]);
        assert_eq!(doc.states(), states(&[("/1/s", Invalid)]));
        doc.edit(&[put("/1/s", "3")]);
        assert_eq!(doc.own(), ["/1/s"]);
        doc.edit(&[insert("/1", r#"{"s":{"n":4}}"#)]);
        assert!(doc.own().is_empty());
    }

    #[test]
    fn changes_are_told_once_and_only_what_came_of_it() {
        let mut doc = Doc::new(SETTINGS, TWO);
        let at = "/modules/0/settings";
        doc.edit(&[put(at, "null"), insert("/modules/0", "{}")]);
        assert_eq!(doc.parts.take_changes(), states(&[("/modules/1/settings", Pending)]));
        assert_eq!(doc.parts.take_changes(), []);
        doc.edit(&[put("/t", "5"), moves("/modules/1", "/modules/0")]);
        doc.edit(&[moves("/modules/2", "/modules/1")]);
        assert_eq!(doc.parts.take_changes(), []);
        doc.edit(&[put(at, r#"{"n":4}"#), put(at, "null"), put(at, r#"{"n":4}"#)]);
        assert_eq!(doc.parts.take_changes(), states(&[(at, Ok)]));
        doc.edit(&[put(at, "7"), put(at, r#"{"n":4}"#)]);
        assert_eq!(doc.parts.take_changes(), []);
    }

    #[test]
    fn without_rules_nothing_is_remembered() {
        let content = replica(TWO);
        let mut parts = Parts::new(&rules(&[]), &content);
        assert_eq!(parts.on_edits(&mut content.clone(), &[put("/t", "null")]), []);
        parts.on_replaced(&mut replica("null"));
        parts.on_loaded(&content);
        assert!(parts.seen.is_none() && parts.notes.is_empty() && parts.statuses().is_empty());
    }

    /// Modules with ids under random edits, one or several at once; the app forgets the settings of
    /// some now and then. A model knows what each module was given last.
    #[test]
    fn whatever_the_app_does_each_module_has_what_it_was_given_last() {
        let mut seed = 7_u64;
        let mut random = move |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
            (seed >> 33) as usize % below
        };
        for _ in 0..300 {
            let mut doc = Doc::new(SETTINGS, r#"{"modules":[]}"#);
            let mut model: Vec<(usize, usize)> = Vec::new();
            let mut next = 0;
            for _ in 0..30 {
                let mut edits = Vec::new();
                for _ in 0..=random(3) {
                    let (at, to) = (random(model.len() + 1), random(model.len().max(1)));
                    next += 1;
                    let n = next % 256;
                    let module = |(id, n): (usize, usize), is_known: bool| match is_known {
                        true => format!(r#"{{"id":{id},"settings":{{"n":{n}}}}}"#),
                        false => format!(r#"{{"id":{id},"settings":null}}"#),
                    };
                    let is_known = random(2) == 0;
                    match random(7) {
                        0 | 1 => {
                            edits.push(insert(&format!("/modules/{at}"), &module((next, n), true)));
                            model.insert(at, (next, n));
                        }
                        _ if at == model.len() => {}
                        2 => {
                            edits.push(put(&format!("/modules/{at}/settings"), "null"));
                        }
                        3 => {
                            let text = format!(r#"{{"n":{n}}}"#);
                            edits.push(put(&format!("/modules/{at}/settings"), &text));
                            model[at].1 = n;
                        }
                        4 => {
                            edits.push(moves(&format!("/modules/{at}"), &format!("/modules/{to}")));
                            let moved = model.remove(at);
                            model.insert(to, moved);
                        }
                        5 => {
                            edits.push(remove(&format!("/modules/{at}")));
                            let moved = model.remove(at);
                            let text = module(moved, is_known);
                            edits.push(insert(&format!("/modules/{to}"), &text));
                            model.insert(to, moved);
                        }
                        _ => {
                            edits
                                .push(put(&format!("/modules/{at}"), &module(model[to], is_known)));
                            edits
                                .push(put(&format!("/modules/{to}"), &module(model[at], is_known)));
                            model.swap(at, to);
                        }
                    }
                }
                doc.edit(&edits);
                let expected: Vec<String> = model
                    .iter()
                    .map(|(id, n)| format!(r#"{{"id":{id},"settings":{{"n":{n}}}}}"#))
                    .collect();
                let expected = format!(r#"{{"modules":[{}]}}"#, expected.join(","));
                assert_eq!(text(&doc.content), expected, "{edits:?}");
                for (place, state) in doc.states() {
                    let is_null = doc.app.value(&place).unwrap() == b"null";
                    assert_eq!(state, if is_null { Pending } else { Ok }, "{place} {edits:?}");
                }
            }
        }
    }
}
