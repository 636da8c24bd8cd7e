//! What happened, told to those whom it concerns: live as a stream, and as the body of webhooks.

pub(crate) mod convert;
mod data;
pub(crate) mod kind;
pub(crate) mod limit;
pub(crate) mod routes;
mod stream;
pub(crate) mod wire;

pub(crate) use routes::routes;
