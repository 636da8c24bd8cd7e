//! Keys of applications: nothing of them is kept, for each is worked out from its party and the cell's secret.

use crate::app::App;
use crate::auth::{Scheme, shown};
use axum::http::HeaderMap;
use node::Vault;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use types::PartyId;

/// How every key begins.
const PREFIX: &str = "sbx_";
/// Hexadecimal digits of a party and of what proves it.
const DIGITS: usize = 32;

/// The key of a party's application.
pub(crate) fn key_of(vault: &Vault, party: PartyId) -> String {
    let mut key = format!("{PREFIX}{:032x}", party.as_u128());
    for byte in proof(vault, party) {
        write!(key, "{byte:02x}").expect("a string can be written to");
    }
    key
}

/// Whose key a text is; `None` when it is none of this cell.
pub(crate) fn party_of(vault: &Vault, text: &str) -> Option<PartyId> {
    let (party, _) = text.strip_prefix(PREFIX)?.split_at_checked(DIGITS)?;
    let party = PartyId::from_u128(u128::from_str_radix(party, 16).ok()?);
    // Compared by hash: how long it takes says nothing of the key.
    let hash = |key: &str| Sha256::digest(key);
    (hash(&key_of(vault, party)) == hash(text)).then_some(party)
}

/// The application that a request is of, where this cell is a sandbox.
pub(crate) fn caller(app: &App, headers: &HeaderMap) -> Option<PartyId> {
    app.sandbox?;
    match shown(headers)? {
        (Scheme::Bearer, text) => party_of(&app.vault, text),
        (Scheme::Dpop, _) => None,
    }
}

fn proof(vault: &Vault, party: PartyId) -> [u8; 16] {
    vault.digest("sandbox-key", &[&party.as_u128().to_be_bytes()]).0
}
