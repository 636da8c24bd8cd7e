//! The signed form of tokens: minted from the cell's secret and the token's own row, verified with public keys alone.
//!
//! The journal holds no bearer secret: the same row gives the same text after a crash. Verified texts are remembered, and
//! still every use checks time and the request.

use crate::limits::VERIFIED_TOKENS_MAX;
use crate::secret::CellSecret;
use crate::view::View;
use engine::state::{Capability, Offering, Token, TokenRef};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use tessera_token::{Grant, Issuer, KeySet, Linted, Request, RevocationList, TokenError, parse_and_lint};
use types::{Instant, TokenId};

/// Narrower tokens may be made of a token this often.
const DEPTH_MAX: u32 = 4;
/// The number of the cell's first key.
const KEY_ID: u32 = 1;

/// Mints and verifies the entitlements of a cell.
pub struct Entitlements {
    issuer: Issuer,
    keys: KeySet,
    verified: RwLock<Verified>,
}

/// Verified texts in two generations: when the younger is full it becomes the elder, and the elder is forgotten. A holder
/// can make any number of valid texts of one token, so no lookup may cost more than a few steps whatever they are.
#[derive(Default)]
struct Verified {
    younger: BTreeMap<String, Arc<Linted>>,
    elder: BTreeMap<String, Arc<Linted>>,
}

/// Why an entitlement cannot be given out or used.
#[derive(Debug, thiserror::Error)]
pub enum EntitlementError {
    /// There is no such token.
    #[error("there is no such token")]
    UnknownToken,
    /// The text does not entitle to this.
    #[error(transparent)]
    Token(#[from] TokenError),
}

impl Entitlements {
    /// With the key of this cell.
    pub fn new(secret: &CellSecret) -> Result<Self, EntitlementError> {
        let issuer = Issuer::new(*secret.key("entitlement root"), KEY_ID)?;
        let keys = KeySet::of([&issuer]);
        Ok(Self { issuer, keys, verified: RwLock::default() })
    }

    /// The published key set, as JSON: all that a verifier needs.
    pub fn key_set_json(&self) -> Result<String, EntitlementError> {
        Ok(self.keys.to_json()?)
    }

    /// The signed form of a token.
    pub fn mint(&self, view: &View, token: TokenRef) -> Result<String, EntitlementError> {
        let row = view.state.token(token).ok_or(EntitlementError::UnknownToken)?;
        let offering = view.state.offering(row.offering).ok_or(EntitlementError::UnknownToken)?;
        Ok(self.issuer.mint(&grant_of(row, offering))?)
    }

    /// The token that this text entitles to for this request, now.
    pub fn verify(&self, text: &str, request: &Request, now: Instant) -> Result<TokenId, EntitlementError> {
        let linted = self.linted(text)?;
        let verified = linted.authorize(request, now.as_ms(), &RevocationList::default())?;
        TokenId::parse(&verified.ent).map_err(|_| EntitlementError::UnknownToken)
    }

    fn linted(&self, text: &str) -> Result<Arc<Linted>, EntitlementError> {
        if let Some(known) = self.verified.read().unwrap_or_else(PoisonError::into_inner).get(text) {
            return Ok(Arc::clone(known));
        }
        let linted = Arc::new(parse_and_lint(text, &self.keys)?);
        let mut verified = self.verified.write().unwrap_or_else(PoisonError::into_inner);
        verified.remember(text, &linted, VERIFIED_TOKENS_MAX / 2);
        Ok(linted)
    }
}

impl Verified {
    fn get(&self, text: &str) -> Option<&Arc<Linted>> {
        self.younger.get(text).or_else(|| self.elder.get(text))
    }

    fn remember(&mut self, text: &str, linted: &Arc<Linted>, generation_max: usize) {
        if self.younger.len() >= generation_max {
            self.elder = std::mem::take(&mut self.younger);
        }
        self.younger.insert(text.to_owned(), Arc::clone(linted));
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
        holder: None,
    }
}

#[cfg(test)]
mod tests;
