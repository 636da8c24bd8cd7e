//! What a problem may hold.

/// Most resources of one problem.
pub const RESOURCES_MAX: usize = 100_000;
/// Most products of one problem.
pub const PRODUCTS_MAX: usize = 1_000_000;
/// Most resources that one product uses.
pub const USES_MAX: usize = 1_024;
/// Most steps of a horizon.
pub const STEPS_MAX: usize = 10_000;
/// Most units of one resource: they are walked one by one, so what is measured finely is counted in larger units.
pub const UNITS_MAX: u64 = 1_000_000;
/// Most requests for one product in one step.
pub const REQUESTS_MAX: f64 = 1e6;
/// Most that one product earns, in minor units: in ppm of one it is still exact in floating point.
pub const REVENUE_MINOR_MAX: u64 = 1_000_000_000;
/// Most units times moments that one resource is walked over: some seconds.
pub const MOMENTS_MAX: u64 = 2_000_000_000;
/// Most classes of one resource.
pub const CLASSES_MAX: usize = 1_024;
/// Units that the smallest purchase is counted in at least, where it has as many.
pub const QUANTA_LEAST: u64 = 8;
/// Units that the capacity of an hour is enough to be counted in, whatever the smallest purchase.
pub const QUANTA_ENOUGH: u64 = 1_000;
/// Most units times moments that an hour of a network is walked over: some hundredths of a second.
pub const HOUR_MOMENTS_MAX: u64 = 10_000_000;
/// What of a capacity may change, in ppm of what it was, before its prices are made anew.
pub const CAPACITY_NOISE_PPM: u64 = 20_000;
/// Digits of the dearest product that a dual is kept to: the solver is good for two more.
pub const DUAL_DIGITS: u32 = 6;
