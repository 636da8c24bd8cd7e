//! The other side: a client's own key, for those who have no library of theirs at hand.

use crate::auth::proof::hash;
use crate::auth::signer::{key_of_seed, pkcs8_of};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use std::fmt;
use types::Instant;

const PEM_HEAD: &str = "-----BEGIN PRIVATE KEY-----";
const PEM_TAIL: &str = "-----END PRIVATE KEY-----";

/// An Ed25519 key that a client signs its assertions with.
pub struct ClientKey {
    seed: [u8; 32],
    signing: EncodingKey,
    public: Value,
}

/// What a proof of possession says (RFC 9449 §4.2).
#[derive(Clone, Copy, Debug)]
pub struct Proof<'a> {
    /// The method of the request.
    pub method: &'a str,
    /// Its address, without a query.
    pub address: &'a str,
    /// The access token that it is sent with, where there is one.
    pub token: Option<&'a str>,
    /// An id that no other proof of this key has.
    pub id: &'a str,
    /// Now.
    pub made: Instant,
}

impl ClientKey {
    /// Of 32 random bytes. `None` when they make no key.
    pub fn new(seed: [u8; 32]) -> Option<Self> {
        let (signing, public) = key_of_seed(&seed)?;
        Some(Self { seed, signing, public })
    }

    /// From what [`ClientKey::pem`] wrote. `None` when it is no such text.
    pub fn of_pem(text: &str) -> Option<Self> {
        let body = text.trim().strip_prefix(PEM_HEAD)?.strip_suffix(PEM_TAIL)?;
        let bytes = STANDARD.decode(body.split_whitespace().collect::<String>()).ok()?;
        let seed: [u8; 32] = bytes.get(bytes.len().checked_sub(32)?..)?.try_into().ok()?;
        (pkcs8_of(&seed) == bytes).then(|| Self::new(seed))?
    }

    /// The private key as PKCS #8 in PEM. It is the client's alone.
    pub fn pem(&self) -> String {
        format!("{PEM_HEAD}\n{}\n{PEM_TAIL}\n", STANDARD.encode(pkcs8_of(&self.seed)))
    }

    /// The public key (RFC 7517): what the cell is configured with.
    pub fn public(&self) -> &Value {
        &self.public
    }

    /// Signs claims. `None` when they cannot be signed.
    pub fn sign(&self, claims: &Value) -> Option<String> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = self.public["kid"].as_str().map(str::to_owned);
        encode(&header, claims, &self.signing).ok()
    }

    /// Signs a proof of possession for one request. `None` when it cannot be signed.
    pub fn prove(&self, proof: &Proof<'_>) -> Option<String> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some("dpop+jwt".to_owned());
        header.jwk = serde_json::from_value(self.public.clone()).ok();
        let made_s = proof.made.as_ms() / 1_000;
        let mut claims = json!({"htm": proof.method, "htu": proof.address, "iat": made_s, "jti": proof.id});
        if let Some(token) = proof.token {
            claims["ath"] = json!(hash(token.as_bytes()));
        }
        encode(&header, &claims, &self.signing).ok()
    }
}

impl fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientKey({})", self.public["kid"])
    }
}
