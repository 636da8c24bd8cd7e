//! Opening a database with the settings that make a commit survive power loss.

use super::folder::Folder;
use crate::codec::FORMAT_VERSION;
use crate::error::JournalError;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// "TSRA": marks a database file as ours (`PRAGMA application_id`).
const APPLICATION_ID: i32 = 0x5453_5241;
/// How long a writer waits for another: an archive's deletion in pieces, a checkpoint.
const BUSY_MS: u64 = 10_000;

/// Settings that change speed, not safety. The default is what `examples/measure.rs` found fastest.
#[derive(Clone, Copy, Debug)]
pub struct Tuning {
    /// Bytes of a database page: a power of two from 512 to 65,536. Only looked at when the database is made.
    pub page_bytes: u32,
    /// Pages in the write-ahead log at which a commit copies them to the database.
    pub checkpoint_pages: u32,
}

/// Where a database is and how it is opened.
#[derive(Clone)]
pub(crate) struct Place {
    pub path: PathBuf,
    pub tuning: Tuning,
    /// Name of another file system (`SQLite` calls it a VFS): the power-loss tests bring one.
    pub vfs: Option<&'static str>,
    /// `FULL`, but for the test that shows that less would not do.
    pub synchronous: &'static str,
    /// Held for its lock.
    folder: Option<Arc<Folder>>,
}

impl Default for Tuning {
    fn default() -> Self {
        Self { page_bytes: 16_384, checkpoint_pages: 256 }
    }
}

impl Place {
    /// The database at `path`.
    pub fn new(path: PathBuf, tuning: Tuning) -> Self {
        Self { path, tuning, vfs: None, synchronous: "FULL", folder: None }
    }

    /// Keeps `folder` open as long as this place and what is opened there.
    pub fn holding(mut self, folder: &Arc<Folder>) -> Self {
        self.folder = Some(Arc::clone(folder));
        self
    }

    /// `source` as it happened while `attempted` was done here.
    pub fn failed(&self, attempted: &'static str) -> impl Fn(rusqlite::Error) -> JournalError {
        let path = self.path.clone();
        move |source| JournalError::sqlite(attempted, &path, source)
    }

    /// Opens the database; runs `schema` when it is new.
    pub fn connect(&self, schema: &str) -> Result<Connection, JournalError> {
        let failed = self.failed("open the database");
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = match self.vfs {
            Some(vfs) => Connection::open_with_flags_and_vfs(&self.path, flags, vfs),
            None => Connection::open_with_flags(&self.path, flags),
        };
        let connection = connection.map_err(&failed)?;
        connection.busy_timeout(Duration::from_millis(BUSY_MS)).map_err(&failed)?;
        let is_new = self.check_ours(&connection)?;
        self.configure(&connection).map_err(&failed)?;
        if is_new {
            create(&connection, schema).map_err(&failed)?;
        }
        Ok(connection)
    }

    /// Is it new? Refuses a database that is not ours, or another version's.
    fn check_ours(&self, connection: &Connection) -> Result<bool, JournalError> {
        let failed = self.failed("read the database's header");
        let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0));
        let (id, version) = (number("application_id").map_err(&failed)?, number("user_version").map_err(&failed)?);
        let tables: i64 =
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(&failed)?;
        match (id, version) {
            (0, 0) if tables == 0 => Ok(true),
            (APPLICATION_ID, version) if u32::try_from(version) == Ok(FORMAT_VERSION) => Ok(false),
            (APPLICATION_ID, version) => Err(JournalError::FormatVersion {
                found: version.to_string(),
                supported: FORMAT_VERSION,
                path: self.path.clone(),
            }),
            _ => Err(not_ours(&self.path)),
        }
    }

    fn configure(&self, connection: &Connection) -> rusqlite::Result<()> {
        connection.pragma_update(None, "page_size", self.tuning.page_bytes)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", self.synchronous)?;
        connection.pragma_update(None, "wal_autocheckpoint", self.tuning.checkpoint_pages)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.pragma_update(None, "cell_size_check", true)
    }
}

fn create(connection: &Connection, schema: &str) -> rusqlite::Result<()> {
    connection.execute_batch(&format!(
        "BEGIN IMMEDIATE; {schema}
         PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT_VERSION}; COMMIT;"
    ))
}

fn not_ours(path: &Path) -> JournalError {
    JournalError::NotAJournal { path: path.to_path_buf(), what: "it is a database of something else".into() }
}
