//! The keys that a cell signs with, and their schedule.
//!
//! Each key has a number, a purpose and a time from which it signs; the key of something that was issued at a time is
//! always the same one, so that what is signed again after a crash has the same bytes. Keys overlap: an old one verifies
//! until it is withdrawn, and what it would sign again is then signed by its successor. Keys are drawn, not derived: one
//! that leaked says nothing of the others, nor does an old copy of the cell's secret
//! (`docs/adr/0007-signing-keys-are-drawn.md`).

use crate::limits::{KEY_LEAD, KEYS_PER_PURPOSE_MAX};
use crate::seal::{hex, open, random, seal, unhex};
use crate::secret::CellSecret;
use minicbor::{Decode, Encode};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tessera_token::{Issuer, KeySet};
use types::Instant;
use zeroize::Zeroizing;

/// Before the sealed keys.
const FORM: &str = "tessera-signing-keys/1 ";
/// What the sealed keys are bound to.
const BOUND: &[u8] = b"tessera-signing-keys/1";

/// What a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum Purpose {
    /// Entitlements, and the list of those that were revoked.
    #[n(0)]
    Entitlement,
    /// Access tokens of the cell's own issuer.
    #[n(1)]
    AccessToken,
}

/// An Ed25519 key of the cell. Its secret is wiped when it is dropped, and never printed.
pub struct SigningKey {
    purpose: Purpose,
    signs_from: Instant,
    secret: Zeroizing<[u8; 32]>,
    issuer: Issuer,
}

/// Where the sealed keys are kept.
pub trait KeyStore: Send + Sync {
    /// Keeps them in place of what was kept before: as a whole, and durably, when it returns.
    fn keep(&self, sealed: &str) -> std::io::Result<()>;
}

/// The keys of a cell. They are changed while it runs, and every change is durable before it is seen.
pub struct Keyring {
    seal_key: Zeroizing<[u8; 32]>,
    store: Option<Arc<dyn KeyStore>>,
    keys: RwLock<Schedule>,
    /// One change at a time.
    changing: Mutex<()>,
    generation: AtomicU64,
}

#[derive(Clone)]
struct Schedule {
    /// By purpose, then by the time from which they sign.
    keys: Vec<Arc<SigningKey>>,
    /// Numbers are never used again.
    next_kid: u32,
    published: Arc<KeySet>,
}

/// Why the keys cannot be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// What was kept is not what was sealed under this cell's secret.
    #[error("the signing keys do not open under the cell's secret: they are another cell's, or were changed")]
    Sealed,
    /// There is no such key.
    #[error("there is no key {kid}")]
    Unknown {
        /// The number asked for.
        kid: u32,
    },
    /// Nothing could take the key's place.
    #[error("key {kid} has no successor: rotate first, then withdraw it")]
    NoSuccessor {
        /// Its number.
        kid: u32,
    },
    /// A new key would sign what another one has signed already.
    #[error("a new key must begin after {earliest_ms} ms: no schedule changes what was signed before")]
    TooEarly {
        /// The earliest time, in Unix milliseconds.
        earliest_ms: u64,
    },
    /// There are as many keys as there may be.
    #[error("there are {max} keys of this purpose already: withdraw an old one first")]
    TooMany {
        /// Keys allowed.
        max: usize,
    },
    /// The keys could not be kept; nothing has changed.
    #[error("the signing keys could not be kept")]
    NotKept(#[source] std::io::Error),
    /// A key cannot be used to sign.
    #[error(transparent)]
    Token(#[from] tessera_token::TokenError),
}

/// What is kept of a key.
#[derive(Encode, Decode)]
struct KeptKey {
    #[n(0)]
    kid: u32,
    #[n(1)]
    purpose: Purpose,
    #[n(2)]
    signs_from_ms: u64,
    #[cbor(n(3), with = "minicbor::bytes")]
    secret: [u8; 32],
}

#[derive(Encode, Decode)]
struct Kept {
    #[n(0)]
    next_kid: u32,
    #[n(1)]
    keys: Vec<KeptKey>,
}

impl Drop for KeptKey {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.secret);
    }
}

