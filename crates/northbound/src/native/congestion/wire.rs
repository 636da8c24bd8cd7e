//! Bid prices and guard rails as JSON.

use crate::native::wire::{Grade, PartyKind, Window};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Bid prices, in place of those before, for each resource they speak of.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BidPricesDraft {
    /// RFC 3339, the start of a slot of five minutes.
    pub from: String,
    /// How long one value holds: 300 or 3600.
    pub step_s: u64,
    /// A currency in which something is sold; the same as of all other bid prices in force.
    #[schema(example = "EUR")]
    pub currency: String,
    /// So many of the values are one minor unit: a divisor of 1,000,000.
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub scale: u32,
    /// RFC 3339: from then on they count as nothing.
    pub expires_at: String,
    /// The resources, each once, each with as many values.
    pub resources: Vec<BidPricesRow>,
}

/// What a unit of one resource is worth.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BidPricesRow {
    /// `res_…`
    pub id: String,
    /// One unit in one slot of five minutes, tax included, step by step: 0 to 4,294,967,295.
    pub values: Vec<i64>,
}

/// Bid prices that were loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct LoadedBidPrices {
    /// Their name: the SHA-256 of their bytes, in hexadecimal.
    pub prices: String,
    /// Of when they speak.
    pub window: Window,
    /// How many resources they are for.
    pub resources: u64,
    /// From then on they count as nothing.
    pub expires_at: String,
}

/// The bid prices of one resource that count now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct BidPrices {
    /// `res_…`
    pub resource: String,
    /// What it is called in the network.
    pub name: String,
    /// Of when they speak; nothing is worth anything outside.
    pub window: Window,
    /// How long one value holds.
    pub step_s: u64,
    /// Which money.
    pub currency: String,
    /// So many of the values are one minor unit.
    pub scale: u32,
    /// One unit in one slot of five minutes, tax included, step by step.
    pub values: Vec<u32>,
    /// From then on they count as nothing.
    pub expires_at: String,
}

/// Within what the prices of one offering move, or of all that have no rails of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GuardRails {
    /// `off_…`; of all offerings when it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offering: Option<String>,
    /// Never below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor: Option<PriceBound>,
    /// Never above, whatever else is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cap: Option<PriceBound>,
    /// The most it may rise within an hour, as a share of what it was, in parts per million.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_ppm: Option<u32>,
    /// Who pays how much of what bid prices add; all of it where none applies, the least where several do.
    #[serde(default)]
    pub classes: Vec<ClassShare>,
    /// Offerings of this priority level or a higher priority pay nothing of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 15)]
    pub exempt_level: Option<u8>,
}

/// A bound of a price: one of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PriceBound {
    /// So many minor units of the offering's currency, tax included; only in the rails of one offering.
    Minor(i64),
    /// So many parts per million of what the plan asks.
    PlanPpm(u32),
}

/// How much of what bid prices add some pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClassShare {
    /// Buyers of this kind; of any when it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<PartyKind>,
    /// For a promise of this grade; of any when it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// So many parts per million of it; 0: they are exempt.
    pub share_ppm: u32,
}

/// Whose rails.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Whose {
    /// `off_…`; of all offerings when it is absent.
    pub offering: Option<String>,
}
