//! A store whose appends hang until they are let go.

use node::journal::{
    Blobs, Followers, Head, Journal, JournalError, JournalReader, Memory, Report, Sealed, SegmentInfo, Store,
    VaultError, VaultStore,
};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use types::CellId;

/// The store; cheap to clone.
#[derive(Clone)]
pub struct Stuck {
    memory: Arc<Memory>,
    hangs: Arc<(Mutex<bool>, Condvar)>,
}

impl Stuck {
    /// Not stuck yet.
    pub fn new() -> Self {
        Self { memory: Arc::new(Memory::new(CellId(1))), hangs: Arc::default() }
    }

    /// From now on appends hang.
    pub fn hang(&self) {
        *self.hangs.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }

    /// They go on.
    pub fn let_go(&self) {
        *self.hangs.0.lock().unwrap_or_else(PoisonError::into_inner) = false;
        self.hangs.1.notify_all();
    }
}

struct StuckJournal {
    journal: Box<dyn Journal>,
    hangs: Arc<(Mutex<bool>, Condvar)>,
}

impl Journal for StuckJournal {
    fn head(&self) -> Head {
        self.journal.head()
    }

    fn append(&mut self, expected: &Head, batch: Sealed) -> Result<Head, JournalError> {
        let hangs = self.hangs.0.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.hangs.1.wait_while(hangs, |hangs| *hangs));
        self.journal.append(expected, batch)
    }

    fn reader(&self) -> Result<Box<dyn JournalReader>, JournalError> {
        self.journal.reader()
    }
}

impl Store for Stuck {
    fn cell(&self) -> CellId {
        self.memory.cell()
    }

    fn journal(&self) -> Result<Box<dyn Journal>, JournalError> {
        Ok(Box::new(StuckJournal { journal: self.memory.journal()?, hangs: Arc::clone(&self.hangs) }))
    }

    fn reader(&self) -> Result<Box<dyn JournalReader>, JournalError> {
        self.memory.reader()
    }

    fn followers(&self) -> Result<Box<dyn Followers>, JournalError> {
        self.memory.followers()
    }

    fn blobs(&self) -> Result<Box<dyn Blobs>, JournalError> {
        self.memory.blobs()
    }

    fn vault(&self) -> Result<Box<dyn VaultStore>, VaultError> {
        self.memory.vault()
    }

    fn archive_before(&self, seq: u64) -> Result<Option<SegmentInfo>, JournalError> {
        self.memory.archive_before(seq)
    }

    fn segments(&self) -> Result<Vec<SegmentInfo>, JournalError> {
        self.memory.segments()
    }

    fn verify(&self) -> Result<Report, JournalError> {
        self.memory.verify()
    }
}
