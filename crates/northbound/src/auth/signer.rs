//! The keys that our own access tokens are signed with: those of the cell's keyring, as they are at every moment.

use crate::auth::jose::Jose;
use crate::auth::keys::{PublicKey, PublicKeys, Verdict};
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use node::{Keyring, Purpose};
use serde::Serialize;
use serde_json::{Value, json};
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use types::Instant;

/// What comes before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410 §7).
const PKCS8_PREFIX: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// The type of an access token (RFC 9068 §2.1).
pub(crate) const ACCESS_TOKEN: &str = "at+jwt";

/// The keyring, in the form that signs JSON.
pub(crate) struct Signers {
    keyring: Arc<Keyring>,
    made: RwLock<Arc<Made>>,
}

/// What was made of one generation of the keyring.
struct Made {
    generation: u64,
    signing: Vec<(u32, EncodingKey)>,
    known: PublicKeys,
    published: Value,
}

/// Why nothing can be signed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SignError {
    /// A key of the keyring is of no use for this.
    #[error("a key of the keyring cannot sign access tokens")]
    Key,
    /// Signing failed.
    #[error("signing failed")]
    Failed(#[from] jsonwebtoken::errors::Error),
}

impl Signers {
    /// With the keys of this keyring.
    pub(crate) fn new(keyring: Arc<Keyring>) -> Result<Self, SignError> {
        let made = RwLock::new(Arc::new(Made::of(&keyring)?));
        Ok(Self { keyring, made })
    }

    /// Signs an access token with the key whose time it is.
    pub(crate) fn sign(&self, claims: &impl Serialize, now: Instant) -> Result<String, SignError> {
        let kid = self.keyring.signing(Purpose::AccessToken, now).kid();
        let made = self.made()?;
        let (_, key) = made.signing.iter().find(|(known, _)| *known == kid).ok_or(SignError::Key)?;
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(ACCESS_TOKEN.to_owned());
        header.kid = Some(kid.to_string());
        Ok(encode(&header, claims, key)?)
    }

    /// Is this one of ours?
    pub(crate) fn judge(&self, jose: &Jose<'_>) -> Verdict {
        self.made().map_or(Verdict::NotSigned, |made| made.known.judge(jose))
    }

    /// The published key set.
    pub(crate) fn published(&self) -> Result<Value, SignError> {
        Ok(self.made()?.published.clone())
    }

    /// A number that changes with the keys.
    pub(crate) fn generation(&self) -> u64 {
        self.keyring.generation()
    }

    fn made(&self) -> Result<Arc<Made>, SignError> {
        let made = Arc::clone(&self.made.read().unwrap_or_else(PoisonError::into_inner));
        if made.generation == self.keyring.generation() {
            return Ok(made);
        }
        let made = Arc::new(Made::of(&self.keyring)?);
        *self.made.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&made);
        Ok(made)
    }
}

impl Made {
    fn of(keyring: &Keyring) -> Result<Self, SignError> {
        // Before the keys are looked at: what changes meanwhile makes this stale, not the other way round.
        let generation = keyring.generation();
        let (mut signing, mut published) = (Vec::new(), Vec::new());
        for key in keyring.verifying(Purpose::AccessToken) {
            let (encoding, mut jwk) = key_of_seed(key.secret()).ok_or(SignError::Key)?;
            jwk["kid"] = json!(key.kid().to_string());
            signing.push((key.kid(), encoding));
            published.push(jwk);
        }
        let published = json!({"keys": published});
        let known = PublicKeys::strict(&published).map_err(|_| SignError::Key)?;
        Ok(Self { generation, signing, known, published })
    }
}

impl fmt::Debug for Signers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signers(…)")
    }
}

/// An Ed25519 key of its 32 bytes, with its published half.
pub(crate) fn key_of_seed(seed: &[u8; 32]) -> Option<(EncodingKey, Value)> {
    let signing = EncodingKey::from_ed_der(&pkcs8_of(seed));
    let jwk = Jwk::from_encoding_key(&signing, Algorithm::EdDSA).ok()?;
    let kid = jwk.thumbprint(ThumbprintHash::SHA256).ok()?;
    let mut published = serde_json::to_value(&jwk).ok()?;
    published["kid"] = json!(kid);
    published["use"] = json!("sig");
    PublicKey::of_jwk(&published).ok()?;
    Some((signing, published))
}

/// The private key as PKCS #8.
pub(crate) fn pkcs8_of(seed: &[u8; 32]) -> Vec<u8> {
    PKCS8_PREFIX.iter().chain(seed).copied().collect()
}