impl SigningKey {
    fn new(kid: u32, purpose: Purpose, signs_from: Instant, secret: [u8; 32]) -> Result<Arc<Self>, KeyringError> {
        let issuer = Issuer::new(secret, kid)?;
        Ok(Arc::new(Self { purpose, signs_from, secret: Zeroizing::new(secret), issuer }))
    }

    /// Its number, the `kid` under which it is published. No two keys of a cell ever have the same.
    pub fn kid(&self) -> u32 {
        self.issuer.key_id()
    }

    /// What it signs.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// What is issued from here on is signed with it, until the next key's time.
    pub fn signs_from(&self) -> Instant {
        self.signs_from
    }

    /// The 32 bytes of the secret (the seed of RFC 8032).
    pub fn secret(&self) -> &[u8; 32] {
        &self.secret
    }

    /// The 32 bytes of the public key.
    pub fn public(&self) -> [u8; 32] {
        self.issuer.public_key()
    }

    /// Signs entitlements with it.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }
}

impl Keyring {
    /// New keys for a new cell, one for each purpose, kept in `store`.
    pub fn draw(secret: &CellSecret, store: Arc<dyn KeyStore>) -> Result<Self, KeyringError> {
        Self::begin(secret, [random(), random()], Some(store))
    }

    /// The first keys of a cell that signed before keys were drawn: its entitlement key comes from its secret.
    pub fn inherit(secret: &CellSecret, store: Arc<dyn KeyStore>) -> Result<Self, KeyringError> {
        Self::begin(secret, [*secret.key("entitlement root"), random()], Some(store))
    }

    /// Keys that are kept nowhere and come from the secret: for a cell that lives in memory.
    pub fn in_memory(secret: &CellSecret) -> Result<Self, KeyringError> {
        Self::begin(secret, [*secret.key("entitlement root"), *secret.key("access token root")], None)
    }

    /// The keys as they were kept.
    pub fn load(secret: &CellSecret, sealed: &str, store: Arc<dyn KeyStore>) -> Result<Self, KeyringError> {
        let seal_key = secret.key("signing keys");
        let opened =
            sealed.trim().strip_prefix(FORM).and_then(unhex).and_then(|sealed| open(&seal_key, BOUND, &sealed));
        let opened = Zeroizing::new(opened.ok_or(KeyringError::Sealed)?);
        let kept: Kept = minicbor::decode(&opened).map_err(|_| KeyringError::Sealed)?;
        let keys = kept
            .keys
            .iter()
            .map(|key| SigningKey::new(key.kid, key.purpose, Instant::from_ms(key.signs_from_ms), key.secret));
        let schedule = Schedule::of(keys.collect::<Result<_, _>>()?, kept.next_kid);
        Ok(Self::with(seal_key, schedule, Some(store)))
    }

    fn begin(
        secret: &CellSecret,
        [entitlement, access]: [[u8; 32]; 2],
        store: Option<Arc<dyn KeyStore>>,
    ) -> Result<Self, KeyringError> {
        let keys = vec![
            SigningKey::new(1, Purpose::Entitlement, Instant::EPOCH, entitlement)?,
            SigningKey::new(2, Purpose::AccessToken, Instant::EPOCH, access)?,
        ];
        let ring = Self::with(secret.key("signing keys"), Schedule::of(keys, 3), store);
        ring.keep(&ring.schedule())?;
        Ok(ring)
    }

    fn with(seal_key: Zeroizing<[u8; 32]>, schedule: Schedule, store: Option<Arc<dyn KeyStore>>) -> Self {
        Self { seal_key, store, keys: RwLock::new(schedule), changing: Mutex::default(), generation: AtomicU64::new(0) }
    }

    /// The key that signs what is issued at this time; for the same time always the same, until it is withdrawn.
    ///
    /// # Panics
    /// Never: a purpose always has a key.
    pub fn signing(&self, purpose: Purpose, issued_at: Instant) -> Arc<SigningKey> {
        let schedule = self.read();
        let keys = schedule.of_purpose(purpose);
        let begun = keys.iter().rev().find(|key| key.signs_from <= issued_at);
        Arc::clone(begun.or(keys.first()).expect("a purpose always has a key"))
    }

    /// Every key that verifies: old ones until they are withdrawn, and those whose time is still to come.
    pub fn verifying(&self, purpose: Purpose) -> Vec<Arc<SigningKey>> {
        self.read().of_purpose(purpose).to_vec()
    }

