//! Congestion: what units of resources are worth unsold, and within what prices move because of it.

pub(crate) mod convert;
mod routes;
pub(crate) mod wire;

pub(crate) use routes::operators;
