//! The writer's handle: one row a batch.

use super::database::Place;
use super::reader::{SqliteReader, corrupt, head_of, read_row};
use crate::chain::Walk;
use crate::error::JournalError;
use crate::seal::{Head, Sealed};
use crate::store::{Journal, JournalReader};
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};
use types::CellId;

/// `payload` comes last: the columns before it are read without touching its overflow pages.
pub(super) const SCHEMA: &str = "
    CREATE TABLE batch (
        first_seq INTEGER PRIMARY KEY, count INTEGER NOT NULL, prev BLOB NOT NULL, hash BLOB NOT NULL,
        payload BLOB NOT NULL) STRICT;
    CREATE TABLE segment (
        first_seq INTEGER PRIMARY KEY, next_seq INTEGER NOT NULL, batches INTEGER NOT NULL,
        prev BLOB NOT NULL, hash BLOB NOT NULL) STRICT;";
const LAST: &str = "SELECT first_seq, count, prev, hash, payload FROM batch ORDER BY first_seq DESC LIMIT 1";
const INSERT: &str = "INSERT INTO batch (first_seq, count, prev, hash, payload) VALUES (?1, ?2, ?3, ?4, ?5)";

/// The writer of one cell's journal.
pub(crate) struct SqliteJournal {
    connection: Connection,
    place: Place,
    cell: CellId,
    head: Head,
    stopped: bool,
}

impl SqliteJournal {
    /// Opens the journal at `place` and checks its last batch.
    pub fn open(place: &Place, cell: CellId) -> Result<Self, JournalError> {
        let connection = place.connect(SCHEMA)?;
        let head = head_of(&connection, place, cell)?;
        let journal = Self { connection, place: place.clone(), cell, head, stopped: false };
        journal.check_last()?;
        Ok(journal)
    }

    fn check_last(&self) -> Result<(), JournalError> {
        let failed = self.place.failed("read the last batch");
        let row = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, read_row(row)));
        let Some((first_seq, batch)) = self.connection.query_row(LAST, [], row).optional().map_err(failed)? else {
            return Ok(());
        };
        let first_seq = u64::try_from(first_seq).unwrap_or(0);
        let batch = batch.map_err(|what| corrupt(&self.place, first_seq, what))?;
        Walk::from(batch.expects()).step(&batch, &self.place.path.to_string_lossy())
    }

    fn insert(&mut self, expected: &Head, batch: &Sealed) -> Result<(), JournalError> {
        let failed = self.place.failed("append");
        let first_seq = i64::try_from(batch.first_seq()).map_err(|_| out_of_numbers(&failed))?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(&failed)?;
        // Under the write lock: whoever appended before us is seen, whoever comes after sees us.
        let found = head_of(&transaction, &self.place, self.cell)?;
        if found != *expected {
            return Err(JournalError::Conflict { expected: *expected, found });
        }
        let (prev, hash) = (batch.prev(), batch.hash());
        let values = params![first_seq, batch.count(), prev.as_bytes(), hash.as_bytes(), batch.payload()];
        let inserted = transaction.prepare_cached(INSERT).and_then(|mut insert| insert.execute(values));
        inserted.map_err(&failed)?;
        transaction.commit().map_err(&failed)
    }
}

impl Journal for SqliteJournal {
    fn head(&self) -> Head {
        self.head
    }

    fn append(&mut self, expected: &Head, batch: Sealed) -> Result<Head, JournalError> {
        if self.stopped {
            return Err(JournalError::Stopped);
        }
        if batch.expects() != *expected {
            return Err(JournalError::Misplaced { sealed: batch.expects(), expected: *expected });
        }
        let outcome = self.insert(expected, &batch);
        self.stopped = outcome.as_ref().is_err_and(|error| !matches!(error, JournalError::Conflict { .. }));
        outcome?;
        self.head = batch.head();
        Ok(self.head)
    }

    fn reader(&self) -> Result<Box<dyn JournalReader>, JournalError> {
        Ok(Box::new(SqliteReader::open(&self.place, self.cell)?))
    }
}

fn out_of_numbers(failed: &impl Fn(rusqlite::Error) -> JournalError) -> JournalError {
    failed(rusqlite::Error::IntegralValueOutOfRange(0, i64::MAX))
}
