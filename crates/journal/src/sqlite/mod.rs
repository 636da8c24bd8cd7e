//! A store in a data folder, on `SQLite`.
//!
//! ```text
//! FORMAT         "tessera data 1 cell 7": whose folder this is
//! LOCK           locked while a process has the folder open
//! journal.db     one row a batch, and the list of archived segments; only the writer writes here
//! followers.db   snapshots, cursors and followers' records, so that writing them is never in the way of an append
//! blobs.db       what events name by its hash, so that writing it is never in the way either
//! postings.db    rows of postings, made of the journal: deleted, it comes back the same
//! vault.db       personal data; erased bytes leave the file
//! archive/       sealed segments
//! ```

mod archive;
mod blobs;
mod database;
mod folder;
mod followers;
mod journal;
mod postings;
mod reader;
mod vault;

pub use database::Tuning;

use crate::blobs::Blobs;
use crate::chain::Report;
use crate::error::JournalError;
use crate::postings::Postings;
use crate::seal::Sealed;
use crate::segment::SegmentInfo;
use crate::store::{Followers, Journal, JournalReader, Store};
use crate::vault::{VaultError, VaultStore};
#[cfg(test)]
pub(crate) use {
    blobs::SqliteBlobs, followers::SqliteFollowers, journal::SqliteJournal, reader::SqliteReader, vault::SqliteVault,
};

pub(crate) use database::Place;
use folder::Folder;
pub(crate) use postings::SharedPostings;
use std::path::Path;
use std::sync::Arc;
use types::CellId;

/// A cell's storage in a data folder. The folder stays locked until the store and all its handles are dropped.
#[derive(Clone)]
pub struct SqliteStore {
    folder: Arc<Folder>,
    tuning: Tuning,
}

impl SqliteStore {
    /// Opens the data folder at `path` for `cell`; makes it when there is none or it is empty.
    ///
    /// Fails with `InUse` when a process has it open, `NotAJournal` when it holds something else, `FormatVersion` and
    /// `OtherCell` when it is another version's or cell's.
    pub fn open(path: &Path, cell: CellId) -> Result<Self, JournalError> {
        Self::open_tuned(path, cell, Tuning::default())
    }

    /// Like [`SqliteStore::open`] with settings other than the measured ones: for measuring.
    pub fn open_tuned(path: &Path, cell: CellId, tuning: Tuning) -> Result<Self, JournalError> {
        let folder = Arc::new(Folder::open(path, cell)?);
        let store = Self { folder, tuning };
        // Databases are made here, so that a reader never meets a folder without them, and damage shows at the start.
        journal::SqliteJournal::open(&store.place("journal.db"), cell)?;
        followers::SqliteFollowers::open(&store.place("followers.db"))?;
        blobs::SqliteBlobs::open(&store.place("blobs.db"))?;
        postings::SqlitePostings::open(&store.place("postings.db"))?;
        vault::SqliteVault::open(&store.place("vault.db"))?;
        store.folder.sync()?;
        archive::finish_interrupted(&store.place("journal.db"))?;
        Ok(store)
    }

    /// The data folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    fn place(&self, name: &str) -> Place {
        Place::new(self.folder.path().join(name), self.tuning).holding(&self.folder)
    }
}

impl Store for SqliteStore {
    fn cell(&self) -> CellId {
        self.folder.cell()
    }

    fn journal(&self) -> Result<Box<dyn Journal>, JournalError> {
        Ok(Box::new(journal::SqliteJournal::open(&self.place("journal.db"), self.cell())?))
    }

    fn reader(&self) -> Result<Box<dyn JournalReader>, JournalError> {
        Ok(Box::new(reader::SqliteReader::open(&self.place("journal.db"), self.cell())?))
    }

    fn followers(&self) -> Result<Box<dyn Followers>, JournalError> {
        Ok(Box::new(followers::SqliteFollowers::open(&self.place("followers.db"))?))
    }

    fn blobs(&self) -> Result<Box<dyn Blobs>, JournalError> {
        Ok(Box::new(blobs::SqliteBlobs::open(&self.place("blobs.db"))?))
    }

    fn postings(&self) -> Result<Box<dyn Postings>, JournalError> {
        Ok(Box::new(postings::SqlitePostings::open(&self.place("postings.db"))?))
    }

    fn vault(&self) -> Result<Box<dyn VaultStore>, VaultError> {
        Ok(Box::new(vault::SqliteVault::open(&self.place("vault.db"))?))
    }

    fn archive_before(&self, seq: u64) -> Result<Option<SegmentInfo>, JournalError> {
        let _archive = self.folder.hold_archive();
        archive::archive_before(&self.place("journal.db"), &self.folder, seq)
    }

    fn segments(&self) -> Result<Vec<SegmentInfo>, JournalError> {
        let mut reader = reader::SqliteReader::open(&self.place("journal.db"), self.cell())?;
        reader.segments()
    }

    fn visit_segment(
        &self,
        info: &SegmentInfo,
        visit: &mut dyn FnMut(Sealed) -> Result<(), JournalError>,
    ) -> Result<(), JournalError> {
        archive::visit_segment(&self.folder, info, visit)
    }

    fn verify(&self) -> Result<Report, JournalError> {
        let _archive = self.folder.hold_archive();
        let report = archive::verify(&self.place("journal.db"), &self.place("followers.db"), &self.folder)?;
        blobs::SqliteBlobs::open(&self.place("blobs.db"))?.verify()?;
        Ok(report)
    }
}
