//! What every backend has to do.

use super::{CELL, batch_after, hash};
use crate::{
    Batch, Change, FaultyMemory, Head, Journal, JournalError, Memory, Record, Sealed, Snapshot, SqliteStore, Store,
    VaultEntry, VaultError, seal,
};
use tempfile::TempDir;

/// A way to have a store, and to have what was stored by another program start.
trait Backend {
    fn open(&self) -> Box<dyn Store>;
}

struct InMemory(Memory);
struct Faulty(FaultyMemory);
struct InFolder(TempDir);

impl Backend for InMemory {
    fn open(&self) -> Box<dyn Store> {
        Box::new(self.0.clone())
    }
}

impl Backend for Faulty {
    fn open(&self) -> Box<dyn Store> {
        self.0.crash();
        Box::new(self.0.clone())
    }
}

impl Backend for InFolder {
    fn open(&self) -> Box<dyn Store> {
        Box::new(SqliteStore::open(self.0.path(), CELL).expect("opens"))
    }
}

#[test]
fn memory_passes() {
    suite(|| Box::new(InMemory(Memory::new(CELL))));
}

#[test]
fn faulty_memory_without_faults_passes() {
    suite(|| Box::new(Faulty(FaultyMemory::new(CELL))));
}

#[test]
fn sqlite_passes() {
    suite(|| Box::new(InFolder(tempfile::tempdir().expect("a folder"))));
}

fn suite(make: impl Fn() -> Box<dyn Backend>) {
    for check in [
        appends_and_reads_back,
        starts_again_where_it_was,
        refuses_a_stale_head,
        fences_a_second_writer,
        refuses_a_batch_sealed_for_another_head,
        reads_in_pages,
        keeps_two_snapshots,
        keeps_cursors,
        keeps_records_with_their_cursor,
        archives_and_goes_on,
        finds_that_the_end_was_cut_off,
        keeps_blobs_by_their_hash,
        keeps_and_erases_subjects,
    ] {
        check(make().as_ref());
    }
}

/// Appends batches of 1, 2, … `batches` events; gives them back.
fn fill(journal: &mut dyn Journal, batches: u64) -> Vec<Sealed> {
    (1..=batches)
        .map(|count| {
            let head = journal.head();
            let batch = batch_after(head, count, "event");
            assert_eq!(journal.append(&head, batch.clone()).expect("appends"), batch.head());
            batch
        })
        .collect()
}

fn appends_and_reads_back(backend: &dyn Backend) {
    let store = backend.open();
    let mut journal = store.journal().expect("opens");
    assert_eq!(journal.head(), Head::genesis(CELL));
    let mut reader = journal.reader().expect("opens");
    assert_eq!(reader.read(1, usize::MAX).expect("reads"), []);
    let batches = fill(journal.as_mut(), 4);
    assert_eq!(reader.head().expect("reads"), journal.head());
    assert_eq!(journal.head().next_seq, 11);
    assert_eq!(reader.read(1, usize::MAX).expect("reads"), batches);
    let report = store.verify().expect("is intact");
    assert_eq!((report.events, report.batches, report.head), (10, 4, journal.head()));
    let decoded: Batch<String> = Batch::decode(batches[1].payload()).expect("decodes");
    let recorded: Vec<_> = decoded.recorded().map(|r| (r.seq, r.tenant.0, r.event.as_str())).collect();
    assert_eq!(recorded, [(2, 1, "event 2"), (3, 2, "event 3")]);
}

fn starts_again_where_it_was(backend: &dyn Backend) {
    let store = backend.open();
    let batches = fill(store.journal().expect("opens").as_mut(), 3);
    drop(store);
    let store = backend.open();
    let mut journal = store.journal().expect("opens");
    assert_eq!(journal.head(), batches[2].head());
    fill(journal.as_mut(), 2);
    assert_eq!(store.verify().expect("is intact").events, 9);
}

