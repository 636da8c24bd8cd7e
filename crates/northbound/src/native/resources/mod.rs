//! Resources of the network, what works of them, what is expected on them.

pub(crate) mod convert;
mod routes;
pub(crate) mod wire;

pub(crate) use routes::operators;
