//! Can it be promised?

pub(crate) mod convert;
mod routes;
pub(crate) mod wire;

pub(crate) use routes::routes;
