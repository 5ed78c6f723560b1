//! What an engine is told once: parsed here, and valid ever after. Owns presets and defaults; it
//! must not know what is done with them. Input comes from the app.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::defect::Defect;
use super::health::Survives;
use super::pattern::Pattern;
use crate::protocol::Limits;
use crate::schema::Schema;

/// What an app writes down for an engine.
#[derive(Debug, Default)]
pub struct Options {
    /// Name of the workspace: 1 to 64 of `A-Z a-z 0-9 . _ -`.
    pub workspace: String,
    /// Id of this writer: new for every engine, 12 to 64 of the same characters.
    pub writer: String,
    /// The stores, best first.
    pub stores: Vec<StoreOptions>,
    /// The collections by name; a name is like that of a workspace.
    pub collections: BTreeMap<String, CollectionOptions>,
    /// What `Load` does with a draft.
    pub recovery: Recovery,
    /// Where documents are saved; without it they are saved on this device.
    pub remote: Option<RemoteOptions>,
    /// What is done when the server does not do what it is asked.
    pub retry: RetryOptions,
}

/// A server that documents are saved to.
#[derive(Clone, Copy, Debug)]
pub struct RemoteOptions {
    /// Milliseconds between two looks at what has changed, while the page is visible.
    pub poll_ms: u64,
}

impl Default for RemoteOptions {
    /// Every ten seconds.
    fn default() -> Self {
        RemoteOptions { poll_ms: 10_000 }
    }
}

/// How often and when a request is made again.
#[derive(Clone, Copy, Debug)]
pub struct RetryOptions {
    /// Attempts after which whoever waits for a save is told that it failed. It stays in the
    /// outbox, and is sent again all the same.
    pub attempts: u32,
    /// Milliseconds after the first failure.
    pub first_ms: u64,
    /// How much longer after each further one.
    pub factor: u32,
    /// Milliseconds at most.
    pub cap_ms: u64,
}

impl Default for RetryOptions {
    /// Three attempts, after 1, 2, 4 … seconds, at most 30.
    fn default() -> Self {
        RetryOptions { attempts: 3, first_ms: 1_000, factor: 2, cap_ms: 30_000 }
    }
}

/// A store of the ladder.
#[derive(Clone, Copy, Debug)]
pub struct StoreOptions {
    /// What it survives.
    pub survives: Survives,
    /// It can refuse a batch whose expectations do not hold. Where it cannot, drafts are written
    /// whole.
    pub expects: bool,
    /// It is written synchronously, so that it takes a writer's tail when the page is left.
    pub takes_tail: bool,
}

/// What `Load` does with the sole draft whose base is current.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Recovery {
    /// Adopts it, still dirty.
    #[default]
    Apply,
    /// Leaves it in the list.
    Ask,
}

/// A named set of defaults.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preset {
    /// Saved by the user.
    #[default]
    Session,
    /// Saved 2 s after an edit, at the latest 10 s.
    Project,
    /// Saved every 30 s.
    Notebook,
    /// Saved every 300 s.
    Tasks,
}

/// When a document saves itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Autosave {
    /// Only when asked.
    Off,
    /// This long after the last edit, and at the latest this long after the first unsaved one.
    Debounced {
        /// Milliseconds after the last edit.
        debounce_ms: u64,
        /// Milliseconds after the first.
        max_wait_ms: u64,
    },
    /// Every so many milliseconds while dirty.
    Interval {
        /// Milliseconds.
        interval_ms: u64,
    },
}

impl Preset {
    /// When documents of this preset save themselves.
    pub const fn autosave(self) -> Autosave {
        match self {
            Preset::Session => Autosave::Off,
            Preset::Project => Autosave::Debounced { debounce_ms: 2_000, max_wait_ms: 10_000 },
            Preset::Notebook => Autosave::Interval { interval_ms: 30_000 },
            Preset::Tasks => Autosave::Interval { interval_ms: 300_000 },
        }
    }
}