    /// The published set of entitlement keys.
    pub fn key_set(&self) -> Arc<KeySet> {
        Arc::clone(&self.read().published)
    }

    /// A number that changes with the keys: what was verified under another one is to be verified again.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Draws the next key of a purpose. It is published at once, and signs what is issued from `from` on; left out, that
    /// is in [`KEY_LEAD`], when verifiers that poll know it.
    pub fn rotate(
        &self,
        purpose: Purpose,
        now: Instant,
        from: Option<Instant>,
    ) -> Result<Arc<SigningKey>, KeyringError> {
        let _one = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut schedule = self.schedule();
        let keys = schedule.of_purpose(purpose);
        if keys.len() >= KEYS_PER_PURPOSE_MAX {
            return Err(KeyringError::TooMany { max: KEYS_PER_PURPOSE_MAX });
        }
        let earliest = keys.last().map_or(now, |last| last.signs_from.after(types::Duration::from_ms(1)).max(now));
        let from = from.unwrap_or(now.after(KEY_LEAD).max(earliest));
        if from < earliest {
            return Err(KeyringError::TooEarly { earliest_ms: earliest.as_ms() });
        }
        let key = SigningKey::new(schedule.next_kid, purpose, from, random())?;
        schedule.keys.push(Arc::clone(&key));
        self.change(Schedule::of(schedule.keys, schedule.next_kid.saturating_add(1)))?;
        Ok(key)
    }

    /// Withdraws a key: nothing it signed verifies any more, and its secret is deleted. What it would sign again, its
    /// successor signs.
    pub fn withdraw(&self, kid: u32) -> Result<(), KeyringError> {
        let _one = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut schedule = self.schedule();
        let at = schedule.keys.iter().position(|key| key.kid() == kid).ok_or(KeyringError::Unknown { kid })?;
        let withdrawn = schedule.keys.remove(at);
        let successor = schedule.keys.get_mut(at).filter(|next| next.purpose == withdrawn.purpose);
        let successor = successor.ok_or(KeyringError::NoSuccessor { kid })?;
        *successor = SigningKey::new(successor.kid(), successor.purpose, withdrawn.signs_from, *successor.secret)?;
        self.change(Schedule::of(schedule.keys, schedule.next_kid))
    }

    fn schedule(&self) -> Schedule {
        self.read().clone()
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Schedule> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, schedule: Schedule) -> Result<(), KeyringError> {
        self.keep(&schedule)?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = schedule;
        self.generation.fetch_add(1, Ordering::Release);
        Ok(())
    }

    fn keep(&self, schedule: &Schedule) -> Result<(), KeyringError> {
        let Some(store) = &self.store else { return Ok(()) };
        let keys = schedule.keys.iter().map(|key| KeptKey {
            kid: key.kid(),
            purpose: key.purpose,
            signs_from_ms: key.signs_from.as_ms(),
            secret: *key.secret,
        });
        let kept = Kept { next_kid: schedule.next_kid, keys: keys.collect() };
        let plain = Zeroizing::new(minicbor::to_vec(&kept).expect("keys can be written"));
        let sealed = seal(&self.seal_key, BOUND, &plain).expect("a few keys can be sealed");
        store.keep(&format!("{FORM}{}", hex(&sealed))).map_err(KeyringError::NotKept)
    }
}

impl Schedule {
    fn of(mut keys: Vec<Arc<SigningKey>>, next_kid: u32) -> Self {
        keys.sort_by_key(|key| (key.purpose, key.signs_from));
        let issuers = keys.iter().filter(|key| key.purpose == Purpose::Entitlement).map(|key| &key.issuer);
        let published = Arc::new(KeySet::of(issuers));
        Self { keys, next_kid, published }
    }

    fn of_purpose(&self, purpose: Purpose) -> &[Arc<SigningKey>] {
        let from = self.keys.partition_point(|key| key.purpose < purpose);
        let to = self.keys.partition_point(|key| key.purpose <= purpose);
        self.keys.get(from..to).unwrap_or_default()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.kid()).field("purpose", &self.purpose).finish_non_exhaustive()
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring").field("keys", &self.read().keys).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
