//! What is sold.

pub(crate) mod convert;
mod routes;
pub(crate) mod wire;

pub(crate) use routes::{operators, routes};
