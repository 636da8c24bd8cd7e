//! Webhooks: a party's standing wishes to be told.

pub(crate) mod convert;
mod routes;
mod sign;
mod wire;

pub(crate) use routes::routes;
