//! A data folder of somebody else, of another version, or in use is refused, and says so.

use super::{CELL, batch_after};
use crate::{JournalError, SqliteStore, Store};
use rusqlite::Connection;
use std::fs;
use std::path::Path;
use types::CellId;

fn refused(path: &Path) -> JournalError {
    SqliteStore::open(path, CELL).map(|_| ()).expect_err("is refused")
}

#[test]
fn a_folder_in_use_is_refused_until_every_handle_is_gone() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(folder.path(), CELL).expect("opens");
    let journal = store.journal().expect("opens");
    drop(store);
    let error = refused(folder.path());
    assert!(matches!(&error, JournalError::InUse { path } if path == folder.path()), "{error}");
    drop(journal);
    SqliteStore::open(folder.path(), CELL).expect("opens");
}

#[test]
fn another_version_s_folder_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    drop(SqliteStore::open(folder.path(), CELL).expect("opens"));
    fs::write(folder.path().join("FORMAT"), "tessera data 2 cell 7\n").expect("writes");
    let error = refused(folder.path());
    assert!(matches!(&error, JournalError::FormatVersion { found, supported: 1, .. } if found == "2"), "{error}");
    assert!(error.to_string().contains("has format version 2, this program supports version 1"), "{error}");
}

#[test]
fn another_version_s_database_is_refused() {
    for database in ["journal.db", "followers.db", "vault.db"] {
        let folder = tempfile::tempdir().expect("a folder");
        drop(SqliteStore::open(folder.path(), CELL).expect("opens"));
        let path = folder.path().join(database);
        Connection::open(&path).and_then(|raw| raw.pragma_update(None, "user_version", 9)).expect("changes");
        let error = refused(folder.path());
        assert!(matches!(&error, JournalError::FormatVersion { found, path: p, .. } if found == "9" && *p == path));
        Connection::open(&path).and_then(|raw| raw.pragma_update(None, "application_id", 9)).expect("changes");
        let error = refused(folder.path());
        assert!(matches!(&error, JournalError::NotAJournal { path: p, .. } if *p == path), "{error}");
    }
}

#[test]
fn another_cell_s_folder_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    drop(SqliteStore::open(folder.path(), CellId(8)).expect("opens"));
    let error = refused(folder.path());
    assert!(matches!(error, JournalError::OtherCell { found: CellId(8), expected: CELL, .. }), "{error}");
}

#[test]
fn a_folder_of_something_else_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("thesis.txt"), "years of work").expect("writes");
    let error = refused(folder.path());
    assert!(matches!(&error, JournalError::NotAJournal { what, .. } if what.contains("thesis.txt")), "{error}");
    assert_eq!(fs::read_dir(folder.path()).expect("lists").count(), 1);
    fs::write(folder.path().join("FORMAT"), "mp3").expect("writes");
    assert!(matches!(refused(folder.path()), JournalError::NotAJournal { .. }));
}

#[test]
fn garbage_instead_of_a_database_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    drop(SqliteStore::open(folder.path(), CELL).expect("opens"));
    let path = folder.path().join("journal.db");
    fs::write(&path, vec![7; 10_000]).expect("writes");
    let error = refused(folder.path());
    assert!(matches!(&error, JournalError::NotAJournal { path: p, .. } if *p == path), "{error}");
}

#[test]
fn a_folder_whose_making_was_interrupted_is_finished() {
    let folder = tempfile::tempdir().expect("a folder");
    for left in ["LOCK", "FORMAT.unfinished"] {
        fs::write(folder.path().join(left), "tess").expect("writes");
    }
    SqliteStore::open(folder.path(), CELL).expect("opens");
}

#[test]
fn an_interrupted_archiving_is_finished() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(folder.path(), CELL).expect("opens");
    let mut journal = store.journal().expect("opens");
    let head = journal.head();
    let batch = batch_after(head, 3, "event");
    let after = journal.append(&head, batch.clone()).expect("appends");
    journal.append(&after, batch_after(after, 1, "event")).expect("appends");
    store.archive_before(4).expect("archives").expect("something");
    drop((journal, store));
    // As after a crash between listing the segment and deleting its rows.
    let raw = Connection::open(folder.path().join("journal.db")).expect("opens");
    let (prev, hash) = (batch.prev(), batch.hash());
    let row = rusqlite::params![1, batch.count(), prev.as_bytes(), hash.as_bytes(), batch.payload()];
    raw.execute("INSERT INTO batch VALUES (?1, ?2, ?3, ?4, ?5)", row).expect("inserts");
    drop(raw);
    let store = SqliteStore::open(folder.path(), CELL).expect("opens");
    let refused = store.reader().expect("opens").read(1, 1).expect_err("is archived");
    assert!(matches!(refused, JournalError::Archived { seq: 1, kept_from: 4 }), "{refused}");
    assert_eq!(store.verify().expect("is intact").events, 4);
}
