//! Ids of revoked blocks, kept until the tokens that hold them have expired anyway.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::text::hex;

/// Revoked blocks: hexadecimal revocation id → Unix milliseconds until which it must be remembered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RevocationList {
    revoked: BTreeMap<String, u64>,
}

impl RevocationList {
    /// Revokes a block and all that descends from it.
    pub fn revoke(&mut self, id: &[u8], until_ms: u64) {
        let until = self.revoked.entry(hex(id)).or_insert(until_ms);
        *until = until_ms.max(*until);
    }

    /// Forgets what expired.
    pub fn prune(&mut self, now_ms: u64) {
        self.revoked.retain(|_, until_ms| *until_ms > now_ms);
    }

    /// Whether a block was revoked.
    pub fn contains(&self, id: &[u8]) -> bool {
        !self.revoked.is_empty() && self.revoked.contains_key(&hex(id))
    }
}
