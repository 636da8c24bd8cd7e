//! Pre-emptions: who had to make room, for whom, on whose authority.

pub(crate) mod convert;
mod routes;
pub(crate) mod wire;

pub(crate) use routes::operators;
