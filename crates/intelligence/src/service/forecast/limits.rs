//! What a forecaster remembers.

use capacity::{SLOTS_PER_DAY, SLOTS_PER_WEEK};

/// Errors that the quantile is taken from: eight weeks of slots, a few tens of kilobytes a resource.
pub const SCORES_MAX: usize = 8 * SLOTS_PER_WEEK as usize;
/// How far ahead it answers: a week.
pub const HORIZON_MAX_SLOTS: u32 = SLOTS_PER_WEEK;
/// How many slots ahead the bound is calibrated for: a day.
pub const CALIBRATED_SLOTS: u32 = SLOTS_PER_DAY;
/// Loads beyond this are no loads: what the core counts units up to.
pub const UNITS_MAX: u64 = (1 << 53) - 1;
