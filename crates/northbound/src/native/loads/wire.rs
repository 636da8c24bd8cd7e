//! Measured loads as JSON.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What others used of resources, slot by slot of five minutes.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoadsDraft {
    /// RFC 3339, the start of the first slot; all slots are over.
    pub from: String,
    /// The resources.
    pub resources: Vec<LoadRow>,
}

/// What others used of one resource.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoadRow {
    /// `res_…`; none that satellites carry, as the ephemeris speaks of those.
    pub id: String,
    /// The mean of each slot, units a slot, without what is promised; `null` where nothing was measured.
    pub units: Vec<Option<u64>>,
}

/// What became of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct LoadsTaken {
    /// Measurements taken in. The forecast follows with the next round of planning.
    pub taken: u64,
    /// Of slots that are not after the last one that is known of their resource.
    pub passed_over: u64,
    /// Of more resources than the cell forecasts.
    pub left_out: u64,
}
