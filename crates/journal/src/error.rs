//! What can go wrong between a cell and its storage.

use crate::seal::Head;
use std::io;
use std::path::{Path, PathBuf};
use types::CellId;

/// An operating error of a store. [`JournalError::Conflict`] is the only one that a correct caller can meet on a
/// healthy machine.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The journal is not where the writer thinks: another writer has appended.
    #[error("the writer expects event {} to be the next, the journal's next is {}", expected.next_seq, found.next_seq)]
    Conflict {
        /// What the writer named.
        expected: Head,
        /// Where the journal is.
        found: Head,
    },
    /// The batch was sealed for another head than the one it is appended to.
    #[error("the batch starts at event {}, it cannot follow a head whose next event is {}", sealed.next_seq, expected.next_seq)]
    Misplaced {
        /// The head the batch was sealed for.
        sealed: Head,
        /// The head named for the append.
        expected: Head,
    },
    /// An earlier append failed: nobody knows whether it is stored until the journal is opened again.
    #[error("an earlier append failed; the journal has to be opened again")]
    Stopped,
    /// A stored byte is not what was written. `seq` is 0 when the damage is to a file as a whole.
    #[error("{place}: corrupt at event {seq}: {what}")]
    Corrupt {
        /// First event of the batch that is damaged, or the event that is missing.
        seq: u64,
        /// The file and the row or segment in it.
        place: String,
        /// What is wrong.
        what: String,
    },
    /// The events asked for were moved to the archive.
    #[error("event {seq} is archived; the journal begins at event {kept_from}")]
    Archived {
        /// The event asked for.
        seq: u64,
        /// The first event that the journal still holds.
        kept_from: u64,
    },
    /// The data folder belongs to another version of the program.
    #[error("{} has format version {found}, this program supports version {supported}", path.display())]
    FormatVersion {
        /// The version found.
        found: String,
        /// The version this program reads and writes.
        supported: u32,
        /// Where it was found.
        path: PathBuf,
    },
    /// Another process has the data folder open.
    #[error("{} is in use by another process", path.display())]
    InUse {
        /// The data folder.
        path: PathBuf,
    },
    /// The folder or file is something else.
    #[error("{} is not a Tessera journal: {what}", path.display())]
    NotAJournal {
        /// What was to be opened.
        path: PathBuf,
        /// How one can tell.
        what: String,
    },
    /// The data folder belongs to another cell.
    #[error("{} is the journal of cell {}, not of cell {}", path.display(), found.0, expected.0)]
    OtherCell {
        /// The data folder.
        path: PathBuf,
        /// The cell it belongs to.
        found: CellId,
        /// The cell it was opened for.
        expected: CellId,
    },
    /// A blob is larger than any that is kept.
    #[error("a blob has at most {} bytes, not {bytes}", crate::limits::BLOB_BYTES_MAX)]
    BlobTooLarge {
        /// How many it has.
        bytes: usize,
    },
    /// There is no space left.
    #[error("no space is left to {attempted} in {}", path.display())]
    DiskFull {
        /// What was attempted.
        attempted: &'static str,
        /// Where.
        path: PathBuf,
        /// What storage says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The operating system refused.
    #[error("could not {attempted} {}", path.display())]
    Io {
        /// What was attempted.
        attempted: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The database refused.
    #[error("could not {attempted} in {}", path.display())]
    Sqlite {
        /// What was attempted.
        attempted: &'static str,
        /// The database.
        path: PathBuf,
        /// Why not.
        #[source]
        source: rusqlite::Error,
    },
}

impl JournalError {
    /// `source` as it happened while `attempted` was done with `path`.
    pub(crate) fn io(attempted: &'static str, path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::DiskFull { attempted, path, source: Box::new(source) }
            }
            _ => Self::Io { attempted, path, source },
        }
    }

    /// `source` as it happened while `attempted` was done in the database at `path`.
    pub(crate) fn sqlite(attempted: &'static str, path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_path_buf();
        match source.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::DiskFull { attempted, path, source: Box::new(source) },
            Some(rusqlite::ErrorCode::DatabaseCorrupt) => {
                Self::Corrupt { seq: 0, place: path.to_string_lossy().into_owned(), what: source.to_string() }
            }
            Some(rusqlite::ErrorCode::NotADatabase) => Self::NotAJournal { path, what: source.to_string() },
            _ => Self::Sqlite { attempted, path, source },
        }
    }
}
