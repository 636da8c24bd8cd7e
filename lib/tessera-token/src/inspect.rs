//! Looking at a token without keys. Nothing it says is proven.

use serde::Serialize;

use crate::{
    Clause, Grant, TokenError,
    lint::{decode, statements, walk_unverified},
    text::hex,
};

/// What a token claims.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inspection {
    /// Always false: no signature was checked.
    pub verified: bool,
    /// Bytes of the decoded token.
    pub size_bytes: usize,
    /// Root key the token names.
    pub key_id: Option<u32>,
    /// The authority block, if it has the profile's form.
    pub grant: Option<Grant>,
    /// The last holder's public key, hexadecimal, if the chain of holders has the profile's form.
    pub holder: Option<String>,
    /// All blocks, the issuer's first.
    pub blocks: Vec<BlockInspection>,
}

/// One block of an inspected token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BlockInspection {
    /// Revocation id, hexadecimal.
    pub revocation_id: String,
    /// Datalog statements; control characters are escaped.
    pub statements: Vec<String>,
    /// Restrictions in words, as far as they have the profile's form.
    pub narrowing: Vec<String>,
}

/// Takes a token apart without verifying it.
///
/// # Errors
/// `Malformed`, `TooLarge` or `TooManyBlocks`.
pub fn inspect(token: &str) -> Result<Inspection, TokenError> {
    let (token, size_bytes) = decode(token)?;
    let mut grant = None;
    let mut blocks = Vec::new();
    for (index, id) in token.revocation_identifiers().iter().enumerate() {
        let source = token.print_block_source(index).map_err(|error| TokenError::Malformed(error.to_string()))?;
        let statements = statements(&source);
        if index == 0 {
            grant = Grant::from_statements(&statements);
        }
        let narrowing = statements.iter().filter_map(|s| Clause::from_statement(s)).map(|c| c.to_string()).collect();
        let statements = statements.iter().map(|s| s.escape_debug().to_string().replace("\\\"", "\"")).collect();
        blocks.push(BlockInspection { revocation_id: hex(id), statements, narrowing });
    }
    let holder = walk_unverified(&token).ok().and_then(|chain| chain.holder).map(|holder| hex(&holder));
    Ok(Inspection { verified: false, size_bytes, key_id: token.root_key_id(), grant, holder, blocks })
}
