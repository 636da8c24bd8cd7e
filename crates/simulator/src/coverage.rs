//! Which problem codes the workload cannot reach, each with its reason. This list may only shrink.

/// Problem code and reason.
pub const UNREACHED: &[(&str, &str)] = &[];
