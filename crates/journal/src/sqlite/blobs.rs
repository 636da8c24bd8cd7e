//! Blobs, in a database of their own: writing a large one is never in the way of an append.

use super::database::Place;
use crate::blobs::{Blobs, check, name_of};
use crate::error::JournalError;
use crate::seal::Hash;
use rusqlite::{Connection, OptionalExtension, params};

const SCHEMA: &str = "CREATE TABLE blob (hash BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL) STRICT;";
const PUT: &str = "INSERT OR REPLACE INTO blob (hash, bytes) VALUES (?1, ?2)";
const GET: &str = "SELECT bytes FROM blob WHERE hash = ?1";
const HAS: &str = "SELECT 1 FROM blob WHERE hash = ?1";

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
            let name = Hash::from_slice(&hash).ok_or_else(|| JournalError::Corrupt {
                seq: 0,
                place: place.clone().into_owned(),
                what: format!("a blob is named by {} bytes instead of 32", hash.len()),
            })?;
            check(name, &bytes, &place)?;
        }
        Ok(())
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
}
