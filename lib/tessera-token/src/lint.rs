//! The expensive half of verification, done once per token: decode, verify signatures, refuse all but the profile.
//!
//! Nothing is evaluated here. A block passes only if each statement is, letter for letter, one that this crate writes.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use biscuit_auth::{Biscuit, PublicKey, UnverifiedBiscuit};

use crate::{
    Clause, Grant, KeySet, Linted, TOKEN_BLOCKS_MAX, TOKEN_BYTES_MAX, TokenError,
    proof::text_hash,
    text::{between, hex, is_plain, unhex},
};

/// What a token says, read block by block.
#[derive(Debug, Clone)]
pub(crate) struct Chain {
    /// The authority block.
    pub grant: Grant,
    /// What each later block takes away.
    pub narrowings: Vec<Vec<Clause>>,
    /// The key of the last holder, where there is one.
    pub holder: Option<[u8; 32]>,
}

/// A block as it is printed, and the key of whoever signed it beside its parent.
struct Printed {
    source: String,
    external: Option<PublicKey>,
}

/// Decodes a token, verifies its signatures with the published keys and refuses content outside the profile.
///
/// The result does not depend on time, request or revocation: cache it by the token's text.
///
/// # Errors
/// `Malformed`, `TooLarge`, `TooManyBlocks`, `UnknownKey`, `BadSignature` or `ForbiddenContent`.
pub fn parse_and_lint(token: &str, keys: &KeySet) -> Result<Linted, TokenError> {
    let (unverified, bytes) = decode(token)?;
    let kid = unverified.root_key_id().ok_or_else(|| TokenError::Malformed("it names no root key".to_owned()))?;
    let key = keys.find(kid)?;
    let biscuit = unverified.verify(|_| Ok(key)).map_err(|_| TokenError::BadSignature)?;
    let chain = lint(&biscuit)?;
    Ok(Linted::new(&biscuit, (bytes, text_hash(token)), kid, chain))
}

/// Decodes without verifying; only bounds are checked.
pub(crate) fn decode(token: &str) -> Result<(UnverifiedBiscuit, usize), TokenError> {
    let estimate = token.len() / 4 * 3;
    if estimate > TOKEN_BYTES_MAX {
        return Err(TokenError::TooLarge { bytes: estimate, max: TOKEN_BYTES_MAX });
    }
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|error| TokenError::Malformed(error.to_string()))?;
    let unverified = UnverifiedBiscuit::from(&bytes).map_err(|error| TokenError::Malformed(error.to_string()))?;
    if unverified.block_count() > TOKEN_BLOCKS_MAX {
        return Err(TokenError::TooManyBlocks { blocks: unverified.block_count(), max: TOKEN_BLOCKS_MAX });
    }
    // One token has one text: otherwise a cache keyed by the text could be filled with copies.
    if unverified.to_vec().ok().as_ref() != Some(&bytes) {
        return Err(TokenError::Malformed("it is not canonically encoded".to_owned()));
    }
    Ok((unverified, bytes.len()))
}

/// The statements of a printed block.
pub(crate) fn statements(source: &str) -> Vec<&str> {
    source.strip_suffix(";\n").map_or_else(Vec::new, |source| source.split(";\n").collect())
}

fn lint(biscuit: &Biscuit) -> Result<Chain, TokenError> {
    for (block, context) in biscuit.context().iter().enumerate() {
        let symbols = biscuit.block_symbols(block).map_err(|_| forbidden(block, "unreadable symbols"))?;
        if context.is_some() {
            return Err(forbidden(block, "a context"));
        }
        // Symbols are printed without escapes; a quote in one could make a block look like another.
        if !symbols.iter().all(|symbol| is_plain(symbol)) {
            return Err(forbidden(block, "a string outside the profile's alphabet"));
        }
    }
    let printed = |(block, external)| {
        let source = biscuit.print_block_source(block).map_err(|_| forbidden(block, "unreadable content"))?;
        Ok(Printed { source, external })
    };
    let blocks = biscuit.external_public_keys().into_iter().enumerate().map(printed);
    walk(&blocks.collect::<Result<Vec<_>, TokenError>>()?)
}

/// Reads a token of which no signature was checked.
pub(crate) fn walk_unverified(token: &UnverifiedBiscuit) -> Result<Chain, TokenError> {
    let printed = |(block, external)| {
        let source = token.print_block_source(block).map_err(|_| forbidden(block, "unreadable content"))?;
        Ok(Printed { source, external })
    };
    let blocks = token.external_public_keys().into_iter().enumerate().map(printed);
    walk(&blocks.collect::<Result<Vec<_>, TokenError>>()?)
}

/// Follows the holders from block to block: only the current one may name the next, under its own signature.
fn walk(blocks: &[Printed]) -> Result<Chain, TokenError> {
    let (authority, children) = blocks.split_first().expect("a Biscuit has an authority block");
    let grant = Grant::from_statements(&statements(&authority.source));
    let grant = grant.ok_or_else(|| forbidden(0, "an authority block that is not a grant"))?;
    let (mut holder, mut narrowings) = (grant.holder, Vec::new());
    for (block, child) in (1..).zip(children) {
        let mut statements = statements(&child.source);
        if let Some(signer) = &child.external {
            if holder.is_none_or(|holder| !is_key(signer, &holder)) {
                return Err(forbidden(block, "a third-party signature that is not the current holder's"));
            }
            let next = statements.first().and_then(|statement| holder_of(statement));
            holder = Some(next.ok_or_else(|| forbidden(block, "a holder's block that does not name the next holder"))?);
            statements.remove(0);
        }
        narrowings.push(clauses(block, &statements)?);
    }
    Ok(Chain { grant, narrowings, holder })
}

fn is_key(key: &PublicKey, bytes: &[u8; 32]) -> bool {
    key.algorithm_string() == "ed25519" && key.to_bytes() == bytes
}

/// The fact that names the next holder, exactly as a Biscuit library prints it.
pub(crate) fn holder_statement(holder: &[u8; 32]) -> String {
    format!("holder(hex:{})", hex(holder))
}

fn holder_of(statement: &str) -> Option<[u8; 32]> {
    let holder = unhex(between(statement, "holder(hex:", ")")?)?.try_into().ok()?;
    (holder_statement(&holder) == statement).then_some(holder)
}

fn clauses(block: usize, statements: &[&str]) -> Result<Vec<Clause>, TokenError> {
    let read =
        |statement: &&str| Clause::from_statement(statement).ok_or_else(|| forbidden(block, complaint(statement)));
    statements.iter().map(read).collect()
}

fn complaint(statement: &str) -> &'static str {
    if statement.contains(" <- ") {
        "a rule"
    } else if !statement.starts_with("check ") && !statement.starts_with("reject ") {
        "a fact"
    } else if statement.contains(".matches(") {
        "a regular expression"
    } else if statement.contains("->") {
        "a closure"
    } else if statement.contains("extern::") {
        "an external function"
    } else if statement.matches("($").count() > 2 {
        "a join of more than two predicates"
    } else {
        "a check of unknown form"
    }
}

fn forbidden(block: usize, what: &str) -> TokenError {
    TokenError::ForbiddenContent { block, what: what.to_owned() }
}
