//! The keys that our own access tokens are signed with, each made of a secret of the cell.

use crate::auth::jose::Jose;
use crate::auth::keys::{PublicKey, PublicKeys, Verdict};
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use node::CellSecret;
use serde::Serialize;
use serde_json::{Value, json};
use std::fmt;

/// What comes before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410 §7).
const PKCS8_PREFIX: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// The type of an access token (RFC 9068 §2.1).
pub(crate) const ACCESS_TOKEN: &str = "at+jwt";

/// Signing keys: the first signs, all of them are published and verify, so that one can follow another.
pub(crate) struct Signers {
    kid: String,
    signing: EncodingKey,
    known: PublicKeys,
    published: Value,
}

impl Signers {
    /// One key of each secret, the newest first. `None` when there is none, or it is no key.
    pub(crate) fn new(secrets: &[&CellSecret]) -> Option<Self> {
        let mut made = secrets.iter().map(|secret| key_of(secret)).collect::<Option<Vec<_>>>()?;
        let published = json!({"keys": made.iter().map(|(_, jwk)| jwk.clone()).collect::<Vec<_>>()});
        let known = PublicKeys::strict(&published).ok()?;
        let (signing, jwk) = made.drain(..).next()?;
        Some(Self { kid: jwk["kid"].as_str()?.to_owned(), signing, known, published })
    }

    /// Signs an access token.
    pub(crate) fn sign(&self, claims: &impl Serialize) -> Result<String, jsonwebtoken::errors::Error> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(ACCESS_TOKEN.to_owned());
        header.kid = Some(self.kid.clone());
        encode(&header, claims, &self.signing)
    }

    /// Is this one of ours?
    pub(crate) fn judge(&self, jose: &Jose<'_>) -> Verdict {
        self.known.judge(jose)
    }

    /// The published key set.
    pub(crate) fn published(&self) -> &Value {
        &self.published
    }
}

impl fmt::Debug for Signers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signers({})", self.kid)
    }
}

/// The signing key that a secret makes, with its published half.
fn key_of(secret: &CellSecret) -> Option<(EncodingKey, Value)> {
    key_of_seed(&secret.key("access token signing"))
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
