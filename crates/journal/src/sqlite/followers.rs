//! Snapshots and cursors, in a database of their own.

use super::database::Place;
use crate::chain::check_seen;
use crate::error::JournalError;
use crate::seal::{Hash, Head};
use crate::store::{Followers, Snapshot};
use rusqlite::{Connection, OptionalExtension, Row, params};

const SCHEMA: &str = "
    CREATE TABLE snapshot (
        seq INTEGER PRIMARY KEY, state_hash BLOB NOT NULL, hash BLOB NOT NULL, bytes BLOB NOT NULL) STRICT;
    CREATE TABLE cursor (name TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;";
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
        Ok(Self { connection: place.connect(SCHEMA)?, place: place.clone() })
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

fn read_snapshot(row: &Row<'_>) -> rusqlite::Result<SnapshotRow> {
    let seq = u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0);
    let (state_hash, hash, bytes): (Vec<u8>, Vec<u8>, Vec<u8>) = (row.get(1)?, row.get(2)?, row.get(3)?);
    let snapshot = Hash::from_slice(&state_hash).map(|state_hash| Snapshot { seq, state_hash, bytes });
    let intact = snapshot.filter(|snapshot| snapshot.hash().as_bytes().as_slice() == hash);
    Ok((seq, intact.ok_or_else(|| "the snapshot does not match its hash".to_owned())))
}
