//! Access tokens that were verified, by the hash of their text: the hot path is one hash and one look. Two generations,
//! as in `node`'s entitlements: when the younger is full it becomes the elder, and the elder is forgotten.

use crate::auth::access::Access;
use crate::limits::ACCESS_TOKENS_MAX;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// SHA-256 of a token's text.
pub(crate) type TextHash = [u8; 32];

/// What was verified.
#[derive(Debug, Default)]
pub(crate) struct Verified(RwLock<Generations>);

#[derive(Debug, Default)]
struct Generations {
    /// Of the signing keys that they were verified with.
    keys: u64,
    younger: BTreeMap<TextHash, Arc<Access>>,
    elder: BTreeMap<TextHash, Arc<Access>>,
}

impl Verified {
    /// What a text was found to say, with the signing keys as they are. Its times are still to be looked at.
    pub(crate) fn get(&self, hash: &TextHash, keys: u64) -> Option<Arc<Access>> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if all.keys != keys {
            return None;
        }
        all.younger.get(hash).or_else(|| all.elder.get(hash)).cloned()
    }

    /// Remembers what a text says. What was verified with other signing keys is forgotten.
    pub(crate) fn remember(&self, hash: TextHash, access: &Arc<Access>, keys: u64) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if all.keys != keys {
            *all = Generations { keys, ..Generations::default() };
        }
        if all.younger.len() >= ACCESS_TOKENS_MAX / 2 {
            all.elder = std::mem::take(&mut all.younger);
        }
        all.younger.insert(hash, Arc::clone(access));
    }

    /// Forgets everything.
    pub(crate) fn forget(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Generations::default();
    }
}
