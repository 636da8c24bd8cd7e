//! Every limit of a price plan, by name.

/// Most components of a plan.
pub const COMPONENTS_MAX: usize = 16;
/// Most rates of a component.
pub const RATES_MAX: usize = 16;
/// Most tiers of a rate.
pub const TIERS_MAX: usize = 16;
/// Most discounts of a plan.
pub const DISCOUNTS_MAX: usize = 16;
/// Most spans of hours that one condition names.
pub const HOURS_MAX: usize = 16;
/// Longest name of a component or a discount, and longest promotion code, in bytes.
pub const NAME_BYTES_MAX: usize = 64;
/// The largest amount of a tier, a minimum or a discount, in minor units: a window may have many steps.
pub const PRICE_MINOR_MAX: u64 = 1 << 48;
/// The largest quantity a plan may name: what a JSON number holds exactly.
pub const QUANTITY_MAX: u64 = (1 << 53) - 1;
/// The largest amount of a line, in minor units: what one leg of a posting can carry.
pub const LINE_MINOR_MAX: i64 = (1 << 58) - 1;
/// Longest period, in days or in months.
pub const PERIOD_MAX: u32 = 1_000;
/// Shortest step of a charge by time, in milliseconds.
pub const STEP_MS_MIN: u64 = 1_000;
/// Most spans of equal price that one window is split into.
pub const SPANS_MAX: usize = 20_000;
