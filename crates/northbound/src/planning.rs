//! What the cell knows of the time to come, as far as callers are shown it: which satellite serves when.

use node::Load;
use std::sync::Arc;
use types::{Instant, ResourceId, Window};

/// A satellite that serves, from its acquisition to the handover or the outage after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Serving {
    /// What it is called in its elements.
    pub satellite: String,
    /// While it serves.
    pub window: Window,
}

/// Who serves a resource in a window, as far as that is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// One after another; nobody serves in a gap.
    pub servings: Vec<Serving>,
    /// Nothing is said of what comes at or after this.
    pub until: Instant,
}

/// What planning did since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanningCounts {
    /// Forecasts loaded.
    pub forecasts: u64,
    /// Rounds, or parts of them, that failed.
    pub failures: u64,
    /// Resources that the last forecasts spoke of.
    pub resources: u64,
    /// Microseconds that the rounds took.
    pub took_us: u64,
}

/// What was measured on a resource of which `nominal` was built, units a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// The measurement.
    pub load: Load,
    /// What was built.
    pub nominal: u64,
}

/// What became of measurements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Taken in.
    pub taken: u64,
    /// Of a slot that is not after the last one that was taken in for the resource.
    pub passed_over: u64,
    /// Of more resources than are forecast.
    pub left_out: u64,
}

/// Plans a cell beside its writer; it looks ahead and decides nothing.
pub trait Planning: Send + Sync {
    /// Which satellites serve a resource in `window`, the first `most` of them; `None` when none serve it.
    fn served(&self, resource: ResourceId, window: Window, most: usize) -> Option<Served>;

    /// Takes in what was measured, in any order; may take some seconds.
    fn observe(&self, measured: Vec<Measured>) -> Taken;

    /// What was done since the start.
    fn counts(&self) -> PlanningCounts;
}

/// What making bid prices did since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CongestionCounts {
    /// How often everything was solved.
    pub solved: u64,
    /// How often a change of capacity was followed.
    pub refreshed: u64,
    /// How often prices could not be made.
    pub failures: u64,
    /// Resources that have a price since everything was solved last.
    pub resources: u64,
    /// Microseconds that it took.
    pub took_us: u64,
}

/// Makes bid prices beside a cell's writer.
pub trait Congestion: Send + Sync {
    /// What was done since the start.
    fn counts(&self) -> CongestionCounts;
}

/// A cell that is not planned.
pub(crate) type Planned = Option<Arc<dyn Planning>>;
