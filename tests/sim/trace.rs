//! What happened, line by line: a running digest of all lines, and the lines themselves when they
//! are wanted. Owns how an event and an effect are spelled: numbers and sizes, and a sum of bytes.

use keepfast::engine::{Answer, Batch, Capture, Effect, Event};
use keepfast::record::{Digest, Key, Prefix};

/// What happened so far.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    sum: u64,
    lines: Option<Vec<String>>,
}

impl Trace {
    /// A trace that keeps its lines, or only their digest.
    pub fn new(keeps: bool) -> Trace {
        Trace { sum: FNV_START, lines: keeps.then(Vec::new) }
    }

    /// Adds a line.
    pub fn push(&mut self, line: String) {
        self.sum = sum_on(self.sum, line.as_bytes());
        if let Some(lines) = &mut self.lines {
            lines.push(line);
        }
    }

    /// Digest of all lines.
    pub fn sum(&self) -> u64 {
        self.sum
    }

    /// The lines, if they were kept.
    pub fn lines(&self) -> &[String] {
        self.lines.as_deref().unwrap_or_default()
    }
}

/// A short name of bytes.
pub fn sum(bytes: &[u8]) -> u64 {
    sum_on(FNV_START, bytes) & 0xFFFF_FFFF
}

fn sum_on(start: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(start, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(FNV_PRIME))
}

/// An event in one line.
pub fn of_event(event: &Event) -> String {
    match event {
        Event::ReadDone { token, entries } => {
            let keys: Vec<String> = entries.iter().map(|e| of_key(&e.key, &e.bytes)).collect();
            format!("ReadDone {} [{}]", token.0, keys.join(" "))
        }
        Event::Create { request, document, text, .. } => {
            format!("Create {} {document} {}", request.0, of_text(text))
        }
        Event::BaseArrived { document, base } => {
            format!("BaseArrived {} r{} {}", document.0, base.revision, of_text(&base.text))
        }
        Event::Captured { document, token, capture } => {
            format!("Captured {} {} {}", document.0, token.0, of_capture(capture))
        }
        Event::Responded { token, response } => {
            format!("Responded {} {} {}", token.0, response.status, of_body(&response.body))
        }
        Event::Migrated { token, text } => format!("Migrated {} {}", token.0, of_text(text)),
        other => format!("{other:?}"),
    }
}

/// An effect in one line.
pub fn of_effect(effect: &Effect) -> String {
    match effect {
        Effect::Write { token, store, batch, durability } => {
            format!("Write {} to {} {durability:?} {}", token.0, store.0, of_batch(batch))
        }
        Effect::WriteNow { token, store, batch } => {
            format!("WriteNow {} to {} {}", token.0, store.0, of_batch(batch))
        }
        Effect::Read { token, store, prefix } => {
            format!("Read {} from {} {}", token.0, store.0, of_prefix(prefix))
        }
        Effect::Send { token, request } => {
            let of = |name| request.headers.value(name).unwrap_or("-").to_owned();
            let (base, key) = (of("if-match"), of("idempotency-key"));
            let (method, path, body) = (request.method, &request.path, of_body(&request.body));
            format!("Send {} {method} {path} if {base} key {key} {body}", token.0)
        }
        Effect::Migrate { token, to, text, .. } => {
            format!("Migrate {} to {to} {}", token.0, of_text(text))
        }
        Effect::Apply { document, text, .. } => format!(
            "Apply {} {}",
            document.0,
            text.as_ref().map_or("-".into(), |text| of_text(text))
        ),
        Effect::Copied { request, opened } => {
            format!("Copied {} {} {}", request.0, opened.document.0, of_text(&opened.text))
        }
        Effect::Answer { request, answer } => format!("Answer {} {}", request.0, of_answer(answer)),
        Effect::StatusChanged { document, status } => format!(
            "Status {} dirty {} {:?} {:?} {:?} {}/{}/{}/{} revision {:?} {:?}",
            document.0,
            status.dirty,
            status.draft,
            status.save,
            status.sync,
            status.accepted,
            status.stored,
            status.flushed,
            status.acknowledged,
            status.revision,
            status.error
        ),
        other => format!("{other:?}"),
    }
}

