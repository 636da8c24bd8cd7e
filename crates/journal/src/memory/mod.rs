//! A store in memory: for tests and the simulator.

mod blobs;
mod faulty;
mod vault;

pub use faulty::{Fault, FaultyMemory};

use crate::blobs::{Blobs, check};
use crate::chain::{Report, Walk, check_seen};
use crate::error::JournalError;
use crate::postings::Postings;
use crate::seal::{Hash, Head, Sealed};
use crate::segment::{self, SegmentInfo, SegmentReader};
use crate::sqlite::SharedPostings;
use crate::store::{Change, Followers, Journal, JournalReader, Record, Snapshot, Store};
use crate::vault::{VaultEntry, VaultError, VaultStore};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use types::CellId;

const PLACE: &str = "memory";

/// A store that lives as long as one of its clones. It forgets everything when the last is dropped.
#[derive(Clone)]
pub struct Memory {
    cell: CellId,
    shared: Arc<Mutex<Shared>>,
}

/// What is kept. Tests change it behind the store's back.
#[derive(Clone, Default)]
pub(crate) struct Shared {
    pub batches: Vec<Sealed>,
    pub segments: Vec<(SegmentInfo, Vec<u8>)>,
    pub snapshots: Vec<Snapshot>,
    pub cursors: BTreeMap<String, u64>,
    pub records: BTreeMap<(String, Vec<u8>), Vec<u8>>,
    pub blobs: BTreeMap<Hash, (u64, Vec<u8>)>,
    pub puts: u64,
    pub vault: BTreeMap<u128, VaultEntry>,
    pub postings: Option<SharedPostings>,
}

