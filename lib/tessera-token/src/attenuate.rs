//! Passing a token on with less: offline, with the token alone.

use biscuit_auth::BlockBuilder;

use crate::{Narrowing, TOKEN_BLOCKS_MAX, TokenError, issuer::encode, lint::decode};

/// Adds a block of checks. The parent stays valid; its holder can revoke the child by the child's own id.
///
/// The parent is not verified. `max_depth` is judged by the verifier.
///
/// # Errors
/// `Malformed` or `TooLarge` for the parent, `TooManyBlocks`, `TooLarge` or `Inexpressible` for the child.
pub fn attenuate(token: &str, narrowing: &Narrowing) -> Result<String, TokenError> {
    let (parent, _) = decode(token)?;
    let blocks = parent.block_count() + 1;
    if blocks > TOKEN_BLOCKS_MAX {
        return Err(TokenError::TooManyBlocks { blocks, max: TOKEN_BLOCKS_MAX });
    }
    let mut block = BlockBuilder::new();
    for clause in &narrowing.clauses {
        block = block.code(clause.statement()? + ";").map_err(|error| TokenError::Inexpressible(error.to_string()))?;
    }
    let child = parent.append(block).and_then(|child| child.to_vec());
    encode(&child.map_err(|error| TokenError::Malformed(error.to_string()))?)
}
