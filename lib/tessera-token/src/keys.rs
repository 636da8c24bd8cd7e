//! The published key set: all that a verifier needs.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use biscuit_auth::{PublicKey, builder::Algorithm};
use ed25519_dalek::{Signature, VerifyingKey};
use serde::{Deserialize, Serialize};

use crate::{Issuer, TokenError};

/// One published key, in the form of RFC 8037 (`OKP`, `Ed25519`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedKey {
    /// Always `OKP`.
    pub kty: String,
    /// Always `Ed25519`.
    pub crv: String,
    /// Decimal root key id.
    pub kid: String,
    /// Public key, base64url without padding.
    pub x: String,
}

/// Root keys by id. Several at once are a rotation: old tokens verify until their key is withdrawn.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeySet {
    /// The keys, each id once.
    pub keys: Vec<PublishedKey>,
}

impl KeySet {
    /// The keys of these issuers.
    pub fn of<'a>(issuers: impl IntoIterator<Item = &'a Issuer>) -> Self {
        let keys = issuers.into_iter().map(Issuer::published);
        Self { keys: keys.collect() }
    }

    /// Reads a published JSON key set and checks every key of it.
    ///
    /// # Errors
    /// [`TokenError::InvalidKeySet`] for bad JSON, a key of another type or a repeated id.
    pub fn parse(json: &str) -> Result<Self, TokenError> {
        let set: Self = serde_json::from_str(json).map_err(|error| TokenError::InvalidKeySet(error.to_string()))?;
        for (index, key) in set.keys.iter().enumerate() {
            key.public_key()?;
            if set.keys.iter().take(index).any(|other| other.kid == key.kid) {
                return Err(TokenError::InvalidKeySet(format!("key id {} is there twice", key.kid)));
            }
        }
        Ok(set)
    }

    /// The published JSON.
    ///
    /// # Errors
    /// [`TokenError::InvalidKeySet`] when it cannot be written.
    pub fn to_json(&self) -> Result<String, TokenError> {
        serde_json::to_string(self).map_err(|error| TokenError::InvalidKeySet(error.to_string()))
    }

    /// Is this the signature of the key with this id?
    pub(crate) fn verifies(&self, kid: u32, message: &[u8], signature: &[u8; 64]) -> Result<bool, TokenError> {
        let key: [u8; 32] = self.find(kid)?.to_bytes().try_into().map_err(|_| TokenError::UnknownKey { kid })?;
        Ok(is_signed(&key, message, signature))
    }

    pub(crate) fn find(&self, kid: u32) -> Result<PublicKey, TokenError> {
        let name = kid.to_string();
        self.keys.iter().find(|key| key.kid == name).ok_or(TokenError::UnknownKey { kid })?.public_key()
    }
}

/// Strict: one message and key have one signature.
pub(crate) fn is_signed(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let key = VerifyingKey::from_bytes(key);
    key.is_ok_and(|key| key.verify_strict(message, &Signature::from_bytes(signature)).is_ok())
}

impl Issuer {
    /// Its key as it is published.
    pub fn published(&self) -> PublishedKey {
        PublishedKey {
            kty: "OKP".to_owned(),
            crv: "Ed25519".to_owned(),
            kid: self.key_id().to_string(),
            x: URL_SAFE_NO_PAD.encode(self.public_key()),
        }
    }
}

impl PublishedKey {
    fn public_key(&self) -> Result<PublicKey, TokenError> {
        let bad = |what: &str| TokenError::InvalidKeySet(format!("key {}: {what}", self.kid));
        if self.kty != "OKP" || self.crv != "Ed25519" {
            return Err(bad("only OKP Ed25519 keys are used"));
        }
        self.kid.parse::<u32>().map_err(|_| bad("the id is not a number"))?;
        let bytes = URL_SAFE_NO_PAD.decode(&self.x).map_err(|_| bad("x is not base64url"))?;
        PublicKey::from_bytes(&bytes, Algorithm::Ed25519).map_err(|_| bad("x is not an Ed25519 public key"))
    }
}
