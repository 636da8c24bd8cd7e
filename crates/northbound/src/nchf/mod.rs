//! `Nchf_ConvergedCharging` (3GPP TS 32.290, TS 32.291 API version 3): functions of the network charge for subscribers.
//!
//! A charging data resource is a charging session of the engine; a quota of a rating group is a lease in it. The document of
//! this API is 3GPP's own, so it is not in ours.

mod charge;
mod config;
pub(crate) mod convert;
pub(crate) mod error;
pub(crate) mod notify;
mod routes;
pub(crate) mod wire;

pub use config::{FinalUnit, Nchf, NchfError, NchfSizes, RatingGroup};
pub(crate) use routes::{PATTERNS, routes};

/// Every path below this speaks this API.
pub(crate) const ROOT: &str = "/nchf-convergedcharging/v3/chargingdata";

/// Is this path one of this API?
pub(crate) fn speaks(path: &str) -> bool {
    path.strip_prefix("/nchf-convergedcharging").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests;
