//! The reader's handle. It reads what is committed, beside the writer, and holds no read transaction between calls:
//! one would keep the write-ahead log from starting over.

use super::database::Place;
use super::journal::SCHEMA;
use crate::chain::Walk;
use crate::codec::Encoded;
use crate::error::JournalError;
use crate::seal::{Hash, Head, Sealed};
use crate::segment::SegmentInfo;
use crate::store::JournalReader;
use rusqlite::{Connection, OptionalExtension, Row};
use types::CellId;

const LAST_BATCH: &str = "SELECT first_seq, count, hash FROM batch ORDER BY first_seq DESC LIMIT 1";
const LAST_SEGMENT: &str = "SELECT next_seq, 0, hash FROM segment ORDER BY first_seq DESC LIMIT 1";
const FIRST_BATCH: &str = "SELECT first_seq FROM batch ORDER BY first_seq LIMIT 1";
const BATCHES: &str = "SELECT first_seq, count, prev, hash, payload FROM batch
    WHERE first_seq >= coalesce((SELECT max(first_seq) FROM batch WHERE first_seq <= ?1), ?1) ORDER BY first_seq";
const SEGMENTS: &str = "SELECT first_seq, next_seq, batches, prev, hash FROM segment ORDER BY first_seq";

/// A reader of one cell's journal.
pub(crate) struct SqliteReader {
    connection: Connection,
    place: Place,
    cell: CellId,
}

impl SqliteReader {
    /// Opens the journal at `place` for reading.
    pub fn open(place: &Place, cell: CellId) -> Result<Self, JournalError> {
        let connection = place.connect(SCHEMA)?;
        connection.pragma_update(None, "query_only", true).map_err(place.failed("open the database for reading"))?;
        Ok(Self { connection, place: place.clone(), cell })
    }

    /// The archived segments, oldest first.
    pub fn segments(&mut self) -> Result<Vec<SegmentInfo>, JournalError> {
        let failed = self.place.failed("read the list of segments");
        let mut statement = self.connection.prepare_cached(SEGMENTS).map_err(&failed)?;
        let mut rows = statement.query([]).map_err(&failed)?;
        let mut segments = Vec::new();
        while let Some(row) = rows.next().map_err(&failed)? {
            segments.push(read_segment(row).map_err(|what| corrupt(&self.place, 0, what))?);
        }
        Ok(segments)
    }

    /// The first event that is not archived.
    fn archived_to(&self) -> Result<u64, JournalError> {
        let failed = self.place.failed("read the list of segments");
        let mut statement = self.connection.prepare_cached(LAST_SEGMENT).map_err(&failed)?;
        let next_seq = statement.query_row([], |row| row.get::<_, i64>(0)).optional().map_err(&failed)?;
        Ok(next_seq.map_or(1, |next_seq| u64::try_from(next_seq).unwrap_or(1)))
    }

    /// Calls `visit` for every batch from the one that holds `from_seq`, as long as it returns true.
    pub fn visit(
        &self,
        from_seq: u64,
        mut visit: impl FnMut(Sealed) -> Result<bool, JournalError>,
    ) -> Result<(), JournalError> {
        let failed = self.place.failed("read batches");
        let from = i64::try_from(from_seq).unwrap_or(i64::MAX);
        let mut statement = self.connection.prepare_cached(BATCHES).map_err(&failed)?;
        let mut rows = statement.query([from]).map_err(&failed)?;
        let mut next_seq = from_seq;
        while let Some(row) = rows.next().map_err(|source| damaged_at(next_seq, failed(source)))? {
            let batch = read_row(row).map_err(|what| corrupt(&self.place, next_seq, what))?;
            next_seq = batch.head().next_seq;
            if next_seq > from_seq && !visit(batch)? {
                break;
            }
        }
        Ok(())
    }
}

impl JournalReader for SqliteReader {
    fn head(&mut self) -> Result<Head, JournalError> {
        head_of(&self.connection, &self.place, self.cell)
    }

