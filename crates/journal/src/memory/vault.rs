//! The vault in memory.

use super::Memory;
use crate::vault::{VaultEntry, VaultError, VaultStore};

impl VaultStore for Memory {
    fn put_subject(&mut self, entry: &VaultEntry) -> Result<(), VaultError> {
        let vault = &mut self.lock().vault;
        if vault.values().any(|kept| kept.subject == entry.subject || kept.index_tag == entry.index_tag) {
            return Err(VaultError::Exists);
        }
        vault.insert(entry.subject, entry.clone());
        Ok(())
    }

    fn find(&mut self, index_tag: &[u8; 32]) -> Result<Option<u128>, VaultError> {
        let vault = &self.lock().vault;
        Ok(vault.values().find(|entry| entry.index_tag == *index_tag).map(|entry| entry.subject))
    }

    fn get(&mut self, subject: u128) -> Result<Option<VaultEntry>, VaultError> {
        Ok(self.lock().vault.get(&subject).cloned())
    }

    fn update_sealed(&mut self, subject: u128, sealed: &[u8]) -> Result<(), VaultError> {
        let vault = &mut self.lock().vault;
        vault.get_mut(&subject).ok_or(VaultError::Unknown)?.sealed = sealed.to_vec();
        Ok(())
    }

    fn erase(&mut self, subject: u128) -> Result<(), VaultError> {
        self.lock().vault.remove(&subject);
        Ok(())
    }
}
