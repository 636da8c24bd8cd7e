//! Blobs: what is too large for the journal, kept beside it under the hash of its bytes.

use crate::error::JournalError;
use crate::limits::BLOB_BYTES_MAX;
use crate::seal::Hash;
use sha2::{Digest, Sha256};

/// A handle that keeps and fetches blobs, beside the appends and never in their way.
///
/// Put a blob before the batch that names it is appended: then it is there as long as the batch is.
pub trait Blobs: Send {
    /// Keeps `bytes`, durable when it returns; gives their name, the SHA-256 of them. Keeping the same twice keeps it once.
    fn put(&mut self, bytes: &[u8]) -> Result<Hash, JournalError>;

    /// The bytes of this name, whole and unchanged; `None` when there are none, [`JournalError::Corrupt`] when they are not
    /// what was put.
    fn get(&mut self, name: Hash) -> Result<Option<Vec<u8>>, JournalError>;

    /// Are there bytes of this name? It does not read them.
    fn has(&mut self, name: Hash) -> Result<bool, JournalError>;

    /// Everything that is kept, each with the number of the put that kept it last. No number is given twice.
    fn list(&mut self) -> Result<Vec<(Hash, u64)>, JournalError>;

    /// Lets go of what this put kept; nothing when it was put again since.
    fn remove(&mut self, name: Hash, put: u64) -> Result<(), JournalError>;
}

/// The name of these bytes; refuses too many.
pub(crate) fn name_of(bytes: &[u8]) -> Result<Hash, JournalError> {
    if bytes.len() > BLOB_BYTES_MAX {
        return Err(JournalError::BlobTooLarge { bytes: bytes.len() });
    }
    Ok(Hash::from_bytes(Sha256::digest(bytes).into()))
}

/// Refuses bytes that are not those of this name.
pub(crate) fn check(name: Hash, bytes: &[u8], place: &str) -> Result<(), JournalError> {
    if Sha256::digest(bytes).as_slice() == name.as_bytes() {
        return Ok(());
    }
    let (place, what) = (format!("{place}, blob {name}"), "its bytes do not have the hash it is named by".to_owned());
    Err(JournalError::Corrupt { seq: 0, place, what })
}
