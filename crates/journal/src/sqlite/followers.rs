//! Snapshots, cursors and the followers' own records, in a database of their own.

use super::database::Place;
use crate::chain::check_seen;
use crate::error::JournalError;
use crate::seal::{Hash, Head};
use crate::store::{Change, Followers, Record, Snapshot};
use rusqlite::{Connection, OptionalExtension, Row, params};

const SCHEMA: &str = "
    CREATE TABLE snapshot (
        seq INTEGER PRIMARY KEY, state_hash BLOB NOT NULL, hash BLOB NOT NULL, bytes BLOB NOT NULL) STRICT;
    CREATE TABLE cursor (name TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;";
/// Came later than the rest: made beside it in a data folder that has none yet.
const RECORDS: &str = "
    CREATE TABLE IF NOT EXISTS record (
        name TEXT NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL, PRIMARY KEY (name, key)) STRICT, WITHOUT ROWID;";
const PUT_RECORD: &str = "INSERT OR REPLACE INTO record (name, key, value) VALUES (?1, ?2, ?3)";
const REMOVE_RECORD: &str = "DELETE FROM record WHERE name = ?1 AND key = ?2";
const RECORD_AT: &str = "SELECT key, value FROM record WHERE name = ?1 AND key = ?2";
const RECORDS_FROM: &str = "SELECT key, value FROM record WHERE name = ?1 AND key >= ?2 ORDER BY key LIMIT ?3";
const PUT: &str = "INSERT OR REPLACE INTO snapshot (seq, state_hash, hash, bytes) VALUES (?1, ?2, ?3, ?4)";
const KEEP_TWO: &str = "DELETE FROM snapshot WHERE seq NOT IN (SELECT seq FROM snapshot ORDER BY seq DESC LIMIT 2)";
const LATEST: &str = "SELECT seq, state_hash, hash, bytes FROM snapshot ORDER BY seq DESC";
const SAVE: &str = "INSERT INTO cursor (name, seq) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET seq = ?2";

/// A row's number, and the snapshot in it or what is wrong with it.
type SnapshotRow = (u64, Result<Snapshot, String>);

/// The handle of the cell's followers.
pub(crate) struct SqliteFollowers {
    connection: Connection,
    place: Place,
}

impl SqliteFollowers {
    /// Opens the database at `place`.
    pub fn open(place: &Place) -> Result<Self, JournalError> {
        let connection = place.connect(SCHEMA)?;
        connection.execute_batch(RECORDS).map_err(place.failed("make the table of records"))?;
        Ok(Self { connection, place: place.clone() })
    }

    /// Checks every snapshot's hash, and that no follower has seen more than the journal holds.
    pub fn verify(&mut self, head: Head) -> Result<(), JournalError> {
        let place = self.place.path.to_string_lossy().into_owned();
        for (seq, snapshot) in self.snapshots(2)? {
            if let Err(what) = snapshot {
                return Err(JournalError::Corrupt { seq, place, what });
            }
            check_seen(head, seq, "snapshot", &place)?;
        }
        let failed = self.place.failed("read the cursors");
        let mut statement = self.connection.prepare_cached("SELECT name, seq FROM cursor").map_err(&failed)?;
        let mut rows = statement.query([]).map_err(&failed)?;
        while let Some(row) = rows.next().map_err(&failed)? {
            let (name, seq): (String, i64) = row.try_into().map_err(&failed)?;
            check_seen(head, u64::try_from(seq).unwrap_or(u64::MAX), &format!("cursor {name}"), &place)?;
        }
        Ok(())
    }

    /// The latest `rows_max` snapshots.
    fn snapshots(&mut self, rows_max: usize) -> Result<Vec<SnapshotRow>, JournalError> {
        let failed = self.place.failed("read snapshots");
        let mut statement = self.connection.prepare_cached(LATEST).map_err(&failed)?;
        let rows = statement.query_map([], read_snapshot).map_err(&failed)?;
        rows.take(rows_max).collect::<Result<_, _>>().map_err(&failed)
    }
}

impl Followers for SqliteFollowers {
    fn change(&mut self, changes: &[Change], cursor: Option<(&str, u64)>) -> Result<(), JournalError> {
        let failed = self.place.failed("change records");
        let transaction = self.connection.transaction().map_err(&failed)?;
        for change in changes {
            let done = match change {
                Change::Put(table, Record { key, value }) => transaction
                    .prepare_cached(PUT_RECORD)
                    .and_then(|mut statement| statement.execute(params![table, key, value])),
                Change::Remove(table, key) => transaction
                    .prepare_cached(REMOVE_RECORD)
                    .and_then(|mut statement| statement.execute(params![table, key])),
            };
            done.map_err(&failed)?;
        }
        if let Some((name, seq)) = cursor {
            let seq = i64::try_from(seq).unwrap_or(i64::MAX);
            transaction.execute(SAVE, params![name, seq]).map_err(&failed)?;
        }
        transaction.commit().map_err(&failed)
    }

    fn record(&mut self, table: &str, key: &[u8]) -> Result<Option<Record>, JournalError> {
        let failed = self.place.failed("read a record");
        let mut statement = self.connection.prepare_cached(RECORD_AT).map_err(&failed)?;
        statement.query_row(params![table, key], read_record).optional().map_err(&failed)
    }

    fn records(&mut self, table: &str, from: &[u8], limit: usize) -> Result<Vec<Record>, JournalError> {
        let failed = self.place.failed("read records");
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut statement = self.connection.prepare_cached(RECORDS_FROM).map_err(&failed)?;
        let rows = statement.query_map(params![table, from, limit], read_record).map_err(&failed)?;
        rows.collect::<Result<_, _>>().map_err(&failed)
    }

    fn put_snapshot(&mut self, snapshot: &Snapshot) -> Result<(), JournalError> {
        let failed = self.place.failed("keep a snapshot");
        let seq = i64::try_from(snapshot.seq).unwrap_or(i64::MAX);
        let hash = snapshot.hash();
        let values = params![seq, snapshot.state_hash.as_bytes(), hash.as_bytes(), snapshot.bytes];
        let transaction = self.connection.transaction().map_err(&failed)?;
        transaction.execute(PUT, values).map_err(&failed)?;
        transaction.execute(KEEP_TWO, []).map_err(&failed)?;
        transaction.commit().map_err(&failed)
    }

    fn latest_snapshot(&mut self) -> Result<Option<Snapshot>, JournalError> {
        // The one before serves when the latest is damaged; `verify` tells of the damage.
        Ok(self.snapshots(2)?.into_iter().find_map(|(_, snapshot)| snapshot.ok()))
    }

    fn snapshot_before(&mut self, seq: u64) -> Result<Option<Snapshot>, JournalError> {
        let intact = self.snapshots(2)?.into_iter().filter_map(|(_, snapshot)| snapshot.ok());
        Ok(intact.into_iter().find(|snapshot| snapshot.seq <= seq))
    }

    fn save_cursor(&mut self, name: &str, seq: u64) -> Result<(), JournalError> {
        let failed = self.place.failed("save a cursor");
        let seq = i64::try_from(seq).unwrap_or(i64::MAX);
        let mut statement = self.connection.prepare_cached(SAVE).map_err(&failed)?;
        statement.execute(params![name, seq]).map(|_| ()).map_err(&failed)
    }

    fn cursor(&mut self, name: &str) -> Result<Option<u64>, JournalError> {
        let failed = self.place.failed("read a cursor");
        let mut statement =
            self.connection.prepare_cached("SELECT seq FROM cursor WHERE name = ?1").map_err(&failed)?;
        let seq: Option<i64> = statement.query_row([name], |row| row.get(0)).optional().map_err(&failed)?;
        Ok(seq.and_then(|seq| u64::try_from(seq).ok()))
    }
}

fn read_record(row: &Row<'_>) -> rusqlite::Result<Record> {
    Ok(Record { key: row.get(0)?, value: row.get(1)? })
}

fn read_snapshot(row: &Row<'_>) -> rusqlite::Result<SnapshotRow> {
    let seq = u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0);
    let (state_hash, hash, bytes): (Vec<u8>, Vec<u8>, Vec<u8>) = (row.get(1)?, row.get(2)?, row.get(3)?);
    let snapshot = Hash::from_slice(&state_hash).map(|state_hash| Snapshot { seq, state_hash, bytes });
    let intact = snapshot.filter(|snapshot| snapshot.hash().as_bytes().as_slice() == hash);
    Ok((seq, intact.ok_or_else(|| "the snapshot does not match its hash".to_owned())))
}
