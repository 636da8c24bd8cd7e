//! Public keys of others, as JSON Web Keys (RFC 7517).

use crate::auth::jose::{ALGORITHMS, Jose};
use crate::limits::JWKS_KEYS_MAX;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;
use std::fmt;

/// Bytes of the smallest RSA modulus, written in base64url: 2048 bits.
const RSA_MODULUS_CHARS_MIN: usize = 342;
/// The members that only a private or a shared key has.
const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "k"];

/// Why a key is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// It is not a JSON Web Key.
    #[error("it is not a JSON Web Key")]
    Malformed,
    /// It is private, or shared.
    #[error("it is a private or shared key: only the public half belongs here")]
    NotPublic,
    /// It is of a kind that nothing accepted here is signed with.
    #[error("it is neither P-256, Ed25519 nor RSA of at least 2048 bits, for signatures")]
    Unsupported,
    /// There are none, or more than are looked at.
    #[error("1 to {JWKS_KEYS_MAX} keys are expected")]
    Count,
}

/// One public key, with what may be signed with it.
#[derive(Clone)]
pub(crate) struct PublicKey {
    kid: Option<String>,
    algorithms: Vec<Algorithm>,
    decoding: DecodingKey,
    thumbprint: String,
}

/// The public keys of one party.
#[derive(Clone, Debug, Default)]
pub(crate) struct PublicKeys(Vec<PublicKey>);

/// What a set of keys says of a signed text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// One of them signed it.
    Signed,
    /// None of them did.
    NotSigned,
    /// It names a key that is not among them.
    UnknownKey,
}

impl PublicKey {
    /// From its JSON.
    pub(crate) fn of_jwk(value: &Value) -> Result<Self, KeyError> {
        if PRIVATE.iter().any(|name| value.get(name).is_some()) {
            return Err(KeyError::NotPublic);
        }
        if value.get("use").is_some_and(|purpose| purpose != "sig") {
            return Err(KeyError::Unsupported);
        }
        let jwk: Jwk = serde_json::from_value(value.clone()).map_err(|_| KeyError::Malformed)?;
        let mut algorithms = algorithms_of(&jwk.algorithm).ok_or(KeyError::Unsupported)?;
        if let Some(only) = value.get("alg") {
            algorithms.retain(|one| ALGORITHMS.iter().any(|(name, algorithm)| algorithm == one && only == name));
        }
        if algorithms.is_empty() {
            return Err(KeyError::Unsupported);
        }
        let decoding = DecodingKey::from_jwk(&jwk).map_err(|_| KeyError::Malformed)?;
        let thumbprint = jwk.thumbprint(ThumbprintHash::SHA256).map_err(|_| KeyError::Malformed)?;
        Ok(Self { kid: jwk.common.key_id, algorithms, decoding, thumbprint })
    }

    /// May this key sign so?
    pub(crate) fn signs(&self, algorithm: Algorithm) -> bool {
        self.algorithms.contains(&algorithm)
    }

    /// For verifying.
    pub(crate) fn decoding(&self) -> &DecodingKey {
        &self.decoding
    }

    /// Its thumbprint (RFC 7638).
    pub(crate) fn thumbprint(&self) -> &str {
        &self.thumbprint
    }
}

impl PublicKeys {
    /// From a key set that somebody wrote down: every key of it must be sound.
    pub(crate) fn strict(set: &Value) -> Result<Self, KeyError> {
        let keys = members(set)?.iter().map(PublicKey::of_jwk).collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() { Err(KeyError::Count) } else { Ok(Self(keys)) }
    }

    /// From a key set that was fetched: keys of other kinds, for other purposes, are passed over.
    pub(crate) fn lenient(set: &Value) -> Result<Self, KeyError> {
        let keys: Vec<_> = members(set)?.iter().filter_map(|key| PublicKey::of_jwk(key).ok()).collect();
        if keys.is_empty() { Err(KeyError::Count) } else { Ok(Self(keys)) }
    }

    /// Did one of them sign this?
    pub(crate) fn judge(&self, jose: &Jose<'_>) -> Verdict {
        let named = |key: &&PublicKey| jose.kid().is_none_or(|kid| key.kid.as_deref() == Some(kid));
        let mut candidates = self.0.iter().filter(named).peekable();
        if candidates.peek().is_none() {
            return Verdict::UnknownKey;
        }
        if candidates.any(|key| jose.is_signed_by(key)) { Verdict::Signed } else { Verdict::NotSigned }
    }

    /// The same keys?
    pub(crate) fn same_as(&self, other: &Self) -> bool {
        self.0.len() == other.0.len()
            && self.0.iter().zip(&other.0).all(|(a, b)| (&a.kid, &a.thumbprint) == (&b.kid, &b.thumbprint))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.thumbprint)
    }
}

fn members(set: &Value) -> Result<&Vec<Value>, KeyError> {
    let keys = set.get("keys").and_then(Value::as_array).ok_or(KeyError::Malformed)?;
    if keys.len() > JWKS_KEYS_MAX { Err(KeyError::Count) } else { Ok(keys) }
}

fn algorithms_of(parameters: &AlgorithmParameters) -> Option<Vec<Algorithm>> {
    match parameters {
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => Some(vec![Algorithm::ES256]),
        AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => Some(vec![Algorithm::EdDSA]),
        AlgorithmParameters::RSA(key) if key.n.len() >= RSA_MODULUS_CHARS_MIN => {
            Some(vec![Algorithm::PS256, Algorithm::RS256])
        }
        _ => None,
    }
}