/// A short body whole, a long one by its size.
fn of_body(body: &[u8]) -> String {
    match body.len() {
        0..400 => String::from_utf8_lossy(body).into_owned(),
        _ => of_text(body),
    }
}

fn of_prefix(prefix: &Prefix) -> String {
    match prefix {
        Prefix::Drawer(drawer) => drawer.as_str().to_owned(),
        Prefix::Document { drawer, collection, document } => {
            format!("{}/{collection}/{document}", drawer.as_str())
        }
        Prefix::Record(key) => of_key(key, &[]),
    }
}

fn of_answer(answer: &Answer) -> String {
    match answer {
        Answer::Opened(opened) => format!(
            "Opened {} change {} recovered {} read_only {} {:?} {}",
            opened.document.0,
            opened.change,
            opened.recovered,
            opened.read_only,
            opened.title,
            of_text(&opened.text)
        ),
        Answer::Exported(entries) => {
            let keys: Vec<String> = entries.iter().map(|e| of_key(&e.key, &e.bytes)).collect();
            format!("Exported [{}]", keys.join(" "))
        }
        Answer::Saved { revision, .. } => format!("Saved {revision}"),
        Answer::Version(version) => {
            format!("Version {} {}", version.entry.number, of_text(&version.content))
        }
        Answer::Versions { entries, unreadable, .. } => {
            let numbers: Vec<u64> = entries.iter().map(|entry| entry.number).collect();
            format!("Versions {numbers:?}, unreadable {unreadable:?}")
        }
        Answer::Done | Answer::Drafts { .. } | Answer::Queued(_) | Answer::Failed(_) => {
            format!("{answer:?}")
        }
    }
}

fn of_batch(batch: &Batch) -> String {
    let put: Vec<String> = batch.put.iter().map(|e| of_key(&e.key, &e.bytes)).collect();
    let remove: Vec<String> = batch.remove.iter().map(|key| of_key(key, &[])).collect();
    let expect: Vec<String> = batch.expect.iter().map(of_expectation).collect();
    format!("put [{}] remove [{}] expect [{}]", put.join(" "), remove.join(" "), expect.join(" "))
}

fn of_expectation((key, found): &(Key, Option<Digest>)) -> String {
    match found {
        Some(digest) => of_key(key, digest),
        None => format!("no {}", of_key(key, &[])),
    }
}

fn of_capture(capture: &Capture) -> String {
    match capture {
        Capture::Edits(edits) => format!("Edits {edits:?}", edits = Short(edits)),
        Capture::Whole(text) => format!("Whole {}", of_text(text)),
        Capture::Both { edits, text } => format!("Both {:?} {}", Short(edits), of_text(text)),
    }
}

/// A key with the size and the sum of what lies there.
pub fn of_key(key: &Key, bytes: &[u8]) -> String {
    let Key { drawer, collection, document, writer, sequence } = key;
    let name = format!("{}/{collection}/{document}/{writer}/{sequence}", drawer.as_str());
    if bytes.is_empty() { name } else { format!("{name}={}", of_text(bytes)) }
}

fn of_text(text: &[u8]) -> String {
    format!("{}#{:08x}", text.len(), sum(text))
}

/// Edits by their places.
struct Short<'a>(&'a [keepfast::replica::Edit]);

impl std::fmt::Debug for Short<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use keepfast::replica::Edit;
        f.write_str("[")?;
        for edit in self.0 {
            match edit {
                Edit::Put { at, text } => write!(f, " put {at} {}", of_text(text))?,
                Edit::Insert { at, text } => write!(f, " insert {at} {}", of_text(text))?,
                Edit::Remove { at } => write!(f, " remove {at}")?,
                Edit::Move { from, to } => write!(f, " move {from} {to}")?,
            }
        }
        f.write_str("]")
    }
}

const FNV_START: u64 = 0xCBF2_9CE4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01B3;
