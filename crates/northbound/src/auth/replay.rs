//! Ids that may be used once: remembered as long as they could be used again, and refused rather than forgotten when
//! there is no room.

use crate::auth::jose::Distrust;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, PoisonError};
use types::Instant;

/// Ids are forgotten together with those that end in the same so many milliseconds.
const AGE_MS: u64 = 32_768;

/// A short hash of an id and of whose it is.
type Hash = [u8; 16];

/// The ids that were used.
#[derive(Debug)]
pub(crate) struct Replay {
    ages: Mutex<BTreeMap<u64, HashSet<Hash>>>,
    max: usize,
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
        Self { ages: Mutex::default(), max }
    }

    /// Uses an id.
    pub(crate) fn once(&self, Once { whose, id, until }: Once<'_>, now: Instant) -> Result<(), Distrust> {
        let digest = Sha256::new().chain_update((whose.len() as u64).to_be_bytes()).chain_update(whose);
        let digest: [u8; 32] = digest.chain_update(id).finalize().into();
        let mut hash = Hash::default();
        hash.copy_from_slice(&digest[..16]);
        let mut ages = self.ages.lock().unwrap_or_else(PoisonError::into_inner);
        while ages.first_key_value().is_some_and(|(age, _)| *age < now.as_ms() / AGE_MS) {
            ages.pop_first();
        }
        if ages.values().any(|used| used.contains(&hash)) {
            return Err(Distrust::Invalid("it was used before"));
        }
        if ages.values().map(HashSet::len).sum::<usize>() >= self.max {
            return Err(Distrust::Full);
        }
        ages.entry(until.as_ms() / AGE_MS).or_default().insert(hash);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn once(id: &str, until_s: u64) -> Once<'_> {
        Once { whose: "a", id, until: Instant::from_ms(until_s * 1_000) }
    }

    fn at(seconds: u64) -> Instant {
        Instant::from_ms(seconds * 1_000)
    }

    #[test]
    fn an_id_is_used_once_until_its_text_is_of_no_use() {
        let replay = Replay::new(10);
        assert_eq!(replay.once(once("x", 1_060), at(1_000)), Ok(()));
        let again = Err(Distrust::Invalid("it was used before"));
        assert_eq!(replay.once(once("x", 1_060), at(1_060)), again, "to the last moment");
        assert_eq!(replay.once(once("x", 1_100), at(1_060)), again, "whatever end it names");
        assert_eq!(replay.once(Once { whose: "b", ..once("x", 1_060) }, at(1_000)), Ok(()), "of another one");
        assert_eq!(replay.once(once("x", 1_200), at(1_150)), Ok(()), "after that it says nothing");
    }

    #[test]
    fn what_could_be_used_again_is_never_forgotten_for_want_of_room() {
        let replay = Replay::new(2);
        assert_eq!(replay.once(once("x", 1_060), at(1_000)), Ok(()));
        assert_eq!(replay.once(once("y", 1_150), at(1_000)), Ok(()));
        assert_eq!(replay.once(once("z", 1_060), at(1_000)), Err(Distrust::Full));
        assert_eq!(replay.once(once("z", 1_200), at(1_110)), Ok(()), "x has made room");
        assert_eq!(replay.once(once("y", 1_150), at(1_110)), Err(Distrust::Invalid("it was used before")));
    }
}
