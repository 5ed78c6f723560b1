//! How long an edit takes and how many bytes it writes, in small and large documents, against one
//! full pass over the text of the middle one. Every round runs every row once, in an order drawn
//! anew, so that a machine that speeds up or slows down does so for all rows alike.

use crate::answer::{at_most, bytes_at_most, median, quantile, ratio, row};
use crate::random::Random;
use crate::session::{CHANGES, Change, SCHEMA, Session};
use crate::tab::Tab;
use keepfast::json::{self, Options, Source};
use keepfast::schema::{CheckOptions, Schema};
use serde_json::{Value, json};
use std::hint::black_box;
use std::time::Instant;

/// A document and what its edits took.
struct Subject {
    size: &'static str,
    tab: Tab,
    /// Microseconds until the bytes were ready, for each change, round by round.
    until_written: [Vec<f64>; CHANGES.len()],
    /// Microseconds of all that each edit caused.
    in_all: Vec<f64>,
    bytes: Vec<f64>,
}

/// Measures; returns the group of times and the group of bytes.
///
/// # Errors
/// What the engine refused, or did wrong.
pub fn groups(rounds: usize) -> Result<Vec<Value>, String> {
    let mut subjects = Vec::new();
    for (size, bytes) in SIZES {
        subjects.push(Subject::new(size, bytes)?);
    }
    let pass = FullPass::new()?;
    let mut passes = Vec::new();
    let mut random = Random::new(2_026);
    let mut order: Vec<Option<(usize, usize)>> = vec![None];
    order.extend(
        (0..SIZES.len()).flat_map(|size| (0..CHANGES.len()).map(move |at| Some((size, at)))),
    );
    for _ in 0..rounds {
        random.shuffle(&mut order);
        for turn in &order {
            match *turn {
                Some((size, change)) => subjects[size].measure(change)?,
                None => passes.push(pass.measure()?),
            }
        }
    }
    for subject in &mut subjects {
        subject.tab.check().map_err(|told| format!("{}: {told}", subject.size))?;
    }
    Ok(vec![times(&subjects, &passes), bytes(&subjects)])
}

impl Subject {
    /// A document that has been edited for a while.
    fn new(size: &'static str, bytes: usize) -> Result<Subject, String> {
        let mut tab = Tab::open(Session::new(bytes as u64, bytes))?;
        for _ in 0..WARM_UP {
            for change in CHANGES {
                tab.edit(change)?;
            }
        }
        let until_written = CHANGES.map(|_| Vec::new());
        Ok(Subject { size, tab, until_written, in_all: Vec::new(), bytes: Vec::new() })
    }

    fn measure(&mut self, change: usize) -> Result<(), String> {
        let cost = self.tab.edit(CHANGES[change])?;
        self.until_written[change].push(cost.until_written.as_secs_f64() * 1e6);
        self.in_all.push(cost.in_all.as_secs_f64() * 1e6);
        self.bytes.push(cost.bytes as f64);
        Ok(())
    }

    fn name(&self, change: Change) -> String {
        format!("{} in {}", change.name(), self.size)
    }
}

/// What an edit costs without a replica: the whole text is checked, made canonical and digested.
struct FullPass {
    schema: Schema,
    text: Vec<u8>,
}

impl FullPass {
    fn new() -> Result<FullPass, String> {
        let (_, bytes) = SIZES[MIDDLE];
        let schema = Schema::compile(SCHEMA.as_bytes()).map_err(|error| error.to_string())?;
        let pass = FullPass { schema, text: Session::new(bytes as u64, bytes).text() };
        for _ in 0..WARM_UP {
            pass.measure()?;
        }
        Ok(pass)
    }

    /// Microseconds of one pass.
    fn measure(&self) -> Result<f64, String> {
        let own = Options::for_source(Source::Own);
        let options = CheckOptions { json: own, ..CheckOptions::default() };
        let started = Instant::now();
        let checked = self.schema.check(black_box(&self.text), &options);
        let checked = checked.map_err(|error| error.to_string())?;
        black_box(json::digest(&checked.canonical));
        let spent = started.elapsed();
        match checked.issues.first() {
            None => Ok(spent.as_secs_f64() * 1e6),
            Some(issue) => Err(format!("the session breaks its schema at {}", issue.instance_path)),
        }
    }
}

fn times(subjects: &[Subject], passes: &[f64]) -> Value {
    let pass_name = format!("full pass over {}", SIZES[MIDDLE].0);
    let mut rows = vec![row(&pass_name, "µs", median(passes), 1.0)];
    let mut claims = Vec::new();
    for (at, subject) in subjects.iter().enumerate() {
        for (change, samples) in CHANGES.into_iter().zip(&subject.until_written) {
            let (name, of_pass) = (subject.name(change), ratio(samples, passes));
            rows.push(row(&name, "µs", median(samples), of_pass));
            if at == MIDDLE {
                claims.push(at_most(&name, "a full pass", OF_PASS_MAX, of_pass));
            }
        }
        let mean = subject.in_all.iter().sum::<f64>() / subject.in_all.len().max(1) as f64;
        let name = format!("mean in {} of an edit with all it causes", subject.size);
        rows.push(row(&name, "µs", mean, mean / median(passes)));
    }
    if let [small, .., large] = subjects {
        let pairs = large.until_written.iter().zip(&small.until_written);
        claims.extend(CHANGES.into_iter().zip(pairs).map(|(change, (of, to))| {
            let peer = format!("the same in {}", small.size);
            at_most(&large.name(change), &peer, GROWTH_MAX, ratio(of, to))
        }));
    }
    let title = "an edit, until its bytes are ready to be written";
    json!({"title": title, "unit": "µs", "rows": rows, "claims": claims})
}

fn bytes(subjects: &[Subject]) -> Value {
    let (mut rows, mut claims) = (Vec::new(), Vec::new());
    for subject in subjects {
        let whole = subject.tab.content_bytes() as f64;
        let part = |part: f64| quantile(&subject.bytes, part);
        for (name, number) in
            [("median", part(0.5)), ("nine in ten", part(0.9)), ("most", part(1.0))]
        {
            let name = format!("{name} in {}", subject.size);
            rows.push(row(&name, "bytes", number, number / whole));
        }
        let subject = format!("nine edits in ten in {}", subject.size);
        claims.push(bytes_at_most(&subject, WRITTEN_BYTES_MAX, part(0.9)));
    }
    let title = "bytes written for an edit, all its records together; of the whole text";
    json!({"title": title, "unit": "bytes", "rows": rows, "claims": claims})
}

const SIZES: [(&str, usize); 3] = [("20 kB", 20_000), ("1.5 MB", 1_500_000), ("15 MB", 15_000_000)];
/// Which of the sizes the full pass is over.
const MIDDLE: usize = 1;
/// Edits of each kind before the first that counts.
const WARM_UP: usize = 25;

/// The bars: an edit against a full pass, the largest document against the smallest, and bytes.
const OF_PASS_MAX: f64 = 1.0 / 50.0;
const GROWTH_MAX: f64 = 2.0;
const WRITTEN_BYTES_MAX: f64 = 4_000.0;
