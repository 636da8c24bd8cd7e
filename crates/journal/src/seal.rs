//! Sealing: the hash that puts an encoded batch on the chain.

use crate::codec::{Encoded, FORMAT_VERSION};
use sha2::{Digest, Sha256};
use std::fmt;
use types::CellId;

const BATCH_TAG: &[u8] = b"tessera journal batch\0";
const GENESIS_TAG: &[u8] = b"tessera journal genesis\0";

/// A SHA-256 hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

/// Where a chain stands: the sequence number its next event gets, and the hash of its last batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Sequence number of the next event; 1 for an empty journal.
    pub next_seq: u64,
    /// Hash of the last batch; the cell's genesis hash for an empty journal.
    pub hash: Hash,
}

/// An encoded batch with its place on the chain. Only [`seal`] and a store's own reader make one.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    first_seq: u64,
    count: u32,
    payload: Vec<u8>,
    prev: Hash,
    hash: Hash,
}

/// Puts `batch` after the batch whose hash is `prev`. Costs one pass of SHA-256: do it outside the append path.
pub fn seal(prev: Hash, batch: Encoded) -> Sealed {
    let (first_seq, count, payload) = batch.into_parts();
    let hash = hash_of(prev, first_seq, count, &payload);
    Sealed { first_seq, count, payload, prev, hash }
}

impl Hash {
    /// From its 32 bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// From a slice of exactly 32 bytes.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Its 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The hash that the first batch of `cell`'s journal follows.
    pub fn genesis(cell: CellId) -> Self {
        let digest = Sha256::new()
            .chain_update(GENESIS_TAG)
            .chain_update(cell.0.to_be_bytes())
            .chain_update(FORMAT_VERSION.to_be_bytes());
        Self(digest.finalize().into())
    }

    /// The hash of `domain` followed by `parts`, each part with its length before it.
    pub(crate) fn of(domain: &[u8], parts: &[&[u8]]) -> Self {
        let start = Sha256::new().chain_update(domain);
        let digest = parts
            .iter()
            .fold(start, |digest, part| digest.chain_update((part.len() as u64).to_be_bytes()).chain_update(part));
        Self(digest.finalize().into())
    }
}

impl Head {
    /// The head of an empty journal of `cell`.
    pub fn genesis(cell: CellId) -> Self {
        Self { next_seq: 1, hash: Hash::genesis(cell) }
    }
}

impl Sealed {
    /// As a store kept it; nothing is checked.
    pub(crate) fn from_stored(encoded: Encoded, prev: Hash, hash: Hash) -> Self {
        let (first_seq, count, payload) = encoded.into_parts();
        Self { first_seq, count, payload, prev, hash }
    }

    /// Sequence number of its first event.
    pub fn first_seq(&self) -> u64 {
        self.first_seq
    }

    /// How many events it holds; never zero.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// The encoded batch: give it to [`crate::Batch::decode`].
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// Hash of the batch before it.
    pub fn prev(&self) -> Hash {
        self.prev
    }

    /// Its own hash.
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// The head it was sealed for.
    pub fn expects(&self) -> Head {
        Head { next_seq: self.first_seq, hash: self.prev }
    }

    /// The head of the journal after it.
    pub fn head(&self) -> Head {
        Head { next_seq: self.first_seq.saturating_add(u64::from(self.count)), hash: self.hash }
    }

    /// Does its hash match its content?
    pub fn is_intact(&self) -> bool {
        self.count > 0 && hash_of(self.prev, self.first_seq, self.count, &self.payload) == self.hash
    }
}

fn hash_of(prev: Hash, first_seq: u64, count: u32, payload: &[u8]) -> Hash {
    let digest = Sha256::new()
        .chain_update(BATCH_TAG)
        .chain_update(prev.0)
        .chain_update(first_seq.to_be_bytes())
        .chain_update(count.to_be_bytes())
        .chain_update(payload);
    Hash(digest.finalize().into())
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last_seq = self.head().next_seq.saturating_sub(1);
        write!(f, "Sealed({}..={last_seq}, {} bytes, {})", self.first_seq, self.payload.len(), self.hash)
    }
}