/// When a draft is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DraftTimes {
    /// Milliseconds after the last edit.
    pub debounce_ms: u64,
    /// Milliseconds after the first edit that is not written, at the latest.
    pub max_wait_ms: u64,
    /// The first edit after a pause is written at once.
    pub leading: bool,
}

impl Default for DraftTimes {
    /// 200 ms after the last edit, 1 s after the first, the first of all at once.
    fn default() -> Self {
        DraftTimes { debounce_ms: 200, max_wait_ms: 1_000, leading: true }
    }
}

/// What an app writes down for a collection.
#[derive(Debug, Default)]
pub struct CollectionOptions {
    /// JSON Type Definition of the content, as JSON text.
    pub schema: Option<Vec<u8>>,
    /// Version of that schema, 1 or more; 0 stands for 1.
    pub schema_version: u32,
    /// Pieces with their own schema: pattern, JSON Type Definition, and whether the piece is a
    /// JSON string that holds JSON text.
    pub parts: Vec<(String, Vec<u8>, bool)>,
    /// Which defaults.
    pub preset: Preset,
    /// When drafts are written.
    pub draft: DraftTimes,
    /// When documents save themselves; the preset's way if nothing is said.
    pub autosave: Option<Autosave>,
    /// Limits.
    pub limits: Limits,
}

/// A valid configuration.
#[derive(Debug)]
pub struct Config {
    pub(crate) workspace: String,
    pub(crate) writer: String,
    pub(crate) stores: Vec<StoreOptions>,
    pub(crate) collections: BTreeMap<String, Collection>,
    pub(crate) recovery: Recovery,
    pub(crate) remote: Option<RemoteOptions>,
    pub(crate) retry: RetryOptions,
    defect: Option<Defect>,
}

/// A valid configuration of a collection.
#[derive(Debug)]
pub(crate) struct Collection {
    pub(crate) schema: Option<Schema>,
    pub(crate) schema_version: u32,
    /// Rules with short patterns before those with long ones.
    pub(crate) parts: Rc<[PartRule]>,
    pub(crate) draft: DraftTimes,
    pub(crate) autosave: Autosave,
    pub(crate) limits: Limits,
}

/// Where parts are and what they follow.
#[derive(Debug)]
pub(crate) struct PartRule {
    pub(crate) pattern: Pattern,
    pub(crate) schema: Schema,
    /// The piece is a JSON string that holds JSON text.
    pub(crate) is_text: bool,
}

/// Which option is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// Where, as `collections.tasks.schema`.
    pub option: String,
    /// What an allowed value is.
    pub allowed: &'static str,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the option {} must be {}", self.option, self.allowed)
    }
}

impl core::error::Error for ConfigError {}

impl Config {
    /// Checks what an app wrote down.
    ///
    /// # Errors
    /// The first option that is not allowed.
    pub fn parse(options: Options) -> Result<Config, ConfigError> {
        let Options { workspace, writer, stores, collections, recovery, remote, retry } = options;
        let names = [("workspace", &workspace, 1), ("writer", &writer, WRITER_MIN)];
        for (option, name, min) in names {
            check(
                is_name(name, min),
                option,
                "1 to 64 of A-Z a-z 0-9 . _ - (a writer 12 or more)",
            )?;
        }
        check(!stores.is_empty(), "stores", "a list of at least one store")?;
        check(stores.len() <= STORES_MAX, "stores", "a list of at most eight stores")?;
        let is_possible = remote.is_none_or(|remote| remote.poll_ms > 0);
        check(is_possible, "remote.pollMs", "a number above 0")?;
        let is_ordered = retry.attempts > 0 && retry.factor > 0 && retry.first_ms > 0;
        check(is_ordered, "retry", "attempts, firstMs and factor above 0")?;
        check(retry.cap_ms >= retry.first_ms, "retry.capMs", "a number not below retry.firstMs")?;
        let parsed = collections.into_iter().map(|(name, options)| {
            let collection = Collection::parse(&name, options)?;
            Ok((name, collection))
        });
        let collections = parsed.collect::<Result<_, ConfigError>>()?;
        Ok(Config { workspace, writer, stores, collections, recovery, remote, retry, defect: None })
    }

