//! The vault: personal data, outside the journal, each subject under a key of its own.
//!
//! A subject is found by a keyed hash of what identifies it, for example a telephone number. Its record is encrypted
//! under its own random key (XChaCha20-Poly1305), which is wrapped under the cell's. Erasing a subject deletes the key
//! with the record: what the journal says of it is a random id that nobody can resolve any more.

use crate::limits::VAULT_RECORD_BYTES_MAX;
use crate::seal::{NONCE_LEN, hex, random, seal_with};
use crate::secret::{CellSecret, keyed_hash};
use engine::state::Digest;
use journal::{JournalError, Store, VaultEntry, VaultError as StoreError, VaultStore};
use minicbor::{Decode, Encode};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use types::{Instant, SubjectId};
use zeroize::Zeroizing;

/// A handle to a cell's vault; cheap to clone. Its calls block on storage.
#[derive(Clone)]
pub struct Vault {
    store: Arc<Mutex<Box<dyn VaultStore>>>,
    keys: Arc<Keys>,
}

/// The private part of a session: kept under its flow's digest, before the session is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct SessionRecord {
    /// The device, as the network knows it.
    #[n(0)]
    pub device: String,
    /// The application's side of the flow, for the network.
    #[n(1)]
    pub flow: String,
    /// What else the caller asked for, in the caller's own form; the network never sees it.
    #[n(2)]
    pub request: String,
    /// When it was kept.
    #[n(3)]
    pub kept_at: Instant,
}

struct Keys {
    pairwise: Zeroizing<[u8; 32]>,
    index: Zeroizing<[u8; 32]>,
    wrap: Zeroizing<[u8; 32]>,
    digest: Zeroizing<[u8; 32]>,
}

/// Why the vault could not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// Storage failed.
    #[error("the vault's storage failed")]
    Store(#[from] StoreError),
    /// What is stored does not open under the cell's keys: another cell's secret, or damage.
    #[error("the record of {subject} does not open under this cell's secret")]
    Sealed {
        /// Whose record.
        subject: SubjectId,
    },
    /// The record is larger than the vault takes.
    #[error("a record has at most {VAULT_RECORD_BYTES_MAX} bytes")]
    TooLarge,
}

impl Vault {
    /// Opens the vault of a cell.
    pub fn open(store: &dyn Store, secret: &CellSecret) -> Result<Self, VaultError> {
        let keys = Keys {
            pairwise: secret.key("vault pairwise"),
            index: secret.key("vault index"),
            wrap: secret.key("vault wrap"),
            digest: secret.key("vault digest"),
        };
        Ok(Self { store: Arc::new(Mutex::new(store.vault()?)), keys: Arc::new(keys) })
    }

    /// The subject that this identifies, made if there is none yet. The identifier itself is part of its record.
    pub fn subject_for(&self, identifier: &str) -> Result<SubjectId, VaultError> {
        let tag = self.tag(identifier);
        let mut store = self.store();
        if let Some(found) = store.find(&tag)? {
            return Ok(SubjectId::from_u128(found));
        }
        let subject = SubjectId::from_u128(u128::from_be_bytes(random()));
        store.put_subject(&self.entry(subject, tag, identifier.as_bytes())?)?;
        Ok(subject)
    }

    /// The subject that this identifies, if the vault knows it.
    pub fn find(&self, identifier: &str) -> Result<Option<SubjectId>, VaultError> {
        let tag = self.tag(identifier);
        Ok(self.store().find(&tag)?.map(SubjectId::from_u128))
    }

    /// Keeps a subject's record, in place of the one there was. Durable when it returns.
    pub fn put(&self, subject: SubjectId, record: &[u8]) -> Result<(), VaultError> {
        let mut store = self.store();
        if let Some(entry) = store.get(subject.as_u128())? {
            let key = self.unwrap(subject, &entry)?;
            let sealed = seal(&key, subject, record)?;
            return Ok(store.update_sealed(subject.as_u128(), &sealed)?);
        }
        let tag = keyed_hash(&self.keys.index, &[b"subject", &subject.as_u128().to_be_bytes()]);
        Ok(store.put_subject(&self.entry(subject, tag, record)?)?)
    }

    /// A subject's record.
    pub fn get(&self, subject: SubjectId) -> Result<Option<Vec<u8>>, VaultError> {
        let Some(entry) = self.store().get(subject.as_u128())? else { return Ok(None) };
        let key = self.unwrap(subject, &entry)?;
        open(&key, subject, &entry.sealed).map(Some)
    }

    /// Keeps the private part of a session.
    pub fn put_session(&self, flow: Digest, record: &SessionRecord) -> Result<(), VaultError> {
        let bytes = minicbor::to_vec(record).map_err(|_| VaultError::TooLarge)?;
        self.put(subject_of(flow), &bytes)
    }

