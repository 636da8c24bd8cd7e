//! A changed byte is found and named, wherever it is.

use super::{CELL, batch_after, hash};
use crate::codec::Encoded;
use crate::{Head, JournalError, Memory, Sealed, Snapshot, SqliteStore, Store};
use rusqlite::Connection;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// First events of the five batches of a folder made by [`folder`]; the first two are archived.
const FIRST_SEQS: [u64; 5] = [1, 4, 9, 12, 17];
const END: u64 = 20;

/// A folder with five batches, of which two are archived, and a snapshot.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(folder.path(), CELL).expect("opens");
    fill(&store);
    store.archive_before(9).expect("archives").expect("something");
    let snapshot = Snapshot { seq: 9, state_hash: hash(1), bytes: vec![2; 50] };
    store.followers().expect("opens").put_snapshot(&snapshot).expect("keeps");
    assert_eq!(store.verify().expect("is intact").head.next_seq, END);
    folder
}

fn fill(store: &dyn Store) {
    let mut journal = store.journal().expect("opens");
    for next in FIRST_SEQS.into_iter().skip(1).chain([END]) {
        let head = journal.head();
        journal.append(&head, batch_after(head, next - head.next_seq, "event")).expect("appends");
    }
}

/// Opens and verifies; where the damage is said to be.
fn damage_in(folder: &Path) -> (u64, String) {
    let outcome = SqliteStore::open(folder, CELL).and_then(|store| store.verify());
    match outcome.expect_err("is damaged") {
        JournalError::Corrupt { seq, place, .. } => (seq, place),
        other => panic!("{other}"),
    }
}

#[test]
fn a_changed_byte_in_any_column_of_any_row_is_named() {
    let folder = folder();
    let database = folder.path().join("journal.db");
    let intact = fs::read(&database).expect("reads");
    for first_seq in &FIRST_SEQS[2..] {
        let blobs = ["prev", "hash", "payload"].into_iter().flat_map(|column| {
            ["00", "7f"].map(|byte| {
                let (set, at) = (format!("x'{byte}'"), 3);
                format!("{column} = CAST(substr({column}, 1, {at}) || {set} || substr({column}, {at} + 2) AS BLOB)")
            })
        });
        let others = ["first_seq = first_seq + 1", "count = count + 1", "count = 0", "count = -1", "prev = x'00'"];
        let cut = [
            "payload = substr(payload, 1, length(payload) - 1)",
            "payload = x''",
            "payload = CAST(payload || x'00' AS BLOB)",
        ];
        for set in blobs.chain(others.map(String::from)).chain(cut.map(String::from)) {
            fs::write(&database, &intact).expect("writes");
            let changed = Connection::open(&database)
                .and_then(|raw| raw.execute(&format!("UPDATE batch SET {set} WHERE first_seq = {first_seq}"), []));
            assert_eq!(changed.expect("changes"), 1, "{set}");
            let (seq, place) = damage_in(folder.path());
            assert!(place.ends_with("journal.db"), "{place}");
            // A last batch that moved is found at the start, where there is nothing else to go by.
            let named = if *first_seq == 17 && set.starts_with("first_seq") { 18 } else { *first_seq };
            assert_eq!(seq, named, "{set}");
        }
    }
}

#[test]
fn a_missing_row_is_named() {
    let folder = folder();
    let raw = Connection::open(folder.path().join("journal.db")).expect("opens");
    raw.execute("DELETE FROM batch WHERE first_seq = 12", []).expect("deletes");
    drop(raw);
    assert_eq!(damage_in(folder.path()).0, 12);
}

#[test]
fn a_changed_byte_anywhere_in_the_database_file_is_found_or_harmless() {
    let folder = folder();
    let database = folder.path().join("journal.db");
    let intact = fs::read(&database).expect("reads");
    let mut found = 0;
    // Places where an event's text lies are never harmless; elsewhere there are unused bytes.
    for at in (0..intact.len()).filter(|at| at % 997 == 0 || intact[*at..].starts_with(b"event 1")) {
        let mut bytes = intact.clone();
        bytes[at] ^= 0x11;
        fs::write(&database, &bytes).expect("writes");
        let outcome = SqliteStore::open(folder.path(), CELL).and_then(|store| store.verify());
        match outcome {
            Ok(report) => assert_eq!(report.head.next_seq, END, "byte {at}"),
            Err(error) => {
                found += 1;
                let named = matches!(error, JournalError::Corrupt { .. } | JournalError::NotAJournal { .. });
                assert!(named, "byte {at}: {error:?}");
            }
        }
    }
    assert!(found >= 8, "{found}");
}

#[test]
fn every_byte_of_a_segment_counts() {
    let folder = folder();
    let segment = segment_of(folder.path());
    let intact = fs::read(&segment).expect("reads");
    let store = SqliteStore::open(folder.path(), CELL).expect("opens");
    let damage = |bytes: &[u8]| {
        fs::write(&segment, bytes).expect("writes");
        match store.verify().expect_err("is damaged") {
            JournalError::Corrupt { seq, place, .. } => (seq, place),
            other => panic!("{other}"),
        }
    };
    let second_batch = intact.windows(7).position(|window| window == b"event 4").expect("is there");
    for at in 0..intact.len() {
        let mut bytes = intact.clone();
        bytes[at] ^= 0x40;
        let (seq, place) = damage(&bytes);
        assert!(place.contains("-00000000000000000008.seg"), "{place}");
        if (second_batch..intact.len() - 32).contains(&at) {
            assert_eq!(seq, 4, "byte {at}");
        }
        damage(&intact[..at]);
    }
    fs::remove_file(&segment).expect("removes");
    let missing = store.verify().expect_err("is missing");
    assert!(matches!(&missing, JournalError::Io { path, .. } if *path == segment), "{missing}");
}

