//! Keys of clients and issuers, and texts signed with them: good ones and bad ones.

use crate::ClientKey;
use crate::auth::keys::PublicKey;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ED25519, PKCS_RSA_SHA256};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicU64, Ordering};

/// A key with its public half.
pub struct Signer {
    /// For signing.
    pub key: EncodingKey,
    /// What it signs with.
    pub algorithm: Algorithm,
    /// The public half.
    pub public: Value,
}

/// An id that was not used before.
pub fn fresh() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("id-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

impl Signer {
    /// The key of a name: the same one each time.
    pub fn of(name: &str) -> Self {
        Self::of_seed(Sha256::digest(name).into())
    }

    /// The Ed25519 key of its 32 bytes.
    pub fn of_seed(seed: [u8; 32]) -> Self {
        let key = ClientKey::new(seed).expect("a seed makes a key");
        let der = pem_body(&key.pem());
        Self { key: EncodingKey::from_ed_der(&der), algorithm: Algorithm::EdDSA, public: key.public().clone() }
    }

    /// A new key of a kind.
    pub fn new(algorithm: Algorithm) -> Self {
        let (kind, make): (_, fn(&[u8]) -> EncodingKey) = match algorithm {
            Algorithm::ES256 => (&PKCS_ECDSA_P256_SHA256, EncodingKey::from_ec_der),
            Algorithm::EdDSA => (&PKCS_ED25519, EncodingKey::from_ed_der),
            _ => (&PKCS_RSA_SHA256, EncodingKey::from_rsa_der),
        };
        let pair = KeyPair::generate_for(kind).expect("a key");
        // An RSA key is wanted as it is (PKCS #1), without the 26 bytes around it (PKCS #8).
        let around = if kind == &PKCS_RSA_SHA256 { 26 } else { 0 };
        let key = make(&pair.serialized_der()[around..]);
        let mut public = match algorithm {
            // A version 2 key has more than the 48 bytes that are looked for.
            Algorithm::EdDSA => json!({"kty": "OKP", "crv": "Ed25519", "x": text(pair.public_key_raw())}),
            _ => serde_json::to_value(Jwk::from_encoding_key(&key, algorithm).expect("a key")).expect("JSON"),
        };
        public["kid"] = json!(fresh());
        Self { key, algorithm, public }
    }

    /// Signs claims, with the header that is usual for assertions.
    pub fn sign(&self, claims: &Value) -> String {
        self.sign_as(&json!({"typ": "JWT"}), claims)
    }

    /// Signs claims with more in the header; `alg` and `kid` are there unless given.
    pub fn sign_as(&self, header: &Value, claims: &Value) -> String {
        let mut all = json!({"alg": format!("{:?}", self.algorithm), "kid": self.public["kid"]});
        for (name, value) in header.as_object().expect("an object") {
            all[name] = value.clone();
        }
        let signed = format!("{}.{}", text(all.to_string()), text(claims.to_string()));
        let signature = crypto::sign(signed.as_bytes(), &self.key, self.algorithm).expect("it signs");
        format!("{signed}.{signature}")
    }

    /// The thumbprint of the public half.
    pub fn thumbprint(&self) -> String {
        PublicKey::of_jwk(&self.public).expect("a key").thumbprint().to_owned()
    }
}

/// Base64url.
pub fn text(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What a signed text says; nothing is checked.
pub fn claims_of(signed: &str) -> Value {
    part(signed, 1)
}

/// What its header says.
pub fn header_of(signed: &str) -> Value {
    part(signed, 0)
}

fn part(signed: &str, number: usize) -> Value {
    let part = signed.split('.').nth(number).expect("three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
}

fn pem_body(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    base64::engine::general_purpose::STANDARD.decode(body).expect("base64")
}
