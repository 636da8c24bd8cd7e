//! What bounds the work of a model. Inputs beyond a limit are refused, never cut down.

/// Servers or units of one resource that a recursion walks over.
pub const UNITS_MAX: u32 = 1_000_000;
/// Classes of calls that share a resource.
pub const CLASSES_MAX: usize = 64;
/// States of an exact chain: 50,000 of them are solved in seconds and a few megabytes.
pub const STATES_MAX: usize = 50_000;
/// Sweeps over all states before the exact chain is given up.
pub const SWEEPS_MAX: usize = 20_000;
/// Samples of traffic that an effective bandwidth is measured from.
pub const TRAFFIC_SAMPLES_MAX: usize = 1_000_000;
/// Samples that a certificate counts.
pub const CERTIFYING_SAMPLES_MAX: u64 = 1 << 40;
/// Late samples among them.
pub const VIOLATIONS_MAX: u64 = 100_000;
/// Resources along one path.
pub const HOPS_MAX: usize = 32;
