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
/// Digits of the dearest product that a dual is kept to: the solver is good for two more.
pub const DUAL_DIGITS: u32 = 6;
