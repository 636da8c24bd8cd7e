//! The signed form of tokens: minted from the cell's keys and the token's own row, verified with public keys alone.
//!
//! The journal holds no bearer secret: the same row gives the same text after a crash. Verified texts are remembered, and
//! still every use checks the state of the token, revocation, time, the request and who presents it.

mod proofs;
mod revocations;

use crate::keyring::{Keyring, KeyringError, Purpose};
use crate::limits::{PROOFS_MAX, VERIFIED_TOKENS_MAX};
use engine::state::{Capability, Digest, Offering, Revoked, State, Token, TokenRef, TokenState};
use proofs::Proofs;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tessera_token::{Grant, Linted, Possession, Request, TokenError, parse_and_lint};
use types::{Instant, TokenId};

/// Narrower tokens may be made of a token this often.
const DEPTH_MAX: u32 = 4;

/// Mints and verifies the entitlements of a cell.
pub struct Entitlements {
    keyring: Arc<Keyring>,
    verified: RwLock<Verified>,
    proofs: Mutex<Proofs>,
}

/// A text whose signatures and form are good, and the token that it is of.
struct Known {
    linted: Linted,
    token: TokenId,
}

/// Verified texts in two generations: when the younger is full it becomes the elder, and the elder is forgotten. A holder
/// can make any number of valid texts of one token, so no lookup may cost more than a few steps whatever they are.
#[derive(Default)]
struct Verified {
    /// Of the keyring that they were verified with.
    keys: u64,
    younger: BTreeMap<String, Arc<Known>>,
    elder: BTreeMap<String, Arc<Known>>,
}

/// Why an entitlement cannot be given out or used.
#[derive(Debug, thiserror::Error)]
pub enum EntitlementError {
    /// There is no such token.
    #[error("there is no such token")]
    UnknownToken,
    /// The token is suspended or over.
    #[error("the token is {0:?}")]
    NotUsable(TokenState),
    /// As many proofs are remembered as can be.
    #[error("too many proofs of possession were used lately")]
    Busy,
    /// The text does not entitle to this.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// A key cannot be used.
    #[error(transparent)]
    Keys(#[from] KeyringError),
}

impl Entitlements {
    /// With the keys of this cell.
    pub fn new(keyring: Arc<Keyring>) -> Self {
        Self { keyring, verified: RwLock::default(), proofs: Mutex::new(Proofs::new(PROOFS_MAX)) }
    }

    /// The keys of this cell.
    pub fn keyring(&self) -> &Arc<Keyring> {
        &self.keyring
    }

    /// The published key set, as JSON: all that a verifier needs.
    pub fn key_set_json(&self) -> Result<String, EntitlementError> {
        Ok(self.keyring.key_set().to_json()?)
    }

    /// The signed form of a token, under the key of the time at which it was sold.
    pub fn mint(&self, state: &State, token: TokenRef) -> Result<String, EntitlementError> {
        let row = state.token(token).ok_or(EntitlementError::UnknownToken)?;
        let offering = state.offering(row.offering).ok_or(EntitlementError::UnknownToken)?;
        let key = self.keyring.signing(Purpose::Entitlement, row.issued_at.unwrap_or(Instant::EPOCH));
        Ok(key.issuer().mint(&grant_of(row, offering))?)
    }

    /// The token that this text entitles to for this request, now. A proof of possession is good once.
    pub fn verify(
        &self,
        state: &State,
        text: &str,
        request: &Request,
        possession: Option<Possession<'_>>,
        now: Instant,
    ) -> Result<TokenId, EntitlementError> {
        let known = self.known(text)?;
        let token = state.token_by_id(known.token).ok_or(EntitlementError::UnknownToken)?;
        let row = state.token(token).ok_or(EntitlementError::UnknownToken)?;
        if !row.is_live() || row.state == TokenState::Suspended {
            return Err(EntitlementError::NotUsable(row.state));
        }
        if let Some(block) = state.revocations.get(&token).and_then(|revoked| revoked_block(revoked, &known.linted)) {
            return Err(TokenError::Revoked { block }.into());
        }
        known.linted.allows(request, now.as_ms())?;
        if let Some(proven) = known.linted.check_possession(possession, now.as_ms())? {
            self.proofs.lock().unwrap_or_else(PoisonError::into_inner).spend(proven, now.as_ms())?;
        }
        Ok(known.token)
    }

    fn known(&self, text: &str) -> Result<Arc<Known>, EntitlementError> {
        let keys = self.keyring.generation();
        let verified = self.verified.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = verified.get(text).filter(|_| verified.keys == keys) {
            return Ok(Arc::clone(known));
        }
        drop(verified);
        let linted = parse_and_lint(text, &self.keyring.key_set())?;
        let token = TokenId::parse(&linted.grant().ent).map_err(|_| EntitlementError::UnknownToken)?;
        let known = Arc::new(Known { linted, token });
        let mut verified = self.verified.write().unwrap_or_else(PoisonError::into_inner);
        if verified.keys < keys {
            *verified = Verified { keys, ..Verified::default() };
        }
        // A key may have been withdrawn meanwhile: what was verified before is then not remembered.
        if verified.keys == keys {
            verified.remember(text, &known, VERIFIED_TOKENS_MAX / 2);
        }
        Ok(known)
    }
}

/// The first block of a text that is revoked.
fn revoked_block(revoked: &Revoked, linted: &Linted) -> Option<usize> {
    match revoked {
        Revoked::Whole => Some(0),
        Revoked::Blocks(blocks) => linted.block_digests().iter().position(|block| blocks.contains(&Digest(block.0))),
    }
}

impl Verified {
    fn get(&self, text: &str) -> Option<&Arc<Known>> {
        self.younger.get(text).or_else(|| self.elder.get(text))
    }

    fn remember(&mut self, text: &str, known: &Arc<Known>, generation_max: usize) {
        if self.younger.len() >= generation_max {
            self.elder = std::mem::take(&mut self.younger);
        }
        self.younger.insert(text.to_owned(), Arc::clone(known));
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.younger.len() + self.elder.len()
    }
}

impl fmt::Debug for Entitlements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entitlements(…)")
    }
}

/// The name of a capability in an entitlement.
pub fn capability_name(capability: Capability) -> &'static str {
    match capability {
        Capability::Connectivity => "connectivity",
        Capability::Experience => "experience",
        Capability::Slice => "slice",
        Capability::Satellite => "satellite",
        Capability::Compute => "compute",
        Capability::Inference => "inference",
        Capability::Security => "security",
    }
}

/// What the text says: nothing about a person, only the vault's pseudonym of a device.
fn grant_of(row: &Token, offering: &Offering) -> Grant {
    Grant {
        ent: row.id.to_string(),
        capability: capability_name(offering.capability).to_owned(),
        also: offering.also.unwrap_or_default().iter().map(|also| capability_name(also).to_owned()).collect(),
        qos: Some(offering.qos_profile.clone()),
        device: row.device.map(|device| device.to_string()),
        // A token that needs nothing of the network is good anywhere.
        area: if row.legs.is_empty() {
            Vec::new()
        } else {
            row.place.cells().iter().map(|cell| cell.index()).collect()
        },
        from_ms: row.window.from().as_ms(),
        to_ms: row.window.to().as_ms(),
        units: offering.terms.volume.map(|volume| (volume.unit.as_str().to_owned(), volume.quantity)),
        budget: None,
        max_depth: DEPTH_MAX,
        holder: row.holder.map(|holder| holder.0),
    }
}

#[cfg(test)]
mod tests;
