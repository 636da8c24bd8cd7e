//! Delivered quantities.

pub(crate) mod batch;
pub(crate) mod convert;
pub(crate) mod record;
mod routes;
pub(crate) mod wire;

pub(crate) use routes::routes;
