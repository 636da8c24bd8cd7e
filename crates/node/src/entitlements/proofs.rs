//! Proofs of possession that were used: each is good once.

use super::EntitlementError;
use std::collections::{BTreeMap, BTreeSet};
use tessera_token::{ProvenUse, TokenError};

/// Those that are not too old to be used again.
pub(super) struct Proofs {
    most: usize,
    used: BTreeMap<[u8; 32], u64>,
    by_time: BTreeSet<(u64, [u8; 32])>,
}

impl Proofs {
    pub(super) fn new(most: usize) -> Self {
        Self { most, used: BTreeMap::new(), by_time: BTreeSet::new() }
    }

    /// Takes a proof; one that was taken before is refused, and so is one more than can be remembered.
    pub(super) fn spend(&mut self, proven: ProvenUse, now_ms: u64) -> Result<(), EntitlementError> {
        while let Some(&(until_ms, id)) = self.by_time.first().filter(|(until_ms, _)| *until_ms < now_ms) {
            self.by_time.remove(&(until_ms, id));
            self.used.remove(&id);
        }
        if self.used.contains_key(&proven.id) {
            return Err(TokenError::ProofWrong { what: "it was used before; each use needs a proof of its own" }.into());
        }
        if self.used.len() >= self.most {
            return Err(EntitlementError::Busy);
        }
        self.used.insert(proven.id, proven.until_ms);
        self.by_time.insert((proven.until_ms, proven.id));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_good_once_and_the_memory_is_bounded() {
        let mut proofs = Proofs::new(2);
        let mut spend = |id: u8, until_ms, now_ms| proofs.spend(ProvenUse { id: [id; 32], until_ms }, now_ms);
        spend(1, 100, 50).expect("new");
        assert!(matches!(spend(1, 100, 100), Err(EntitlementError::Token(TokenError::ProofWrong { .. }))));
        spend(2, 120, 50).expect("new");
        assert!(matches!(spend(3, 120, 100), Err(EntitlementError::Busy)));
        spend(3, 200, 101).expect("the first is too old to be used again");
        assert!(spend(2, 120, 101).is_err());
    }
}
