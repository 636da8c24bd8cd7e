//! Usage as JSON.

use crate::native::error::Problem;
use crate::native::wire::{Money, Unit};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Delivered quantities: one, in members of its own, or up to 8,192 in `charges`.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Usage {
    /// Many at once.
    pub charges: Option<Vec<Charge>>,
    /// `tok_…`
    pub token: Option<String>,
    /// `src_…`
    pub source: Option<String>,
    /// Counted up from 1 by each meter.
    pub sequence: Option<u64>,
    /// How much.
    pub quantity: Option<u64>,
    /// Of what; of the token's volume when it is absent, or else of what its price meters first.
    pub unit: Option<Unit>,
}

/// A delivered quantity, counted once per source and sequence.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Charge {
    /// `tok_…`
    pub token: String,
    /// `src_…`
    pub source: String,
    /// Counted up from 1 by each meter.
    pub sequence: u64,
    /// How much.
    pub quantity: u64,
    /// Of what; of the token's volume when it is absent, or else of what its price meters first.
    pub unit: Option<Unit>,
}

/// What became of many charges.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Results {
    /// One for each charge, in order.
    pub results: Vec<ChargeResult>,
}

/// What became of one charge.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub(crate) enum ChargeResult {
    /// It was charged.
    Charged {
        /// From the wallet, gross.
        paid: Money,
        /// Borne by the operator, gross.
        overrun: Money,
    },
    /// It had been charged before: nothing changed.
    Repeated,
    /// It was not charged.
    Rejected {
        /// Why.
        problem: Problem,
    },
}
