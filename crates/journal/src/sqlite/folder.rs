//! The data folder: whose it is, that nobody else has it open, and files that appear in it whole or not at all.

use crate::codec::FORMAT_VERSION;
use crate::error::JournalError;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use types::CellId;

const PREAMBLE: &str = "tessera data";

/// An open data folder. Dropping it lets others open it.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    cell: CellId,
    /// Held while batches move to the archive, or are looked at in both places.
    archiving: Mutex<()>,
    /// Held for its lock.
    _lock: File,
}

impl Folder {
    /// Opens the folder at `path`, or makes one there.
    pub fn open(path: &Path, cell: CellId) -> Result<Self, JournalError> {
        make(path)?;
        let format = path.join("FORMAT");
        let found = read_format(&format)?;
        if found.is_none() {
            check_unused(path)?;
        }
        let lock = lock(path)?;
        // Another process may have made the folder between the look above and the lock.
        match read_format(&format)? {
            Some(text) => check_format(&text, cell, path, &format)?,
            None => create(path, &format, cell)?,
        }
        Ok(Self { path: path.to_path_buf(), cell, archiving: Mutex::default(), _lock: lock })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whose it is.
    pub fn cell(&self) -> CellId {
        self.cell
    }

    /// Keeps the archive as it is until the guard is dropped.
    pub fn hold_archive(&self) -> MutexGuard<'_, ()> {
        self.archiving.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the names of the files in it durable.
    pub fn sync(&self) -> Result<(), JournalError> {
        sync_folder(&self.path)
    }

    /// The folder of archived segments.
    pub fn archive(&self) -> PathBuf {
        self.path.join("archive")
    }
}

/// Writes a file that is there as a whole, or not at all, whatever happens; durable when it returns.
pub(crate) fn write_whole(
    path: &Path,
    write: impl FnOnce(io::BufWriter<File>) -> Result<io::BufWriter<File>, JournalError>,
) -> Result<(), JournalError> {
    let failed = |source| JournalError::io("write", path, source);
    let unfinished = path.with_extension("unfinished");
    let file = File::create(&unfinished).map_err(failed)?;
    let file = write(io::BufWriter::new(file))?.into_inner().map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)?;
    fs::rename(&unfinished, path).map_err(failed)?;
    path.parent().map_or(Ok(()), sync_folder)
}

/// Makes a folder and what it lies in, durably: a data folder that power loss takes away would take its data along.
fn make(path: &Path) -> Result<(), JournalError> {
    if path.is_dir() {
        return Ok(());
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make(parent)?;
    match fs::create_dir(path) {
        Err(source) if source.kind() != io::ErrorKind::AlreadyExists => {
            Err(JournalError::io("make the data folder", path, source))
        }
        _ => sync_folder(parent),
    }
}

/// Makes the entries of a folder durable.
fn sync_folder(path: &Path) -> Result<(), JournalError> {
    let synced = File::open(path).and_then(|folder| folder.sync_all());
    synced.map_err(|source| JournalError::io("sync the folder", path, source))
}

fn read_format(format: &Path) -> Result<Option<String>, JournalError> {
    match fs::read(format) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(JournalError::io("read", format, source)),
    }
}

/// A folder without `FORMAT` is made ours only when nothing of anybody else is in it.
fn check_unused(path: &Path) -> Result<(), JournalError> {
    let failed = |source| JournalError::io("list the data folder", path, source);
    for entry in fs::read_dir(path).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let left_by_us = ["LOCK", "FORMAT.unfinished", "archive", "lost+found"];
        if !left_by_us.iter().any(|ours| name == *ours) {
            let what = format!("it holds {} but no FORMAT", name.to_string_lossy());
            return Err(JournalError::NotAJournal { path: path.to_path_buf(), what });
        }
    }
    Ok(())
}

fn lock(path: &Path) -> Result<File, JournalError> {
    let file = path.join("LOCK");
    let lock = File::options().create(true).truncate(false).write(true).open(&file);
    let lock = lock.map_err(|source| JournalError::io("open", &file, source))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(JournalError::InUse { path: path.to_path_buf() }),
        Err(TryLockError::Error(source)) => Err(JournalError::io("lock", &file, source)),
    }
}

fn check_format(text: &str, cell: CellId, path: &Path, format: &Path) -> Result<(), JournalError> {
    let words: Vec<&str> = text.strip_prefix(PREAMBLE).unwrap_or_default().split_whitespace().collect();
    let (version, rest) = match words.split_first() {
        Some((version, rest)) => (*version, rest),
        None => {
            return Err(JournalError::NotAJournal { path: format.to_path_buf(), what: "its text is another".into() });
        }
    };
    if version != FORMAT_VERSION.to_string() {
        let (found, path) = (version.to_owned(), path.to_path_buf());
        return Err(JournalError::FormatVersion { found, supported: FORMAT_VERSION, path });
    }
    let found = match rest {
        ["cell", number] => number.parse().ok().map(CellId),
        _ => None,
    };
    match found {
        Some(found) if found == cell => Ok(()),
        Some(found) => Err(JournalError::OtherCell { path: path.to_path_buf(), found, expected: cell }),
        None => Err(JournalError::NotAJournal { path: format.to_path_buf(), what: "it names no cell".into() }),
    }
}

fn create(path: &Path, format: &Path, cell: CellId) -> Result<(), JournalError> {
    let archive = path.join("archive");
    make(&archive)?;
    let text = format!("{PREAMBLE} {FORMAT_VERSION} cell {}\n", cell.0);
    write_whole(format, |mut file| {
        file.write_all(text.as_bytes()).map_err(|source| JournalError::io("write", format, source))?;
        Ok(file)
    })
}
