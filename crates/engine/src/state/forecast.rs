//! Tables too large for the journal: an event names one by its hash, what it holds comes from beside the journal.

use capacity::ForecastTable;
use minicbor::{Decode, Decoder, Encode, Encoder};
use std::fmt;
use std::sync::Arc;

/// The SHA-256 of a blob's bytes: its name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobHash(pub [u8; 32]);

/// A table by its name, with what it holds once that was fetched.
///
/// Its encoded form is the name alone. Who decodes one fetches the bytes of that name and calls [`Blob::resolve`] before
/// it is applied. Two are equal when their names are: the name follows from the bytes.
pub struct Blob<T = ForecastTable> {
    hash: BlobHash,
    table: Option<Arc<T>>,
}

impl<T> Blob<T> {
    /// The table whose bytes have this hash.
    pub fn new(hash: BlobHash, table: Arc<T>) -> Self {
        Self { hash, table: Some(table) }
    }

    /// A name alone.
    pub const fn unresolved(hash: BlobHash) -> Self {
        Self { hash, table: None }
    }

    /// Its name.
    pub const fn hash(&self) -> BlobHash {
        self.hash
    }

    /// What it holds, once that was fetched.
    pub const fn table(&self) -> Option<&Arc<T>> {
        self.table.as_ref()
    }

    /// Says what it holds: the table in the bytes that have its hash.
    pub fn resolve(&mut self, table: Arc<T>) {
        self.table = Some(table);
    }
}

impl<T> Clone for Blob<T> {
    fn clone(&self) -> Self {
        Self { hash: self.hash, table: self.table.clone() }
    }
}

impl<T> PartialEq for Blob<T> {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash
    }
}

impl<T> Eq for Blob<T> {}

impl<T> fmt::Debug for Blob<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blob({})", self.hash)
    }
}

impl fmt::Debug for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobHash({self})")
    }
}

impl fmt::Display for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl<C, T> Encode<C> for Blob<T> {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(&self.hash.0)?.ok()
    }
}

impl<'b, C, T> Decode<'b, C> for Blob<T> {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let hash = d.bytes()?.try_into().map_err(|_| minicbor::decode::Error::message("a hash is 32 bytes"))?;
        Ok(Self::unresolved(BlobHash(hash)))
    }
}
