//! The archive: batches before a snapshot move to a segment file. Every step may be the last one before a crash:
//! the file is durable before the list names it, the list names it before the rows go.

use super::database::Place;
use super::folder::{Folder, write_whole};
use super::followers::SqliteFollowers;
use super::journal::SCHEMA;
use super::reader::{SqliteReader, kept_from};
use crate::chain::{Report, Walk};
use crate::error::JournalError;
use crate::seal::{Head, Sealed};
use crate::segment::{self, SegmentInfo, SegmentReader};
use rusqlite::{Connection, params};
use std::fs::File;
use std::io::BufReader;

/// Rows deleted under one write lock: an append waits for no more.
const ROWS_A_DELETE: u32 = 64;
const DELETE: &str = "DELETE FROM batch WHERE first_seq IN
    (SELECT first_seq FROM batch WHERE first_seq < ?1 ORDER BY first_seq LIMIT ?2)";
const ADD: &str = "INSERT INTO segment (first_seq, next_seq, batches, prev, hash) VALUES (?1, ?2, ?3, ?4, ?5)";
/// Payload read at once while a segment is written.
const READ_BYTES: usize = 4 << 20;

/// Moves the batches wholly before `seq` to a segment.
pub(super) fn archive_before(place: &Place, folder: &Folder, seq: u64) -> Result<Option<SegmentInfo>, JournalError> {
    finish_interrupted(place)?;
    let mut reader = SqliteReader::open(place, folder.cell())?;
    let first = archived_head(&mut reader, folder)?;
    let Some(info) = measure(&reader, first, seq)? else {
        return Ok(None);
    };
    let path = folder.archive().join(info.file_name());
    let mut batches = Pages { reader, next_seq: first.next_seq, until: info.last.next_seq, page: Vec::new() };
    write_whole(&path, |file| segment::write(file, folder.cell(), &info, || batches.next_batch(), &path))?;
    let connection = place.connect(SCHEMA)?;
    add(&connection, &info).map_err(place.failed("list a segment"))?;
    delete_before(&connection, place, info.last.next_seq)?;
    Ok(Some(info))
}

/// Deletes rows that an interrupted archiving left behind although a segment holds them.
pub(super) fn finish_interrupted(place: &Place) -> Result<(), JournalError> {
    let failed = place.failed("finish archiving");
    let connection = place.connect(SCHEMA)?;
    let archived: Option<i64> =
        connection.query_row("SELECT max(next_seq) FROM segment", [], |row| row.get(0)).map_err(&failed)?;
    match (archived, kept_from(&connection).map_err(&failed)?) {
        (Some(archived), Some(kept)) if kept < archived => {
            delete_before(&connection, place, u64::try_from(archived).unwrap_or(0))
        }
        _ => Ok(()),
    }
}

/// Walks the chain from its genesis.
pub(super) fn verify(journal: &Place, followers: &Place, folder: &Folder) -> Result<Report, JournalError> {
    let mut reader = SqliteReader::open(journal, folder.cell())?;
    let segments = reader.segments()?;
    let mut walk = Walk::from(Head::genesis(folder.cell()));
    for info in &segments {
        walk.step_segment(open_segment(folder, info)?, info)?;
    }
    let place = journal.path.to_string_lossy();
    reader.visit(walk.head().next_seq, |batch| walk.step(&batch, &place).map(|()| true))?;
    SqliteFollowers::open(followers)?.verify(walk.head())?;
    Ok(walk.report(segments))
}

/// Shows the batches of a segment.
pub(super) fn visit_segment(
    folder: &Folder,
    info: &SegmentInfo,
    visit: &mut dyn FnMut(Sealed) -> Result<(), JournalError>,
) -> Result<(), JournalError> {
    let mut segment = open_segment(folder, info)?;
    let mut walk = Walk::from(info.first);
    while let Some(batch) = segment.next_batch()? {
        walk.step(&batch, segment.place())?;
        visit(batch)?;
    }
    Ok(())
}

fn open_segment(folder: &Folder, info: &SegmentInfo) -> Result<SegmentReader<BufReader<File>>, JournalError> {
    let path = folder.archive().join(info.file_name());
    let file = File::open(&path).map_err(|source| JournalError::io("open the segment", &path, source))?;
    SegmentReader::open(BufReader::new(file), folder.cell(), path.to_string_lossy().into_owned())
}

fn archived_head(reader: &mut SqliteReader, folder: &Folder) -> Result<Head, JournalError> {
    Ok(reader.segments()?.last().map_or(Head::genesis(folder.cell()), |info| info.last))
}

/// What the next segment will hold; checks every batch on the way, so that damage is never archived.
fn measure(reader: &SqliteReader, first: Head, seq: u64) -> Result<Option<SegmentInfo>, JournalError> {
    let mut walk = Walk::from(first);
    let mut batches = 0_u64;
    reader.visit(first.next_seq, |batch| {
        if batch.head().next_seq > seq {
            return Ok(false);
        }
        walk.step(&batch, "journal.db")?;
        batches = batches.saturating_add(1);
        Ok(true)
    })?;
    Ok((batches > 0).then(|| SegmentInfo { first, last: walk.head(), batches }))
}

/// Batches from a reader that holds no read transaction for long.
struct Pages {
    reader: SqliteReader,
    next_seq: u64,
    until: u64,
    page: Vec<Sealed>,
}

impl Pages {
    fn next_batch(&mut self) -> Result<Option<Sealed>, JournalError> {
        use crate::store::JournalReader as _;
        if self.next_seq >= self.until {
            return Ok(None);
        }
        if self.page.is_empty() {
            self.page = self.reader.read(self.next_seq, READ_BYTES)?;
            self.page.reverse();
        }
        let batch = self.page.pop();
        self.next_seq = batch.as_ref().map_or(self.until, |batch| batch.head().next_seq);
        Ok(batch)
    }
}

fn add(connection: &Connection, info: &SegmentInfo) -> rusqlite::Result<()> {
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let values = params![
        number(info.first.next_seq),
        number(info.last.next_seq),
        number(info.batches),
        info.first.hash.as_bytes(),
        info.last.hash.as_bytes()
    ];
    connection.execute(ADD, values).map(|_| ())
}

fn delete_before(connection: &Connection, place: &Place, seq: u64) -> Result<(), JournalError> {
    let failed = place.failed("delete archived batches");
    let seq = i64::try_from(seq).unwrap_or(i64::MAX);
    while connection.execute(DELETE, params![seq, ROWS_A_DELETE]).map_err(&failed)? > 0 {}
    Ok(())
}
