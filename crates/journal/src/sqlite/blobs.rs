//! Blobs, in a database of their own: writing a large one is never in the way of an append.

use super::database::Place;
use crate::blobs::{Blobs, check, name_of};
use crate::error::JournalError;
use crate::seal::Hash;
use rusqlite::{Connection, OptionalExtension, params};

const SCHEMA: &str = "CREATE TABLE blob (
    put INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL
) STRICT;";
const PUT: &str = "INSERT OR REPLACE INTO blob (hash, bytes) VALUES (?1, ?2)";
const GET: &str = "SELECT bytes FROM blob WHERE hash = ?1";
const HAS: &str = "SELECT 1 FROM blob WHERE hash = ?1";
const LIST: &str = "SELECT hash, put FROM blob ORDER BY put";
const REMOVE: &str = "DELETE FROM blob WHERE hash = ?1 AND put = ?2";

/// The handle of the cell's blobs.
pub(crate) struct SqliteBlobs {
    connection: Connection,
    place: Place,
}

impl SqliteBlobs {
    /// Opens the database at `place`.
    pub fn open(place: &Place) -> Result<Self, JournalError> {
        Ok(Self { connection: place.connect(SCHEMA)?, place: place.clone() })
    }

    /// Checks that every blob has the hash that it is named by.
    pub fn verify(&self) -> Result<(), JournalError> {
        let failed = self.place.failed("read blobs");
        let place = self.place.path.to_string_lossy();
        let mut statement = self.connection.prepare("SELECT hash, bytes FROM blob ORDER BY hash").map_err(&failed)?;
        let mut rows = statement.query([]).map_err(&failed)?;
        while let Some(row) = rows.next().map_err(&failed)? {
            let (hash, bytes): (Vec<u8>, Vec<u8>) = row.try_into().map_err(&failed)?;
            check(self.name(&hash)?, &bytes, &place)?;
        }
        Ok(())
    }

    fn name(&self, bytes: &[u8]) -> Result<Hash, JournalError> {
        let what = || format!("a blob is named by {} bytes instead of 32", bytes.len());
        let place = || self.place.path.to_string_lossy().into_owned();
        Hash::from_slice(bytes).ok_or_else(|| JournalError::Corrupt { seq: 0, place: place(), what: what() })
    }
}

impl Blobs for SqliteBlobs {
    fn put(&mut self, bytes: &[u8]) -> Result<Hash, JournalError> {
        let name = name_of(bytes)?;
        let put = self.connection.execute(PUT, params![name.as_bytes(), bytes]);
        put.map(|_| name).map_err(self.place.failed("keep a blob"))
    }

    fn get(&mut self, name: Hash) -> Result<Option<Vec<u8>>, JournalError> {
        let found = self.connection.query_row(GET, [name.as_bytes()], |row| row.get::<_, Vec<u8>>(0)).optional();
        let found = found.map_err(self.place.failed("read a blob"))?;
        let place = self.place.path.to_string_lossy();
        found.map(|bytes| check(name, &bytes, &place).map(|()| bytes)).transpose()
    }

    fn has(&mut self, name: Hash) -> Result<bool, JournalError> {
        let found = self.connection.query_row(HAS, [name.as_bytes()], |_| Ok(())).optional();
        found.map(|found| found.is_some()).map_err(self.place.failed("look for a blob"))
    }

    fn list(&mut self) -> Result<Vec<(Hash, u64)>, JournalError> {
        let failed = self.place.failed("list blobs");
        let mut statement = self.connection.prepare(LIST).map_err(&failed)?;
        let rows = statement.query_map([], |row| <(Vec<u8>, i64)>::try_from(row)).map_err(&failed)?;
        let named = |row: rusqlite::Result<(Vec<u8>, i64)>| {
            let (hash, put) = row.map_err(&failed)?;
            Ok((self.name(&hash)?, put.unsigned_abs()))
        };
        rows.map(named).collect()
    }

    fn remove(&mut self, name: Hash, put: u64) -> Result<(), JournalError> {
        let put = i64::try_from(put).unwrap_or(i64::MAX);
        let removed = self.connection.execute(REMOVE, params![name.as_bytes(), put]);
        removed.map(|_| ()).map_err(self.place.failed("remove a blob"))
    }
}
