//! The network: where it reaches, over which path, at what delay.
//!
//! A [`Network`] is what an operator describes, in the operator's words; [`plan`] works out of it what the core's books
//! need: resources in units, the H3 cells each covers, and what lies behind each. [`country`](country::country) makes a plausible one up.

pub mod country;
mod cover;
mod description;
mod plan;

pub use cover::{CoverError, cover};
pub use description::{Network, Node, NodeKind, Pool, RadioCell, Relay, Technology};
pub use plan::{Class, Plan, PlanError, Planned, plan};

#[cfg(test)]
mod tests;
