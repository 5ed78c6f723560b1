//! A5: restoring sets the number of the version back, numbers repeat, and sorting by them breaks.
//! Here a number is given once, whichever tab asks for it and whatever became of the versions
//! before.

use crate::disk::{DEVICE, Disk, MEMORY, TAB};
use crate::steps::{A, B, saved};
use crate::tab::{Tab, options};
use crate::versions::{one, revert, told, versions};
use keepfast::engine::{DocumentId, Event, Options, StoreError, StoreOptions, Survives};
use keepfast::history::Kind;
use keepfast::record::Drawer;

/// Two tabs that have the same saved document open, each with an edit of its own.
fn two(options: impl Fn(&str) -> Options) -> (Disk, [(Tab, DocumentId); 2]) {
    let disk = Disk::default();
    let mut first = Tab::with(&disk, options(A));
    let in_first = saved(&mut first, "a", r#"{"text":0}"#);
    let mut second = Tab::with(&disk, options(B));
    let in_second = second.load("a").unwrap().document;
    first.put(in_first, "/text", "1");
    second.put(in_second, "/text", "2");
    first.wait(2_000);
    second.wait(2_000);
    (disk, [(first, in_first), (second, in_second)])
}

#[test]
fn of_two_tabs_that_want_one_at_once_each_has_its_own() {
    let (_disk, [(mut first, in_first), (mut second, in_second)]) = two(options);
    first.hold();
    let one_back = revert(&mut first, in_first);
    second.hold();
    let other_back = revert(&mut second, in_second);
    second.release();
    first.release();
    first.wait(5_000);
    second.wait(5_000);
    assert!(first.is_done(one_back) && second.is_done(other_back));
    let given_up = [r#"{"text":2}"#, r#"{"text":1}"#];
    let numbers = [1, 2].into_iter().zip(given_up);
    let expected: Vec<_> = numbers.map(|(n, text)| one(n, Kind::Discarded, text)).collect();
    assert_eq!(told(&mut first, in_first), expected);
}

#[test]
fn a_tab_that_made_one_before_the_other_goes_on_after_it() {
    let (_disk, [(mut first, in_first), (mut second, in_second)]) = two(options);
    for text in 10..20 {
        first.put(in_first, "/text", &text.to_string());
        revert(&mut first, in_first);
        second.put(in_second, "/text", &format!("-{text}"));
        revert(&mut second, in_second);
    }
    let numbers: Vec<u64> = versions(&mut first, in_first).iter().map(|it| it.number).collect();
    assert_eq!(numbers, (1..=20).collect::<Vec<u64>>());
}

/// Options with a store like localStorage alone, which refuses nothing.
fn unrefusing(writer: &str) -> Options {
    let store = StoreOptions { survives: Survives::Device, expects: false, takes_tail: true };
    Options { stores: vec![store], ..options(writer) }
}

#[test]
fn in_a_store_that_refuses_nothing_each_tab_has_numbers_of_its_own() {
    let (_disk, [(mut first, in_first), (mut second, in_second)]) = two(unrefusing);
    first.hold();
    revert(&mut first, in_first);
    revert(&mut second, in_second);
    first.release();
    let mut kept: Vec<String> = told(&mut first, in_first).into_iter().map(|it| it.3).collect();
    kept.sort_unstable();
    assert_eq!(kept, [r#"{"text":1}"#, r#"{"text":2}"#]);
}

#[test]
fn a_store_that_refuses_nothing_is_read_before_every_version() {
    let (_disk, [(mut first, in_first), (mut second, in_second)]) = two(unrefusing);
    for text in 10..15 {
        first.put(in_first, "/text", &text.to_string());
        revert(&mut first, in_first);
        second.put(in_second, "/text", &format!("-{text}"));
        revert(&mut second, in_second);
    }
    let kept: Vec<String> = told(&mut first, in_first).into_iter().map(|it| it.3).collect();
    let texts = (10..15).flat_map(|text| [text, -text]);
    assert_eq!(kept, texts.map(|text| format!(r#"{{"text":{text}}}"#)).collect::<Vec<_>>());
}

#[test]
fn versions_that_were_evicted_are_not_built_upon() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    tab.put(doc, "/text", "1");
    revert(&mut tab, doc);
    disk.evict(DEVICE);
    tab.put(doc, "/text", "2");
    revert(&mut tab, doc);
    assert_eq!(told(&mut tab, doc), [one(2, Kind::Discarded, r#"{"text":2}"#)]);
    disk.evict(DEVICE);
    tab.send(Event::Evicted { store: DEVICE });
    tab.put(doc, "/text", "3");
    revert(&mut tab, doc);
    assert_eq!(told(&mut tab, doc), [one(3, Kind::Discarded, r#"{"text":3}"#)]);
}

#[test]
fn one_in_a_lesser_store_has_a_number_that_no_other_tab_gives() {
    let disk = Disk::default();
    let mut tab = Tab::new(&disk, A);
    let doc = saved(&mut tab, "a", r#"{"text":0}"#);
    disk.refuse(DEVICE, Some(StoreError::Quota));
    tab.put(doc, "/text", "1");
    tab.wait(5_000);
    revert(&mut tab, doc);
    assert_eq!(disk.keys(TAB, Drawer::Version).len(), 1);
    disk.refuse(DEVICE, None);
    tab.wait(120_000);
    tab.put(doc, "/text", "2");
    revert(&mut tab, doc);
    assert_eq!(disk.keys(DEVICE, Drawer::Version).len(), 1);
    assert_eq!(disk.keys(MEMORY, Drawer::Version), []);
    let mut other = Tab::new(&Disk::default(), B);
    let elsewhere = saved(&mut other, "a", r#"{"text":0}"#);
    other.put(elsewhere, "/text", "3");
    revert(&mut other, elsewhere);
    assert_eq!(versions(&mut other, elsewhere)[0].number, 1);
    let (kept, numbers) = (told(&mut tab, doc), versions(&mut tab, doc));
    assert!(numbers[0].number > 1 && numbers[1].number == numbers[0].number + 1);
    let kept: Vec<&str> = kept.iter().map(|it| &it.3[..]).collect();
    assert_eq!(kept, [r#"{"text":1}"#, r#"{"text":2}"#]);
}
