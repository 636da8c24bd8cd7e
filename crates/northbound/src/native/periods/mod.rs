//! Closing months: what their postings were is sealed, and verified ever after.

pub(crate) mod convert;
mod routes;
pub(crate) mod wire;

pub(crate) use routes::operators;
