//! Proof of possession: the holder of a token signs each of its uses with its own key, so that a text that leaked is of
//! no use without the key.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::{HolderKey, TokenError, keys::is_signed};

/// How far the time of a proof may be from the verifier's, in milliseconds, both ways. A verifier remembers proofs as
/// long, so that each is good once.
pub const PROOF_AGE_MS_MAX: u64 = 60_000;

/// The first bytes of what is signed: no block of a token begins with them.
const DOMAIN: &[u8] = b"tessera-token/1 proof of possession\0";
const VERSION: &str = "1";

/// The request that a proof is for: its method, target and body, hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestDigest([u8; 32]);

/// A use that was proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProvenUse {
    /// Equal for equal proofs: one that was seen before is a replay.
    pub id: [u8; 32],
    /// Until when it must be remembered, Unix milliseconds.
    pub until_ms: u64,
}

impl RequestDigest {
    /// Of a request: `POST`, the path with its query, and the body (empty when there is none).
    pub fn of(method: &str, target: &str, body: &[u8]) -> Self {
        let hash = Sha256::new();
        let hash = [method.as_bytes(), target.as_bytes(), body]
            .into_iter()
            .fold(hash, |hash, part| hash.chain_update((part.len() as u64).to_be_bytes()).chain_update(part));
        Self(hash.finalize().into())
    }
}

/// Proves one use of a token: what goes beside it in the request. `nonce` must be random, and new for each use.
pub fn prove(token: &str, holder: &HolderKey, request: RequestDigest, at_ms: u64, nonce: [u8; 16]) -> String {
    let signature = holder.sign(&message(text_hash(token), request, at_ms, &nonce));
    format!("{VERSION}.{at_ms}.{}.{}", URL_SAFE_NO_PAD.encode(nonce), URL_SAFE_NO_PAD.encode(signature))
}

/// Judges a proof, which the caller must not have seen before.
pub(crate) fn check(
    proof: &str,
    (holder, token): (&[u8; 32], [u8; 32]),
    request: RequestDigest,
    now_ms: u64,
) -> Result<ProvenUse, TokenError> {
    let (at_ms, nonce, signature) =
        read(proof).ok_or(TokenError::ProofWrong { what: "it is not of the form 1.time.nonce.signature" })?;
    if now_ms.abs_diff(at_ms) > PROOF_AGE_MS_MAX {
        return Err(TokenError::ProofWrong { what: "its time is more than 60 s from now" });
    }
    let message = message(token, request, at_ms, &nonce);
    if !is_signed(holder, &message, &signature) {
        return Err(TokenError::ProofWrong {
            what: "the holder's key did not sign it for this token and this request",
        });
    }
    Ok(ProvenUse { id: Sha256::digest(&message).into(), until_ms: at_ms.saturating_add(PROOF_AGE_MS_MAX) })
}

pub(crate) fn text_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

fn read(proof: &str) -> Option<(u64, [u8; 16], [u8; 64])> {
    let mut parts = proof.strip_prefix(VERSION)?.strip_prefix('.')?.split('.');
    let (at_ms, nonce, signature, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else {
        return None;
    };
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
    Some((at_ms.parse().ok()?, bytes(nonce)?.try_into().ok()?, bytes(signature)?.try_into().ok()?))
}

fn message(token: [u8; 32], request: RequestDigest, at_ms: u64, nonce: &[u8; 16]) -> Vec<u8> {
    [DOMAIN, &token, &request.0, &at_ms.to_be_bytes(), nonce].concat()
}
