//! Leases: what of tokens is granted to functions of the network.

mod convert;
mod routes;
pub(crate) mod wire;

pub(crate) use routes::operators;
