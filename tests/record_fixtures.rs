//! Bytes that earlier versions wrote can be read for ever, and what is written today is the same.
//! The literals here say what each file in `fixtures/format-v1` holds; its README how to add one.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use keepfast::record::{
    BaseRef, Body, Delta, Digest, Drawer, Entry, Header, Key, Kind, Lease, Origin, Outbox, Record,
    RecordError, Whole, decode, encode, recover,
};
use keepfast::replica::{Edit, Replica};

const WORKSPACE: &str = "workbench";
const CHECKPOINT: &str = r#"{"cells":["a","b","c"],"name":"Pl\u001fan ✓"}"#;
const EDITED: &str = r#"{"cells":["c","new","b"],"list":[1,null]}"#;
const LEFT: &str = r#"{"cells":["c","new","b"],"list":[1,null,true]}"#;
const BASE: &str = r#"{"count":0,"ä/~":{}}"#;
const COUNTED: [&str; 3] =
    [r#"{"count":1,"ä/~":{}}"#, r#"{"count":2,"ä/~":{}}"#, r#"{"count":2,"ä/~":{"":""}}"#];

/// A file and what it holds.
struct Fixture {
    name: &'static str,
    drawer: Drawer,
    header: Header,
    body: Body,
}

impl Fixture {
    fn key(&self) -> Key {
        Key {
            drawer: self.drawer,
            collection: "sessions".into(),
            document: "plan".into(),
            writer: self.header.writer.clone(),
            sequence: if self.drawer == Drawer::Tail { 0 } else { self.header.sequence },
        }
    }

    fn checksum(&self) -> Digest {
        encode(&self.header, &self.body).1
    }

    /// The bytes in the file. A missing file is written only on demand; one that is there never.
    fn bytes(&self) -> Vec<u8> {
        let (bytes, _) = encode(&self.header, &self.body);
        stored(self.name, &bytes)
    }

    fn entry(&self) -> Entry {
        Entry { key: self.key(), bytes: self.bytes() }
    }
}

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures", "format-v1"].iter().collect()
}

