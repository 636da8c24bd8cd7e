//! Blobs in memory.

use super::{Memory, PLACE};
use crate::blobs::{Blobs, check, name_of};
use crate::error::JournalError;
use crate::seal::Hash;

impl Blobs for Memory {
    fn put(&mut self, bytes: &[u8]) -> Result<Hash, JournalError> {
        let name = name_of(bytes)?;
        let mut shared = self.lock();
        shared.puts += 1;
        let put = shared.puts;
        shared.blobs.insert(name, (put, bytes.to_vec()));
        Ok(name)
    }

    fn get(&mut self, name: Hash) -> Result<Option<Vec<u8>>, JournalError> {
        let found = self.lock().blobs.get(&name).cloned();
        found.map(|(_, bytes)| check(name, &bytes, PLACE).map(|()| bytes)).transpose()
    }

    fn has(&mut self, name: Hash) -> Result<bool, JournalError> {
        Ok(self.lock().blobs.contains_key(&name))
    }

    fn list(&mut self) -> Result<Vec<(Hash, u64)>, JournalError> {
        Ok(self.lock().blobs.iter().map(|(name, (put, _))| (*name, *put)).collect())
    }

    fn remove(&mut self, name: Hash, put: u64) -> Result<(), JournalError> {
        let mut shared = self.lock();
        if shared.blobs.get(&name).is_some_and(|(kept, _)| *kept == put) {
            shared.blobs.remove(&name);
        }
        Ok(())
    }
}