fn refuses_a_stale_head(backend: &dyn Backend) {
    let store = backend.open();
    let mut journal = store.journal().expect("opens");
    fill(journal.as_mut(), 2);
    let (stale, found) = (Head::genesis(CELL), journal.head());
    let conflict = journal.append(&stale, batch_after(stale, 1, "late")).expect_err("is refused");
    assert!(matches!(conflict, JournalError::Conflict { expected, found: f } if expected == stale && f == found));
    fill(journal.as_mut(), 1);
    assert_eq!(store.verify().expect("is intact").batches, 3);
}

fn fences_a_second_writer(backend: &dyn Backend) {
    let store = backend.open();
    let (mut first, mut second) = (store.journal().expect("opens"), store.journal().expect("opens"));
    let head = first.head();
    // The same batch, byte for byte, is refused as well: it would be applied twice.
    first.append(&head, batch_after(head, 2, "first")).expect("appends");
    for word in ["first", "second"] {
        let refused = second.append(&head, batch_after(head, 2, word)).expect_err("is refused");
        assert!(matches!(refused, JournalError::Conflict { .. }), "{refused}");
    }
    let batches = store.reader().expect("opens").read(1, usize::MAX).expect("reads");
    assert_eq!(batches, [batch_after(head, 2, "first")]);
}

fn refuses_a_batch_sealed_for_another_head(backend: &dyn Backend) {
    let store = backend.open();
    let mut journal = store.journal().expect("opens");
    let head = fill(journal.as_mut(), 2)[1].head();
    for elsewhere in [Head { hash: hash(9), ..head }, Head { next_seq: 9, ..head }] {
        let refused = journal.append(&head, batch_after(elsewhere, 1, "lost")).expect_err("is refused");
        assert!(matches!(refused, JournalError::Misplaced { .. }), "{refused}");
    }
    assert_eq!(store.verify().expect("is intact").head, head);
}

fn reads_in_pages(backend: &dyn Backend) {
    let store = backend.open();
    let batches = fill(store.journal().expect("opens").as_mut(), 5);
    let mut reader = store.reader().expect("opens");
    // From the middle of the third batch (events 4 to 6), and never nothing while there is something.
    assert_eq!(reader.read(5, 0).expect("reads"), batches[2..3]);
    let two = batches[2].payload().len() + batches[3].payload().len();
    assert_eq!(reader.read(4, two).expect("reads"), batches[2..4]);
    assert_eq!(reader.read(4, two - 1).expect("reads"), batches[2..3]);
    assert_eq!(reader.read(16, 100).expect("reads"), []);
    assert_eq!(reader.read(u64::MAX, 100).expect("reads"), []);
}

fn keeps_two_snapshots(backend: &dyn Backend) {
    let store = backend.open();
    fill(store.journal().expect("opens").as_mut(), 9);
    let mut followers = store.followers().expect("opens");
    assert_eq!(followers.latest_snapshot().expect("reads"), None);
    let snapshot = |n: u8| Snapshot { seq: u64::from(n), state_hash: hash(n), bytes: vec![n; 100_000] };
    for n in [3, 9, 5] {
        followers.put_snapshot(&snapshot(n)).expect("keeps");
    }
    assert_eq!(followers.latest_snapshot().expect("reads"), Some(snapshot(9)));
    drop((followers, store));
    let latest = backend.open().followers().expect("opens").latest_snapshot().expect("reads");
    assert_eq!(latest, Some(snapshot(9)));
}

fn keeps_cursors(backend: &dyn Backend) {
    let store = backend.open();
    fill(store.journal().expect("opens").as_mut(), 9);
    let mut followers = store.followers().expect("opens");
    for (name, seq) in [("outbox", 4), ("views", 2), ("outbox", 7)] {
        followers.save_cursor(name, seq).expect("saves");
    }
    drop((followers, store));
    let mut followers = backend.open().followers().expect("opens");
    let cursors = ["outbox", "views", "nobody"].map(|name| followers.cursor(name).expect("reads"));
    assert_eq!(cursors, [Some(7), Some(2), None]);
}

