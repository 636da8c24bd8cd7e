//! A store in memory that fails as it is told: the script says which append meets which fault. It draws nothing
//! itself, so that a simulator's seed decides everything.

use super::{Memory, Shared};
use crate::blobs::Blobs;
use crate::chain::Report;
use crate::codec::Encoded;
use crate::error::JournalError;
use crate::postings::Postings;
use crate::seal::{Head, Sealed};
use crate::segment::SegmentInfo;
use crate::store::{Followers, Journal, JournalReader, Store};
use crate::vault::{VaultError, VaultStore};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use types::{CellId, Duration};

/// What befalls one append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It fails and nothing is stored.
    Fails,
    /// It fails, yet the batch is stored and survives a crash: an unknown outcome.
    FailsStored,
    /// It fails and leaves a torn batch behind, which the next start after a crash has to drop.
    FailsTorn {
        /// How many bytes of the payload reach storage.
        payload_bytes: usize,
    },
    /// It is acknowledged, but a crash drops it: a disk that lies about syncing. What is acknowledged can be lost.
    Unsynced,
    /// It is acknowledged, but only a part is stored: a disk that loses writes. [`Store::verify`] must find it.
    TornSilently {
        /// How many bytes of the payload reach storage.
        payload_bytes: usize,
    },
    /// It succeeds, late. The simulator asks [`FaultyMemory::delay`] how much time it took.
    Slow {
        /// For how long.
        for_: Duration,
    },
}

/// [`Memory`] with faults. Clones share the store.
#[derive(Clone)]
pub struct FaultyMemory {
    memory: Memory,
    control: Arc<Mutex<Control>>,
    hangs: Arc<(Mutex<bool>, Condvar)>,
}

/// The script and where the play stands.
#[derive(Default)]
struct Control {
    script: BTreeMap<u64, Fault>,
    appends: u64,
    /// First event that a crash drops, while something unsynced lies at the end of the journal.
    unsynced_from: Option<u64>,
    delay: Duration,
    crashes: u64,
}

impl FaultyMemory {
    /// An empty store of `cell` without faults.
    pub fn new(cell: CellId) -> Self {
        Self { memory: Memory::new(cell), control: Arc::default(), hangs: Arc::default() }
    }

    /// Lets the append number `append` (counted from 0 over the store's whole life) meet `fault`.
    pub fn script(&self, append: u64, fault: Fault) {
        self.control().script.insert(append, fault);
    }

    /// How many appends have been tried.
    pub fn appends(&self) -> u64 {
        self.control().appends
    }

    /// The delay that appends have met since this was last asked.
    pub fn delay(&self) -> Duration {
        std::mem::take(&mut self.control().delay)
    }

    /// The power fails: what was not synced is gone, and handles from before are dead.
    pub fn crash(&self) {
        let mut control = self.control();
        control.crashes = control.crashes.saturating_add(1);
        if let Some(seq) = control.unsynced_from.take() {
            self.memory.lock().batches.retain(|batch| batch.first_seq() < seq);
        }
    }

    /// The disk at last syncs what it acknowledged.
    pub fn sync(&self) {
        self.control().unsynced_from = None;
    }

    /// From now on appends hang.
    pub fn hang(&self) {
        *self.hangs.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }

    /// Appends that hang go on, and so do those to come.
    pub fn let_go(&self) {
        *self.hangs.0.lock().unwrap_or_else(PoisonError::into_inner) = false;
        self.hangs.1.notify_all();
    }

    fn wait(&self) {
        let hangs = self.hangs.0.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.hangs.1.wait_while(hangs, |hangs| *hangs));
    }

    fn control(&self) -> MutexGuard<'_, Control> {
        self.control.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for FaultyMemory {
    fn cell(&self) -> CellId {
        self.memory.cell()
    }

    fn journal(&self) -> Result<Box<dyn Journal>, JournalError> {
        let head = self.memory.lock().head(self.cell());
        Ok(Box::new(FaultyJournal { store: self.clone(), head, crashes: self.control().crashes, stopped: false }))
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

    fn postings(&self) -> Result<Box<dyn Postings>, JournalError> {
        self.memory.postings()
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

    fn visit_segment(
        &self,
        info: &SegmentInfo,
        visit: &mut dyn FnMut(Sealed) -> Result<(), JournalError>,
    ) -> Result<(), JournalError> {
        self.memory.visit_segment(info, visit)
    }

    fn verify(&self) -> Result<Report, JournalError> {
        self.memory.verify()
    }
}

struct FaultyJournal {
    store: FaultyMemory,
    head: Head,
    crashes: u64,
    stopped: bool,
}

impl Journal for FaultyJournal {
    fn head(&self) -> Head {
        self.head
    }

    fn append(&mut self, expected: &Head, batch: Sealed) -> Result<Head, JournalError> {
        let store = self.store.clone();
        store.wait();
        let mut control = store.control();
        if self.stopped || control.crashes != self.crashes {
            return Err(JournalError::Stopped);
        }
        let append = control.appends;
        control.appends = append.saturating_add(1);
        let fault = control.script.remove(&append);
        let outcome = control.append(&store.memory, fault, expected, batch);
        self.stopped = matches!(outcome, Err(JournalError::Io { .. }));
        self.head = outcome?;
        Ok(self.head)
    }

    fn reader(&self) -> Result<Box<dyn JournalReader>, JournalError> {
        self.store.reader()
    }
}

impl Control {
    fn append(
        &mut self,
        memory: &Memory,
        fault: Option<Fault>,
        expected: &Head,
        batch: Sealed,
    ) -> Result<Head, JournalError> {
        if fault == Some(Fault::Fails) {
            return Err(injected());
        }
        let mut shared = memory.lock();
        let head = shared.append(memory.cell(), expected, batch)?;
        let unsynced_from = self.unsynced_from.or(Some(expected.next_seq));
        // An honest sync covers the whole file, what was held back before included.
        self.unsynced_from = None;
        match fault {
            None | Some(Fault::Fails) => Ok(head),
            Some(Fault::Slow { for_ }) => {
                self.delay = Duration::from_ms(self.delay.as_ms().saturating_add(for_.as_ms()));
                Ok(head)
            }
            Some(Fault::Unsynced) => {
                self.unsynced_from = unsynced_from;
                Ok(head)
            }
            Some(Fault::TornSilently { payload_bytes }) => {
                tear(&mut shared, payload_bytes);
                Ok(head)
            }
            Some(Fault::FailsStored) => Err(injected()),
            Some(Fault::FailsTorn { payload_bytes }) => {
                tear(&mut shared, payload_bytes);
                self.unsynced_from = unsynced_from;
                Err(injected())
            }
        }
    }
}

fn tear(shared: &mut Shared, payload_bytes: usize) {
    if let Some(last) = shared.batches.pop() {
        let payload = last.payload().iter().copied().take(payload_bytes).collect();
        let torn = Encoded::from_parts(last.first_seq(), last.count(), payload);
        shared.batches.push(Sealed::from_stored(torn, last.prev(), last.hash()));
    }
}

fn injected() -> JournalError {
    let source = io::Error::other("injected by the script");
    JournalError::io("append to", Path::new("memory"), source)
}
