//! What every backend offers: one cell's storage, seen by its writer, its readers and its followers.

use crate::blobs::Blobs;
use crate::chain::Report;
use crate::error::JournalError;
use crate::postings::Postings;
use crate::seal::{Hash, Head, Sealed};
use crate::segment::SegmentInfo;
use crate::vault::{VaultError, VaultStore};
use types::CellId;

/// One cell's storage. Handles that it gives out work on their own threads, beside each other.
pub trait Store: Send + Sync {
    /// The cell.
    fn cell(&self) -> CellId;

    /// A handle for the writer, positioned at the head.
    fn journal(&self) -> Result<Box<dyn Journal>, JournalError>;

    /// A handle that reads what is durable.
    fn reader(&self) -> Result<Box<dyn JournalReader>, JournalError>;

    /// A handle for snapshots and cursors.
    fn followers(&self) -> Result<Box<dyn Followers>, JournalError>;

    /// A handle for blobs.
    fn blobs(&self) -> Result<Box<dyn Blobs>, JournalError>;

    /// A handle for the rows of postings.
    fn postings(&self) -> Result<Box<dyn Postings>, JournalError>;

    /// A handle for personal data.
    fn vault(&self) -> Result<Box<dyn VaultStore>, VaultError>;

    /// Moves all batches that lie wholly before event `seq` to a segment of the archive. `None` when there are none.
    /// Call it with the sequence number of a snapshot: replay needs the batches after one only.
    fn archive_before(&self, seq: u64) -> Result<Option<SegmentInfo>, JournalError>;

    /// The archived segments, oldest first.
    fn segments(&self) -> Result<Vec<SegmentInfo>, JournalError>;

    /// Shows every batch of an archived segment, in order, each checked against its predecessor.
    fn visit_segment(
        &self,
        info: &SegmentInfo,
        visit: &mut dyn FnMut(Sealed) -> Result<(), JournalError>,
    ) -> Result<(), JournalError>;

    /// Recomputes the chain from its genesis, over the archive and the journal, and checks the snapshots and
    /// the blobs. Fails with
    /// [`JournalError::Corrupt`] at the first byte that is not what was written.
    fn verify(&self) -> Result<Report, JournalError>;
}

/// The writer's handle. A cell has one; a second one is fenced by [`JournalError::Conflict`].
pub trait Journal: Send {
    /// The head as this handle last saw it.
    fn head(&self) -> Head;

    /// Appends `batch` if `expected` is the head. Durable when it returns `Ok`. After any error but `Conflict` and
    /// `Misplaced` it is unknown whether the batch is stored, and the handle refuses further appends.
    fn append(&mut self, expected: &Head, batch: Sealed) -> Result<Head, JournalError>;

    /// A handle that reads what is durable.
    fn reader(&self) -> Result<Box<dyn JournalReader>, JournalError>;
}

/// A reader's handle.
pub trait JournalReader: Send {
    /// The head: the sequence number after the last durable event.
    fn head(&mut self) -> Result<Head, JournalError>;

    /// Batches in order, from the one that holds event `from_seq`: as many as fit in `bytes_max` bytes of payload,
    /// but one at least. Empty at the head. Each is checked against its hash and its predecessor in the answer.
    fn read(&mut self, from_seq: u64, bytes_max: usize) -> Result<Vec<Sealed>, JournalError>;
}

/// State as it was after all events before `seq`, in whatever form its writer chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The next event to apply to it.
    pub seq: u64,
    /// Hash of the state, as its writer computed it.
    pub state_hash: Hash,
    /// The state.
    pub bytes: Vec<u8>,
}

/// A follower's own record, in a table of its own; what it holds is opaque here.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// Orders the records of its table, byte by byte.
    pub key: Vec<u8>,
    /// What it holds.
    pub value: Vec<u8>,
}

/// A change to a table of records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// This record is there from now on, in place of the one that had its key.
    Put(&'static str, Record),
    /// The record with this key is gone; not an error when there was none.
    Remove(&'static str, Vec<u8>),
}

/// A follower's handle: it writes beside the appends, never in their way.
pub trait Followers: Send {
    /// Changes records in this order and keeps how far a follower has come, all of it or nothing; durable when it returns.
    fn change(&mut self, changes: &[Change], cursor: Option<(&str, u64)>) -> Result<(), JournalError>;

    /// The record of a table with this key.
    fn record(&mut self, table: &str, key: &[u8]) -> Result<Option<Record>, JournalError>;

    /// Records of a table in the order of their keys: the first `limit` whose key is `from` or comes after it.
    fn records(&mut self, table: &str, from: &[u8], limit: usize) -> Result<Vec<Record>, JournalError>;

    /// Keeps a snapshot, durable when it returns. The two latest are kept.
    fn put_snapshot(&mut self, snapshot: &Snapshot) -> Result<(), JournalError>;

    /// The latest snapshot that is intact, if there is one.
    fn latest_snapshot(&mut self) -> Result<Option<Snapshot>, JournalError>;

    /// The latest snapshot that is intact and holds no event from `seq` on, if it is still kept.
    fn snapshot_before(&mut self, seq: u64) -> Result<Option<Snapshot>, JournalError>;

    /// Keeps how far the follower `name` has come: the next event it will look at.
    fn save_cursor(&mut self, name: &str, seq: u64) -> Result<(), JournalError>;

    /// How far the follower `name` has come; `None` when it has never said.
    fn cursor(&mut self, name: &str) -> Result<Option<u64>, JournalError>;
}

impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Record").field("key", &self.key).field("bytes", &self.value.len()).finish()
    }
}

impl Snapshot {
    /// The hash that a store keeps beside a snapshot to find damage.
    pub(crate) fn hash(&self) -> Hash {
        let seq = self.seq.to_be_bytes();
        Hash::of(b"tessera journal snapshot\0", &[&seq, self.state_hash.as_bytes(), &self.bytes])
    }
}
