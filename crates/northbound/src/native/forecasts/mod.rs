//! Forecasts of background load, and whom a rise affects.

pub(crate) mod convert;
mod routes;
pub(crate) mod wire;

pub(crate) use routes::operators;
