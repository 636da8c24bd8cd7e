//! Tokens that were bought, and what became of them.

pub(crate) mod convert;
mod gifts;
mod routes;
mod timeline;
pub(crate) mod wire;

pub(crate) use routes::{operators, routes};
