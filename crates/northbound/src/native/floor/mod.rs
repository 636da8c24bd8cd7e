//! The floor: the share of every resource that is never sold as premium, and whether that held.

pub(crate) mod convert;
mod routes;
pub(crate) mod wire;

pub(crate) use routes::operators;
