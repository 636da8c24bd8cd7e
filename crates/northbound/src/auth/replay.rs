//! Ids that may be used once: remembered as long as they could be used again, and refused rather than forgotten when
//! there is no room.

use crate::auth::jose::Distrust;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use types::Instant;

/// A short hash of an id and of whose it is.
type Hash = [u8; 16];

/// The ids that were used.
#[derive(Debug)]
pub(crate) struct Replay {
    used: Mutex<Used>,
    max: usize,
}

#[derive(Debug, Default)]
struct Used {
    until: BTreeMap<Hash, Instant>,
    order: BTreeSet<(Instant, Hash)>,
}

/// One use of an id.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Once<'a> {
    /// Whose id: the same text of another one is another id.
    pub whose: &'a str,
    /// The id.
    pub id: &'a str,
    /// When the text that carries it is of no use any more.
    pub until: Instant,
}

impl Replay {
    /// With room for so many.
    pub(crate) fn new(max: usize) -> Self {
        Self { used: Mutex::default(), max }
    }

    /// Uses an id.
    pub(crate) fn once(&self, Once { whose, id, until }: Once<'_>, now: Instant) -> Result<(), Distrust> {
        let digest = Sha256::new().chain_update((whose.len() as u64).to_be_bytes()).chain_update(whose);
        let digest: [u8; 32] = digest.chain_update(id).finalize().into();
        let mut hash = Hash::default();
        hash.copy_from_slice(&digest[..16]);
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some((_, old)) = used.order.first().copied().filter(|(until, _)| *until < now) {
            used.order.pop_first();
            used.until.remove(&old);
        }
        if used.until.contains_key(&hash) {
            return Err(Distrust::Invalid("it was used before"));
        }
        if used.until.len() >= self.max {
            return Err(Distrust::Full);
        }
        used.until.insert(hash, until);
        used.order.insert((until, hash));
        Ok(())
    }
}
