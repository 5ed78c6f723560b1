//! What an engine is told once. An option that is wrong and silently corrected is found months
//! later, in somebody's lost work. Here each one is refused by its name, with what is allowed.

use crate::tab::options;
use keepfast::engine::{
    Autosave, CollectionOptions, Config, DraftTimes, Limits, Options, Preset, StoreOptions,
    Survives,
};

/// The name of the option that is refused.
fn refused(options: Options) -> String {
    let error = Config::parse(options).expect_err("the option is wrong");
    assert_eq!(error.to_string(), format!("the option {} must be {}", error.option, error.allowed));
    error.option
}

fn with_notes(notes: CollectionOptions) -> Options {
    let collections = [("notes".to_string(), notes)].into();
    Options { collections, ..options("writer-a-0001") }
}

fn of_draft(debounce_ms: u64, max_wait_ms: u64) -> CollectionOptions {
    let draft = DraftTimes { debounce_ms, max_wait_ms, leading: true };
    CollectionOptions { draft, ..CollectionOptions::default() }
}

fn of_autosave(autosave: Autosave) -> CollectionOptions {
    CollectionOptions { autosave: Some(autosave), ..CollectionOptions::default() }
}

fn of_limits(limits: Limits) -> CollectionOptions {
    CollectionOptions { limits, ..CollectionOptions::default() }
}

#[test]
fn a_wrong_name_is_refused() {
    let long = "x".repeat(65);
    for name in ["", "a b", "a/b", "ä", &long] {
        let of =
            |workspace: &str| Options { workspace: workspace.into(), ..options("writer-a-0001") };
        assert_eq!(refused(of(name)), "workspace", "{name:?}");
        assert_eq!(refused(options(name)), "writer", "{name:?}");
        let collections = [(name.to_string(), CollectionOptions::default())].into();
        let of = Options { collections, ..options("writer-a-0001") };
        assert_eq!(refused(of), format!("collections.{name}"));
    }
    assert_eq!(refused(options("elevenchars")), "writer");
    assert!(Config::parse(options("twelve.chars")).is_ok());
    assert!(Config::parse(options(&"x".repeat(64))).is_ok());
}

#[test]
fn a_ladder_has_one_to_eight_stores() {
    let store = StoreOptions { survives: Survives::Device, expects: true, takes_tail: false };
    let of = |count: usize| Options { stores: vec![store; count], ..options("writer-a-0001") };
    assert_eq!(refused(of(0)), "stores");
    assert_eq!(refused(of(9)), "stores");
    assert!(Config::parse(of(1)).is_ok() && Config::parse(of(8)).is_ok());
}

#[test]
fn times_that_cannot_be_kept_are_refused() {
    assert_eq!(refused(with_notes(of_draft(0, 1_000))), "collections.notes.draft.debounceMs");
    assert_eq!(refused(with_notes(of_draft(200, 199))), "collections.notes.draft.maxWaitMs");
    assert!(Config::parse(with_notes(of_draft(200, 200))).is_ok());
    let debounced =
        |debounce_ms, max_wait_ms| of_autosave(Autosave::Debounced { debounce_ms, max_wait_ms });
    let interval = |interval_ms| of_autosave(Autosave::Interval { interval_ms });
    for wrong in [debounced(0, 1), debounced(2, 1), interval(0)] {
        assert_eq!(refused(with_notes(wrong)), "collections.notes.autosave");
    }
    for right in [debounced(1, 1), interval(1), of_autosave(Autosave::Off)] {
        assert!(Config::parse(with_notes(right)).is_ok());
    }
}

#[test]
fn limits_that_contradict_themselves_are_refused() {
    let title = Limits { title_min: 51, title_max: 50, ..Limits::default() };
    assert_eq!(refused(with_notes(of_limits(title))), "collections.notes.limits.titleMin");
    let content = Limits { content_bytes_max: (64 << 20) + 1, ..Limits::default() };
    assert_eq!(refused(with_notes(of_limits(content))), "collections.notes.limits.contentBytes");
    let most = Limits { content_bytes_max: 64 << 20, title_min: 50, ..Limits::default() };
    assert!(Config::parse(with_notes(of_limits(most))).is_ok());
}

#[test]
fn schemas_and_places_of_parts_are_checked() {
    let schema = |text: &str| {
        let schema = Some(text.as_bytes().to_vec());
        CollectionOptions { schema, ..CollectionOptions::default() }
    };
    for wrong in ["", "[]", r#"{"type":"number"}"#, r#"{"ref":"nothing"}"#] {
        assert_eq!(refused(with_notes(schema(wrong))), "collections.notes.schema", "{wrong}");
    }
    assert!(Config::parse(with_notes(schema(r#"{"type":"string"}"#))).is_ok());
    let part = |pattern: &str, text: &str| {
        let parts = vec![(pattern.to_string(), text.as_bytes().to_vec(), false)];
        CollectionOptions { parts, ..CollectionOptions::default() }
    };
    assert_eq!(refused(with_notes(part("/a", "[]"))), "collections.notes.parts./a");
    assert_eq!(refused(with_notes(part("a", "{}"))), "collections.notes.parts.a");
    assert!(Config::parse(with_notes(part("/a/*/b", "{}"))).is_ok());
}

#[test]
fn the_presets_save_when_their_app_expects_it() {
    assert_eq!(Preset::default(), Preset::Session);
    assert_eq!(Preset::Session.autosave(), Autosave::Off);
    let project = Autosave::Debounced { debounce_ms: 2_000, max_wait_ms: 10_000 };
    assert_eq!(Preset::Project.autosave(), project);
    assert_eq!(Preset::Notebook.autosave(), Autosave::Interval { interval_ms: 30_000 });
    assert_eq!(Preset::Tasks.autosave(), Autosave::Interval { interval_ms: 300_000 });
    let draft = DraftTimes { debounce_ms: 200, max_wait_ms: 1_000, leading: true };
    assert_eq!(DraftTimes::default(), draft);
}