impl Memory {
    /// An empty store of `cell`.
    pub fn new(cell: CellId) -> Self {
        Self { cell, shared: Arc::default() }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Shared> {
        // A panic while the lock was held is a failed test already; the data is a plain value at every step.
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    pub fn head(&self, cell: CellId) -> Head {
        let archived = self.segments.last().map_or(Head::genesis(cell), |(info, _)| info.last);
        self.batches.last().map_or(archived, Sealed::head)
    }

    fn append(&mut self, cell: CellId, expected: &Head, batch: Sealed) -> Result<Head, JournalError> {
        let found = self.head(cell);
        if found != *expected {
            return Err(JournalError::Conflict { expected: *expected, found });
        }
        if batch.expects() != *expected {
            return Err(JournalError::Misplaced { sealed: batch.expects(), expected: *expected });
        }
        let head = batch.head();
        self.batches.push(batch);
        Ok(head)
    }
}

impl Store for Memory {
    fn cell(&self) -> CellId {
        self.cell
    }

    fn journal(&self) -> Result<Box<dyn Journal>, JournalError> {
        let head = self.lock().head(self.cell);
        Ok(Box::new(MemoryJournal { memory: self.clone(), head }))
    }

    fn reader(&self) -> Result<Box<dyn JournalReader>, JournalError> {
        Ok(Box::new(self.clone()))
    }

    fn followers(&self) -> Result<Box<dyn Followers>, JournalError> {
        Ok(Box::new(self.clone()))
    }

    fn blobs(&self) -> Result<Box<dyn Blobs>, JournalError> {
        Ok(Box::new(self.clone()))
    }

    fn postings(&self) -> Result<Box<dyn Postings>, JournalError> {
        let mut shared = self.lock();
        let postings = match &shared.postings {
            Some(postings) => postings.clone(),
            None => shared.postings.insert(SharedPostings::in_memory()?).clone(),
        };
        Ok(Box::new(postings))
    }

    fn vault(&self) -> Result<Box<dyn VaultStore>, VaultError> {
        Ok(Box::new(self.clone()))
    }

    fn archive_before(&self, seq: u64) -> Result<Option<SegmentInfo>, JournalError> {
        let mut shared = self.lock();
        let moved = shared.batches.iter().take_while(|batch| batch.head().next_seq <= seq).count();
        let batches: Vec<Sealed> = shared.batches.drain(..moved).collect();
        let (Some(first), Some(last)) = (batches.first(), batches.last()) else {
            return Ok(None);
        };
        let info = SegmentInfo { first: first.expects(), last: last.head(), batches: moved as u64 };
        let mut left = batches.into_iter();
        let bytes = segment::write(Vec::new(), self.cell, &info, || Ok(left.next()), Path::new(PLACE))?;
        shared.segments.push((info.clone(), bytes));
        Ok(Some(info))
    }

    fn segments(&self) -> Result<Vec<SegmentInfo>, JournalError> {
        Ok(self.lock().segments.iter().map(|(info, _)| info.clone()).collect())
    }

    fn visit_segment(
        &self,
        info: &SegmentInfo,
        visit: &mut dyn FnMut(Sealed) -> Result<(), JournalError>,
    ) -> Result<(), JournalError> {
        let found = self.lock().segments.iter().find(|(kept, _)| kept == info).map(|(_, bytes)| bytes.clone());
        let mut walk = Walk::from(info.first);
        let bytes = found.unwrap_or_default();
        let mut segment = SegmentReader::open(bytes.as_slice(), self.cell, info.file_name())?;
        while let Some(batch) = segment.next_batch()? {
            walk.step(&batch, segment.place())?;
            visit(batch)?;
        }
        Ok(())
    }

    fn verify(&self) -> Result<Report, JournalError> {
        let shared = self.lock().clone();
        let mut walk = Walk::from(Head::genesis(self.cell));
        for (info, bytes) in &shared.segments {
            walk.step_segment(SegmentReader::open(bytes.as_slice(), self.cell, info.file_name())?, info)?;
        }
        for batch in &shared.batches {
            walk.step(batch, PLACE)?;
        }
        for snapshot in &shared.snapshots {
            check_seen(walk.head(), snapshot.seq, "snapshot", PLACE)?;
        }
        for (name, seq) in &shared.cursors {
            check_seen(walk.head(), *seq, &format!("cursor {name}"), PLACE)?;
        }
        for (name, (_, bytes)) in &shared.blobs {
            check(*name, bytes, PLACE)?;
        }
        Ok(walk.report(shared.segments.into_iter().map(|(info, _)| info).collect()))
    }
}

struct MemoryJournal {
    memory: Memory,
    head: Head,
}

impl Journal for MemoryJournal {
    fn head(&self) -> Head {
        self.head
    }

    fn append(&mut self, expected: &Head, batch: Sealed) -> Result<Head, JournalError> {
        self.head = self.memory.lock().append(self.memory.cell, expected, batch)?;
        Ok(self.head)
    }

    fn reader(&self) -> Result<Box<dyn JournalReader>, JournalError> {
        self.memory.reader()
    }
}

impl JournalReader for Memory {
    fn head(&mut self) -> Result<Head, JournalError> {
        Ok(self.lock().head(self.cell))
    }

    fn read(&mut self, from_seq: u64, bytes_max: usize) -> Result<Vec<Sealed>, JournalError> {
        let shared = self.lock();
        let kept_from = shared.segments.last().map_or(1, |(info, _)| info.last.next_seq);
        if from_seq < kept_from {
            return Err(JournalError::Archived { seq: from_seq, kept_from });
        }
        let start = shared.batches.partition_point(|batch| batch.head().next_seq <= from_seq);
        let batches = shared.batches.iter().skip(start);
        let mut found: Vec<Sealed> = Vec::new();
        let mut bytes = 0_usize;
        for batch in batches {
            bytes = bytes.saturating_add(batch.payload().len());
            if !found.is_empty() && bytes > bytes_max {
                break;
            }
            let before = found.last().map_or(batch.expects(), Sealed::head);
            Walk::from(before).step(batch, PLACE)?;
            found.push(batch.clone());
        }
        Ok(found)
    }
}

impl Followers for Memory {
    fn change(&mut self, changes: &[Change], cursor: Option<(&str, u64)>) -> Result<(), JournalError> {
        let mut shared = self.lock();
        for change in changes.iter().cloned() {
            match change {
                Change::Put(table, Record { key, value }) => shared.records.insert((table.to_owned(), key), value),
                Change::Remove(table, key) => shared.records.remove(&(table.to_owned(), key)),
            };
        }
        if let Some((name, seq)) = cursor {
            shared.cursors.insert(name.to_owned(), seq);
        }
        Ok(())
    }

    fn record(&mut self, table: &str, key: &[u8]) -> Result<Option<Record>, JournalError> {
        let at = (table.to_owned(), key.to_vec());
        let found = self.lock().records.get(&at).cloned();
        Ok(found.map(|value| Record { key: at.1, value }))
    }

    fn records(&mut self, table: &str, from: &[u8], limit: usize) -> Result<Vec<Record>, JournalError> {
        let shared = self.lock();
        let after = shared.records.range((table.to_owned(), from.to_vec())..);
        let of_table = after.take_while(|((name, _), _)| name == table).take(limit);
        Ok(of_table.map(|((_, key), value)| Record { key: key.clone(), value: value.clone() }).collect())
    }

    fn put_snapshot(&mut self, snapshot: &Snapshot) -> Result<(), JournalError> {
        let mut shared = self.lock();
        shared.snapshots.retain(|kept| kept.seq != snapshot.seq);
        shared.snapshots.push(snapshot.clone());
        shared.snapshots.sort_by_key(|kept| kept.seq);
        let dropped = shared.snapshots.len().saturating_sub(2);
        shared.snapshots.drain(..dropped);
        Ok(())
    }

    fn latest_snapshot(&mut self) -> Result<Option<Snapshot>, JournalError> {
        Ok(self.lock().snapshots.last().cloned())
    }

    fn snapshot_before(&mut self, seq: u64) -> Result<Option<Snapshot>, JournalError> {
        Ok(self.lock().snapshots.iter().rev().find(|kept| kept.seq <= seq).cloned())
    }

    fn save_cursor(&mut self, name: &str, seq: u64) -> Result<(), JournalError> {
        self.lock().cursors.insert(name.to_owned(), seq);
        Ok(())
    }

    fn cursor(&mut self, name: &str) -> Result<Option<u64>, JournalError> {
        Ok(self.lock().cursors.get(name).copied())
    }
}
