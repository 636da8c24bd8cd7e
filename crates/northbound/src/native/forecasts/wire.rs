//! Forecasts as JSON.

use crate::native::wire::{TokenState, Window};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is expected on resources, in place of what was expected on them before. A country comes in several.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForecastDraft {
    /// RFC 3339, the start of a slot of five minutes.
    pub from: String,
    /// How long one value holds: 300 or 3600.
    pub step_s: u64,
    /// Which quantile of the load the values are, in parts per million: what is not exceeded in so many of a million cases.
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub quantile_ppm: u32,
    /// The resources, each once, each with as many values.
    pub resources: Vec<ForecastRow>,
}

/// What is expected on one resource.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForecastRow {
    /// `res_…`
    pub id: String,
    /// Units a slot, step by step.
    pub background: Vec<u32>,
}

/// A forecast that was loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct LoadedForecast {
    /// Its name: the SHA-256 of its bytes, in hexadecimal.
    pub forecast: String,
    /// Of when it speaks.
    pub window: Window,
    /// How long one value holds.
    pub step_s: u64,
    /// Which quantile of the load its values are, in parts per million.
    pub quantile_ppm: u32,
    /// How many resources follow it from now on.
    pub resources: u64,
    /// How many of them have more promised than works, now or later: sales there have stopped.
    pub overcommitted: u64,
    /// The first of those.
    pub shortages: Vec<Shortage>,
}

/// Where more is promised than works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Shortage {
    /// `res_…`
    pub resource: String,
    /// Start of the first slot that is short, RFC 3339.
    pub slot_at: String,
}

/// A token that holds something of a resource in a slot in which more is promised than works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Affected {
    /// `tok_…`
    pub token: String,
    /// `pty_…`: who holds it.
    pub party: String,
    /// `off_…`
    pub offering: String,
    /// Where it stands.
    pub state: TokenState,
    /// When it may be called.
    pub window: Window,
    /// What it holds of the resource, units a slot.
    pub units: u64,
}
