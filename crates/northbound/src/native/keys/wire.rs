//! Signing keys as JSON.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Purpose {
    /// Entitlements and the list of revocations.
    Entitlement,
    /// Access tokens of the cell's own issuer.
    AccessToken,
}

/// Where a key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KeyState {
    /// It is published, and signs from its time on.
    Upcoming,
    /// What is issued now is signed with it.
    Signing,
    /// What it signed still verifies.
    Verifying,
}

/// A signing key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct SigningKey {
    /// The number under which it is published.
    pub kid: u32,
    /// What it signs.
    pub purpose: Purpose,
    /// Where it stands.
    pub state: KeyState,
    /// RFC 3339: what is issued from then on is signed with it.
    pub signs_from: String,
    /// The Ed25519 public key of entitlements, base64url; those of access tokens are in `/oauth2/jwks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
}

/// A new key.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rotation {
    /// For what.
    pub purpose: Purpose,
    /// Seconds until it signs: at least 600 let every verifier that polls know it before; 0 is for one that leaked. 600
    /// when it is absent, 31,536,000 at most.
    #[schema(maximum = 31_536_000)]
    pub in_s: Option<u64>,
}

/// Which page of the list.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct After {
    /// `next` of the page before.
    pub after: Option<String>,
}