    /// The same with a deliberate defect.
    #[cfg(feature = "defects")]
    pub fn with_defect(mut self, defect: Defect) -> Config {
        self.defect = Some(defect);
        self
    }

    /// When documents of a collection save themselves: as the app says, or as its preset does.
    pub fn autosave(&self, collection: &str) -> Option<Autosave> {
        self.collections.get(collection).map(|rules| rules.autosave)
    }

    pub(crate) fn has_defect(&self, defect: Defect) -> bool {
        cfg!(feature = "defects") && self.defect == Some(defect)
    }
}

impl Collection {
    fn parse(name: &str, options: CollectionOptions) -> Result<Collection, ConfigError> {
        let at = |option: &str| format!("collections.{name}.{option}");
        check(
            is_name(name, 1),
            &format!("collections.{name}"),
            "named by 1 to 64 of A-Z a-z 0-9 . _ -",
        )?;
        let draft = options.draft;
        check(draft.debounce_ms > 0, &at("draft.debounceMs"), "a number above 0")?;
        let is_ordered = draft.max_wait_ms >= draft.debounce_ms;
        check(is_ordered, &at("draft.maxWaitMs"), "a number not below draft.debounceMs")?;
        let autosave = options.autosave.unwrap_or(options.preset.autosave());
        check(is_possible(autosave), &at("autosave"), "\"off\", or times above 0 in order")?;
        let limits = options.limits;
        check(limits.title_min <= limits.title_max, &at("limits.titleMin"), "at most titleMax")?;
        let most = crate::limits::TEXT_BYTES_MAX;
        check(
            limits.content_bytes_max <= most as u64,
            &at("limits.contentBytes"),
            "at most 64 MiB",
        )?;
        let compile = |text: &[u8], option: &str| {
            Schema::compile(text).map_err(|_| ConfigError {
                option: at(option),
                allowed: "a schema of JSON Type Definition (RFC 8927)",
            })
        };
        let schema = options.schema.map(|text| compile(&text, "schema")).transpose()?;
        let mut parts = Vec::new();
        for (pattern, text, is_text) in options.parts {
            let schema = compile(&text, &format!("parts.{pattern}"))?;
            let pattern = Pattern::parse(&pattern).ok_or_else(|| ConfigError {
                option: at(&format!("parts.{pattern}")),
                allowed: "named by a JSON Pointer, with * for any token",
            })?;
            parts.push(PartRule { pattern, schema, is_text });
        }
        parts.sort_by_key(|rule| rule.pattern.len());
        let parts = parts.into();
        let schema_version = options.schema_version.max(1);
        Ok(Collection { schema, schema_version, parts, draft, autosave, limits })
    }
}

fn check(is_allowed: bool, option: &str, allowed: &'static str) -> Result<(), ConfigError> {
    match is_allowed {
        true => Ok(()),
        false => Err(ConfigError { option: option.into(), allowed }),
    }
}

fn is_name(name: &str, min: usize) -> bool {
    let is_of_it = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (min..=NAME_MAX).contains(&name.len()) && name.bytes().all(is_of_it)
}

fn is_possible(autosave: Autosave) -> bool {
    match autosave {
        Autosave::Off => true,
        Autosave::Debounced { debounce_ms, max_wait_ms } => {
            debounce_ms > 0 && max_wait_ms >= debounce_ms
        }
        Autosave::Interval { interval_ms } => interval_ms > 0,
    }
}

/// Characters of the name of a workspace, a collection or a writer.
const NAME_MAX: usize = 64;
/// Fewer characters would let two writers have the same id one day.
const WRITER_MIN: usize = 12;
const STORES_MAX: usize = 8;
