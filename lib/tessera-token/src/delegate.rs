//! Passing a token on to another holder: a block that the current holder signs and that names the next one.

use std::fmt;

use biscuit_auth::{BlockBuilder, PrivateKey, builder::Algorithm};
use ed25519_dalek::{Signer, SigningKey};

use crate::{
    Narrowing, TOKEN_BLOCKS_MAX, TokenError,
    issuer::encode,
    lint::{decode, holder_statement, walk_unverified},
};

/// A holder's Ed25519 key. The secret is wiped on drop and never printed.
pub struct HolderKey(SigningKey);

impl HolderKey {
    /// From its 32 secret bytes (the seed of RFC 8032).
    pub fn new(secret: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&secret))
    }

    /// The public key: what a grant or a delegation names.
    pub fn public_key(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for HolderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HolderKey(…)")
    }
}

/// Passes a token on: from now on only `next` can use the child, for no more than `narrowing` leaves. Offline.
///
/// The parent is not verified. Only its current holder can do this; whoever has the text can still narrow it with
/// [`attenuate`](crate::attenuate).
///
/// # Errors
/// `Malformed`, `TooLarge` or `ForbiddenContent` for the parent; `ProofWrong` when `holder` is not the parent's holder;
/// `TooManyBlocks`, `TooLarge` or `Inexpressible` for the child.
pub fn delegate(token: &str, holder: &HolderKey, next: [u8; 32], narrowing: &Narrowing) -> Result<String, TokenError> {
    let (parent, _) = decode(token)?;
    let blocks = parent.block_count() + 1;
    if blocks > TOKEN_BLOCKS_MAX {
        return Err(TokenError::TooManyBlocks { blocks, max: TOKEN_BLOCKS_MAX });
    }
    if walk_unverified(&parent)?.holder != Some(holder.public_key()) {
        return Err(TokenError::ProofWrong { what: "this key is not the one of the token's holder" });
    }
    let mut block = BlockBuilder::new();
    let clauses = narrowing.clauses.iter().map(crate::Clause::statement);
    for statement in std::iter::once(Ok(holder_statement(&next))).chain(clauses) {
        block = block.code(statement? + ";").map_err(|error| TokenError::Inexpressible(error.to_string()))?;
    }
    let malformed = |error: biscuit_auth::error::Token| TokenError::Malformed(error.to_string());
    let secret = PrivateKey::from_bytes(holder.0.as_bytes(), Algorithm::Ed25519);
    let secret = secret.map_err(|error| TokenError::Inexpressible(error.to_string()))?;
    let signed = parent.third_party_request().and_then(|request| request.create_block(&secret, block));
    let signed = signed.and_then(|block| block.serialize()).map_err(malformed)?;
    let child = parent.append_third_party(&signed).and_then(|child| child.to_vec()).map_err(malformed)?;
    encode(&child)
}
