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

/// A usage record: a `CloudEvent` (1.0). Other members are extensions, and not looked at.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "the document alone reads it: records are read one by one, so that none is lost with another"
)]
pub(crate) struct UsageEvent {
    /// Always `1.0`.
    specversion: String,
    /// Always `usage.reported`.
    r#type: String,
    /// The meter: `src_…`, alone or as the last part of a URI.
    source: String,
    /// The meter's count: a decimal number, up from 1. With `source` it says which record this is.
    id: String,
    /// The token: `tok_…`
    subject: String,
    /// What was delivered.
    data: Delivered,
}

/// What was delivered.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the document alone reads it")]
pub(crate) struct Delivered {
    /// In the unit of the token.
    quantity: u64,
    /// The unit, where it is said: it must be the token's.
    unit: Option<String>,
}

/// What became of a batch of usage records.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the document alone reads it: results are written one after another")]
pub(crate) struct BatchResults {
    /// Records that were charged.
    accepted: u64,
    /// Records that had been charged before.
    duplicates: u64,
    /// Records that were not charged.
    rejected: u64,
    /// One for each record, in order.
    results: Vec<RecordResult>,
}

/// What became of one usage record.
#[derive(ToSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
#[expect(dead_code, reason = "the document alone reads it")]
pub(crate) enum RecordResult {
    /// It was charged.
    Accepted {
        /// From the wallet, in minor units, gross.
        paid_minor: i64,
        /// Borne by the operator, in minor units, gross.
        overrun_minor: i64,
    },
    /// It had been charged before: nothing changed.
    Duplicate,
    /// It was not charged.
    Rejected {
        /// Why.
        problem: Problem,
    },
}

/// What became of what was reported.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "the document alone reads it")]
pub(crate) enum Reported {
    /// Of one charge.
    One(ChargeResult),
    /// Of a list.
    Many(Results),
    /// Of a batch.
    Batch(BatchResults),
}

/// What became of many charges.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
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
