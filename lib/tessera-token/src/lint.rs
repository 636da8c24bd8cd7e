//! The expensive half of verification, done once per token: decode, verify signatures, refuse all but the profile.
//!
//! Nothing is evaluated here. A block passes only if each statement is, letter for letter, one that this crate writes.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use biscuit_auth::{Biscuit, UnverifiedBiscuit};

use crate::{Clause, Grant, KeySet, Linted, TOKEN_BLOCKS_MAX, TOKEN_BYTES_MAX, TokenError, text::is_plain};

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
    lint(biscuit, bytes)
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

fn lint(biscuit: Biscuit, bytes: usize) -> Result<Linted, TokenError> {
    for (block, context) in biscuit.context().iter().enumerate() {
        let external = biscuit.block_external_key(block).map_err(|_| forbidden(block, "unreadable content"))?;
        let symbols = biscuit.block_symbols(block).map_err(|_| forbidden(block, "unreadable symbols"))?;
        if external.is_some() {
            return Err(forbidden(block, "a third-party signature"));
        }
        if context.is_some() {
            return Err(forbidden(block, "a context"));
        }
        // Symbols are printed without escapes; a quote in one could make a block look like another.
        if !symbols.iter().all(|symbol| is_plain(symbol)) {
            return Err(forbidden(block, "a string outside the profile's alphabet"));
        }
    }
    let sources = (0..biscuit.block_count())
        .map(|block| biscuit.print_block_source(block).map_err(|_| forbidden(block, "unreadable content")))
        .collect::<Result<Vec<_>, _>>()?;
    let (authority, children) = sources.split_first().expect("a Biscuit has an authority block");
    let grant = Grant::from_statements(&statements(authority))
        .ok_or_else(|| forbidden(0, "an authority block that is not a grant"))?;
    let narrowings = (1..).zip(children).map(|(block, source)| clauses(block, source)).collect::<Result<_, _>>()?;
    Ok(Linted::new(biscuit, bytes, grant, narrowings))
}

fn clauses(block: usize, source: &str) -> Result<Vec<Clause>, TokenError> {
    let read =
        |statement: &&str| Clause::from_statement(statement).ok_or_else(|| forbidden(block, complaint(statement)));
    statements(source).iter().map(read).collect()
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
