//! Hostile and huge texts take no more than twice their length in extra memory, the result apart,
//! and what a limit forbids is refused before any work. Memory is measured by this test's
//! allocator, which counts live bytes; a block that grows counts twice while it is copied, as it
//! does where growing cannot be done in place. The tests of this file share one counter and
//! therefore one lock.

use keepfast::json::{self, JsonError, JsonErrorKind, Options, Source};
use keepfast::schema::{CheckOptions, Schema};
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn grow(bytes: usize) {
    let live = LIVE.fetch_add(bytes, Ordering::Relaxed) + bytes;
    PEAK.fetch_max(live, Ordering::Relaxed);
}

// SAFETY: every call goes to the system's allocator unchanged; counting touches no block.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grow(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        grow(size);
        let moved = unsafe { System.realloc(block, layout, size) };
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        moved
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Holds off the other tests of this file.
fn alone() -> MutexGuard<'static, ()> {
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What `work` returns, and the most bytes that were live during it beyond those before it.
fn measure<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = LIVE.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    let result = work();
    (result, PEAK.load(Ordering::Relaxed) - before)
}

/// Few bytes that any call may need whatever the length: buffers, the error's pointer.
const SMALL: usize = 64 << 10;

const MB: usize = 1_000_000;

fn raised() -> Options {
    Options { bytes_max: 1 << 30, ..Options::default() }
}

/// Canonicalises within twice the text's length, besides the result.
fn within_twice(what: &str, text: &[u8], options: &Options) -> Result<Vec<u8>, JsonError> {
    let (result, extra) = measure(|| json::canonicalize(text, options));
    let extra = extra - result.as_ref().map_or(0, Vec::len);
    let ratio = extra as f64 / text.len() as f64;
    println!("{what}: {} bytes, {extra} extra, {ratio:.2} of the text", text.len());
    assert!(extra <= 2 * text.len() + SMALL, "{what}: {extra} extra for {} bytes", text.len());
    result
}

#[test]
fn ten_megabytes_of_opening_brackets_are_refused_at_the_depth_limit() {
    let _alone = alone();
    for bracket in ["[", "{\"a\":", "[{\"a\":["] {
        let text = bracket.repeat(10 * MB / bracket.len());
        let (result, extra) = measure(|| json::canonicalize(text.as_bytes(), &Options::default()));
        let error = result.expect_err("too deep");
        assert_eq!(error.kind, JsonErrorKind::TooDeep, "{bracket}");
        assert!(error.offset <= 128 * bracket.len() && extra < SMALL, "{error}, {extra} bytes");
    }
}

#[test]
fn a_text_beyond_the_limit_is_refused_before_any_work() {
    let _alone = alone();
    let text = vec![b'['; 100 * MB];
    let (result, extra) = measure(|| json::canonicalize(&text, &Options::default()));
    assert_eq!(result.expect_err("too large").kind, JsonErrorKind::TooLarge);
    assert!(extra < 1024, "{extra} bytes");
    let options = Options { bytes_max: 10, ..Options::default() };
    assert!(json::canonicalize(b"[1,2,3,45]", &options).is_ok(), "the limit itself is allowed");
    let error = json::canonicalize(b"[1,2,3,456]", &options).expect_err("one byte more is not");
    assert_eq!(error.kind, JsonErrorKind::TooLarge);
}

#[test]
fn a_hundred_megabytes_are_processed_when_the_limit_is_raised() {
    let _alone = alone();
    let record =
        "{\"id\":12345,\"name\":\"a record of usual size\",\"tags\":[\"x\",\"y\"],\"on\":true},";
    let text = ["[", &record.repeat(100 * MB / record.len()), "null]"].concat();
    let canonical = within_twice("100 MB", text.as_bytes(), &raised()).expect("valid");
    assert_eq!(canonical.len(), text.len());
    assert!(canonical.starts_with(b"[{\"id\":12345,\"name\":") && canonical.ends_with(b"},null]"));
}

#[test]
fn twenty_megabytes_of_small_unsorted_objects_stay_within_twice_the_text() {
    let _alone = alone();
    let records = [
        "{\"b\":1,\"a\":2},",
        "{\"b\":{},\"a\":[]},",
        "{\"c\":3,\"b\":{\"z\":0,\"y\":{\"q\":0,\"p\":1}},\"a\":1},",
        "{\"9\":0,\"8\":0,\"7\":0,\"6\":0,\"5\":0,\"4\":0,\"3\":0,\"2\":0,\"1\":0,\"0\":0},",
    ];
    for record in records {
        let text = ["[", &record.repeat(20 * MB / record.len()), "0]"].concat();
        for source in [Source::Own, Source::Foreign] {
            let options = Options { source, ..raised() };
            let canonical = within_twice(record, text.as_bytes(), &options).expect("valid");
            assert_eq!(canonical.len(), text.len(), "{record}");
        }
    }
}

#[test]
fn one_object_with_a_million_unsorted_members_takes_thirty_two_bytes_a_member() {
    let _alone = alone();
    let members = (0..1_000_000_u32).rev().map(|n| format!("\"{n:07}\":{}", n % 10));
    let text = format!("{{{}}}", members.collect::<Vec<_>>().join(","));
    for source in [Source::Own, Source::Foreign] {
        let options = Options { source, ..raised() };
        // Every member of an open object is held until it closes, in 28 bytes; these have 12.
        let (canonical, extra) = measure(|| json::canonicalize(text.as_bytes(), &options));
        let canonical = canonical.expect("valid");
        assert!(extra - canonical.len() <= 32_000_000 + SMALL, "{extra} extra");
        assert!(canonical.starts_with(b"{\"0000000\":0,\"0000001\":1,\"0000002\":2"));
        assert_eq!(canonical.len(), text.len());
    }
}