    /// The private part of a session.
    pub fn session(&self, flow: Digest) -> Result<Option<SessionRecord>, VaultError> {
        let subject = subject_of(flow);
        let bytes = self.get(subject)?;
        bytes.map(|bytes| minicbor::decode(&bytes).map_err(|_| VaultError::Sealed { subject })).transpose()
    }

    /// Forgets the private part of a session, unless it was kept after `before` for a newer one.
    pub fn erase_session(&self, flow: Digest, before: Instant) -> Result<(), VaultError> {
        let subject = subject_of(flow);
        // One lock over both, so that nothing is kept between the look and the erasure.
        let mut store = self.store();
        let Some(entry) = store.get(subject.as_u128())? else { return Ok(()) };
        let record = open(&*self.unwrap(subject, &entry)?, subject, &entry.sealed)?;
        let record: SessionRecord = minicbor::decode(&record).map_err(|_| VaultError::Sealed { subject })?;
        if record.kept_at < before { Ok(store.erase(subject.as_u128())?) } else { Ok(()) }
    }

    /// Forgets a subject for good.
    pub fn erase(&self, subject: SubjectId) -> Result<(), VaultError> {
        Ok(self.store().erase(subject.as_u128())?)
    }

    /// A keyed hash: says nothing without the cell's secret, is equal for equal parts.
    pub fn digest(&self, domain: &str, parts: &[&[u8]]) -> Digest {
        let all: Vec<&[u8]> = std::iter::once(domain.as_bytes()).chain(parts.iter().copied()).collect();
        let hash = keyed_hash(&self.keys.digest, &all);
        let mut short = [0; 16];
        short.copy_from_slice(&hash[..16]);
        Digest(short)
    }

    /// What one client knows a subject as: the same text each time, another one for every client, and nothing that leads
    /// to the subject without the cell's secret.
    ///
    /// # Panics
    /// If 16 bytes cannot be sealed, which cannot be.
    pub fn pairwise(&self, subject: SubjectId, client: &str) -> String {
        let plain = subject.as_u128().to_be_bytes();
        // The nonce follows from what is sealed, so equal inputs alone share one (as in RFC 5297).
        let mut nonce = [0; NONCE_LEN];
        nonce.copy_from_slice(
            &keyed_hash(&self.keys.digest, &[b"pairwise nonce", client.as_bytes(), &plain])[..NONCE_LEN],
        );
        let sealed = seal_with(&self.keys.pairwise, nonce, client.as_bytes(), &plain);
        hex(&sealed.expect("16 bytes can be sealed"))
    }

    /// The subject that a client knows by this text.
    pub fn of_pairwise(&self, text: &str, client: &str) -> Option<SubjectId> {
        let pairs = text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
        let bytes = pairs.collect::<Option<Vec<u8>>>()?;
        let plain = crate::seal::open(&self.keys.pairwise, client.as_bytes(), &bytes)?;
        let plain: [u8; 16] = plain.try_into().ok()?;
        let subject = SubjectId::from_u128(u128::from_be_bytes(plain));
        // One text alone is the subject's.
        (self.pairwise(subject, client) == text).then_some(subject)
    }

    fn store(&self) -> MutexGuard<'_, Box<dyn VaultStore>> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tag(&self, identifier: &str) -> [u8; 32] {
        keyed_hash(&self.keys.index, &[b"identifier", identifier.as_bytes()])
    }

    fn entry(&self, subject: SubjectId, index_tag: [u8; 32], record: &[u8]) -> Result<VaultEntry, VaultError> {
        let key = Zeroizing::new(random::<32>());
        let sealed = seal(&key, subject, record)?;
        let wrapped_key = seal(&self.keys.wrap, subject, &*key)?;
        Ok(VaultEntry { subject: subject.as_u128(), index_tag, wrapped_key, sealed })
    }

    fn unwrap(&self, subject: SubjectId, entry: &VaultEntry) -> Result<Zeroizing<[u8; 32]>, VaultError> {
        let key = Zeroizing::new(open(&self.keys.wrap, subject, &entry.wrapped_key)?);
        let key: [u8; 32] = key.as_slice().try_into().map_err(|_| VaultError::Sealed { subject })?;
        Ok(Zeroizing::new(key))
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(…)")
    }
}

impl From<JournalError> for VaultError {
    fn from(error: JournalError) -> Self {
        Self::Store(error.into())
    }
}

fn subject_of(flow: Digest) -> SubjectId {
    SubjectId::from_u128(u128::from_be_bytes(flow.0))
}

/// Sealed under the key, bound to the subject.
fn seal(key: &[u8; 32], subject: SubjectId, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
    if plain.len() > VAULT_RECORD_BYTES_MAX {
        return Err(VaultError::TooLarge);
    }
    crate::seal::seal(key, &subject.as_u128().to_be_bytes(), plain).ok_or(VaultError::TooLarge)
}

fn open(key: &[u8; 32], subject: SubjectId, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
    crate::seal::open(key, &subject.as_u128().to_be_bytes(), sealed).ok_or(VaultError::Sealed { subject })
}

#[cfg(test)]
mod tests;
