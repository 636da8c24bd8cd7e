//! The keys that the cell signs with, and what was revoked: all that verifying elsewhere takes.

mod convert;
mod routes;
pub(crate) mod wire;

pub(crate) use routes::{operators, routes};