#[test]
fn a_changed_list_of_segments_is_found() {
    let folder = folder();
    let database = folder.path().join("journal.db");
    let intact = fs::read(&database).expect("reads");
    for set in ["batches = 3", "prev = zeroblob(32)", "hash = zeroblob(32)"] {
        fs::write(&database, &intact).expect("writes");
        let raw = Connection::open(&database).expect("opens");
        assert_eq!(raw.execute(&format!("UPDATE segment SET {set}"), []).expect("changes"), 1);
        drop(raw);
        assert_eq!(damage_in(folder.path()).0, 1, "{set}");
    }
}

#[test]
fn a_changed_snapshot_is_found_and_not_used() {
    let folder = folder();
    for set in ["state_hash = zeroblob(32)", "hash = zeroblob(32)", "bytes = x'00'", "seq = 8"] {
        let store = SqliteStore::open(folder.path(), CELL).expect("opens");
        let older = Snapshot { seq: 4, state_hash: hash(1), bytes: vec![1] };
        let newer = Snapshot { seq: 9, ..older.clone() };
        let mut followers = store.followers().expect("opens");
        followers.put_snapshot(&older).expect("keeps");
        followers.put_snapshot(&newer).expect("keeps");
        let raw = Connection::open(folder.path().join("followers.db")).expect("opens");
        assert_eq!(raw.execute(&format!("UPDATE snapshot SET {set} WHERE seq = 9"), []).expect("changes"), 1);
        let seq = if set == "seq = 8" { 8 } else { 9 };
        let error = store.verify().expect_err("is damaged");
        assert!(matches!(&error, JournalError::Corrupt { seq: s, .. } if *s == seq), "{error}");
        assert_eq!(followers.latest_snapshot().expect("reads"), Some(older));
        raw.execute("DELETE FROM snapshot", []).expect("deletes");
    }
}

#[test]
fn a_changed_byte_of_a_blob_is_found_and_never_handed_out() {
    let folder = folder();
    let store = SqliteStore::open(folder.path(), CELL).expect("opens");
    let mut blobs = store.blobs().expect("opens");
    let bytes = vec![7; 40_000];
    let (name, other) = (blobs.put(&bytes).expect("keeps"), blobs.put(b"other").expect("keeps"));
    let raw = Connection::open(folder.path().join("blobs.db")).expect("opens");
    let change = "UPDATE blob SET bytes = CAST(substr(bytes, 1, 39000) || x'08' || substr(bytes, 39002) AS BLOB)";
    assert_eq!(raw.execute(&format!("{change} WHERE hash = x'{name}'"), []).expect("changes"), 1);
    for error in [store.verify().expect_err("is damaged"), blobs.get(name).expect_err("is damaged")] {
        let JournalError::Corrupt { seq: 0, place, .. } = &error else { panic!("{error}") };
        assert!(place.ends_with(&format!("blobs.db, blob {name}")), "{place}");
    }
    assert_eq!(blobs.get(other).expect("reads"), Some(b"other".to_vec()));
    // Putting it again heals it.
    blobs.put(&bytes).expect("keeps");
    store.verify().expect("is intact");
    raw.execute("UPDATE blob SET hash = x'00' WHERE length(bytes) = 5", []).expect("changes");
    assert!(matches!(store.verify().expect_err("is damaged"), JournalError::Corrupt { seq: 0, .. }));
}

#[test]
fn a_reader_never_hands_out_a_damaged_batch() {
    let store = Memory::new(CELL);
    fill(&store);
    let torn = |batch: &Sealed| {
        let mut payload = batch.payload().to_vec();
        payload[9] ^= 1;
        let encoded = Encoded::from_parts(batch.first_seq(), batch.count(), payload);
        Sealed::from_stored(encoded, batch.prev(), batch.hash())
    };
    let changed = torn(&store.lock().batches[2]);
    store.lock().batches[2] = changed;
    let mut reader = store.reader().expect("opens");
    assert_eq!(reader.read(1, 0).expect("reads").len(), 1);
    for error in [reader.read(1, usize::MAX).expect_err("is damaged"), store.verify().expect_err("is damaged")] {
        assert!(matches!(error, JournalError::Corrupt { seq: 9, .. }), "{error}");
    }
    assert_eq!(store.lock().head(CELL).next_seq, END);
    assert_ne!(Head::genesis(CELL), Head::genesis(types::CellId(8)));
}

#[test]
fn a_batch_that_was_replaced_and_sealed_again_is_found_by_the_next() {
    let store = Memory::new(CELL);
    fill(&store);
    let replaced = store.lock().batches[2].expects();
    store.lock().batches[2] = batch_after(replaced, 3, "forged");
    let error = store.verify().expect_err("is forged");
    assert!(matches!(error, JournalError::Corrupt { seq: 12, .. }), "{error}");
}

fn segment_of(folder: &Path) -> PathBuf {
    let mut entries = fs::read_dir(folder.join("archive")).expect("lists");
    entries.next().expect("a segment").expect("lists").path()
}
