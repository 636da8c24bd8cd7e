//! Qualifications as JSON.

use crate::native::error::Problem;
use crate::native::offerings::wire::Terms;
use crate::native::plans::PriceLine;
use crate::native::wire::{Capability, Grade, Leg, Money, PlaceAsked, Tier, Window, WindowAsked};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An outcome that is wanted, somewhere, for a while.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Outcome {
    /// `pty_…` of whoever would buy; the caller when it is absent.
    pub party: Option<String>,
    /// Only offerings of this capability.
    pub capability: Option<Capability>,
    /// One-way delay.
    #[schema(minimum = 1, maximum = 4_294_967_295_u64)]
    pub latency_ms_max: Option<u64>,
    /// The share of samples that must stay under it, in percent: 95 is p95.
    pub percentile: Option<f64>,
    /// Rate towards the device.
    #[schema(minimum = 1, maximum = 4_294_967_295_u64)]
    pub downlink_kbps_min: Option<u64>,
    /// Rate from the device.
    #[schema(minimum = 1, maximum = 4_294_967_295_u64)]
    pub uplink_kbps_min: Option<u64>,
    /// Where.
    pub place: PlaceAsked,
    /// The weakest grade that will do; any when it is absent.
    pub grade_min: Option<Grade>,
    /// When.
    pub window: WindowAsked,
}

/// Can it be promised?
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Qualification {
    /// Can at least one offering promise the outcome there and then?
    pub promised: bool,
    /// When.
    pub window: Window,
    /// Where: H3 indexes.
    pub place: Vec<String>,
    /// One for each offering whose terms meet the outcome.
    pub answers: Vec<Answer>,
    /// The nearest that can be promised instead, each already qualified: offerings with looser terms there and then, the
    /// closest to what was asked first; and where the outcome cannot be promised at a place, the nearest place where it can.
    pub alternatives: Vec<Answer>,
}

/// What one offering answers.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Answer {
    /// `off_…`
    pub offering: String,
    /// What people call it.
    pub name: String,
    /// What it promises.
    pub terms: Terms,
    /// Can it be promised there and then?
    pub promised: bool,
    /// What it would cost now, gross; a firm price is a quote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
    /// Why it is what it is: the lines add up to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<PriceLine>,
    /// What would be held on top for usage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage_held: Option<Money>,
    /// Probability that the promise is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// What it rests on: the weakest grade along the path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// The farthest from the ground that it would be served from: the ground where it can, then the air, then space.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// Another place than the one that was asked for: H3 indexes …
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub place: Vec<String>,
    /// … and how far off its middle is, in metres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance_m: Option<u32>,
    /// What would carry it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<Leg>,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Problem>,
    /// The nearest later window of this length that can be promised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<Window>,
}
