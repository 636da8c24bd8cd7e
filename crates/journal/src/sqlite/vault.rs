//! The vault: erased bytes are overwritten in the database and cut from its write-ahead log.

use super::database::Place;
use crate::error::JournalError;
use crate::vault::{VaultEntry, VaultError, VaultStore};
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, params};

const SCHEMA: &str = "
    CREATE TABLE subject (
        subject BLOB PRIMARY KEY, index_tag BLOB NOT NULL UNIQUE, wrapped_key BLOB NOT NULL,
        sealed BLOB NOT NULL) STRICT, WITHOUT ROWID;";
const PUT: &str = "INSERT INTO subject (subject, index_tag, wrapped_key, sealed) VALUES (?1, ?2, ?3, ?4)";
const GET: &str = "SELECT subject, index_tag, wrapped_key, sealed FROM subject WHERE subject = ?1";
const FIND: &str = "SELECT subject FROM subject WHERE index_tag = ?1";
const UPDATE: &str = "UPDATE subject SET sealed = ?2 WHERE subject = ?1";

/// The handle of the cell's vault.
pub(crate) struct SqliteVault {
    connection: Connection,
    place: Place,
}

impl SqliteVault {
    /// Opens the database at `place`.
    pub fn open(place: &Place) -> Result<Self, JournalError> {
        let connection = place.connect(SCHEMA)?;
        // Freed bytes are overwritten with zeros.
        let secured = connection.pragma_update(None, "secure_delete", true);
        secured.map_err(place.failed("set up the vault"))?;
        Ok(Self { connection, place: place.clone() })
    }

    /// Copies the write-ahead log into the database and cuts it to nothing: old bytes live on in neither.
    fn cut_log(&self) -> Result<(), JournalError> {
        let failed = self.place.failed("cut the log of the vault");
        let busy: i64 =
            self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).map_err(&failed)?;
        let in_use = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
        if busy == 0 { Ok(()) } else { Err(failed(rusqlite::Error::SqliteFailure(in_use, None))) }
    }
}

impl VaultStore for SqliteVault {
    fn put_subject(&mut self, entry: &VaultEntry) -> Result<(), VaultError> {
        let subject = entry.subject.to_be_bytes();
        let values = params![subject, entry.index_tag, entry.wrapped_key, entry.sealed];
        let put = self.connection.prepare_cached(PUT).and_then(|mut statement| statement.execute(values));
        match put {
            Ok(_) => Ok(()),
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => Err(VaultError::Exists),
            Err(error) => Err(self.place.failed("add a subject")(error).into()),
        }
    }

    fn find(&mut self, index_tag: &[u8; 32]) -> Result<Option<u128>, VaultError> {
        let failed = self.place.failed("find a subject");
        let mut statement = self.connection.prepare_cached(FIND).map_err(&failed)?;
        let found = statement.query_row([index_tag], |row| row.get(0)).optional().map_err(&failed)?;
        Ok(found.map(u128::from_be_bytes))
    }

    fn get(&mut self, subject: u128) -> Result<Option<VaultEntry>, VaultError> {
        let failed = self.place.failed("read a subject");
        let mut statement = self.connection.prepare_cached(GET).map_err(&failed)?;
        Ok(statement.query_row([subject.to_be_bytes()], read_entry).optional().map_err(&failed)?)
    }

    fn update_sealed(&mut self, subject: u128, sealed: &[u8]) -> Result<(), VaultError> {
        let values = params![subject.to_be_bytes(), sealed];
        let updated = self.connection.prepare_cached(UPDATE).and_then(|mut statement| statement.execute(values));
        match updated.map_err(self.place.failed("change a subject"))? {
            0 => Err(VaultError::Unknown),
            _ => Ok(()),
        }
    }

    fn erase(&mut self, subject: u128) -> Result<(), VaultError> {
        let erased = self.connection.execute("DELETE FROM subject WHERE subject = ?1", [subject.to_be_bytes()]);
        erased.map_err(self.place.failed("erase a subject"))?;
        Ok(self.cut_log()?)
    }
}

fn read_entry(row: &Row<'_>) -> rusqlite::Result<VaultEntry> {
    Ok(VaultEntry {
        subject: u128::from_be_bytes(row.get(0)?),
        index_tag: row.get(1)?,
        wrapped_key: row.get(2)?,
        sealed: row.get(3)?,
    })
}