#[test]
fn indented_text_stays_within_twice_the_text() {
    let _alone = alone();
    let record =
        "  {\n    \"b\": [\n      1.50,\n      \"\\u0041\"\n    ],\n    \"a\": null\n  },\n";
    let text = ["[\n", &record.repeat(20 * MB / record.len()), "  0\n]\n"].concat();
    let canonical = within_twice("indented", text.as_bytes(), &raised()).expect("valid");
    assert!(canonical.starts_with(b"[{\"a\":null,\"b\":[1.5,\"A\"]},{"));
}

#[test]
fn spread_out_white_space_escapes_and_numbers_stay_within_twice_the_text() {
    let _alone = alone();
    for item in ["1.0,", "[ ],", "\"\\u0041\",", "1 ,", "-0,", "\"\\/\",", "{ },", "[[1.0]],"] {
        let text = ["[", &item.repeat(20 * MB / item.len()), "0]"].concat();
        within_twice(item, text.as_bytes(), &raised()).expect("valid");
    }
}

#[test]
fn numbers_that_grow_cost_what_their_canonical_text_costs() {
    let _alone = alone();
    // RFC 8785 writes 1e20 with twenty-one digits: this result cannot fit in twice the text.
    let text = ["[", &"1e20,".repeat(MB), "0]"].concat();
    let (canonical, extra) = measure(|| json::canonicalize(text.as_bytes(), &raised()));
    let canonical = canonical.expect("valid");
    assert_eq!(canonical.len(), 22 * MB + 3);
    println!("1e20: {} bytes, {} canonical, {extra} extra", text.len(), canonical.len());
    assert!(extra <= 3 * canonical.len() + SMALL, "{extra} extra for {}", canonical.len());
}

#[test]
fn repeated_names_by_the_million_are_refused_or_dropped_within_twice_the_text() {
    let _alone = alone();
    let text = format!("{{{}\"a\":1}}", "\"a\":0,".repeat(2 * MB));
    let error = within_twice("repeated names", text.as_bytes(), &raised()).expect_err("repeated");
    assert_eq!(error.kind, JsonErrorKind::DuplicateKey);
    let options = Options { duplicates: json::Duplicates::LastWins, ..raised() };
    let canonical = within_twice("last wins", text.as_bytes(), &options).expect("valid");
    assert_eq!(canonical, b"{\"a\":1}");
}

#[test]
fn deep_nesting_stays_within_twice_the_text() {
    let _alone = alone();
    for (open, close) in [("[", "]"), ("{\"b\":0,\"a\":", "}"), ("[ ", " ]")] {
        let tower = [open.repeat(127), "1.0".to_owned(), close.repeat(127)].concat();
        let text = ["[", &vec![tower.as_str(); 4 * MB / tower.len()].join(","), "]"].concat();
        within_twice(open, text.as_bytes(), &raised()).expect("valid");
    }
}

#[test]
fn an_error_at_the_end_of_a_large_text_stays_within_twice_the_text() {
    let _alone = alone();
    let record = "{\"b\":1.0,\"a\":2},";
    let text = ["[", &record.repeat(20 * MB / record.len()), "{\"b\":0,\"a\":tru"].concat();
    let error = within_twice("truncated", text.as_bytes(), &raised()).expect_err("truncated");
    assert_eq!((error.kind, error.offset), (JsonErrorKind::Truncated, text.len()));
    assert_eq!(error.pointer, format!("/{}/a", 20 * MB / record.len()));
}

#[test]
fn checking_a_schema_stays_within_twice_the_text() {
    let _alone = alone();
    let schema = r#"{"elements":{"properties":{"a":{"type":"uint8"},"b":{"elements":{}}}}}"#;
    let schema = Schema::compile(schema.as_bytes()).expect("a schema");
    for record in ["{\"b\":[],\"a\":2},", "{\"b\":{},\"a\":-1,\"c\":0},", "7,"] {
        let text = ["[", &record.repeat(20 * MB / record.len()), "0]"].concat();
        for source in [Source::Own, Source::Foreign] {
            let options =
                CheckOptions { json: Options { source, ..raised() }, ..Default::default() };
            let (checked, extra) = measure(|| schema.check(text.as_bytes(), &options));
            let checked = checked.expect("valid JSON");
            let extra = extra - checked.canonical.len();
            println!("{record}: {} bytes, {extra} extra", text.len());
            assert!(!checked.issues.is_empty(), "the last element is no object");
            assert!(extra <= 2 * text.len() + SMALL, "{record}: {extra} extra");
        }
    }
}

#[test]
fn a_schema_of_ten_thousand_definitions_costs_at_most_twelve_times_its_text() {
    let _alone = alone();
    let definition = |n: usize| format!(r#""d{n}":{{"properties":{{"p{n}":{{"ref":"d{n}"}}}}}}"#);
    let definitions: Vec<String> = (0..10_000).map(definition).collect();
    let text = format!(r#"{{"definitions":{{{}}},"ref":"d0"}}"#, definitions.join(","));
    let (schema, extra) = measure(|| Schema::compile(text.as_bytes()));
    assert!(schema.is_ok());
    println!("10 000 definitions: {} bytes, {extra} extra", text.len());
    // Tables to be searched, and kept: a definition of fifty bytes has a form, places and names.
    assert!(extra <= 12 * text.len() + SMALL, "{extra} extra for {} bytes", text.len());
}