fn keeps_records_with_their_cursor(backend: &dyn Backend) {
    let store = backend.open();
    fill(store.journal().expect("opens").as_mut(), 3);
    let mut followers = store.followers().expect("opens");
    let record = |key: &[u8], value: &str| Record { key: key.to_vec(), value: value.into() };
    let put = |table, key: &[u8], value: &str| Change::Put(table, record(key, value));
    // Keys are ordered as bytes, not as text or numbers; each table has its own.
    let first = [put("mail", &[9], "a"), put("mail", &[10], "b"), put("mail", &[9, 0], "c"), put("post", &[9], "d")];
    followers.change(&first, Some(("notify", 3))).expect("changes");
    let second = [put("mail", &[10], "b2"), Change::Remove("mail", vec![9]), Change::Remove("mail", vec![77])];
    followers.change(&second, Some(("notify", 5))).expect("changes");
    followers.change(&[put("mail", &[], "e")], None).expect("changes");
    drop((followers, store));
    let mut followers = backend.open().followers().expect("opens");
    assert_eq!(followers.cursor("notify").expect("reads"), Some(5));
    let all = [record(&[], "e"), record(&[9, 0], "c"), record(&[10], "b2")];
    assert_eq!(followers.records("mail", &[], 9).expect("reads"), all);
    assert_eq!(followers.records("mail", &[], 2).expect("reads"), all[..2]);
    assert_eq!(followers.records("mail", &[9, 0], 9).expect("reads"), all[1..]);
    assert_eq!(followers.records("mail", &[9, 1], 9).expect("reads"), all[2..]);
    assert_eq!(followers.records("nothing", &[], 9).expect("reads"), []);
    assert_eq!(followers.record("post", &[9]).expect("reads"), Some(record(&[9], "d")));
    assert_eq!(followers.record("post", &[10]).expect("reads"), None);
}

fn archives_and_goes_on(backend: &dyn Backend) {
    let store = backend.open();
    let mut journal = store.journal().expect("opens");
    let batches = fill(journal.as_mut(), 6);
    assert_eq!(store.archive_before(1).expect("archives"), None);
    // Event 5 is in the third batch (4 to 6), which therefore stays.
    let info = store.archive_before(5).expect("archives").expect("something");
    assert_eq!((info.first, info.last, info.batches), (Head::genesis(CELL), batches[1].head(), 2));
    assert_eq!(store.archive_before(5).expect("archives"), None);
    let mut reader = store.reader().expect("opens");
    let refused = reader.read(3, 1).expect_err("is archived");
    assert!(matches!(refused, JournalError::Archived { seq: 3, kept_from: 4 }), "{refused}");
    assert_eq!(reader.read(4, usize::MAX).expect("reads"), batches[2..]);
    // All of it: the next batch follows the segment's head.
    store.archive_before(22).expect("archives").expect("something");
    assert_eq!(reader.head().expect("reads"), batches[5].head());
    let refused = reader.read(21, 1).expect_err("is archived");
    assert!(matches!(refused, JournalError::Archived { seq: 21, kept_from: 22 }), "{refused}");
    fill(journal.as_mut(), 1);
    drop((reader, journal, store));
    let store = backend.open();
    let report = store.verify().expect("is intact");
    assert_eq!((report.events, report.batches, report.segments.len()), (22, 7, 2));
    assert_eq!(store.segments().expect("reads"), report.segments);
    assert_eq!(store.journal().expect("opens").head(), report.head);
}

fn finds_that_the_end_was_cut_off(backend: &dyn Backend) {
    let store = backend.open();
    fill(store.journal().expect("opens").as_mut(), 2);
    let mut followers = store.followers().expect("opens");
    followers.save_cursor("views", 4).expect("saves");
    store.verify().expect("is intact");
    followers.save_cursor("views", 5).expect("saves");
    let cut = store.verify().expect_err("is cut off");
    assert!(matches!(&cut, JournalError::Corrupt { seq: 4, what, .. } if what.contains("views")), "{cut}");
}

