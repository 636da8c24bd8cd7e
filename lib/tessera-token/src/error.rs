//! Every fault a token can have, one variant each, so that a caller can answer each one differently.

use thiserror::Error;

/// Why a token was refused, or could not be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TokenError {
    /// The text is not a token: not canonical base64url, or not a canonically encoded Biscuit.
    #[error("the token is malformed: {0}")]
    Malformed(String),
    /// The token is longer than [`crate::TOKEN_BYTES_MAX`].
    #[error("the token has {bytes} bytes, more than {max}")]
    TooLarge {
        /// Bytes of the decoded token (estimated from the text's length when it was not decoded).
        bytes: usize,
        /// Bytes allowed.
        max: usize,
    },
    /// The token has more blocks than [`crate::TOKEN_BLOCKS_MAX`].
    #[error("the token has {blocks} blocks, more than {max}")]
    TooManyBlocks {
        /// Blocks of the token, the authority block included.
        blocks: usize,
        /// Blocks allowed.
        max: usize,
    },
    /// A block holds something the profile does not know.
    #[error("block {block} holds what the profile forbids: {what}")]
    ForbiddenContent {
        /// Block index; 0 is the authority block.
        block: usize,
        /// The offending content, in words.
        what: String,
    },
    /// The key set does not publish the key the token names.
    #[error("the key set has no key with id {kid}")]
    UnknownKey {
        /// Root key id of the token.
        kid: u32,
    },
    /// A published key or key set cannot be used.
    #[error("the key set is invalid: {0}")]
    InvalidKeySet(String),
    /// The chain of signatures does not hold.
    #[error("the token's signature is wrong")]
    BadSignature,
    /// The window of the token, or of a narrowing, has passed.
    #[error("the token expired at {at_ms} ms")]
    Expired {
        /// End of the window (exclusive), Unix milliseconds.
        at_ms: u64,
    },
    /// The window of the token, or of a narrowing, has not begun.
    #[error("the token is not valid before {from_ms} ms")]
    NotYetValid {
        /// Begin of the window (inclusive), Unix milliseconds.
        from_ms: u64,
    },
    /// The request asks for more than the token allows.
    #[error("the token does not allow this: {what}")]
    TooNarrow {
        /// The checks that failed, in words.
        what: String,
    },
    /// The token was passed on more often than its issuer allowed.
    #[error("the token was delegated {depth} times, more than {max}")]
    DepthExceeded {
        /// Delegations made.
        depth: u32,
        /// Delegations allowed.
        max: u32,
    },
    /// The token or one of its ancestors was revoked.
    #[error("block {block} of the token was revoked")]
    Revoked {
        /// Index of the revoked block.
        block: usize,
    },
    /// Only the holder of a key may use the token, and it did not prove that it has it.
    #[error("only the holder of key {holder} may use the token, and no proof of it was given")]
    ProofMissing {
        /// The holder's public key, hexadecimal.
        holder: String,
    },
    /// The holder's proof does not fit: another key, token, request or time.
    #[error("the holder's proof is wrong: {what}")]
    ProofWrong {
        /// What does not fit.
        what: &'static str,
    },
    /// A revocation list cannot be used.
    #[error("the revocation list is invalid: {0}")]
    InvalidRevocationList(String),
    /// A grant, narrowing or request cannot be expressed in the profile.
    #[error("the value cannot be expressed in a token: {0}")]
    Inexpressible(String),
}
