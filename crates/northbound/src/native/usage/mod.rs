//! Delivered quantities.

pub(crate) mod convert;
mod routes;
pub(crate) mod wire;

pub(crate) use routes::routes;
