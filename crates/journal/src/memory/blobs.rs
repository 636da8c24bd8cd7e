//! Blobs in memory.

use super::{Memory, PLACE};
use crate::blobs::{Blobs, check, name_of};
use crate::error::JournalError;
use crate::seal::Hash;

impl Blobs for Memory {
    fn put(&mut self, bytes: &[u8]) -> Result<Hash, JournalError> {
        let name = name_of(bytes)?;
        self.lock().blobs.insert(name, bytes.to_vec());
        Ok(name)
    }

    fn get(&mut self, name: Hash) -> Result<Option<Vec<u8>>, JournalError> {
        let found = self.lock().blobs.get(&name).cloned();
        found.map(|bytes| check(name, &bytes, PLACE).map(|()| bytes)).transpose()
    }

    fn has(&mut self, name: Hash) -> Result<bool, JournalError> {
        Ok(self.lock().blobs.contains_key(&name))
    }
}
