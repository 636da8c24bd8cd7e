//! Which problem codes the workload cannot reach, each with its reason. This list may only shrink.

/// Problem code and reason.
pub const UNREACHED: &[(&str, &str)] = &[
    ("too-many-chargings", "a party would have to open 1,024 charging sessions in one run"),
    ("too-many-prices", "the price of one offering would have to change 1,000 times in one run"),
];