    fn read(&mut self, from_seq: u64, bytes_max: usize) -> Result<Vec<Sealed>, JournalError> {
        let place = self.place.path.to_string_lossy();
        let mut batches: Vec<Sealed> = Vec::new();
        let mut bytes = 0_usize;
        self.visit(from_seq, |batch| {
            bytes = bytes.saturating_add(batch.payload().len());
            if !batches.is_empty() && bytes > bytes_max {
                return Ok(false);
            }
            let before = batches.last().map_or(batch.expects(), Sealed::head);
            Walk::from(before).step(&batch, &place)?;
            batches.push(batch);
            Ok(bytes < bytes_max)
        })?;
        match batches.first() {
            Some(first) if first.first_seq() > from_seq => {
                Err(JournalError::Archived { seq: from_seq, kept_from: first.first_seq() })
            }
            Some(_) => Ok(batches),
            None => {
                // Not the head: a batch may have been appended since the look above.
                let kept_from = self.archived_to()?;
                if from_seq < kept_from {
                    Err(JournalError::Archived { seq: from_seq, kept_from })
                } else {
                    Ok(batches)
                }
            }
        }
    }
}

/// The head of the journal: after its last batch, else after the last archived segment, else its genesis.
pub(super) fn head_of(connection: &Connection, place: &Place, cell: CellId) -> Result<Head, JournalError> {
    let failed = place.failed("read the head");
    for query in [LAST_BATCH, LAST_SEGMENT] {
        let mut statement = connection.prepare_cached(query).map_err(&failed)?;
        let head = statement.query_row([], |row| Ok(read_head(row))).optional().map_err(&failed)?;
        if let Some(head) = head {
            return head.map_err(|(seq, what)| corrupt(place, seq, what));
        }
    }
    Ok(Head::genesis(cell))
}

/// The first event that the journal still holds; `None` when it holds no batch.
pub(super) fn kept_from(connection: &Connection) -> rusqlite::Result<Option<i64>> {
    connection.prepare_cached(FIRST_BATCH)?.query_row([], |row| row.get(0)).optional()
}

/// A row of `batch`, all five columns; says what is wrong with one that cannot be a batch.
pub(super) fn read_row(row: &Row<'_>) -> Result<Sealed, String> {
    let (first_seq, count) = (number(row, 0, "first_seq")?, number(row, 1, "count")?);
    let (prev, hash) = (hash(row, 2, "prev")?, hash(row, 3, "hash")?);
    let payload: Vec<u8> = row.get(4).map_err(|error| format!("column payload: {error}"))?;
    let count = u32::try_from(count).map_err(|_| format!("column count holds {count}"))?;
    Ok(Sealed::from_stored(Encoded::from_parts(first_seq, count, payload), prev, hash))
}

fn read_segment(row: &Row<'_>) -> Result<SegmentInfo, String> {
    let first = Head { next_seq: number(row, 0, "first_seq")?, hash: hash(row, 3, "prev")? };
    let last = Head { next_seq: number(row, 1, "next_seq")?, hash: hash(row, 4, "hash")? };
    Ok(SegmentInfo { first, last, batches: number(row, 2, "batches")? })
}

/// The head after a row; else the row's first event and what is wrong.
fn read_head(row: &Row<'_>) -> Result<Head, (u64, String)> {
    let first_seq = number(row, 0, "first_seq").map_err(|what| (0, what))?;
    let head = || {
        let next_seq = first_seq.checked_add(number(row, 1, "count")?).ok_or("column count is too large")?;
        Ok(Head { next_seq, hash: hash(row, 2, "hash")? })
    };
    head().map_err(|what| (first_seq, what))
}

fn number(row: &Row<'_>, column: usize, name: &str) -> Result<u64, String> {
    let value: i64 = row.get(column).map_err(|error| format!("column {name}: {error}"))?;
    u64::try_from(value).map_err(|_| format!("column {name} holds {value}"))
}

fn hash(row: &Row<'_>, column: usize, name: &str) -> Result<Hash, String> {
    let value: Vec<u8> = row.get(column).map_err(|error| format!("column {name}: {error}"))?;
    Hash::from_slice(&value).ok_or_else(|| format!("column {name} holds {} bytes instead of 32", value.len()))
}

/// Damage that the database found while it looked for event `seq`.
fn damaged_at(seq: u64, error: JournalError) -> JournalError {
    match error {
        JournalError::Corrupt { seq: 0, place, what } => JournalError::Corrupt { seq, place, what },
        other => other,
    }
}

pub(super) fn corrupt(place: &Place, seq: u64, what: String) -> JournalError {
    JournalError::Corrupt { seq, place: place.path.to_string_lossy().into_owned(), what }
}
