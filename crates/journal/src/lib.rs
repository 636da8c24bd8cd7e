//! Durable, hash-chained batches of events, with compare-and-append.
//!
//! A cell's journal is a chain of [`Sealed`] batches. Its invariants:
//!
//! - [`Journal::append`] returns after the batch survives power loss, or fails and the journal refuses further appends.
//! - A batch is only ever put on the head that its writer names, so a second writer is fenced.
//! - Every batch carries the hash of the one before it; a changed byte is found and named ([`Store::verify`]).
//! - Sequence numbers of events are dense from 1, across batches and archived segments.
//!
//! A [`Store`] is one cell's storage: the journal, the followers' snapshots, cursors and records, the archive of sealed
//! segments, blobs that events name by their hash, rows of postings, and the vault of personal data. [`Memory`] keeps it in memory, [`FaultyMemory`] lies about it on
//! request, [`SqliteStore`] keeps it in a data folder. Formats: `docs/reference/journal.md`.

mod blobs;
mod chain;
mod codec;
mod error;
pub mod limits;
mod memory;
mod postings;
mod seal;
mod segment;
mod sqlite;
mod store;
mod vault;

pub use blobs::Blobs;
pub use chain::Report;
pub use codec::{Batch, CodecError, Encoded, FORMAT_VERSION, Recorded};
pub use error::JournalError;
pub use memory::{Fault, FaultyMemory, Memory};
pub use postings::{Posting, PostingColumn, PostingFilter, PostingKey, PostingSum, PostingValue, Postings};
pub use seal::{Hash, Head, Sealed, seal};
pub use segment::{SegmentInfo, SegmentReader};
pub use sqlite::{SqliteStore, Tuning};
pub use store::{Change, Followers, Journal, JournalReader, Record, Snapshot, Store};
pub use vault::{VaultEntry, VaultError, VaultStore};

#[cfg(test)]
mod tests;