fn stored(name: &str, wanted: &[u8]) -> Vec<u8> {
    let path = folder().join(name);
    if std::env::var("KEEPFAST_FIXTURES").is_ok_and(|wish| wish == "write") {
        match fs::File::create_new(&path) {
            Ok(mut file) => file.write_all(wanted).expect("the folder takes files"),
            Err(error) => assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{name}"),
        }
    }
    fs::read(path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn header(kind: Kind, writer: &str, sequence: u64) -> Header {
    Header {
        kind,
        workspace: WORKSPACE.into(),
        collection: "sessions".into(),
        document: "plan".into(),
        writer: writer.into(),
        sequence,
        change: 0x0102_0304_0506_0708 + sequence,
        base: None,
        schema_version: 0x0a0b_0c0d,
        wall_ms: 1_800_000_000_000,
    }
}

fn whole(description: Option<&str>, content: &str, adopted: Vec<Origin>) -> Body {
    Body::Whole(Whole {
        title: "Plan «A»".into(),
        description: description.map(Into::into),
        content: content.into(),
        adopted,
    })
}

/// A delta of content only, to this content.
fn delta(predecessor: Digest, edits: Vec<Edit>, content: &str) -> Delta {
    let result = Replica::from_canonical(content.as_bytes()).digest();
    Delta { predecessor, result, title: None, description: None, edits }
}

fn put(at: &str, text: &str) -> Edit {
    Edit::Put { at: at.into(), text: text.as_bytes().into() }
}

/// A checkpoint, two deltas and a tail of the writer `w1`.
fn of_one_writer() -> Vec<Fixture> {
    let adopted = vec![
        Origin { writer: "gone-1".into(), sequence: 3 },
        Origin { writer: "gone-2".into(), sequence: u64::MAX },
    ];
    let body = whole(Some("First, second"), CHECKPOINT, adopted);
    let header_of = |kind, sequence| header(kind, "w1", sequence);
    let (drawer, header) = (Drawer::Draft, header_of(Kind::Checkpoint, 1));
    let checkpoint = Fixture { name: "checkpoint.bin", drawer, header, body };
    let every_edit = vec![
        put("/list", "[1,null]"),
        Edit::Insert { at: "/cells/1".into(), text: (*b"\"new\"").into() },
        Edit::Move { from: "/cells/3".into(), to: "/cells/0".into() },
        Edit::Remove { at: "/cells/1".into() },
        Edit::Remove { at: "/name".into() },
    ];
    let body = Body::Delta(delta(checkpoint.checksum(), every_edit, EDITED));
    let header = header_of(Kind::Delta, 2);
    let edits = Fixture { name: "delta-edits.bin", drawer, header, body };
    let names = Delta {
        title: Some("Plan B".into()),
        description: Some(None),
        ..delta(edits.checksum(), Vec::new(), EDITED)
    };
    let (header, body) = (header_of(Kind::Delta, 3), Body::Delta(names));
    let names = Fixture { name: "delta-names.bin", drawer, header, body };
    let last = vec![Edit::Insert { at: "/list/2".into(), text: (*b"true").into() }];
    let body = Body::Delta(delta(names.checksum(), last, LEFT));
    let (drawer, header) = (Drawer::Tail, header_of(Kind::Delta, 4));
    let tail = Fixture { name: "tail.bin", drawer, header, body };
    vec![checkpoint, edits, names, tail]
}

/// A base, and three deltas of the writer `w2` on it.
fn of_a_base() -> Vec<Fixture> {
    let digest = keepfast::json::digest(BASE.as_bytes());
    let base = Some(BaseRef { revision: 41, metadata_revision: 7, digest });
    let header_of = |kind, sequence| Header { base, ..header(kind, "w2", sequence) };
    let (header, body) = (header_of(Kind::Base, 1), whole(None, BASE, Vec::new()));
    let mut chain = vec![Fixture { name: "base.bin", drawer: Drawer::Base, header, body }];
    let edits = [put("/count", "1"), put("/count", "2"), put("/ä~1~0/", "\"\"")];
    let names = ["chain-1.bin", "chain-2.bin", "chain-3.bin"];
    for (sequence, ((name, edit), content)) in (2..).zip(names.into_iter().zip(edits).zip(COUNTED))
    {
        let predecessor = chain[chain.len() - 1].checksum();
        let body = Body::Delta(delta(predecessor, vec![edit], content));
        let header = header_of(Kind::Delta, sequence);
        chain.push(Fixture { name, drawer: Drawer::Draft, header, body });
    }
    chain
}

/// Saves on their way of the writer `w2`: one on the base, and one that creates a document.
fn of_an_outbox() -> Vec<Fixture> {
    let digest = keepfast::json::digest(BASE.as_bytes());
    let base = Some(BaseRef { revision: 41, metadata_revision: 7, digest });
    let state = |content: &str| Whole {
        title: "Plan «A»".into(),
        description: Some("First, second".into()),
        content: content.into(),
        adopted: Vec::new(),
    };
    let of = |base, sequence| Header { base, ..header(Kind::Outbox, "w2", sequence) };
    let saved = Outbox { base_words: Some([0x5a; 32]), state: state(COUNTED[0]) };
    let created = Outbox { base_words: None, state: state(BASE) };
    let fixture = |name, header, outbox| {
        let (drawer, body) = (Drawer::Outbox, Body::Outbox(outbox));
        Fixture { name, drawer, header, body }
    };
    vec![
        fixture("outbox.bin", of(base, 8), saved),
        fixture("outbox-create.bin", of(None, 9), created),
    ]
}

/// What the tabs of a device agree by: the head that names the base, and a lease, held and given
/// back.
fn of_tabs() -> Vec<Fixture> {
    let digest = keepfast::json::digest(BASE.as_bytes());
    let base = Some(BaseRef { revision: 41, metadata_revision: 7, digest });
    let head = Header { base, ..header(Kind::Head, "w2", 1) };
    let lease = |change| {
        let (collection, document) = Default::default();
        Header { collection, document, change, ..header(Kind::Lease, "w2", 6) }
    };
    let body_of = |news, is_held| Body::Lease(Lease { news, is_held });
    let fixture = |name, drawer, header, body| Fixture { name, drawer, header, body };
    vec![
        fixture("head.bin", Drawer::Head, head, Body::Head),
        fixture("lease.bin", Drawer::Lease, lease(12), body_of(u64::MAX, true)),
        fixture("lease-given-back.bin", Drawer::Lease, lease(13), body_of(3, false)),
    ]
}

/// Of all that format 1 has.
fn every_fixture() -> impl Iterator<Item = Fixture> {
    let of_documents = of_one_writer().into_iter().chain(of_a_base()).chain(of_an_outbox());
    of_documents.chain(of_tabs())
}

/// The second delta on the base with a bit of its edit flipped.
fn corrupted() -> Vec<u8> {
    let mut bytes = of_a_base()[2].bytes();
    let place = bytes.windows(6).rposition(|text| text == b"/count").expect("where the edit is");
    bytes[place + 1] ^= 0x20;
    stored("corrupted.bin", &bytes)
}

#[test]
fn every_file_decodes_to_what_was_written() {
    for fixture in every_fixture() {
        let record = decode(&fixture.bytes()).unwrap_or_else(|e| panic!("{}: {e}", fixture.name));
        let checksum = fixture.checksum();
        let Fixture { name, header, body, .. } = fixture;
        assert_eq!(record, Record { header, body, checksum }, "{name}");
    }
}

#[test]
fn todays_encoder_writes_the_same_bytes() {
    for fixture in every_fixture() {
        let (bytes, _) = encode(&fixture.header, &fixture.body);
        assert!(bytes == fixture.bytes(), "{} is written otherwise", fixture.name);
    }
}

#[test]
fn together_they_lead_to_the_newest_states() {
    let all = of_one_writer().into_iter().chain(of_a_base());
    let entries: Vec<Entry> = all.map(|fixture| fixture.entry()).collect();
    let found = recover(WORKSPACE, &entries).swap_remove(0);
    assert_eq!(found.unusable, []);
    let [one, two] = &found.drafts[..] else { panic!("two writers") };
    assert_eq!((&*one.writer, one.sequence), ("w1", 4));
    assert_eq!(one.content.canonical(), LEFT.as_bytes());
    assert_eq!((&*one.title, &one.description), ("Plan B", &None));
    let adopted: Vec<_> = one.adopted.iter().map(|it| (&*it.writer, it.sequence)).collect();
    assert_eq!(adopted, [("gone-1", 3), ("gone-2", u64::MAX)]);
    assert_eq!((&*two.writer, two.sequence), ("w2", 4));
    assert_eq!(two.content.canonical(), COUNTED[2].as_bytes());
    assert_eq!((&*two.title, &two.description), ("Plan «A»", &None));
    let [base] = &found.bases[..] else { panic!("one base") };
    assert_eq!((base.base.revision, base.base.metadata_revision), (41, 7));
    assert_eq!(base.content.canonical(), BASE.as_bytes());
}

#[test]
fn each_record_leads_to_the_state_of_its_time() {
    let states = [CHECKPOINT, EDITED, EDITED, LEFT].into_iter().chain(COUNTED);
    let drafts = of_one_writer().len() + of_a_base().len() - 1;
    assert_eq!(states.clone().count(), drafts);
    let mut entries = Vec::new();
    let mut expected = states;
    for fixture in of_one_writer().into_iter().chain(of_a_base()) {
        entries.push(fixture.entry());
        let found = recover(WORKSPACE, &entries).swap_remove(0);
        if fixture.drawer != Drawer::Base {
            let draft = found.drafts.last().expect("a draft of the last writer");
            let expected = expected.next().expect("one for each draft record");
            assert_eq!(draft.checksum, fixture.checksum(), "{}", fixture.name);
            assert_eq!(draft.content.canonical(), expected.as_bytes(), "{}", fixture.name);
        }
    }
}

#[test]
fn a_corrupted_record_is_named_and_the_state_before_it_is_used() {
    let bytes = corrupted();
    assert_eq!(decode(&bytes), Err(RecordError::ChecksumMismatch));
    let mut entries: Vec<Entry> = of_a_base().iter().map(Fixture::entry).collect();
    entries[2].bytes = bytes;
    let found = recover(WORKSPACE, &entries).swap_remove(0);
    assert_eq!(found.drafts[0].content.canonical(), COUNTED[0].as_bytes());
    let named = found.unusable.iter().map(|it| (it.key.sequence, it.reason.clone()));
    let expected = [(3, RecordError::ChecksumMismatch), (4, RecordError::PredecessorMissing)];
    assert_eq!(named.collect::<Vec<_>>(), expected);
}

#[test]
fn what_is_cut_off_or_changed_is_refused() {
    for fixture in of_an_outbox().into_iter().chain(of_tabs()) {
        let bytes = fixture.bytes();
        assert!((0..bytes.len()).all(|length| decode(&bytes[..length]).is_err()));
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0x10;
            assert!(decode(&changed).is_err(), "{}: byte {at}", fixture.name);
        }
    }
}

#[test]
fn recovery_looks_at_neither_saves_on_their_way_nor_heads_nor_leases() {
    let others = of_an_outbox().into_iter().chain(of_tabs());
    let others: Vec<Entry> = others.map(|fixture| fixture.entry()).collect();
    for recovery in recover(WORKSPACE, &others) {
        assert!(recovery.drafts.is_empty() && recovery.bases.is_empty(), "{recovery:?}");
    }
}

#[test]
fn the_folder_holds_nothing_else() {
    let mut names: Vec<String> = every_fixture().map(|fixture| fixture.name.to_string()).collect();
    names.extend(["README.md".to_string(), "corrupted.bin".to_string()]);
    names.sort();
    let files = fs::read_dir(folder()).expect("the folder is there");
    let name = |file: std::io::Result<fs::DirEntry>| file.expect("readable").file_name();
    let mut found: Vec<String> =
        files.map(|file| name(file).into_string().expect("an ASCII name")).collect();
    found.sort();
    assert_eq!(found, names);
}