fn keeps_blobs_by_their_hash(backend: &dyn Backend) {
    let store = backend.open();
    let mut blobs = store.blobs().expect("opens");
    let name = blobs.put(b"abc").expect("keeps");
    // FIPS 180-4's own example: anybody can name a blob.
    assert_eq!(name.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    let large = vec![7; 3_000_000];
    let other = blobs.put(&large).expect("keeps");
    assert_eq!(blobs.put(b"abc").expect("keeps what it has"), name);
    let refused = blobs.put(&vec![0; crate::limits::BLOB_BYTES_MAX + 1]).expect_err("is refused");
    assert!(matches!(refused, JournalError::BlobTooLarge { bytes } if bytes > crate::limits::BLOB_BYTES_MAX));
    drop((blobs, store));
    let store = backend.open();
    let mut blobs = store.blobs().expect("opens");
    assert_eq!(blobs.get(name).expect("reads"), Some(b"abc".to_vec()));
    assert_eq!(blobs.get(other).expect("reads"), Some(large));
    assert_eq!(blobs.get(hash(1)).expect("reads"), None);
    assert_eq!([name, hash(1)].map(|name| blobs.has(name).expect("looks")), [true, false]);
    let put_of = |blobs: &mut dyn crate::Blobs, name| {
        let listed = blobs.list().expect("lists");
        listed.into_iter().find(|(other, _)| *other == name).expect("is kept").1
    };
    let before = put_of(&mut *blobs, name);
    blobs.put(b"abc").expect("keeps it again");
    blobs.remove(name, before).expect("removes nothing");
    let again = put_of(&mut *blobs, name);
    assert!(again > before && blobs.has(name).expect("looks"), "what was put again stays");
    blobs.remove(name, again).expect("removes");
    blobs.put(b"abc").expect("keeps it");
    assert!(put_of(&mut *blobs, name) > again, "no number is given twice");
    blobs.remove(name, again).expect("removes nothing");
    blobs.remove(hash(1), 1).expect("removes nothing");
    assert_eq!(blobs.list().expect("lists").len(), 2);
    store.verify().expect("is intact");
}

fn keeps_and_erases_subjects(backend: &dyn Backend) {
    let entry = |n: u8| VaultEntry {
        subject: u128::MAX - u128::from(n),
        index_tag: [n; 32],
        wrapped_key: vec![n; 60],
        sealed: vec![n; 200],
    };
    let store = backend.open();
    let mut vault = store.vault().expect("opens");
    vault.put_subject(&entry(1)).expect("puts");
    vault.put_subject(&entry(2)).expect("puts");
    for taken in [VaultEntry { index_tag: [9; 32], ..entry(1) }, VaultEntry { subject: 5, ..entry(1) }] {
        assert!(matches!(vault.put_subject(&taken), Err(VaultError::Exists)));
    }
    vault.update_sealed(entry(1).subject, b"new").expect("updates");
    assert!(matches!(vault.update_sealed(5, b"new"), Err(VaultError::Unknown)));
    vault.erase(entry(2).subject).expect("erases");
    vault.erase(entry(2).subject).expect("erases what is gone");
    drop((vault, store));
    let mut vault = backend.open().vault().expect("opens");
    let changed = VaultEntry { sealed: b"new".to_vec(), ..entry(1) };
    assert_eq!(vault.get(entry(1).subject).expect("reads"), Some(changed));
    assert_eq!(vault.get(entry(2).subject).expect("reads"), None);
    assert_eq!(vault.find(&[1; 32]).expect("reads"), Some(entry(1).subject));
    assert_eq!(vault.find(&[2; 32]).expect("reads"), None);
}

#[test]
fn sealing_is_the_callers_and_needs_no_store() {
    let head = Head::genesis(CELL);
    let mut batch = Batch::new(CELL, 1, types::Instant::EPOCH);
    batch.push(types::TenantId(1), 1_u8);
    let encoded = batch.encode().expect("encodes");
    let sealed = std::thread::spawn(move || seal(head.hash, encoded)).join().expect("seals");
    assert!(sealed.is_intact());
    assert_eq!(sealed.expects(), head);
}
