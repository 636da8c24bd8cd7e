//! Leases as JSON.

use crate::native::wire::Money;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What of a token is granted to a function of the network right now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Lease {
    /// The charging session it is granted in: `chg_…`
    pub charging: String,
    /// Of which rating group.
    pub rating_group: u32,
    /// To whom: `pty_…`
    pub consumer: String,
    /// Of which token: `tok_…`
    pub token: String,
    /// How much, in the unit of the token.
    pub quantity: u64,
    /// Money that is set aside for it, gross.
    pub held: Money,
    /// Until when it may be used, RFC 3339.
    pub valid_until: String,
    /// When it goes back by itself.
    pub held_until: String,
    /// Was this all that could be granted?
    pub last: bool,
    /// What was reported of the rating group before.
    pub used: u64,
}

/// Which leases are wanted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LeasesAsked {
    /// Behind this charging session: `next` of the page before.
    pub after: Option<String>,
}

/// Which rating groups of a charging session are asked for again.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reauthorisation {
    /// These; every one that is granted when there is none.
    #[serde(default)]
    pub rating_groups: Vec<u32>,
}
