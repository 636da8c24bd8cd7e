//! Records come to a data folder that was made without them, and a change that fails changes nothing.

use super::CELL;
use crate::{Change, Record, SqliteStore, Store};
use rusqlite::Connection;

fn put(key: u8) -> Change {
    Change::Put("mail", Record { key: vec![key], value: vec![key] })
}

#[test]
fn a_folder_from_before_there_were_records_has_them() {
    let folder = tempfile::tempdir().expect("a folder");
    drop(SqliteStore::open(folder.path(), CELL).expect("opens"));
    let database = Connection::open(folder.path().join("followers.db")).expect("opens");
    database.execute_batch("DROP TABLE record").expect("drops");
    drop(database);
    let store = SqliteStore::open(folder.path(), CELL).expect("opens");
    store.followers().expect("opens").change(&[put(1)], None).expect("changes");
}

#[test]
fn a_change_that_fails_half_way_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(folder.path(), CELL).expect("opens");
    let mut followers = store.followers().expect("opens");
    let database = Connection::open(folder.path().join("followers.db")).expect("opens");
    let refuse = "CREATE TRIGGER refuse BEFORE INSERT ON cursor BEGIN SELECT RAISE(ABORT, 'no'); END";
    database.execute_batch(refuse).expect("is made");
    assert!(followers.change(&[put(1), put(2)], Some(("notify", 1))).is_err());
    assert_eq!(followers.records("mail", &[], 9).expect("reads"), []);
    database.execute_batch("DROP TRIGGER refuse").expect("is dropped");
    followers.change(&[put(1), put(2)], Some(("notify", 1))).expect("changes");
    assert_eq!(followers.records("mail", &[], 9).expect("reads").len(), 2);
}
